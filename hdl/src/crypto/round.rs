//! A round of AES in hardware, with its own memory of round keys.
//!
//! ```text
//!  state ---[SubBytes, 4 stages]--+
//!  address -[1]-[round keys, 2]-[1]-+--[ShiftRows, MixColumns, AddRoundKey, 1 stage]-- out
//!           [5]------------------------------------------------------------------ next
//! ```
//!
//! Contract: a state a clock, [`ROUND`] clocks from `state` to `out`, no handshake, no reset.
//! `address` chooses the round key, and is handed on with the state. Keys are written at any time;
//! a state that passes in the clock of its own key's write meets garbage.
//!
//! Why this way: a memory a round gives every state its own key, so that packets with different keys
//! follow each other without a gap; it costs a read port that no two rounds could share. The memory
//! stands where the device has it, so its word travels for a whole clock before it is used.
//! Bottleneck: the longest path is a subfield step of the S-box, then MixColumns with the key.
//! It has no bench of its own: those of `aes.rs` and `ring.rs` see it in its place, and cannot catch an
//! error that all rounds undo together.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::functions::{MixKey, ShiftKey};
use crate::leaf::{Function, Leaf, Leaf2, Ram};
use rust_hdl::prelude::*;

/// Clocks from a round's input to its output.
pub const ROUND: usize = 5;

/// The state after SubBytes, with its round key; latency `ROUND - 1`.
#[derive(LogicBlock, Default)]
pub struct Substitute<S: Function, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub state: Signal<In, Bits<128>>,
    pub address: Signal<In, Bits<A>>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub substituted: Signal<Out, Bits<128>>,
    pub key: Signal<Out, Bits<128>>,
    /// `address`, with the other two outputs.
    pub address_then: Signal<Out, Bits<A>>,
    sub: Leaf<S, 128, 128, 4>,
    keys: Ram<Bits<128>, A>,
    address1: DFF<Bits<A>>,
    address2: DFF<Bits<A>>,
    address3: DFF<Bits<A>>,
    address4: DFF<Bits<A>>,
    key_q: DFF<Bits<128>>,
}

impl<S: Function, const A: usize> Logic for Substitute<S, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, address1, address2, address3, address4, key_q);
        self.sub.clock.next = self.clock.val();
        self.keys.clock.next = self.clock.val();
        self.keys.write_enable.next = self.write_enable.val();
        self.keys.write_address.next = self.write_address.val();
        self.keys.write_data.next = self.write_data.val();
        self.sub.x.next = self.state.val();
        self.address1.d.next = self.address.val();
        self.address2.d.next = self.address1.q.val();
        self.address3.d.next = self.address2.q.val();
        self.address4.d.next = self.address3.q.val();
        self.keys.read_address.next = self.address1.q.val();
        self.key_q.d.next = self.keys.read_data.val();
        self.substituted.next = self.sub.y.val();
        self.key.next = self.key_q.q.val();
        self.address_then.next = self.address4.q.val();
    }
}

/// A round that ends in `F`: [`MixKey`], or [`ShiftKey`] for the last one.
#[derive(LogicBlock, Default)]
pub struct Round<S: Function, F: Function, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub state: Signal<In, Bits<128>>,
    pub address: Signal<In, Bits<A>>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    pub address_out: Signal<Out, Bits<A>>,
    substitute: Substitute<S, A>,
    mix: Leaf2<F, 128, 128, 128, 1>,
    held: DFF<Bits<A>>,
}

impl<S: Function, F: Function, const A: usize> Logic for Round<S, F, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, held);
        self.substitute.clock.next = self.clock.val();
        self.mix.clock.next = self.clock.val();
        self.substitute.state.next = self.state.val();
        self.substitute.address.next = self.address.val();
        self.substitute.write_enable.next = self.write_enable.val();
        self.substitute.write_address.next = self.write_address.val();
        self.substitute.write_data.next = self.write_data.val();
        self.mix.a.next = self.substitute.substituted.val();
        self.mix.b.next = self.substitute.key.val();
        self.held.d.next = self.substitute.address_then.val();
        self.out.next = self.mix.y.val();
        self.address_out.next = self.held.q.val();
    }
}

/// A middle round that can put another state in the place of its own: `out` is what `other` was
/// one clock ago, if `swap` was high then.
#[derive(LogicBlock, Default)]
pub struct EnterRound<S: Function, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub state: Signal<In, Bits<128>>,
    pub address: Signal<In, Bits<A>>,
    pub swap: Signal<In, Bit>,
    pub other: Signal<In, Bits<128>>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    pub address_out: Signal<Out, Bits<A>>,
    substitute: Substitute<S, A>,
    mix: Leaf2<MixKey, 128, 128, 128, 0>,
    state_out: DFF<Bits<128>>,
    held: DFF<Bits<A>>,
}

impl<S: Function, const A: usize> Logic for EnterRound<S, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state_out, held);
        self.substitute.clock.next = self.clock.val();
        self.mix.clock.next = self.clock.val();
        self.substitute.state.next = self.state.val();
        self.substitute.address.next = self.address.val();
        self.substitute.write_enable.next = self.write_enable.val();
        self.substitute.write_address.next = self.write_address.val();
        self.substitute.write_data.next = self.write_data.val();
        self.mix.a.next = self.substitute.substituted.val();
        self.mix.b.next = self.substitute.key.val();
        self.held.d.next = self.substitute.address_then.val();
        self.state_out.d.next = self.mix.y.val();
        if self.swap.val() {
            self.state_out.d.next = self.other.val();
        }
        self.out.next = self.state_out.q.val();
        self.address_out.next = self.held.q.val();
    }
}

/// A round at the end of a ring: as [`EnterRound`], and a last round where `last` is high one clock
/// before the output. `almost` is the address one clock before `address_out`.
#[derive(LogicBlock, Default)]
pub struct EndRound<S: Function, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub state: Signal<In, Bits<128>>,
    pub address: Signal<In, Bits<A>>,
    pub swap: Signal<In, Bit>,
    pub other: Signal<In, Bits<128>>,
    pub last: Signal<In, Bit>,
    pub write_enable: Signal<In, Bit>,
    pub write_address: Signal<In, Bits<A>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    pub almost: Signal<Out, Bits<A>>,
    pub address_out: Signal<Out, Bits<A>>,
    substitute: Substitute<S, A>,
    mix: Leaf2<MixKey, 128, 128, 128, 0>,
    shift: Leaf2<ShiftKey, 128, 128, 128, 0>,
    state_out: DFF<Bits<128>>,
    held: DFF<Bits<A>>,
}

impl<S: Function, const A: usize> Logic for EndRound<S, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state_out, held);
        self.substitute.clock.next = self.clock.val();
        self.mix.clock.next = self.clock.val();
        self.shift.clock.next = self.clock.val();
        self.substitute.state.next = self.state.val();
        self.substitute.address.next = self.address.val();
        self.substitute.write_enable.next = self.write_enable.val();
        self.substitute.write_address.next = self.write_address.val();
        self.substitute.write_data.next = self.write_data.val();
        self.mix.a.next = self.substitute.substituted.val();
        self.mix.b.next = self.substitute.key.val();
        self.shift.a.next = self.substitute.substituted.val();
        self.shift.b.next = self.substitute.key.val();
        self.almost.next = self.substitute.address_then.val();
        self.held.d.next = self.substitute.address_then.val();
        self.state_out.d.next = self.mix.y.val();
        if self.last.val() {
            self.state_out.d.next = self.shift.y.val();
        }
        if self.swap.val() {
            self.state_out.d.next = self.other.val();
        }
        self.out.next = self.state_out.q.val();
        self.address_out.next = self.held.q.val();
    }
}
