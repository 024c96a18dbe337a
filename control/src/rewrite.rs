//! Forwarding in software what has no row: addresses, ports, TTL, checksums (RFC 1624).

use crate::device::Hop;
use crate::packet::{Packet, word};
use spec::wire::{ipv4, udp};
use std::net::SocketAddrV4;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{build, sum};
    use proptest::prelude::*;
    use spec::host::PuntDescriptor;
    use spec::wire::protocol;
    use std::net::Ipv4Addr;

    const HOP: Hop = Hop { index: 0, port: 1, destination: [6; 6], source: [7; 6] };

    fn end() -> impl Strategy<Value = SocketAddrV4> {
        // All zeros and all ones are where one's complement sums go wrong.
        let address = prop_oneof![any::<u32>(), Just(0), Just(u32::MAX)];
        let port = prop_oneof![any::<u16>(), Just(0), Just(u16::MAX)];
        (address, port).prop_map(|(a, p)| SocketAddrV4::new(Ipv4Addr::from_bits(a), p))
    }

    /// The sums over header and packet, both 0xffff when right; computed, not updated.
    fn sums(frame: &[u8], packet: &Packet) -> (u16, u16) {
        let header = &frame[packet.network..packet.transport];
        let body = &frame[packet.transport..packet.payload.end];
        let pseudo = sum(&header[12..20], u16::from(protocol::UDP));
        let pseudo = sum(&(body.len() as u16).to_be_bytes(), pseudo);
        (sum(header, 0), sum(body, pseudo))
    }

    proptest! {
        #[test]
        fn checksums_that_came_right_leave_right(
            source in end(), destination in end(), new in end(),
            outgoing: bool, checked: bool, value: u16,
            payload in prop::collection::vec(any::<u8>(), 12..80), at in 0usize..10,
        ) {
            let mut frame = build(&HOP, &[8, 0], source, destination, &payload);
            if !checked {
                frame[40..42].fill(0);
            }
            let descriptor = PuntDescriptor {
                network_offset: 14, transport_offset: 34, ..Default::default()
            };
            let packet = Packet::read(&descriptor, &frame).expect("a packet");
            prop_assert_eq!((packet.source, packet.destination), (source, destination));
            prop_assert!(!checked || sums(&frame, &packet) == (0xffff, 0xffff));

            let change = match outgoing {
                true => Change::Source(new, value),
                false => Change::Destination(new),
            };
            prop_assert!(forward(&mut frame, &packet, change, &HOP));
            set_word(&mut frame, &packet, packet.payload.start + at, value);
            prop_assert_eq!(word(&frame, packet.payload.start + at), value);
            let (header, body) = sums(&frame, &packet);
            prop_assert_eq!(header, 0xffff);
            if checked {
                prop_assert_eq!(body, 0xffff);
                prop_assert_ne!(word(&frame, 40), 0);
            } else {
                prop_assert_eq!(word(&frame, 40), 0);
            }
            let after = Packet::read(&descriptor, &frame).expect("still a packet");
            let wanted = match outgoing {
                true => (new, SocketAddrV4::new(*destination.ip(), value)),
                false => (source, new),
            };
            prop_assert_eq!((after.source, after.destination), wanted);
            prop_assert_eq!((frame[22], &frame[..12]), (63, &[6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7][..]));
        }

        #[test]
        fn an_update_agrees_with_rfc_1624(checksum: u16, old: u16, new: u16) {
            // The RFC's example, and its property: the sum changes by new - old, mod 0xffff.
            prop_assert_eq!(update(0xdd2f, 0x5555, 0x3285), 0x0000);
            let total = |c: u16| u32::from(!c) % 0xffff;
            let expected = (total(checksum) + 0xffff - u32::from(old) % 0xffff + u32::from(new)) % 0xffff;
            prop_assert_eq!(total(update(checksum, old, new)), expected);
        }
    }

    #[test]
    fn a_used_up_packet_is_left_alone() {
        let end = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 1701);
        let mut frame = build(&HOP, &[8, 0], end, end, b"payload");
        let descriptor =
            PuntDescriptor { network_offset: 14, transport_offset: 34, ..Default::default() };
        let packet = Packet::read(&descriptor, &frame).expect("a packet");
        for ttl in [0, 1] {
            frame[22] = ttl;
            let before = frame.clone();
            assert!(!forward(&mut frame, &packet, Change::Destination(end), &HOP));
            assert_eq!(frame, before);
        }
    }
}
