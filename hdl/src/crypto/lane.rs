//! A lane of the engine: counter, text, GHASH for a block a clock.
//!
//! Contract: the times of `text.rs`, `ghash.rs` and `tag.rs`. All inputs from `slots.rs` come in the
//! clock of its `data`; the cipher's block goes out 1 clock after it and comes back as `stream`
//! [`LATENCY`] clocks later; `slot` and `previous` come
//! [`SLOT`] clocks after it. Lanes form two chains from the last lane to the first: the sum of the
//! parts of the hash, and whether any lane but the first has seen another tag.
//! Why a block of its own: a beat of 64 bytes is four of these, which differ in their number alone.
//! Bottleneck: those of its parts; between lanes, the chain of sums, an addition a lane in one clock.
//! What the bench cannot catch: one lane's work done by another with the same result, as with equal
//! blocks; its texts are random.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::aes::LATENCY;
use super::ghash::Ghash;
use super::slot::Slot;
use super::text::{HEAD, Text};
use rust_hdl::prelude::*;

/// Clocks from `data` to `slot`.
pub const SLOT: usize = 1 + LATENCY - HEAD;

/// One of `LANES` lanes; bits of a key's index, of a power's number, of both together.
#[derive(LogicBlock)]
pub struct Lane<const LANES: usize, const K: usize, const E: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub data: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub nonce: Signal<In, Bits<96>>,
    /// One clock after `data`.
    pub block: Signal<In, Bits<11>>,
    pub slot: Signal<In, Slot>,
    pub previous: Signal<In, Slot>,
    /// The slot, one clock less than [`EARLY`](super::ghash::EARLY) before `slot`, and its key.
    pub early: Signal<In, Slot>,
    pub slot_key: Signal<In, Bits<K>>,
    /// 4 clocks after `slot`.
    pub also: Signal<In, Bits<128>>,
    /// 19 clocks after `slot`.
    pub tag: Signal<In, Bits<128>>,
    /// The slot 20 clocks ago.
    pub slot_then: Signal<In, Slot>,
    pub spoil: Signal<In, Bit>,
    pub write_powers: Signal<In, Bit>,
    pub write_power: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub sum_in: Signal<In, Bits<128>>,
    pub differs_in: Signal<In, Bit>,
    /// What is encrypted, under which key.
    pub counter_block: Signal<Out, Bits<128>>,
    pub cipher_key: Signal<Out, Bits<K>>,
    /// The keystream, 3 clocks after `slot`.
    pub stream: Signal<In, Bits<128>>,
    /// This block of a beat: the first lane's of `slot_then`, the others' of the slot before.
    pub out: Signal<Out, Bits<128>>,
    pub sum: Signal<Out, Bits<128>>,
    /// Of this lane and those behind it; of the first lane, only of those behind it.
    pub differs: Signal<Out, Bit>,
    /// Of this lane alone.
    pub differs_here: Signal<Out, Bit>,
    ahead: Constant<Bits<16>>,
    leads: Constant<Bit>,
    text: Text<LANES>,
    ghash: Ghash<LANES, K, E, A>,
    nonce_q: DFF<Bits<96>>,
    key_q: DFF<Bits<K>>,
    held: DFF<Bits<128>>,
    number: Signal<Local, Bits<16>>,
    counter: Signal<Local, Bits<16>>,
    high: Signal<Local, Bits<128>>,
    low: Signal<Local, Bits<128>>,
    high_placed: Signal<Local, Bits<128>>,
    low_placed: Signal<Local, Bits<128>>,
}

impl<const LANES: usize, const K: usize, const E: usize, const A: usize> Lane<LANES, K, E, A> {
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
            clock, data, key, nonce, block, slot, previous, early, slot_key, also, tag, slot_then,
            spoil, write_powers, write_power, write_data, sum_in, differs_in, counter_block,
            cipher_key, stream, out, sum, differs, differs_here, counter, nonce_q, key_q, held, number, high, low, high_placed, low_placed
        )
    }
}

impl<const LANES: usize, const K: usize, const E: usize, const A: usize> Logic
    for Lane<LANES, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, nonce_q, key_q, held);
        self.text.clock.next = self.clock.val();
        self.ghash.clock.next = self.clock.val();
        self.ghash.write_enable.next = self.write_powers.val();
        self.ghash.write_address.next = self.write_power.val();
        self.ghash.write_data.next = self.write_data.val();

        // The counter block: nonce, then the counter, its most significant byte first.
        self.number.next = bit_cast::<16, 11>(self.block.val());
        self.counter.next = self.number.val() + self.ahead.val();
        self.nonce_q.d.next = self.nonce.val();
        self.key_q.d.next = self.key.val();
        self.high.next = bit_cast::<128, 8>(self.counter.val().get_bits::<8>(8));
        self.low.next = bit_cast::<128, 8>(self.counter.val().get_bits::<8>(0));
        self.high_placed.next = self.high.val() << bits::<8>(112);
        self.low_placed.next = self.low.val() << bits::<8>(120);
        self.counter_block.next = bit_cast::<128, 96>(self.nonce_q.q.val())
            | self.high_placed.val()
            | self.low_placed.val();
        self.cipher_key.next = self.key_q.q.val();

        self.text.slot.next = self.slot.val();
        self.text.previous.next = self.previous.val();
        self.text.data.next = self.data.val();
        self.text.stream.next = self.stream.val();
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
