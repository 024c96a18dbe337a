//! GHASH with a multiplier of one digit: a block in 7 clocks (NIST SP 800-38D section 6.4).
//!
//! ```text
//!  block --(+)--[A: digits, the top one first]--[digit x M: 1]--(+)--[sum: 1]--+-- sum
//!           \-------------------------------------------------- x^26 ---------/
//! ```
//!
//! Contract: `turn` is one-hot, bit `p` in clock `p` of 7. A block comes with its `slot` (there in
//! clocks 2 to 8, of which the last two are clocks 0 and 1 of the next 7): `block` in clock 6, `hash_key`
//! in clocks 5, 6, 8 and 9. The hash of a packet is `sum`, in clock 13 of its last slot. A slot
//! that is not `valid` leaves the hash as it is. No reset: `first` begins anew.
//!
//! Why this way: a packet of `m` blocks of text has `m + 2` blocks to hash, with its additional data
//! and its lengths, but only `m + 1` slots, one for each block that AES encrypts. So a last slot does
//! two blocks' work: the hash is `(Y + X) H^2 + L H`, and of the length block `L` only two digits differ
//! from zero, which fit the two clocks that the five digits of `Y + X` leave of 7. The square of `H` is
//! linear in `H`, so nothing but `H` is stored. The order is: the digit of x^104 of `L`, in the clock
//! before `Y + X` is known, digits 4 and 3, the digit of x^52 of `L`, digits 2, 1 and 0.
//!
//! Limits: the sum over a digit, whose bits each go to 128 places; it has a clock to itself. The sum of a
//! block is there just when the next one needs it: no further register fits in. The bench cannot tell a
//! digit that is late from one that is wrong; it sees only hashes.
//! Bottleneck: the digit's product, 26 by 128 bits in one clock.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::waiting::Waiting;
use crate::leaf::functions::{DigitMul, LengthDigits, Reduce, Reflect, Square};
use crate::leaf::{Leaf, Leaf2};
use rust_hdl::prelude::*;

#[derive(LogicBlock, Default)]
pub struct Hash {
    pub clock: Signal<In, Clock>,
    pub turn: Signal<In, Bits<7>>,
    pub slot: Signal<In, Waiting>,
    pub block: Signal<In, Bits<128>>,
    pub hash_key: Signal<In, Bits<128>>,
    pub sum: Signal<Out, Bits<128>>,
    lengths: Leaf2<LengthDigits, 14, 5, 52, 0>,
    reflect: Leaf<Reflect, 128, 128, 0>,
    reflect_key: Leaf<Reflect, 128, 128, 0>,
    reflect_sum: Leaf<Reflect, 128, 128, 0>,
    square: Leaf<Square, 128, 128, 0>,
    multiply: Leaf2<DigitMul, 26, 128, 153, 0>,
    reduce: Leaf<Reduce, 154, 128, 0>,
    /// This slot is there; it is its packet's last one.
    run: DFF<Bit>,
    ends: DFF<Bit>,
    digits: DFF<Bits<156>>,
    factor: DFF<Bits<128>>,
    product: DFF<Bits<153>>,
    acc: DFF<Bits<128>>,
    last: Signal<Local, Bit>,
    high_length: Signal<Local, Bits<156>>,
    low_length: Signal<Local, Bits<156>>,
    late: Signal<Local, Bits<156>>,
    early: Signal<Local, Bits<156>>,
    base: Signal<Local, Bits<128>>,
    joined: Signal<Local, Bits<128>>,
    low: Signal<Local, Bits<156>>,
    high: Signal<Local, Bits<156>>,
    wide: Signal<Local, Bits<154>>,
    place: Signal<Local, Bits<154>>,
}

impl Logic for Hash {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, run, ends, digits, factor, product, acc);
        self.lengths.clock.next = self.clock.val();
        self.reflect.clock.next = self.clock.val();
        self.reflect_key.clock.next = self.clock.val();
        self.reflect_sum.clock.next = self.clock.val();
        self.square.clock.next = self.clock.val();
        self.multiply.clock.next = self.clock.val();
        self.reduce.clock.next = self.clock.val();

        // From clock 6 to clock 5.
        self.last.next = self.slot.val().last;
        if self.turn.val().get_bit(5) {
            self.run.d.next = self.slot.val().valid;
            self.ends.d.next = self.last.val();
        }

        // H, or its square for digits of a last block: loaded for clocks 6, 0, 2 and 3.
        self.reflect_key.x.next = self.hash_key.val();
        self.square.x.next = self.reflect_key.y.val();
        if self.turn.val().get_bit(5) | self.turn.val().get_bit(1) {
            self.factor.d.next = self.reflect_key.y.val();
        }
        if self.turn.val().get_bit(6) | self.turn.val().get_bit(2) {
            self.factor.d.next = self.reflect_key.y.val();
            if self.ends.q.val() {
                self.factor.d.next = self.square.y.val();
            }
        }

        // The sum so far: of digits of the same place (clocks 1 and 4), or times x^26.
        self.wide.next = bit_cast::<154, 128>(self.acc.q.val());
        self.place.next = self.wide.val() << bits::<8>(26);
        if self.turn.val().get_bit(1) | self.turn.val().get_bit(4) {
            self.place.next = self.wide.val();
        }
        self.reduce.x.next = self.place.val() ^ bit_cast::<154, 153>(self.product.q.val());
        self.reflect_sum.x.next = self.reduce.y.val();
        self.sum.next = self.reflect_sum.y.val();
        self.multiply.a.next = self.digits.q.val().get_bits::<26>(130);
        self.multiply.b.next = self.factor.q.val();
        if self.run.q.val() {
            self.product.d.next = self.multiply.y.val();
            self.acc.d.next = self.reduce.y.val();
            if self.turn.val().get_bit(6) {
                self.acc.d.next = bits::<128>(0);
            }
        }

        // The digits: of the lengths, and of the sum with the next block.
        self.lengths.a.next = self.slot.val().text;
        self.lengths.b.next = self.slot.val().aad;
        self.early.next = bit_cast::<156, 26>(self.lengths.y.val().get_bits::<26>(0));
        self.late.next = bit_cast::<156, 26>(self.lengths.y.val().get_bits::<26>(26));
        self.high_length.next = bits::<156>(0);
        self.low_length.next = bits::<156>(0);
        if self.turn.val().get_bit(5) & self.last.val() {
            self.high_length.next = self.early.val() << bits::<8>(130);
        }
        if self.ends.q.val() {
            self.low_length.next = self.late.val() << bits::<8>(78);
        }
        self.reflect.x.next = self.block.val();
        self.base.next = self.reduce.y.val();
        if self.slot.val().first {
            self.base.next = bits::<128>(0);
        }
        self.joined.next = self.base.val() ^ self.reflect.y.val();
        self.low.next = bit_cast::<156, 78>(self.joined.val().get_bits::<78>(0));
        self.high.next = bit_cast::<156, 50>(self.joined.val().get_bits::<50>(78));
        self.digits.d.next = (self.digits.q.val() << bits::<8>(26)) | self.high_length.val();
        if self.turn.val().get_bit(6) {
            self.digits.d.next =
                self.low.val() | self.low_length.val() | (self.high.val() << bits::<8>(104));
        }
    }
}
