//! AES encryption of a block a clock, with 14 rounds in hardware.
//!
//! ```text
//!  block -[3]-(+)-[1]- 3 rounds - round with entry - 9 rounds - last round -- out
//!  key ---[white keys]  \--------- 19 clocks -----/
//! ```
//!
//! Contract: a block a clock with a key of its own, [`LATENCY`] clocks, no handshake, no reset, no
//! gap between keys or key sizes. Round keys come by the write port: bit `r` of `write_enable` is
//! round key `r`'s memory, `write_address` the key. With a key of 128 bits (`short`), rounds 1 to 4
//! count for nothing: its round keys 0 to 10 are rows 4 to 14, and its first one is also row 0.
//!
//! Why this way: a block with a short key takes as long as one with a long key, so that the order
//! of blocks never changes; the way around four rounds is one delay line and one 2:1 multiplexer.
//! Bottleneck: the entry, MixColumns and the multiplexer in one clock; the rounds, see `round.rs`.
//! What its bench (blocks with keys of both sizes against crate `aes`) cannot catch: what a block meets
//! that passes its own key's write; the gates of the S-box, which simulators get in a compact form (the
//! bench of the leaf compares both).
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::keys::KeyStep;
use super::round::{EnterRound, ROUND, Round};
use crate::leaf::functions::{MixKey, ShiftKey};
use crate::leaf::{Delay, Function, Ram};
use rust_hdl::prelude::*;

/// Clocks from `block` to `out`: the first key, then 14 rounds.
pub const LATENCY: usize = 4 + 14 * ROUND;

/// `S` is the S-box on 16 bytes, `A` the bits of a key's index.
#[derive(LogicBlock, Default)]
pub struct Aes14<S: Function, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<A>>,
    /// A key of 128 bits, one clock after `block`.
    pub short: Signal<In, Bit>,
    pub write_enable: Signal<In, Bits<15>>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    rows: [KeyStep<15, A>; 5],
    white: Ram<Bits<128>, A>,
    block1: DFF<Bits<128>>,
    block2: DFF<Bits<128>>,
    block3: DFF<Bits<128>>,
    white_q: DFF<Bits<128>>,
    state: DFF<Bits<128>>,
    key1: DFF<Bits<A>>,
    key2: DFF<Bits<A>>,
    key3: DFF<Bits<A>>,
    key4: DFF<Bits<A>>,
    short2: DFF<Bit>,
    short3: DFF<Bit>,
    short4: DFF<Bit>,
    around_short1: DFF<Bit>,
    around_short2: DFF<Bit>,
    around: Delay<Bits<128>, 19, true>,
    around_short: Delay<Bit, 17>,
    first: [Round<S, MixKey, A>; 3],
    entry: EnterRound<S, A>,
    middle: [Round<S, MixKey, A>; 9],
    last: Round<S, ShiftKey, A>,
}

impl<S: Function, const A: usize> Logic for Aes14<S, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            block1,
            block2,
            block3,
            white_q,
            state,
            key1,
            key2,
            key3,
            key4,
            short2,
            short3,
            short4,
            around_short1,
            around_short2
        );
        self.white.clock.next = self.clock.val();
        self.around.clock.next = self.clock.val();
        self.around_short.clock.next = self.clock.val();
        self.entry.clock.next = self.clock.val();
        self.last.clock.next = self.clock.val();
        for i in 0..3 {
            self.first[i].clock.next = self.clock.val();
        }
        for i in 0..9 {
            self.middle[i].clock.next = self.clock.val();
        }

        // Round keys on their way to the memories, three to a step.
        self.rows[0].enable_in.next = self.write_enable.val();
        self.rows[0].address_in.next = self.write_address.val();
        self.rows[0].data_in.next = self.write_data.val();
        for i in 0..5 {
            self.rows[i].clock.next = self.clock.val();
        }
        for i in 1..5 {
            self.rows[i].enable_in.next = self.rows[i - 1].enable.val();
            self.rows[i].address_in.next = self.rows[i - 1].address.val();
            self.rows[i].data_in.next = self.rows[i - 1].data.val();
        }
        self.white.write_enable.next = self.rows[0].enable.val().get_bit(0);
        self.white.write_address.next = self.rows[0].address.val();
        self.white.write_data.next = self.rows[0].data.val();
        for i in 0..2 {
            self.first[i].write_enable.next = self.rows[0].enable.val().get_bit(i + 1);
            self.first[i].write_address.next = self.rows[0].address.val();
            self.first[i].write_data.next = self.rows[0].data.val();
        }
        self.first[2].write_enable.next = self.rows[1].enable.val().get_bit(3);
        self.first[2].write_address.next = self.rows[1].address.val();
        self.first[2].write_data.next = self.rows[1].data.val();
        self.entry.write_enable.next = self.rows[1].enable.val().get_bit(4);
        self.entry.write_address.next = self.rows[1].address.val();
        self.entry.write_data.next = self.rows[1].data.val();
        self.middle[0].write_enable.next = self.rows[1].enable.val().get_bit(5);
        self.middle[0].write_address.next = self.rows[1].address.val();
        self.middle[0].write_data.next = self.rows[1].data.val();
        for i in 1..4 {
            self.middle[i].write_enable.next = self.rows[2].enable.val().get_bit(i + 5);
            self.middle[i].write_address.next = self.rows[2].address.val();
            self.middle[i].write_data.next = self.rows[2].data.val();
        }
        for i in 4..7 {
            self.middle[i].write_enable.next = self.rows[3].enable.val().get_bit(i + 5);
            self.middle[i].write_address.next = self.rows[3].address.val();
            self.middle[i].write_data.next = self.rows[3].data.val();
        }
        for i in 7..9 {
            self.middle[i].write_enable.next = self.rows[4].enable.val().get_bit(i + 5);
            self.middle[i].write_address.next = self.rows[4].address.val();
            self.middle[i].write_data.next = self.rows[4].data.val();
        }
        self.last.write_enable.next = self.rows[4].enable.val().get_bit(14);
        self.last.write_address.next = self.rows[4].address.val();
        self.last.write_data.next = self.rows[4].data.val();

        self.white.read_address.next = self.key.val();
        self.block1.d.next = self.block.val();
        self.block2.d.next = self.block1.q.val();
        self.block3.d.next = self.block2.q.val();
        self.white_q.d.next = self.white.read_data.val();
        self.state.d.next = self.block3.q.val() ^ self.white_q.q.val();
        self.key1.d.next = self.key.val();
        self.key2.d.next = self.key1.q.val();
        self.key3.d.next = self.key2.q.val();
        self.key4.d.next = self.key3.q.val();
        self.short2.d.next = self.short.val();
        self.short3.d.next = self.short2.q.val();
        self.short4.d.next = self.short3.q.val();
        self.around.x.next = self.state.q.val();
        // 19 clocks, of which 17 fit a memory of 16 words in LUTs.
        self.around_short2.d.next = self.around_short1.q.val();
        self.around_short.x.next = self.around_short2.q.val();
        self.around_short1.d.next = self.short4.q.val();

        self.first[0].state.next = self.state.q.val();
        self.first[0].address.next = self.key4.q.val();
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
        for i in 1..9 {
            self.middle[i].state.next = self.middle[i - 1].out.val();
            self.middle[i].address.next = self.middle[i - 1].address_out.val();
        }
        self.last.state.next = self.middle[8].out.val();
        self.last.address.next = self.middle[8].address_out.val();
        self.out.next = self.last.out.val();
    }
}
