//! What travels with the blocks of a packet, and what is asked for with its first beat.
//!
//! A *slot* is one clock of the engine: a block of 16 bytes in each lane. A packet of `n` bytes of
//! text has one slot for each beat of its sealed form, `n + 16` bytes. Block 0 of a packet encrypts
//! its tag's mask and hashes its additional data; blocks 1 to `m = ceil(n / 16)` are text.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// A slot's share of the metadata.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Slot {
    /// There is a slot in this clock.
    pub valid: Bit,
    /// The packet's first one.
    pub first: Bit,
    /// The packet's last one.
    pub last: Bit,
    /// Seal, or else open.
    pub seal: Bit,
    /// The packet has been cut short, or is damaged.
    pub bad: Bit,
    /// The packet's key is set.
    pub ok: Bit,
    /// Text blocks from this slot's first block on, that one not counted: `m` in the first slot,
    /// then less by a block a lane.
    pub left: Bits<11>,
    /// The slot's number in the packet, modulo 16.
    pub number: Bits<4>,
    /// The number is below the stride of GHASH.
    pub early: Bit,
    /// Bytes of text in the packet.
    pub text: Bits<14>,
    /// Bytes of additional data.
    pub aad: Bits<5>,
}

/// What to do with a packet: valid with its first beat, and then not read any more.
#[derive(LogicInterface, Default)]
#[join = "RequestSource"]
pub struct Request<const K: usize> {
    /// Seal (text in, text and tag out) or open (text and tag in, text out).
    pub seal: Signal<In, Bit>,
    /// Which key.
    pub key: Signal<In, Bits<K>>,
    /// The nonce, its first byte in bits 7..0.
    pub nonce: Signal<In, Bits<96>>,
    /// The additional data, its first byte in bits 7..0, zero behind its end.
    pub aad: Signal<In, Bits<128>>,
    /// Bytes of it, 0 to 16.
    pub aad_bytes: Signal<In, Bits<5>>,
    /// Bytes of the text, without the tag: 0 to 9000.
    pub text_bytes: Signal<In, Bits<14>>,
}

/// The other side of [`Request`].
#[derive(LogicInterface, Default)]
#[join = "Request"]
pub struct RequestSource<const K: usize> {
    pub seal: Signal<Out, Bit>,
    pub key: Signal<Out, Bits<K>>,
    pub nonce: Signal<Out, Bits<96>>,
    pub aad: Signal<Out, Bits<128>>,
    pub aad_bytes: Signal<Out, Bits<5>>,
    pub text_bytes: Signal<Out, Bits<14>>,
}
