//! *receive*, *reassemble* and *open* at both ports, *inject* and *merge*: all that enters the
//! fixed-latency pipeline.
//!
//! Contract: see the parts. `beats` carries a beat every clock while any source has a whole frame;
//! from a frame's last beat in to its first beat out: RECEIVE_CLOCKS, while nothing else waits.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::inject::Inject;
use crate::merge::Merge;
use crate::meta::Arrival;
use crate::open::Open;
use crate::reassemble::Reassemble;
use crate::receive::{Receive, StoreSource};
use crate::stream::{BeatSource, FrameSink};
use rust_hdl::prelude::*;

/// Ports with buffers of `1 << A` beats, the host with one of `1 << I` beats.
#[derive(LogicBlock, Default)]
pub struct Ingress<const D: usize, const C: usize, const A: usize, const I: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub enable: Signal<In, Bit>,
    pub rx0: FrameSink<D, C>,
    pub rx1: FrameSink<D, C>,
    pub inject: FrameSink<128, 5>,
    pub beats: BeatSource<D, C>,
    pub arrival: Signal<Out, Arrival>,
    pub received0: Signal<Out, Bit>,
    pub received1: Signal<Out, Bit>,
    pub injected: Signal<Out, Bit>,
    pub rx_error0: Signal<Out, Bit>,
    pub rx_error1: Signal<Out, Bit>,
    pub runt0: Signal<Out, Bit>,
    pub runt1: Signal<Out, Bit>,
    pub giant0: Signal<Out, Bit>,
    pub giant1: Signal<Out, Bit>,
    pub rx_overflow0: Signal<Out, Bit>,
    pub rx_overflow1: Signal<Out, Bit>,
    pub inject_bad: Signal<Out, Bit>,
    external: Receive<D, C, A>,
    internal: Receive<D, C, A>,
    external_whole: Reassemble<D>,
    internal_whole: Reassemble<D>,
    external_open: Open<D>,
    internal_open: Open<D>,
    host: Inject<D, I>,
    merge: Merge<D, C>,
}

impl<const D: usize, const C: usize, const A: usize, const I: usize> Logic for Ingress<D, C, A, I> {
    #[hdl_gen]
    fn update(&mut self) {
        self.external.clock.next = self.clock.val();
        self.internal.clock.next = self.clock.val();
        self.host.clock.next = self.clock.val();
        self.merge.clock.next = self.clock.val();
        self.external.reset.next = self.reset.val();
        self.internal.reset.next = self.reset.val();
        self.host.reset.next = self.reset.val();
        self.merge.reset.next = self.reset.val();
        self.external.enable.next = self.enable.val();
        self.internal.enable.next = self.enable.val();
        FrameSink::<D, C>::link(&mut self.rx0, &mut self.external.sink);
        FrameSink::<D, C>::link(&mut self.rx1, &mut self.internal.sink);
        FrameSink::<128, 5>::link(&mut self.inject, &mut self.host.sink);
        StoreSource::<D>::join(&mut self.external.store, &mut self.external_whole.sink);
        StoreSource::<D>::join(&mut self.internal.store, &mut self.internal_whole.sink);
        StoreSource::<D>::join(&mut self.external_whole.source, &mut self.external_open.sink);
        StoreSource::<D>::join(&mut self.internal_whole.source, &mut self.internal_open.sink);
        StoreSource::<D>::join(&mut self.external_open.source, &mut self.merge.rx0);
        StoreSource::<D>::join(&mut self.internal_open.source, &mut self.merge.rx1);
        self.merge.rx0_peer.next = self.external_open.peer.val();
        self.merge.rx1_peer.next = self.internal_open.peer.val();
        StoreSource::<D>::join(&mut self.host.store, &mut self.merge.inject);
        self.merge.inject_forward.next = self.host.forward.val();
        self.merge.inject_port.next = self.host.port.val();
        self.merge.inject_entry.next = self.host.entry.val();
        BeatSource::<D, C>::link(&mut self.beats, &mut self.merge.beats);
        self.arrival.next = self.merge.arrival.val();
        self.received0.next = self.external.received.val();
        self.received1.next = self.internal.received.val();
        self.injected.next = self.host.injected.val();
        self.rx_error0.next = self.external.rx_error.val();
        self.rx_error1.next = self.internal.rx_error.val();
        self.runt0.next = self.external.runt.val();
        self.runt1.next = self.internal.runt.val();
        self.giant0.next = self.external.giant.val();
        self.giant1.next = self.internal.giant.val();
        self.rx_overflow0.next = self.external.rx_overflow.val();
        self.rx_overflow1.next = self.internal.rx_overflow.val();
        self.inject_bad.next = self.host.inject_bad.val();
    }
}
