//! *queue*: frames wait for an egress port.
//!
//! ```text
//!   beats, accept, length, inject --> [room?] --> Fifo of beats --> source
//!                                        |
//!                                     queue_full
//! ```
//!
//! Contract. `accept`, `length` and `inject` count with a frame's first beat. A frame of this queue
//! (`accept`) is taken whole, or dropped whole and counted (`queue_full`). It leaves at `source` in
//! order, with `error` 0. Idle, its first beat is at `source` QUEUE_CLOCKS after it came in: a frame
//! need not be whole to begin to leave, because its beats come in without a gap. A beat every clock
//! in and out. `accepted`: one pulse for a frame taken, two clocks after its first beat;
//! `sent`: one for a frame that has left. Reset empties it.
//!
//! Why so: the length is known with the first beat, so room for all beats is claimed at once, and
//! nothing is ever taken back. The last quarter of the queue is for frames of the host alone: a
//! flood of others fills three quarters and finds the queue full, while an injected frame finds
//! room as long as it and those before it fit into that quarter.
//!
//! Limits: `(1 << A) - 1` beats; a longer frame is always dropped, and one of more than three
//! quarters of that unless it is injected.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod fifo;
mod word;

pub use fifo::Fifo;
pub use word::Word;

use crate::stream::{BeatSink, FrameSource};
use rust_hdl::prelude::*;

/// A queue of `1 << A` beats.
#[derive(LogicBlock)]
pub struct Queue<const D: usize, const C: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub beats: BeatSink<D, C>,
    pub accept: Signal<In, Bit>,
    pub length: Signal<In, Bits<14>>,
    pub inject: Signal<In, Bit>,
    pub source: FrameSource<D, C>,
    pub accepted: Signal<Out, Bit>,
    pub queue_full: Signal<Out, Bit>,
    pub sent: Signal<Out, Bit>,
    fifo: Fifo<Word<D, C>, A>,
    /// The beat of the last clock.
    word: DFF<Word<D, C>>,
    valid: DFF<Bit>,
    first: DFF<Bit>,
    /// With a first beat: the frame is for this queue; its beats; those and what must stay free.
    offered: DFF<Bit>,
    needed: DFF<Bits<16>>,
    claim: DFF<Bits<16>>,
    /// The frame that is coming in is taken.
    taking: DFF<Bit>,
    free: DFF<Bits<16>>,
    /// A beat left in the last clock.
    left: DFF<Bit>,
    accepted_q: DFF<Bit>,
    queue_full_q: DFF<Bit>,
    sent_q: DFF<Bit>,
    capacity: Constant<Bits<16>>,
    reserve: Constant<Bits<16>>,
    width: Constant<Bits<C>>,
    round_up: Constant<Bits<16>>,
    shift: Constant<Bits<4>>,
    long: Signal<Local, Bits<16>>,
    rounded: Signal<Local, Bits<16>>,
    count: Signal<Local, Bits<16>>,
    with_reserve: Signal<Local, Bits<16>>,
    fits: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    push: Signal<Local, Bit>,
    more: Signal<Local, Bits<16>>,
    freed: Signal<Local, Bits<16>>,
    rest: Signal<Local, Bits<16>>,
    pop: Signal<Local, Bit>,
    at_end: Signal<Local, Bit>,
}

impl<const D: usize, const C: usize, const A: usize> Default for Queue<D, C, A> {
    fn default() -> Self {
        let width = D / 8;
        assert!(width < 1 << C && width.is_power_of_two(), "C counts 0 to W bytes");
        assert!((4..=14).contains(&A), "a queue has 16 to 16384 beats");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            beats: Default::default(),
            accept: Default::default(),
            length: Default::default(),
            inject: Default::default(),
            source: Default::default(),
            accepted: Default::default(),
            queue_full: Default::default(),
            sent: Default::default(),
            fifo: Default::default(),
            word: Default::default(),
            valid: Default::default(),
            first: Default::default(),
            offered: Default::default(),
            needed: Default::default(),
            claim: Default::default(),
            taking: Default::default(),
            free: Default::default(),
            left: Default::default(),
            accepted_q: Default::default(),
            queue_full_q: Default::default(),
            sent_q: Default::default(),
            capacity: Constant::new(((1usize << A) - 1).to_bits()),
            reserve: Constant::new((1usize << (A - 2)).to_bits()),
            width: Constant::new(width.to_bits()),
            round_up: Constant::new((width - 1).to_bits()),
            shift: Constant::new(width.ilog2().to_bits()),
            long: Default::default(),
            rounded: Default::default(),
            count: Default::default(),
            with_reserve: Default::default(),
            fits: Default::default(),
            take: Default::default(),
            push: Default::default(),
            more: Default::default(),
            freed: Default::default(),
            rest: Default::default(),
            pop: Default::default(),
            at_end: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize, const A: usize> Logic for Queue<D, C, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            word,
            valid,
            first,
            offered,
            needed,
            claim,
            taking,
            free,
            left,
            accepted_q,
            queue_full_q,
            sent_q
        );
        // First clock: the beat, and what the frame asks for.
        self.valid.d.next = self.beats.valid.val();
        self.first.d.next = self.beats.first.val();
        self.word.d.next.data = self.beats.data.val();
        self.word.d.next.tail = bits::<C>(0);
        if self.beats.last.val() {
            self.word.d.next.tail = self.beats.bytes.val();
        }
        self.long.next = bit_cast::<16, 14>(self.length.val());
        self.rounded.next = self.long.val() + self.round_up.val();
        self.count.next = self.rounded.val() >> self.shift.val();
        self.with_reserve.next = self.count.val() + self.reserve.val();
        self.offered.d.next = (self.beats.valid.val() & self.beats.first.val()) & self.accept.val();
        self.needed.d.next = self.count.val();
        self.claim.d.next = self.with_reserve.val();
        if self.inject.val() {
            self.claim.d.next = self.count.val();
        }

        // Second clock: room or none.
        self.fits.next = self.claim.q.val() <= self.free.q.val();
        self.take.next = self.offered.q.val() & self.fits.val();
        self.push.next =
            self.valid.q.val() & (self.take.val() | (self.taking.q.val() & !self.first.q.val()));
        if self.valid.q.val() {
            self.taking.d.next = self.push.val();
        }
        self.more.next = self.free.q.val() + bits::<16>(1);
        self.freed.next = self.free.q.val();
        if self.left.q.val() {
            self.freed.next = self.more.val();
        }
        self.rest.next = self.freed.val() - self.needed.q.val();
        self.free.d.next = self.freed.val();
        if self.take.val() {
            self.free.d.next = self.rest.val();
        }
        self.accepted_q.d.next = self.take.val();
        self.queue_full_q.d.next = self.offered.q.val() & !self.fits.val();
        self.accepted.next = self.accepted_q.q.val();
        self.queue_full.next = self.queue_full_q.q.val();

        // Out.
        self.pop.next = self.fifo.valid.val() & self.source.ready.val();
        self.fifo.clock.next = self.clock.val();
        self.fifo.reset.next = self.reset.val();
        self.fifo.push.next = self.push.val();
        self.fifo.word.next = self.word.q.val();
        self.fifo.pop.next = self.pop.val();
        self.left.d.next = self.pop.val();
        self.at_end.next = self.fifo.data.val().tail != bits::<C>(0);
        self.source.valid.next = self.fifo.valid.val();
        self.source.data.next = self.fifo.data.val().data;
        self.source.bytes.next = self.width.val();
        if self.at_end.val() {
            self.source.bytes.next = self.fifo.data.val().tail;
        }
        self.source.last.next = self.at_end.val();
        self.source.error.next = false;
        self.sent_q.d.next = self.pop.val() & self.at_end.val();
        self.sent.next = self.sent_q.q.val();

        if self.reset.val() {
            self.valid.d.next = false;
            self.offered.d.next = false;
            self.taking.d.next = false;
            self.free.d.next = self.capacity.val();
            self.left.d.next = false;
            self.accepted_q.d.next = false;
            self.queue_full_q.d.next = false;
            self.sent_q.d.next = false;
        }
    }
}
