//! One frame: whose, and with which headers. What is wrong with it comes later, from `damage`.

use model::frame::{L2tp, Udp};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use spec::wire::{l2tp, protocol};

use super::farm::{Farm, MACS, SERVERS, VIPS};

/// A frame for `port`, mostly of a tunnel of the farm.
pub fn frame(random: &mut ChaCha8Rng, farm: &Farm, port: usize, serial: u32) -> Vec<u8> {
    let mut udp = addresses(random, farm, port);
    let id = udp.1;
    let udp = &mut udp.0;
    udp.payload = payload(random, id, serial);
    udp.destination_mac = station(random, port);
    headers(random, udp);
    let serial = serial.to_be_bytes();
    match random.random_range(0..100) {
        0..4 => {
            udp.ethernet(*[0x0806, 0x86dd, 0x88cc, 60].choose(random).expect("some"), &udp.payload)
        }
        4..8 => udp.network(protocol::ICMP, &[&[8, 0, 0, 0], &serial[..]].concat()),
        8..11 => udp.network(protocol::TCP, &tcp(random, &serial)),
        11..13 => udp.network(protocol::GRE, &[&[0x30, 0x81, 0x88, 0x0b], &serial[..]].concat()),
        13..15 => udp.network(protocol::ESP, &[&[0; 8], &serial[..]].concat()),
        15..17 => udp.network(random.random(), &serial),
        _ => udp.build(),
    }
}

/// Addresses and ports, and the Tunnel ID that goes with them.
fn addresses(random: &mut ChaCha8Rng, farm: &Farm, port: usize) -> (Udp, u16) {
    let tunnel = farm.choose(random).expect("a tunnel");
    let mut id = tunnel.ids[port];
    let client = tunnel.client;
    let mut local = match port {
        0 => (VIPS[tunnel.vip.0], tunnel.vip.1),
        _ => (SERVERS[tunnel.server.0], tunnel.server.1),
    };
    match random.random_range(0..40) {
        0 => local.0 ^= 0x80,
        1 => local.1 = *[l2tp::PORT, 500, 4500, 1723, 53].choose(random).expect("some"),
        2 | 3 => id = random.random(),
        4 => id = 0,
        _ => {}
    }
    let (source, destination) = if port == 0 { (client, local) } else { (local, client) };
    (Udp { source, destination, ..Udp::default() }, id)
}

/// The destination: mostly the port itself.
fn station(random: &mut ChaCha8Rng, port: usize) -> [u8; 6] {
    match random.random_range(0..25) {
        0 => [0xff; 6],
        1 => [1, 0, 0x5e, 0, 0, 1],
        2 => [2, 0, 0, 0, 0, 9],
        3 => MACS[1 - port],
        _ => MACS[port],
    }
}

/// Tags, options, flags, TTL, checksum.
fn headers(random: &mut ChaCha8Rng, udp: &mut Udp) {
    let tags = match random.random_range(0..100) {
        0..60 => 0,
        60..80 => 1,
        80..97 => 2,
        _ => random.random_range(3..8),
    };
    udp.tags = (0..tags)
        .map(|_| (if random.random() { 0x8100 } else { 0x88a8 }, random.random()))
        .collect();
    if random.random_bool(0.2) {
        udp.options = (0..4 * random.random_range(0..=10)).map(|_| random.random()).collect();
    }
    if random.random_bool(0.04) {
        udp.fragment = random.random();
    }
    udp.id = random.random();
    udp.ttl = if random.random_bool(0.04) { random.random_range(0..2) } else { random.random() };
    udp.checksum = random.random();
}

/// An L2TP message, or something else; the last four bytes are the frame's number.
fn payload(random: &mut ChaCha8Rng, id: u16, serial: u32) -> Vec<u8> {
    let size = match random.random_range(0..100) {
        0 => random.random_range(0..8900),
        1..10 => random.random_range(0..1460),
        _ => random.random_range(0..80),
    };
    let mut data: Vec<u8> = (0..size).map(|_| random.random()).collect();
    data.extend(serial.to_be_bytes());
    let session = random.random();
    let header = match random.random_range(0..20) {
        0 => return data,
        1 => return [&[0, 1], &data[..]].concat(),
        2..8 => L2tp::control(id, session, random.random(), random.random()),
        _ => L2tp {
            length: random.random_bool(0.5).then_some(None),
            sequence: random.random_bool(0.3).then(|| random.random()),
            offset: random.random_bool(0.2).then(|| random.random_range(0..20)),
            ..L2tp::data(id, session)
        },
    };
    let flags = match random.random_range(0..200) {
        0..6 => random.random::<u16>() & l2tp::RESERVED,
        6..8 => random.random(),
        _ => 0,
    };
    L2tp { flags, ..header }.build(&data)
}

fn tcp(random: &mut ChaCha8Rng, serial: &[u8]) -> Vec<u8> {
    let mut segment: Vec<u8> = (0..20).map(|_| random.random()).collect();
    segment[2..4].copy_from_slice(&1723u16.to_be_bytes());
    segment[12] = random.random_range(0..8) << 4;
    segment.extend(serial);
    segment
}
