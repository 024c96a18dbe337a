//! A ring from host to device: reads slots, gives frames.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::host::ask::Ask;
use crate::host::offer::Offer;
use crate::host::slot::Slot;
use crate::leaf::LutRam;
use crate::stream::FrameSource;
use rust_hdl::prelude::*;
use spec::host::{COMMAND_STRIDE, FRAME_STRIDE, InjectDescriptor};

const _: () = {
    let length = InjectDescriptor::FIELDS[0];
    assert!(length.lsb == 0 && length.width == 14, "an injected frame's length is bits 13..0");
    assert!(spec::command::COMMAND == 3 * 16, "a command is three beats");
    assert!(InjectDescriptor::LEN == 16, "a descriptor is a beat");
    assert!(COMMAND_BEATS + INJECT_BEATS <= 64, "more reads under way than their owners are kept");
};

/// Beats of commands under way or stored: 16 commands.
pub const COMMAND_BEATS: usize = 48;
/// Beats of injected frames under way or stored.
pub const INJECT_BEATS: usize = 16;

/// Ports: the ring, the host's (producer's) `index`; `request` with `address`, taken in the clock in
/// which `granted` is high; `response` with `data`, in order of the requests, never held back; the
/// frames as `source`: a command (3 beats), or descriptor and frame (as many beats as the descriptor
/// says, at most a slot); `taken`: slots whose last beat has arrived, and `step` a clock when it has changed.
/// `run`: with 0 no more is requested, and the frame on the way is ended: a command whole, an
/// injected frame cut off with `error`. `quiet`: no response and no beat is owed. `clear`: all
/// indices become 0; only to be used when quiet. Reset does the same at any time.
///
/// A command each 3 clocks. An injected frame waits for its descriptor before it is read: its rate
/// is one beat a clock less a round trip to the memory a frame. Up to `COMMAND_BEATS` or
/// `INJECT_BEATS` are under way or stored: a memory that answers later than that many clocks is what
/// limits the rate. A command is offered when all of it is here, so that it never stops half way.
///
/// Requesting, arriving and leaving keep a count of beats each, all learned from the descriptor: no
/// side band runs beside the data.
#[derive(LogicBlock)]
pub struct Fetch<const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub run: Signal<In, Bit>,
    pub base: Signal<In, Bits<64>>,
    pub size_log2: Signal<In, Bits<4>>,
    pub index: Signal<In, Bits<32>>,
    pub request: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<64>>,
    pub granted: Signal<In, Bit>,
    pub response: Signal<In, Bit>,
    pub data: Signal<In, Bits<128>>,
    pub source: FrameSource<128, 5>,
    pub taken: Signal<Out, Bits<32>>,
    pub step: Signal<Out, Bit>,
    pub quiet: Signal<Out, Bit>,
    // Requesting.
    slot: Slot,
    next: DFF<Bits<32>>,
    more: DFF<Bit>,
    /// Clocks until `slot` and `more` have followed `next`.
    settle: DFF<Bits<2>>,
    asking: DFF<Bit>,
    /// The descriptor is asked for, its length not yet known.
    waiting: DFF<Bit>,
    left: DFF<Bits<11>>,
    at: DFF<Bits<64>>,
    asked: DFF<Bits<6>>,
    stored: Signal<Local, Bits<6>>,
    room: DFF<Bit>,
    ask: Ask,
    begins: Signal<Local, Bit>,
    // Arriving.
    filled: DFF<Bits<6>>,
    fill_left: DFF<Bits<11>>,
    measuring: DFF<Bit>,
    length: DFF<Bits<14>>,
    rounded: Signal<Local, Bits<15>>,
    beats: Signal<Local, Bits<11>>,
    counted: DFF<Bits<32>>,
    arrived: Signal<Local, Bit>,
    stepped: DFF<Bit>,
    fifo: LutRam<Bits<128>, A>,
    fill_at: DFF<Bits<A>>,
    // Leaving.
    removed: DFF<Bits<6>>,
    removed_next: Signal<Local, Bits<6>>,
    read_at: DFF<Bits<A>>,
    read_next: Signal<Local, Bits<A>>,
    amount: Signal<Local, Bits<6>>,
    enough: Signal<Local, Bit>,
    valid: DFF<Bit>,
    open: DFF<Bit>,
    abort: DFF<Bit>,
    out_left: DFF<Bits<11>>,
    tail: DFF<Bits<5>>,
    offer: Offer,
    accepted: Signal<Local, Bit>,
    command: Constant<Bit>,
    /// The most beats that may be stored for one more to be granted unseen.
    full: Constant<Bits<6>>,
    wrap: Constant<Bits<A>>,
}

impl Fetch<6> {
    /// The command ring.
    pub fn command() -> Self {
        Self::new(COMMAND_STRIDE, true, COMMAND_BEATS)
    }
}

impl Fetch<4> {
    /// The inject ring.
    pub fn inject() -> Self {
        Self::new(FRAME_STRIDE, false, INJECT_BEATS)
    }
}

impl<const A: usize> Fetch<A> {
    fn new(stride: usize, command: bool, beats: usize) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            clear: Default::default(),
            run: Default::default(),
            base: Default::default(),
            size_log2: Default::default(),
            index: Default::default(),
            request: Default::default(),
            address: Default::default(),
            granted: Default::default(),
            response: Default::default(),
            data: Default::default(),
            source: Default::default(),
            taken: Default::default(),
            step: Default::default(),
            quiet: Default::default(),
            slot: Slot::new(stride),
            next: Default::default(),
            more: Default::default(),
            settle: Default::default(),
            asking: Default::default(),
            waiting: Default::default(),
            left: Default::default(),
            at: Default::default(),
            asked: Default::default(),
            stored: Default::default(),
            room: Default::default(),
            ask: Default::default(),
            begins: Default::default(),
            filled: Default::default(),
            fill_left: Default::default(),
            measuring: Default::default(),
            length: Default::default(),
            rounded: Default::default(),
            beats: Default::default(),
            counted: Default::default(),
            arrived: Default::default(),
            stepped: Default::default(),
            fifo: LutRam::new(beats),
            fill_at: Default::default(),
            removed: Default::default(),
            removed_next: Default::default(),
            read_at: Default::default(),
            read_next: Default::default(),
            amount: Default::default(),
            enough: Default::default(),
            valid: Default::default(),
            open: Default::default(),
            abort: Default::default(),
            out_left: Default::default(),
            tail: Default::default(),
            offer: Default::default(),
            accepted: Default::default(),
            command: Constant::new(command),
            full: Constant::new((beats as u64 - 1).into()),
            wrap: Constant::new((beats as u64 - 1).into()),
        }
    }
}

impl<const A: usize> Logic for Fetch<A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, next, more, settle, asking, waiting, left, at, asked, room, stepped
        );
        dff_setup!(self, clock, filled, fill_at, fill_left, measuring, length, counted);
        dff_setup!(self, clock, removed, read_at, valid, open, abort, out_left, tail);
        self.slot.clock.next = self.clock.val();
        self.slot.base.next = self.base.val();
        self.slot.size_log2.next = self.size_log2.val();
        self.slot.index.next = self.next.q.val();
        self.fifo.clock.next = self.clock.val();

        // The descriptor that has arrived: how many beats follow it.
        self.rounded.next = bit_cast::<15, 14>(self.length.q.val()) + bits::<15>(15);
        self.beats.next = self.rounded.val().get_bits::<11>(4);
        if self.rounded.val().get_bit(14) {
            self.beats.next = bits::<11>(1023);
        }

        // Requesting.
        self.stored.next = self.asked.q.val() - self.removed.q.val();
        // One more may be granted before this is seen.
        self.room.d.next = self.stored.val() < self.full.val();
        self.ask.open.next = self.asking.q.val();
        self.ask.run.next = self.run.val();
        self.ask.there.next = self.room.q.val();
        self.request.next = self.ask.request.val();
        self.address.next = self.at.q.val();
        self.more.d.next = self.next.q.val() != self.index.val();
        if self.settle.q.val() != bits::<2>(0) {
            self.settle.d.next = self.settle.q.val() - bits::<2>(1);
        }
        self.begins.next = self.run.val()
            & self.more.q.val()
            & (self.settle.q.val() == bits::<2>(0))
            & !self.waiting.q.val()
            & !self.asking.q.val();
        if self.granted.val() {
            self.asked.d.next = self.asked.q.val() + bits::<6>(1);
            self.at.d.next = self.at.q.val() + bits::<64>(16);
            self.left.d.next = self.left.q.val() - bits::<11>(1);
            if self.left.q.val() == bits::<11>(1) {
                self.asking.d.next = false;
                self.begins.next = self.run.val()
                    & self.more.q.val()
                    & (self.settle.q.val() == bits::<2>(0))
                    & !self.waiting.q.val();
            }
        }
        if self.measuring.q.val() {
            self.waiting.d.next = false;
            self.left.d.next = self.beats.val();
            self.asking.d.next = self.beats.val() != bits::<11>(0);
        }
        if self.begins.val() {
            self.next.d.next = self.next.q.val() + bits::<32>(1);
            self.settle.d.next = bits::<2>(2);
            self.at.d.next = self.slot.address.val();
            self.asking.d.next = true;
            self.left.d.next = bits::<11>(1);
            self.waiting.d.next = !self.command.val();
            if self.command.val() {
                self.left.d.next = bits::<11>(3);
            }
        }

        // Arriving.
        self.arrived.next = false;
        self.measuring.d.next = false;
        self.fifo.read_enable.next = true;
        self.fifo.write_enable.next = self.response.val();
        self.fifo.write_address.next = self.fill_at.q.val();
        self.fifo.write_data.next = self.data.val();
        if self.response.val() {
            self.filled.d.next = self.filled.q.val() + bits::<6>(1);
            self.fill_at.d.next = self.fill_at.q.val() + bits::<A>(1);
            if self.fill_at.q.val() == self.wrap.val() {
                self.fill_at.d.next = bits::<A>(0);
            }
            if self.fill_left.q.val() != bits::<11>(0) {
                self.fill_left.d.next = self.fill_left.q.val() - bits::<11>(1);
                self.arrived.next = self.fill_left.q.val() == bits::<11>(1);
            } else if self.command.val() {
                self.fill_left.d.next = bits::<11>(2);
            } else {
                self.length.d.next = self.data.val().get_bits::<14>(0);
                self.measuring.d.next = true;
            }
        }
        if self.measuring.q.val() {
            self.fill_left.d.next = self.beats.val();
            self.arrived.next = self.beats.val() == bits::<11>(0);
        }
        if self.arrived.val() {
            self.counted.d.next = self.counted.q.val() + bits::<32>(1);
        }
        self.taken.next = self.counted.q.val();
        self.stepped.d.next = self.arrived.val();
        self.step.next = self.stepped.q.val();

        // Leaving: the memory's output is the beat on offer.
        self.offer.command.next = self.command.val();
        self.offer.open.next = self.open.q.val();
        self.offer.valid.next = self.valid.q.val();
        self.offer.abort.next = self.abort.q.val();
        self.offer.left.next = self.out_left.q.val();
        self.offer.tail.next = self.tail.q.val();
        self.offer.length.next = self.fifo.read_data.val().get_bits::<14>(0);
        self.source.data.next = self.fifo.read_data.val();
        self.source.bytes.next = self.offer.bytes.val();
        self.source.last.next = self.offer.last.val();
        self.source.error.next = self.abort.q.val();
        self.source.valid.next = self.offer.offered.val();
        self.accepted.next = self.offer.offered.val() & self.source.ready.val();

        self.removed_next.next = self.removed.q.val();
        self.read_next.next = self.read_at.q.val();
        if self.accepted.val() & !self.abort.q.val() {
            self.removed_next.next = self.removed.q.val() + bits::<6>(1);
            self.read_next.next = self.read_at.q.val() + bits::<A>(1);
            if self.read_at.q.val() == self.wrap.val() {
                self.read_next.next = bits::<A>(0);
            }
            if self.out_left.q.val() == bits::<11>(0) {
                self.out_left.d.next = self.offer.beats.val();
                self.tail.d.next = self.offer.beats_tail.val();
            } else {
                self.out_left.d.next = self.out_left.q.val() - bits::<11>(1);
            }
        }
        self.removed.d.next = self.removed_next.val();
        self.read_at.d.next = self.read_next.val();
        self.fifo.read_address.next = self.read_next.val();
        self.valid.d.next = self.filled.q.val() != self.removed_next.val();
        self.amount.next = self.filled.q.val() - self.removed_next.val();
        self.enough.next = self.amount.val() != bits::<6>(0);
        if self.command.val() {
            self.enough.next = self.amount.val() >= bits::<6>(3);
        }
        if !self.open.q.val() | (self.accepted.val() & self.offer.last.val()) {
            self.open.d.next = self.run.val() & self.enough.val();
            self.abort.d.next = false;
        } else {
            self.abort.d.next = self.abort.q.val()
                | (!self.run.val()
                    & !self.valid.q.val()
                    & (self.asked.q.val() == self.filled.q.val())
                    & (self.filled.q.val() == self.removed.q.val()));
        }
        self.quiet.next = !self.open.q.val() & (self.asked.q.val() == self.filled.q.val());

        if self.reset.val() | self.clear.val() {
            self.next.d.next = bits::<32>(0);
            self.settle.d.next = bits::<2>(3);
            self.asking.d.next = false;
            self.waiting.d.next = false;
            self.asked.d.next = bits::<6>(0);
            self.stepped.d.next = false;
            self.filled.d.next = bits::<6>(0);
            self.fill_at.d.next = bits::<A>(0);
            self.fill_left.d.next = bits::<11>(0);
            self.measuring.d.next = false;
            self.counted.d.next = bits::<32>(0);
            self.removed.d.next = bits::<6>(0);
            self.read_at.d.next = bits::<A>(0);
            self.valid.d.next = false;
            self.open.d.next = false;
            self.abort.d.next = false;
            self.out_left.d.next = bits::<11>(0);
        }
    }
}
