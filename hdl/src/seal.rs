//! *seal*: frames leave under the security association that their plan names.
//!
//! ```text
//!   sink (beats, from rewrite), plan ---> source (beats, to the egress queues), plan_out
//! ```
//!
//! Contract. `plan` counts with a frame's first beat, `plan_out` likewise. A frame whose plan has no
//! `sa` leaves as it came, `spec::limits::SEAL_CLOCKS` later, which is at once. One with an `sa`
//! never leaves in the clear: its `plan_out` has no `send`, and it is counted by one pulse of
//! `no_seal`, a clock after its first beat. A copy for the host is none of this stage's business.
//! Reset clears `no_seal`.
//!
//! Null stage: there is no engine, so what should be sealed is dropped. What fills it: the engine of
//! `crypto`, whose keys, sequence numbers and IVs the association's row holds, and the growth of the
//! frame. Why here: behind *rewrite* the packet is what the peer shall see, and before the queues no
//! frame has a length yet that a queue relies on.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::meta::Plan;
use crate::stream::{BeatSink, BeatSource};
use rust_hdl::prelude::*;

/// Both ports'.
#[derive(LogicBlock, Default)]
pub struct Seal<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: BeatSink<D, C>,
    pub plan: Signal<In, Plan>,
    pub source: BeatSource<D, C>,
    pub plan_out: Signal<Out, Plan>,
    pub no_seal: Signal<Out, Bit>,
    protect: Signal<Local, Bit>,
    no_seal_q: DFF<Bit>,
}

impl<const D: usize, const C: usize> Logic for Seal<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, no_seal_q);
        self.source.data.next = self.sink.data.val();
        self.source.bytes.next = self.sink.bytes.val();
        self.source.first.next = self.sink.first.val();
        self.source.last.next = self.sink.last.val();
        self.source.valid.next = self.sink.valid.val();
        self.protect.next = self.plan.val().rewrite & (self.plan.val().sa != bits::<13>(0));
        self.plan_out.next = self.plan.val();
        self.plan_out.next.send = self.plan.val().send & !self.protect.val();
        self.no_seal_q.d.next = (self.sink.valid.val() & self.sink.first.val())
            & (self.plan.val().send & self.protect.val())
            & !self.reset.val();
        self.no_seal.next = self.no_seal_q.q.val();
    }
}
