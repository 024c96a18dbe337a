//! The engine: seals and opens packets with AES-GCM, a beat a clock.
//!
//! ```text
//!  sink, request --[slots]--+--[lanes: counter, AES, text, GHASH]--+--[output]-- source, verdict
//!                           +--[attributes]--[70]--[tag]-----------+
//!  write, wipe --[keys]--- all key memories
//! ```
//!
//! | stream | what |
//! |---|---|
//! | `sink` | seal: the text; open: the text and the tag. A packet without a byte is one empty beat |
//! | `request` | with a packet's first beat: seal or open, key, nonce, additional data, size |
//! | `source` | seal: the sealed text and the tag; open: the text (one empty beat if there is none) |
//! | `verdict` | with the last beat, a code of `spec::crypto::GcmVerdict`; `source.error`: not good |
//! | `write` | rows of the key memories, see `spec::crypto`; there is no way to read them |
//!
//! Contract. Packets leave in order. Throughput: a packet takes `ceil((text + 16) / W)` clocks, the
//! beats of its sealed form, at any size, mix of keys and sequence; nothing is lost between packets.
//! Latency: [`GCM_LATENCY_14`] clocks from the first beat taken to the first or only
//! beat given, a beat a clock from there. Opened text leaves before its verdict: hold it back. What is
//! under a key that is not set is not given out at all. A tag is compared in one go, at every length
//! in the same number of clocks. `wipe` and reset clear all keys: `busy` is high and no packet is
//! taken until that is done; packets under way end with the verdict that their key is not set (after a
//! reset they are lost). Rewriting a key while packets use it spoils those packets.
//! Drops: none. What comes in leaves, with its verdict.
//!
//! Why this way: AES never sees the text, only counters, so the text waits beside it in memory; a
//! block a clock is asked of everything, and what cannot stop is admitted by credit for the place
//! where it will end up. Bottlenecks: the multiplier's and the rounds' stages, see there.
//! What the bench (vectors, random packets against crate `aes-gcm`) cannot catch: two clocks that are both
//! late by one and so agree, where no packet is near enough to show it; what a wipe leaves in the
//! registers of packets under way, which drain in [`GCM_LATENCY_14`] clocks; timing that
//! depends on a tag, of which there is none because nothing is decided before the last beat.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::ghash::EARLY;
use super::keys::{KeyWrite, Keys};
use super::lane::{Lane, SLOT};
use super::output::Output;
use super::slot::{Request, Slot};
use super::slots::Slots;
use super::tag::Tag;
use crate::leaf::{Delay, Function, Join, Ram};
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;
use spec::crypto::GCM_LATENCY_14;

/// Clocks from a slot with its key's attributes to the register before that of the early slot.
const SLOT_WAIT: usize = SLOT - 2 - EARLY - 1;
/// Clocks from a key to that register.
const KEY_WAIT: usize = SLOT - EARLY - 1;
/// Clocks from `aad` to the first lane's keystream.
const AAD_WAIT: usize = SLOT + super::text::HEAD;

/// Beats that can wait at the output, and are under way, as a power of two.
pub const OUTPUT: usize = 8;

/// `S` is the S-box, `D` the bits of a beat, that is of `LANES` blocks, `C` the bits of a byte count, `K`
/// of a key's index, `E` of a power's number, `A = K + E`.
#[derive(LogicBlock)]
pub struct Engine<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub request: Request<K>,
    pub source: FrameSource<D, C>,
    pub verdict: Signal<Out, Bits<2>>,
    pub write: KeyWrite<K>,
    pub wipe: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    slots: Slots<D, C, K>,
    keys: Keys<K, E, A>,
    attributes: Ram<Bits<2>, K>,
    lanes: [Lane<S, LANES, K, E, A>; LANES],
    tag: Tag<K>,
    joined: Join<LANES, 128, D>,
    exit: Output<D, C, OUTPUT>,
    wait_slot: Delay<Slot, SLOT_WAIT>,
    wait_key: Delay<Bits<K>, KEY_WAIT>,
    wait_aad: Delay<Bits<128>, AAD_WAIT>,
    slot: DFF<Slot>,
    /// The slot out of memory, for GHASH; then its way to where the others have it.
    early0: DFF<Slot>,
    early1: DFF<Slot>,
    early2: DFF<Slot>,
    slot_then: DFF<Slot>,
    slot_key: DFF<Bits<K>>,
    previous: DFF<Slot>,
    first1: DFF<Bit>,
    first2: DFF<Bit>,
    also: DFF<Bits<128>>,
    lost: DFF<Bit>,
    known: Signal<Local, Slot>,
    then: Signal<Local, Slot>,
}

impl<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Default for Engine<S, LANES, D, C, K, E, A>
{
    fn default() -> Self {
        assert!(1 << A > GCM_LATENCY_14, "a wipe must outlast what is under way");
        with_defaults!(
            {
                lanes: std::array::from_fn(Lane::new),
            }
            clock, reset, sink, request, source, verdict, write, wipe, busy, slots, keys,
            attributes, tag, joined, exit, wait_slot, wait_key, wait_aad, slot,
            early0, early1, early2, slot_then, slot_key, previous, first1,
            first2, also, lost, known, then
        )
    }
}

impl<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Logic for Engine<S, LANES, D, C, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, slot, early0, early1, early2, slot_then, slot_key, previous, first1,
            first2, also, lost
        );
        self.slots.clock.next = self.clock.val();
        self.keys.clock.next = self.clock.val();
        self.attributes.clock.next = self.clock.val();
        self.tag.clock.next = self.clock.val();
        self.exit.clock.next = self.clock.val();
        self.wait_slot.clock.next = self.clock.val();
        self.wait_key.clock.next = self.clock.val();
        self.wait_aad.clock.next = self.clock.val();
        self.slots.reset.next = self.reset.val();
        self.keys.reset.next = self.reset.val();
        self.exit.reset.next = self.reset.val();

        // Keys.
        KeyWrite::<K>::link(&mut self.write, &mut self.keys.write);
        self.keys.wipe.next = self.wipe.val();
        self.busy.next = self.keys.busy.val();
        self.attributes.write_enable.next = self.keys.attributes.val();
        self.attributes.write_address.next = self.keys.key.val();
        self.attributes.write_data.next = self.keys.data.val().get_bits::<2>(0);
        self.tag.write_enable.next = self.keys.first_power.val();
        self.tag.write_address.next = self.keys.key.val();
        self.tag.write_data.next = self.keys.data.val();

        // Slots, and what is known of their key.
        FrameSink::<D, C>::link(&mut self.sink, &mut self.slots.sink);
        Request::<K>::link(&mut self.request, &mut self.slots.request);
        self.slots.go.next = self.exit.room.val() & !self.keys.busy.val();
        self.slots.spoil.next = self.keys.busy.val();
        self.exit.made.next = self.slots.made.val();
        self.attributes.read_address.next = self.slots.key.val();
        self.slot.d.next = self.slots.slot.val();
        self.known.next = self.slot.q.val();
        self.known.next.ok = self.attributes.read_data.val().get_bit(0);
        self.wait_slot.x.next = self.known.val();
        self.wait_key.x.next = self.slots.key.val();
        self.early0.d.next = self.wait_slot.y.val();
        self.early1.d.next = self.early0.q.val();
        self.early2.d.next = self.early1.q.val();
        self.slot_then.d.next = self.early2.q.val();
        self.previous.d.next = self.slot_then.q.val();
        self.slot_key.d.next = self.wait_key.y.val();

        // Additional data, in the place of block 0.
        self.wait_aad.x.next = self.slots.aad.val();
        self.first1.d.next = self.slot_then.q.val().valid & self.slot_then.q.val().first;
        self.first2.d.next = self.first1.q.val();
        self.also.d.next = bits::<128>(0);
        if self.first2.q.val() {
            self.also.d.next = self.wait_aad.y.val();
        }

        // Lanes.
        for i in 0..LANES {
            self.lanes[i].clock.next = self.clock.val();
            self.lanes[i].data.next = self.slots.data.val().get_bits::<128>(128 * i);
            self.lanes[i].key.next = self.slots.key.val();
            self.lanes[i].nonce.next = self.slots.nonce.val();
            self.lanes[i].block.next = self.slots.block.val();
            self.lanes[i].short.next = self.attributes.read_data.val().get_bit(1);
            self.lanes[i].slot.next = self.slot_then.q.val();
            self.lanes[i].early.next = self.early0.q.val();
            self.lanes[i].previous.next = self.previous.q.val();
            self.lanes[i].slot_key.next = self.slot_key.q.val();
            self.lanes[i].also.next = bits::<128>(0);
            self.lanes[i].tag.next = self.tag.tag.val();
            self.lanes[i].slot_then.next = self.tag.slot_then.val();
            self.lanes[i].spoil.next = self.keys.busy.val();
            self.lanes[i].write_rounds.next = self.keys.rounds.val();
            self.lanes[i].write_powers.next = self.keys.powers.val();
            self.lanes[i].write_key.next = self.keys.key.val();
            self.lanes[i].write_power.next = self.keys.power.val();
            self.lanes[i].write_data.next = self.keys.data.val();
            self.lanes[i].sum_in.next = bits::<128>(0);
            self.lanes[i].differs_in.next = false;
            self.joined.parts[i].next = self.lanes[0].out.val();
        }
        for i in 1..LANES {
            self.lanes[i - 1].sum_in.next = self.lanes[i].sum.val();
            self.lanes[i - 1].differs_in.next = self.lanes[i].differs.val();
            self.joined.parts[i - 1].next = self.lanes[i].out.val();
        }
        self.lanes[0].also.next = self.also.q.val();
        self.lanes[0].tag.next = self.tag.lead_tag.val();

        // The tag.
        self.tag.slot.next = self.slot_then.q.val();
        self.tag.key.next = self.slot_key.q.val();
        self.tag.stream.next = self.lanes[0].stream.val();
        self.tag.parts.next = self.lanes[0].sum.val();

        // Out. What was under way at a reset is still in the delay lines, and is forgotten here.
        if !self.keys.busy.val() {
            self.lost.d.next = false;
        }
        if self.reset.val() {
            self.lost.d.next = true;
        }
        self.then.next = self.tag.slot_then.val();
        self.then.next.valid = self.tag.slot_then.val().valid & !self.lost.q.val();
        self.exit.slot.next = self.then.val();
        self.exit.beat.next = self.joined.whole.val();
        self.exit.first_differs.next = self.lanes[0].differs_here.val();
        self.exit.others_differ.next = self.lanes[0].differs.val();
        self.exit.spoil.next = self.keys.busy.val();
        FrameSource::<D, C>::link(&mut self.source, &mut self.exit.source);
        self.verdict.next = self.exit.verdict.val();
    }
}
