//! AES encryption of a block in two clocks, in the place of [`super::aes::Aes14`].
//!
//! ```text
//!  block, key --+----------------[ring of 7 rounds, 73]--[1]-- out
//!               \--[first keys: 2]--/
//! ```
//!
//! Contract: as `aes.rs`, at the same latency, but for a block every two clocks, where `enter` is high:
//! always an even number of clocks after the last one. Round keys come by the same port, with a pass
//! above the key's index: 1 for round keys 8 to 14, which is bit 3 of the row's number.
//!
//! Why this way: the engine around it stays what it is, and gives every second clock away.
//! Bottleneck: the ring's, see there. What its bench (that of the engine) cannot catch: a round key in
//! the memory of another round of the same packet, if both are equal.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::keys::KeyStep;
use super::ring::{self, Aes7};
use crate::leaf::{Function, Ram};
use rust_hdl::prelude::*;

const _: () = assert!(ring::LATENCY + 1 == super::aes::LATENCY, "the place of another pipeline");

/// `S` is the S-box, `K` the bits of a key's index, `P = K + 1`.
#[derive(LogicBlock, Default)]
pub struct AesHalf<S: Function, const K: usize, const P: usize> {
    pub clock: Signal<In, Clock>,
    pub block: Signal<In, Bits<128>>,
    pub key: Signal<In, Bits<K>>,
    pub enter: Signal<In, Bit>,
    /// A key of 128 bits, one clock after `block`.
    pub short: Signal<In, Bit>,
    pub write_enable: Signal<In, Bits<15>>,
    /// The key's index below the pass.
    pub write_address: Signal<In, Bits<P>>,
    pub write_data: Signal<In, Bits<128>>,
    pub out: Signal<Out, Bits<128>>,
    firsts: Ram<Bits<128>, K>,
    step: KeyStep<15, P>,
    ring: Aes7<S, K, P>,
    out_q: DFF<Bits<128>>,
    low: Signal<Local, Bits<7>>,
    high: Signal<Local, Bits<7>>,
}

impl<S: Function, const K: usize, const P: usize> Logic for AesHalf<S, K, P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, out_q);
        self.firsts.clock.next = self.clock.val();
        self.step.clock.next = self.clock.val();
        self.ring.clock.next = self.clock.val();

        // Round keys: row 0 is the first one, rows 1 to 7 and 8 to 14 are the rounds of a pass each.
        self.step.enable_in.next = self.write_enable.val();
        self.step.address_in.next = self.write_address.val();
        self.step.data_in.next = self.write_data.val();
        self.firsts.write_enable.next = self.step.enable.val().get_bit(0);
        self.firsts.write_address.next = self.step.address.val().get_bits::<K>(0);
        self.firsts.write_data.next = self.step.data.val();
        self.low.next = self.step.enable.val().get_bits::<7>(1);
        self.high.next = self.step.enable.val().get_bits::<7>(8);
        self.ring.write_enable.next = self.low.val() | self.high.val();
        self.ring.write_address.next = self.step.address.val();
        self.ring.write_data.next = self.step.data.val();

        self.firsts.read_address.next = self.key.val();
        self.ring.block.next = self.block.val();
        self.ring.key.next = self.key.val();
        self.ring.enter.next = self.enter.val();
        self.ring.short.next = self.short.val();
        self.ring.white.next = self.firsts.read_data.val();
        self.out_q.d.next = self.ring.out.val();
        self.out.next = self.out_q.q.val();
    }
}
