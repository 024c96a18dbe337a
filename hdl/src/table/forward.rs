//! A block RAM that may be written while it is read.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Ram;
use rust_hdl::prelude::*;

/// `1 << A` words; one write and one read a clock, data two clocks after the address.
///
/// A read sees every write of earlier clocks and of its own clock: where the addresses are equal,
/// the word written goes round the memory, whose own answer is then undefined. `read_data` is a
/// multiplexer of registers. No reset: the words are what was written.
#[derive(LogicBlock, Default)]
pub struct ForwardRam<D: Synth, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, D>,
    pub read_address: Signal<In, Bits<A>>,
    pub read_data: Signal<Out, D>,
    ram: Ram<D, A>,
    equal1: DFF<Bit>,
    equal2: DFF<Bit>,
    word1: DFF<D>,
    word2: DFF<D>,
}

impl<D: Synth, const A: usize> Logic for ForwardRam<D, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, equal1, equal2, word1, word2);
        self.ram.clock.next = self.clock.val();
        self.ram.write_enable.next = self.write_enable.val();
        self.ram.write_address.next = self.write_address.val();
        self.ram.write_data.next = self.write_data.val();
        self.ram.read_address.next = self.read_address.val();
        self.equal1.d.next =
            self.write_enable.val() & (self.write_address.val() == self.read_address.val());
        self.equal2.d.next = self.equal1.q.val();
        self.word1.d.next = self.write_data.val();
        self.word2.d.next = self.word1.q.val();
        self.read_data.next = self.ram.read_data.val();
        if self.equal2.q.val() {
            self.read_data.next = self.word2.q.val();
        }
    }
}
