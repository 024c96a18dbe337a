//! A completion onto its stream.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::{Completion, Counters};
use crate::stream::FrameSource;
use rust_hdl::prelude::*;

/// While `run` is high a completion goes out as a frame of 4 beats: `head`, and with `has_row` the
/// row's `low`, `high` and `counters`, else zeros. `done` in the clock after its last beat was put:
/// `run` must then fall; what it is made of must hold until then.
///
/// A beat a clock. Reset: nothing is on offer.
#[derive(LogicBlock, Default)]
pub struct Answer {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub run: Signal<In, Bit>,
    pub head: Signal<In, Completion>,
    pub has_row: Signal<In, Bit>,
    pub low: Signal<In, Bits<128>>,
    pub high: Signal<In, Bits<128>>,
    pub counters: Signal<In, Counters>,
    pub done: Signal<Out, Bit>,
    pub completion: FrameSource<128, 5>,
    beat: DFF<Bits<2>>,
    part: Signal<Local, Bits<128>>,
    done_q: DFF<Bit>,
    out_data: DFF<Bits<128>>,
    out_last: DFF<Bit>,
    out_valid: DFF<Bit>,
}

impl Logic for Answer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, beat, done_q, out_data, out_last, out_valid);
        self.part.next = self.head.val().into();
        if self.beat.q.val() != bits::<2>(0) {
            self.part.next = bits::<128>(0);
            if self.has_row.val() {
                if self.beat.q.val() == bits::<2>(1) {
                    self.part.next = self.low.val();
                } else if self.beat.q.val() == bits::<2>(2) {
                    self.part.next = self.high.val();
                } else {
                    self.part.next = self.counters.val().into();
                }
            }
        }
        self.done_q.d.next = false;
        self.done.next = self.done_q.q.val();
        if self.completion.ready.val() {
            self.out_valid.d.next = false;
        }
        if self.run.val()
            & !self.done_q.q.val()
            & (!self.out_valid.q.val() | self.completion.ready.val())
        {
            self.out_valid.d.next = true;
            self.out_data.d.next = self.part.val();
            self.out_last.d.next = self.beat.q.val() == bits::<2>(3);
            self.beat.d.next = self.beat.q.val() + 1;
            self.done_q.d.next = self.beat.q.val() == bits::<2>(3);
        }
        self.completion.data.next = self.out_data.q.val();
        self.completion.bytes.next = bits::<5>(HOST_BEAT);
        self.completion.last.next = self.out_last.q.val();
        self.completion.error.next = false;
        self.completion.valid.next = self.out_valid.q.val();

        if self.reset.val() {
            self.beat.d.next = bits::<2>(0);
            self.done_q.d.next = false;
            self.out_valid.d.next = false;
        }
    }
}
