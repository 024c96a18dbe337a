//! A punt class: its token bucket and its part of the queue.
//!
//! Contract. `ask` with `needed` (beats): a frame of this class. One clock later one of `accepted`,
//! `policed` and `full` is high. A token is a frame. A frame is judged by the bucket as the last
//! clock left it; then a tick adds `rate` tokens, up to `burst`, and a bucket above `burst` falls to
//! it. `rate` 65535: no limit, and no token is taken. A frame within the rate that finds no room has
//! used its token. `leave`: a beat of this class has left the queue. A frame a clock. Reset: the
//! bucket holds 65535, the class holds no beat.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use rust_hdl::prelude::*;

/// One class of a queue of `1 << A` beats: it may hold a quarter of them.
#[derive(LogicBlock)]
pub struct PuntClass<const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub tick: Signal<In, Bit>,
    pub rate: Signal<In, Bits<16>>,
    pub burst: Signal<In, Bits<16>>,
    pub ask: Signal<In, Bit>,
    pub needed: Signal<In, Bits<16>>,
    pub leave: Signal<In, Bit>,
    pub accepted: Signal<Out, Bit>,
    pub policed: Signal<Out, Bit>,
    pub full: Signal<Out, Bit>,
    tokens: DFF<Bits<16>>,
    /// Beats that the class may still take.
    room: DFF<Bits<16>>,
    left: DFF<Bit>,
    accepted_q: DFF<Bit>,
    policed_q: DFF<Bit>,
    full_q: DFF<Bit>,
    quarter: Constant<Bits<16>>,
    unlimited: Signal<Local, Bit>,
    in_rate: Signal<Local, Bit>,
    fits: Signal<Local, Bit>,
    fewer: Signal<Local, Bits<16>>,
    after: Signal<Local, Bits<16>>,
    wide_after: Signal<Local, Bits<17>>,
    filled: Signal<Local, Bits<17>>,
    more: Signal<Local, Bits<16>>,
    freed: Signal<Local, Bits<16>>,
    rest: Signal<Local, Bits<16>>,
}

impl<const A: usize> Default for PuntClass<A> {
    fn default() -> Self {
        assert!((4..=14).contains(&A), "a queue has 16 to 16384 beats");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            tick: Default::default(),
            rate: Default::default(),
            burst: Default::default(),
            ask: Default::default(),
            needed: Default::default(),
            leave: Default::default(),
            accepted: Default::default(),
            policed: Default::default(),
            full: Default::default(),
            tokens: Default::default(),
            room: Default::default(),
            left: Default::default(),
            accepted_q: Default::default(),
            policed_q: Default::default(),
            full_q: Default::default(),
            quarter: Constant::new((1usize << (A - 2)).to_bits()),
            unlimited: Default::default(),
            in_rate: Default::default(),
            fits: Default::default(),
            fewer: Default::default(),
            after: Default::default(),
            wide_after: Default::default(),
            filled: Default::default(),
            more: Default::default(),
            freed: Default::default(),
            rest: Default::default(),
        }
    }
}

impl<const A: usize> Logic for PuntClass<A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, tokens, room, left, accepted_q, policed_q, full_q);
        self.unlimited.next = self.rate.val() == bits::<16>(PUNT_UNLIMITED);
        self.in_rate.next = self.unlimited.val() | (self.tokens.q.val() != bits::<16>(0));
        self.fits.next = self.needed.val() <= self.room.q.val();
        self.accepted_q.d.next = (self.ask.val() & self.in_rate.val()) & self.fits.val();
        self.policed_q.d.next = self.ask.val() & !self.in_rate.val();
        self.full_q.d.next = (self.ask.val() & self.in_rate.val()) & !self.fits.val();
        self.accepted.next = self.accepted_q.q.val();
        self.policed.next = self.policed_q.q.val();
        self.full.next = self.full_q.q.val();

        self.fewer.next = self.tokens.q.val() - bits::<16>(1);
        self.after.next = self.tokens.q.val();
        if (self.ask.val() & self.in_rate.val()) & !self.unlimited.val() {
            self.after.next = self.fewer.val();
        }
        self.wide_after.next = bit_cast::<17, 16>(self.after.val());
        self.filled.next = self.wide_after.val() + bit_cast::<17, 16>(self.rate.val());
        self.tokens.d.next = self.after.val();
        if self.tick.val() {
            self.tokens.d.next = bit_cast::<16, 17>(self.filled.val());
            if self.filled.val() > bit_cast::<17, 16>(self.burst.val()) {
                self.tokens.d.next = self.burst.val();
            }
        }

        self.left.d.next = self.leave.val();
        self.more.next = self.room.q.val() + bits::<16>(1);
        self.freed.next = self.room.q.val();
        if self.left.q.val() {
            self.freed.next = self.more.val();
        }
        self.rest.next = self.freed.val() - self.needed.val();
        self.room.d.next = self.freed.val();
        if (self.ask.val() & self.in_rate.val()) & self.fits.val() {
            self.room.d.next = self.rest.val();
        }

        if self.reset.val() {
            self.tokens.d.next = bits::<16>(PUNT_UNLIMITED);
            self.room.d.next = self.quarter.val();
            self.left.d.next = false;
            self.accepted_q.d.next = false;
            self.policed_q.d.next = false;
            self.full_q.d.next = false;
        }
    }
}
