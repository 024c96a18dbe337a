//! What a replay found.

use std::{collections::BTreeMap, net::Ipv4Addr};

use serde::Serialize;

/// The whole result; `packets` is the sum of the ways that a packet can go.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Packets that entered, and unmatched ones.
    pub packets: u64,
    /// Forwarded by the hardware alone.
    pub fast_path: u64,
    /// Forwarded with the slow path's help.
    pub slow_path: u64,
    /// Copies given to the slow path.
    pub copied: u64,
    /// Bridged unchanged.
    pub bypassed: u64,
    /// Given to the host's own network stack.
    pub punted_to_host: u64,
    /// Dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// From the VIP, of a tunnel whose beginning is not in the capture.
    pub unmatched: u64,
    /// Neither to nor from a VIP.
    pub ignored: u64,
    /// Frames that differ from what was expected, or are missing, or should not be there.
    pub mismatches: u64,
    /// Tunnels opened.
    pub tunnels: u64,
    /// The servers.
    pub servers: Vec<ServerReport>,
    /// Clocks of the device; null where it has none.
    pub clocks: Option<u64>,
    /// From the first beat in to the last beat out, of packets forwarded by the hardware alone.
    pub latency_clocks: Option<Latency>,
}

/// A server's part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerReport {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its share of new tunnels.
    pub weight: u32,
    /// Tunnels that it was given.
    pub tunnels: u64,
    /// Packets to it and from it.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// The least.
    pub min: u64,
    /// The median.
    pub p50: u64,
    /// The most.
    pub max: u64,
}

impl Latency {
    /// Of some values; none of none.
    pub fn of(mut values: Vec<u64>) -> Option<Self> {
        values.sort_unstable();
        let (min, max) = (*values.first()?, *values.last()?);
        Some(Self { min, p50: values[values.len() / 2], max })
    }
}

/// A frame that is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mismatch {
    /// The packet's number in the capture, from 1.
    pub index: usize,
    /// What differs.
    pub field: String,
    /// As it should be.
    pub expected: String,
    /// As it is.
    pub got: String,
}
