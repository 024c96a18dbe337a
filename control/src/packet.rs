//! A punted frame's fields, and building a frame of our own.

use crate::device::Hop;
use spec::host::PuntDescriptor;
use spec::limits::ETHERNET_HEADER;
use spec::wire::{ipv4, protocol, udp};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::ops::Range;

/// A UDP packet in a frame: where its headers begin, and what the slow path asks of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Offset of the IPv4 header.
    pub network: usize,
    /// Offset of the UDP header.
    pub transport: usize,
    /// Where the UDP payload lies.
    pub payload: Range<usize>,
    /// Source address and port.
    pub source: SocketAddrV4,
    /// Destination address and port.
    pub destination: SocketAddrV4,
}

/// The big-endian word at `at`, which the caller knows to be inside.
pub fn word(frame: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([frame[at], frame[at + 1]])
}

/// The address at `at`, which the caller knows to be inside.
fn address(frame: &[u8], at: usize) -> Ipv4Addr {
    Ipv4Addr::new(frame[at], frame[at + 1], frame[at + 2], frame[at + 3])
}

impl Packet {
    /// Reads a punted frame; nothing when it is not what its descriptor says.
    pub fn read(descriptor: &PuntDescriptor, frame: &[u8]) -> Option<Self> {
        let network = usize::from(descriptor.network_offset);
        let header = frame.get(network..).filter(|h| h.len() >= ipv4::MIN_HEADER)?;
        let header_length = usize::from(header[0] & 0xf) * 4;
        let total = usize::from(word(header, ipv4::LENGTH));
        let whole = network >= ETHERNET_HEADER
            && header[ipv4::VERSION_IHL] >> 4 == 4
            && header_length >= ipv4::MIN_HEADER
            && header_length + udp::HEADER <= total
            && total <= header.len()
            && header[ipv4::PROTOCOL] == protocol::UDP
            && word(header, ipv4::FRAGMENT) & ipv4::FRAGMENT_MASK == 0;
        let transport = network + header_length;
        if !whole || transport != usize::from(descriptor.transport_offset) {
            return None;
        }
        let length = usize::from(word(frame, transport + udp::LENGTH));
        if length < udp::HEADER || header_length + length > total {
            return None;
        }
        Some(Self {
            network,
            transport,
            payload: transport + udp::HEADER..transport + length,
            source: SocketAddrV4::new(
                address(frame, network + ipv4::SOURCE),
                word(frame, transport),
            ),
            destination: SocketAddrV4::new(
                address(frame, network + ipv4::DESTINATION),
                word(frame, transport + 2),
            ),
        })
    }
}

/// A UDP packet of our own in a frame; `types` are the tags and EtherType that its peer's had.
pub fn build(
    hop: &Hop,
    types: &[u8],
    source: SocketAddrV4,
    destination: SocketAddrV4,
    payload: &[u8],
) -> Vec<u8> {
    let udp_length = udp::HEADER + payload.len();
    let total = ipv4::MIN_HEADER + udp_length;
    let mut frame = Vec::with_capacity(ETHERNET_HEADER + 8 + total);
    frame.extend(hop.destination);
    frame.extend(hop.source);
    frame.extend(types);
    let network = frame.len();
    // Don't Fragment, TTL 64: an atomic datagram needs no identification (RFC 6864).
    let [high, low] = (total as u16).to_be_bytes();
    frame.extend([0x45, 0, high, low, 0, 0, 0x40, 0, 64, protocol::UDP, 0, 0]);
    frame.extend(source.ip().octets());
    frame.extend(destination.ip().octets());
    let checksum = !sum(&frame[network..], 0);
    frame[network + ipv4::CHECKSUM..][..2].copy_from_slice(&checksum.to_be_bytes());
    let transport = frame.len();
    for part in [source.port(), destination.port(), udp_length as u16, 0] {
        frame.extend(part.to_be_bytes());
    }
    frame.extend(payload);
    let pseudo = sum(&frame[network + ipv4::SOURCE..][..8], 0);
    let pseudo = sum(&[0, protocol::UDP], pseudo);
    let pseudo = sum(&(udp_length as u16).to_be_bytes(), pseudo);
    let checksum = match !sum(&frame[transport..], pseudo) {
        0 => 0xffff,
        checksum => checksum,
    };
    frame[transport + udp::CHECKSUM..][..2].copy_from_slice(&checksum.to_be_bytes());
    frame
}

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
