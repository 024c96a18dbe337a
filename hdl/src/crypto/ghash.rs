//! GHASH at a block a clock (NIST SP 800-38D section 6.4): one lane.
//!
//! ```text
//!  slot, key --[where: 1]--[power's number: 1]--[powers, 5]-------+
//!  block --------------------------------(+)--[1]--[multiplier, 8]-+--[last ones: 1]-- part
//!                                         \---- products of the packet's earlier blocks ---/
//! ```
//!
//! Contract: `block` comes 6 clocks after its `slot` and `key`, `part` 16 clocks after the slot: the
//! product if it belongs to the sum that is the hash, otherwise zero. No handshake, no reset, no gap
//! between packets, keys or sizes; gaps within a packet do no harm.
//!
//! Why this way: with a multiplier of many stages, `Y = (Y + X) H` cannot take a block a clock. So
//! blocks that are a *stride* of slots apart share one of that many sums, multiplied by the power of
//! the stride, and the last blocks of the packet are each multiplied by what is missing: the number
//! of blocks that follow, plus two (the block itself, and the length block, see `tag.rs`). Products
//! wait in a small memory under their slot's number, so that a gap loses nothing.
//!
//! The powers fill block RAMs all over the device: in banks with registers of their own, and with
//! registers on both sides, for which the slot comes [`EARLY`].
//!
//! Bottleneck: the multiplier's stages and the wires between them. The stride is its latency and that of
//! the memory of products: shorten both or neither.
//! What the engine's bench cannot catch: a wrong power that no packet of its sizes asks for, so sizes
//! on both sides of the stride and of its multiples are in it; a product overwritten in the small memory
//! by a packet with gaps longer than any it makes.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::slot::Slot;
use crate::leaf::functions::GhashMul;
use crate::leaf::{Delay, Join, Leaf2, LutRam, Ram};
use rust_hdl::prelude::*;
use spec::crypto::{GHASH_STRIDE, powers};

/// What must be known of a block when its product comes.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Product {
    pub number: Bits<4>,
    pub there: Bit,
    pub ends: Bit,
}

/// Clocks by which a slot comes earlier here than in `text.rs` and `tag.rs`.
pub const EARLY: usize = 3;

/// The earlier product that a block is added to.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Before {
    pub number: Bits<4>,
    pub joins: Bit,
}

/// 32 bits of all powers: 5 clocks from an address to its word, 2 to a write.
#[derive(LogicBlock, Default)]
pub struct Bank<const A: usize> {
    pub clock: Signal<In, Clock>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<32>>,
    pub address: Signal<In, Bits<A>>,
    pub out: Signal<Out, Bits<32>>,
    words: Ram<Bits<32>, A>,
    enable_q: DFF<Bit>,
    write_address_q: DFF<Bits<A>>,
    write_data_q: DFF<Bits<32>>,
    address_q: DFF<Bits<A>>,
    out1: DFF<Bits<32>>,
    out2: DFF<Bits<32>>,
}

impl<const A: usize> Logic for Bank<A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, enable_q, write_address_q, write_data_q, address_q, out1, out2);
        self.words.clock.next = self.clock.val();
        self.enable_q.d.next = self.write_enable.val();
        self.write_address_q.d.next = self.write_address.val();
        self.write_data_q.d.next = self.write_data.val();
        self.address_q.d.next = self.address.val();
        self.words.write_enable.next = self.enable_q.q.val();
        self.words.write_address.next = self.write_address_q.q.val();
        self.words.write_data.next = self.write_data_q.q.val();
        self.words.read_address.next = self.address_q.q.val();
        self.out1.d.next = self.words.read_data.val();
        self.out2.d.next = self.out1.q.val();
        self.out.next = self.out2.q.val();
    }
}

/// One of `LANES` lanes; `K` bits of a key's index, `E` of a power's number, `A = K + E`.
#[derive(LogicBlock)]
pub struct Ghash<const LANES: usize, const K: usize, const E: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub slot: Signal<In, Slot>,
    pub key: Signal<In, Bits<K>>,
    /// The block, with zeros where it has no bytes.
    pub block: Signal<In, Bits<128>>,
    /// Added to the block: additional data, or zero.
    pub also: Signal<In, Bits<128>>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub part: Signal<Out, Bits<128>>,
    lane: Constant<Bits<11>>,
    stride: Constant<Bits<11>>,
    stride_power: Constant<Bits<E>>,
    back: Constant<Bits<4>>,
    key_bits: Constant<Bits<5>>,
    powers: [Bank<A>; 4],
    factor: Join<4, 32, 128>,
    products: LutRam<Bits<128>, 4>,
    multiply: Leaf2<GhashMul<8>, 128, 128, 128, 8>,
    waiting: Delay<Product, { 10 + EARLY }>,
    rest: DFF<Bits<11>>,
    there: DFF<Bit>,
    early: DFF<Bit>,
    number: DFF<Bits<4>>,
    key1: DFF<Bits<K>>,
    power: DFF<Bits<A>>,
    before2: DFF<Before>,
    before3: DFF<Before>,
    before4: DFF<Before>,
    before5: DFF<Before>,
    joins: DFF<Bit>,
    product: DFF<Product>,
    sum: DFF<Bits<128>>,
    part_q: DFF<Bits<128>>,
    next_left: Signal<Local, Bits<11>>,
    ends: Signal<Local, Bit>,
    missing: Signal<Local, Bits<E>>,
    exponent: Signal<Local, Bits<E>>,
    wide: Signal<Local, Bits<A>>,
    placed: Signal<Local, Bits<A>>,
    gated: Signal<Local, Bits<128>>,
}

impl<const LANES: usize, const K: usize, const E: usize, const A: usize> Ghash<LANES, K, E, A> {
    /// The lane of this number.
    pub fn new(lane: usize) -> Self {
        assert!(A == K + E && powers(LANES) < 1 << E, "{E} bits for powers of {LANES} lanes");
        let stride = (LANES * GHASH_STRIDE) as u64;
        with_defaults!(
            {
                lane: Constant::new((lane as u64).into()),
                stride: Constant::new(stride.into()),
                stride_power: Constant::new(stride.into()),
                back: Constant::new((16 - GHASH_STRIDE as u64).into()),
                key_bits: Constant::new((K as u64).into()),
            }
            clock, slot, key, block, also, write_enable, write_address, write_data, part,
            powers, factor, products, multiply, waiting, rest, there, early, number, key1, power,
            before2, before3, before4, before5, joins, product, sum, part_q, next_left, ends, missing, exponent, wide, placed, gated
        )
    }
}

impl<const LANES: usize, const K: usize, const E: usize, const A: usize> Logic
    for Ghash<LANES, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, rest, there, early, number, key1, power, before2, before3, before4,
            before5, joins, product, sum, part_q
        );
        self.products.clock.next = self.clock.val();
        self.multiply.clock.next = self.clock.val();
        self.waiting.clock.next = self.clock.val();
        for i in 0..4 {
            self.powers[i].clock.next = self.clock.val();
            self.powers[i].write_enable.next = self.write_enable.val();
            self.powers[i].write_address.next = self.write_address.val();
            self.powers[i].write_data.next = self.write_data.val().get_bits::<32>(32 * i);
            self.powers[i].address.next = self.power.q.val();
            self.factor.parts[i].next = self.powers[i].out.val();
        }

        // How many blocks follow this one.
        self.rest.d.next = self.slot.val().left - self.lane.val();
        self.next_left.next = self.slot.val().left + bits::<11>(1);
        self.there.d.next = self.slot.val().valid & (self.next_left.val() > self.lane.val());
        self.early.d.next = self.slot.val().early;
        self.number.d.next = self.slot.val().number;
        self.key1.d.next = self.key.val();

        // Which power, which earlier product.
        self.ends.next = self.rest.q.val() < self.stride.val();
        self.missing.next = self.rest.q.val().get_bits::<E>(0) + bits::<E>(2);
        self.exponent.next = self.stride_power.val();
        if self.ends.val() {
            self.exponent.next = self.missing.val();
        }
        self.wide.next = bit_cast::<A, E>(self.exponent.val());
        self.placed.next = self.wide.val() << self.key_bits.val();
        self.power.d.next = self.placed.val() | bit_cast::<A, K>(self.key1.q.val());
        self.before2.d.next.number = self.number.q.val() + self.back.val();
        self.before2.d.next.joins = self.there.q.val() & !self.early.q.val();
        self.before3.d.next = self.before2.q.val();
        self.before4.d.next = self.before3.q.val();
        self.before5.d.next = self.before4.q.val();
        self.product.d.next.number = self.number.q.val();
        self.product.d.next.there = self.there.q.val();
        self.product.d.next.ends = self.there.q.val() & self.ends.val();

        // The sum so far, times the power.
        self.products.read_address.next = self.before5.q.val().number;
        self.joins.d.next = self.before5.q.val().joins;
        self.gated.next = bits::<128>(0);
        if self.joins.q.val() {
            self.gated.next = self.products.read_data.val();
        }
        self.sum.d.next = self.block.val() ^ self.also.val() ^ self.gated.val();
        self.multiply.a.next = self.sum.q.val();
        self.multiply.b.next = self.factor.whole.val();

        // The product.
        self.waiting.x.next = self.product.q.val();
        self.products.read_enable.next = true;
        self.products.write_enable.next = self.waiting.y.val().there;
        self.products.write_address.next = self.waiting.y.val().number;
        self.products.write_data.next = self.multiply.y.val();
        self.part_q.d.next = bits::<128>(0);
        if self.waiting.y.val().ends {
            self.part_q.d.next = self.multiply.y.val();
        }
        self.part.next = self.part_q.q.val();
    }
}
