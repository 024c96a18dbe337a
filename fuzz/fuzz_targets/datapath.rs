//! The datapath under any frame: no panic, one end for each frame, and what is forwarded goes where
//! its entry says, with checksums as right as they came.
//!
//! Byte 0 says where the frame comes in: a port, or the host, raw or by an entry. The rest is the
//! frame.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use model::{Datapath, Outcome};
use spec::command::{COMMAND, Command, Opcode};
use spec::hash::{hash, place, slot_index};
use spec::host::InjectDescriptor;
use spec::limits::CAPACITY_2K;
use spec::register::{CONTROL_BRIDGE, CONTROL_ENABLE, Counter};
use spec::table::{Action, Key, Kind, Local, NextHop, Service, Slot, Table};

const CLIENT: u32 = 0xc080_0a05;
const VIP: u32 = 0xc8c8_6401;
const SERVER: u32 = 0x0a0a_0102;

thread_local! {
    static DATAPATH: RefCell<Datapath> = RefCell::new(datapath());
}

fn write(datapath: &mut Datapath, table: Table, index: u32, row: &[u8]) {
    let header =
        Command { opcode: Opcode::Write.code(), table: table.code(), index, ..Command::default() };
    let mut bytes = [0; COMMAND];
    bytes[..Command::LEN].copy_from_slice(&header.pack());
    bytes[Command::LEN..][..row.len()].copy_from_slice(row);
    datapath.command(&bytes, |completion| panic!("{completion:?}"));
}

/// One VIP, one server, and the rows of one tunnel: 7 to the server, 9 to the client.
fn datapath() -> Datapath {
    let mut datapath = Datapath::new(CAPACITY_2K, 1 << 20);
    datapath.control = CONTROL_ENABLE | CONTROL_BRIDGE;
    datapath.macs = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 1]];
    let (vip, server) = (0, 1);
    for (row, port, address) in [(vip, 0, VIP), (server, 1, SERVER)] {
        let local = Local { valid: true, port, address, ..Local::default() };
        write(&mut datapath, Table::Local, row, &local.pack());
    }
    let kind = Kind::L2tp.code();
    let service = Service { valid: true, kind, protocol: 17, port: 1701, ..Service::default() };
    write(&mut datapath, Table::Service, 0, &service.pack());
    for port in [0, 1] {
        let hop = NextHop { valid: true, port, destination: 5, source: 6, ..NextHop::default() };
        write(&mut datapath, Table::NextHop, port.into(), &hop.pack());
    }
    let common = Key { kind, address: CLIENT, peer_port: 1701, local_port: 1701, ..Key::default() };
    let rows = [
        (Key { local: vip as u8, discriminator: 7, ..common }, server, 1),
        (Key { local: server as u8, discriminator: 9, ..common }, vip, 0),
    ];
    for (entry, (key, local, next_hop)) in (0..).zip(rows) {
        let action = Action {
            outgoing: entry == 1,
            copy_control: true,
            set_discriminator: entry == 1,
            discriminator: 11,
            local: local as u8,
            next_hop,
            source_port: 40000,
            destination_port: 40001,
            ..Action::default()
        };
        write(&mut datapath, Table::Entry, entry, &[key.pack(), action.pack()].concat());
        let place = place(hash(&key.pack(), &datapath.tables.secret), CAPACITY_2K);
        let index = slot_index(CAPACITY_2K, 0, place.buckets[0], 0);
        let slot = Slot { valid: true, fingerprint: place.fingerprint, entry };
        write(&mut datapath, Table::Slot, index, &slot.pack());
    }
    datapath
}

/// Frames that have ended, by the counters of their ends.
fn ends(datapath: &Datapath) -> u32 {
    use Counter::*;
    let steps = [Received0, Received1, Injected, Sent0, Sent1];
    let copies = [PuntedCopy, PolicedCopy, CopyFull];
    let ends = Counter::ALL.iter().map(|(counter, _)| *counter);
    let ends = ends.filter(|counter| !steps.contains(counter) && !copies.contains(counter));
    ends.fold(0, |sum, counter| sum.wrapping_add(datapath.counter(counter)))
}

/// The one's complement sum of all words (RFC 1071), the last padded with zero.
fn sum(bytes: &[u8], start: u32) -> u32 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low));
    let mut sum = bytes.chunks(2).fold(start, |sum, pair| sum + word(pair));
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum
}

/// Whether the UDP checksum is right, or there is none.
fn udp_is_right(frame: &[u8], network: usize, transport: usize) -> bool {
    let length = usize::from(u16::from_be_bytes([frame[transport + 4], frame[transport + 5]]));
    let segment = &frame[transport..transport + length];
    let pseudo = sum(&frame[network + 12..network + 20], 17 + length as u32);
    segment[6..8] == [0, 0] || sum(segment, pseudo) == 0xffff
}

fn check(frame: &[u8], outcome: &Outcome) {
    let Some(plan) = &outcome.plan else {
        assert!(outcome.sent.is_none() && outcome.dropped.is_some());
        return;
    };
    let Some((port, sent)) = &outcome.sent else { return };
    assert_eq!((sent.len(), *port), (frame.len(), plan.port));
    if !plan.rewrite {
        assert_eq!(sent, frame);
        return;
    }
    let (network, transport) = (plan.network_offset.into(), plan.transport_offset.into());
    let (at, address) = if plan.entry == 0 { (16, SERVER) } else { (12, VIP) };
    assert_eq!(sent[network + at..][..4], address.to_be_bytes());
    assert_eq!(sent[transport..][..4], [0x9c, 0x40, 0x9c, 0x41]);
    assert_eq!(sum(&sent[network..transport], 0), 0xffff);
    assert_eq!(sent[network + 8], frame[network + 8] - 1);
    if udp_is_right(frame, network, transport) {
        assert!(udp_is_right(sent, network, transport));
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((how, frame)) = input.split_first() else { return };
    DATAPATH.with_borrow_mut(|datapath| {
        let before = ends(datapath);
        let outcome = match how % 4 {
            port @ 0..2 => datapath.receive(port.into(), frame, false),
            forward => {
                let descriptor = InjectDescriptor {
                    length: frame.len() as u16 & 0x3fff,
                    forward: forward == 3,
                    port: how >> 2 & 1,
                    entry: u32::from(how >> 3),
                    ..InjectDescriptor::default()
                };
                datapath.inject(&descriptor, frame)
            }
        };
        assert_eq!(ends(datapath).wrapping_sub(before), 1, "{outcome:?}");
        check(frame, &outcome);
        while let Some(punted) = datapath.punts.pop() {
            assert_eq!(punted.frame, frame);
        }
    });
});
