//! Where the fuzzer of the datapath starts: a frame of each kind, of the tunnel that it knows.

use model::frame::{L2tp, Udp};
use spec::wire::protocol;

/// How a frame comes in: the target's first byte.
const OUTSIDE: u8 = 0;
const INSIDE: u8 = 1;
const RAW: u8 = 2;
const FORWARD: u8 = 3;

/// Names and inputs of the target `datapath`.
pub fn datapath() -> Vec<(&'static str, Vec<u8>)> {
    let data = L2tp::data(7, 1).build(b"\xff\x03\x00\x21data");
    let full =
        L2tp { length: Some(None), sequence: Some((1, 2)), offset: Some(3), ..L2tp::data(7, 1) };
    let hello = L2tp::control(7, 0, 3, 4).build(&[0x80, 8, 0, 0, 0, 0, 0, 6]);
    let sccrq = L2tp::control(0, 0, 0, 0).build(&[0x80, 8, 0, 0, 0, 0, 0, 1]);
    let to = |payload: &[u8]| Udp { payload: payload.to_vec(), ..Udp::default() };
    let back = Udp {
        source: (0x0a0a_0102, 1701),
        destination: (Udp::default().source.0, 1701),
        ..to(&L2tp::data(9, 1).build(b"back"))
    };
    let tags = vec![(0x88a8, 100), (0x8100, 5)];
    let frames = [
        ("data", OUTSIDE, to(&data).build()),
        ("all_fields", OUTSIDE, to(&full.build(b"data")).build()),
        ("no_checksum", OUTSIDE, Udp { checksum: false, ..to(&data) }.build()),
        ("deep", OUTSIDE, Udp { tags, options: vec![1; 40], ..to(&data) }.build()),
        ("control", OUTSIDE, to(&hello).build()),
        ("new", OUTSIDE, to(&sccrq).build()),
        ("miss", OUTSIDE, to(&L2tp::data(8, 1).build(&[])).build()),
        ("elsewhere", OUTSIDE, Udp { destination: (0xc8c8_6401, 4000), ..to(&data) }.build()),
        ("l2f", OUTSIDE, to(&[0, 1, 0, 0, 0, 0]).build()),
        ("last_second", OUTSIDE, Udp { ttl: 1, ..to(&data) }.build()),
        ("fragment", OUTSIDE, Udp { fragment: 0x2000, ..to(&data) }.build()),
        ("group", OUTSIDE, Udp { destination_mac: [0xff; 6], ..to(&data) }.build()),
        ("foreign", OUTSIDE, Udp { destination_mac: [4; 6], ..to(&data) }.build()),
        ("arp", OUTSIDE, to(&[]).ethernet(0x0806, &[0; 28])),
        ("tcp", OUTSIDE, to(&[]).network(protocol::TCP, &[0x50; 20])),
        ("gre", OUTSIDE, to(&[]).network(protocol::GRE, &[0; 4])),
        ("esp", OUTSIDE, to(&[]).network(protocol::ESP, &[0; 8])),
        ("icmp", OUTSIDE, to(&[]).network(protocol::ICMP, &[8; 8])),
        ("back", INSIDE, back.build()),
        ("raw", RAW, to(&data).build()),
        ("forward", FORWARD, to(&data).build()),
        ("forward_back", FORWARD | 8, back.build()),
    ];
    frames.into_iter().map(|(name, how, frame)| (name, [&[how], &frame[..]].concat())).collect()
}
