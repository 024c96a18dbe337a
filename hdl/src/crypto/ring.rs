//! AES encryption with fewer rounds in hardware than the cipher has: a ring that every block passes
//! two or seven times.
//!
//! ```text
//!  block -[2]-(+)-[1]--+-- rounds -- round with end --+-- out
//!  key ---[white keys] \------------------------------/
//! ```
//!
//! Contract: as `aes.rs`, with a block every 2 clocks (7 rounds) or every 7 clocks (2 rounds): `enter`
//! is high with each block, and at most so often. The same latency. A round's memory has a row for
//! each pass: `write_address` is the key below the pass. Bit 0 of `write_enable` is the memory of first
//! keys, bit `p` that of round `p` in hardware; round key `r` is round `(r - 1) % R + 1` of pass
//! `(r - 1) / R`.
//!
//! Why this way: five clocks a round times 7 or 2 rounds has no divisor in common with the 2 or 7
//! passes, so a new block never meets an old one at the entry, and nothing needs to be arbitrated.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::round::{EndRound, EnterRound, Round};
use crate::leaf::functions::MixKey;
use crate::leaf::{Delay, Function, Ram};
use rust_hdl::prelude::*;

/// Seven rounds, 2 passes; `K` bits of a key's index, `A = K + 1`.
#[derive(LogicBlock)]
pub struct Aes7<S: Function, const K: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub enter: Signal<In, Bit>,
    /// A key of 128 bits, one clock after `block`.
    pub short: Signal<In, Bit>,
    pub write_enable: Signal<In, Bits<8>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    key_bits: Constant<Bits<5>>,
    step: Constant<Bits<A>>,
    last_pass: Constant<Bits<A>>,
    white: Ram<Bits<128>, K>,
    block1: DFF<Bits<128>>,
    block2: DFF<Bits<128>>,
    state: DFF<Bits<128>>,
    key1: DFF<Bits<K>>,
    key2: DFF<Bits<K>>,
    key3: DFF<Bits<K>>,
    enter1: DFF<Bit>,
    enter2: DFF<Bit>,
    enter3: DFF<Bit>,
    short2: DFF<Bit>,
    short3: DFF<Bit>,
    around1: DFF<Bits<128>>,
    around2: DFF<Bits<128>>,
    around_short1: DFF<Bit>,
    around_short2: DFF<Bit>,
    around: Delay<Bits<128>, 17>,
    around_short: Delay<Bit, 17>,
    first: [Round<S, MixKey, A>; 3],
    entry: EnterRound<S, A>,
    middle: [Round<S, MixKey, A>; 2],
    end_round: EndRound<S, A>,
    again: Signal<Local, Bits<A>>,
    pass: Signal<Local, Bits<A>>,
    state_in: Signal<Local, Bits<128>>,
    address_in: Signal<Local, Bits<A>>,
}

impl<S: Function, const K: usize, const A: usize> Default for Aes7<S, K, A> {
    fn default() -> Self {
        assert!(A == K + 1, "{K} bits of a key, {A} with its pass");
        with_defaults!(
            {
                key_bits: Constant::new((K as u64).into()),
                step: Constant::new((1u64 << K).into()),
                last_pass: Constant::new(1u64.into()),
            }
            clock, block, key, enter, short, write_enable, write_address, write_data, out, white, block1, block2, state, key1, key2, key3, enter1, enter2, enter3, short2, short3, around1, around2, around_short1, around_short2, around, around_short, first, entry, middle, end_round, again, pass, state_in, address_in
        )
    }
}

impl<S: Function, const K: usize, const A: usize> Logic for Aes7<S, K, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            block1,
            block2,
            state,
            key1,
            key2,
            key3,
            enter1,
            enter2,
            enter3,
            short2,
            short3,
            around1,
            around2,
            around_short1,
            around_short2
        );
        self.white.clock.next = self.clock.val();
        self.around.clock.next = self.clock.val();
        self.around_short.clock.next = self.clock.val();
        self.end_round.clock.next = self.clock.val();
        for i in 0..3 {
            self.first[i].clock.next = self.clock.val();
            self.first[i].write_enable.next = self.write_enable.val().get_bit(i + 1);
            self.first[i].write_address.next = self.write_address.val();
            self.first[i].write_data.next = self.write_data.val();
        }
        self.entry.clock.next = self.clock.val();
        self.entry.write_enable.next = self.write_enable.val().get_bit(4);
        self.entry.write_address.next = self.write_address.val();
        self.entry.write_data.next = self.write_data.val();
        for i in 0..2 {
            self.middle[i].clock.next = self.clock.val();
            self.middle[i].write_enable.next = self.write_enable.val().get_bit(i + 5);
            self.middle[i].write_address.next = self.write_address.val();
            self.middle[i].write_data.next = self.write_data.val();
        }
        self.white.write_enable.next = self.write_enable.val().get_bit(0);
        self.white.write_address.next = self.write_address.val().get_bits::<K>(0);
        self.white.write_data.next = self.write_data.val();
        self.end_round.write_enable.next = self.write_enable.val().get_bit(7);
        self.end_round.write_address.next = self.write_address.val();
        self.end_round.write_data.next = self.write_data.val();

        self.white.read_address.next = self.key.val();
        self.block1.d.next = self.block.val();
        self.block2.d.next = self.block1.q.val();
        self.state.d.next = self.block2.q.val() ^ self.white.read_data.val();
        self.key1.d.next = self.key.val();
        self.key2.d.next = self.key1.q.val();
        self.key3.d.next = self.key2.q.val();
        self.enter1.d.next = self.enter.val();
        self.enter2.d.next = self.enter1.q.val();
        self.enter3.d.next = self.enter2.q.val();
        self.short2.d.next = self.short.val();
        self.short3.d.next = self.short2.q.val();
        // 19 clocks, of which 17 fit a memory of 16 words in LUTs.
        self.around1.d.next = self.state.q.val();
        self.around2.d.next = self.around1.q.val();
        self.around.x.next = self.around2.q.val();
        self.around_short2.d.next = self.around_short1.q.val();
        self.around_short.x.next = self.around_short2.q.val();
        self.around_short1.d.next = self.short3.q.val() & self.enter3.q.val();

        // A new block, or an old one for its next pass.
        self.again.next = self.end_round.address_out.val() + self.step.val();
        self.state_in.next = self.end_round.out.val();
        self.address_in.next = self.again.val();
        if self.enter3.q.val() {
            self.state_in.next = self.state.q.val();
            self.address_in.next = bit_cast::<A, K>(self.key3.q.val());
        }
        self.first[0].state.next = self.state_in.val();
        self.first[0].address.next = self.address_in.val();
        for i in 1..3 {
            self.first[i].state.next = self.first[i - 1].out.val();
            self.first[i].address.next = self.first[i - 1].address_out.val();
        }
        self.entry.state.next = self.first[2].out.val();
        self.entry.address.next = self.first[2].address_out.val();
        self.entry.other.next = self.around.y.val();
        self.entry.swap.next = self.around_short.y.val();
        self.middle[0].state.next = self.entry.out.val();
        self.middle[0].address.next = self.entry.address_out.val();
        self.middle[1].state.next = self.middle[0].out.val();
        self.middle[1].address.next = self.middle[0].address_out.val();
        self.end_round.state.next = self.middle[1].out.val();
        self.end_round.address.next = self.middle[1].address_out.val();
        self.end_round.other.next = bits::<128>(0);
        self.end_round.swap.next = false;
        self.pass.next = self.end_round.almost.val() >> self.key_bits.val();
        self.end_round.last.next = self.pass.val() == self.last_pass.val();
        self.out.next = self.end_round.out.val();
    }
}

/// Two rounds, 7 passes; `K` bits of a key's index, `A = K + 3`.
#[derive(LogicBlock)]
pub struct Aes2<S: Function, const K: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub enter: Signal<In, Bit>,
    /// A key of 128 bits, one clock after `block`.
    pub short: Signal<In, Bit>,
    pub write_enable: Signal<In, Bits<3>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    key_bits: Constant<Bits<5>>,
    step: Constant<Bits<A>>,
    last_pass: Constant<Bits<A>>,
    white: Ram<Bits<128>, K>,
    block1: DFF<Bits<128>>,
    block2: DFF<Bits<128>>,
    state: DFF<Bits<128>>,
    key1: DFF<Bits<K>>,
    key2: DFF<Bits<K>>,
    key3: DFF<Bits<K>>,
    enter1: DFF<Bit>,
    enter2: DFF<Bit>,
    enter3: DFF<Bit>,
    short2: DFF<Bit>,
    short3: DFF<Bit>,
    around1: DFF<Bits<128>>,
    around2: DFF<Bits<128>>,
    around_short1: DFF<Bit>,
    around_short2: DFF<Bit>,
    around: Delay<Bits<128>, 17>,
    around_short: Delay<Bit, 17>,
    first: [Round<S, MixKey, A>; 1],
    end_round: EndRound<S, A>,
    again: Signal<Local, Bits<A>>,
    pass: Signal<Local, Bits<A>>,
    state_in: Signal<Local, Bits<128>>,
    address_in: Signal<Local, Bits<A>>,
}

impl<S: Function, const K: usize, const A: usize> Default for Aes2<S, K, A> {
    fn default() -> Self {
        assert!(A == K + 3, "{K} bits of a key, {A} with its pass");
        with_defaults!(
            {
                key_bits: Constant::new((K as u64).into()),
                step: Constant::new((1u64 << K).into()),
                last_pass: Constant::new(6u64.into()),
            }
            clock, block, key, enter, short, write_enable, write_address, write_data, out, white, block1, block2, state, key1, key2, key3, enter1, enter2, enter3, short2, short3, around1, around2, around_short1, around_short2, around, around_short, first, end_round, again, pass, state_in, address_in
        )
    }
}

impl<S: Function, const K: usize, const A: usize> Logic for Aes2<S, K, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            block1,
            block2,
            state,
            key1,
            key2,
            key3,
            enter1,
            enter2,
            enter3,
            short2,
            short3,
            around1,
            around2,
            around_short1,
            around_short2
        );
        self.white.clock.next = self.clock.val();
        self.around.clock.next = self.clock.val();
        self.around_short.clock.next = self.clock.val();
        self.end_round.clock.next = self.clock.val();
        for i in 0..1 {
            self.first[i].clock.next = self.clock.val();
            self.first[i].write_enable.next = self.write_enable.val().get_bit(i + 1);
            self.first[i].write_address.next = self.write_address.val();
            self.first[i].write_data.next = self.write_data.val();
        }
        self.white.write_enable.next = self.write_enable.val().get_bit(0);
        self.white.write_address.next = self.write_address.val().get_bits::<K>(0);
        self.white.write_data.next = self.write_data.val();
        self.end_round.write_enable.next = self.write_enable.val().get_bit(2);
        self.end_round.write_address.next = self.write_address.val();
        self.end_round.write_data.next = self.write_data.val();

        self.white.read_address.next = self.key.val();
        self.block1.d.next = self.block.val();
        self.block2.d.next = self.block1.q.val();
        self.state.d.next = self.block2.q.val() ^ self.white.read_data.val();
        self.key1.d.next = self.key.val();
        self.key2.d.next = self.key1.q.val();
        self.key3.d.next = self.key2.q.val();
        self.enter1.d.next = self.enter.val();
        self.enter2.d.next = self.enter1.q.val();
        self.enter3.d.next = self.enter2.q.val();
        self.short2.d.next = self.short.val();
        self.short3.d.next = self.short2.q.val();
        // 19 clocks, of which 17 fit a memory of 16 words in LUTs.
        self.around1.d.next = self.state.q.val();
        self.around2.d.next = self.around1.q.val();
        self.around.x.next = self.around2.q.val();
        self.around_short2.d.next = self.around_short1.q.val();
        self.around_short.x.next = self.around_short2.q.val();
        self.around_short1.d.next = self.short3.q.val() & self.enter3.q.val();

        // A new block, or an old one for its next pass.
        self.again.next = self.end_round.address_out.val() + self.step.val();
        self.state_in.next = self.end_round.out.val();
        self.address_in.next = self.again.val();
        if self.enter3.q.val() {
            self.state_in.next = self.state.q.val();
            self.address_in.next = bit_cast::<A, K>(self.key3.q.val());
        }
        self.first[0].state.next = self.state_in.val();
        self.first[0].address.next = self.address_in.val();
        self.end_round.state.next = self.first[0].out.val();
        self.end_round.address.next = self.first[0].address_out.val();
        self.end_round.other.next = self.around.y.val();
        self.end_round.swap.next = self.around_short.y.val();
        self.pass.next = self.end_round.almost.val() >> self.key_bits.val();
        self.end_round.last.next = self.pass.val() == self.last_pass.val();
        self.out.next = self.end_round.out.val();
    }
}
