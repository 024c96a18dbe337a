//! Two ports joined: what enters at one leaves at the other, unchanged.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;

/// One direction: a register stage that holds two beats, so that neither side's handshake passes
/// combinationally to the other.
///
/// Latency 1 clock, one beat a clock. Reset empties it. Drops nothing.
#[derive(LogicBlock, Default)]
pub struct Skid<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub source: FrameSource<D, C>,
    data: DFF<Bits<D>>,
    bytes: DFF<Bits<C>>,
    last: DFF<Bit>,
    error: DFF<Bit>,
    valid: DFF<Bit>,
    held_data: DFF<Bits<D>>,
    held_bytes: DFF<Bits<C>>,
    held_last: DFF<Bit>,
    held_error: DFF<Bit>,
    held: DFF<Bit>,
}

impl<const D: usize, const C: usize> Logic for Skid<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, data, bytes, last, error, valid, held_data, held_bytes, held_last,
            held_error, held
        );
        self.sink.ready.next = !self.held.q.val();
        self.source.data.next = self.data.q.val();
        self.source.bytes.next = self.bytes.q.val();
        self.source.last.next = self.last.q.val();
        self.source.error.next = self.error.q.val();
        self.source.valid.next = self.valid.q.val();
        if self.source.ready.val() | !self.valid.q.val() {
            if self.held.q.val() {
                self.data.d.next = self.held_data.q.val();
                self.bytes.d.next = self.held_bytes.q.val();
                self.last.d.next = self.held_last.q.val();
                self.error.d.next = self.held_error.q.val();
                self.valid.d.next = true;
                self.held.d.next = false;
            } else {
                self.data.d.next = self.sink.data.val();
                self.bytes.d.next = self.sink.bytes.val();
                self.last.d.next = self.sink.last.val();
                self.error.d.next = self.sink.error.val();
                self.valid.d.next = self.sink.valid.val();
            }
        } else if self.sink.valid.val() & !self.held.q.val() {
            self.held_data.d.next = self.sink.data.val();
            self.held_bytes.d.next = self.sink.bytes.val();
            self.held_last.d.next = self.sink.last.val();
            self.held_error.d.next = self.sink.error.val();
            self.held.d.next = true;
        }
        if self.reset.val() {
            self.valid.d.next = false;
            self.held.d.next = false;
        }
    }
}

/// Both directions.
#[derive(LogicBlock, Default)]
pub struct Bypass<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub rx0: FrameSink<D, C>,
    pub rx1: FrameSink<D, C>,
    pub tx0: FrameSource<D, C>,
    pub tx1: FrameSource<D, C>,
    inward: Skid<D, C>,
    outward: Skid<D, C>,
}

impl<const D: usize, const C: usize> Logic for Bypass<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        self.inward.clock.next = self.clock.val();
        self.inward.reset.next = self.reset.val();
        self.outward.clock.next = self.clock.val();
        self.outward.reset.next = self.reset.val();
        FrameSink::<D, C>::link(&mut self.rx0, &mut self.inward.sink);
        FrameSink::<D, C>::link(&mut self.rx1, &mut self.outward.sink);
        FrameSource::<D, C>::link(&mut self.tx1, &mut self.inward.source);
        FrameSource::<D, C>::link(&mut self.tx0, &mut self.outward.source);
    }
}
