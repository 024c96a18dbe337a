//! A lane of the engine: counter, AES, text, GHASH for a block a clock.
//!
//! Contract: the times of `text.rs`, `ghash.rs` and `tag.rs`. All inputs from `slots.rs` come in the
//! clock of its `data`; `short` (the key's attribute) comes 2 clocks after it, `slot` and `previous`
//! [`SLOT`] clocks after it. Lanes form two chains from the last lane to the first: the sum of the
//! parts of the hash, and whether any lane but the first has seen another tag.
//! Why a block of its own: a beat of 64 bytes is four of these, which differ in their number alone.
//! Bottleneck: those of its parts; between lanes, the chain of sums, an addition a lane in one clock.
//! What the bench cannot catch: one lane's work done by another with the same result, as with equal
//! blocks; its texts are random.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::aes::{Aes14, LATENCY};
use super::ghash::Ghash;
use super::slot::Slot;
use super::text::{HEAD, Text};
use crate::leaf::Function;
use rust_hdl::prelude::*;

/// Clocks from the counter's number to `slot`.
pub const SLOT: usize = 1 + LATENCY - HEAD;

/// One of `LANES` lanes; the S-box, bits of a key's index, of a power's number, of both together.
#[derive(LogicBlock)]
pub struct Lane<S: Function, const LANES: usize, const K: usize, const E: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub data: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub nonce: Signal<In, Bits<96>>,
    pub block: Signal<In, Bits<11>>,
    pub short: Signal<In, Bit>,
    pub slot: Signal<In, Slot>,
    pub previous: Signal<In, Slot>,
    /// The slot, [`EARLY`](super::ghash::EARLY) clocks before `slot`, and its key.
    pub early: Signal<In, Slot>,
    pub slot_key: Signal<In, Bits<K>>,
    /// 3 clocks after `slot`.
    pub also: Signal<In, Bits<128>>,
    /// 18 clocks after `slot`.
    pub tag: Signal<In, Bits<128>>,
    /// The slot 19 clocks ago.
    pub slot_then: Signal<In, Slot>,
    pub spoil: Signal<In, Bit>,
    pub write_rounds: Signal<In, Bits<15>>,
    pub write_powers: Signal<In, Bit>,
    pub write_key: Signal<In, Bits<K>>,
    pub write_power: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub sum_in: Signal<In, Bits<128>>,
    pub differs_in: Signal<In, Bit>,
    /// The keystream, 2 clocks after `slot`.
    pub stream: Signal<Out, Bits<128>>,
    /// This block of a beat: the first lane's of `slot_then`, the others' of the slot before.
    pub out: Signal<Out, Bits<128>>,
    pub sum: Signal<Out, Bits<128>>,
    /// Of this lane and those behind it; of the first lane, only of those behind it.
    pub differs: Signal<Out, Bit>,
    /// Of this lane alone.
    pub differs_here: Signal<Out, Bit>,
    ahead: Constant<Bits<16>>,
    leads: Constant<Bit>,
    aes: Aes14<S, K>,
    text: Text<LANES>,
    ghash: Ghash<LANES, K, E, A>,
    counter: DFF<Bits<16>>,
    nonce_q: DFF<Bits<96>>,
    key_q: DFF<Bits<K>>,
    held: DFF<Bits<128>>,
    number: Signal<Local, Bits<16>>,
    high: Signal<Local, Bits<128>>,
    low: Signal<Local, Bits<128>>,
    high_placed: Signal<Local, Bits<128>>,
    low_placed: Signal<Local, Bits<128>>,
}

impl<S: Function, const LANES: usize, const K: usize, const E: usize, const A: usize>
    Lane<S, LANES, K, E, A>
{
    /// The lane of this number.
    pub fn new(lane: usize) -> Self {
        with_defaults!(
            {
                // block 0 of a packet has the counter 1
                ahead: Constant::new((lane as u64 + 1).into()),
                leads: Constant::new(lane == 0),
                text: Text::new(lane),
                ghash: Ghash::new(lane),
            }
            clock, data, key, nonce, block, short, slot, previous, early, slot_key, also, tag, slot_then,
            spoil, write_rounds, write_powers, write_key, write_power, write_data, sum_in,
            differs_in, stream, out, sum, differs, differs_here, aes, counter, nonce_q, key_q,
            held, number, high, low, high_placed, low_placed
        )
    }
}

impl<S: Function, const LANES: usize, const K: usize, const E: usize, const A: usize> Logic
    for Lane<S, LANES, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, counter, nonce_q, key_q, held);
        self.aes.clock.next = self.clock.val();
        self.text.clock.next = self.clock.val();
        self.ghash.clock.next = self.clock.val();
        self.aes.write_enable.next = self.write_rounds.val();
        self.aes.write_address.next = self.write_key.val();
        self.aes.write_data.next = self.write_data.val();
        self.ghash.write_enable.next = self.write_powers.val();
        self.ghash.write_address.next = self.write_power.val();
        self.ghash.write_data.next = self.write_data.val();

        // The counter block: nonce, then the counter, its most significant byte first.
        self.number.next = bit_cast::<16, 11>(self.block.val());
        self.counter.d.next = self.number.val() + self.ahead.val();
        self.nonce_q.d.next = self.nonce.val();
        self.key_q.d.next = self.key.val();
        self.high.next = bit_cast::<128, 8>(self.counter.q.val().get_bits::<8>(8));
        self.low.next = bit_cast::<128, 8>(self.counter.q.val().get_bits::<8>(0));
        self.high_placed.next = self.high.val() << bits::<8>(112);
        self.low_placed.next = self.low.val() << bits::<8>(120);
        self.aes.block.next = bit_cast::<128, 96>(self.nonce_q.q.val())
            | self.high_placed.val()
            | self.low_placed.val();
        self.aes.key.next = self.key_q.q.val();
        self.aes.short.next = self.short.val();
        self.stream.next = self.aes.out.val();

        self.text.slot.next = self.slot.val();
        self.text.previous.next = self.previous.val();
        self.text.data.next = self.data.val();
        self.text.stream.next = self.aes.out.val();
        self.text.tag.next = self.tag.val();
        self.text.spoil.next = self.spoil.val();
        if self.slot_then.val().valid {
            self.held.d.next = self.text.out.val();
        }
        self.differs_here.next = self.text.differs.val();
        // each given once: given and then given anew, they and the engine's `tag`, which is, would set
        // each other off for ever in a simulator of events
        if self.leads.val() {
            self.out.next = self.text.out.val();
            self.differs.next = self.differs_in.val();
        } else {
            self.out.next = self.held.q.val();
            self.differs.next = self.differs_in.val() | self.text.differs.val();
        }

        self.ghash.slot.next = self.early.val();
        self.ghash.key.next = self.slot_key.val();
        self.ghash.block.next = self.text.hashed.val();
        self.ghash.also.next = self.also.val();
        self.sum.next = self.sum_in.val() ^ self.ghash.part.val();
    }
}
