//! What a network card or the kernel has left undone in a frame, and its completion.
//!
//! With `PACKET_VNET_HDR` each frame of a packet socket starts with a `virtio_net_hdr` (virtio 1.2,
//! 5.1.6), which says whether the transport checksum is still to be filled in, and whether the
//! frame is several segments in one.

/// Bytes of a `virtio_net_hdr`.
pub const HEADER: usize = 10;
/// Flag: the checksum is partial.
const NEEDS_CHECKSUM: u8 = 1;

/// What the header of a frame asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offload {
    /// Nothing: the frame is whole.
    None,
    /// The checksum over the bytes from `start` to the end, put at `start + offset`.
    Checksum {
        /// First byte covered.
        start: usize,
        /// Where the checksum lies after that.
        offset: usize,
    },
    /// Several segments in one frame: it cannot be passed on.
    Segments,
}

/// Reads a header, little-endian as on x86-64 and ARM64.
pub fn parse(header: &[u8; HEADER]) -> Offload {
    let field = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    match header {
        [_, kind, ..] if *kind != 0 => Offload::Segments,
        [flags, ..] if flags & NEEDS_CHECKSUM != 0 => {
            Offload::Checksum { start: field(6), offset: field(8) }
        }
        _ => Offload::None,
    }
}

/// Fills in a partial checksum: the pseudo header's sum is there already (RFC 768, RFC 9293).
/// Returns false, and changes nothing, when the place lies outside the frame.
pub fn complete(frame: &mut [u8], start: usize, offset: usize) -> bool {
    let at = start + offset;
    if start >= frame.len() || at + 2 > frame.len() {
        return false;
    }
    let mut sum: u32 = 0;
    for pair in frame[start..].chunks(2) {
        sum += u32::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    // A UDP checksum of zero would say that there is none.
    let checksum = match !(sum as u16) {
        0 => 0xffff,
        other => other,
    };
    frame[at..at + 2].copy_from_slice(&checksum.to_be_bytes());
    true
}

/// Puts an 802.1Q tag, which the kernel had taken out, back behind the MAC addresses.
pub fn restore_tag(frame: &mut Vec<u8>, protocol: u16, tci: u16) {
    let [p, q] = protocol.to_be_bytes();
    let [t, u] = tci.to_be_bytes();
    frame.splice(12..12, [p, q, t, u]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_udp_checksum_is_completed() {
        // Addresses 10.0.0.1 and 10.0.0.2, UDP 1 -> 2, "abc": the pseudo header's sum is in place.
        let pseudo = [0x0a00u32, 0x0001, 0x0a00, 0x0002, 17, 11].iter().sum::<u32>();
        let partial = ((pseudo & 0xffff) + (pseudo >> 16)) as u16;
        let mut frame = vec![0; 34];
        frame.extend([0, 1, 0, 2, 0, 11]);
        frame.extend(partial.to_be_bytes());
        frame.extend(b"abc");
        assert!(complete(&mut frame, 34, 6));
        // All words with the pseudo header add up to ffff (RFC 1071).
        let words = frame[34..]
            .chunks(2)
            .map(|p| u32::from(p[0]) << 8 | u32::from(*p.get(1).unwrap_or(&0)));
        let sum = pseudo + words.sum::<u32>();
        assert_eq!((sum & 0xffff) + (sum >> 16), 0xffff);
        assert!(!complete(&mut frame, 34, 20), "outside the frame");
    }

    #[test]
    fn headers_say_what_is_undone() {
        assert_eq!(parse(&[0; HEADER]), Offload::None);
        let partial = [1, 0, 0, 0, 0, 0, 34, 0, 6, 0];
        assert_eq!(parse(&partial), Offload::Checksum { start: 34, offset: 6 });
        assert_eq!(parse(&[1, 1, 0, 0, 0, 0, 34, 0, 16, 0]), Offload::Segments);
    }

    #[test]
    fn a_tag_returns_to_its_place() {
        let mut frame = (0..14).collect();
        restore_tag(&mut frame, 0x8100, 5);
        assert_eq!(frame[10..18], [10, 11, 0x81, 0, 0, 5, 12, 13]);
    }
}
