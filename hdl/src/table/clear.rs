//! The first thing after reset: every row of every table becomes zero.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// After reset, `strobe` with `index`, once for each of `1 << R` rows, every 4 clocks and never while
/// `busy`; then `live` for good.
#[derive(LogicBlock, Default)]
pub struct Clear<const R: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub busy: Signal<In, Bit>,
    pub live: Signal<Out, Bit>,
    pub strobe: Signal<Out, Bit>,
    pub index: Signal<Out, Bits<17>>,
    live_q: DFF<Bit>,
    last: DFF<Bit>,
    at: DFF<Bits<R>>,
    next_at: Signal<Local, Bits<R>>,
    pause: DFF<Bits<2>>,
}

impl<const R: usize> Logic for Clear<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, live_q, last, at, pause);
        self.live.next = self.live_q.q.val();
        self.index.next = bit_cast::<17, R>(self.at.q.val());
        self.next_at.next = self.at.q.val() + 1;
        self.strobe.next = false;
        if self.pause.q.val() != bits::<2>(0) {
            self.pause.d.next = self.pause.q.val() - 1;
        } else if !self.live_q.q.val() & !self.busy.val() {
            if self.last.q.val() {
                self.live_q.d.next = true;
            } else {
                self.strobe.next = true;
                self.at.d.next = self.next_at.val();
                self.last.d.next = self.next_at.val() == bits::<R>(0);
                self.pause.d.next = bits::<2>(3);
            }
        }
        if self.reset.val() {
            self.live_q.d.next = false;
            self.last.d.next = false;
            self.at.d.next = bits::<R>(0);
            self.pause.d.next = bits::<2>(3);
        }
    }
}
