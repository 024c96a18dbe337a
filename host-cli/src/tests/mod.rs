//! The device as `designator run` opens it, over the model: with an open tunnel.

mod death;
mod flood;
mod stations;

use std::{net::Ipv4Addr, path::Path, time::Duration};

use sim::Soft;
use spec::limits::CAPACITY_2K;
use spec::wire::l2tp;

use crate::{
    config,
    engine::{Engine, Exit},
    start,
};

const VIP: Ipv4Addr = Ipv4Addr::new(200, 200, 100, 1);
const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 128, 10, 5);
/// What the server calls the tunnel, and the port from which it answers.
const TUNNEL: u16 = 900;
const PR: u16 = 5000;

/// The seed's example, open; every server and the client have a way.
fn engine() -> Engine<Soft> {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/seed.toml");
    let loaded = config::load(&seed).unwrap_or_else(|_| panic!("{}", seed.display()));
    let mut engine = start::open(Soft::new(CAPACITY_2K), &loaded, Duration::ZERO, true).unwrap();
    let servers = [1, 2].map(|n| way([10, 10, 1, n].into(), 1));
    engine.learn(&[way(CLIENT, 0), servers[0], servers[1]]).unwrap();
    while engine.next_wanted().is_some() {} // the servers: answered already
    engine
}

/// Each address is a station of its own, with a MAC made of it.
fn way(address: Ipv4Addr, port: u8) -> (Ipv4Addr, Exit) {
    (address, Exit { port, station: address, mac: mac(address) })
}

fn mac(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    [2, 0, a, b, c, d]
}

/// A UDP packet in a frame for the device; without a UDP checksum, as IPv4 allows.
fn udp(from: (Ipv4Addr, u16), to: (Ipv4Addr, u16), payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    let mut ip = [[0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0].as_slice(), &from.0.octets()].concat();
    ip.extend(to.0.octets());
    ip[2..4].copy_from_slice(&(20 + length).to_be_bytes());
    let words = ip.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(two[1]));
    let sum: u32 = words.sum();
    ip[10..12].copy_from_slice(&(!((sum & 0xffff) + (sum >> 16)) as u16).to_be_bytes());
    let words = [from.1, to.1, length, 0];
    let header: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
    [&[2, 0, 0, 0, 0, 1, 6, 6, 6, 6, 6, 6, 8, 0], ip.as_slice(), &header, payload].concat()
}

/// A control message with its type, and the tunnel's number at its sender if it says one.
fn message(kind: u16, tunnel: u16, own: Option<u16>, [ns, nr]: [u16; 2]) -> Vec<u8> {
    let mut avps = vec![0x80, 8, 0, 0, 0, 0, 0, kind as u8, 0x80, 9, 0, 0, 0, 7, b'l', b'a', b'c'];
    if let Some(own) = own {
        avps.extend([0x80, 8, 0, 0, 0, 9]);
        avps.extend(own.to_be_bytes());
    }
    let words = [0xc802, 12 + avps.len() as u16, tunnel, 0, ns, nr];
    let header: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
    [header, avps].concat()
}

/// Frames come in at a port; those that left at the other.
fn enter(engine: &mut Engine<Soft>, port: usize, frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    frames.iter().for_each(|frame| engine.send(port, frame));
    engine.work(512).unwrap();
    while !engine.idle() {
        engine.work(512).unwrap();
    }
    while engine.receive(port).is_some() {}
    std::iter::from_fn(|| engine.receive(1 - port)).map(|sent| sent.bytes).collect()
}

/// Opens the client's tunnel; the server that has it.
fn open(engine: &mut Engine<Soft>) -> Ipv4Addr {
    let client = (CLIENT, l2tp::PORT);
    let request = message(l2tp::SCCRQ, 0, Some(7), [0, 0]);
    let left = enter(engine, 0, &[udp(client, (VIP, l2tp::PORT), &request)]);
    let octets: [u8; 4] = left[0][30..34].try_into().unwrap();
    let server = Ipv4Addr::from(octets);
    let reply = message(l2tp::SCCRP, 7, Some(TUNNEL), [0, 1]);
    enter(engine, 1, &[udp((server, PR), client, &reply)]);
    let connected = message(l2tp::SCCCN, TUNNEL, None, [1, 1]);
    enter(engine, 0, &[udp(client, (VIP, PR), &connected)]);
    server
}
