//! The keyed hash of `spec::hash`, from the same functions.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Leaf;
use crate::leaf::functions::{Compress, SubBytes};
use rust_hdl::prelude::*;

/// `hash` is that of the packed `key` under `secret`, `spec::limits::HASH_CLOCKS` later.
///
/// A key a clock, no reset, no stall. The secret must not change while keys are under way. Stages:
/// the secret is added, and the S-boxes in the composite field (2), the parity bytes (1).
#[derive(LogicBlock, Default)]
pub struct Hash {
    pub clock: Signal<In, Clock>,
    pub key: Signal<In, Bits<128>>,
    pub secret: Signal<In, Bits<128>>,
    pub hash: Signal<Out, Bits<32>>,
    substitute: Leaf<SubBytes<16>, 128, 128, 2>,
    compress: Leaf<Compress<16>, 128, 32, 1>,
}

const _: () = assert!(spec::limits::HASH_CLOCKS == 2 + 1);

impl Logic for Hash {
    #[hdl_gen]
    fn update(&mut self) {
        self.substitute.clock.next = self.clock.val();
        self.compress.clock.next = self.clock.val();
        self.substitute.x.next = self.key.val() ^ self.secret.val();
        self.compress.x.next = self.substitute.y.val();
        self.hash.next = self.compress.y.val();
    }
}
