//! One lane's text: the keystream added, the block to hash, the tag put behind the text or compared.
//!
//! ```text
//!  slot, previous[what is here: 2]--[masks: 1]--+----------[16]---------+--[3]-- differs
//!  data ---[WAIT]---------------------------(+)--+[1]-- hashed           |
//!  stream ----------------------------------/    +[1]--[15]--------------+--[1]-- out
//!  tag ------------------------------------------------------------------/
//! ```
//!
//! Contract: `slot` and `previous` (the slot one clock earlier) come [`HEAD`] clocks before `stream`,
//! `data` [`WAIT`] clocks before it; `hashed` is there 1 clock after it, `tag` must come 16 clocks
//! after it, `out` comes 17, `differs` 19 clocks after it. `tag` is turned so that its bytes stand where
//! the text ends, and round the block's end. No handshake, no reset.
//!
//! The first lane (`leads`) has no text in a packet's first slot, and in the clock after its last
//! one it has what follows the last slot's text in the beat: at most a part of the tag.
//!
//! Limits: `tag` is late; the text waits for it in memory. Bottleneck: what is here, from two slots, which
//! come from far: nothing but a comparison in one clock.
//! Why what is hashed is masked before and what leaves behind the wait: a hash needs its block at once,
//! and the tag that fills the rest comes 16 clocks later.
//! What the engine's bench cannot catch: text under a missing key that leaves the engine and is
//! overwritten before the source shows it; it looks at the source only.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::slot::Slot;
use crate::leaf::functions::{Below, Differ, Spread};
use crate::leaf::{Delay, Leaf, Leaf2};
use rust_hdl::prelude::*;

/// Clocks from `data` to `stream`.
pub const WAIT: usize = super::aes::LATENCY + 1;
/// Clocks from `slot` to `stream`.
pub const HEAD: usize = 3;

/// Bytes of a block that are text, bytes that are tag, and what to do with the latter.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Masks {
    pub text: Bits<16>,
    pub tag: Bits<16>,
    pub show: Bit,
}

/// One of `LANES` lanes.
#[derive(LogicBlock)]
pub struct Text<const LANES: usize> {
    pub clock: Signal<In, Clock>,
    pub slot: Signal<In, Slot>,
    pub previous: Signal<In, Slot>,
    pub data: Signal<In, Bits<128>>,
    pub stream: Signal<In, Bits<128>>,
    pub tag: Signal<In, Bits<128>>,
    /// Give out zeros: the keys are being wiped.
    pub spoil: Signal<In, Bit>,
    pub hashed: Signal<Out, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    pub differs: Signal<Out, Bit>,
    lane: Constant<Bits<11>>,
    /// No `left` is that of the first lane.
    lane_before: Constant<Bits<11>>,
    leads: Constant<Bit>,
    last_lane: Constant<Bits<11>>,
    waiting: Delay<Bits<128>, WAIT>,
    hold: Delay<Bits<128>, 15, true>,
    hold_masks: Delay<Masks, 16>,
    below: Leaf<Below, 4, 16, 0>,
    spread: Leaf<Spread<16>, 16, 128, 0>,
    spread_out: Leaf<Spread<16>, 16, 128, 0>,
    differ: Leaf2<Differ, 128, 144, 1, 3>,
    own: DFF<Bit>,
    more: DFF<Bit>,
    level: DFF<Bit>,
    over: DFF<Bit>,
    rests: DFF<Bit>,
    ok: DFF<Bit>,
    sealing: DFF<Bit>,
    bytes: DFF<Bits<4>>,
    whole: DFF<Bit>,
    partly: DFF<Bit>,
    behind: DFF<Bit>,
    ragged: DFF<Bit>,
    tail: DFF<Bits<4>>,
    seals: DFF<Bit>,
    shows: DFF<Bit>,
    seal: DFF<Bit>,
    masks: DFF<Masks>,
    hashed_q: DFF<Bits<128>>,
    mixed: DFF<Bits<128>>,
    out_q: DFF<Bits<128>>,
    flush: Signal<Local, Bit>,
    size: Signal<Local, Bits<14>>,
    some: Signal<Local, Bits<16>>,
    sealed: Signal<Local, Bits<128>>,
    text_mask: Signal<Local, Bits<128>>,
    text_out: Signal<Local, Bits<128>>,
    shown: Signal<Local, Bits<128>>,
    tag_mask: Signal<Local, Bits<144>>,
    high: Signal<Local, Bits<144>>,
}

impl<const LANES: usize> Text<LANES> {
    /// The lane of this number.
    pub fn new(lane: usize) -> Self {
        with_defaults!(
            {
                lane: Constant::new((lane as u64).into()),
                lane_before: Constant::new(((lane as u64).wrapping_sub(1) & 0x7ff).into()),
                leads: Constant::new(lane == 0),
                last_lane: Constant::new((LANES as u64 - 1).into()),
            }
            clock, slot, previous, data, stream, tag, spoil, hashed, out, differs, waiting,
            hold, hold_masks, below, spread, spread_out, differ, own, more, level, over, rests, ok,
            sealing, bytes, whole, partly, behind, ragged,
            tail, seals, shows, seal, masks, hashed_q, mixed, out_q, flush, size,
            some, sealed, text_mask, text_out, shown, tag_mask, high
        )
    }
}

impl<const LANES: usize> Logic for Text<LANES> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, own, more, level, over, rests, ok, sealing, bytes, whole, partly, behind,
            ragged, tail, seals, shows, seal, masks, hashed_q, mixed, out_q
        );
        self.waiting.clock.next = self.clock.val();
        self.hold.clock.next = self.clock.val();
        self.hold_masks.clock.next = self.clock.val();
        self.below.clock.next = self.clock.val();
        self.spread.clock.next = self.clock.val();
        self.spread_out.clock.next = self.clock.val();
        self.differ.clock.next = self.clock.val();

        // What is here: text, text and tag, tag, or nothing.
        self.flush.next = self.leads.val() & self.previous.val().valid & self.previous.val().last;
        self.own.d.next = self.slot.val().valid & !(self.leads.val() & self.slot.val().first);
        self.more.d.next = self.slot.val().left > self.lane.val();
        self.level.d.next = self.slot.val().left == self.lane.val();
        self.over.d.next = self.slot.val().left == self.lane_before.val();
        self.rests.d.next = self.flush.val() & (self.previous.val().left == self.last_lane.val());
        self.size.next = self.slot.val().text;
        self.ok.d.next = self.slot.val().ok;
        self.sealing.d.next = self.slot.val().seal;
        if self.flush.val() {
            self.size.next = self.previous.val().text;
            self.ok.d.next = self.previous.val().ok;
            self.sealing.d.next = self.previous.val().seal;
        }
        self.bytes.d.next = self.size.val().get_bits::<4>(0);
        self.tail.d.next = self.bytes.q.val();
        self.seals.d.next = self.sealing.q.val();
        self.shows.d.next = self.sealing.q.val() & self.ok.q.val();
        self.ragged.d.next = self.bytes.q.val() != bits::<4>(0);
        self.whole.d.next = self.own.q.val() & self.ok.q.val() & self.more.q.val();
        self.partly.d.next = self.own.q.val() & self.ok.q.val() & self.level.q.val();
        self.behind.d.next =
            self.ok.q.val() & ((self.own.q.val() & self.over.q.val()) | self.rests.q.val());

        // Which bytes are text, and which are tag.
        self.below.x.next = self.tail.q.val();
        self.some.next = bits::<16>(0xffff);
        if self.ragged.q.val() {
            self.some.next = self.below.y.val();
        }
        self.masks.d.next.text = bits::<16>(0);
        self.masks.d.next.tag = bits::<16>(0);
        if self.whole.q.val() {
            self.masks.d.next.text = bits::<16>(0xffff);
        } else if self.partly.q.val() {
            self.masks.d.next.text = self.some.val();
            self.masks.d.next.tag = !self.some.val();
        } else if self.behind.q.val() {
            self.masks.d.next.tag = self.some.val();
        }
        self.masks.d.next.show = self.shows.q.val();
        self.seal.d.next = self.seals.q.val();

        // The keystream, where there is text; what is hashed is always the sealed text.
        self.waiting.x.next = self.data.val();
        self.spread.x.next = self.masks.q.val().text;
        self.text_mask.next = self.spread.y.val();
        self.sealed.next = self.waiting.y.val();
        if self.seal.q.val() {
            self.sealed.next = self.waiting.y.val() ^ self.stream.val();
        }
        self.hashed_q.d.next = self.sealed.val() & self.text_mask.val();
        self.hashed.next = self.hashed_q.q.val();
        self.mixed.d.next = self.waiting.y.val() ^ (self.stream.val() & self.text_mask.val());

        // The tag.
        self.hold.x.next = self.mixed.q.val();
        self.hold_masks.x.next = self.masks.q.val();
        self.spread_out.x.next = self.hold_masks.y.val().text;
        self.text_out.next = self.spread_out.y.val();
        self.shown.next = bits::<128>(0);
        if self.hold_masks.y.val().show {
            self.shown.next = self.tag.val();
        }
        self.out_q.d.next =
            (self.hold.y.val() & self.text_out.val()) | (self.shown.val() & !self.text_out.val());
        if self.spoil.val() {
            self.out_q.d.next = bits::<128>(0);
        }
        self.out.next = self.out_q.q.val();
        self.tag_mask.next = bit_cast::<144, 16>(self.hold_masks.y.val().tag);
        self.high.next = self.tag_mask.val() << bits::<8>(128);
        self.differ.a.next = self.hold.y.val();
        self.differ.b.next = self.high.val() | bit_cast::<144, 128>(self.tag.val());
        self.differs.next = self.differ.y.val() == bits::<1>(1);
    }
}
