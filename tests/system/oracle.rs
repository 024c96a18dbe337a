//! What tshark's decoding says that a parser should have read.

use spec::meta::{NO_FAULT, Parsed, Station};
use spec::verdict::Drop;

use crate::tshark::{Field, Packet, Protocol};

/// Names of the tags' protocols.
const TAGS: [&str; 2] = ["vlan", "ieee8021ad"];
/// Names of the field behind addresses or tag, be it a type or a length.
const TYPES: [&str; 6] =
    ["eth.type", "eth.len", "vlan.etype", "vlan.len", "ieee8021ah.etype", "ieee8021ah.len"];
/// EtherType of IPv4.
const IPV4: u32 = 0x0800;
/// Bits marked x in figure 3.1 of RFC 2661.
const RESERVED: u32 = 0x34f0;

/// What should be parsed from a packet of `length` bytes; its source is the external port, which
/// has the packet's own destination MAC.
pub fn expected(packet: &Packet, length: usize) -> Parsed {
    let mut parsed = Parsed {
        length: length as u16,
        station: Station::Own as u8,
        network_fault: NO_FAULT,
        transport_fault: NO_FAULT,
        ..Parsed::default()
    };
    match network(packet, length, &mut parsed) {
        Err(fault) => {
            assert!(packet.complaint() || fault == Drop::VlanDepth, "tshark sees no {fault:?}");
            parsed.network_fault = fault.code();
        }
        Ok(None) => {}
        Ok(Some(payload)) if !parsed.fragment => {
            if let Err(fault) = transport(packet, payload, &mut parsed) {
                let cut = payload == 0; // tshark says nothing about layers that are not there
                assert!(packet.complaint() || cut, "tshark sees no {fault:?}");
                parsed.transport_fault = fault.code();
            }
        }
        Ok(Some(_)) => {}
    }
    parsed
}

/// Bytes of the IPv4 payload, or `None` if there is no IPv4.
fn network(packet: &Packet, length: usize, parsed: &mut Parsed) -> Result<Option<usize>, Drop> {
    let is_tag = |protocol: &&Protocol| TAGS.contains(&protocol.name.as_str());
    let tags: Vec<&Protocol> = packet.protocols.iter().filter(is_tag).collect();
    if tags.len() > 2 {
        return Err(Drop::VlanDepth);
    }
    let kind = match tags.last() {
        Some(tag) => TYPES.iter().find_map(|name| tag.number(name)),
        None => TYPES.iter().find_map(|name| packet.protocol("eth")?.number(name)),
    };
    match kind {
        Some(IPV4) => {}
        // Nothing is there of the tag, or of what follows it.
        None | Some(0x8100 | 0x88a8) => return Err(Drop::Truncated),
        Some(_) => return Ok(None),
    }
    let ip = packet.protocol("ip").ok_or(Drop::Truncated)?;
    let rest = length - ip.at;
    if rest < 20 {
        return Err(Drop::Truncated);
    }
    if ip.number("ip.version") != Some(4) {
        return Err(Drop::BadVersion);
    }
    let header = ip.number("ip.hdr_len").expect("a length") as usize;
    if header < 20 {
        return Err(Drop::BadIhl);
    }
    if header > rest {
        return Err(Drop::Truncated);
    }
    let total = ip.number("ip.len").expect("a length") as usize;
    if total < header || total > rest {
        return Err(Drop::BadLength);
    }
    if ip.number("ip.checksum.status") != Some(1) {
        return Err(Drop::BadChecksum);
    }
    let number = |name: &str| ip.number(name).expect(name);
    parsed.ipv4 = true;
    parsed.fragment = number("ip.flags.mf") == 1 || number("ip.frag_offset") != 0;
    parsed.network_offset = ip.at as u8;
    parsed.transport_offset = (ip.at + header) as u8;
    parsed.source_address = ip.address("ip.src").expect("a source");
    parsed.destination_address = ip.address("ip.dst").expect("a destination");
    parsed.protocol = number("ip.proto") as u8;
    parsed.ttl = number("ip.ttl") as u8;
    parsed.network_checksum = number("ip.checksum") as u16;
    Ok(Some(total - header))
}

fn transport(packet: &Packet, payload: usize, parsed: &mut Parsed) -> Result<(), Drop> {
    let (name, least) = match parsed.protocol {
        6 => ("tcp", 20),
        17 => ("udp", 8),
        47 => ("gre", 4),
        50 => ("esp", 8),
        _ => return Ok(()),
    };
    if payload < least {
        return Err(Drop::Truncated);
    }
    let layer = packet.protocol(name).unwrap_or_else(|| panic!("tshark sees no {name}"));
    assert_eq!(layer.at, usize::from(parsed.transport_offset), "where {name} begins");
    let number = |name: &str| layer.number(name).unwrap_or_else(|| panic!("no {name}"));
    let (length, least) = match name {
        "udp" => (number("udp.length") as usize, 8),
        "tcp" => (number("tcp.hdr_len") as usize, 20),
        _ => (payload, 0),
    };
    if length < least || length > payload {
        return Err(Drop::BadLength);
    }
    parsed.transport = true;
    if name == "udp" || name == "tcp" {
        parsed.source_port = number(&format!("{name}.srcport")) as u16;
        parsed.destination_port = number(&format!("{name}.dstport")) as u16;
    }
    if name == "udp" {
        parsed.transport_checksum = number("udp.checksum") as u16;
        if length >= 8 + 6 {
            match packet.protocol("l2tp") {
                Some(l2tp) => tunnel(l2tp, length - 8, parsed),
                // tshark knows no L2F; it refuses version 1 and shows the payload.
                None => parsed.l2f = layer.field("udp.payload").is_some_and(is_version_1),
            }
        }
    }
    Ok(())
}

/// RFC 2661, 3.1, from the fields that tshark found.
fn tunnel(header: &Protocol, payload: usize, parsed: &mut Parsed) {
    let number = |name: &str| header.number(name).unwrap_or(0);
    let version = number("l2tp.version");
    if version != 2 {
        return;
    }
    let bits = ["type", "length_bit", "seq_bit", "offset_bit"];
    let [control, has_length, has_sequence, has_offset] =
        bits.map(|bit| number(&format!("l2tp.{bit}")) == 1);
    if control && !(has_length && has_sequence && !has_offset) {
        return;
    }
    let mut last = "l2tp.session";
    if has_sequence {
        last = "l2tp.Nr";
    }
    if has_offset {
        last = "l2tp.offset";
    }
    let Some(end) = header.field(last).map(|field| field.at + field.size - header.at) else {
        return;
    };
    let padded = end + number("l2tp.offset") as usize;
    let length = if has_length { number("l2tp.length") as usize } else { payload };
    if padded > length || length > payload {
        return;
    }
    let flags = number("l2tp.flags");
    let id = header.field("l2tp.tunnel").expect("a Tunnel ID");
    parsed.l2tp = true;
    parsed.l2tp_clean = flags & RESERVED == 0;
    parsed.control = control;
    parsed.tunnel = header.number("l2tp.tunnel").expect("a number") as u16;
    parsed.tunnel_offset = id.at as u8;
}

/// Whether the second octet ends in 1.
fn is_version_1(payload: &Field) -> bool {
    payload.show.get(4..5) == Some("1")
}
