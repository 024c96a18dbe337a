//! From beats and requests to slots: one in a turn of 7 clocks.
//!
//! ```text
//!  clock 0: [beat, request]  1: [blocks left]  2: [what should end here]  3: [what does]  4: slot
//! ```
//!
//! Contract: a beat is taken in clock 0 of a turn, if `go` was high in clock 6 before it; `sink.ready`
//! is a register. `beat` is the beat before until clock 0, and this one from clock 1 on; `key`,
//! `nonce`, `aad` and `block` are there from clock 1 on, `made` (a slot) too; `slot` is complete in
//! clock 4. A packet takes `ceil((text + 16) / 16)` slots; the last one of a sealed packet takes no
//! beat where the tag needs a beat of its own. A packet whose last beat comes early or late, whose
//! last beat has another size than was asked for, or that arrives with an error, is `bad` in its last
//! slot; one that comes late is read to its end, a beat a turn, and thrown away. `spoil` makes the
//! packet in progress bad.
//!
//! Block `i` of a packet is the *previous* beat, so that block 0, which is not text, has a place.
//!
//! Why not as the full-rate engine: there a slot must be known in the clock of its beat. Here each
//! question has a clock of its own, so that none of them is long.
//! Bottleneck: none; what decides a slot has four clocks. What the bench cannot catch: a request that
//! changes behind its packet's first beat, which the contract does not allow.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::super::slot::Request;
use super::waiting::Waiting;
use crate::stream::FrameSink;
use rust_hdl::prelude::*;

/// `K` bits of a key's index.
#[derive(LogicBlock, Default)]
pub struct Slots<const K: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub turn: Signal<In, Bits<7>>,
    pub sink: FrameSink<128, 5>,
    pub request: Request<K>,
    /// There is room for one more slot.
    pub go: Signal<In, Bit>,
    pub spoil: Signal<In, Bit>,
    pub beat: Signal<Out, Bits<128>>,
    pub key: Signal<Out, Bits<K>>,
    pub nonce: Signal<Out, Bits<96>>,
    pub aad: Signal<Out, Bits<128>>,
    pub block: Signal<Out, Bits<11>>,
    pub made: Signal<Out, Bit>,
    pub slot: Signal<Out, Waiting>,
    // of the packet
    open: DFF<Bit>,
    ended: DFF<Bit>,
    drain: DFF<Bit>,
    bad: DFF<Bit>,
    left: DFF<Bits<11>>,
    seal: DFF<Bit>,
    key_q: DFF<Bits<K>>,
    nonce_q: DFF<Bits<96>>,
    aad_q: DFF<Bits<128>>,
    aad_bytes: DFF<Bits<5>>,
    text: DFF<Bits<14>>,
    // of the turn
    ready: DFF<Bit>,
    going: DFF<Bit>,
    taken: DFF<Bit>,
    issued: DFF<Bit>,
    first: DFF<Bit>,
    block_q: DFF<Bits<11>>,
    beat_q: DFF<Bits<128>>,
    bytes: DFF<Bits<5>>,
    last: DFF<Bit>,
    error: DFF<Bit>,
    none: DFF<Bit>,
    /// The packet's last beat belongs here, and has so many bytes.
    ending: DFF<Bit>,
    want: DFF<Bits<5>>,
    ends: DFF<Bit>,
    worse: DFF<Bit>,
    take: Signal<Local, Bit>,
    issue: Signal<Local, Bit>,
    sum: Signal<Local, Bits<15>>,
    tail: Signal<Local, Bits<4>>,
    cut: Signal<Local, Bit>,
    wrong: Signal<Local, Bit>,
    ends_now: Signal<Local, Bit>,
    worse_now: Signal<Local, Bit>,
}

impl<const K: usize> Logic for Slots<K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, open, ended, drain, bad, left, seal, key_q, nonce_q, aad_q, aad_bytes,
            text, ready, going, taken, issued, first, block_q, beat_q, bytes, last, error, none,
            ending, want, ends, worse
        );
        self.beat.next = self.beat_q.q.val();
        self.key.next = self.key_q.q.val();
        self.nonce.next = self.nonce_q.q.val();
        self.aad.next = self.aad_q.q.val();
        self.block.next = self.block_q.q.val();
        self.made.next = self.issued.q.val();
        self.slot.next.valid = self.issued.q.val();
        self.slot.next.first = self.first.q.val();
        self.slot.next.last = self.ends.q.val();
        self.slot.next.seal = self.seal.q.val();
        self.slot.next.bad = self.worse.q.val();
        self.slot.next.ok = false;
        self.slot.next.text = self.text.q.val();
        self.slot.next.aad = self.aad_bytes.q.val();

        // Clock 6: whether a beat may come, or a slot without one.
        self.sink.ready.next = self.ready.q.val();
        self.ready.d.next = false;
        if self.turn.val().get_bit(6) {
            self.going.d.next = self.go.val() & !self.drain.q.val();
            self.ready.d.next = (self.go.val() & !self.ended.q.val()) | self.drain.q.val();
        }

        // Clock 0: it comes, with a request if it is the first one.
        self.take.next = self.ready.q.val() & self.sink.valid.val();
        self.issue.next = self.going.q.val() & (self.take.val() | self.ended.q.val());
        if self.turn.val().get_bit(0) {
            self.taken.d.next = self.take.val();
            self.issued.d.next = self.issue.val();
            self.first.d.next = !self.open.q.val();
            self.block_q.d.next = self.block_q.q.val() + bits::<11>(1);
            if !self.open.q.val() {
                self.block_q.d.next = bits::<11>(0);
            }
            if !self.issue.val() {
                self.block_q.d.next = self.block_q.q.val();
            }
        }
        if self.take.val() {
            self.beat_q.d.next = self.sink.data.val();
            self.bytes.d.next = self.sink.bytes.val();
            self.last.d.next = self.sink.last.val();
            self.error.d.next = self.sink.error.val();
            if !self.open.q.val() {
                self.seal.d.next = self.request.seal.val();
                self.key_q.d.next = self.request.key.val();
                self.nonce_q.d.next = self.request.nonce.val();
                self.aad_q.d.next = self.request.aad.val();
                self.aad_bytes.d.next = self.request.aad_bytes.val();
                self.text.d.next = self.request.text_bytes.val();
            }
        }

        // Clock 1: blocks of text behind this slot's.
        self.sum.next = bit_cast::<15, 14>(self.text.q.val()) + bits::<15>(15);
        if self.turn.val().get_bit(1) & self.issued.q.val() {
            self.left.d.next = self.left.q.val() - bits::<11>(1);
            if self.first.q.val() {
                self.left.d.next = self.sum.val().get_bits::<11>(4);
            }
        }

        // Clock 2: whether the last beat belongs here, and its size.
        self.none.d.next = self.left.q.val() == bits::<11>(0);
        self.ending.d.next = self.left.q.val() == bits::<11>(0);
        if self.seal.q.val() {
            self.ending.d.next = (self.left.q.val() == bits::<11>(1))
                | ((self.left.q.val() == bits::<11>(0)) & self.first.q.val());
        }
        self.tail.next = self.text.q.val().get_bits::<4>(0);
        self.want.d.next = bit_cast::<5, 4>(self.tail.val());
        if self.tail.val() == bits::<4>(0) {
            self.want.d.next = bits::<5>(16);
            if self.seal.q.val() & (self.text.q.val() == bits::<14>(0)) {
                self.want.d.next = bits::<5>(0);
            }
        }

        // Clock 3: whether this slot is the last one, and whether all is well.
        self.cut.next = self.taken.q.val() & (self.last.q.val() != self.ending.q.val());
        self.wrong.next = self.taken.q.val()
            & self.last.q.val()
            & (self.error.q.val() | (self.bytes.q.val() != self.want.q.val()));
        self.ends_now.next = self.none.q.val() | self.cut.val();
        self.worse_now.next =
            self.bad.q.val() | self.cut.val() | self.wrong.val() | self.spoil.val();
        if self.spoil.val() & self.open.q.val() {
            self.bad.d.next = true;
        }
        if self.turn.val().get_bit(3) {
            if self.issued.q.val() {
                self.ends.d.next = self.ends_now.val();
                self.worse.d.next = self.worse_now.val();
                self.open.d.next = !self.ends_now.val();
                self.bad.d.next = self.worse_now.val() & !self.ends_now.val();
                self.ended.d.next = !self.ends_now.val()
                    & (self.ended.q.val() | (self.taken.q.val() & self.last.q.val()));
                self.drain.d.next = self.cut.val() & !self.last.q.val();
            } else if self.taken.q.val() & self.last.q.val() {
                self.drain.d.next = false;
            }
        }
        if self.reset.val() {
            self.open.d.next = false;
            self.ended.d.next = false;
            self.drain.d.next = false;
            self.bad.d.next = false;
            self.going.d.next = false;
            self.ready.d.next = false;
            self.taken.d.next = false;
            self.issued.d.next = false;
        }
    }
}
