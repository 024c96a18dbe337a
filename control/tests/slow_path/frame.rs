//! Frames, written and read here without a line of the crate under test: checksums are always
//! computed over the whole, never updated.

use std::net::{Ipv4Addr, SocketAddrV4};

/// A UDP packet, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Udp {
    pub source: SocketAddrV4,
    pub destination: SocketAddrV4,
    pub ttl: u8,
    /// The UDP checksum is not 0.
    pub checked: bool,
    pub payload: Vec<u8>,
}

pub fn end(address: &str, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(address.parse().unwrap(), port)
}

fn ones(parts: &[&[u8]]) -> u16 {
    let bytes = parts.concat();
    let mut sum = 0u32;
    for pair in bytes.chunks(2) {
        sum += u32::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

fn pseudo(header: &[u8], udp_length: usize) -> Vec<u8> {
    [&header[12..20], &[0, 17], &(udp_length as u16).to_be_bytes()[..]].concat()
}

/// A frame with this packet, from MAC 02:..:01 to 02:..:02.
pub fn encode(udp: &Udp) -> Vec<u8> {
    let udp_length = 8 + udp.payload.len();
    let mut header = vec![0x45, 0, 0, 0, 0x12, 0x34, 0, 0, udp.ttl, 17, 0, 0];
    header[2..4].copy_from_slice(&((20 + udp_length) as u16).to_be_bytes());
    header.extend(udp.source.ip().octets());
    header.extend(udp.destination.ip().octets());
    let checksum = !ones(&[&header]);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    let mut body = Vec::new();
    for word in [udp.source.port(), udp.destination.port(), udp_length as u16, 0] {
        body.extend(word.to_be_bytes());
    }
    body.extend(&udp.payload);
    if udp.checked {
        // The pseudo header has an even length: the parts can be summed one after the other.
        let checksum = match !ones(&[&pseudo(&header, udp_length), &body]) {
            0 => 0xffff,
            checksum => checksum,
        };
        body[6..8].copy_from_slice(&checksum.to_be_bytes());
    }
    let macs = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
    [&macs[..], &header, &body].concat()
}

/// The packet in a frame that we sent; panics when a length or a checksum is wrong.
pub fn decode(frame: &[u8]) -> Udp {
    assert_eq!(&frame[12..14], [8, 0], "IPv4");
    let ip = &frame[14..];
    let header = &ip[..20];
    assert_eq!(header[0], 0x45);
    let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
    assert_eq!(ones(&[header]), 0xffff, "IPv4 header checksum");
    let body = &ip[20..total];
    assert_eq!(usize::from(u16::from_be_bytes([body[4], body[5]])), body.len());
    let checked = body[6..8] != [0, 0];
    if checked {
        assert_eq!(ones(&[&pseudo(header, body.len()), body]), 0xffff, "UDP checksum");
    }
    let address = |at: usize| Ipv4Addr::from(<[u8; 4]>::try_from(&ip[at..at + 4]).unwrap());
    let port = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
    Udp {
        source: SocketAddrV4::new(address(12), port(0)),
        destination: SocketAddrV4::new(address(16), port(2)),
        ttl: header[8],
        checked,
        payload: body[8..].to_vec(),
    }
}

/// An L2TP control message; `kind` 0: a ZLB.
pub fn control(kind: u16, tunnel: u16, assigned: Option<u16>, ns: u16, nr: u16) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [0xc802, 0, tunnel, 0, ns, nr] {
        out.extend(word.to_be_bytes());
    }
    if kind != 0 {
        out.extend([0x80, 8, 0, 0, 0, 0, 0, kind as u8]);
        // A host name of odd length: what follows stands at odd offsets.
        out.extend([0x80, 9, 0, 0, 0, 7, b'l', b'n', b's']);
    }
    if let Some(id) = assigned {
        out.extend([0x80, 8, 0, 0, 0, 9]);
        out.extend(id.to_be_bytes());
    }
    let length = out.len() as u16;
    out[2..4].copy_from_slice(&length.to_be_bytes());
    out
}

/// An L2TP data message with this body.
pub fn data(tunnel: u16, body: &[u8]) -> Vec<u8> {
    [&[0, 2][..], &tunnel.to_be_bytes(), &[0, 1], body].concat()
}

/// The Tunnel ID of an L2TP payload that `control` or `data` made.
pub fn tunnel_of(payload: &[u8]) -> u16 {
    let at = if payload[0] & 0x40 != 0 { 4 } else { 2 };
    u16::from_be_bytes([payload[at], payload[at + 1]])
}

/// The Message Type and the Assigned Tunnel ID of a control message.
pub fn message_of(payload: &[u8]) -> (u16, Option<u16>) {
    let mut rest = &payload[12..];
    let (mut kind, mut assigned) = (0, None);
    while !rest.is_empty() {
        let length = usize::from(u16::from_be_bytes([rest[0] & 3, rest[1]]));
        match rest[5] {
            0 => kind = rest[7].into(),
            9 => assigned = Some(u16::from_be_bytes([rest[6], rest[7]])),
            _ => {}
        }
        rest = &rest[length..];
    }
    (kind, assigned)
}
