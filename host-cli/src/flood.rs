//! What a flood leaves unharmed: the device as `designator run` opens it, over the model.

use std::{net::Ipv4Addr, path::Path, time::Duration};

use sim::Soft;
use spec::limits::{CAPACITY_2K, PUNT_BURSTS, PUNT_RATES};
use spec::register::Counter;
use spec::verdict::Class;
use spec::wire::l2tp;

use crate::{
    answers, config,
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
    let way = |address: Ipv4Addr, port| (address, Exit { port, station: address, mac: [port; 6] });
    let servers = [1, 2].map(|n| way([10, 10, 1, n].into(), 1));
    engine.learn(&[way(CLIENT, 0), servers[0], servers[1]]).unwrap();
    engine
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

/// Frames come in; those that left at the internal port.
fn enter(engine: &mut Engine<Soft>, port: usize, frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    frames.iter().for_each(|frame| engine.send(port, frame));
    engine.work(512).unwrap();
    while !engine.idle() {
        engine.work(512).unwrap();
    }
    while engine.receive(0).is_some() {}
    std::iter::from_fn(|| engine.receive(1)).map(|sent| sent.bytes).collect()
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

#[test]
fn a_flood_of_requests_leaves_tunnels_copies_and_arp_alone() {
    const TICKS: u16 = 20;
    const ASKED: u16 = 1000;
    let mut engine = engine();
    let server = open(&mut engine);
    let before = answers::stats(&mut engine).unwrap();
    let arp = [[0xff; 6].as_slice(), &[6; 6], &[8, 6], &[0; 28]].concat();
    let data = [0, 2, 3, 132, 0, 1, 0xff, 3];
    let (mut arrived, mut answered) = (0, 0);
    for tick in 1..=TICKS {
        engine.advance_to(Duration::from_millis(tick.into())).unwrap();
        for part in (0..ASKED).step_by(100) {
            let flood = (part..part + 100).map(|n| {
                let [high, low] = (tick * ASKED + n).to_be_bytes();
                let request = message(l2tp::SCCRQ, 0, Some(1), [0, 0]);
                udp(([172, 16, high, low].into(), l2tp::PORT), (VIP, l2tp::PORT), &request)
            });
            enter(&mut engine, 0, &flood.collect::<Vec<_>>());
        }
        // The bucket of requests is empty now, and stays so until the next tick.
        let hello = message(l2tp::HELLO, TUNNEL, None, [1 + tick, 1]);
        let own = [&hello[..], &data].map(|payload| udp((CLIENT, l2tp::PORT), (VIP, PR), payload));
        let left = enter(&mut engine, 0, &[own.as_slice(), std::slice::from_ref(&arp)].concat());
        arrived += left.iter().filter(|frame| frame[30..34] == server.octets()).count();
        answered += std::iter::from_fn(|| engine.next_to_host()).count();
    }
    let stats = answers::stats(&mut engine).unwrap();
    let rate = u64::from(PUNT_RATES[usize::from(Class::New.code())]);
    let policed = u64::from(TICKS) * (u64::from(ASKED) - rate);
    assert_eq!(stats.dropped.get("policed_new"), Some(&policed), "{:?}", stats.dropped);
    assert_eq!(stats.fast_path - before.fast_path, 2 * u64::from(TICKS));
    assert_eq!(stats.copied - before.copied, u64::from(TICKS));
    assert_eq!((arrived, answered), (2 * usize::from(TICKS), usize::from(TICKS)));
    let totals = engine.totals().unwrap();
    assert_eq!(totals[usize::from(Counter::PolicedCopy.code())], 0);
}

/// The rates that legitimate work needs, and that the slow path was measured to stand.
#[test]
fn the_classes_together_are_less_than_the_slow_path_can() {
    let text = include_str!("../../evidence/bench.json");
    let bench: serde_json::Value = serde_json::from_str(text).unwrap();
    let rows = bench["rows"].as_array().unwrap().iter();
    let setup = rows.filter(|row| row["bench"] == "setup" && row["rows"].is_number());
    let fastest = setup.map(|row| row["tunnels_per_second"].as_f64().unwrap()).fold(0., f64::max);
    let sum: u16 = PUNT_RATES.iter().sum();
    assert!(f64::from(sum) < 3. * fastest / 1000., "{sum} a tick, {fastest} tunnels a second");
    let rate = |class: Class| PUNT_RATES[usize::from(class.code())];
    assert!(rate(Class::New) >= 2 * 225 && rate(Class::Copy) >= 225);
    assert!(PUNT_RATES.iter().zip(PUNT_BURSTS).all(|(rate, burst)| *rate <= burst));
}

/// A device that does not keep up with the host's frames is asked for no more; it loses none.
#[test]
fn the_slow_path_waits_while_the_device_does_not_keep_up() {
    let mut engine = engine();
    let mut given = 0;
    while engine.room() {
        engine.inject(0, &[6; 60]).unwrap();
        given += 1;
        assert!(given <= 2048, "no bound");
    }
    (0..given).for_each(|_| engine.inject(0, &[6; 60]).unwrap());
    let arp = [[0xff; 6].as_slice(), &[6; 6], &[8, 6], &[0; 28]].concat();
    engine.send(0, &arp);
    engine.work(512).unwrap();
    assert!(!engine.room() && engine.next_to_host().is_none());
    while !engine.idle() {
        engine.work(512).unwrap();
    }
    assert!(engine.next_to_host().is_some());
    assert_eq!(std::iter::from_fn(|| engine.receive(0)).count(), 2 * given);
}
