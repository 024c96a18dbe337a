//! *merge*: whole frames of both ports and of the host become one beat bus that never stalls.
//!
//! ```text
//!   rx0, rx1 (StoreSink) --+                choose | read | read | out
//!                          +--> beats, arrival     (three clocks)
//!   inject (StoreSink,     |
//!   forward, port, entry) -+
//! ```
//!
//! Contract. Out: a beat every clock while any source has a whole frame, also for frames of one
//! beat; a frame's beats without a gap; `arrival` is valid with the first. From `valid` of a store
//! to the first beat: three clocks. Reset: what is under way is lost, with the stores' contents.
//!
//! Who goes first. The ports take turns, frame by frame. The host goes when no port has a frame,
//! and besides for a share of 1 beat in `1 << INJECT_SHARE_LOG2` while ports do: a frame that goes
//! before theirs costs so many clocks for each beat, and the next is due when they have passed. So
//! the host is never shut out, and never takes more than that share from the ports.
//!
//! Why so: the choice only moves read pointers (see `receive`), so that no address waits for it;
//! what is chosen is known two clocks before its data arrive, which is when the length is computed.
//! Whether a beat is its frame's last is found for each head beside the choice, and for the next beat
//! a clock before: so the longest path, from the heads over the choice, ends in a multiplexer.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::Arrival;
use crate::receive::StoreSink;
use crate::stream::BeatSource;
use rust_hdl::prelude::*;
use spec::limits::INJECT_SHARE_LOG2;

/// What is known of a beat while it is read.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Taken {
    valid: Bit,
    first: Bit,
    last: Bit,
    source: Bits<2>,
    /// Of the whole frame: beats after the first, bytes of the last.
    more: Bits<10>,
    bytes: Bits<7>,
    peer: Bits<13>,
    forward: Bit,
    port: Bit,
    entry: Bits<17>,
}

/// Three stores into one beat bus.
#[derive(LogicBlock)]
pub struct Merge<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub rx0: StoreSink<D>,
    pub rx1: StoreSink<D>,
    pub inject: StoreSink<D>,
    pub rx0_peer: Signal<In, Bits<13>>,
    pub rx1_peer: Signal<In, Bits<13>>,
    pub inject_forward: Signal<In, Bit>,
    pub inject_port: Signal<In, Bit>,
    pub inject_entry: Signal<In, Bits<17>>,
    pub beats: BeatSource<D, C>,
    pub arrival: Signal<Out, Arrival>,
    /// A frame has beats left after this clock; how many less one; whose they are.
    busy: DFF<Bit>,
    left: DFF<Bits<10>>,
    /// The next beat is its frame's last.
    closing: DFF<Bit>,
    source: DFF<Bits<2>>,
    /// The internal port is before the external one.
    turn: DFF<Bit>,
    /// Clocks that the host's last frames still cost; it is in time below `GRACE`.
    debt: DFF<Bits<17>>,
    read1: DFF<Taken>,
    read2: DFF<Taken>,
    length: DFF<Bits<14>>,
    out_data: DFF<Bits<D>>,
    out_bytes: DFF<Bits<C>>,
    out_first: DFF<Bit>,
    out_last: DFF<Bit>,
    out_valid: DFF<Bit>,
    out_arrival: DFF<Arrival>,
    /// log2 of W.
    shift: Constant<Bits<4>>,
    width: Constant<Bits<C>>,
    share: Constant<Bits<4>>,
    port_waits: Signal<Local, Bit>,
    due: Signal<Local, Bit>,
    pick: Signal<Local, Bits<2>>,
    go: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    last: Signal<Local, Bit>,
    head_more: Signal<Local, Bits<10>>,
    head_bytes: Signal<Local, Bits<7>>,
    head_peer: Signal<Local, Bits<13>>,
    /// The head has one beat; has two.
    head_single: Signal<Local, Bit>,
    head_pair: Signal<Local, Bit>,
    now_left: Signal<Local, Bits<10>>,
    less: Signal<Local, Bits<10>>,
    others: Signal<Local, Bits<17>>,
    count: Signal<Local, Bits<17>>,
    price: Signal<Local, Bits<17>>,
    paid: Signal<Local, Bits<17>>,
    charged: Signal<Local, Bits<17>>,
    wide_more: Signal<Local, Bits<14>>,
    whole: Signal<Local, Bits<14>>,
}

impl<const D: usize, const C: usize> Default for Merge<D, C> {
    fn default() -> Self {
        assert!(D / 8 < 1 << C && (D / 8).is_power_of_two(), "C counts 0 to W bytes");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            rx0: Default::default(),
            rx1: Default::default(),
            inject: Default::default(),
            rx0_peer: Default::default(),
            rx1_peer: Default::default(),
            inject_forward: Default::default(),
            inject_port: Default::default(),
            inject_entry: Default::default(),
            beats: Default::default(),
            arrival: Default::default(),
            busy: Default::default(),
            left: Default::default(),
            closing: Default::default(),
            source: Default::default(),
            turn: Default::default(),
            debt: Default::default(),
            read1: Default::default(),
            read2: Default::default(),
            length: Default::default(),
            out_data: Default::default(),
            out_bytes: Default::default(),
            out_first: Default::default(),
            out_last: Default::default(),
            out_valid: Default::default(),
            out_arrival: Default::default(),
            shift: Constant::new((D / 8).ilog2().to_bits()),
            width: Constant::new((D / 8).to_bits()),
            share: Constant::new(INJECT_SHARE_LOG2.to_bits()),
            port_waits: Default::default(),
            due: Default::default(),
            pick: Default::default(),
            go: Default::default(),
            start: Default::default(),
            last: Default::default(),
            head_more: Default::default(),
            head_bytes: Default::default(),
            head_peer: Default::default(),
            head_single: Default::default(),
            head_pair: Default::default(),
            now_left: Default::default(),
            less: Default::default(),
            others: Default::default(),
            count: Default::default(),
            price: Default::default(),
            paid: Default::default(),
            charged: Default::default(),
            wide_more: Default::default(),
            whole: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize> Logic for Merge<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            busy,
            left,
            closing,
            source,
            turn,
            debt,
            read1,
            read2,
            length,
            out_data,
            out_bytes,
            out_first,
            out_last,
            out_valid,
            out_arrival
        );
        // Choose.
        self.port_waits.next = self.rx0.valid.val() | self.rx1.valid.val();
        self.due.next = self.debt.q.val() < bits::<17>(INJECT_GRACE);
        self.start.next = !self.busy.q.val() & (self.port_waits.val() | self.inject.valid.val());
        self.go.next = self.busy.q.val() | self.start.val();
        if self.busy.q.val() {
            self.pick.next = self.source.q.val();
        } else if self.inject.valid.val() & (self.due.val() | !self.port_waits.val()) {
            self.pick.next = bits::<2>(SOURCE_INJECT);
        } else if self.rx1.valid.val() & (self.turn.q.val() | !self.rx0.valid.val()) {
            self.pick.next = bits::<2>(SOURCE_INTERNAL);
        } else {
            self.pick.next = bits::<2>(SOURCE_EXTERNAL);
        }
        self.rx0.take.next = self.go.val() & (self.pick.val() == bits::<2>(SOURCE_EXTERNAL));
        self.rx1.take.next = self.go.val() & (self.pick.val() == bits::<2>(SOURCE_INTERNAL));
        self.inject.take.next = self.go.val() & (self.pick.val() == bits::<2>(SOURCE_INJECT));
        self.rx0.start.next = self.start.val() & (self.pick.val() == bits::<2>(SOURCE_EXTERNAL));
        self.rx1.start.next = self.start.val() & (self.pick.val() == bits::<2>(SOURCE_INTERNAL));
        self.inject.start.next = self.start.val() & (self.pick.val() == bits::<2>(SOURCE_INJECT));

        // The frame's extent, and what is left of it.
        self.head_more.next = self.rx0.more.val();
        self.head_bytes.next = self.rx0.bytes.val();
        self.head_peer.next = self.rx0_peer.val();
        self.head_single.next = self.rx0.more.val() == bits::<10>(0);
        self.head_pair.next = self.rx0.more.val() == bits::<10>(1);
        if self.pick.val() == bits::<2>(SOURCE_INTERNAL) {
            self.head_more.next = self.rx1.more.val();
            self.head_bytes.next = self.rx1.bytes.val();
            self.head_peer.next = self.rx1_peer.val();
            self.head_single.next = self.rx1.more.val() == bits::<10>(0);
            self.head_pair.next = self.rx1.more.val() == bits::<10>(1);
        }
        if self.pick.val() == bits::<2>(SOURCE_INJECT) {
            self.head_more.next = self.inject.more.val();
            self.head_bytes.next = self.inject.bytes.val();
            self.head_peer.next = bits::<13>(0);
            self.head_single.next = self.inject.more.val() == bits::<10>(0);
            self.head_pair.next = self.inject.more.val() == bits::<10>(1);
        }
        self.now_left.next = self.head_more.val();
        self.last.next = self.head_single.val();
        self.closing.d.next = self.head_pair.val();
        if self.busy.q.val() {
            self.now_left.next = self.left.q.val();
            self.last.next = self.closing.q.val();
            self.closing.d.next = self.left.q.val() == bits::<10>(1);
        }
        self.less.next = self.now_left.val() - bits::<10>(1);
        self.busy.d.next = self.go.val() & !self.last.val();
        self.left.d.next = self.less.val();
        self.source.d.next = self.pick.val();
        if self.rx0.start.val() {
            self.turn.d.next = true;
        }
        if self.rx1.start.val() {
            self.turn.d.next = false;
        }

        // The host's share.
        self.others.next = bit_cast::<17, 10>(self.inject.more.val());
        self.count.next = self.others.val() + bits::<17>(1);
        self.price.next = self.count.val() << self.share.val();
        self.paid.next = self.debt.q.val();
        if self.debt.q.val() != bits::<17>(0) {
            self.paid.next = self.debt.q.val() - bits::<17>(1);
        }
        self.charged.next = self.paid.val() + self.price.val();
        self.debt.d.next = self.paid.val();
        if self.inject.start.val() & self.port_waits.val() {
            self.debt.d.next = self.charged.val();
        }

        // While the RAMs read.
        self.read1.d.next.valid = self.go.val();
        self.read1.d.next.first = self.start.val();
        self.read1.d.next.last = self.last.val();
        self.read1.d.next.source = self.pick.val();
        if self.start.val() {
            self.read1.d.next.more = self.head_more.val();
            self.read1.d.next.bytes = self.head_bytes.val();
            self.read1.d.next.peer = self.head_peer.val();
            self.read1.d.next.forward = self.inject_forward.val();
            self.read1.d.next.port = self.inject_port.val();
            self.read1.d.next.entry = self.inject_entry.val();
        }
        self.read2.d.next = self.read1.q.val();
        self.wide_more.next = bit_cast::<14, 10>(self.read1.q.val().more);
        self.whole.next = self.wide_more.val() << self.shift.val();
        self.length.d.next = self.whole.val() + bit_cast::<14, 7>(self.read1.q.val().bytes);

        // Out.
        self.out_valid.d.next = self.read2.q.val().valid;
        self.out_first.d.next = self.read2.q.val().first;
        self.out_last.d.next = self.read2.q.val().last;
        self.out_bytes.d.next = self.width.val();
        if self.read2.q.val().last {
            self.out_bytes.d.next = bit_cast::<C, 7>(self.read2.q.val().bytes);
        }
        self.out_data.d.next = self.rx0.data.val();
        if self.read2.q.val().source == bits::<2>(SOURCE_INTERNAL) {
            self.out_data.d.next = self.rx1.data.val();
        }
        self.out_arrival.d.next.source = self.read2.q.val().source;
        self.out_arrival.d.next.length = self.length.q.val();
        self.out_arrival.d.next.peer = self.read2.q.val().peer;
        self.out_arrival.d.next.inject_forward = false;
        self.out_arrival.d.next.inject_port = false;
        self.out_arrival.d.next.entry = bits::<17>(0);
        if self.read2.q.val().source == bits::<2>(SOURCE_INJECT) {
            self.out_data.d.next = self.inject.data.val();
            self.out_arrival.d.next.inject_forward = self.read2.q.val().forward;
            self.out_arrival.d.next.inject_port = self.read2.q.val().port;
            self.out_arrival.d.next.entry = self.read2.q.val().entry;
        }
        self.beats.data.next = self.out_data.q.val();
        self.beats.bytes.next = self.out_bytes.q.val();
        self.beats.first.next = self.out_first.q.val();
        self.beats.last.next = self.out_last.q.val();
        self.beats.valid.next = self.out_valid.q.val();
        self.arrival.next = self.out_arrival.q.val();

        if self.reset.val() {
            self.read1.d.next.valid = false;
            self.read2.d.next.valid = false;
            self.busy.d.next = false;
            self.turn.d.next = false;
            self.debt.d.next = bits::<17>(0);
            self.out_valid.d.next = false;
        }
    }
}
