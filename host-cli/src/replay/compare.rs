//! A frame that left, held against the captured one.

use spec::wire::ipv4;

use super::packet::View;

/// What differs: the field, what was expected, what was got.
pub type Difference = (String, String, String);

/// Compares all but MACs, TTL, IP identification and header checksum; checks that the header
/// checksum is right, and that a UDP checksum which was right is right.
///
/// `expected` is the captured frame, readdressed if it is to differ from the capture there.
pub fn compare(expected: &[u8], got: &[u8]) -> Vec<Difference> {
    let (Some(want), Some(have)) = (View::of(expected), View::of(got)) else {
        return vec![field("frame", "an IPv4 packet", &hex(got))];
    };
    let mut differences = Vec::new();
    let mut check = |name: &str, expected: String, got: String| {
        if expected != got {
            differences.push((name.to_string(), expected, got));
        }
    };
    check("length", expected.len().to_string(), got.len().to_string());
    check("tags", hex(&expected[12..want.network]), hex(&got[12..have.network]));
    check("source", want.source.to_string(), have.source.to_string());
    check("destination", want.destination.to_string(), have.destination.to_string());
    check("header checksum", "right".into(), right(have.header_right(got)));
    if want.transport_right(expected) {
        check("UDP checksum", "right".into(), right(have.transport_right(got)));
    }
    for (at, (e, g)) in expected[want.network..].iter().zip(&got[have.network..]).enumerate() {
        let aside = [ipv4::ID, ipv4::ID + 1, ipv4::TTL, ipv4::CHECKSUM, ipv4::CHECKSUM + 1];
        if e != g && !aside.contains(&at) {
            differences.push(field(
                &format!("byte {at} of the IP packet"),
                &hex(&[*e]),
                &hex(&[*g]),
            ));
            break; // the first tells where to look
        }
    }
    differences
}

fn field(name: &str, expected: &str, got: &str) -> Difference {
    (name.into(), expected.into(), got.into())
}

fn right(is: bool) -> String {
    if is { "right" } else { "wrong" }.into()
}

/// Bytes in hexadecimal, at most 64 of them.
pub fn hex(bytes: &[u8]) -> String {
    let text: String = bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > 64 { text + "..." } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn frame(ttl: u8, mac: u8) -> Vec<u8> {
        let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, mac], [2, 0, 0, 0, 0, 9])
            .ipv4([192, 128, 10, 5], [200, 200, 100, 1], ttl)
            .udp(40_000, 1701);
        let mut frame = Vec::new();
        builder.write(&mut frame, &[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
        frame
    }

    #[test]
    fn macs_and_ttl_may_differ_and_nothing_else() {
        let expected = frame(64, 1);
        assert_eq!(compare(&expected, &frame(63, 7)), []);
        for at in 12..expected.len() {
            let mut got = frame(63, 7);
            got[at] ^= 0x10;
            // Identification, TTL: aside, but then the header checksum is wrong.
            assert!(!compare(&expected, &got).is_empty(), "byte {at}");
        }
    }
}
