//! The tag: the mask of block 0 added to the hash, and turned to where it stands behind the text.
//!
//! ```text
//!  stream --[7]--[kept for its packet]--(+)--[turn: 6 steps]--[7]-- tag --\
//!  sum (hash) ---------------------------/                                 +--[2]-- differs
//!  text, mask, rest: the tag that came ------------------------------------/
//! ```
//!
//! Contract: `slot` in clocks 2 to 8, `stream` in clock 5, `slot_before` and `sum` in clock 13,
//! `text`, `mask` in clock 22, and `rest` too: what came behind the packet's last block. Of a packet's
//! last slot, `tag` is there in clocks 21 to 27 and `differs` in clock 24. Byte `i` of the tag is byte
//! `i + tail` of `tag`, modulo 16, for a text that ends with `tail` bytes of a block.
//!
//! Why this way: a turn by any number of bytes is three steps of one byte and three of four, which a
//! slot has the clocks for; a barrel in one clock would take twice the LUTs. All bytes are compared
//! at once, whatever they are.
//! Bottleneck: a step of the turn, then the comparison in two clocks. What the engine's bench cannot
//! catch: a turn by a tail that no size of its packets has; all sixteen are in its sizes.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::waiting::Waiting;
use crate::leaf::functions::{Differ, Spread};
use crate::leaf::{Leaf, Leaf2};
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct Tag {
    pub clock: Signal<In, Clock>,
    pub turn: Signal<In, Bits<7>>,
    pub slot: Signal<In, Waiting>,
    pub stream: Signal<In, Bits<128>>,
    pub slot_before: Signal<In, Waiting>,
    pub sum: Signal<In, Bits<128>>,
    pub text: Signal<In, Bits<128>>,
    pub mask: Signal<In, Bits<16>>,
    pub rest: Signal<In, Bits<128>>,
    pub tag: Signal<Out, Bits<128>>,
    pub differs: Signal<Out, Bit>,
    differ: Leaf2<Differ, 128, 144, 1, 2>,
    spread: Leaf<Spread<16>, 16, 128, 0>,
    came: DFF<Bits<128>>,
    came_first: DFF<Bit>,
    kept: DFF<Bits<128>>,
    /// Which step comes in the next clock.
    by_one: DFF<Bit>,
    by_four: DFF<Bit>,
    turned: DFF<Bits<128>>,
    placed: DFF<Bits<128>>,
    size: Signal<Local, Bits<14>>,
    ones: Signal<Local, Bits<2>>,
    fours: Signal<Local, Bits<2>>,
    up1: Signal<Local, Bits<128>>,
    down1: Signal<Local, Bits<128>>,
    up4: Signal<Local, Bits<128>>,
    down4: Signal<Local, Bits<128>>,
    is_text: Signal<Local, Bits<128>>,
    all: Signal<Local, Bits<144>>,
}

impl Logic for Tag {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, came, came_first, kept, by_one, by_four, turned, placed);
        self.differ.clock.next = self.clock.val();
        self.spread.clock.next = self.clock.val();

        // Block 0 of a packet, once the tag of the packet before is made.
        if self.turn.val().get_bit(5) {
            self.came.d.next = self.stream.val();
            self.came_first.d.next = self.slot.val().valid & self.slot.val().first;
        }
        if self.turn.val().get_bit(6) & self.came_first.q.val() {
            self.kept.d.next = self.came.q.val();
        }

        // Turned by one byte in clocks 0 to 2, by four in clocks 3 to 5.
        self.size.next = self.slot_before.val().text;
        self.ones.next = self.size.val().get_bits::<2>(0);
        self.fours.next = self.size.val().get_bits::<2>(2);
        self.by_one.d.next = (self.turn.val().get_bit(6) & (self.ones.val() != bits::<2>(0)))
            | (self.turn.val().get_bit(0) & self.ones.val().get_bit(1))
            | (self.turn.val().get_bit(1) & (self.ones.val() == bits::<2>(3)));
        self.by_four.d.next = (self.turn.val().get_bit(2) & (self.fours.val() != bits::<2>(0)))
            | (self.turn.val().get_bit(3) & self.fours.val().get_bit(1))
            | (self.turn.val().get_bit(4) & (self.fours.val() == bits::<2>(3)));
        self.up1.next = self.turned.q.val() << bits::<8>(8);
        self.down1.next = self.turned.q.val() >> bits::<8>(120);
        self.up4.next = self.turned.q.val() << bits::<8>(32);
        self.down4.next = self.turned.q.val() >> bits::<8>(96);
        if self.by_one.q.val() {
            self.turned.d.next = self.up1.val() | self.down1.val();
        }
        if self.by_four.q.val() {
            self.turned.d.next = self.up4.val() | self.down4.val();
        }
        if self.turn.val().get_bit(6) {
            self.turned.d.next = self.sum.val() ^ self.kept.q.val();
            self.placed.d.next = self.turned.q.val();
        }
        self.tag.next = self.placed.q.val();

        // The tag that came stands behind the text, and where text is, in the rest.
        self.spread.x.next = self.mask.val();
        self.is_text.next = self.spread.y.val();
        self.differ.a.next =
            (self.rest.val() & self.is_text.val()) | (self.text.val() & !self.is_text.val());
        self.all.next = bits::<144>(0xffff) << bits::<8>(128);
        self.differ.b.next = self.all.val() | bit_cast::<144, 128>(self.placed.q.val());
        self.differs.next = self.differ.y.val() == bits::<1>(1);
    }
}
