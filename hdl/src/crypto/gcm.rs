//! AES-GCM but for AES: packets in and out, counters, text, hash, tag.
//!
//! ```text
//!  sink, request --[slots]--+--[lanes: counter]-- blocks ...AES... streams --[lanes: text, GHASH]--\
//!                           +--[attributes]--[70]--[tag]--------------------------------------------[output]-- source
//!  write, wipe --[keys]-- key memories; rounds, row ...AES
//! ```
//!
//! Contract: streams, keys and verdicts as of [`super::engine`]. `streams` are the `blocks` encrypted
//! under `key`, `aes::LATENCY` clocks later; `short`, which key has 128 bits, comes a clock after `key`.
//! A round key's row has its number in `rounds`, and its place in `row` with `row_data`. Where a beat
//! may be taken, and with it a block come a fixed time later, is said by `turn`, and by `turn_next` a clock
//! before: always, or at half the rate in every second clock. A block comes `slots::WAY + 1` clocks
//! after its beat.
//!
//! Why a block of its own: it is the same whatever the rate of the cipher is, since a gap between slots
//! does no harm anywhere.
//! Bottlenecks: the multiplier's stages, see there. What the bench, which is that of the engines, cannot
//! catch: see there.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::ghash::EARLY;
use super::keys::{KeyWrite, Keys};
use super::lane::{Lane, SLOT};
use super::output::Output;
use super::slot::{Request, Slot};
use super::slots::Slots;
use super::tag::Tag;
use crate::leaf::{Delay, Join, Ram};
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;
use spec::crypto::GCM_LATENCY_14;

/// Clocks from `data` to the slot as the tag gets it, one clock behind the text.
const TAG_SLOT: usize = SLOT + 1;
/// Clocks from a slot with its key's attributes to the register before that of the early slot.
const SLOT_WAIT: usize = TAG_SLOT - 2 - EARLY - 1;
/// Clocks from a key to that register.
const KEY_WAIT: usize = TAG_SLOT - EARLY - 1;
/// Clocks from `aad` to the clock before the first lane's keystream.
const AAD_WAIT: usize = TAG_SLOT + 1;

/// Beats that can wait at the output, and are under way, as a power of two.
pub const OUTPUT: usize = 8;

/// `D` bits of a beat, that is of `LANES` blocks, `C` the bits of a byte count, `K` of a key's index, `E` of
/// a power's number, `A = K + E`.
#[derive(LogicBlock)]
pub struct Gcm<
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
    pub turn: Signal<In, Bit>,
    pub turn_next: Signal<In, Bit>,
    pub blocks: [Signal<Out, Bits<128>>; LANES],
    pub key: Signal<Out, Bits<K>>,
    pub short: Signal<Out, Bit>,
    pub streams: [Signal<In, Bits<128>>; LANES],
    pub rounds: Signal<Out, Bits<15>>,
    pub row: Signal<Out, Bits<A>>,
    pub row_data: Signal<Out, Bits<128>>,
    slots: Slots<D, C, K>,
    keys: Keys<K, E, A>,
    attributes: Ram<Bits<2>, K>,
    lanes: [Lane<LANES, K, E, A>; LANES],
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
    first: DFF<Bit>,
    aad: DFF<Bits<128>>,
    also: DFF<Bits<128>>,
    lost: DFF<Bit>,
    known: Signal<Local, Slot>,
    then: Signal<Local, Slot>,
}

impl<
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Default for Gcm<LANES, D, C, K, E, A>
{
    fn default() -> Self {
        assert!(1 << A > GCM_LATENCY_14, "a wipe must outlast what is under way");
        with_defaults!(
            {
                lanes: std::array::from_fn(Lane::new),
                blocks: std::array::from_fn(|_| Default::default()),
                streams: std::array::from_fn(|_| Default::default()),
            }
            clock, reset, sink, request, source, verdict, write, wipe, busy, turn, turn_next,
            key, short, rounds, row, row_data, slots, keys,
            attributes, tag, joined, exit, wait_slot, wait_key, wait_aad, slot,
            early0, early1, early2, slot_then, slot_key, first, aad, also, lost, known, then
        )
    }
}

impl<
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Logic for Gcm<LANES, D, C, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, slot, early0, early1, early2, slot_then, slot_key, first, aad, also, lost
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
        self.rounds.next = self.keys.rounds.val();
        self.row.next = self.keys.power.val();
        self.row_data.next = self.keys.data.val();

        // Slots, and what is known of their key.
        FrameSink::<D, C>::link(&mut self.sink, &mut self.slots.sink);
        Request::<K>::link(&mut self.request, &mut self.slots.request);
        self.slots.go.next = self.exit.room.val() & !self.keys.busy.val() & self.turn_next.val();
        self.slots.turn.next = self.turn.val();
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
        self.slot_key.d.next = self.wait_key.y.val();

        // Additional data, in the place of block 0.
        self.wait_aad.x.next = self.slots.aad.val();
        self.first.d.next = self.slot_then.q.val().valid & self.slot_then.q.val().first;
        self.aad.d.next = bits::<128>(0);
        if self.first.q.val() {
            self.aad.d.next = self.wait_aad.y.val();
        }
        self.also.d.next = self.aad.q.val();

        // Lanes.
        self.key.next = self.lanes[0].cipher_key.val();
        self.short.next = self.attributes.read_data.val().get_bit(1);
        for i in 0..LANES {
            self.lanes[i].clock.next = self.clock.val();
            self.lanes[i].data.next = self.slots.data.val().get_bits::<128>(128 * i);
            self.lanes[i].key.next = self.slots.key.val();
            self.lanes[i].nonce.next = self.slots.nonce.val();
            self.lanes[i].block.next = self.slots.block.val();
            self.blocks[i].next = self.lanes[i].counter_block.val();
            self.lanes[i].stream.next = self.streams[i].val();
            self.lanes[i].slot.next = self.early2.q.val();
            self.lanes[i].early.next = self.early0.q.val();
            self.lanes[i].previous.next = self.slot_then.q.val();
            self.lanes[i].slot_key.next = self.slot_key.q.val();
            self.lanes[i].also.next = bits::<128>(0);
            self.lanes[i].tag.next = self.tag.tag.val();
            self.lanes[i].slot_then.next = self.tag.slot_then.val();
            self.lanes[i].spoil.next = self.keys.busy.val();
            self.lanes[i].write_powers.next = self.keys.powers.val();
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
        self.tag.stream.next = self.streams[0].val();
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
