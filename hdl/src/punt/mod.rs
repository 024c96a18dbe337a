//! *punt*: frames for the host, policed and queued by class.
//!
//! ```text
//!                    +-- class 0..3: rate? room? --+
//!   beats, plan -----+-----> 2 registers ----------+--> Fifo of beats ---+--> punt
//!                    +-----> head ------------------+-> Fifo of heads ---+    16-byte beats
//! ```
//!
//! Contract. `beats` are frames as received; `plan` counts with the first beat. A frame with
//! `plan.punt` is judged by its class (see [`PuntClass`]), then taken whole or dropped whole. It
//! leaves at `punt` in order: two beats of `spec::host::PuntDescriptor`, lowest first, then the
//! frame, with `error` 0. `now` is the descriptor's timestamp. One pulse for each frame, by class:
//! `punted`, `policed`; or, for want of room, `punt_full`, for copies `copy_full`. Beats come in
//! every clock; out a beat a clock while there are any. The first descriptor beat of a frame is at
//! `punt` PUNT_CLOCKS after its first beat came in, while idle. Reset empties it; tokens are as
//! [`PuntClass`] says.
//!
//! Why so: each class may hold a quarter of the queue, so the quarters are the queue's room, and a
//! flood of one class never takes another's. Frames leave in order of arrival, so each class gets
//! out what it got in. What the descriptor says is kept apart from the bytes: with 1-beat frames
//! there is no clock to store it among them.
//!
//! Limits: a frame of more than a quarter of `1 << A` beats is never taken.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod class;

pub use class::PuntClass;

use crate::consts::*;
use crate::meta::{Plan, PuntDescriptor};
use crate::queue::{Fifo, Word};
use crate::stream::{BeatSink, FrameSource};
use rust_hdl::prelude::*;
use spec::limits::HOST_BEAT;

/// What the descriptor says.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Head {
    length: Bits<14>,
    source: Bits<2>,
    reason: Bits<4>,
    class: Bits<2>,
    copy: Bit,
    hit: Bit,
    kind: Bits<4>,
    local: Bits<8>,
    network_offset: Bits<5>,
    transport_offset: Bits<7>,
    entry: Bits<17>,
    generation: Bits<16>,
    timestamp: Bits<32>,
}

/// The host's queue of `1 << A` beats.
#[derive(LogicBlock)]
pub struct PuntQueue<const D: usize, const C: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub beats: BeatSink<D, C>,
    pub plan: Signal<In, Plan>,
    pub now: Signal<In, Bits<32>>,
    pub tick: Signal<In, Bit>,
    pub rate: [Signal<In, Bits<16>>; 4],
    pub burst: [Signal<In, Bits<16>>; 4],
    pub punt: FrameSource<128, 5>,
    pub punted: [Signal<Out, Bit>; 4],
    pub policed: [Signal<Out, Bit>; 4],
    pub punt_full: Signal<Out, Bit>,
    pub copy_full: Signal<Out, Bit>,
    class: [PuntClass<A>; 4],
    words: Fifo<Word<D, C>, A>,
    heads: Fifo<Head, A>,
    /// The beats of the last two clocks.
    word1: DFF<Word<D, C>>,
    first1: DFF<Bit>,
    valid1: DFF<Bit>,
    word2: DFF<Word<D, C>>,
    first2: DFF<Bit>,
    valid2: DFF<Bit>,
    offered: DFF<Bit>,
    needed: DFF<Bits<16>>,
    head1: DFF<Head>,
    head2: DFF<Head>,
    taking: DFF<Bit>,
    /// What leaves next: 0 and 1 the descriptor, 2 the frame from this lane on.
    phase: DFF<Bits<2>>,
    lane: DFF<Bits<2>>,
    /// The class of the frame that leaves.
    leaving: DFF<Bits<2>>,
    out_data: DFF<Bits<128>>,
    out_bytes: DFF<Bits<5>>,
    out_last: DFF<Bit>,
    out_valid: DFF<Bit>,
    last_lane: Constant<Bits<2>>,
    round_up: Constant<Bits<16>>,
    shift: Constant<Bits<4>>,
    long: Signal<Local, Bits<16>>,
    rounded: Signal<Local, Bits<16>>,
    count: Signal<Local, Bits<16>>,
    asked: Signal<Local, Bits<4>>,
    left: Signal<Local, Bits<4>>,
    full: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    push: Signal<Local, Bit>,
    go: Signal<Local, Bit>,
    descriptor: Signal<Local, PuntDescriptor>,
    image: Signal<Local, Bits<256>>,
    tail: Signal<Local, Bits<7>>,
    wide_lane: Signal<Local, Bits<10>>,
    lane_bits: Signal<Local, Bits<10>>,
    byte_lane: Signal<Local, Bits<7>>,
    lane_bytes: Signal<Local, Bits<7>>,
    shifted: Signal<Local, Bits<D>>,
    remaining: Signal<Local, Bits<7>>,
    closing: Signal<Local, Bit>,
    next_lane: Signal<Local, Bits<2>>,
    pop: Signal<Local, Bit>,
}

impl<const D: usize, const C: usize, const A: usize> Default for PuntQueue<D, C, A> {
    fn default() -> Self {
        let width = D / 8;
        let lanes = width / HOST_BEAT;
        assert!(lanes == 1 || lanes == 4, "a beat has 16 or 64 bytes");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            beats: Default::default(),
            plan: Default::default(),
            now: Default::default(),
            tick: Default::default(),
            rate: Default::default(),
            burst: Default::default(),
            punt: Default::default(),
            punted: Default::default(),
            policed: Default::default(),
            punt_full: Default::default(),
            copy_full: Default::default(),
            class: Default::default(),
            words: Default::default(),
            heads: Default::default(),
            word1: Default::default(),
            first1: Default::default(),
            valid1: Default::default(),
            word2: Default::default(),
            first2: Default::default(),
            valid2: Default::default(),
            offered: Default::default(),
            needed: Default::default(),
            head1: Default::default(),
            head2: Default::default(),
            taking: Default::default(),
            phase: Default::default(),
            lane: Default::default(),
            leaving: Default::default(),
            out_data: Default::default(),
            out_bytes: Default::default(),
            out_last: Default::default(),
            out_valid: Default::default(),
            last_lane: Constant::new((lanes - 1).to_bits()),
            round_up: Constant::new((width - 1).to_bits()),
            shift: Constant::new(width.ilog2().to_bits()),
            long: Default::default(),
            rounded: Default::default(),
            count: Default::default(),
            asked: Default::default(),
            left: Default::default(),
            full: Default::default(),
            take: Default::default(),
            push: Default::default(),
            go: Default::default(),
            descriptor: Default::default(),
            image: Default::default(),
            tail: Default::default(),
            wide_lane: Default::default(),
            lane_bits: Default::default(),
            byte_lane: Default::default(),
            lane_bytes: Default::default(),
            shifted: Default::default(),
            remaining: Default::default(),
            closing: Default::default(),
            next_lane: Default::default(),
            pop: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize, const A: usize> Logic for PuntQueue<D, C, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, word1, first1, valid1, word2, first2, valid2, offered, needed, head1,
            head2, taking, phase, lane, leaving, out_data, out_bytes, out_last, out_valid
        );
        // First clock: the beat, and what the frame asks for.
        self.valid1.d.next = self.beats.valid.val();
        self.first1.d.next = self.beats.first.val();
        self.word1.d.next.data = self.beats.data.val();
        self.word1.d.next.tail = bits::<C>(0);
        if self.beats.last.val() {
            self.word1.d.next.tail = self.beats.bytes.val();
        }
        self.long.next = bit_cast::<16, 14>(self.plan.val().length);
        self.rounded.next = self.long.val() + self.round_up.val();
        self.count.next = self.rounded.val() >> self.shift.val();
        self.needed.d.next = self.count.val();
        self.offered.d.next =
            (self.beats.valid.val() & self.beats.first.val()) & self.plan.val().punt;
        self.head1.d.next.length = self.plan.val().length;
        self.head1.d.next.source = self.plan.val().source;
        self.head1.d.next.reason = self.plan.val().reason;
        self.head1.d.next.class = self.plan.val().class;
        self.head1.d.next.copy = self.plan.val().copy;
        self.head1.d.next.hit = self.plan.val().hit;
        self.head1.d.next.kind = self.plan.val().kind;
        self.head1.d.next.local = self.plan.val().local;
        self.head1.d.next.network_offset = self.plan.val().network_offset;
        self.head1.d.next.transport_offset = self.plan.val().transport_offset;
        self.head1.d.next.entry = self.plan.val().entry;
        self.head1.d.next.generation = self.plan.val().generation;
        self.head1.d.next.timestamp = self.now.val();

        // Second clock: the classes judge.
        self.valid2.d.next = self.valid1.q.val();
        self.first2.d.next = self.first1.q.val();
        self.word2.d.next = self.word1.q.val();
        self.head2.d.next = self.head1.q.val();
        self.asked.next = bits::<4>(0);
        if self.offered.q.val() {
            self.asked.next = bits::<4>(1) << self.head1.q.val().class;
        }
        for i in 0..4 {
            self.class[i].clock.next = self.clock.val();
            self.class[i].reset.next = self.reset.val();
            self.class[i].tick.next = self.tick.val();
            self.class[i].rate.next = self.rate[i].val();
            self.class[i].burst.next = self.burst[i].val();
            self.class[i].ask.next = self.asked.val().get_bit(i);
            self.class[i].needed.next = self.needed.q.val();
        }

        // Third clock: the beat enters or not.
        for i in 0..4 {
            self.punted[i].next = self.class[i].accepted.val();
            self.policed[i].next = self.class[i].policed.val();
        }
        self.take.next = (self.class[0].accepted.val() | self.class[1].accepted.val())
            | (self.class[2].accepted.val() | self.class[3].accepted.val());
        self.full.next = (self.class[0].full.val() | self.class[1].full.val())
            | (self.class[2].full.val() | self.class[3].full.val());
        self.punt_full.next = self.full.val() & !self.head2.q.val().copy;
        self.copy_full.next = self.full.val() & self.head2.q.val().copy;
        self.push.next =
            self.valid2.q.val() & (self.take.val() | (self.taking.q.val() & !self.first2.q.val()));
        if self.valid2.q.val() {
            self.taking.d.next = self.push.val();
        }
        self.words.clock.next = self.clock.val();
        self.words.reset.next = self.reset.val();
        self.words.push.next = self.push.val();
        self.words.word.next = self.word2.q.val();
        self.heads.clock.next = self.clock.val();
        self.heads.reset.next = self.reset.val();
        self.heads.push.next = self.take.val();
        self.heads.word.next = self.head2.q.val();

        // Out: what the oldest head and the oldest beat give.
        self.descriptor.next.length = self.heads.data.val().length;
        self.descriptor.next.source = self.heads.data.val().source;
        self.descriptor.next.reason = self.heads.data.val().reason;
        self.descriptor.next.class = self.heads.data.val().class;
        self.descriptor.next.copy = self.heads.data.val().copy;
        self.descriptor.next.hit = self.heads.data.val().hit;
        self.descriptor.next.kind = self.heads.data.val().kind;
        self.descriptor.next.reserved = bits::<4>(0);
        self.descriptor.next.local = self.heads.data.val().local;
        self.descriptor.next.network_offset =
            bit_cast::<8, 5>(self.heads.data.val().network_offset);
        self.descriptor.next.transport_offset =
            bit_cast::<8, 7>(self.heads.data.val().transport_offset);
        self.descriptor.next.sa = bits::<8>(0);
        self.descriptor.next.entry = bit_cast::<32, 17>(self.heads.data.val().entry);
        self.descriptor.next.timestamp = self.heads.data.val().timestamp;
        self.descriptor.next.generation = bit_cast::<32, 16>(self.heads.data.val().generation);
        self.descriptor.next.reserved_low = bits::<64>(0);
        self.descriptor.next.reserved_high = bits::<32>(0);
        self.image.next = self.descriptor.val().into();

        self.tail.next = bit_cast::<7, C>(self.words.data.val().tail);
        self.byte_lane.next = bit_cast::<7, 2>(self.lane.q.val());
        self.lane_bytes.next = self.byte_lane.val() << 4;
        self.wide_lane.next = bit_cast::<10, 2>(self.lane.q.val());
        self.lane_bits.next = self.wide_lane.val() << 7;
        self.shifted.next = self.words.data.val().data >> self.lane_bits.val();
        self.remaining.next = self.tail.val() - self.lane_bytes.val();
        self.closing.next = (self.tail.val() != bits::<7>(0))
            & (self.remaining.val() <= bits::<7>(HOST_BEAT_BYTES));
        self.next_lane.next = self.lane.q.val() + bits::<2>(1);

        self.go.next = !self.out_valid.q.val() | self.punt.ready.val();
        self.pop.next = false;
        self.heads.pop.next = false;
        if self.go.val() {
            self.out_valid.d.next = false;
            self.out_bytes.d.next = bits::<5>(HOST_BEAT_BYTES);
            self.out_last.d.next = false;
            if self.phase.q.val() == bits::<2>(0) {
                self.out_data.d.next = self.image.val().get_bits::<128>(0);
                if self.heads.valid.val() {
                    self.out_valid.d.next = true;
                    self.phase.d.next = bits::<2>(1);
                }
            } else if self.phase.q.val() == bits::<2>(1) {
                self.out_data.d.next = self.image.val().get_bits::<128>(128);
                self.out_valid.d.next = true;
                self.phase.d.next = bits::<2>(2);
                self.lane.d.next = bits::<2>(0);
                self.leaving.d.next = self.heads.data.val().class;
                self.heads.pop.next = true;
            } else {
                self.out_data.d.next = bit_cast::<128, D>(self.shifted.val());
                self.out_last.d.next = self.closing.val();
                if self.closing.val() {
                    self.out_bytes.d.next = bit_cast::<5, 7>(self.remaining.val());
                }
                if self.words.valid.val() {
                    self.out_valid.d.next = true;
                    self.lane.d.next = self.next_lane.val();
                    if self.lane.q.val() == self.last_lane.val() {
                        self.lane.d.next = bits::<2>(0);
                        self.pop.next = true;
                    }
                    if self.closing.val() {
                        self.phase.d.next = bits::<2>(0);
                        self.pop.next = true;
                    }
                }
            }
        }
        self.words.pop.next = self.pop.val();
        self.left.next = bits::<4>(0);
        if self.pop.val() {
            self.left.next = bits::<4>(1) << self.leaving.q.val();
        }
        for i in 0..4 {
            self.class[i].leave.next = self.left.val().get_bit(i);
        }
        self.punt.data.next = self.out_data.q.val();
        self.punt.bytes.next = self.out_bytes.q.val();
        self.punt.last.next = self.out_last.q.val();
        self.punt.error.next = false;
        self.punt.valid.next = self.out_valid.q.val();

        if self.reset.val() {
            self.valid1.d.next = false;
            self.valid2.d.next = false;
            self.offered.d.next = false;
            self.taking.d.next = false;
            self.phase.d.next = bits::<2>(0);
            self.out_valid.d.next = false;
        }
    }
}
