//! The tag: the hash's last product, the mask of block 0, and where the tag stands in the text.
//!
//! ```text
//!  slot ---[10]--+--[8 more]---------------------------------- slot_then
//!  key ---[10]--[hash key, 3]--[times the length block, 4]--\
//!  stream -[2 + 11]--(first slot: start with it)             \
//!  parts ------------[sum of them: 1]------------------------(+)--[1]--[turn: 2]--[1]-- tags
//! ```
//!
//! Contract: `slot` comes 2 clocks before the first lane's `stream`, `parts` 11 clocks after
//! that; `tag` (for all lanes but the first) and `lead_tag` (for the first) come 16 clocks after it,
//! `slot_then` 17. `lead_tag` is the tag of this clock's slot, or in the clock after a last slot that
//! slot's.
//!
//! Why the length block has a multiplier of its own: a packet has one block more to hash than
//! its sealed form has blocks. With this it needs no clock, and only 19 bits of it are not zero.
//! Bottleneck: the hash, from the sum of the lanes' parts; then the turns.
//! What the engine's bench cannot catch: a turn by a tail that no size of its packets has; all sixteen are
//! in its sizes, for sealing and opening.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::ghash::EARLY;
use super::slot::Slot;
use crate::leaf::functions::LengthMul;
use crate::leaf::{Delay, Leaf2, Ram};
use rust_hdl::prelude::*;

/// `K` bits of a key's index.
#[derive(LogicBlock, Default)]
pub struct Tag<const K: usize> {
    pub clock: Signal<In, Clock>,
    pub slot: Signal<In, Slot>,
    /// [`EARLY`] clocks before `slot`.
    pub key: Signal<In, Bits<K>>,
    pub stream: Signal<In, Bits<128>>,
    /// The sum of all lanes' parts of the hash.
    pub parts: Signal<In, Bits<128>>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<K>>,
    pub write_data: Signal<In, Bits<128>>,
    pub tag: Signal<Out, Bits<128>>,
    pub lead_tag: Signal<Out, Bits<128>>,
    pub slot_then: Signal<Out, Slot>,
    wait_slot: Delay<Slot, 10>,
    wait_key: Delay<Bits<K>, { 7 + EARLY }>,
    wait_stream: Delay<Bits<128>, 11>,
    hash_key: Ram<Bits<128>, K>,
    hash_key_q: DFF<Bits<128>>,
    write_enable_q: DFF<Bit>,
    write_address_q: DFF<Bits<K>>,
    write_data_q: DFF<Bits<128>>,
    lengths: Leaf2<LengthMul, 19, 128, 128, 4>,
    slot9: DFF<Slot>,
    slot10: DFF<Slot>,
    slot11: DFF<Slot>,
    slot12: DFF<Slot>,
    slot13: DFF<Slot>,
    slot14: DFF<Slot>,
    slot15: DFF<Slot>,
    slot16: DFF<Slot>,
    slot17: DFF<Slot>,
    hash: DFF<Bits<128>>,
    sum: DFF<Bits<128>>,
    turned: DFF<Bits<128>>,
    placed: DFF<Bits<128>>,
    kept: DFF<Bits<128>>,
    tag_q: DFF<Bits<128>>,
    lead_q: DFF<Bits<128>>,
    /// The slot 16 clocks ago was a last one.
    behind: DFF<Bit>,
    text: Signal<Local, Bits<19>>,
    aad: Signal<Local, Bits<19>>,
    aad_high: Signal<Local, Bits<19>>,
    base: Signal<Local, Bits<128>>,
    turn_a: Signal<Local, Bits<14>>,
    turn_b: Signal<Local, Bits<14>>,
    up1: Signal<Local, Bits<128>>,
    down1: Signal<Local, Bits<128>>,
    turn1: Signal<Local, Bits<128>>,
    up2: Signal<Local, Bits<128>>,
    down2: Signal<Local, Bits<128>>,
    turn2: Signal<Local, Bits<128>>,
    up4: Signal<Local, Bits<128>>,
    down4: Signal<Local, Bits<128>>,
    turn4: Signal<Local, Bits<128>>,
    up8: Signal<Local, Bits<128>>,
    down8: Signal<Local, Bits<128>>,
    turn8: Signal<Local, Bits<128>>,
}

impl<const K: usize> Logic for Tag<K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            slot9,
            slot10,
            slot11,
            slot12,
            slot13,
            slot14,
            slot15,
            slot16,
            slot17,
            hash_key_q,
            write_enable_q,
            write_address_q,
            write_data_q,
            hash,
            sum,
            turned,
            placed,
            kept,
            tag_q,
            lead_q,
            behind
        );
        self.wait_slot.clock.next = self.clock.val();
        self.wait_key.clock.next = self.clock.val();
        self.wait_stream.clock.next = self.clock.val();
        self.hash_key.clock.next = self.clock.val();
        self.lengths.clock.next = self.clock.val();
        self.write_enable_q.d.next = self.write_enable.val();
        self.write_address_q.d.next = self.write_address.val();
        self.write_data_q.d.next = self.write_data.val();
        self.hash_key.write_enable.next = self.write_enable_q.q.val();
        self.hash_key.write_address.next = self.write_address_q.q.val();
        self.hash_key.write_data.next = self.write_data_q.q.val();

        // `slotN` is the slot N clocks after its keystream.
        self.wait_slot.x.next = self.slot.val();
        self.slot9.d.next = self.wait_slot.y.val();
        self.slot10.d.next = self.slot9.q.val();
        self.slot11.d.next = self.slot10.q.val();
        self.slot12.d.next = self.slot11.q.val();
        self.slot13.d.next = self.slot12.q.val();
        self.slot14.d.next = self.slot13.q.val();
        self.slot15.d.next = self.slot14.q.val();
        self.slot16.d.next = self.slot15.q.val();
        self.slot17.d.next = self.slot16.q.val();
        self.slot_then.next = self.slot17.q.val();

        // The length block times the hash key.
        self.wait_key.x.next = self.key.val();
        self.hash_key.read_address.next = self.wait_key.y.val();
        self.text.next = bit_cast::<19, 14>(self.wait_slot.y.val().text);
        self.aad.next = bit_cast::<19, 5>(self.wait_slot.y.val().aad);
        self.aad_high.next = self.aad.val() << bits::<4>(14);
        self.lengths.a.next = self.text.val() | self.aad_high.val();
        self.hash_key_q.d.next = self.hash_key.read_data.val();
        self.lengths.b.next = self.hash_key_q.q.val();

        // All sums of the hash, on top of block 0 encrypted.
        self.wait_stream.x.next = self.stream.val();
        self.base.next = self.hash.q.val();
        if self.slot11.q.val().first {
            self.base.next = self.wait_stream.y.val();
        }
        if self.slot11.q.val().valid {
            self.hash.d.next = self.base.val() ^ self.parts.val();
        }
        self.sum.d.next = self.hash.q.val() ^ self.lengths.y.val();

        // Turned by the bytes of text in the last block.
        self.turn_a.next = self.slot13.q.val().text;
        self.turn_b.next = self.slot14.q.val().text;
        self.up1.next = self.sum.q.val() << bits::<8>(8);
        self.down1.next = self.sum.q.val() >> bits::<8>(120);
        self.turn1.next = self.sum.q.val();
        if self.turn_a.val().get_bit(0) {
            self.turn1.next = self.up1.val() | self.down1.val();
        }
        self.up2.next = self.turn1.val() << bits::<8>(16);
        self.down2.next = self.turn1.val() >> bits::<8>(112);
        self.turn2.next = self.turn1.val();
        if self.turn_a.val().get_bit(1) {
            self.turn2.next = self.up2.val() | self.down2.val();
        }
        self.turned.d.next = self.turn2.val();
        self.up4.next = self.turned.q.val() << bits::<8>(32);
        self.down4.next = self.turned.q.val() >> bits::<8>(96);
        self.turn4.next = self.turned.q.val();
        if self.turn_b.val().get_bit(2) {
            self.turn4.next = self.up4.val() | self.down4.val();
        }
        self.up8.next = self.turn4.val() << bits::<8>(64);
        self.down8.next = self.turn4.val() >> bits::<8>(64);
        self.turn8.next = self.turn4.val();
        if self.turn_b.val().get_bit(3) {
            self.turn8.next = self.up8.val() | self.down8.val();
        }
        self.placed.d.next = self.turn8.val();

        // The first lane has this slot's tag, or the last one's behind a last slot.
        self.tag_q.d.next = self.placed.q.val();
        self.lead_q.d.next = self.placed.q.val();
        self.behind.d.next = self.slot15.q.val().valid & self.slot15.q.val().last;
        if self.behind.q.val() {
            self.lead_q.d.next = self.kept.q.val();
        }
        self.kept.d.next = self.placed.q.val();
        self.tag.next = self.tag_q.q.val();
        self.lead_tag.next = self.lead_q.q.val();
    }
}
