//! From slots back to beats: text and tag, the verdict, and the credit that admits slots.
//!
//! ```text
//!  slot, text, mask, tag, differs --[clock 25: the slot's block]--\
//!                                 --[clock 26: what is behind]-----+--> 16 beats --[1]-- source
//!  made --[credit]-- room
//! ```
//!
//! Contract: all inputs of a slot in clocks 24 to 26 of it. Beats leave in order; `verdict` and
//! `source.error` count on the last one. `made` comes in clock 1. `room` is high, from
//! clock 4 on, if there is a place for one slot more than are under way. Reset empties it. A packet of `s` slots gives
//! `s` beats, or `s - 1` where an opened text ends a beat earlier than its tag did; the credit of that
//! one comes back at once.
//!
//! Why this way: nothing behind the first slot ever stalls, so what is under way must have a place to go
//! to: 14 slots, which fit a memory in LUTs. A source that is always ready never takes a credit
//! too late.
//! Bottleneck: what a last beat counts, then the source's `ready` to the memory's output. What the
//! bench cannot catch is as for the full-rate engine's `output.rs`.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::waiting::Waiting;
use crate::leaf::functions::Spread;
use crate::leaf::{Leaf, LutRam};
use crate::stream::FrameSource;
use rust_hdl::prelude::*;
use spec::crypto::GcmVerdict;

/// What belongs to a beat besides its data.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Mark {
    pub bytes: Bits<5>,
    pub last: Bit,
    /// A code of `GcmVerdict`.
    pub verdict: Bits<2>,
}

#[derive(LogicBlock)]
pub struct Output {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub turn: Signal<In, Bits<7>>,
    pub made: Signal<In, Bit>,
    pub room: Signal<Out, Bit>,
    pub slot: Signal<In, Waiting>,
    pub text: Signal<In, Bits<128>>,
    pub mask: Signal<In, Bits<16>>,
    pub tag: Signal<In, Bits<128>>,
    pub differs: Signal<In, Bit>,
    /// The keys are being wiped: no packet that is under way is good.
    pub spoil: Signal<In, Bit>,
    pub source: FrameSource<128, 5>,
    pub verdict: Signal<Out, Bits<2>>,
    verdict_tag: Constant<Bits<2>>,
    verdict_key: Constant<Bits<2>>,
    verdict_cut: Constant<Bits<2>>,
    spread: Leaf<Spread<16>, 16, 128, 0>,
    beats: LutRam<Bits<128>, 4>,
    marks: LutRam<Mark, 4>,
    /// Beats promised to slots, modulo 32.
    promised: DFF<Bits<5>>,
    room_q: DFF<Bit>,
    wrong: DFF<Bit>,
    /// The slot's block, or what is behind it, is written in this clock.
    own: DFF<Bit>,
    behind: DFF<Bit>,
    /// Beats written, and beats given, modulo 32: all 16 may wait.
    at: DFF<Bits<5>>,
    from: DFF<Bits<5>>,
    offer: DFF<Bit>,
    shorter: Signal<Local, Bit>,
    write: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    show: Signal<Local, Bit>,
    size: Signal<Local, Bits<14>>,
    tail: Signal<Local, Bits<4>>,
    visible: Signal<Local, Bits<16>>,
    is_text: Signal<Local, Bits<128>>,
    shown: Signal<Local, Bits<128>>,
    mark: Signal<Local, Mark>,
    pop: Signal<Local, Bit>,
    at_next: Signal<Local, Bits<5>>,
    from_next: Signal<Local, Bits<5>>,
    from_after: Signal<Local, Bits<5>>,
    more: Signal<Local, Bits<5>>,
    fewer: Signal<Local, Bits<5>>,
    under_way: Signal<Local, Bits<5>>,
}

impl Default for Output {
    fn default() -> Self {
        let code = |verdict: GcmVerdict| Constant::new(u64::from(verdict.code()).into());
        with_defaults!(
            {
                verdict_tag: code(GcmVerdict::Tag),
                verdict_key: code(GcmVerdict::Key),
                verdict_cut: code(GcmVerdict::Cut),
            }
            clock, reset, turn, made, room, slot, text, mask, tag, differs, spoil, source, verdict,
            spread, beats, marks, promised, room_q, wrong, own, behind, at, from, offer, shorter, write, ends,
            show, size, tail, visible, is_text, shown, mark, pop, at_next, from_next, from_after,
            more, fewer, under_way
        )
    }
}

impl Logic for Output {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, promised, room_q, wrong, own, behind, at, from, offer);
        self.beats.clock.next = self.clock.val();
        self.beats.read_enable.next = true;
        self.marks.clock.next = self.clock.val();
        self.marks.read_enable.next = true;
        self.spread.clock.next = self.clock.val();

        // Which beats this slot gives, if any.
        self.shorter.next = self.slot.val().last
            & !self.slot.val().seal
            & !self.slot.val().first
            & !self.slot.val().bad;
        self.own.d.next =
            self.turn.val().get_bit(3) & self.slot.val().valid & !self.slot.val().first;
        self.behind.d.next = self.turn.val().get_bit(4)
            & self.slot.val().valid
            & self.slot.val().last
            & !self.shorter.val();
        self.wrong.d.next = self.wrong.q.val();
        if self.turn.val().get_bit(3) {
            self.wrong.d.next = self.differs.val();
        }
        self.write.next = self.own.q.val() | self.behind.q.val();
        self.ends.next = self.behind.q.val() | self.shorter.val();

        // Its bytes: text, then the tag if it is asked for.
        self.show.next = self.slot.val().seal & self.slot.val().ok & !self.spoil.val();
        self.visible.next = bits::<16>(0);
        if self.own.q.val() & !self.spoil.val() {
            self.visible.next = self.mask.val();
        }
        self.spread.x.next = self.visible.val();
        self.is_text.next = self.spread.y.val();
        self.shown.next = bits::<128>(0);
        if self.show.val() {
            self.shown.next = self.tag.val();
        }
        self.beats.write_data.next =
            (self.text.val() & self.is_text.val()) | (self.shown.val() & !self.is_text.val());

        // And the rest.
        self.size.next = self.slot.val().text;
        self.tail.next = self.size.val().get_bits::<4>(0);
        self.mark.next.last = self.ends.val();
        self.mark.next.bytes = bits::<5>(16);
        if self.ends.val() {
            if self.tail.val() != bits::<4>(0) {
                self.mark.next.bytes = bit_cast::<5, 4>(self.tail.val());
            } else if (self.size.val() == bits::<14>(0)) & !self.slot.val().seal {
                self.mark.next.bytes = bits::<5>(0);
            }
        }
        self.mark.next.verdict = bits::<2>(0);
        if self.slot.val().bad {
            self.mark.next.verdict = self.verdict_cut.val();
        } else if !self.slot.val().ok | self.spoil.val() {
            self.mark.next.verdict = self.verdict_key.val();
        } else if self.wrong.q.val() & !self.slot.val().seal {
            self.mark.next.verdict = self.verdict_tag.val();
        }
        self.beats.write_enable.next = self.write.val();
        self.beats.write_address.next = self.at.q.val().get_bits::<4>(0);
        self.marks.write_enable.next = self.write.val();
        self.marks.write_address.next = self.at.q.val().get_bits::<4>(0);
        self.marks.write_data.next = self.mark.val();
        self.at_next.next = self.at.q.val() + bits::<5>(1);
        if self.write.val() {
            self.at.d.next = self.at_next.val();
        }

        // Out: the memory's own output register is the source's.
        self.pop.next = self.offer.q.val() & self.source.ready.val();
        self.from_next.next = self.from.q.val() + bits::<5>(1);
        self.from_after.next = self.from.q.val();
        if self.pop.val() {
            self.from_after.next = self.from_next.val();
        }
        self.from.d.next = self.from_after.val();
        self.beats.read_address.next = self.from_after.val().get_bits::<4>(0);
        self.marks.read_address.next = self.from_after.val().get_bits::<4>(0);
        self.offer.d.next = self.from_after.val() != self.at.q.val();
        self.source.data.next = self.beats.read_data.val();
        self.source.bytes.next = self.marks.read_data.val().bytes;
        self.source.last.next = self.marks.read_data.val().last;
        self.source.error.next =
            self.marks.read_data.val().last & (self.marks.read_data.val().verdict != bits::<2>(0));
        self.verdict.next = self.marks.read_data.val().verdict;
        self.source.valid.next = self.offer.q.val();

        // The credit: a beat a slot, promised in clock 1, and given back in clock 4.
        self.more.next = self.promised.q.val() + bits::<5>(1);
        self.fewer.next = self.promised.q.val() - bits::<5>(1);
        if self.made.val() {
            self.promised.d.next = self.more.val();
        } else if self.turn.val().get_bit(4) & self.slot.val().valid & self.shorter.val() {
            self.promised.d.next = self.fewer.val();
        }
        self.under_way.next = self.promised.q.val() - self.from.q.val();
        self.room_q.d.next = self.under_way.val() != bits::<5>(16);
        self.room.next = self.room_q.q.val();

        if self.reset.val() {
            self.promised.d.next = bits::<5>(0);
            self.room_q.d.next = false;
            self.at.d.next = bits::<5>(0);
            self.from.d.next = bits::<5>(0);
            self.own.d.next = false;
            self.behind.d.next = false;
            self.offer.d.next = false;
        }
    }
}
