//! From slots back to beats: the frame with its verdict, and the credit that admits slots.
//!
//! ```text
//!  slot, beat --[2]--> data, 1 << F beats ---\
//!             --[6]-----> size, last, verdict ---[2]--> 16 beats --[1]-- source
//!  made --[credit]-- room
//! ```
//!
//! Contract: `beat` is the other lanes' blocks of the slot previous, then the first lane's block of this
//! clock; `first_differs` and `others_differ` come 2 clocks after their slot. Beats leave in order, a beat a clock
//! if the source is ready; `verdict` and `source.error` count on the last one. `room` is high while
//! so many beats can be taken that slots may be made for 8 more clocks. Reset empties it.
//!
//! A beat has the other lanes' blocks of one slot and the first lane's of the next slot, or of the
//! clock after the last slot. So a packet of `s` slots gives `s` beats, or `s - 1` where an opened
//! text ends a beat earlier than the tag did; the credit of that one comes back at once.
//!
//! Why this way: nothing behind `go` ever stalls, so what is under way must have a place to go to.
//! The verdict is late: it is written into a memory of its own, and a beat is there when its
//! verdict is. Both memories have registers in front: a block RAM is seldom near.
//! Bottleneck: which beat a clock gives, with its size; then the source's `ready` to the near memory.
//! What the bench cannot catch: a credit lost once in more packets than it sends; the proof counts
//! them (`cargo xtask formal`).
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::mark::{Early, Mark};
use super::slot::Slot;
use crate::leaf::{LutRam, Ram};
use crate::stream::FrameSource;
use rust_hdl::prelude::*;
use spec::crypto::GcmVerdict;

/// `D` bits a beat, `C` bits of a byte count, `1 << F` beats.
#[derive(LogicBlock)]
pub struct Output<const D: usize, const C: usize, const F: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub made: Signal<In, Bit>,
    pub room: Signal<Out, Bit>,
    pub slot: Signal<In, Slot>,
    pub beat: Signal<In, Bits<D>>,
    pub first_differs: Signal<In, Bit>,
    pub others_differ: Signal<In, Bit>,
    /// The keys are being wiped: no packet that is under way is good.
    pub spoil: Signal<In, Bit>,
    pub source: FrameSource<D, C>,
    pub verdict: Signal<Out, Bits<2>>,
    size: Constant<Bits<10>>,
    bytes_mask: Constant<Bits<C>>,
    tag_bytes: Constant<Bits<C>>,
    verdict_tag: Constant<Bits<2>>,
    verdict_key: Constant<Bits<2>>,
    verdict_cut: Constant<Bits<2>>,
    beats: Ram<Bits<D>, F>,
    marks: Ram<Mark, F>,
    near: LutRam<Bits<D>, 4>,
    near_marks: LutRam<Mark, 4>,
    previous: DFF<Slot>,
    free: DFF<Bits<10>>,
    room_q: DFF<Bit>,
    refund: DFF<Bit>,
    data_at: DFF<Bits<F>>,
    mark_at: DFF<Bits<F>>,
    early1: DFF<Early>,
    early2: DFF<Early>,
    early3: DFF<Early>,
    early4: DFF<Early>,
    here: DFF<Bit>,
    differs: DFF<Bit>,
    differs_before: DFF<Bit>,
    mark_q: DFF<Mark>,
    marked: DFF<Bit>,
    mark_then: DFF<Mark>,
    marked_then: DFF<Bit>,
    made_q: DFF<Bit>,
    from: DFF<Bits<F>>,
    read1: DFF<Bit>,
    read2: DFF<Bit>,
    near_at: DFF<Bits<4>>,
    near_from: DFF<Bits<4>>,
    near_held: DFF<Bits<5>>,
    beat_q: DFF<Bits<D>>,
    beat_then: DFF<Bits<D>>,
    freed: DFF<Bits<10>>,
    near_room: DFF<Bit>,
    offer: DFF<Bit>,
    /// Not `offer`: that one has 140 registers to hold, and this one moves the pointer.
    idle: DFF<Bit>,
    /// A beat is in the near memory.
    some: DFF<Bit>,
    /// `near_from + 1`.
    near_behind: DFF<Bits<4>>,
    moved: DFF<Bit>,
    flush: Signal<Local, Bit>,
    short_now: Signal<Local, Bit>,
    short_before: Signal<Local, Bit>,
    now: Signal<Local, Early>,
    teller: Signal<Local, Slot>,
    ends: Signal<Local, Bit>,
    text: Signal<Local, Bits<14>>,
    bytes: Signal<Local, Bits<7>>,
    rest: Signal<Local, Bits<C>>,
    grown: Signal<Local, Bits<C>>,
    folded: Signal<Local, Bits<C>>,
    full: Signal<Local, Bits<C>>,
    count: Signal<Local, Bits<7>>,
    mark: Signal<Local, Mark>,
    wrong: Signal<Local, Bit>,
    read: Signal<Local, Bit>,
    pop: Signal<Local, Bit>,
    advance: Signal<Local, Bit>,
    moves: Signal<Local, Bit>,
    free_next: Signal<Local, Bits<10>>,
    fewer: Signal<Local, Bits<5>>,
    near_next: Signal<Local, Bits<4>>,
    data_next: Signal<Local, Bits<F>>,
    mark_next: Signal<Local, Bits<F>>,
    from_next: Signal<Local, Bits<F>>,
    near_at_next: Signal<Local, Bits<4>>,
    more_held: Signal<Local, Bits<5>>,
}

impl<const D: usize, const C: usize, const F: usize> Default for Output<D, C, F> {
    fn default() -> Self {
        assert!(F <= 9 && C <= 7 && 1 << (C - 1) == D / 8, "{D} bits, {C} of a count, 1 << {F}");
        let code = |verdict: GcmVerdict| Constant::new(u64::from(verdict.code()).into());
        with_defaults!(
            {
                size: Constant::new((1u64 << F).into()),
                bytes_mask: Constant::new((D as u64 / 8 - 1).into()),
                tag_bytes: Constant::new((spec::crypto::TAG as u64).into()),
                verdict_tag: code(GcmVerdict::Tag),
                verdict_key: code(GcmVerdict::Key),
                verdict_cut: code(GcmVerdict::Cut),
            }
            clock, reset, made, room, slot, beat, first_differs, others_differ, spoil,
            source, verdict, beats, marks, near, near_marks, previous, free, room_q, refund,
            data_at, mark_at, early1, early2, early3, early4, here, differs, differs_before, mark_q, marked, mark_then, marked_then, made_q, from,
            read1, read2, near_at, near_from, near_held, beat_q, beat_then, freed, near_room, offer, idle, some, near_behind, moved, flush, short_now, short_before,
            now, ends, text, bytes, teller, rest, grown, folded, full, count, mark, wrong, read, pop, advance, moves, free_next,
            fewer, near_next, data_next, mark_next, from_next,
            near_at_next, more_held
        )
    }
}

impl<const D: usize, const C: usize, const F: usize> Logic for Output<D, C, F> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            previous,
            free,
            room_q,
            refund,
            data_at,
            mark_at,
            early1,
            early2,
            early3,
            early4,
            here,
            differs,
            differs_before,
            mark_q,
            marked,
            mark_then,
            marked_then,
            made_q,
            from,
            read1,
            read2,
            near_at,
            near_from,
            near_held,
            beat_q,
            beat_then,
            freed,
            near_room,
            offer,
            idle,
            some,
            near_behind,
            moved
        );
        self.beats.clock.next = self.clock.val();
        self.marks.clock.next = self.clock.val();
        self.near.clock.next = self.clock.val();
        self.near_marks.clock.next = self.clock.val();

        // Which beat this clock gives, if any.
        self.previous.d.next = self.slot.val();
        self.flush.next = self.previous.q.val().valid & self.previous.q.val().last;
        self.short_now.next = self.slot.val().last
            & !self.slot.val().seal
            & !self.slot.val().first
            & !self.slot.val().bad
            & (self.slot.val().left == bits::<11>(0));
        self.short_before.next = !self.previous.q.val().seal
            & !self.previous.q.val().first
            & !self.previous.q.val().bad
            & (self.previous.q.val().left == bits::<11>(0));
        self.teller.next = self.slot.val();
        self.now.next.there = self.slot.val().valid & !self.slot.val().first;
        self.ends.next = self.short_now.val();
        self.now.next.short = true;
        if self.flush.val() {
            self.teller.next = self.previous.q.val();
            self.now.next.there = !self.short_before.val();
            self.ends.next = true;
            self.now.next.short = false;
        }
        self.now.next.open = !self.teller.val().seal;
        self.now.next.verdict = bits::<2>(0);
        if self.teller.val().bad {
            self.now.next.verdict = self.verdict_cut.val();
        } else if !self.teller.val().ok | self.spoil.val() {
            self.now.next.verdict = self.verdict_key.val();
        }
        self.now.next.last = self.ends.val();
        self.text.next = self.teller.val().text;
        self.rest.next = self.text.val().get_bits::<C>(0);
        self.grown.next = self.rest.val();
        if self.teller.val().seal {
            self.grown.next = self.rest.val() + self.tag_bytes.val();
        }
        self.folded.next = self.grown.val() & self.bytes_mask.val();
        self.now.next.mark = bit_cast::<7, C>(self.folded.val());
        self.now.next.none = (self.teller.val().text == bits::<14>(0)) & !self.teller.val().seal;

        // Its data.
        self.beat_q.d.next = self.beat.val();
        self.beat_then.d.next = self.beat_q.q.val();
        self.beats.write_enable.next = self.early2.q.val().there;
        self.beats.write_address.next = self.data_at.q.val();
        self.beats.write_data.next = self.beat_then.q.val();
        self.data_next.next = self.data_at.q.val() + bits::<F>(1);
        if self.early2.q.val().there {
            self.data_at.d.next = self.data_next.val();
        }

        // The rest with the verdict: a slot's blocks are compared 2 clocks later, and the first lane has
        // a part behind the last slot one clock after that. In such a clock it has no other part.
        self.early1.d.next = self.now.val();
        self.full.next = self.bytes_mask.val() + bits::<C>(1);
        self.count.next = bit_cast::<7, C>(self.full.val());
        if self.early1.q.val().last {
            if self.early1.q.val().mark != bits::<7>(0) {
                self.count.next = self.early1.q.val().mark;
            } else if self.early1.q.val().none {
                self.count.next = bits::<7>(0);
            }
        }
        self.early2.d.next = self.early1.q.val();
        self.early2.d.next.mark = self.count.val();
        self.early3.d.next = self.early2.q.val();
        self.early4.d.next = self.early3.q.val();
        self.here.d.next =
            (self.first_differs.val() & self.early2.q.val().short) | self.others_differ.val();
        self.differs.d.next = self.here.q.val() | self.first_differs.val();
        self.differs_before.d.next = self.differs.q.val();
        self.wrong.next = self.differs_before.q.val();
        if self.early4.q.val().short {
            self.wrong.next = self.differs.q.val();
        }
        self.mark.next.bytes = self.early4.q.val().mark;
        self.mark.next.last = self.early4.q.val().last;
        self.mark.next.verdict = self.early4.q.val().verdict;
        if (self.early4.q.val().verdict == bits::<2>(0))
            & self.early4.q.val().open
            & self.wrong.val()
        {
            self.mark.next.verdict = self.verdict_tag.val();
        }
        self.mark_q.d.next = self.mark.val();
        self.mark_then.d.next = self.mark_q.q.val();
        self.marked.d.next = self.early4.q.val().there;
        self.marked_then.d.next = self.marked.q.val();
        self.marks.write_enable.next = self.marked_then.q.val();
        self.marks.write_address.next = self.mark_at.q.val();
        self.marks.write_data.next = self.mark_then.q.val();
        self.mark_next.next = self.mark_at.q.val() + bits::<F>(1);
        if self.marked_then.q.val() {
            self.mark_at.d.next = self.mark_next.val();
        }

        // To the near memory, while it has room for what is under way.
        self.near_room.d.next = self.near_held.q.val() < bits::<5>(13);
        self.read.next = (self.from.q.val() != self.mark_at.q.val()) & self.near_room.q.val();
        self.from_next.next = self.from.q.val() + bits::<F>(1);
        if self.read.val() {
            self.from.d.next = self.from_next.val();
        }
        self.beats.read_address.next = self.from.q.val();
        self.marks.read_address.next = self.from.q.val();
        self.read1.d.next = self.read.val();
        self.read2.d.next = self.read1.q.val();
        self.near.write_enable.next = self.read2.q.val();
        self.near.write_address.next = self.near_at.q.val();
        self.near.write_data.next = self.beats.read_data.val();
        self.near_marks.write_enable.next = self.read2.q.val();
        self.near_marks.write_address.next = self.near_at.q.val();
        self.near_marks.write_data.next = self.marks.read_data.val();
        self.near_at_next.next = self.near_at.q.val() + bits::<4>(1);
        if self.read2.q.val() {
            self.near_at.d.next = self.near_at_next.val();
        }

        // Out of it: the memory's own output register is the source's. What `ready` decides is a choice
        // between two that were worked out without it.
        self.pop.next = !self.offer.q.val() | self.source.ready.val();
        self.advance.next = self.idle.q.val() | self.source.ready.val();
        self.moves.next = self.advance.val() & self.some.q.val();
        self.moved.d.next = self.moves.val();
        self.near_next.next = self.near_behind.q.val() + bits::<4>(1);
        self.some.d.next = (self.near_from.q.val() != self.near_at.q.val()) | self.read2.q.val();
        if self.moves.val() {
            self.near_from.d.next = self.near_behind.q.val();
            self.near_behind.d.next = self.near_next.val();
            self.some.d.next =
                (self.near_behind.q.val() != self.near_at.q.val()) | self.read2.q.val();
        }
        if self.advance.val() {
            self.offer.d.next = self.some.q.val();
            self.idle.d.next = !self.some.q.val();
        }
        self.near.read_enable.next = self.pop.val();
        self.near.read_address.next = self.near_from.q.val();
        self.near_marks.read_enable.next = self.pop.val();
        self.near_marks.read_address.next = self.near_from.q.val();
        self.source.data.next = self.near.read_data.val();
        self.bytes.next = self.near_marks.read_data.val().bytes;
        self.source.bytes.next = self.bytes.val().get_bits::<C>(0);
        self.source.last.next = self.near_marks.read_data.val().last;
        self.source.error.next = self.near_marks.read_data.val().last
            & (self.near_marks.read_data.val().verdict != bits::<2>(0));
        self.verdict.next = self.near_marks.read_data.val().verdict;
        self.source.valid.next = self.offer.q.val();
        self.fewer.next = self.near_held.q.val() - bits::<5>(1);
        self.more_held.next = self.near_held.q.val() + bits::<5>(1);
        if self.read.val() & !self.moved.q.val() {
            self.near_held.d.next = self.more_held.val();
        } else if self.moved.q.val() & !self.read.val() {
            self.near_held.d.next = self.fewer.val();
        }

        // The credit: a beat a slot, less what has left and what a slot did not need.
        self.made_q.d.next = self.made.val();
        self.refund.d.next = self.flush.val() & self.short_before.val();
        self.freed.d.next = bits::<10>(0);
        if self.read1.q.val() & self.refund.q.val() {
            self.freed.d.next = bits::<10>(2);
            if self.made_q.q.val() {
                self.freed.d.next = bits::<10>(1);
            }
        } else if self.read1.q.val() | self.refund.q.val() {
            self.freed.d.next = bits::<10>(1);
            if self.made_q.q.val() {
                self.freed.d.next = bits::<10>(0);
            }
        } else if self.made_q.q.val() {
            self.freed.d.next = bits::<10>(0x3ff);
        }
        self.free_next.next = self.free.q.val() + self.freed.q.val();
        self.free.d.next = self.free_next.val();
        self.room_q.d.next = self.free.q.val() >= bits::<10>(13);
        self.room.next = self.room_q.q.val();

        if self.reset.val() {
            self.free.d.next = self.size.val();
            self.freed.d.next = bits::<10>(0);
            self.room_q.d.next = false;
            self.data_at.d.next = bits::<F>(0);
            self.mark_at.d.next = bits::<F>(0);
            self.from.d.next = bits::<F>(0);
            self.near_at.d.next = bits::<4>(0);
            self.near_from.d.next = bits::<4>(0);
            self.near_held.d.next = bits::<5>(0);
            self.read1.d.next = false;
            self.read2.d.next = false;
            self.offer.d.next = false;
            self.idle.d.next = true;
            self.some.d.next = false;
            self.near_behind.d.next = bits::<4>(1);
            self.moved.d.next = false;
            self.near_room.d.next = false;
            self.refund.d.next = false;
            self.previous.d.next.valid = false;
            self.early1.d.next.there = false;
            self.early2.d.next.there = false;
            self.early3.d.next.there = false;
            self.early4.d.next.there = false;
            self.marked.d.next = false;
            self.marked_then.d.next = false;
            self.made_q.d.next = false;
        }
    }
}
