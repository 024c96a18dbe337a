//! Headers in all their forms: what a parser has to step over, and where it has to stop.

use model::frame::{L2tp, Udp};
use spec::wire::{l2tp, protocol};

const CVLAN: u16 = 0x8100;
const SVLAN: u16 = 0x88a8;

fn udp(payload: Vec<u8>) -> Udp {
    Udp { payload, ..Udp::default() }
}

/// PPP over L2TP: address, control, protocol IPv4, and an IPv4 header of no use.
const PPP: &[u8] =
    b"\xff\x03\x00\x21\x45\x00\x00\x14\x00\x00\x00\x00\x40\x3b\x00\x00\x0a\x63\x02\x0a";

/// Every set of optional fields, and lengths and offsets around what is right.
pub fn l2tp() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for bits in 0..16u16 {
        let has = |bit: u16| bits >> bit & 1 == 1;
        for offset in [0, 1, 7, 64] {
            let header = L2tp {
                length: has(0).then_some(None),
                sequence: has(1).then_some((3, 4)),
                offset: has(2).then_some(offset),
                flags: if has(3) { l2tp::P } else { 0 },
                ..L2tp::data(0x1234, 0x5678)
            };
            frames.push(header.build(PPP));
            frames.push(header.build(&[]));
            if !has(2) {
                break;
            }
        }
    }
    let message = [0x80, 8, 0, 0, 0, 0, 0, 6];
    let control = L2tp::control(0x4321, 0, 1, 2);
    frames.push(control.build(&message));
    frames.push(control.build(&[]));
    // Bytes behind what the Length covers.
    let short = L2tp { length: Some(Some(20)), ..control };
    frames.push(short.build(&[&message[..], &[0; 5]].concat()));
    for reserved in (0..16).map(|bit| 1 << bit).filter(|bit| bit & l2tp::RESERVED != 0) {
        frames.push(L2tp { flags: reserved, ..L2tp::data(1, 2) }.build(PPP));
        frames.push(L2tp { flags: reserved, ..control }.build(&message));
    }
    frames.into_iter().map(|payload| udp(payload).build()).collect()
}

/// Tags, options and protocols, with and without UDP checksum, padded and not.
pub fn layers() -> Vec<Vec<u8>> {
    let data = L2tp::data(0x1234, 0x5678).build(PPP);
    let mut frames = Vec::new();
    let tags = [
        vec![],
        vec![(CVLAN, 0x6001)],
        vec![(SVLAN, 100)],
        vec![(SVLAN, 100), (CVLAN, 5)],
        vec![(CVLAN, 100), (CVLAN, 0)],
    ];
    for tags in tags {
        for words in [0, 1, 2, 9, 10] {
            let options = [vec![1; 4 * words - words.min(1)], vec![0; words.min(1)]].concat();
            for checksum in [false, true] {
                let base = Udp {
                    tags: tags.clone(),
                    options: options.clone(),
                    checksum,
                    ..udp(data.clone())
                };
                frames.push(base.build());
                let odd = Udp { payload: L2tp::data(1, 2).build(&PPP[..7]), ..base.clone() };
                frames.push(odd.build());
                if checksum {
                    frames.extend(protocols(&base));
                }
            }
        }
        // Short packets, padded as Ethernet asks.
        let mut padded = Udp { tags, ..udp(vec![0; 3]) }.build();
        padded.resize(60, 0xaa);
        frames.push(padded);
    }
    frames
}

/// One frame of each protocol but UDP.
fn protocols(base: &Udp) -> Vec<Vec<u8>> {
    let tcp = |words: u8| {
        let mut segment = vec![0x06, 0xbb, 0x80, 0x00, 0, 0, 0, 1, 0, 0, 0, 0, words << 4, 2];
        segment.extend([0x20, 0, 0, 0, 0, 0]);
        segment.resize(usize::from(words) * 4, 1);
        segment
    };
    // Version 1 with key and sequence number, as PPTP has it.
    let gre = [0x30, 0x01, 0x88, 0x0b, 0, 4, 0, 9, 0, 0, 0, 1, 0xff, 0x03, 0xc0, 0x21];
    let arp =
        [0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 0x11, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2];
    let mut ipv6 = vec![0x60, 0, 0, 0, 0, 0, 59, 64];
    ipv6.extend([0x20; 32]);
    vec![
        base.network(protocol::TCP, &tcp(5)),
        base.network(protocol::TCP, &tcp(15)),
        base.network(protocol::GRE, &gre),
        base.network(protocol::ESP, &[0x11; 40]),
        base.network(protocol::ICMP, &[8, 0, 0xf7, 0xfd, 0, 1, 0, 1]),
        base.network(89, &[2; 24]),
        base.ethernet(0x0806, &arp),
        base.ethernet(0x86dd, &ipv6),
        base.ethernet(38, &[0x42; 38]),
    ]
}

/// First, middle and last fragments, tiny ones, and flags that make no fragment.
pub fn fragments() -> Vec<Vec<u8>> {
    let data = L2tp::data(0x1234, 0x5678).build(&[0; 64]);
    let words = [0x2000, 0x2001, 0x0008, 0x3fff, 0x1fff, 0x4000, 0x8000, 0xc000];
    let frame = |fragment| Udp { fragment, id: 7, ..udp(data.clone()) };
    let tiny = |fragment| frame(fragment).network(protocol::UDP, &[6, 0xa5, 6, 0xa5]);
    let whole = words.iter().map(|word| frame(*word).build());
    whole.chain([tiny(0x2000), tiny(0x0001)]).collect()
}

/// Frames with one thing wrong, and a frame cut at every byte.
pub fn malformed() -> Vec<Vec<u8>> {
    let data = L2tp::data(0x1234, 0x5678).build(PPP);
    let good = udp(data.clone());
    let frame = good.build();
    let with = |changes: &[(usize, u8)]| {
        let mut frame = frame.clone();
        changes.iter().for_each(|(at, byte)| frame[*at] = *byte);
        frame
    };
    let mut frames: Vec<Vec<u8>> =
        (14..frame.len()).map(|length| frame[..length].to_vec()).collect();
    let tags = vec![(SVLAN, 1), (CVLAN, 2)];
    let tagged = Udp { tags, options: vec![1; 40], ..good.clone() }.build();
    frames.extend((14..tagged.len()).map(|length| tagged[..length].to_vec()));
    let tags = vec![(SVLAN, 1), (CVLAN, 2), (CVLAN, 3)];
    frames.push(Udp { tags, ..good.clone() }.build());
    frames.extend([
        with(&[(14, 0x65)]),
        with(&[(14, 0x44)]),
        with(&[(14, 0x40)]),
        with(&[(14, 0x4f), (16, 0), (17, 59)]),
        with(&[(16, 0x40)]),
        with(&[(17, 19)]),
        with(&[(24, frame[24] ^ 0x80)]),
        with(&[(22, 65)]),
        with(&[(38, 0x10)]),
        with(&[(38, 0), (39, 7)]),
        with(&[(38, 0), (39, 8)]),
    ]);
    // A header that any word could end: what is right for one is not for the next.
    for total in 20..30u16 {
        frames.push(good.network(protocol::UDP, &vec![0; usize::from(total) - 20]));
        frames.push(good.network(protocol::TCP, &vec![0x50; usize::from(total) - 20]));
    }
    frames.push(good.network(protocol::TCP, &[0x40; 20]));
    frames.push(good.network(protocol::TCP, &[0x60; 23]));
    frames.extend((0..4).map(|size| good.network(protocol::GRE, &[0; 4][..size])));
    frames.extend((0..8).map(|size| good.network(protocol::ESP, &[1; 8][..size])));
    frames.extend(malformed_l2tp().into_iter().map(|payload| udp(payload).build()));
    frames
}

fn malformed_l2tp() -> Vec<Vec<u8>> {
    let control = L2tp::control(5, 0, 0, 0);
    let data = L2tp::data(5, 6);
    let full = L2tp { length: Some(None), sequence: Some((1, 2)), offset: Some(4), ..data };
    let mut payloads = Vec::new();
    for header in [control, data, full] {
        let message = header.build(&[0x80, 8, 0, 0, 0, 0, 0, 6]);
        payloads.extend((0..message.len()).map(|length| message[..length].to_vec()));
    }
    for length in [0, 11, 12, 13, 19, 20, 21, 0xffff] {
        payloads.push(L2tp { length: Some(Some(length)), ..control }.build(&[0; 8]));
        payloads.push(L2tp { length: Some(Some(length)), ..full }.build(&[0; 8]));
    }
    for offset in [9, 10, 11, 0xffff] {
        let mut message = L2tp { offset: Some(10), ..data }.build(&[]);
        message[6..8].copy_from_slice(&u16::to_be_bytes(offset));
        payloads.push(message);
    }
    payloads.push(L2tp { length: None, ..control }.build(&[0; 8]));
    payloads.push(L2tp { sequence: None, ..control }.build(&[0; 8]));
    payloads.push(L2tp { offset: Some(2), ..control }.build(&[0; 8]));
    for version in [0, 1, 3, 4, 15] {
        let mut message = data.build(PPP);
        message[1] = version;
        payloads.push(message);
    }
    payloads
}
