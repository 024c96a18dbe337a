//! *receive*: a port's frames, whole and sound, wait for *merge*.
//!
//! ```text
//!                 +---------+  more, bytes   (at the last beat of a sound frame)
//!   sink -------->| beats   |------> Fifo ------> store.valid, .more, .bytes  <--- store.start
//!   (always ready)| and cuts|------> RAM  ------> store.data                  <--- store.take
//!                 +---------+  beats
//! ```
//!
//! Contract. A MAC cannot wait: `sink.ready` is always 1. A frame that ends without fault is kept in
//! order; its head is at `store` one clock after its last beat. Dropped, each counted by one pulse,
//! the first that applies: `rx_error`, `runt` (below MIN_FRAME), `giant` (above MAX_FRAME),
//! `rx_overflow` (no room for all of its beats). `received` counts the frames kept. A frame whose
//! first beat finds `enable` low does not enter and is not counted. A beat every clock, at any
//! sizes. Reset empties it; a frame that has begun must not go on after it.
//!
//! Why so: the RAM is written in any case, and the write pointer falls back to the last sound frame's
//! end when a frame turns out bad: neighbours are never touched. The read address never waits for
//! *merge*'s choice: the RAM reads the next beat in every clock, and `take` moves on. While the
//! buffer is empty it reads what is being written: that beat is not taken. The write pointer is
//! always at a free beat, so a write that does not count harms nothing and is not suppressed; and
//! whether there is room is known from the clock before, at the price of a beat.
//!
//! Limits: `(1 << A) - 2` beats are sure to fit; a longer frame is an overflow, or a giant.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod store;

pub use store::{Extent, StoreSink, StoreSource};

use crate::leaf::Ram;
use crate::queue::Fifo;
use crate::stream::FrameSink;
use rust_hdl::prelude::*;
use spec::limits::{MAX_FRAME, MIN_FRAME};

/// A port's receive buffer of `1 << A` beats.
#[derive(LogicBlock)]
pub struct Receive<const D: usize, const C: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub enable: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub store: StoreSource<D>,
    pub received: Signal<Out, Bit>,
    pub rx_error: Signal<Out, Bit>,
    pub runt: Signal<Out, Bit>,
    pub giant: Signal<Out, Bit>,
    pub rx_overflow: Signal<Out, Bit>,
    ram: Ram<Bits<D>, A>,
    heads: Fifo<Extent, A>,
    write_at: DFF<Bits<A>>,
    read_at: DFF<Bits<A>>,
    /// Where the last sound frame ends.
    sound_end: DFF<Bits<A>>,
    /// One beat or none was free a clock ago: in all; and behind the last sound frame.
    full: DFF<Bit>,
    filled: DFF<Bit>,
    /// Inside a frame, after its first beat; its beats so far.
    open: DFF<Bit>,
    count: DFF<Bits<10>>,
    /// The frame that is coming in: does not enter; has lost a beat; is giant; is giant if the last
    /// beat is this one and has too many bytes.
    skip: DFF<Bit>,
    lost: DFF<Bit>,
    above: DFF<Bit>,
    brink: DFF<Bit>,
    received_q: DFF<Bit>,
    rx_error_q: DFF<Bit>,
    runt_q: DFF<Bit>,
    giant_q: DFF<Bit>,
    rx_overflow_q: DFF<Bit>,
    min_bytes: Constant<Bits<C>>,
    /// Beats of the longest frame without its last, less one; bytes of that last.
    before_brink: Constant<Bits<10>>,
    brink_bytes: Constant<Bits<C>>,
    next_write: Signal<Local, Bits<A>>,
    next_read: Signal<Local, Bits<A>>,
    next_count: Signal<Local, Bits<10>>,
    skipped: Signal<Local, Bit>,
    second_write: Signal<Local, Bits<A>>,
    first_free: Signal<Local, Bits<A>>,
    second_free: Signal<Local, Bits<A>>,
    lose: Signal<Local, Bit>,
    short: Signal<Local, Bit>,
    long: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    sound: Signal<Local, Bit>,
    extent: Signal<Local, Extent>,
}

impl<const D: usize, const C: usize, const A: usize> Default for Receive<D, C, A> {
    fn default() -> Self {
        let width = D / 8;
        let whole = (MAX_FRAME - 1) / width;
        assert!(width >= MIN_FRAME && whole > 1, "a runt is told by its first beat");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            enable: Default::default(),
            sink: Default::default(),
            store: Default::default(),
            received: Default::default(),
            rx_error: Default::default(),
            runt: Default::default(),
            giant: Default::default(),
            rx_overflow: Default::default(),
            ram: Default::default(),
            heads: Default::default(),
            write_at: Default::default(),
            read_at: Default::default(),
            sound_end: Default::default(),
            full: Default::default(),
            filled: Default::default(),
            open: Default::default(),
            count: Default::default(),
            skip: Default::default(),
            lost: Default::default(),
            above: Default::default(),
            brink: Default::default(),
            received_q: Default::default(),
            rx_error_q: Default::default(),
            runt_q: Default::default(),
            giant_q: Default::default(),
            rx_overflow_q: Default::default(),
            min_bytes: Constant::new(MIN_FRAME.to_bits()),
            before_brink: Constant::new((whole - 1).to_bits()),
            brink_bytes: Constant::new((MAX_FRAME - whole * width).to_bits()),
            next_write: Default::default(),
            next_read: Default::default(),
            next_count: Default::default(),
            skipped: Default::default(),
            second_write: Default::default(),
            first_free: Default::default(),
            second_free: Default::default(),
            lose: Default::default(),
            short: Default::default(),
            long: Default::default(),
            ends: Default::default(),
            sound: Default::default(),
            extent: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize, const A: usize> Logic for Receive<D, C, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            write_at,
            read_at,
            sound_end,
            full,
            filled,
            open,
            count,
            skip,
            lost,
            above,
            brink,
            received_q,
            rx_error_q,
            runt_q,
            giant_q,
            rx_overflow_q
        );
        self.sink.ready.next = true;
        self.next_write.next = self.write_at.q.val() + bits::<A>(1);
        self.next_read.next = self.read_at.q.val() + bits::<A>(1);
        self.next_count.next = self.count.q.val() + bits::<10>(1);

        self.skipped.next = self.skip.q.val();
        if !self.open.q.val() {
            self.skipped.next = !self.enable.val();
        }
        self.second_write.next = self.write_at.q.val() + bits::<A>(2);
        self.full.d.next = (self.next_write.val() == self.read_at.q.val())
            | (self.second_write.val() == self.read_at.q.val());
        self.first_free.next = self.sound_end.q.val() + bits::<A>(1);
        self.second_free.next = self.sound_end.q.val() + bits::<A>(2);
        self.filled.d.next = (self.first_free.val() == self.read_at.q.val())
            | (self.second_free.val() == self.read_at.q.val());
        self.lose.next = self.lost.q.val() | self.full.q.val();
        self.short.next = !self.open.q.val() & (self.sink.bytes.val() < self.min_bytes.val());
        self.long.next = self.above.q.val()
            | (self.brink.q.val() & (self.sink.bytes.val() > self.brink_bytes.val()));
        self.ends.next = (self.sink.valid.val() & self.sink.last.val()) & !self.skipped.val();
        self.sound.next = (self.ends.val() & !self.sink.error.val())
            & ((!self.short.val() & !self.long.val()) & !self.lose.val());

        if self.sink.valid.val() {
            self.open.d.next = !self.sink.last.val();
            self.skip.d.next = self.skipped.val();
            if self.sink.last.val() {
                self.count.d.next = bits::<10>(0);
                self.lost.d.next = false;
                self.above.d.next = false;
                self.brink.d.next = false;
            } else {
                self.count.d.next = self.next_count.val();
                self.lost.d.next = self.lose.val();
                self.above.d.next = self.above.q.val() | self.brink.q.val();
                self.brink.d.next = self.count.q.val() == self.before_brink.val();
            }
            if !self.lose.val() & !self.skipped.val() {
                self.write_at.d.next = self.next_write.val();
            }
        }
        if self.sound.val() {
            self.sound_end.d.next = self.next_write.val();
        } else if self.ends.val() {
            self.write_at.d.next = self.sound_end.q.val();
            if self.open.q.val() {
                self.full.d.next = self.filled.q.val();
            }
        }
        self.received_q.d.next = self.sound.val();
        self.rx_error_q.d.next = self.ends.val() & self.sink.error.val();
        self.runt_q.d.next = (self.ends.val() & !self.sink.error.val()) & self.short.val();
        self.giant_q.d.next = (self.ends.val() & !self.sink.error.val()) & self.long.val();
        self.rx_overflow_q.d.next = (self.ends.val() & !self.sink.error.val())
            & ((!self.short.val() & !self.long.val()) & self.lose.val());
        self.received.next = self.received_q.q.val();
        self.rx_error.next = self.rx_error_q.q.val();
        self.runt.next = self.runt_q.q.val();
        self.giant.next = self.giant_q.q.val();
        self.rx_overflow.next = self.rx_overflow_q.q.val();

        self.ram.clock.next = self.clock.val();
        self.ram.write_enable.next = self.sink.valid.val();
        self.ram.write_address.next = self.write_at.q.val();
        self.ram.write_data.next = self.sink.data.val();
        self.ram.read_address.next = self.read_at.q.val();
        self.store.data.next = self.ram.read_data.val();
        if self.store.take.val() {
            self.read_at.d.next = self.next_read.val();
        }

        self.extent.next.more = self.count.q.val();
        self.extent.next.bytes = bit_cast::<7, C>(self.sink.bytes.val());
        self.heads.clock.next = self.clock.val();
        self.heads.reset.next = self.reset.val();
        self.heads.push.next = self.sound.val();
        self.heads.word.next = self.extent.val();
        self.heads.pop.next = self.store.start.val();
        self.store.valid.next = self.heads.valid.val();
        self.store.more.next = self.heads.data.val().more;
        self.store.bytes.next = self.heads.data.val().bytes;

        if self.reset.val() {
            self.write_at.d.next = bits::<A>(0);
            self.read_at.d.next = bits::<A>(0);
            self.sound_end.d.next = bits::<A>(0);
            self.full.d.next = false;
            self.filled.d.next = false;
            self.open.d.next = false;
            self.count.d.next = bits::<10>(0);
            self.skip.d.next = false;
            self.lost.d.next = false;
            self.above.d.next = false;
            self.brink.d.next = false;
            self.received_q.d.next = false;
            self.rx_error_q.d.next = false;
            self.runt_q.d.next = false;
            self.giant_q.d.next = false;
            self.rx_overflow_q.d.next = false;
        }
    }
}
