//! *queue* at both ports and *punt*: all that leaves the fixed-latency pipeline.
//!
//! Contract: see the parts. `plan` is valid with the first beat of `rewritten` and of `received`,
//! which come in the same clock. A frame with `plan.send` goes to the queue of `plan.port`, one with
//! `plan.punt` to the host as received, one with both to both. Given to a queue it counts, three
//! clocks after its first beat, as `forwarded` when it was rewritten, else as `raw` from the host,
//! else as `bypassed`.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::meta::Plan;
use crate::punt::PuntQueue;
use crate::queue::Queue;
use crate::stream::{BeatSink, FrameSource};
use rust_hdl::prelude::*;

/// Ports with queues of `1 << A` beats, the host with one of `1 << P` beats.
#[derive(LogicBlock, Default)]
pub struct Egress<const D: usize, const C: usize, const A: usize, const P: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub rewritten: BeatSink<D, C>,
    pub received: BeatSink<D, C>,
    pub plan: Signal<In, Plan>,
    pub now: Signal<In, Bits<32>>,
    pub tick: Signal<In, Bit>,
    pub punt_rate: [Signal<In, Bits<16>>; 4],
    pub punt_burst: [Signal<In, Bits<16>>; 4],
    pub tx0: FrameSource<D, C>,
    pub tx1: FrameSource<D, C>,
    pub punt: FrameSource<128, 5>,
    pub forwarded: Signal<Out, Bit>,
    pub bypassed: Signal<Out, Bit>,
    pub raw: Signal<Out, Bit>,
    pub sent0: Signal<Out, Bit>,
    pub sent1: Signal<Out, Bit>,
    pub queue_full0: Signal<Out, Bit>,
    pub queue_full1: Signal<Out, Bit>,
    pub punted_new: Signal<Out, Bit>,
    pub punted_copy: Signal<Out, Bit>,
    pub punted_host: Signal<Out, Bit>,
    pub punted_exception: Signal<Out, Bit>,
    pub policed_new: Signal<Out, Bit>,
    pub policed_copy: Signal<Out, Bit>,
    pub policed_host: Signal<Out, Bit>,
    pub policed_exception: Signal<Out, Bit>,
    pub punt_full: Signal<Out, Bit>,
    pub copy_full: Signal<Out, Bit>,
    external: Queue<D, C, A>,
    internal: Queue<D, C, A>,
    host: PuntQueue<D, C, P>,
    rewrite1: DFF<Bit>,
    rewrite2: DFF<Bit>,
    inject1: DFF<Bit>,
    inject2: DFF<Bit>,
    forwarded_q: DFF<Bit>,
    bypassed_q: DFF<Bit>,
    raw_q: DFF<Bit>,
    accepted: Signal<Local, Bit>,
}

impl<const D: usize, const C: usize, const A: usize, const P: usize> Logic for Egress<D, C, A, P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            rewrite1,
            rewrite2,
            inject1,
            inject2,
            forwarded_q,
            bypassed_q,
            raw_q
        );
        self.external.clock.next = self.clock.val();
        self.internal.clock.next = self.clock.val();
        self.host.clock.next = self.clock.val();
        self.external.reset.next = self.reset.val();
        self.internal.reset.next = self.reset.val();
        self.host.reset.next = self.reset.val();

        self.external.beats.data.next = self.rewritten.data.val();
        self.external.beats.bytes.next = self.rewritten.bytes.val();
        self.external.beats.first.next = self.rewritten.first.val();
        self.external.beats.last.next = self.rewritten.last.val();
        self.external.beats.valid.next = self.rewritten.valid.val();
        self.external.accept.next = self.plan.val().send & !self.plan.val().port;
        self.external.length.next = self.plan.val().length;
        self.external.inject.next = self.plan.val().inject;
        self.internal.beats.data.next = self.rewritten.data.val();
        self.internal.beats.bytes.next = self.rewritten.bytes.val();
        self.internal.beats.first.next = self.rewritten.first.val();
        self.internal.beats.last.next = self.rewritten.last.val();
        self.internal.beats.valid.next = self.rewritten.valid.val();
        self.internal.accept.next = self.plan.val().send & self.plan.val().port;
        self.internal.length.next = self.plan.val().length;
        self.internal.inject.next = self.plan.val().inject;
        FrameSource::<D, C>::link(&mut self.tx0, &mut self.external.source);
        FrameSource::<D, C>::link(&mut self.tx1, &mut self.internal.source);

        BeatSink::<D, C>::link(&mut self.received, &mut self.host.beats);
        self.host.plan.next = self.plan.val();
        self.host.now.next = self.now.val();
        self.host.tick.next = self.tick.val();
        for i in 0..4 {
            self.host.rate[i].next = self.punt_rate[i].val();
            self.host.burst[i].next = self.punt_burst[i].val();
        }
        FrameSource::<128, 5>::link(&mut self.punt, &mut self.host.punt);

        self.rewrite1.d.next = self.plan.val().rewrite;
        self.rewrite2.d.next = self.rewrite1.q.val();
        self.inject1.d.next = self.plan.val().inject;
        self.inject2.d.next = self.inject1.q.val();
        self.accepted.next = self.external.accepted.val() | self.internal.accepted.val();
        self.forwarded_q.d.next = self.accepted.val() & self.rewrite2.q.val();
        self.raw_q.d.next = self.accepted.val() & (!self.rewrite2.q.val() & self.inject2.q.val());
        self.bypassed_q.d.next =
            self.accepted.val() & (!self.rewrite2.q.val() & !self.inject2.q.val());
        self.forwarded.next = self.forwarded_q.q.val();
        self.raw.next = self.raw_q.q.val();
        self.bypassed.next = self.bypassed_q.q.val();
        self.sent0.next = self.external.sent.val();
        self.sent1.next = self.internal.sent.val();
        self.queue_full0.next = self.external.queue_full.val();
        self.queue_full1.next = self.internal.queue_full.val();
        self.punted_new.next = self.host.punted[0].val();
        self.punted_copy.next = self.host.punted[1].val();
        self.punted_host.next = self.host.punted[2].val();
        self.punted_exception.next = self.host.punted[3].val();
        self.policed_new.next = self.host.policed[0].val();
        self.policed_copy.next = self.host.policed[1].val();
        self.policed_host.next = self.host.policed[2].val();
        self.policed_exception.next = self.host.policed[3].val();
        self.punt_full.next = self.host.punt_full.val();
        self.copy_full.next = self.host.copy_full.val();
        if self.reset.val() {
            self.forwarded_q.d.next = false;
            self.raw_q.d.next = false;
            self.bypassed_q.d.next = false;
        }
    }
}
