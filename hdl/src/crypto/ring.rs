//! AES encryption with fewer rounds in hardware than the cipher has: a ring that every block passes
//! two or seven times.
//!
//! ```text
//!  block -[2]-(+)-[1]--+-- rounds -- round with end --+-- out
//!  white -------/       \------------------------------/
//! ```
//!
//! Contract: as `aes.rs`, with a block every 2 clocks (7 rounds) or every 7 clocks (2 rounds): `enter`
//! is high with each block, and at most so often. [`LATENCY`] clocks. The first round key, `white`, comes
//! from outside, 2 clocks after its block. A round's memory has a row for each pass: `write_address` is
//! the key below the pass. Bit `p` of `write_enable`, from 0, is the memory of round `p + 1` in hardware;
//! round key `r` is round `(r - 1) % R + 1` of pass `(r - 1) / R`.
//!
//! Why this way: five clocks a round times 7 or 2 rounds has no divisor in common with the 2 or 7
//! passes, so a new block never meets an old one at the entry, and nothing needs to be arbitrated. The
//! ring is full then: each round's memory is read in every clock, and only the first key, read once
//! a block, can share a memory with anything else.
//! Bottleneck: the first S-box behind the choice of a new or an old block.
//! What its bench cannot catch: `enter` more often than the contract says, which nobody does.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::round::{EndRound, EnterRound, ROUND, Round};
use crate::leaf::functions::MixKey;
use crate::leaf::{Delay, Function};
use rust_hdl::prelude::*;

/// Clocks from `block` to `out`: the first key, then 14 rounds.
pub const LATENCY: usize = 3 + 14 * ROUND;

/// The way in: the first round key.
#[derive(LogicBlock, Default)]
pub struct Entry<const K: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub enter: Signal<In, Bit>,
    /// A key of 128 bits, one clock after `block`.
    pub short: Signal<In, Bit>,
    /// Two clocks after `block`.
    pub white: Signal<In, Bits<128>>,
    /// Three clocks after `block`, as the others.
    pub state: Signal<Out, Bits<128>>,
    pub state_key: Signal<Out, Bits<K>>,
    pub entered: Signal<Out, Bit>,
    /// Entered, with a short key.
    pub skips: Signal<Out, Bit>,
    block1: DFF<Bits<128>>,
    block2: DFF<Bits<128>>,
    state_q: DFF<Bits<128>>,
    key1: DFF<Bits<K>>,
    key2: DFF<Bits<K>>,
    key3: DFF<Bits<K>>,
    enter1: DFF<Bit>,
    enter2: DFF<Bit>,
    enter3: DFF<Bit>,
    short2: DFF<Bit>,
    short3: DFF<Bit>,
}

impl<const K: usize> Logic for Entry<K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, block1, block2, state_q, key1, key2, key3, enter1, enter2, enter3, short2,
            short3
        );
        self.block1.d.next = self.block.val();
        self.block2.d.next = self.block1.q.val();
        self.state_q.d.next = self.block2.q.val() ^ self.white.val();
        self.key1.d.next = self.key.val();
        self.key2.d.next = self.key1.q.val();
        self.key3.d.next = self.key2.q.val();
        self.enter1.d.next = self.enter.val();
        self.enter2.d.next = self.enter1.q.val();
        self.enter3.d.next = self.enter2.q.val();
        self.short2.d.next = self.short.val();
        self.short3.d.next = self.short2.q.val();
        self.state.next = self.state_q.q.val();
        self.state_key.next = self.key3.q.val();
        self.entered.next = self.enter3.q.val();
        self.skips.next = self.short3.q.val() & self.enter3.q.val();
    }
}

/// The way around four rounds: `state_then` and `swap` are `state` and `skips` 19 clocks ago, if
/// `entered` was high then. States come 7 clocks apart, or more: three registers hold all that are
/// under way.
#[derive(LogicBlock, Default)]
pub struct Around {
    pub clock: Signal<In, Clock>,
    pub state: Signal<In, Bits<128>>,
    pub entered: Signal<In, Bit>,
    pub skips: Signal<In, Bit>,
    pub state_then: Signal<Out, Bits<128>>,
    pub swap: Signal<Out, Bit>,
    held1: DFF<Bits<128>>,
    held8: DFF<Bits<128>>,
    held15: DFF<Bits<128>>,
    /// Bit `i`: `i + 1` clocks ago.
    entries: DFF<Bits<14>>,
    swaps: DFF<Bits<19>>,
}

impl Logic for Around {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, held1, held8, held15, entries, swaps);
        self.entries.d.next = self.entries.q.val() << bits::<4>(1);
        self.swaps.d.next = self.swaps.q.val() << bits::<4>(1);
        if self.skips.val() {
            self.swaps.d.next = (self.swaps.q.val() << bits::<4>(1)) | bits::<19>(1);
        }
        if self.entered.val() {
            self.entries.d.next = (self.entries.q.val() << bits::<4>(1)) | bits::<14>(1);
            self.held1.d.next = self.state.val();
        }
        if self.entries.q.val().get_bit(6) {
            self.held8.d.next = self.held1.q.val();
        }
        if self.entries.q.val().get_bit(13) {
            self.held15.d.next = self.held8.q.val();
        }
        self.state_then.next = self.held15.q.val();
        self.swap.next = self.swaps.q.val().get_bit(18);
    }
}

/// Where a pass begins and another ends: `K` bits of a key's index, `A` of a key's and a pass's.
#[derive(LogicBlock)]
pub struct Turn<const K: usize, const A: usize> {
    pub state: Signal<In, Bits<128>>,
    pub state_key: Signal<In, Bits<K>>,
    pub entered: Signal<In, Bit>,
    /// Out of the last round, with the address one clock before and the address.
    pub old: Signal<In, Bits<128>>,
    pub almost: Signal<In, Bits<A>>,
    pub address: Signal<In, Bits<A>>,
    /// Into the first round.
    pub state_in: Signal<Out, Bits<128>>,
    pub address_in: Signal<Out, Bits<A>>,
    /// The last round of the last pass, one clock before its output.
    pub last: Signal<Out, Bit>,
    key_bits: Constant<Bits<5>>,
    step: Constant<Bits<A>>,
    last_pass: Constant<Bits<A>>,
    again: Signal<Local, Bits<A>>,
    pass: Signal<Local, Bits<A>>,
}

impl<const K: usize, const A: usize> Turn<K, A> {
    fn new(passes: u64) -> Self {
        assert!(A == K + passes.next_power_of_two().ilog2() as usize, "{A} bits, {K} of a key");
        with_defaults!(
            {
                key_bits: Constant::new((K as u64).into()),
                step: Constant::new((1u64 << K).into()),
                last_pass: Constant::new((passes - 1).into()),
            }
            state, state_key, entered, old, almost, address, state_in, address_in, last, again, pass
        )
    }
}

impl<const K: usize, const A: usize> Logic for Turn<K, A> {
    #[hdl_gen]
    fn update(&mut self) {
        self.again.next = self.address.val() + self.step.val();
        self.state_in.next = self.old.val();
        self.address_in.next = self.again.val();
        if self.entered.val() {
            self.state_in.next = self.state.val();
            self.address_in.next = bit_cast::<A, K>(self.state_key.val());
        }
        self.pass.next = self.almost.val() >> self.key_bits.val();
        self.last.next = self.pass.val() == self.last_pass.val();
    }
}

/// Seven rounds, 2 passes; `K` bits of a key's index, `A = K + 1`.
#[derive(LogicBlock)]
pub struct Aes7<S: Function, const K: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub enter: Signal<In, Bit>,
    pub short: Signal<In, Bit>,
    pub white: Signal<In, Bits<128>>,
    pub write_enable: Signal<In, Bits<7>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    entry: Entry<K>,
    around: Delay<Bits<128>, 19>,
    swap: Delay<Bit, 19>,
    turn: Turn<K, A>,
    first: [Round<S, MixKey, A>; 3],
    fourth: EnterRound<S, A>,
    middle: [Round<S, MixKey, A>; 2],
    end_round: EndRound<S, A>,
}

impl<S: Function, const K: usize, const A: usize> Default for Aes7<S, K, A> {
    fn default() -> Self {
        with_defaults!(
            { turn: Turn::new(2), }
            clock, block, key, enter, short, white, write_enable, write_address, write_data, out,
            entry, around, swap, first, fourth, middle, end_round
        )
    }
}

impl<S: Function, const K: usize, const A: usize> Logic for Aes7<S, K, A> {
    #[hdl_gen]
    fn update(&mut self) {
        self.entry.clock.next = self.clock.val();
        self.around.clock.next = self.clock.val();
        self.swap.clock.next = self.clock.val();
        self.fourth.clock.next = self.clock.val();
        self.end_round.clock.next = self.clock.val();
        for i in 0..3 {
            self.first[i].clock.next = self.clock.val();
            self.first[i].write_enable.next = self.write_enable.val().get_bit(i);
            self.first[i].write_address.next = self.write_address.val();
            self.first[i].write_data.next = self.write_data.val();
        }
        self.fourth.write_enable.next = self.write_enable.val().get_bit(3);
        self.fourth.write_address.next = self.write_address.val();
        self.fourth.write_data.next = self.write_data.val();
        for i in 0..2 {
            self.middle[i].clock.next = self.clock.val();
            self.middle[i].write_enable.next = self.write_enable.val().get_bit(i + 4);
            self.middle[i].write_address.next = self.write_address.val();
            self.middle[i].write_data.next = self.write_data.val();
        }
        self.end_round.write_enable.next = self.write_enable.val().get_bit(6);
        self.end_round.write_address.next = self.write_address.val();
        self.end_round.write_data.next = self.write_data.val();
        self.entry.block.next = self.block.val();
        self.entry.key.next = self.key.val();
        self.entry.enter.next = self.enter.val();
        self.entry.short.next = self.short.val();
        self.entry.white.next = self.white.val();

        self.turn.state.next = self.entry.state.val();
        self.turn.state_key.next = self.entry.state_key.val();
        self.turn.entered.next = self.entry.entered.val();
        self.turn.old.next = self.end_round.out.val();
        self.turn.almost.next = self.end_round.almost.val();
        self.turn.address.next = self.end_round.address_out.val();
        self.first[0].state.next = self.turn.state_in.val();
        self.first[0].address.next = self.turn.address_in.val();
        for i in 1..3 {
            self.first[i].state.next = self.first[i - 1].out.val();
            self.first[i].address.next = self.first[i - 1].address_out.val();
        }
        self.fourth.state.next = self.first[2].out.val();
        self.fourth.address.next = self.first[2].address_out.val();
        self.around.x.next = self.entry.state.val();
        self.swap.x.next = self.entry.skips.val();
        self.fourth.other.next = self.around.y.val();
        self.fourth.swap.next = self.swap.y.val();
        self.middle[0].state.next = self.fourth.out.val();
        self.middle[0].address.next = self.fourth.address_out.val();
        self.middle[1].state.next = self.middle[0].out.val();
        self.middle[1].address.next = self.middle[0].address_out.val();
        self.end_round.state.next = self.middle[1].out.val();
        self.end_round.address.next = self.middle[1].address_out.val();
        self.end_round.other.next = bits::<128>(0);
        self.end_round.swap.next = false;
        self.end_round.last.next = self.turn.last.val();
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
    pub short: Signal<In, Bit>,
    pub white: Signal<In, Bits<128>>,
    pub write_enable: Signal<In, Bits<2>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    entry: Entry<K>,
    around: Around,
    turn: Turn<K, A>,
    first: Round<S, MixKey, A>,
    end_round: EndRound<S, A>,
}

impl<S: Function, const K: usize, const A: usize> Default for Aes2<S, K, A> {
    fn default() -> Self {
        with_defaults!(
            { turn: Turn::new(7), }
            clock, block, key, enter, short, white, write_enable, write_address, write_data, out,
            entry, around, first, end_round
        )
    }
}

impl<S: Function, const K: usize, const A: usize> Logic for Aes2<S, K, A> {
    #[hdl_gen]
    fn update(&mut self) {
        self.entry.clock.next = self.clock.val();
        self.around.clock.next = self.clock.val();
        self.first.clock.next = self.clock.val();
        self.end_round.clock.next = self.clock.val();
        self.first.write_enable.next = self.write_enable.val().get_bit(0);
        self.first.write_address.next = self.write_address.val();
        self.first.write_data.next = self.write_data.val();
        self.end_round.write_enable.next = self.write_enable.val().get_bit(1);
        self.end_round.write_address.next = self.write_address.val();
        self.end_round.write_data.next = self.write_data.val();
        self.entry.block.next = self.block.val();
        self.entry.key.next = self.key.val();
        self.entry.enter.next = self.enter.val();
        self.entry.short.next = self.short.val();
        self.entry.white.next = self.white.val();

        self.turn.state.next = self.entry.state.val();
        self.turn.state_key.next = self.entry.state_key.val();
        self.turn.entered.next = self.entry.entered.val();
        self.turn.old.next = self.end_round.out.val();
        self.turn.almost.next = self.end_round.almost.val();
        self.turn.address.next = self.end_round.address_out.val();
        self.first.state.next = self.turn.state_in.val();
        self.first.address.next = self.turn.address_in.val();
        self.end_round.state.next = self.first.out.val();
        self.end_round.address.next = self.first.address_out.val();
        self.around.state.next = self.entry.state.val();
        self.around.entered.next = self.entry.entered.val();
        self.around.skips.next = self.entry.skips.val();
        self.end_round.other.next = self.around.state_then.val();
        self.end_round.swap.next = self.around.swap.val();
        self.end_round.last.next = self.turn.last.val();
        self.out.next = self.end_round.out.val();
    }
}
