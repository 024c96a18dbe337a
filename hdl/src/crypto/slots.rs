//! From beats and requests to slots: what each clock of the engine works on.
//!
//! ```text
//!  sink, request --[taken: 1]--[its packet: 1]--[its size: 1]--[slot, data, key, counter: 1]--[checked: 1]--
//!  go --[ready]
//! ```
//!
//! Contract: where `go` is high, a beat is taken in the next clock if it is there, which must be one in
//! which `turn` is high, as it is in each clock or, at half the rate, in every second; `data`, `key`,
//! `nonce` and `aad` come [`WAY`] clocks after their beat, `slot` and `block` one clock later.
//! `sink.ready` is a register. A packet takes `ceil((text + 16) / W)` slots; the last one of a sealed
//! packet takes no beat where the tag needs a beat of its own. A packet whose last beat comes early or
//! late, whose last beat has another size than was asked for, or that arrives with an error, is `bad`
//! in its last slot; one that comes late is read to its end and thrown away. `spoil` makes the packet
//! in progress bad.
//!
//! Block `i` of a packet is the *previous* beat's last block and this beat's first ones, so that
//! block 0, which is not text, has a place without any other text being moved. In the clock after
//! a packet's last slot the first lane has the last beat's last block, whoever the clock belongs to.
//!
//! Why the length is asked for: a block's power of the hash key depends on how many blocks follow
//! it. Frames are stored before they get here, so their length is known, and no block waits.
//!
//! Why so many stages: whether the next clock is for a beat or for the slot that a tag has to itself
//! must be known at once, and depends on the length alone. Nothing else does, so that what a beat is
//! compared with can be worked out while it is on its way, and the loop from slot to slot is short.
//! Bottleneck: that loop, from the blocks left to whether this slot is the last one.
//! What the bench cannot catch: a request that changes behind its packet's first beat, which the contract
//! does not allow.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::slot::{Request, Slot};
use crate::stream::FrameSink;
use rust_hdl::prelude::*;
use spec::crypto::GHASH_STRIDE;

/// Clocks from a beat to its `data`.
pub const WAY: usize = 4;

/// A beat on its way to its slot.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Coming {
    /// There is a beat.
    pub there: Bit,
    /// There is none, but the packet may have a slot more than it has beats.
    pub over: Bit,
    /// A packet's first beat.
    pub first: Bit,
    pub last: Bit,
    pub error: Bit,
}

/// What is asked for, but for the key.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Asked {
    pub seal: Bit,
    pub nonce: Bits<96>,
    pub aad: Bits<128>,
    pub aad_bytes: Bits<5>,
    pub text_bytes: Bits<14>,
}

/// `D` bits a beat, `C` bits of a byte count, `K` bits of a key's index.
#[derive(LogicBlock)]
pub struct Slots<const D: usize, const C: usize, const K: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub request: Request<K>,
    pub go: Signal<In, Bit>,
    pub turn: Signal<In, Bit>,
    pub spoil: Signal<In, Bit>,
    pub data: Signal<Out, Bits<D>>,
    pub key: Signal<Out, Bits<K>>,
    pub nonce: Signal<Out, Bits<96>>,
    pub aad: Signal<Out, Bits<128>>,
    /// The number of the first lane's block in its packet, with `slot`.
    pub block: Signal<Out, Bits<11>>,
    /// A slot: one clock before `slot`.
    pub made: Signal<Out, Bit>,
    pub slot: Signal<Out, Slot>,
    lanes: Constant<Bits<11>>,
    lanes_mask: Constant<Bits<11>>,
    lanes_twice: Constant<Bits<11>>,
    /// Bits below a beat's last block.
    below: Constant<Bits<10>>,
    beat_bytes: Constant<Bits<14>>,
    few_bytes: Constant<Bits<14>>,
    bytes_mask: Constant<Bits<C>>,
    tag_bytes: Constant<Bits<C>>,
    stride_end: Constant<Bits<4>>,
    // where the beats are
    ready: DFF<Bit>,
    going: DFF<Bit>,
    has_over: DFF<Bit>,
    over: DFF<Bit>,
    coming1: DFF<Coming>,
    coming2: DFF<Coming>,
    coming3: DFF<Coming>,
    size1: DFF<Bits<C>>,
    size2: DFF<Bits<C>>,
    size3: DFF<Bits<C>>,
    data1: DFF<Bits<D>>,
    data2: DFF<Bits<D>>,
    data3: DFF<Bits<D>>,
    asked1: DFF<Asked>,
    asked2: DFF<Asked>,
    asked3: DFF<Asked>,
    key1: DFF<Bits<K>>,
    key2: DFF<Bits<K>>,
    key3: DFF<Bits<K>>,
    // of the packet whose first beat is there
    left3: DFF<Bits<11>>,
    few3: DFF<Bit>,
    ending3: DFF<Bit>,
    want3: DFF<Bits<C>>,
    // of the packet that has slots, before its next one
    open: DFF<Bit>,
    bad: DFF<Bit>,
    left: DFF<Bits<11>>,
    few_left: DFF<Bit>,
    ends_next: DFF<Bit>,
    carry: DFF<Bits<128>>,
    data_out: DFF<Bits<D>>,
    key_out: DFF<Bits<K>>,
    nonce_out: DFF<Bits<96>>,
    aad_out: DFF<Bits<128>>,
    block_out: DFF<Bits<11>>,
    /// The slot before its last beat's size has been checked.
    now: DFF<Slot>,
    out: DFF<Slot>,
    /// The slot has the packet's last beat, and that has another size than was asked for.
    uneven: DFF<Bit>,
    /// So it was, and slots follow.
    unsound: DFF<Bit>,
    taken: Signal<Local, Bit>,
    start: Signal<Local, Bit>,
    sum: Signal<Local, Bits<15>>,
    blocks: Signal<Local, Bits<11>>,
    odd: Signal<Local, Bits<11>>,
    has_over_now: Signal<Local, Bit>,
    over_next: Signal<Local, Bit>,
    asked: Signal<Local, Asked>,
    text: Signal<Local, Bits<14>>,
    sum2: Signal<Local, Bits<15>>,
    few2: Signal<Local, Bit>,
    first: Signal<Local, Bit>,
    runs: Signal<Local, Bit>,
    now_left: Signal<Local, Bits<11>>,
    next_left: Signal<Local, Bits<11>>,
    next_block: Signal<Local, Bits<11>>,
    next_number: Signal<Local, Bits<4>>,
    few: Signal<Local, Bit>,
    few_next: Signal<Local, Bit>,
    ending: Signal<Local, Bit>,
    issue: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    cut: Signal<Local, Bit>,
    ends: Signal<Local, Bit>,
    worse: Signal<Local, Bit>,
    wrong: Signal<Local, Bit>,
    top: Signal<Local, Bits<D>>,
    moved: Signal<Local, Bits<D>>,
    rest: Signal<Local, Bits<C>>,
    grown: Signal<Local, Bits<C>>,
    folded: Signal<Local, Bits<C>>,
}

impl<const D: usize, const C: usize, const K: usize> Default for Slots<D, C, K> {
    fn default() -> Self {
        let lanes = D as u64 / 128;
        assert!(lanes.is_power_of_two() && D.is_multiple_of(128), "a beat of {D} bits");
        assert!(1 << (C - 1) == D / 8, "{C} bits for a count up to {}", D / 8);
        with_defaults!(
            {
                lanes: Constant::new(lanes.into()),
                lanes_mask: Constant::new((lanes - 1).into()),
                lanes_twice: Constant::new((2 * lanes).into()),
                below: Constant::new((D as u64 - 128).into()),
                beat_bytes: Constant::new((D as u64 / 8).into()),
                few_bytes: Constant::new((D as u64 / 8 - 16).into()),
                bytes_mask: Constant::new((D as u64 / 8 - 1).into()),
                tag_bytes: Constant::new((spec::crypto::TAG as u64).into()),
                stride_end: Constant::new((GHASH_STRIDE as u64 - 1).into()),
            }
            clock, reset, sink, request, go, turn, spoil, data, key, nonce, aad, block, made, slot,
            ready, going, has_over, over, coming1, coming2, coming3, size1, size2, size3, data1,
            data2, data3, asked1, asked2, asked3, key1, key2, key3, left3, few3, ending3, want3,
            open, bad, left, few_left, ends_next, carry, data_out, key_out, nonce_out, aad_out,
            block_out, now, out, uneven, unsound, taken, start, sum, blocks, odd, has_over_now,
            over_next, asked, text, sum2, few2, first, runs, now_left, next_left, next_block,
            next_number, few, few_next, ending, issue, take, cut, ends, worse, wrong, top, moved,
            rest, grown, folded
        )
    }
}

impl<const D: usize, const C: usize, const K: usize> Logic for Slots<D, C, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, ready, going, has_over, over, coming1, coming2, coming3, size1, size2,
            size3, data1, data2, data3, asked1, asked2, asked3, key1, key2, key3, left3, few3,
            ending3, want3, open, bad, left, few_left, ends_next, carry, data_out, key_out,
            nonce_out, aad_out, block_out, now, out, uneven, unsound
        );
        self.data.next = self.data_out.q.val();
        self.key.next = self.key_out.q.val();
        self.nonce.next = self.nonce_out.q.val();
        self.aad.next = self.aad_out.q.val();
        self.block.next = self.block_out.q.val();
        self.made.next = self.now.q.val().valid;
        self.slot.next = self.out.q.val();

        // Beats are taken; a sealed packet whose tag needs a beat of its own is given a clock for it.
        self.sink.ready.next = self.ready.q.val();
        self.taken.next = self.sink.valid.val() & self.ready.q.val();
        self.start.next = !self.going.q.val();
        self.sum.next = bit_cast::<15, 14>(self.request.text_bytes.val()) + bits::<15>(15);
        self.blocks.next = self.sum.val().get_bits::<11>(4);
        self.odd.next = self.blocks.val() & self.lanes_mask.val();
        self.has_over_now.next = self.has_over.q.val();
        if self.start.val() {
            self.has_over_now.next = self.request.seal.val()
                & (self.request.text_bytes.val() != bits::<14>(0))
                & (self.odd.val() == bits::<11>(0));
        }
        self.over_next.next = (self.taken.val() & self.sink.last.val() & self.has_over_now.val())
            | (self.over.q.val() & !self.turn.val());
        if self.taken.val() {
            self.going.d.next = !self.sink.last.val();
            self.has_over.d.next = self.has_over_now.val();
        }
        self.over.d.next = self.over_next.val();
        self.ready.d.next = self.go.val() & !self.over_next.val();
        self.coming1.d.next.there = self.taken.val();
        self.coming1.d.next.over = self.over.q.val() & self.turn.val();
        self.coming1.d.next.first = self.taken.val() & self.start.val();
        self.coming1.d.next.last = self.sink.last.val();
        self.coming1.d.next.error = self.sink.error.val();
        self.size1.d.next = self.sink.bytes.val();
        self.data1.d.next = self.sink.data.val();
        self.key1.d.next = self.request.key.val();
        self.asked.next.seal = self.request.seal.val();
        self.asked.next.nonce = self.request.nonce.val();
        self.asked.next.aad = self.request.aad.val();
        self.asked.next.aad_bytes = self.request.aad_bytes.val();
        self.asked.next.text_bytes = self.request.text_bytes.val();
        self.asked1.d.next = self.asked.val();

        // The packet of the beat.
        self.coming2.d.next = self.coming1.q.val();
        self.size2.d.next = self.size1.q.val();
        self.data2.d.next = self.data1.q.val();
        if self.coming1.q.val().first {
            self.key2.d.next = self.key1.q.val();
            self.asked2.d.next = self.asked1.q.val();
        }

        // What its length means.
        self.coming3.d.next = self.coming2.q.val();
        self.size3.d.next = self.size2.q.val();
        self.data3.d.next = self.data2.q.val();
        self.key3.d.next = self.key2.q.val();
        self.asked3.d.next = self.asked2.q.val();
        self.text.next = self.asked2.q.val().text_bytes;
        self.sum2.next = bit_cast::<15, 14>(self.text.val()) + bits::<15>(15);
        self.left3.d.next = self.sum2.val().get_bits::<11>(4);
        self.few2.next = self.text.val() <= self.few_bytes.val();
        self.few3.d.next = self.few2.val();
        self.ending3.d.next = self.few2.val();
        self.rest.next = self.text.val().get_bits::<C>(0);
        self.grown.next = self.rest.val() + self.tag_bytes.val();
        if self.asked2.q.val().seal {
            self.ending3.d.next = self.text.val() <= self.beat_bytes.val();
            self.grown.next = self.rest.val();
        }
        self.folded.next = self.grown.val() & self.bytes_mask.val();
        self.want3.d.next = self.folded.val();
        if self.folded.val() == bits::<C>(0) {
            self.want3.d.next = self.bytes_mask.val() + bits::<C>(1);
            if self.asked2.q.val().seal & (self.text.val() == bits::<14>(0)) {
                self.want3.d.next = bits::<C>(0);
            }
        }

        // Where in the packet this slot is, and whether the packet's last beat belongs here.
        self.first.next = self.coming3.q.val().first;
        self.runs.next = self.first.val() | self.open.q.val();
        self.take.next = self.coming3.q.val().there & self.runs.val();
        self.issue.next = self.take.val() | (self.coming3.q.val().over & self.runs.val());
        self.now_left.next = self.left.q.val();
        self.few.next = self.few_left.q.val();
        self.ending.next = self.ends_next.q.val();
        if self.first.val() {
            self.now_left.next = self.left3.q.val();
            self.few.next = self.few3.q.val();
            self.ending.next = self.ending3.q.val();
        }
        self.cut.next = self.take.val() & (self.coming3.q.val().last != self.ending.val());
        self.ends.next = self.few.val() | self.cut.val();
        self.worse.next = self.bad.q.val()
            | self.cut.val()
            | self.spoil.val()
            | (self.take.val() & self.coming3.q.val().last & self.coming3.q.val().error);
        self.next_left.next = self.now_left.val() - self.lanes.val();
        self.few_next.next = self.now_left.val() < self.lanes_twice.val();
        self.next_block.next = self.block_out.q.val() + self.lanes.val();
        self.next_number.next = self.now.q.val().number + bits::<4>(1);

        self.now.d.next.valid = self.issue.val();
        self.now.d.next.seal = self.asked3.q.val().seal;
        self.now.d.next.text = self.asked3.q.val().text_bytes;
        self.now.d.next.aad = self.asked3.q.val().aad_bytes;
        if self.issue.val() {
            self.open.d.next = !self.ends.val();
            self.bad.d.next = self.worse.val() & !self.ends.val();
            self.left.d.next = self.next_left.val();
            self.few_left.d.next = self.few_next.val();
            self.ends_next.d.next = self.few_next.val();
            if self.asked3.q.val().seal {
                self.ends_next.d.next = (self.now_left.val() <= self.lanes_twice.val())
                    & (self.now_left.val() != self.lanes.val());
            }
            self.now.d.next.first = self.first.val();
            self.now.d.next.last = self.ends.val();
            self.now.d.next.bad = self.worse.val();
            self.now.d.next.left = self.now_left.val();
            self.now.d.next.number = self.next_number.val();
            if self.now.q.val().number == self.stride_end.val() {
                self.now.d.next.early = false;
            }
            if self.first.val() {
                self.now.d.next.number = bits::<4>(0);
                self.now.d.next.early = true;
            }
        } else if self.spoil.val() & self.open.q.val() {
            self.bad.d.next = true;
        }
        if self.now.q.val().valid {
            self.block_out.d.next = self.next_block.val();
            if self.now.q.val().first {
                self.block_out.d.next = bits::<11>(0);
            }
        }
        self.key_out.d.next = self.key3.q.val();
        self.nonce_out.d.next = self.asked3.q.val().nonce;
        self.aad_out.d.next = self.asked3.q.val().aad;

        // The blocks: one behind the beat.
        self.top.next = self.data3.q.val() >> self.below.val();
        if self.coming3.q.val().there {
            self.carry.d.next = bit_cast::<128, D>(self.top.val());
        }
        self.moved.next = self.data3.q.val() << bits::<8>(128);
        self.data_out.d.next = self.moved.val() | bit_cast::<D, 128>(self.carry.q.val());

        // The last beat's size, one clock later.
        self.uneven.d.next = self.take.val()
            & self.coming3.q.val().last
            & (self.size3.q.val() != self.want3.q.val());
        self.out.d.next = self.now.q.val();
        self.out.d.next.ok = false;
        self.wrong.next = self.uneven.q.val() | (self.unsound.q.val() & !self.now.q.val().first);
        if self.now.q.val().valid {
            self.unsound.d.next = self.wrong.val();
        }
        if self.wrong.val() {
            self.out.d.next.bad = true;
        }
        if self.reset.val() {
            self.ready.d.next = false;
            self.going.d.next = false;
            self.over.d.next = false;
            self.coming1.d.next.there = false;
            self.coming1.d.next.over = false;
            self.coming1.d.next.first = false;
            self.coming2.d.next.there = false;
            self.coming2.d.next.over = false;
            self.coming2.d.next.first = false;
            self.coming3.d.next.there = false;
            self.coming3.d.next.over = false;
            self.coming3.d.next.first = false;
            self.open.d.next = false;
            self.bad.d.next = false;
            self.now.d.next.valid = false;
        }
    }
}
