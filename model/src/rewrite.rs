//! *rewrite*: what changes in a forwarded frame, and the checksums that follow.

use spec::meta::{Parsed, Plan};
use spec::table::Action;
use spec::wire::{ipv4, udp};

/// What the rewrite leaves in the fields that depend on others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksums {
    /// Time to live, one less.
    pub ttl: u8,
    /// IPv4 header checksum.
    pub network: u16,
    /// UDP checksum; 0 stays 0, a computed 0 becomes 0xffff (RFC 768).
    pub transport: u16,
}

/// A checksum after words of what it covers have changed: RFC 1624, equation 3.
///
/// The pairs are old and new words. Only if the checksum and all of them say so is the result
/// 0xffff: a one's complement sum is zero only when every term is.
pub fn update(checksum: u16, changes: &[(u16, u16)]) -> u16 {
    let sum = changes.iter().fold(u32::from(!checksum), |sum, (old, new)| {
        let sum = sum + u32::from(!old) + u32::from(*new);
        (sum >> 16) + (sum & 0xffff)
    });
    !(((sum >> 16) + (sum & 0xffff)) as u16)
}

/// TTL and checksums of a packet to which `action` happens; `address` replaces the destination, or
/// the source when the action is outgoing. The packet is UDP, and L2TP where a discriminator is
/// set; its TTL is at least 1.
pub fn checksums(parsed: &Parsed, action: &Action, address: u32) -> Checksums {
    let old = if action.outgoing { parsed.source_address } else { parsed.destination_address };
    let halves = |address: u32| [(address >> 16) as u16, address as u16];
    let ([old_high, old_low], [new_high, new_low]) = (halves(old), halves(address));
    let ttl = parsed.ttl.wrapping_sub(1);
    let word = |ttl: u8| u16::from_be_bytes([ttl, parsed.protocol]);
    let addresses = [(old_high, new_high), (old_low, new_low)];
    let [first, second] = addresses;
    let network = update(parsed.network_checksum, &[first, second, (word(parsed.ttl), word(ttl))]);
    let changes = [
        first,
        second,
        (parsed.source_port, action.source_port),
        (parsed.destination_port, action.destination_port),
        (parsed.tunnel, action.discriminator as u16),
    ];
    let changes = if action.set_discriminator { &changes[..] } else { &changes[..4] };
    let transport = match parsed.transport_checksum {
        0 => 0,
        checksum => match update(checksum, changes) {
            0 => 0xffff,
            checksum => checksum,
        },
    };
    Checksums { ttl, network, transport }
}

/// The frame that leaves: as it came, with the fields of the plan in their places when the plan
/// says `rewrite`. The length stays. A plan that another frame was parsed for may name places
/// beyond the end; they are left out.
pub fn rewrite(frame: &[u8], plan: &Plan) -> Vec<u8> {
    let mut out = frame.to_vec();
    if !plan.rewrite {
        return out;
    }
    let mut put = |at: usize, bytes: &[u8]| {
        if let Some(place) = out.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    put(0, &plan.destination_mac.to_le_bytes()[..6]);
    put(6, &plan.source_mac.to_le_bytes()[..6]);
    let network = usize::from(plan.network_offset);
    put(network + ipv4::TTL, &[plan.ttl]);
    put(network + ipv4::CHECKSUM, &plan.network_checksum.to_be_bytes());
    let address = if plan.outgoing { ipv4::SOURCE } else { ipv4::DESTINATION };
    put(network + address, &plan.address.to_be_bytes());
    let transport = usize::from(plan.transport_offset);
    put(transport, &plan.source_port.to_be_bytes());
    put(transport + 2, &plan.destination_port.to_be_bytes());
    put(transport + udp::CHECKSUM, &plan.transport_checksum.to_be_bytes());
    if plan.set_tunnel {
        put(usize::from(plan.tunnel_offset), &plan.tunnel.to_be_bytes());
    }
    out
}
