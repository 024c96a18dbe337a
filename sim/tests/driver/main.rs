//! The driver over the simulated devices.

mod refusals;

use std::time::Duration;

use driver::table::TableError;
use driver::{Config, Device as Driver, Error, Inject};
use model::frame::{L2tp, Udp};
use sim::{Device, Rtl, Soft};
use spec::limits::CAPACITY_2K;
use spec::table::{Action, Key, Local, NextHop, Service};
use spec::verdict::Punt;

const SECRET: [u8; 16] = *b"a secret of ours";
const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
const PEER: [u8; 6] = [2, 0, 0, 0, 0, 9];

fn config() -> Config {
    Config { timeout: Duration::from_secs(60), ..Config::default() }
}

/// First octet in the lowest byte.
fn word(mac: [u8; 6]) -> u64 {
    mac.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet))
}

fn key(number: u32) -> Key {
    Key { kind: 1, address: 0x0a00_0000 + number, local_port: 1701, ..Key::default() }
}

fn action(number: u32) -> Action {
    Action { discriminator: number, server: number as u8, ..Action::default() }
}

fn open<T: Device>(device: T) -> Driver<T> {
    let mut driver = Driver::open(device, &SECRET, &config()).unwrap();
    for (port, mac) in MACS.into_iter().enumerate() {
        driver.registers().set_mac(port, mac).unwrap();
    }
    driver.registers().set_control(true, true).unwrap();
    driver
}

/// Until nothing moves any more; what was punted is the answer.
fn run<T: Device>(driver: &mut Driver<T>) -> Vec<driver::Punted> {
    let mut punted = Vec::new();
    for _ in 0..10_000 {
        driver.poll().unwrap();
        while let Some(frame) = driver.punted().unwrap() {
            punted.push(frame);
        }
        if driver.idle() && driver.transport().idle() {
            return punted;
        }
    }
    panic!("never idle");
}

/// Rows come, change and go; what is read back is what was written.
fn rows<T: Device>(device: T) -> T {
    let mut driver = open(device);
    let capacity = driver.info().rows;
    for number in 0..300 {
        driver.insert(&key(number), &action(number)).unwrap();
    }
    let twice = driver.insert(&key(7), &action(7));
    assert!(matches!(twice, Err(Error::Table(TableError::Exists(_)))), "{twice:?}");
    for number in (0..300).step_by(3) {
        driver.remove(&key(number)).unwrap();
    }
    for number in (1..300).step_by(3) {
        driver.update(&key(number), &action(number + 1000)).unwrap();
    }
    let gone = driver.remove(&key(0));
    assert!(matches!(gone, Err(Error::Table(TableError::Missing))), "{gone:?}");
    let mut flows = driver.flows().unwrap();
    flows.sort_by_key(|flow| flow.key.address);
    let expected = (0..300).filter(|number| number % 3 != 0);
    let expected = expected.map(|n| (key(n), action(if n % 3 == 1 { n + 1000 } else { n })));
    assert!(flows.iter().map(|flow| (flow.key, flow.action)).eq(expected));
    assert_eq!(driver.table().len(), 200);
    assert_eq!(driver.info().rows, capacity);
    run(&mut driver);

    // Entries are used again and again, each time behind a fence.
    for number in 1000..1000 + 3 * capacity {
        let entry = driver.insert(&key(number), &action(number)).unwrap();
        assert_eq!(driver.remove(&key(number)).unwrap(), entry);
    }
    let flows = driver.flows().unwrap();
    assert_eq!(flows.len(), 200);
    run(&mut driver);
    driver.close()
}

/// A driver that is started anew finds what its predecessor has set.
fn resumed<T: Device>(device: T) -> T {
    let mut driver = open(device);
    let local = Local { valid: true, address: 0xc8c8_6401, ..Local::default() };
    let service = Service { valid: true, kind: 1, protocol: 17, port: 1701, ..Service::default() };
    let next_hop = NextHop { valid: true, destination: word(PEER), ..NextHop::default() };
    driver.set_local(3, local).unwrap();
    driver.set_service(4, service).unwrap();
    driver.set_next_hop(5, next_hop).unwrap();
    let beyond = driver.set_local(1000, local);
    assert!(matches!(beyond, Err(Error::Row { index: 1000, .. })), "{beyond:?}");
    for number in 0..100 {
        driver.insert(&key(number), &action(number)).unwrap();
    }
    driver.settle().unwrap();
    let rows: Vec<_> = driver.table().rows().collect();

    let mut driver = Driver::resume(driver.close(), &SECRET, &config()).unwrap();
    assert!(driver.table().rows().eq(rows.iter().copied()));
    assert_eq!((driver.locals()[3], driver.locals()[4]), (local, Local::default()));
    assert_eq!(driver.services()[4], service);
    assert_eq!(driver.next_hops()[5], next_hop);
    driver.remove(&key(50)).unwrap();
    driver.insert(&key(1000), &action(0)).unwrap();
    assert_eq!(driver.flows().unwrap().len(), 100);
    driver.close()
}

/// A tunnel's first packet: punted, answered with a row, injected, and sent by that row.
fn set_up<T: Device>(device: T) -> T {
    let mut driver = open(device);
    let (vip, server, client) = (0xc8c8_6401u32, 0x0a0a_0102u32, 0xc080_0a05u32);
    let valid = true;
    driver.set_local(0, Local { valid, address: vip, ..Local::default() }).unwrap();
    driver.set_local(1, Local { valid, port: 1, address: server, ..Local::default() }).unwrap();
    let service = Service { kind: 1, protocol: 17, port: 1701, valid, ..Service::default() };
    driver.set_service(0, service).unwrap();
    let (destination, source) = (word(PEER), word(MACS[1]));
    let hop = NextHop { valid, port: 1, destination, source, ..NextHop::default() };
    driver.set_next_hop(0, hop).unwrap();
    driver.settle().unwrap();

    let frame = Udp {
        destination_mac: MACS[0],
        source: (client, 40000),
        destination: (vip, 1701),
        payload: L2tp::control(0, 0, 0, 0).build(&[0; 8]),
        ..Udp::default()
    }
    .build();
    driver.transport().send(0, &frame, false);
    let punted = run(&mut driver);
    assert_eq!(punted.len(), 1);
    assert_eq!(punted[0].descriptor.reason, Punt::Miss.code());
    assert_eq!(punted[0].frame, frame);

    let key =
        Key { kind: 1, address: client, peer_port: 40000, local_port: 1701, ..Key::default() };
    let action = Action {
        local: 1,
        next_hop: 0,
        source_port: 40000,
        destination_port: 1701,
        ..Action::default()
    };
    let entry = driver.insert(&key, &action).unwrap();
    driver.inject(Inject::Forward(entry), &punted[0].frame).unwrap();
    driver.inject(Inject::Raw(0), &[0x55; 77]).unwrap();
    assert_eq!(run(&mut driver), []);
    let sent = driver.transport().receive(1).expect("the injected frame is sent").bytes;
    assert_eq!(sent[..6], PEER);
    assert_eq!(sent[30..34], server.to_be_bytes());
    assert_eq!(driver.transport().receive(0).map(|sent| sent.bytes), Some(vec![0x55; 77]));

    // The next one needs no host.
    driver.transport().send(0, &frame, false);
    assert_eq!(run(&mut driver), []);
    assert_eq!(driver.transport().receive(1).map(|sent| sent.bytes), Some(sent));
    let flow = driver.flows().unwrap()[0];
    assert_eq!((flow.entry, flow.counters.packets), (entry, 2));
    driver.close()
}

#[test]
fn the_soft_device() {
    let soft = || Soft::new(CAPACITY_2K);
    rows(soft());
    resumed(soft());
    set_up(soft());
    // and one device that lives on
    set_up(resumed(rows(soft())));
}

#[test]
fn the_verilated_device() {
    let rtl = || Rtl::new("datapath-16").unwrap();
    resumed(rtl());
    set_up(rtl());
    set_up(resumed(rows(rtl())));
}
