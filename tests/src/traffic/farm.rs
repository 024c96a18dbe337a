//! A farm: VIPs, servers, services, next hops and tunnels, and the commands that tell a device.

use std::collections::{HashSet, VecDeque};

use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};
use rand_chacha::ChaCha8Rng;
use spec::limits::CAPACITY_2K;
use spec::table::{Action, EntryVerdict, Key, Kind, Local, NextHop, Service, Table};
use spec::wire::{l2tp, protocol};

use crate::command::Request;
use crate::cuckoo::Cuckoo;

/// The MAC addresses of the device's ports.
pub const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
/// VIPs, at rows 0 and 1 of the local table.
pub const VIPS: [u32; 2] = [0xc8c8_6401, 0xc8c8_6402];
/// Servers, at rows 8 to 11.
pub const SERVERS: [u32; 4] = [0x0a0a_0101, 0x0a0a_0102, 0x0a0a_0103, 0x0a0a_0104];
const SERVER_ROW: u8 = 8;
/// The next hop that is not in use.
const NO_HOP: u8 = 63;

/// A tunnel: one row in each direction, if both found room.
#[derive(Clone, Copy, Debug)]
pub struct Tunnel {
    /// The client's address and port.
    pub client: (u32, u16),
    /// Which VIP, and the port that the client sends to.
    pub vip: (usize, u16),
    /// Which server, and the port that it sends from.
    pub server: (usize, u16),
    /// Tunnel IDs in packets to the server and in packets to the client.
    pub ids: [u16; 2],
    /// Entries of the incoming and the outgoing row.
    pub entries: [u32; 2],
}

impl Tunnel {
    /// Keys of the incoming and the outgoing row.
    pub fn keys(&self) -> [Key; 2] {
        let key = Key {
            kind: Kind::L2tp.code(),
            address: self.client.0,
            peer_port: self.client.1,
            ..Key::default()
        };
        let (vip, server) = (self.vip.0 as u8, SERVER_ROW + self.server.0 as u8);
        let [incoming, outgoing] = self.ids.map(u32::from);
        [
            Key { local: vip, local_port: self.vip.1, discriminator: incoming, ..key },
            Key { local: server, local_port: self.server.1, discriminator: outgoing, ..key },
        ]
    }

    /// Random actions of both rows: mostly to forward, as it is right for the tunnel.
    pub fn actions(&self, random: &mut ChaCha8Rng) -> [Action; 2] {
        let server = self.server.0 as u8;
        let incoming = Action {
            local: SERVER_ROW + server,
            next_hop: hop(random, 1 + server),
            source_port: self.client.1,
            destination_port: self.server.1,
            ..action(random)
        };
        let outgoing = Action {
            outgoing: true,
            local: self.vip.0 as u8,
            next_hop: hop(random, 0),
            source_port: self.vip.1,
            destination_port: self.client.1,
            ..action(random)
        };
        [incoming, outgoing]
    }
}

/// What a device has been told.
pub struct Farm {
    /// Commands that make it so, in order; they complete only when they fail.
    pub commands: Vec<Request>,
    /// The hash's secret, to be set before.
    pub secret: [u8; 16],
    /// The tunnels.
    pub tunnels: Vec<Tunnel>,
    /// Tunnels that are asked for more often than others, if there are any: those that something
    /// has just been done to.
    pub hot: VecDeque<Tunnel>,
    keys: HashSet<Key>,
}

impl Farm {
    pub(super) fn new(random: &mut ChaCha8Rng, tunnels: usize) -> Self {
        let secret = random.random();
        let mut farm = Self {
            commands: small_tables(),
            secret,
            tunnels: Vec::new(),
            hot: VecDeque::new(),
            keys: HashSet::new(),
        };
        let mut cuckoo = Cuckoo::new(CAPACITY_2K, secret);
        while farm.tunnels.len() < tunnels {
            let mut tunnel = farm.invent(random);
            let actions = tunnel.actions(random);
            for (i, (key, action)) in tunnel.keys().into_iter().zip(actions).enumerate() {
                let (index, writes) = cuckoo.insert(key, action).expect("room for all tunnels");
                tunnel.entries[i] = index;
                farm.commands.extend(writes);
            }
            farm.tunnels.push(tunnel);
        }
        farm
    }

    /// A tunnel with keys that no other ever had. It is not added.
    pub fn invent(&mut self, random: &mut ChaCha8Rng) -> Tunnel {
        loop {
            let tunnel = tunnel(random);
            let [incoming, outgoing] = tunnel.keys();
            if !self.keys.contains(&incoming) && self.keys.insert(outgoing) {
                self.keys.insert(incoming);
                return tunnel;
            }
        }
    }

    /// A tunnel to send a frame to.
    pub(super) fn choose(&self, random: &mut ChaCha8Rng) -> Option<&Tunnel> {
        if !self.hot.is_empty() && random.random_bool(0.4) {
            return self.hot.iter().choose(random);
        }
        self.tunnels.choose(random)
    }

    /// An entry that is in use.
    pub(super) fn entry(&self, random: &mut ChaCha8Rng) -> u32 {
        let side = usize::from(random.random_bool(0.5));
        self.tunnels.choose(random).map_or(0, |tunnel| tunnel.entries[side])
    }
}

fn small_tables() -> Vec<Request> {
    let mut commands = Vec::new();
    let mut local = |row: u8, port, address| {
        let data = Local { valid: true, port, address, ..Local::default() }.pack();
        commands.push(Request::write(Table::Local, row.into(), &data));
    };
    (0..).zip(VIPS).for_each(|(row, address)| local(row, 0, address));
    (SERVER_ROW..).zip(SERVERS).for_each(|(row, address)| local(row, 1, address));
    let services = [
        (Kind::L2tp, 0, protocol::UDP, l2tp::PORT),
        (Kind::L2tp, 1, protocol::UDP, l2tp::PORT),
        (Kind::Ike, 1, protocol::UDP, 500),
        (Kind::Pptp, 0, protocol::TCP, 1723),
        (Kind::Pptp, 0, protocol::GRE, 0),
        (Kind::Esp, 1, protocol::ESP, 0),
    ];
    for (row, (kind, local, protocol, port)) in (0..).zip(services) {
        let kind = kind.code();
        let data = Service { valid: true, kind, local, protocol, port, ..Service::default() };
        commands.push(Request::write(Table::Service, row, &data.pack()));
    }
    let mut hop = |row: u8, port: u8, last: u8| {
        let octets = |octets: [u8; 6]| {
            let [a, b, c, d, e, f] = octets;
            u64::from_le_bytes([a, b, c, d, e, f, 0, 0])
        };
        let data = NextHop {
            valid: row != NO_HOP,
            port,
            destination: octets([2, 0, 0, 0, port, last]),
            source: octets(MACS[usize::from(port)]),
            ..NextHop::default()
        };
        commands.push(Request::write(Table::NextHop, row.into(), &data.pack()));
    };
    hop(0, 0, 0x11);
    (1..5).for_each(|row| hop(row, 1, 0x20 + row));
    hop(NO_HOP, 1, 0xff);
    commands
}

fn tunnel(random: &mut ChaCha8Rng) -> Tunnel {
    let usual = |random: &mut ChaCha8Rng| {
        if random.random_bool(0.4) { l2tp::PORT } else { random.random_range(1024..=u16::MAX) }
    };
    Tunnel {
        client: (0xc080_0000 + random.random_range(0..4096), usual(random)),
        vip: (random.random_range(0..VIPS.len()), usual(random)),
        server: (random.random_range(0..SERVERS.len()), usual(random)),
        ids: random.random(),
        entries: [0; 2],
    }
}

/// An entry's verdict: mostly to forward.
fn verdict(random: &mut ChaCha8Rng) -> u8 {
    match random.random_range(0..20) {
        0 => EntryVerdict::Punt.code(),
        1 => EntryVerdict::Drop.code(),
        2 => 3,
        _ => EntryVerdict::Forward.code(),
    }
}

fn action(random: &mut ChaCha8Rng) -> Action {
    Action {
        verdict: verdict(random),
        copy_control: random.random(),
        set_discriminator: random.random(),
        discriminator: random.random::<u16>().into(),
        server: random.random(),
        generation: random.random(),
        sa: if random.random_ratio(1, 20) { random.random_range(1..1 << 13) } else { 0 },
        ..Action::default()
    }
}

/// The index of a next hop: rarely one that is not in use.
fn hop(random: &mut ChaCha8Rng, usual: u8) -> u8 {
    match random.random_range(0..30) {
        0 => NO_HOP,
        1 => 200,
        _ => usual,
    }
}
