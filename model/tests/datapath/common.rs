//! What the model's tests share: a farm of one VIP and one server, and checks from scratch.

use model::Datapath;
use model::frame::{L2tp, Udp};
use spec::command::{COMMAND, Command, Opcode};
use spec::hash::{hash, place, slot_index};
use spec::limits::CAPACITY_2K;
use spec::register::{CONTROL_BRIDGE, CONTROL_ENABLE};
use spec::table::{Action, Key, Kind, Local, NextHop, Service, Slot, Table};

pub const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
pub const CLIENT: (u32, u16) = (0xc080_0a05, 5000);
pub const VIP: u32 = 0xc8c8_6401;
pub const SERVER: u32 = 0x0a0a_0102;
pub const CLIENT_MAC: u64 = 0x1100_0000_0002;
pub const SERVER_MAC: u64 = 0x2200_0000_0002;
pub const PR: u16 = 40000;

/// A command's bytes.
pub fn command(header: Command, data: &[u8]) -> [u8; COMMAND] {
    let mut bytes = [0; COMMAND];
    bytes[..Command::LEN].copy_from_slice(&header.pack());
    bytes[Command::LEN..][..data.len()].copy_from_slice(data);
    bytes
}

/// Writes a row, which must succeed.
pub fn write(datapath: &mut Datapath, table: Table, index: u32, data: &[u8]) {
    let header =
        Command { opcode: Opcode::Write as u8, table: table as u8, index, ..Command::default() };
    datapath.command(&command(header, data), |completion| panic!("{completion:?}"));
}

/// Writes an entry and the slot that leads to it.
pub fn insert(datapath: &mut Datapath, entry: u32, key: &Key, action: &Action) {
    write(datapath, Table::Entry, entry, &[key.pack(), action.pack()].concat());
    let place = place(hash(&key.pack(), &datapath.tables.secret), CAPACITY_2K);
    let slot = Slot { valid: true, fingerprint: place.fingerprint, entry };
    let index = slot_index(CAPACITY_2K, 1, place.buckets[1], 3);
    write(datapath, Table::Slot, index, &slot.pack());
}

/// One VIP (row 3), one server (row 4), one L2TP service; no entries.
pub fn farm() -> Datapath {
    let mut datapath = Datapath::new(CAPACITY_2K, 4096);
    datapath.control = CONTROL_ENABLE | CONTROL_BRIDGE;
    datapath.macs = MACS;
    datapath.tables.secret = *b"sixteen bytes...";
    let local = |port, address| Local { valid: true, port, address, ..Local::default() }.pack();
    write(&mut datapath, Table::Local, 3, &local(0, VIP));
    write(&mut datapath, Table::Local, 4, &local(1, SERVER));
    let l2tp = Kind::L2tp as u8;
    let service = Service {
        valid: true,
        kind: l2tp,
        local: 3,
        protocol: 17,
        port: 1701,
        ..Service::default()
    };
    write(&mut datapath, Table::Service, 0, &service.pack());
    let hop = |port, destination, source: [u8; 6]| {
        let mut octets = [0; 8];
        octets[..6].copy_from_slice(&source);
        let source = u64::from_le_bytes(octets);
        NextHop { valid: true, port, destination, source, ..NextHop::default() }.pack()
    };
    write(&mut datapath, Table::NextHop, 0, &hop(0, CLIENT_MAC, MACS[0]));
    write(&mut datapath, Table::NextHop, 1, &hop(1, SERVER_MAC, MACS[1]));
    datapath
}

/// The incoming row of tunnel 7: from CLIENT to VIP:1701, to the server's port PR.
pub fn incoming() -> (Key, Action) {
    let key = Key {
        kind: Kind::L2tp as u8,
        address: CLIENT.0,
        local: 3,
        peer_port: CLIENT.1,
        local_port: 1701,
        discriminator: 7,
        ..Key::default()
    };
    let action = Action {
        copy_control: true,
        local: 4,
        next_hop: 1,
        source_port: CLIENT.1,
        destination_port: PR,
        ..Action::default()
    };
    (key, action)
}

/// The outgoing row: from the server's PR to CLIENT, tunnel 9, leaving as VIP:PR, tunnel 11.
pub fn outgoing() -> (Key, Action) {
    let key = Key {
        kind: Kind::L2tp as u8,
        address: CLIENT.0,
        local: 4,
        peer_port: CLIENT.1,
        local_port: PR,
        discriminator: 9,
        ..Key::default()
    };
    let action = Action {
        outgoing: true,
        set_discriminator: true,
        discriminator: 11,
        local: 3,
        next_hop: 0,
        source_port: PR,
        destination_port: CLIENT.1,
        ..Action::default()
    };
    (key, action)
}

/// A frame of CLIENT to the VIP's L2TP service.
pub fn from_client(payload: Vec<u8>) -> Udp {
    Udp { source: CLIENT, destination: (VIP, 1701), payload, ..Udp::default() }
}

/// A frame of the server's PR to CLIENT.
pub fn from_server(payload: Vec<u8>) -> Udp {
    let source = (SERVER, PR);
    Udp { destination_mac: MACS[1], source, destination: CLIENT, payload, ..Udp::default() }
}

/// A data message of a tunnel.
pub fn data(tunnel: u16) -> Vec<u8> {
    L2tp::data(tunnel, 1).build(b"\xff\x03\x00\x21payload")
}

/// The one's complement sum of 16-bit words is all ones (RFC 1071), word by word.
pub fn sums_to_ones(words: impl Iterator<Item = u16>) -> bool {
    let mut sum = 0u16;
    for word in words {
        let (added, carry) = sum.overflowing_add(word);
        sum = added + u16::from(carry);
    }
    sum == 0xffff
}

/// Checks both checksums of an untagged IPv4 frame with UDP from scratch.
pub fn checksums_are_right(frame: &[u8]) -> bool {
    let words = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes.chunks(2).map(|w| u16::from_be_bytes([w[0], w[1]])).collect::<Vec<_>>()
    };
    let header = usize::from(frame[14] & 15) * 4;
    let total = usize::from(u16::from_be_bytes([frame[16], frame[17]]));
    let (ip, segment) = (&frame[14..14 + header], &frame[14 + header..14 + total]);
    let pseudo = words(&ip[12..20]).into_iter().chain([17, segment.len() as u16]);
    sums_to_ones(words(ip).into_iter())
        && (segment[6..8] == [0, 0] || sums_to_ones(pseudo.chain(words(segment))))
}
