//! The text of a slot: the keystream added, the block to hash, and the wait for the tag.
//!
//! ```text
//!  slot[masks: 1]--+---------------[7]--[7]-- mask, slot
//!  data, stream --(+)--[1]--+-- block
//!                           +[1]---[7]--[7]-- text
//! ```
//!
//! Contract: `slot` in clocks 2 to 8, `data` and `stream` in clock 5; `block` is what GHASH takes,
//! from clock 6 to 12; `text`, its `mask` (a bit a byte: text, not tag) and `slot_then` are there in
//! clocks 20 to 26. `data` is the text, or in a packet's first slot its additional data.
//! Why two waits of 7 clocks: a slot's values stand still for a turn, so a register of their own each
//! turn is enough, and no memory is needed. Bottleneck: the keystream's mask, spread over 128 bits.
//! What the engine's bench cannot catch is as for the full-rate engine's `text.rs`.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::waiting::Waiting;
use crate::leaf::Leaf;
use crate::leaf::functions::{Below, Spread};
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct Text {
    pub clock: Signal<In, Clock>,
    pub turn: Signal<In, Bits<7>>,
    pub slot: Signal<In, Waiting>,
    pub data: Signal<In, Bits<128>>,
    pub stream: Signal<In, Bits<128>>,
    pub block: Signal<Out, Bits<128>>,
    pub text: Signal<Out, Bits<128>>,
    pub mask: Signal<Out, Bits<16>>,
    /// The slot in clocks 13 to 19, and 7 clocks later.
    pub slot_before: Signal<Out, Waiting>,
    pub slot_then: Signal<Out, Waiting>,
    below: Leaf<Below, 4, 16, 0>,
    spread_data: Leaf<Spread<16>, 16, 128, 0>,
    spread_sealed: Leaf<Spread<16>, 16, 128, 0>,
    spread_stream: Leaf<Spread<16>, 16, 128, 0>,
    /// Bytes of text; bytes to hash; bytes that are hashed sealed, and come in the clear.
    mask0: DFF<Bits<16>>,
    data0: DFF<Bits<16>>,
    sealed0: DFF<Bits<16>>,
    hashed: DFF<Bits<128>>,
    text1: DFF<Bits<128>>,
    text2: DFF<Bits<128>>,
    text3: DFF<Bits<128>>,
    mask1: DFF<Bits<16>>,
    mask2: DFF<Bits<16>>,
    mask3: DFF<Bits<16>>,
    slot1: DFF<Waiting>,
    slot2: DFF<Waiting>,
    slot3: DFF<Waiting>,
    size: Signal<Local, Bits<14>>,
    tail: Signal<Local, Bits<4>>,
    some: Signal<Local, Bits<16>>,
}

impl Logic for Text {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, mask0, data0, sealed0, hashed, text1, text2, text3, mask1, mask2, mask3,
            slot1, slot2, slot3
        );
        self.below.clock.next = self.clock.val();
        self.spread_data.clock.next = self.clock.val();
        self.spread_sealed.clock.next = self.clock.val();
        self.spread_stream.clock.next = self.clock.val();

        // Which bytes are text; without a key none are.
        self.size.next = self.slot.val().text;
        self.tail.next = self.size.val().get_bits::<4>(0);
        self.below.x.next = self.tail.val();
        self.some.next = bits::<16>(0xffff);
        if self.slot.val().last & (self.tail.val() != bits::<4>(0)) {
            self.some.next = self.below.y.val();
        }
        if !self.slot.val().ok {
            self.some.next = bits::<16>(0);
        }
        self.mask0.d.next = self.some.val();
        self.data0.d.next = self.some.val();
        self.sealed0.d.next = bits::<16>(0);
        if self.slot.val().first {
            self.data0.d.next = bits::<16>(0xffff);
        } else if self.slot.val().seal {
            self.sealed0.d.next = self.some.val();
        }

        // The keystream; what is hashed is always the sealed text.
        self.spread_data.x.next = self.data0.q.val();
        self.spread_sealed.x.next = self.sealed0.q.val();
        self.spread_stream.x.next = self.mask0.q.val();
        if self.turn.val().get_bit(5) {
            self.hashed.d.next = (self.data.val() & self.spread_data.y.val())
                ^ (self.stream.val() & self.spread_sealed.y.val());
            self.text1.d.next = self.data.val() ^ (self.stream.val() & self.spread_stream.y.val());
            self.text2.d.next = self.text1.q.val();
            self.text3.d.next = self.text2.q.val();
            self.mask1.d.next = self.mask0.q.val();
            self.mask2.d.next = self.mask1.q.val();
            self.mask3.d.next = self.mask2.q.val();
            self.slot1.d.next = self.slot.val();
            self.slot2.d.next = self.slot1.q.val();
            self.slot3.d.next = self.slot2.q.val();
        }
        self.block.next = self.hashed.q.val();
        self.text.next = self.text3.q.val();
        self.mask.next = self.mask3.q.val();
        self.slot_before.next = self.slot2.q.val();
        self.slot_then.next = self.slot3.q.val();
    }
}
