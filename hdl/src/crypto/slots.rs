//! From beats and requests to slots: what each clock of the engine works on.
//!
//! ```text
//!  sink, request --[slot, data, key, counter: 1]--[checked slot: 1]--
//!  go -------------^
//! ```
//!
//! Contract: where `go` is high, a slot is made if its beat is there; `data`, `key`, `nonce`, `aad`
//! and `block` come one clock later, `slot` two clocks later. `sink.ready` depends on registers alone.
//! A packet takes `ceil((text + 16) / W)` slots; the last one of a sealed packet takes no beat where
//! the tag needs a beat of its own. A packet whose last beat comes early or late, whose last beat
//! has another size than was asked for, or that arrives with an error, is `bad` in its last slot;
//! one that comes late is read to its end and thrown away. `spoil` makes the packet in progress bad.
//!
//! Block `i` of a packet is the *previous* beat's last block and this beat's first ones, so that
//! block 0, which is not text, has a place without any other text being moved. In the clock after
//! a packet's last slot the first lane has the last beat's last block, whoever the clock belongs to.
//!
//! Why the length is asked for: a block's power of the hash key depends on how many blocks follow
//! it. Frames are stored before they get here, so their length is known, and no block waits.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::slot::{Request, Slot};
use crate::stream::FrameSink;
use rust_hdl::prelude::*;
use spec::crypto::GHASH_STRIDE;

/// `D` bits a beat, `C` bits of a byte count, `K` bits of a key's index.
#[derive(LogicBlock)]
pub struct Slots<const D: usize, const C: usize, const K: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub request: Request<K>,
    pub go: Signal<In, Bit>,
    pub spoil: Signal<In, Bit>,
    pub data: Signal<Out, Bits<D>>,
    pub key: Signal<Out, Bits<K>>,
    pub nonce: Signal<Out, Bits<96>>,
    pub aad: Signal<Out, Bits<128>>,
    /// The number of the first lane's block in its packet.
    pub block: Signal<Out, Bits<11>>,
    /// A slot: one clock before `slot`.
    pub made: Signal<Out, Bit>,
    pub slot: Signal<Out, Slot>,
    lanes: Constant<Bits<11>>,
    /// Bits below a beat's last block.
    below: Constant<Bits<10>>,
    bytes_mask: Constant<Bits<C>>,
    tag_bytes: Constant<Bits<C>>,
    stride_end: Constant<Bits<4>>,
    within_packet: DFF<Bit>,
    ended: DFF<Bit>,
    drain: DFF<Bit>,
    bad: DFF<Bit>,
    left: DFF<Bits<11>>,
    carry: DFF<Bits<128>>,
    data_out: DFF<Bits<D>>,
    key_out: DFF<Bits<K>>,
    nonce_out: DFF<Bits<96>>,
    aad_out: DFF<Bits<128>>,
    block_out: DFF<Bits<11>>,
    /// The slot before its last beat's size has been checked.
    now: DFF<Slot>,
    out: DFF<Slot>,
    /// The beat just taken is the packet's last one, of so many bytes.
    check: DFF<Bit>,
    size: DFF<Bits<C>>,
    /// The packet's last beat had another size, and slots follow.
    unsound: DFF<Bit>,
    wrong: Signal<Local, Bit>,
    sum: Signal<Local, Bits<15>>,
    now_left: Signal<Local, Bits<11>>,
    next_left: Signal<Local, Bits<11>>,
    next_block: Signal<Local, Bits<11>>,
    next_number: Signal<Local, Bits<4>>,
    first: Signal<Local, Bit>,
    seal: Signal<Local, Bit>,
    few: Signal<Local, Bit>,
    none: Signal<Local, Bit>,
    some: Signal<Local, Bit>,
    ending: Signal<Local, Bit>,
    issue: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    cut: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    worse: Signal<Local, Bit>,
    top: Signal<Local, Bits<D>>,
    moved: Signal<Local, Bits<D>>,
    text: Signal<Local, Bits<14>>,
    rest: Signal<Local, Bits<C>>,
    grown: Signal<Local, Bits<C>>,
    folded: Signal<Local, Bits<C>>,
    want: Signal<Local, Bits<C>>,
}

impl<const D: usize, const C: usize, const K: usize> Default for Slots<D, C, K> {
    fn default() -> Self {
        let lanes = D / 128;
        assert!(lanes.is_power_of_two() && D.is_multiple_of(128), "a beat of {D} bits");
        assert!(1 << (C - 1) == D / 8, "{C} bits for a count up to {}", D / 8);
        with_defaults!(
            {
                lanes: Constant::new((lanes as u64).into()),
                below: Constant::new((D as u64 - 128).into()),
                bytes_mask: Constant::new((D as u64 / 8 - 1).into()),
                tag_bytes: Constant::new((spec::crypto::TAG as u64).into()),
                stride_end: Constant::new((GHASH_STRIDE as u64 - 1).into()),
            }
            clock, reset, sink, request, go, spoil, data, key, nonce, aad, block,
            made, slot, within_packet, ended, drain, bad, left, carry, data_out, key_out,
            nonce_out, aad_out, block_out, now, out, check, size, unsound, wrong,
            sum, now_left, next_left, next_block, next_number, first, seal, few,
            none, some, ending, issue, take, cut, ends, worse, top, moved, text, rest,
            grown, folded, want
        )
    }
}

impl<const D: usize, const C: usize, const K: usize> Logic for Slots<D, C, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            within_packet,
            ended,
            drain,
            bad,
            left,
            carry,
            data_out,
            key_out,
            nonce_out,
            aad_out,
            block_out,
            now,
            out,
            check,
            size,
            unsound
        );
        self.data.next = self.data_out.q.val();
        self.key.next = self.key_out.q.val();
        self.nonce.next = self.nonce_out.q.val();
        self.aad.next = self.aad_out.q.val();
        self.block.next = self.block_out.q.val();
        self.made.next = self.now.q.val().valid;
        self.slot.next = self.out.q.val();

        // Where in the packet this slot is.
        self.first.next = !self.within_packet.q.val();
        self.sum.next = bit_cast::<15, 14>(self.request.text_bytes.val()) + bits::<15>(15);
        self.now_left.next = self.left.q.val();
        self.seal.next = self.now.q.val().seal;
        if self.first.val() {
            self.now_left.next = self.sum.val().get_bits::<11>(4);
            self.seal.next = self.request.seal.val();
        }
        self.few.next = self.now_left.val() < self.lanes.val();
        self.none.next = self.now_left.val() == bits::<11>(0);
        self.some.next = (self.now_left.val() <= self.lanes.val()) & !self.none.val();
        // Whether the packet's last beat belongs here.
        self.ending.next = self.few.val();
        if self.seal.val() {
            self.ending.next = self.some.val() | (self.none.val() & self.first.val());
        }

        // What happens in this clock.
        self.sink.ready.next = self.drain.q.val() | (self.go.val() & !self.ended.q.val());
        self.issue.next =
            self.go.val() & !self.drain.q.val() & (self.sink.valid.val() | self.ended.q.val());
        self.take.next = self.issue.val() & !self.ended.q.val();
        self.cut.next = self.take.val() & (self.sink.last.val() != self.ending.val());
        self.ends.next = self.few.val() | self.cut.val();
        self.worse.next = self.bad.q.val()
            | self.cut.val()
            | self.spoil.val()
            | (self.take.val() & self.sink.last.val() & self.sink.error.val());
        self.next_left.next = self.now_left.val() - self.lanes.val();
        self.next_block.next = self.block_out.q.val() + self.lanes.val();
        self.next_number.next = self.now.q.val().number + bits::<4>(1);

        self.check.d.next = false;
        self.now.d.next.valid = self.issue.val();
        if self.issue.val() {
            self.within_packet.d.next = !self.ends.val();
            self.ended.d.next = !self.ends.val() & (self.ended.q.val() | self.sink.last.val());
            self.bad.d.next = self.worse.val() & !self.ends.val();
            self.left.d.next = self.next_left.val();
            self.now.d.next.first = self.first.val();
            self.now.d.next.last = self.ends.val();
            self.now.d.next.bad = self.worse.val();
            self.now.d.next.left = self.now_left.val();
            self.now.d.next.number = self.next_number.val();
            self.block_out.d.next = self.next_block.val();
            self.check.d.next = self.take.val() & self.sink.last.val();
            if self.now.q.val().number == self.stride_end.val() {
                self.now.d.next.early = false;
            }
            if self.first.val() {
                self.now.d.next.seal = self.request.seal.val();
                self.now.d.next.number = bits::<4>(0);
                self.now.d.next.early = true;
                self.now.d.next.text = self.request.text_bytes.val();
                self.now.d.next.aad = self.request.aad_bytes.val();
                self.block_out.d.next = bits::<11>(0);
                self.key_out.d.next = self.request.key.val();
                self.nonce_out.d.next = self.request.nonce.val();
                self.aad_out.d.next = self.request.aad.val();
            }
        } else if self.spoil.val() & self.within_packet.q.val() {
            self.bad.d.next = true;
        }
        if self.cut.val() & !self.sink.last.val() {
            self.drain.d.next = true;
        }
        if self.drain.q.val() & self.sink.valid.val() & self.sink.last.val() {
            self.drain.d.next = false;
        }

        // The blocks: one behind the beat.
        self.top.next = self.sink.data.val() >> self.below.val();
        self.size.d.next = self.sink.bytes.val();
        if self.take.val() {
            self.carry.d.next = bit_cast::<128, D>(self.top.val());
        }
        self.moved.next = self.sink.data.val() << bits::<8>(128);
        self.data_out.d.next = self.moved.val() | bit_cast::<D, 128>(self.carry.q.val());

        // The last beat's size, one clock later.
        self.text.next = self.now.q.val().text;
        self.rest.next = self.text.val().get_bits::<C>(0);
        self.grown.next = self.rest.val() + self.tag_bytes.val();
        if self.now.q.val().seal {
            self.grown.next = self.rest.val();
        }
        self.folded.next = self.grown.val() & self.bytes_mask.val();
        self.want.next = self.folded.val();
        if self.folded.val() == bits::<C>(0) {
            self.want.next = self.bytes_mask.val() + bits::<C>(1);
            if self.now.q.val().seal & (self.now.q.val().text == bits::<14>(0)) {
                self.want.next = bits::<C>(0);
            }
        }
        self.out.d.next = self.now.q.val();
        self.out.d.next.ok = false;
        self.wrong.next = (self.check.q.val() & (self.size.q.val() != self.want.val()))
            | (self.unsound.q.val() & !self.now.q.val().first);
        if self.now.q.val().valid {
            self.unsound.d.next = self.wrong.val();
        }
        if self.wrong.val() {
            self.out.d.next.bad = true;
        }
        if self.reset.val() {
            self.within_packet.d.next = false;
            self.ended.d.next = false;
            self.drain.d.next = false;
            self.bad.d.next = false;
            self.now.d.next.valid = false;
        }
    }
}
