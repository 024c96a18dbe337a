//! *inject*: the host's frames, whole and as described, wait for *merge*.
//!
//! ```text
//!                  +-------------+  extent, forward, port, entry
//!   sink --------->| descriptor, |------> Fifo ------> store.valid, ...  <--- store.start
//!   16-byte beats  | lanes       |------> RAM  ------> store.data        <--- store.take
//!                  +-------------+  beats of W bytes
//! ```
//!
//! Contract. A frame on `sink` is one beat of `spec::host::InjectDescriptor` and then the frame.
//! `sink.ready` falls while the buffer is full: the host waits, nothing is lost. A frame is dropped
//! and counted (`inject_bad`) when it is damaged, is shorter than MIN_FRAME, longer than MAX_FRAME
//! or than the whole buffer, is not as long as its descriptor says, or when the descriptor names an
//! entry beyond 17 bits or a security association: such a frame must not leave in the clear.
//! `injected` counts the others. One beat of 16 bytes a clock. Head at `store` two clocks after the
//! last beat. Reset empties it; a frame that has begun must not go on after it.
//!
//! Why so: as *receive*, with lanes that gather 16-byte beats into W bytes; at W=16 there is one
//! lane and the gathering is wires. A frame is judged in the clock of the next one's descriptor. Bytes beyond a frame's end are not zero.
//!
//! Limits: `(1 << A) - 2` beats of W bytes are sure to fit.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::leaf::Ram;
use crate::meta::InjectDescriptor;
use crate::queue::Fifo;
use crate::receive::StoreSource;
use crate::stream::FrameSink;
use rust_hdl::prelude::*;
use spec::limits::HOST_BEAT;

/// What *merge* must know of an injected frame.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Head {
    more: Bits<10>,
    bytes: Bits<7>,
    forward: Bit,
    port: Bit,
    entry: Bits<17>,
}

/// The host's buffer of `1 << A` beats.
#[derive(LogicBlock)]
pub struct Inject<const D: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<128, 5>,
    pub store: StoreSource<D>,
    pub forward: Signal<Out, Bit>,
    pub port: Signal<Out, Bit>,
    pub entry: Signal<Out, Bits<17>>,
    pub injected: Signal<Out, Bit>,
    pub inject_bad: Signal<Out, Bit>,
    ram: Ram<Bits<D>, A>,
    heads: Fifo<Head, A>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    sound_end: DFF<Bits<A>>,
    /// One beat or none was free a clock ago.
    full: DFF<Bit>,
    /// `open` a clock ago.
    begun: DFF<Bit>,
    /// A frame ended a clock ago: nothing but its length is wrong; nor that; its head.
    judged: DFF<Bit>,
    hopeful: DFF<Bit>,
    equal: DFF<Bit>,
    head_q: DFF<Head>,
    /// After the descriptor; what it says; the bytes since.
    open: DFF<Bit>,
    wanted: DFF<InjectDescriptor>,
    seen: DFF<Bits<14>>,
    /// The frame is known not to fit.
    bad: DFF<Bit>,
    /// Whole beats of W, and what the next one has so far.
    count: DFF<Bits<10>>,
    lane: DFF<Bits<2>>,
    gathered: DFF<Bits<D>>,
    injected_q: DFF<Bit>,
    inject_bad_q: DFF<Bit>,
    last_lane: Constant<Bits<2>>,
    next_write: Signal<Local, Bits<A>>,
    next_read: Signal<Local, Bits<A>>,
    next_count: Signal<Local, Bits<10>>,
    next_lane: Signal<Local, Bits<2>>,
    descriptor: Signal<Local, InjectDescriptor>,
    beyond: Signal<Local, Bits<32>>,
    unfit: Signal<Local, Bit>,
    second_write: Signal<Local, Bits<A>>,
    ready: Signal<Local, Bit>,
    beat: Signal<Local, Bit>,
    sum: Signal<Local, Bits<14>>,
    complete: Signal<Local, Bit>,
    sound: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    wide: Signal<Local, Bits<D>>,
    shifted: Signal<Local, Bits<D>>,
    wide_lane: Signal<Local, Bits<10>>,
    byte_lane: Signal<Local, Bits<7>>,
    lane_bits: Signal<Local, Bits<10>>,
    placed: Signal<Local, Bits<D>>,
    lane_bytes: Signal<Local, Bits<7>>,
    bytes: Signal<Local, Bits<7>>,
}

impl<const D: usize, const A: usize> Default for Inject<D, A> {
    fn default() -> Self {
        let lanes = D / 8 / HOST_BEAT;
        assert!(lanes == 1 || lanes == 4, "a beat has 16 or 64 bytes");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            sink: Default::default(),
            store: Default::default(),
            forward: Default::default(),
            port: Default::default(),
            entry: Default::default(),
            injected: Default::default(),
            inject_bad: Default::default(),
            ram: Default::default(),
            heads: Default::default(),
            write_at: Default::default(),
            read_at: Default::default(),
            sound_end: Default::default(),
            open: Default::default(),
            wanted: Default::default(),
            seen: Default::default(),
            bad: Default::default(),
            count: Default::default(),
            lane: Default::default(),
            gathered: Default::default(),
            injected_q: Default::default(),
            inject_bad_q: Default::default(),
            last_lane: Constant::new((lanes - 1).to_bits()),
            next_write: Default::default(),
            next_read: Default::default(),
            next_count: Default::default(),
            next_lane: Default::default(),
            descriptor: Default::default(),
            beyond: Default::default(),
            unfit: Default::default(),
            second_write: Default::default(),
            full: Default::default(),
            begun: Default::default(),
            judged: Default::default(),
            hopeful: Default::default(),
            equal: Default::default(),
            head_q: Default::default(),
            ready: Default::default(),
            beat: Default::default(),
            sum: Default::default(),
            complete: Default::default(),
            sound: Default::default(),
            ends: Default::default(),
            wide: Default::default(),
            shifted: Default::default(),
            wide_lane: Default::default(),
            byte_lane: Default::default(),
            lane_bits: Default::default(),
            placed: Default::default(),
            lane_bytes: Default::default(),
            bytes: Default::default(),
        }
    }
}

impl<const D: usize, const A: usize> Logic for Inject<D, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            write_at,
            read_at,
            sound_end,
            full,
            begun,
            judged,
            hopeful,
            equal,
            head_q,
            open,
            wanted,
            seen,
            bad,
            count,
            lane,
            gathered,
            injected_q,
            inject_bad_q
        );
        self.next_write.next = self.write_at.q.val() + bits::<A>(1);
        self.next_read.next = self.read_at.q.val() + bits::<A>(1);
        self.next_count.next = self.count.q.val() + bits::<10>(1);
        self.next_lane.next = self.lane.q.val() + bits::<2>(1);

        self.second_write.next = self.write_at.q.val() + bits::<A>(2);
        self.full.d.next = (self.next_write.val() == self.read_at.q.val())
            | (self.second_write.val() == self.read_at.q.val());
        self.ready.next = !self.full.q.val() | self.bad.q.val();
        self.sink.ready.next = self.ready.val();
        self.beat.next = self.sink.valid.val() & self.ready.val();
        // The frame fills the buffer alone: there will never be room for it. In the clock behind its
        // descriptor, `full` may still be of a frame before it that is being thrown away.
        self.begun.d.next = self.open.q.val();
        if (self.full.q.val() & (self.open.q.val() & self.begun.q.val()))
            & (self.sound_end.q.val() == self.read_at.q.val())
        {
            self.bad.d.next = true;
        }

        self.descriptor.next = self.sink.data.val().into();
        self.beyond.next = self.descriptor.val().entry >> 17;
        self.unfit.next = (self.descriptor.val().length < bits::<14>(MIN_FRAME))
            | (self.descriptor.val().length > bits::<14>(MAX_FRAME));
        if (self.descriptor.val().sa != bits::<32>(0)) | (self.beyond.val() != bits::<32>(0)) {
            self.unfit.next = true;
        }
        self.wide_lane.next = bit_cast::<10, 2>(self.lane.q.val());
        self.lane_bits.next = self.wide_lane.val() << 7;
        self.wide.next = bit_cast::<D, 128>(self.sink.data.val());
        self.shifted.next = self.wide.val() << self.lane_bits.val();
        self.placed.next = self.shifted.val() | self.gathered.q.val();
        self.sum.next = self.seen.q.val() + bit_cast::<14, 5>(self.sink.bytes.val());
        self.complete.next = (self.lane.q.val() == self.last_lane.val()) | self.sink.last.val();
        self.ends.next = self.beat.val() & self.sink.last.val();
        if self.beat.val() {
            self.open.d.next = !self.sink.last.val();
            if !self.open.q.val() {
                self.wanted.d.next = self.descriptor.val();
                self.bad.d.next = self.unfit.val() & !self.sink.last.val();
                self.seen.d.next = bits::<14>(0);
                self.count.d.next = bits::<10>(0);
                self.lane.d.next = bits::<2>(0);
                self.gathered.d.next = bits::<D>(0);
            } else {
                if !self.bad.q.val() {
                    self.seen.d.next = self.sum.val();
                    self.bad.d.next = self.sum.val() > self.wanted.q.val().length;
                }
                self.lane.d.next = self.next_lane.val();
                self.gathered.d.next = self.placed.val();
                if self.complete.val() {
                    self.lane.d.next = bits::<2>(0);
                    self.gathered.d.next = bits::<D>(0);
                    self.count.d.next = self.next_count.val();
                    if !self.full.q.val() {
                        self.write_at.d.next = self.next_write.val();
                    }
                }
            }
        }
        if self.ends.val() {
            self.bad.d.next = false;
        }

        // The verdict, while the next frame's descriptor may come in, which is not stored.
        self.judged.d.next = self.ends.val();
        self.hopeful.d.next = self.open.q.val() & (!self.bad.q.val() & !self.sink.error.val());
        self.equal.d.next = self.sum.val() == self.wanted.q.val().length;
        self.sound.next = self.judged.q.val() & (self.hopeful.q.val() & self.equal.q.val());
        if self.sound.val() {
            self.sound_end.d.next = self.write_at.q.val();
        } else if self.judged.q.val() {
            self.write_at.d.next = self.sound_end.q.val();
        }
        self.injected_q.d.next = self.sound.val();
        self.inject_bad_q.d.next = self.judged.q.val() & !self.sound.val();
        self.injected.next = self.injected_q.q.val();
        self.inject_bad.next = self.inject_bad_q.q.val();

        self.ram.clock.next = self.clock.val();
        self.ram.write_enable.next = self.sink.valid.val();
        self.ram.write_address.next = self.write_at.q.val();
        self.ram.write_data.next = self.placed.val();
        self.ram.read_address.next = self.read_at.q.val();
        self.store.data.next = self.ram.read_data.val();
        if self.store.take.val() {
            self.read_at.d.next = self.next_read.val();
        }

        self.byte_lane.next = bit_cast::<7, 2>(self.lane.q.val());
        self.lane_bytes.next = self.byte_lane.val() << 4;
        self.bytes.next = self.lane_bytes.val() + bit_cast::<7, 5>(self.sink.bytes.val());
        self.head_q.d.next.more = self.count.q.val();
        self.head_q.d.next.bytes = self.bytes.val();
        self.head_q.d.next.forward = self.wanted.q.val().forward;
        self.head_q.d.next.port = self.wanted.q.val().port;
        self.head_q.d.next.entry = bit_cast::<17, 32>(self.wanted.q.val().entry);
        self.heads.clock.next = self.clock.val();
        self.heads.reset.next = self.reset.val();
        self.heads.push.next = self.sound.val();
        self.heads.word.next = self.head_q.q.val();
        self.heads.pop.next = self.store.start.val();
        self.store.valid.next = self.heads.valid.val();
        self.store.more.next = self.heads.data.val().more;
        self.store.bytes.next = self.heads.data.val().bytes;
        self.forward.next = self.heads.data.val().forward;
        self.port.next = self.heads.data.val().port;
        self.entry.next = self.heads.data.val().entry;

        if self.reset.val() {
            self.write_at.d.next = bits::<A>(0);
            self.read_at.d.next = bits::<A>(0);
            self.sound_end.d.next = bits::<A>(0);
            self.open.d.next = false;
            self.bad.d.next = false;
            self.full.d.next = false;
            self.begun.d.next = false;
            self.judged.d.next = false;
            self.injected_q.d.next = false;
            self.inject_bad_q.d.next = false;
        }
    }
}
