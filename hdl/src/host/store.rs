//! A ring from device to host: takes frames, writes slots.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::bypass::Skid;
use crate::host::ask::Ask;
use crate::host::slot::Slot;
use crate::stream::FrameSink;
use rust_hdl::prelude::*;
use spec::host::{COMMAND_STRIDE, FRAME_STRIDE};

const _: () = assert!(spec::command::COMPLETION == 4 * 16, "a completion is four beats");
const _: () = assert!(32 + spec::limits::MAX_FRAME <= FRAME_STRIDE, "a punt fits a slot");

/// Ports: the ring, the host's (consumer's) `index`; the frames as `sink`, each at most a slot long;
/// `request` with `address` and `data` to be written, taken in the clock in which `granted` is high;
/// `produced`: slots whose last beat was granted, and `step` a clock when it has changed. `run`: with 0 nothing
/// more is written; the rest of a frame that was being written is taken and lost, other punts wait,
/// other completions are taken and lost: nobody is left to read them. `quiet`: no frame is being
/// written. `clear`: all indices become 0; only to be used when quiet. Reset also forgets the beats
/// that have been taken from `sink`.
///
/// A beat a clock, and one clock more a frame. A full ring stops the stream. The last beat is written
/// whole: what follows its bytes in the slot is void.
#[derive(LogicBlock)]
pub struct Store {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub clear: Signal<In, Bit>,
    pub run: Signal<In, Bit>,
    pub base: Signal<In, Bits<64>>,
    pub size_log2: Signal<In, Bits<4>>,
    pub index: Signal<In, Bits<32>>,
    pub sink: FrameSink<128, 5>,
    pub request: Signal<Out, Bit>,
    pub address: Signal<Out, Bits<64>>,
    pub data: Signal<Out, Bits<128>>,
    pub granted: Signal<In, Bit>,
    pub produced: Signal<Out, Bits<32>>,
    pub step: Signal<Out, Bit>,
    pub quiet: Signal<Out, Bit>,
    skid: Skid<128, 5>,
    slot: Slot,
    ask: Ask,
    next: DFF<Bits<32>>,
    ahead: DFF<Bits<32>>,
    full: DFF<Bit>,
    /// Clocks until `slot` and `full` have followed `next`.
    settle: DFF<Bits<2>>,
    open: DFF<Bit>,
    /// The frame at hand is being taken without being written.
    dropping: DFF<Bit>,
    at: DFF<Bits<64>>,
    counted: DFF<Bits<32>>,
    drops: Signal<Local, Bit>,
    ended: DFF<Bit>,
    completion: Constant<Bit>,
}

impl Store {
    /// The completion ring.
    pub fn completion() -> Self {
        Self::new(COMMAND_STRIDE, true)
    }

    /// The punt ring.
    pub fn punt() -> Self {
        Self::new(FRAME_STRIDE, false)
    }

    fn new(stride: usize, completion: bool) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            clear: Default::default(),
            run: Default::default(),
            base: Default::default(),
            size_log2: Default::default(),
            index: Default::default(),
            sink: Default::default(),
            request: Default::default(),
            address: Default::default(),
            data: Default::default(),
            granted: Default::default(),
            produced: Default::default(),
            step: Default::default(),
            quiet: Default::default(),
            skid: Default::default(),
            slot: Slot::new(stride),
            ask: Default::default(),
            next: Default::default(),
            ahead: Default::default(),
            full: Default::default(),
            settle: Default::default(),
            open: Default::default(),
            dropping: Default::default(),
            at: Default::default(),
            counted: Default::default(),
            drops: Default::default(),
            ended: Default::default(),
            completion: Constant::new(completion),
        }
    }
}

impl Logic for Store {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, next, ahead, full, settle, open, dropping, at, counted, ended);
        self.skid.clock.next = self.clock.val();
        self.skid.reset.next = self.reset.val();
        FrameSink::<128, 5>::link(&mut self.sink, &mut self.skid.sink);
        self.slot.clock.next = self.clock.val();
        self.slot.base.next = self.base.val();
        self.slot.size_log2.next = self.size_log2.val();
        self.slot.index.next = self.next.q.val();

        // Whether the ring has room, two clocks behind `next`. An index that is beyond what was
        // produced also looks like a full ring: nothing is overwritten.
        self.ahead.d.next = self.next.q.val() - self.index.val();
        self.full.d.next =
            (self.ahead.q.val() >> bit_cast::<32, 4>(self.size_log2.val())) != bits::<32>(0);
        if self.settle.q.val() != bits::<2>(0) {
            self.settle.d.next = self.settle.q.val() - bits::<2>(1);
        }

        self.drops.next =
            self.dropping.q.val() | (!self.run.val() & (self.open.q.val() | self.completion.val()));
        self.ended.d.next = false;
        if self.drops.val() {
            self.open.d.next = false;
            self.dropping.d.next = self.dropping.q.val() | self.open.q.val();
            if self.skid.source.valid.val() {
                self.dropping.d.next = !self.skid.source.last.val();
            }
        } else if self.granted.val() {
            self.at.d.next = self.at.q.val() + bits::<64>(16);
            if self.skid.source.last.val() {
                self.ended.d.next = true;
                self.open.d.next = false;
                self.counted.d.next = self.next.q.val();
            }
        } else if !self.open.q.val()
            & self.run.val()
            & self.skid.source.valid.val()
            & !self.full.q.val()
            & (self.settle.q.val() == bits::<2>(0))
        {
            self.open.d.next = true;
            self.at.d.next = self.slot.address.val();
            self.next.d.next = self.next.q.val() + bits::<32>(1);
            self.settle.d.next = bits::<2>(2);
        }
        self.skid.source.ready.next = self.granted.val() | self.drops.val();
        // A frame that is being dropped is not open.
        self.ask.open.next = self.open.q.val();
        self.ask.run.next = self.run.val();
        self.ask.there.next = self.skid.source.valid.val();
        self.request.next = self.ask.request.val();
        self.address.next = self.at.q.val();
        self.data.next = self.skid.source.data.val();
        self.produced.next = self.counted.q.val();
        self.step.next = self.ended.q.val();
        self.quiet.next = !self.open.q.val();

        if self.reset.val() | self.clear.val() {
            self.next.d.next = bits::<32>(0);
            self.settle.d.next = bits::<2>(3);
            self.open.d.next = false;
            self.counted.d.next = bits::<32>(0);
            self.ended.d.next = false;
        }
        if self.reset.val() {
            self.dropping.d.next = false;
        }
    }
}
