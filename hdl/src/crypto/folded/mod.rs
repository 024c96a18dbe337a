//! The small engine: AES-GCM with two rounds of AES and a multiplier of one digit, a block in 7 clocks.
//!
//! ```text
//!  sink, request --[slots]--+--[counter, AES: 73]------------+--[text, hash, tag]--[output]-- source
//!                           +--[text, attributes: waiting]---+
//!  write, wipe --[keys]--- round keys, first keys and hash keys, attributes
//! ```
//!
//! Streams, keys and verdicts as of [`super::engine::Engine`], at 16 bytes a beat.
//!
//! Contract. Packets leave in order. Throughput: a packet takes `GCM_CLOCKS_2` clocks for each beat of
//! its sealed form, that is `7 ceil((text + 16) / 16)`, at any size, mix of keys and sequence: the
//! additional data, the lengths and the tag take no clocks but those of the beat that sealing
//! adds. Latency: [`GCM_LATENCY_2`] clocks, from a first beat taken to where the first
//! beat of the sealed form would be, a beat in 7 clocks from there; behind a pause the first beat may wait up
//! to 6 clocks until it is taken. Opened text leaves before its verdict: hold it back. What is under
//! a key that is not set is not given out at all. A tag is compared in one go. `wipe` and reset clear
//! all keys as in the other engine. Of the rows of a key's powers only the first one, the hash key, is
//! kept. Drops: none.
//!
//! Time is counted in turns of 7 clocks, 0 to 6; a slot's clock 0 is that in which its beat is taken:
//!
//! | clock | what |
//! |---|---|
//! | 0 | a beat; the one before it, this slot's block of text, to memory |
//! | 1 | this beat to memory: what is behind the block |
//! | 2 | the counter into AES; attributes known; additional data to memory |
//! | 4 | the slot to memory |
//! | 70 + 1 to 7 | the slot, as it comes out of AES |
//! | 70 + 5 | the block of keystream |
//! | 70 + 7 to 13 | the hash |
//! | 70 + 14 to 20 | the tag is turned |
//! | 70 + 25, 26 | beats out |
//!
//! Why this way: with 2 rounds a block has 7 clocks, so all that the full-rate engine does in one clock
//! is spread over 7 here, and what waits does so in a memory row, not in 7 registers. Memories are read
//! several times a turn, for different ends: first keys and hash keys share one.
//!
//! Bottleneck: AES's ring, full with 10 blocks; GHASH's digit, see there. With 7 rounds a block would
//! have 2 clocks, but the hash of a block is back at its own input after 3, however wide a digit is: that
//! rate needs stored powers, as the full one does, and is [`super::engine::HalfEngine`].
//!
//! What the bench cannot catch: that memories in LUTs hold no zeros when power comes (nothing of
//! before a reset is given out, whatever is there); what keys leave in registers behind a wipe.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod hash;
pub mod output;
pub mod slots;
mod tag;
pub mod text;
pub mod waiting;

use super::keys::{KeyWrite, Keys};
use super::ring::Aes2;
use super::slot::Request;
use crate::leaf::{Function, LutRam, Ram};
use crate::stream::{FrameSink, FrameSource};
use hash::Hash;
use output::Output;
use rust_hdl::prelude::*;
use slots::Slots;
use spec::crypto::GCM_LATENCY_2;
use tag::Tag;
use text::Text;
use waiting::Waiting;

/// `S` is the S-box, `K` the bits of a key's index, `F = K + 1`, `P = K + 3`, `A = K + 4`.
#[derive(LogicBlock)]
pub struct Folded<S: Function, const K: usize, const F: usize, const P: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<128, 5>,
    pub request: Request<K>,
    pub source: FrameSource<128, 5>,
    pub verdict: Signal<Out, Bits<2>>,
    pub write: KeyWrite<K>,
    pub wipe: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    key_bits: Constant<Bits<5>>,
    hash_row: Constant<Bits<F>>,
    row_one: Constant<Bits<A>>,
    slots: Slots<K>,
    keys: Keys<K, 4, A>,
    aes: Aes2<S, K, P>,
    /// First round keys, then hash keys.
    firsts: Ram<Bits<128>, F>,
    attributes: LutRam<Bits<2>, K>,
    /// 16 slots each: text; what is behind it; additional data.
    blocks: Ram<Bits<128>, 6>,
    waiting: LutRam<Waiting, 4>,
    waiting_keys: LutRam<Bits<K>, 4>,
    hash: Hash,
    text: Text,
    tag: Tag,
    exit: Output,
    turn: DFF<Bits<7>>,
    /// The slot's place in the memories of what waits.
    at: DFF<Bits<4>>,
    short: DFF<Bit>,
    lost: DFF<Bit>,
    known: Signal<Local, Waiting>,
    then: Signal<Local, Waiting>,
    first_turn: Signal<Local, Bits<7>>,
    at_next: Signal<Local, Bits<4>>,
    ahead_at: Signal<Local, Bits<4>>,
    rest_at: Signal<Local, Bits<4>>,
    number: Signal<Local, Bits<16>>,
    high: Signal<Local, Bits<128>>,
    low: Signal<Local, Bits<128>>,
    high_placed: Signal<Local, Bits<128>>,
    low_placed: Signal<Local, Bits<128>>,
    below: Signal<Local, Bits<A>>,
    pass: Signal<Local, Bits<A>>,
    halved: Signal<Local, Bits<A>>,
    placed: Signal<Local, Bits<A>>,
    odd: Signal<Local, Bit>,
    even: Signal<Local, Bit>,
}

impl<S: Function, const K: usize, const F: usize, const P: usize, const A: usize> Default
    for Folded<S, K, F, P, A>
{
    fn default() -> Self {
        assert!(F == K + 1 && P == K + 3 && A == K + 4, "{K} bits of a key: {F}, {P}, {A}");
        assert!(1 << A > GCM_LATENCY_2, "a wipe must outlast what is under way");
        with_defaults!(
            {
                key_bits: Constant::new((K as u64).into()),
                hash_row: Constant::new((1u64 << K).into()),
                row_one: Constant::new((1u64 << K).into()),
            }
            clock, reset, sink, request, source, verdict, write, wipe, busy, slots, keys, aes, firsts,
            attributes, blocks, waiting, waiting_keys, hash, text, tag, exit, turn, at, short,
            lost, known, then, first_turn, at_next, ahead_at, rest_at, number, high, low,
            high_placed, low_placed, below, pass, halved, placed, odd, even
        )
    }
}

impl<S: Function, const K: usize, const F: usize, const P: usize, const A: usize> Logic
    for Folded<S, K, F, P, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, turn, at, short, lost);
        self.slots.clock.next = self.clock.val();
        self.keys.clock.next = self.clock.val();
        self.aes.clock.next = self.clock.val();
        self.firsts.clock.next = self.clock.val();
        self.attributes.clock.next = self.clock.val();
        self.attributes.read_enable.next = true;
        self.blocks.clock.next = self.clock.val();
        self.waiting.clock.next = self.clock.val();
        self.waiting.read_enable.next = true;
        self.waiting_keys.clock.next = self.clock.val();
        self.waiting_keys.read_enable.next = true;
        self.hash.clock.next = self.clock.val();
        self.text.clock.next = self.clock.val();
        self.tag.clock.next = self.clock.val();
        self.exit.clock.next = self.clock.val();
        self.slots.reset.next = self.reset.val();
        self.keys.reset.next = self.reset.val();
        self.exit.reset.next = self.reset.val();

        // Turns.
        self.first_turn.next = self.turn.q.val() >> bits::<4>(6);
        self.turn.d.next = (self.turn.q.val() << bits::<4>(1)) | self.first_turn.val();
        self.slots.turn.next = self.turn.q.val();
        self.hash.turn.next = self.turn.q.val();
        self.text.turn.next = self.turn.q.val();
        self.tag.turn.next = self.turn.q.val();
        self.exit.turn.next = self.turn.q.val();
        self.at_next.next = self.at.q.val() + bits::<4>(1);
        if self.turn.q.val().get_bit(6) {
            self.at.d.next = self.at_next.val();
        }

        // Keys: round keys 1 to 14 by turns to both rounds, 0 to the first keys.
        KeyWrite::<K>::link(&mut self.write, &mut self.keys.write);
        self.keys.wipe.next = self.wipe.val();
        self.busy.next = self.keys.busy.val();
        self.attributes.write_enable.next = self.keys.attributes.val();
        self.attributes.write_address.next = self.keys.key.val();
        self.attributes.write_data.next = self.keys.data.val().get_bits::<2>(0);
        self.firsts.write_enable.next =
            self.keys.rounds.val().get_bit(0) | self.keys.first_power.val();
        self.firsts.write_address.next = self.keys.power.val().get_bits::<F>(0);
        self.firsts.write_data.next = self.keys.data.val();
        self.odd.next = (self.keys.rounds.val() & bits::<15>(0x2aaa)) != bits::<15>(0);
        self.even.next = (self.keys.rounds.val() & bits::<15>(0x5554)) != bits::<15>(0);
        self.aes.write_enable.next = bits::<2>(0);
        if self.odd.val() & self.even.val() {
            self.aes.write_enable.next = bits::<2>(3);
        } else if self.odd.val() {
            self.aes.write_enable.next = bits::<2>(1);
        } else if self.even.val() {
            self.aes.write_enable.next = bits::<2>(2);
        }
        self.below.next = self.keys.power.val() - self.row_one.val();
        self.pass.next = self.below.val() >> self.key_bits.val();
        self.halved.next = self.pass.val() >> bits::<2>(1);
        self.placed.next = self.halved.val() << self.key_bits.val();
        self.aes.write_address.next =
            self.placed.val().get_bits::<P>(0) | bit_cast::<P, K>(self.keys.key.val());
        self.aes.write_data.next = self.keys.data.val();

        // Slots, one a turn.
        FrameSink::<128, 5>::link(&mut self.sink, &mut self.slots.sink);
        Request::<K>::link(&mut self.request, &mut self.slots.request);
        self.slots.go.next = self.exit.room.val() & !self.keys.busy.val();
        self.slots.spoil.next = self.keys.busy.val();
        self.exit.made.next = self.slots.made.val() & self.turn.q.val().get_bit(1);

        // Clock 2: the counter, its most significant byte first, behind the nonce; block 0 has 1.
        self.number.next = bit_cast::<16, 11>(self.slots.block.val()) + bits::<16>(1);
        self.high.next = bit_cast::<128, 8>(self.number.val().get_bits::<8>(8));
        self.low.next = bit_cast::<128, 8>(self.number.val().get_bits::<8>(0));
        self.high_placed.next = self.high.val() << bits::<8>(112);
        self.low_placed.next = self.low.val() << bits::<8>(120);
        self.aes.block.next = bit_cast::<128, 96>(self.slots.nonce.val())
            | self.high_placed.val()
            | self.low_placed.val();
        self.aes.key.next = self.slots.key.val();
        self.aes.enter.next = self.slots.made.val() & self.turn.q.val().get_bit(2);
        self.attributes.read_address.next = self.slots.key.val();
        self.short.d.next = self.attributes.read_data.val().get_bit(1);
        self.aes.short.next = self.short.q.val();
        self.aes.white.next = self.firsts.read_data.val();

        // What waits, written in clocks 0 to 2 and 4.
        self.known.next = self.slots.slot.val();
        self.known.next.ok = self.attributes.read_data.val().get_bit(0);
        self.waiting.write_enable.next = self.turn.q.val().get_bit(4);
        self.waiting.write_address.next = self.at.q.val();
        self.waiting.write_data.next = self.known.val();
        self.waiting_keys.write_enable.next = self.turn.q.val().get_bit(4);
        self.waiting_keys.write_address.next = self.at.q.val();
        self.waiting_keys.write_data.next = self.slots.key.val();
        self.blocks.write_enable.next = self.turn.q.val().get_bit(0)
            | self.turn.q.val().get_bit(1)
            | self.turn.q.val().get_bit(2);
        self.blocks.write_address.next = bit_cast::<6, 4>(self.at.q.val());
        self.blocks.write_data.next = self.slots.beat.val();
        if self.turn.q.val().get_bit(1) {
            self.blocks.write_address.next = bit_cast::<6, 4>(self.at.q.val()) | bits::<6>(16);
        }
        if self.turn.q.val().get_bit(2) {
            self.blocks.write_address.next = bit_cast::<6, 4>(self.at.q.val()) | bits::<6>(32);
            self.blocks.write_data.next = self.slots.aad.val();
        }

        // 10 turns later: the slot whose block AES gives, and what is behind the slot 2 turns before.
        self.ahead_at.next = self.at.q.val() - bits::<4>(10);
        self.rest_at.next = self.at.q.val() - bits::<4>(12);
        self.waiting.read_address.next = self.ahead_at.val();
        self.waiting_keys.read_address.next = self.ahead_at.val();
        self.blocks.read_address.next = bit_cast::<6, 4>(self.rest_at.val()) | bits::<6>(16);
        if self.turn.q.val().get_bit(3) {
            self.blocks.read_address.next = bit_cast::<6, 4>(self.ahead_at.val());
            if self.waiting.read_data.val().first {
                self.blocks.read_address.next =
                    bit_cast::<6, 4>(self.ahead_at.val()) | bits::<6>(32);
            }
        }
        self.firsts.read_address.next =
            bit_cast::<F, K>(self.waiting_keys.read_data.val()) | self.hash_row.val();
        if self.turn.q.val().get_bit(2) {
            self.firsts.read_address.next = bit_cast::<F, K>(self.slots.key.val());
        }

        // Text, hash, tag.
        self.text.slot.next = self.waiting.read_data.val();
        self.text.data.next = self.blocks.read_data.val();
        self.text.stream.next = self.aes.out.val();
        self.hash.slot.next = self.waiting.read_data.val();
        self.hash.block.next = self.text.block.val();
        self.hash.hash_key.next = self.firsts.read_data.val();
        self.tag.slot.next = self.waiting.read_data.val();
        self.tag.stream.next = self.aes.out.val();
        self.tag.slot_before.next = self.text.slot_before.val();
        self.tag.sum.next = self.hash.sum.val();
        self.tag.text.next = self.text.text.val();
        self.tag.mask.next = self.text.mask.val();
        self.tag.rest.next = self.blocks.read_data.val();

        // Out. What was under way at a reset still waits in memory, and is forgotten here.
        if !self.keys.busy.val() {
            self.lost.d.next = false;
        }
        if self.reset.val() {
            self.lost.d.next = true;
            self.turn.d.next = bits::<7>(1);
        }
        self.then.next = self.text.slot_then.val();
        self.then.next.valid = self.text.slot_then.val().valid & !self.lost.q.val();
        self.exit.slot.next = self.then.val();
        self.exit.text.next = self.text.text.val();
        self.exit.mask.next = self.text.mask.val();
        self.exit.tag.next = self.tag.tag.val();
        self.exit.differs.next = self.tag.differs.val();
        self.exit.spoil.next = self.keys.busy.val();
        FrameSource::<128, 5>::link(&mut self.source, &mut self.exit.source);
        self.verdict.next = self.exit.verdict.val();
    }
}
