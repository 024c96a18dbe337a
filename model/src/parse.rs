//! *parse*: the fields of a frame that the datapath looks at.

use crate::frame::{add, fold};
use spec::meta::{Arrival, NO_FAULT, Parsed, Station};
use spec::verdict::Drop;
use spec::wire::{esp, ethernet, gre, ipv4, l2tp, protocol, tcp, udp};

/// Reads a frame from its destination MAC to the last byte before the FCS.
///
/// `arrival` tells where it came in; its length must be the frame's. `macs` are those of the
/// external and the internal port. Offsets and lengths in the result are in bytes. Every byte
/// string gives a result: what is wrong with it stands in the two fault fields.
///
/// With a fault in tags or IPv4 header, or an EtherType other than IPv4, all fields from
/// `fragment` on are zero and `transport_fault` is [`NO_FAULT`]. Without, the IPv4 fields and both
/// offsets are set, also for fragments and for protocols that are not read. Sources: IEEE 802.3 and
/// 802.1Q, RFC 791, RFC 768, RFC 9293, RFC 2784, RFC 4303, RFC 2661 (3.1), RFC 2341.
pub fn parse(frame: &[u8], arrival: &Arrival, macs: &[[u8; 6]; 2]) -> Parsed {
    let mut parsed = Parsed {
        source: arrival.source,
        length: arrival.length,
        peer: arrival.peer,
        inject_forward: arrival.inject_forward,
        inject_port: arrival.inject_port,
        entry: arrival.entry,
        station: station(frame, arrival, macs) as u8,
        network_fault: NO_FAULT,
        transport_fault: NO_FAULT,
        ..Parsed::default()
    };
    match network_offset(frame) {
        Err(fault) => parsed.network_fault = fault.code(),
        Ok(None) => {}
        Ok(Some(offset)) => match network(frame, offset) {
            Err(fault) => parsed.network_fault = fault.code(),
            Ok(packet) => {
                network_fields(&mut parsed, packet, offset);
                if !parsed.fragment {
                    transport(&mut parsed, packet);
                }
            }
        },
    }
    parsed
}

/// The big-endian word at `offset`.
fn word(bytes: &[u8], offset: usize) -> u16 {
    u16::from_be_bytes([bytes[offset], bytes[offset + 1]])
}

fn address(bytes: &[u8], offset: usize) -> u32 {
    u32::from_be_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"))
}

/// A frame that names its own port is that port's, even if that name is a group's.
fn station(frame: &[u8], arrival: &Arrival, macs: &[[u8; 6]; 2]) -> Station {
    let destination = frame.get(..6).unwrap_or_default();
    match macs.get(usize::from(arrival.source)) {
        None => Station::Own,
        Some(own) if destination == own => Station::Own,
        _ if destination.first().is_some_and(|octet| octet & 1 == 1) => Station::Group,
        _ => Station::Foreign,
    }
}

/// Steps over the tags: where the IPv4 header starts, or `None` for another EtherType.
fn network_offset(frame: &[u8]) -> Result<Option<usize>, Drop> {
    let mut at = ethernet::TYPE;
    for tags in 0.. {
        if frame.len() < at + 2 {
            return Err(Drop::Truncated);
        }
        match word(frame, at) {
            ethernet::VLAN | ethernet::VLAN_SERVICE if tags == spec::limits::VLAN_TAGS => {
                return Err(Drop::VlanDepth);
            }
            ethernet::VLAN | ethernet::VLAN_SERVICE => at += ethernet::TAG,
            ethernet::IPV4 => return Ok(Some(at + 2)),
            _ => return Ok(None),
        }
    }
    unreachable!("the loop ends at the third tag")
}

/// The IPv4 packet at `offset`, without what pads the frame.
fn network(frame: &[u8], offset: usize) -> Result<&[u8], Drop> {
    let rest = &frame[offset..];
    if rest.len() < ipv4::MIN_HEADER {
        return Err(Drop::Truncated);
    }
    let header = header_length(rest);
    let total = usize::from(word(rest, ipv4::LENGTH));
    if rest[ipv4::VERSION_IHL] >> 4 != 4 {
        Err(Drop::BadVersion)
    } else if header < ipv4::MIN_HEADER {
        Err(Drop::BadIhl)
    } else if header > rest.len() {
        Err(Drop::Truncated)
    } else if total < header || total > rest.len() {
        Err(Drop::BadLength)
    } else if fold(add(&rest[..header])) != 0xffff {
        Err(Drop::BadChecksum)
    } else {
        Ok(&rest[..total])
    }
}

fn header_length(packet: &[u8]) -> usize {
    usize::from(packet[ipv4::VERSION_IHL] & 15) * 4
}

fn network_fields(parsed: &mut Parsed, packet: &[u8], offset: usize) {
    parsed.ipv4 = true;
    parsed.fragment = word(packet, ipv4::FRAGMENT) & ipv4::FRAGMENT_MASK != 0;
    parsed.network_offset = offset as u8;
    parsed.transport_offset = (offset + header_length(packet)) as u8;
    parsed.source_address = address(packet, ipv4::SOURCE);
    parsed.destination_address = address(packet, ipv4::DESTINATION);
    parsed.protocol = packet[ipv4::PROTOCOL];
    parsed.ttl = packet[ipv4::TTL];
    parsed.network_checksum = word(packet, ipv4::CHECKSUM);
}

/// Layer 4 of a whole packet; nothing but UDP, TCP, GRE and ESP is read.
fn transport(parsed: &mut Parsed, packet: &[u8]) {
    let segment = &packet[header_length(packet)..];
    let checked = match packet[ipv4::PROTOCOL] {
        protocol::UDP => udp_length(segment),
        protocol::TCP => tcp_header(segment),
        protocol::GRE => at_least(segment, gre::MIN_HEADER),
        protocol::ESP => at_least(segment, esp::MIN_HEADER),
        _ => return,
    };
    let length = match checked {
        Err(fault) => {
            parsed.transport_fault = fault.code();
            return;
        }
        Ok(length) => length,
    };
    parsed.transport = true;
    if matches!(parsed.protocol, protocol::UDP | protocol::TCP) {
        parsed.source_port = word(segment, 0);
        parsed.destination_port = word(segment, 2);
    }
    if parsed.protocol == protocol::UDP {
        parsed.transport_checksum = word(segment, udp::CHECKSUM);
        tunnel(parsed, &segment[udp::HEADER..length]);
    }
}

fn at_least(segment: &[u8], header: usize) -> Result<usize, Drop> {
    if segment.len() < header { Err(Drop::Truncated) } else { Ok(segment.len()) }
}

/// The length that a UDP header names, itself included.
fn udp_length(segment: &[u8]) -> Result<usize, Drop> {
    at_least(segment, udp::HEADER)?;
    let length = usize::from(word(segment, udp::LENGTH));
    if length < udp::HEADER || length > segment.len() {
        return Err(Drop::BadLength);
    }
    Ok(length)
}

fn tcp_header(segment: &[u8]) -> Result<usize, Drop> {
    at_least(segment, tcp::MIN_HEADER)?;
    let header = usize::from(segment[tcp::DATA_OFFSET] >> 4) * 4;
    if header < tcp::MIN_HEADER || header > segment.len() {
        return Err(Drop::BadLength);
    }
    Ok(segment.len())
}

/// The header of a tunnel's packet in a UDP payload, if it has one.
fn tunnel(parsed: &mut Parsed, payload: &[u8]) {
    if payload.len() < l2tp::MIN_HEADER {
        return;
    }
    let flags = word(payload, 0);
    parsed.l2f = flags & l2tp::VERSION_MASK == l2tp::VERSION_L2F;
    if let Some(at) = l2tp_tunnel(payload, flags) {
        parsed.l2tp = true;
        parsed.l2tp_clean = flags & l2tp::RESERVED == 0;
        parsed.control = flags & l2tp::T != 0;
        parsed.tunnel = word(payload, at);
        parsed.tunnel_offset = parsed.transport_offset + (udp::HEADER + at) as u8;
    }
}

/// The offset of the Tunnel ID in a well-formed L2TPv2 header (RFC 2661, 3.1).
fn l2tp_tunnel(payload: &[u8], flags: u16) -> Option<usize> {
    let has = |bit: u16| flags & bit != 0;
    if flags & l2tp::VERSION_MASK != l2tp::VERSION
        || has(l2tp::T) && !(has(l2tp::L) && has(l2tp::S) && !has(l2tp::O))
    {
        return None;
    }
    let size = |bit: u16, bytes: usize| if has(bit) { bytes } else { 0 };
    let at = 2 + size(l2tp::L, 2);
    let header = at + 4 + size(l2tp::S, 4) + size(l2tp::O, 2);
    if header > payload.len() {
        return None;
    }
    let padded = header + if has(l2tp::O) { usize::from(word(payload, header - 2)) } else { 0 };
    let end = if has(l2tp::L) { usize::from(word(payload, 2)) } else { payload.len() };
    (padded <= end && end <= payload.len()).then_some(at)
}
