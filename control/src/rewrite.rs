//! Forwarding in software what has no row: addresses, ports, TTL, checksums (RFC 1624).

use crate::device::Hop;
use crate::packet::{Packet, word};
use spec::wire::{ipv4, udp};
use std::net::SocketAddrV4;

/// One's complement sum of big-endian words; an odd last byte is a word's high byte.
pub fn sum(bytes: &[u8], start: u16) -> u16 {
    let mut total = u64::from(start);
    for pair in bytes.chunks(2) {
        total += u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0));
    }
    while total > 0xffff {
        total = (total >> 16) + (total & 0xffff);
    }
    total as u16
}

/// RFC 1624 equation 3: the checksum after a word changed.
pub fn update(checksum: u16, old: u16, new: u16) -> u16 {
    let total = u32::from(!checksum) + u32::from(!old) + u32::from(new);
    let once = (total >> 16) + (total & 0xffff);
    !(((once >> 16) + (once & 0xffff)) as u16)
}

/// Which end of the packet is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The destination becomes this: from a client to its server.
    Destination(SocketAddrV4),
    /// The source becomes this: from a server, leaving as the VIP. The client's port is the one
    /// that is given, whatever the server wrote.
    Source(SocketAddrV4, u16),
}

/// A UDP checksum's change: 0, no checksum, stays; a computed 0 becomes 0xffff (RFC 768).
fn update_udp(frame: &mut [u8], packet: &Packet, old: u16, new: u16) {
    let at = packet.transport + udp::CHECKSUM;
    let checksum = word(frame, at);
    if checksum != 0 {
        let checksum = match update(checksum, old, new) {
            0 => 0xffff,
            checksum => checksum,
        };
        frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    }
}

/// Replaces a word of the UDP payload, at any offset.
pub fn set_word(frame: &mut [u8], packet: &Packet, at: usize, value: u16) {
    for (at, new) in (at..).zip(value.to_be_bytes()) {
        let old = frame[at];
        // A byte at an even offset from the UDP header is a word's high byte.
        let shift = if (at - packet.transport).is_multiple_of(2) { 8 } else { 0 };
        update_udp(frame, packet, u16::from(old) << shift, u16::from(new) << shift);
        frame[at] = new;
    }
}

/// Rewrites a packet for its next hop. False, and nothing done, when its TTL is used up.
pub fn forward(frame: &mut [u8], packet: &Packet, change: Change, hop: &Hop) -> bool {
    let ttl_at = packet.network + ipv4::TTL;
    if frame[ttl_at] <= 1 {
        return false;
    }
    let checksum_at = packet.network + ipv4::CHECKSUM;
    let mut checksum = word(frame, checksum_at);
    let old = word(frame, ttl_at);
    frame[ttl_at] -= 1;
    checksum = update(checksum, old, word(frame, ttl_at));

    let (end, address_at, ports) = match change {
        Change::Destination(end) => (end, ipv4::DESTINATION, [packet.source.port(), end.port()]),
        Change::Source(end, client) => (end, ipv4::SOURCE, [end.port(), client]),
    };
    let address_at = packet.network + address_at;
    let octets = end.ip().octets();
    for (at, new) in [(address_at, &octets[..2]), (address_at + 2, &octets[2..])] {
        let (old, new_word) = (word(frame, at), u16::from_be_bytes([new[0], new[1]]));
        checksum = update(checksum, old, new_word);
        update_udp(frame, packet, old, new_word);
        frame[at..at + 2].copy_from_slice(new);
    }
    frame[checksum_at..checksum_at + 2].copy_from_slice(&checksum.to_be_bytes());
    for (at, port) in [(packet.transport, ports[0]), (packet.transport + 2, ports[1])] {
        update_udp(frame, packet, word(frame, at), port);
        frame[at..at + 2].copy_from_slice(&port.to_be_bytes());
    }
    frame[..6].copy_from_slice(&hop.destination);
    frame[6..12].copy_from_slice(&hop.source);
    true
}
