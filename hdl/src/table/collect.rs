//! A command from its stream.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::Command;
use crate::stream::FrameSink;
use rust_hdl::prelude::*;

/// Takes a frame of `command` while `run` is high and keeps it: `full` from the clock after its last
/// beat until `done`; no other is taken before. `header`, `low` and `high` are its three beats, each
/// there from the clock after it and until that beat of the next command; `whole`: it was three
/// beats and no more. `step`: the header names the next row, and a row less to read.
///
/// A command each 4 clocks, if `done` comes with the first clock of `full`. Reset: data is zero.
#[derive(LogicBlock, Default)]
pub struct Collect {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub command: FrameSink<128, 5>,
    pub run: Signal<In, Bit>,
    pub done: Signal<In, Bit>,
    pub step: Signal<In, Bit>,
    pub full: Signal<Out, Bit>,
    pub whole: Signal<Out, Bit>,
    pub header: Signal<Out, Command>,
    pub low: Signal<Out, Bits<128>>,
    pub high: Signal<Out, Bits<128>>,
    beat: DFF<Bits<2>>,
    ready: Signal<Local, Bit>,
    next_index: Signal<Local, Bits<32>>,
    next_count: Signal<Local, Bits<16>>,
    full_q: DFF<Bit>,
    whole_q: DFF<Bit>,
    header_q: DFF<Command>,
    low_q: DFF<Bits<128>>,
    high_q: DFF<Bits<128>>,
}

impl Logic for Collect {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, beat, full_q, whole_q, header_q, low_q, high_q);
        self.full.next = self.full_q.q.val();
        self.whole.next = self.whole_q.q.val();
        self.header.next = self.header_q.q.val();
        self.low.next = self.low_q.q.val();
        self.high.next = self.high_q.q.val();
        self.ready.next = self.run.val() & !self.full_q.q.val();
        self.command.ready.next = self.ready.val();

        self.next_index.next = self.header_q.q.val().index + 1;
        self.next_count.next = self.header_q.q.val().count - 1;
        if self.step.val() {
            self.header_q.d.next.index = self.next_index.val();
            self.header_q.d.next.count = self.next_count.val();
        }
        if self.ready.val() & self.command.valid.val() {
            if self.beat.q.val() == bits::<2>(0) {
                self.header_q.d.next = self.command.data.val().into();
            } else if self.beat.q.val() == bits::<2>(1) {
                self.low_q.d.next = self.command.data.val();
            } else {
                self.high_q.d.next = self.command.data.val();
            }
            if self.beat.q.val() != bits::<2>(3) {
                self.beat.d.next = self.beat.q.val() + 1;
            }
            if self.command.last.val() {
                self.whole_q.d.next = (self.beat.q.val() == bits::<2>(2))
                    & (self.command.bytes.val() == bits::<5>(HOST_BEAT));
                self.beat.d.next = bits::<2>(0);
                self.full_q.d.next = true;
            }
        }
        if self.done.val() {
            self.full_q.d.next = false;
        }

        if self.reset.val() {
            self.beat.d.next = bits::<2>(0);
            self.full_q.d.next = false;
            self.low_q.d.next = bits::<128>(0);
            self.high_q.d.next = bits::<128>(0);
        }
    }
}
