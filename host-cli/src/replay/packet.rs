//! A captured frame as far as replay has to understand it: IPv4, UDP, L2TP.

use std::net::{Ipv4Addr, SocketAddrV4};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use spec::wire::{ethernet, ipv4, l2tp, udp};

/// Where things lie in a frame, and what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Offset of the IPv4 header.
    pub network: usize,
    /// Offset of the UDP header.
    pub transport: Option<usize>,
    /// Source; port 0 without UDP.
    pub source: SocketAddrV4,
    /// Destination; port 0 without UDP.
    pub destination: SocketAddrV4,
}

impl View {
    /// The view of a frame; none without an IPv4 header.
    pub fn of(frame: &[u8]) -> Option<Self> {
        let Ok(packet) = SlicedPacket::from_ethernet(frame) else { return Self::damaged(frame) };
        let Some(NetSlice::Ipv4(ip)) = &packet.net else { return None };
        let network = offset(frame, ip.header().slice());
        let (transport, ports) = match &packet.transport {
            Some(TransportSlice::Udp(slice)) => {
                let ports = (slice.source_port(), slice.destination_port());
                (Some(offset(frame, slice.slice())), ports)
            }
            _ => (None, (0, 0)),
        };
        let header = ip.header();
        let end = |address: Ipv4Addr, port| SocketAddrV4::new(address, port);
        Some(Self {
            network,
            transport,
            source: end(header.source_addr(), ports.0),
            destination: end(header.destination_addr(), ports.1),
        })
    }

    /// The view of a frame whose headers lie: the addresses, if they are there, still tell whose it
    /// is.
    fn damaged(frame: &[u8]) -> Option<Self> {
        let mut at = ethernet::TYPE;
        while [ethernet::VLAN, ethernet::VLAN_SERVICE].contains(&word(frame.get(at..at + 2)?)) {
            at += ethernet::TAG;
        }
        let network = at + 2;
        let header = frame.get(network..network + ipv4::MIN_HEADER)?;
        if word(&frame[at..]) != ethernet::IPV4 {
            return None;
        }
        let end = |at: usize| {
            let octets = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            SocketAddrV4::new(octets.into(), 0)
        };
        let (source, destination) = (end(ipv4::SOURCE), end(ipv4::DESTINATION));
        Some(Self { network, transport: None, source, destination })
    }

    /// Writes another source (`outgoing`) or destination, and brings the checksums along: what was
    /// right stays right, what was wrong stays wrong (RFC 1624).
    pub fn readdress(&self, frame: &mut [u8], outgoing: bool, end: SocketAddrV4) {
        let at = if outgoing { ipv4::SOURCE } else { ipv4::DESTINATION } + self.network;
        let mut changes = Vec::new();
        let mut put = |frame: &mut [u8], at: usize, value: &[u8]| {
            for (i, new) in value.chunks(2).enumerate() {
                let place = &mut frame[at + 2 * i..at + 2 * i + 2];
                changes.push((word(place), word(new)));
                place.copy_from_slice(new);
            }
        };
        put(frame, at, &end.ip().octets());
        if let Some(transport) = self.transport {
            put(frame, transport + if outgoing { 0 } else { 2 }, &end.port().to_be_bytes());
        }
        let header = self.network + ipv4::CHECKSUM;
        let sum = adjust(word(&frame[header..]), &changes[..2]);
        frame[header..header + 2].copy_from_slice(&sum.to_be_bytes());
        if let Some(transport) = self.transport {
            let at = transport + udp::CHECKSUM;
            let old = word(&frame[at..]);
            if old != 0 {
                let new = adjust(old, &changes);
                let new = if new == 0 { 0xffff } else { new };
                frame[at..at + 2].copy_from_slice(&new.to_be_bytes());
            }
        }
    }

    /// Whether the IPv4 header's checksum is right.
    pub fn header_right(&self, frame: &[u8]) -> bool {
        let length = usize::from(frame[self.network] & 15) * 4;
        let header = frame.get(self.network..self.network + length);
        header.is_some_and(|header| sum(header.chunks(2).map(word)) == 0xffff)
    }

    /// Whether there is no UDP checksum, or it is right.
    pub fn transport_right(&self, frame: &[u8]) -> bool {
        let Some(at) = self.transport else { return true };
        let length = usize::from(word(&frame[at + udp::LENGTH..]));
        if word(&frame[at + udp::CHECKSUM..]) == 0 {
            return true;
        }
        let Some(datagram) = frame.get(at..at + length) else { return false };
        let addresses = frame[self.network + ipv4::SOURCE..][..8].chunks(2).map(word);
        let pseudo = addresses.chain([u16::from(spec::wire::protocol::UDP), length as u16]);
        sum(pseudo.chain(datagram.chunks(2).map(word))) == 0xffff
    }

    /// The L2TPv2 header behind UDP.
    pub fn l2tp<'a>(&self, frame: &'a [u8]) -> Option<Message<'a>> {
        let at = self.transport?;
        let length = usize::from(word(&frame[at + udp::LENGTH..]));
        Message::of(frame.get(at + udp::HEADER..at + length)?)
    }
}

/// An L2TPv2 message, as far as replay needs it.
pub struct Message<'a> {
    /// Its Tunnel ID: the receiver's.
    pub tunnel: u16,
    control: bool,
    avps: &'a [u8],
}

impl<'a> Message<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let flags = word(bytes.get(..2)?);
        if flags & l2tp::VERSION_MASK != l2tp::VERSION {
            return None;
        }
        let at = 2 + if flags & l2tp::L != 0 { 2 } else { 0 };
        let control = flags & l2tp::T != 0;
        let avps = if control { bytes.get(l2tp::CONTROL_HEADER..)? } else { &[] };
        Some(Self { tunnel: word(bytes.get(at..at + 2)?), control, avps })
    }

    /// The value of an attribute of the IETF's (vendor 0), if the message has it in the clear.
    fn attribute(&self, kind: u16) -> Option<&'a [u8]> {
        let mut rest = self.avps;
        while let Some(head) = rest.get(..6) {
            let (flags, vendor, attribute) = (word(head), word(&head[2..]), word(&head[4..]));
            let avp =
                rest.get(..usize::from(flags & l2tp::AVP_LENGTH)).filter(|avp| avp.len() >= 6)?;
            let hidden = flags & l2tp::AVP_H != 0;
            if (vendor, attribute, hidden) == (0, kind, false) {
                return Some(&avp[6..]);
            }
            rest = &rest[avp.len()..];
        }
        None
    }

    /// The Tunnel ID that a request for a new tunnel (SCCRQ) assigns.
    pub fn request(&self) -> Option<u16> {
        self.assigned(l2tp::SCCRQ).filter(|_| self.tunnel == 0)
    }

    /// The Tunnel ID that the answer to a request (SCCRP) assigns.
    pub fn answer(&self) -> Option<u16> {
        self.assigned(l2tp::SCCRP)
    }

    /// The Tunnel ID that a message of this type assigns.
    fn assigned(&self, message: u16) -> Option<u16> {
        let kind = self.attribute(l2tp::MESSAGE_TYPE).filter(|value| value.len() == 2).map(word)?;
        let id =
            self.attribute(l2tp::ASSIGNED_TUNNEL).filter(|value| value.len() == 2).map(word)?;
        (self.control && kind == message).then_some(id)
    }
}

fn offset(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

/// A big-endian word; a last single byte is padded with zero.
fn word(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], *bytes.get(1).unwrap_or(&0)])
}

/// The ones' complement sum.
fn sum(words: impl Iterator<Item = u16>) -> u16 {
    let total: u32 = words.map(u32::from).sum();
    let folded = (total & 0xffff) + (total >> 16);
    ((folded & 0xffff) + (folded >> 16)) as u16
}

/// RFC 1624, equation 3.
fn adjust(checksum: u16, changes: &[(u16, u16)]) -> u16 {
    let words = changes.iter().flat_map(|(old, new)| [!old, *new]);
    !sum(std::iter::once(!checksum).chain(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn frame(payload: &[u8]) -> Vec<u8> {
        let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 9])
            .ipv4([192, 128, 10, 5], [200, 200, 100, 1], 64)
            .udp(40_000, 1701);
        let mut frame = Vec::new();
        builder.write(&mut frame, payload).unwrap();
        frame
    }

    #[test]
    fn right_checksums_stay_right_and_wrong_ones_wrong() {
        for length in 1..40u8 {
            let mut frame = frame(&(0..length).collect::<Vec<u8>>());
            let view = View::of(&frame).unwrap();
            assert!(view.header_right(&frame) && view.transport_right(&frame));
            let end = SocketAddrV4::new([10, 10, 1, length].into(), 1701 + u16::from(length));
            view.readdress(&mut frame, false, end);
            assert_eq!(View::of(&frame).unwrap().destination, end);
            assert!(view.header_right(&frame) && view.transport_right(&frame));
            frame[view.transport.unwrap() + 8] ^= 0x55;
            view.readdress(&mut frame, true, end);
            assert!(view.header_right(&frame) && !view.transport_right(&frame));
        }
    }

    /// What lies about itself is still for the device to judge, as long as it says for whom it is.
    #[test]
    fn a_damaged_packet_keeps_its_addresses() {
        let frame = frame(&[7; 20]);
        let whole = View::of(&frame).unwrap();
        for (at, value) in [(14, 0x41), (14, 0x4f), (14, 0x65), (16, 0xff), (38, 0xff)] {
            let mut damaged = frame.clone();
            damaged[at] = value;
            damaged.splice(12..12, [0x81, 0, 0, 5]);
            let view = View::of(&damaged).unwrap();
            assert_eq!(view.network, whole.network + 4, "byte {at}");
            assert_eq!(view.destination.ip(), whole.destination.ip(), "byte {at}");
            assert!(view.l2tp(&damaged).is_none(), "byte {at}");
            view.header_right(&damaged);
        }
        assert!((0..34).all(|length| View::of(&frame[..length]).is_none()));
        assert!((34..frame.len()).all(|length| View::of(&frame[..length]).is_some()));
    }

    #[test]
    fn a_request_names_its_tunnel() {
        // SCCRQ with Message Type 1 and Assigned Tunnel ID 0x1234.
        let request = [
            0xc8, 2, 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 8, 0, 0, 0, 0, 0, 1, 0x80, 8, 0, 0, 0, 9,
            0x12, 0x34,
        ];
        let whole = frame(&request);
        let view = View::of(&whole).unwrap();
        assert_eq!(view.l2tp(&whole).unwrap().request(), Some(0x1234));
        for cut in 12..request.len() {
            let part = frame(&request[..cut]);
            assert!(View::of(&part).unwrap().l2tp(&part).is_none_or(|m| m.request().is_none()));
        }
    }
}
