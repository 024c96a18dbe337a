//! A first-in first-out memory whose oldest words are in registers.
//!
//! ```text
//!            +------------------- direct, while the RAM is empty --+
//!   push --->|                                                     +--> 4 registers --> data
//!   word     +--> RAM (2 clocks) --------- as registers get free --+    <-------------- pop
//! ```
//!
//! Contract. `push` stores `word` at the edge. `valid` says that `data` is the oldest word; `pop`,
//! allowed only then, removes it at the edge. Latency 1 clock from push to `valid` while empty; a
//! push and a pop every clock, at every fill. It holds `1 << A` words; that no more are pushed is
//! the owner's care. `valid` and `data` come from registers over a multiplexer of four. Reset
//! empties it.
//!
//! Why: a word leaves the RAM two clocks after its address, so reads are issued ahead. A word gets
//! its register, in turn, when its read is issued or when it comes directly; so a word may come
//! directly while others are still being read, and keeps its place behind them. From a pop to the
//! word that takes the place of the popped one are four clocks: with four registers none is lost. A
//! word is read one clock after its write at the earliest, so that a read and a write of one address
//! never meet.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Ram;
use rust_hdl::prelude::*;

/// `1 << A` words of type `T`.
#[derive(LogicBlock, Default)]
pub struct Fifo<T: Synth, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub push: Signal<In, Bit>,
    pub word: Signal<In, T>,
    pub valid: Signal<Out, Bit>,
    pub data: Signal<Out, T>,
    pub pop: Signal<In, Bit>,
    ram: Ram<T, A>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    /// The RAM holds words whose reads are not issued.
    stored: DFF<Bit>,
    /// Registers that neither hold a word nor expect one: 0 to 4.
    credit: DFF<Bits<3>>,
    /// The register that is given next; the one that is popped next.
    tail: DFF<Bits<2>>,
    head: DFF<Bits<2>>,
    /// A read is one or two clocks old, and whose it is.
    read1: DFF<Bit>,
    read2: DFF<Bit>,
    place1: DFF<Bits<2>>,
    place2: DFF<Bits<2>>,
    held: DFF<Bits<4>>,
    data0: DFF<T>,
    data1: DFF<T>,
    data2: DFF<T>,
    data3: DFF<T>,
    next_write: Signal<Local, Bits<A>>,
    next_read: Signal<Local, Bits<A>>,
    next_tail: Signal<Local, Bits<2>>,
    next_head: Signal<Local, Bits<2>>,
    more_credit: Signal<Local, Bits<3>>,
    less_credit: Signal<Local, Bits<3>>,
    ram_push: Signal<Local, Bit>,
    last_read: Signal<Local, Bit>,
    direct: Signal<Local, Bit>,
    issue: Signal<Local, Bit>,
    come: Signal<Local, Bits<4>>,
    arrive: Signal<Local, Bits<4>>,
    gone: Signal<Local, Bits<4>>,
}

impl<T: Synth, const A: usize> Logic for Fifo<T, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, write_at, read_at, stored, credit, tail, head, read1, read2, place1,
            place2, held, data0, data1, data2, data3
        );
        self.direct.next =
            (self.push.val() & !self.stored.q.val()) & (self.credit.q.val() != bits::<3>(0));
        self.issue.next = self.stored.q.val() & (self.credit.q.val() != bits::<3>(0));

        // The RAM: every word that does not go directly to the registers.
        self.next_write.next = self.write_at.q.val() + bits::<A>(1);
        self.next_read.next = self.read_at.q.val() + bits::<A>(1);
        self.ram.clock.next = self.clock.val();
        self.ram_push.next = self.push.val() & !self.direct.val();
        self.ram.write_enable.next = self.ram_push.val();
        self.ram.write_address.next = self.write_at.q.val();
        self.ram.write_data.next = self.word.val();
        self.ram.read_address.next = self.read_at.q.val();
        if self.ram_push.val() {
            self.write_at.d.next = self.next_write.val();
        }
        if self.issue.val() {
            self.read_at.d.next = self.next_read.val();
        }
        self.last_read.next = self.next_read.val() == self.write_at.q.val();
        self.stored.d.next = self.ram_push.val()
            | (self.stored.q.val() & !(self.issue.val() & self.last_read.val()));
        self.read1.d.next = self.issue.val();
        self.read2.d.next = self.read1.q.val();
        self.place1.d.next = self.tail.q.val();
        self.place2.d.next = self.place1.q.val();

        self.next_tail.next = self.tail.q.val() + bits::<2>(1);
        self.next_head.next = self.head.q.val() + bits::<2>(1);
        self.more_credit.next = self.credit.q.val() + bits::<3>(1);
        self.less_credit.next = self.credit.q.val() - bits::<3>(1);
        if self.issue.val() | self.direct.val() {
            self.tail.d.next = self.next_tail.val();
        }
        if self.pop.val() {
            self.head.d.next = self.next_head.val();
        }
        if (self.issue.val() | self.direct.val()) & !self.pop.val() {
            self.credit.d.next = self.less_credit.val();
        } else if self.pop.val() & !(self.issue.val() | self.direct.val()) {
            self.credit.d.next = self.more_credit.val();
        }

        // The registers.
        self.come.next = bits::<4>(0);
        if self.direct.val() {
            self.come.next = bits::<4>(1) << self.tail.q.val();
        }
        self.arrive.next = bits::<4>(0);
        if self.read2.q.val() {
            self.arrive.next = bits::<4>(1) << self.place2.q.val();
        }
        self.gone.next = bits::<4>(0);
        if self.pop.val() {
            self.gone.next = bits::<4>(1) << self.head.q.val();
        }
        self.held.d.next =
            (self.held.q.val() & !self.gone.val()) | (self.come.val() | self.arrive.val());
        if self.come.val().get_bit(0) {
            self.data0.d.next = self.word.val();
        } else if self.arrive.val().get_bit(0) {
            self.data0.d.next = self.ram.read_data.val();
        }
        if self.come.val().get_bit(1) {
            self.data1.d.next = self.word.val();
        } else if self.arrive.val().get_bit(1) {
            self.data1.d.next = self.ram.read_data.val();
        }
        if self.come.val().get_bit(2) {
            self.data2.d.next = self.word.val();
        } else if self.arrive.val().get_bit(2) {
            self.data2.d.next = self.ram.read_data.val();
        }
        if self.come.val().get_bit(3) {
            self.data3.d.next = self.word.val();
        } else if self.arrive.val().get_bit(3) {
            self.data3.d.next = self.ram.read_data.val();
        }
        self.valid.next = self.held.q.val().get_bit(self.head.q.val().index());
        if self.head.q.val() == bits::<2>(0) {
            self.data.next = self.data0.q.val();
        } else if self.head.q.val() == bits::<2>(1) {
            self.data.next = self.data1.q.val();
        } else if self.head.q.val() == bits::<2>(2) {
            self.data.next = self.data2.q.val();
        } else {
            self.data.next = self.data3.q.val();
        }

        if self.reset.val() {
            self.write_at.d.next = bits::<A>(0);
            self.read_at.d.next = bits::<A>(0);
            self.stored.d.next = false;
            self.credit.d.next = bits::<3>(4);
            self.tail.d.next = bits::<2>(0);
            self.head.d.next = bits::<2>(0);
            self.read1.d.next = false;
            self.read2.d.next = false;
            self.held.d.next = bits::<4>(0);
        }
    }
}
