//! What *parse* tells *decide* before all fields of a frame are judged.
//!
//! Nothing here is known to be right: faults and lengths come with `Parsed`, and an answer to a
//! question that a faulty frame asked is not used.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// Spec's ASK_AHEAD: what may be a local address.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Addresses {
    pub source: Bits<2>,
    pub source_address: Bits<32>,
    pub destination_address: Bits<32>,
}

/// Spec's KEY_AHEAD: what a tunnel's packet is looked up by.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Flow {
    /// It may be a tunnel's: UDP in a whole IPv4 packet.
    pub valid: Bit,
    pub source: Bits<2>,
    pub peer: Bits<13>,
    /// From the host: the entry.
    pub entry: Bits<17>,
    pub source_address: Bits<32>,
    pub destination_address: Bits<32>,
    pub source_port: Bits<16>,
    pub destination_port: Bits<16>,
    pub tunnel: Bits<16>,
}

/// Spec's SERVICE_AHEAD: what may be a service's.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Served {
    pub protocol: Bits<8>,
    /// Destination port of UDP or TCP, else 0.
    pub port: Bits<16>,
}
