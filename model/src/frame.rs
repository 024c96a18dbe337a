//! Frames built field by field: right by default, wrong where a field says so.

use spec::wire::{ethernet, ipv4, l2tp, protocol};

/// A frame's layers from Ethernet to the payload of UDP. Lengths and checksums are computed.
#[derive(Clone, Debug)]
pub struct Udp {
    /// Destination MAC.
    pub destination_mac: [u8; 6],
    /// Source MAC.
    pub source_mac: [u8; 6],
    /// VLAN tags, the outer first: type and tag control information.
    pub tags: Vec<(u16, u16)>,
    /// Options of the IPv4 header; a multiple of four bytes, at most 40.
    pub options: Vec<u8>,
    /// Identification.
    pub id: u16,
    /// The word of flags and fragment offset.
    pub fragment: u16,
    /// Time to live.
    pub ttl: u8,
    /// Source address and port.
    pub source: (u32, u16),
    /// Destination address and port.
    pub destination: (u32, u16),
    /// Whether there is a UDP checksum.
    pub checksum: bool,
    /// Payload of UDP.
    pub payload: Vec<u8>,
}

impl Default for Udp {
    /// From 192.128.10.5 to 200.200.100.1, the addresses of the seed's example, L2TP's port.
    fn default() -> Self {
        Self {
            destination_mac: [2, 0, 0, 0, 0, 1],
            source_mac: [2, 0, 0, 0, 0, 0x11],
            tags: Vec::new(),
            options: Vec::new(),
            id: 0,
            fragment: 0,
            ttl: 64,
            source: (0xc080_0a05, l2tp::PORT),
            destination: (0xc8c8_6401, l2tp::PORT),
            checksum: true,
            payload: Vec::new(),
        }
    }
}

impl Udp {
    /// The frame, not padded.
    pub fn build(&self) -> Vec<u8> {
        let pseudo = pseudo_header(self.source.0, self.destination.0);
        let mut segment = Vec::with_capacity(8 + self.payload.len());
        segment.extend(self.source.1.to_be_bytes());
        segment.extend(self.destination.1.to_be_bytes());
        segment.extend(((8 + self.payload.len()) as u16).to_be_bytes());
        segment.extend([0, 0]);
        segment.extend(&self.payload);
        if self.checksum {
            let length = u32::from(protocol::UDP) + segment.len() as u32;
            let checksum = match !fold(add(&segment) + add(&pseudo) + length) {
                0 => 0xffff,
                checksum => checksum,
            };
            segment[6..8].copy_from_slice(&checksum.to_be_bytes());
        }
        self.network(protocol::UDP, &segment)
    }

    /// The frame with another payload of IPv4 in place of UDP, not padded.
    pub fn network(&self, protocol: u8, payload: &[u8]) -> Vec<u8> {
        let mut header = vec![0; ipv4::MIN_HEADER];
        header.extend(&self.options);
        header[0] = 0x40 | (header.len() / 4) as u8;
        let total = (header.len() + payload.len()) as u16;
        header[ipv4::LENGTH..][..2].copy_from_slice(&total.to_be_bytes());
        header[ipv4::ID..][..2].copy_from_slice(&self.id.to_be_bytes());
        header[ipv4::FRAGMENT..][..2].copy_from_slice(&self.fragment.to_be_bytes());
        header[ipv4::TTL] = self.ttl;
        header[ipv4::PROTOCOL] = protocol;
        header[ipv4::SOURCE..][..8]
            .copy_from_slice(&pseudo_header(self.source.0, self.destination.0));
        let checksum = checksum(&header);
        header[ipv4::CHECKSUM..][..2].copy_from_slice(&checksum.to_be_bytes());
        self.ethernet(ethernet::IPV4, &[header.as_slice(), payload].concat())
    }

    /// The frame with another EtherType and payload in place of IPv4.
    pub fn ethernet(&self, kind: u16, payload: &[u8]) -> Vec<u8> {
        let mut frame = [self.destination_mac, self.source_mac].concat();
        for (tag, control) in &self.tags {
            frame.extend([tag.to_be_bytes(), control.to_be_bytes()].as_flattened());
        }
        frame.extend(kind.to_be_bytes());
        frame.extend(payload);
        frame
    }
}

/// An L2TPv2 header (RFC 2661, 3.1): the optional fields are there when they are `Some`.
#[derive(Clone, Copy, Debug, Default)]
pub struct L2tp {
    /// A control message: T. It must have a length, Ns and Nr.
    pub control: bool,
    /// The Length field; `None` leaves it out, `Some(None)` computes it.
    pub length: Option<Option<u16>>,
    /// Tunnel ID and Session ID.
    pub ids: (u16, u16),
    /// Ns and Nr.
    pub sequence: Option<(u16, u16)>,
    /// The Offset Size; as many bytes of pad follow.
    pub offset: Option<u16>,
    /// Further bits of the first word.
    pub flags: u16,
}

impl L2tp {
    /// A control message's header.
    pub fn control(tunnel: u16, session: u16, ns: u16, nr: u16) -> Self {
        Self {
            control: true,
            length: Some(None),
            ids: (tunnel, session),
            sequence: Some((ns, nr)),
            ..Self::default()
        }
    }

    /// A data message's shortest header.
    pub fn data(tunnel: u16, session: u16) -> Self {
        Self { ids: (tunnel, session), ..Self::default() }
    }

    /// The header and what follows it.
    pub fn build(&self, payload: &[u8]) -> Vec<u8> {
        let bit = |set: bool, bit: u16| if set { bit } else { 0 };
        let flags = bit(self.control, l2tp::T)
            | bit(self.length.is_some(), l2tp::L)
            | bit(self.sequence.is_some(), l2tp::S)
            | bit(self.offset.is_some(), l2tp::O)
            | l2tp::VERSION;
        let mut words = vec![flags | self.flags];
        words.extend(self.length.map(Option::unwrap_or_default));
        words.extend([self.ids.0, self.ids.1]);
        words.extend(self.sequence.into_iter().flat_map(|(ns, nr)| [ns, nr]));
        words.extend(self.offset);
        let mut message: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        message.resize(message.len() + usize::from(self.offset.unwrap_or(0)), 0);
        message.extend(payload);
        if self.length == Some(None) {
            let length = message.len() as u16;
            message[2..4].copy_from_slice(&length.to_be_bytes());
        }
        message
    }
}

fn pseudo_header(source: u32, destination: u32) -> [u8; 8] {
    let mut header = [0; 8];
    header[..4].copy_from_slice(&source.to_be_bytes());
    header[4..].copy_from_slice(&destination.to_be_bytes());
    header
}

/// The checksum of these bytes (RFC 1071).
pub fn checksum(bytes: &[u8]) -> u16 {
    !fold(add(bytes))
}

/// The sum of the bytes' words, the last padded with zero.
pub(crate) fn add(bytes: &[u8]) -> u32 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | pair.get(1).copied().unwrap_or(0) as u32;
    bytes.chunks(2).map(word).sum()
}

/// A sum's end-around carries added (RFC 1071).
pub(crate) fn fold(sum: u32) -> u16 {
    let once = (sum >> 16) + (sum & 0xffff);
    ((once >> 16) + (once & 0xffff)) as u16
}
