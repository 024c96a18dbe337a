//! A device in memory: rows by key, and the datapath's forwarding, written straight from the
//! meaning of the records.

use super::frame::{self, Udp};
use control::{Device, Hop, RowId, TableFull};
use spec::host::PuntDescriptor;
use spec::table::{Action, Counters, Key, Kind, Local, Service};
use spec::verdict::Punt;
use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddrV4};

/// A fault that is planted to see whether a test notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// New discriminators are not written.
    Discriminator,
    /// A full table gives up a row for a new one.
    Evicts,
    /// Rows are found by addresses and ports only.
    FiveTuple,
}

pub struct Memory {
    pub rows: BTreeMap<u32, (Key, Action, Counters)>,
    keys: HashMap<Key, u32>,
    pub capacity: usize,
    pub locals: BTreeMap<u8, Local>,
    pub services: BTreeMap<u8, Service>,
    /// Addresses without a way.
    pub unreachable: Vec<Ipv4Addr>,
    /// Addresses with a row of their own in the next hop table.
    pub elsewhere: BTreeMap<Ipv4Addr, u8>,
    /// What left, by port.
    pub sent: Vec<(u8, Vec<u8>)>,
    pub host: Vec<(u8, Vec<u8>)>,
    /// Every row index is used once, so that a stale use is seen.
    next: u32,
    pub inserts: u64,
    pub fault: Option<Fault>,
}

impl Memory {
    pub fn new(capacity: usize) -> Self {
        Self {
            rows: BTreeMap::new(),
            keys: HashMap::new(),
            capacity,
            locals: BTreeMap::new(),
            services: BTreeMap::new(),
            unreachable: Vec::new(),
            elsewhere: BTreeMap::new(),
            sent: Vec::new(),
            host: Vec::new(),
            next: 0,
            inserts: 0,
            fault: None,
        }
    }

    pub fn faulty(capacity: usize, fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::new(capacity) }
    }

    /// What a lookup sees of a key.
    fn seen(&self, key: Key) -> Key {
        match self.fault {
            Some(Fault::FiveTuple) => Key { discriminator: 0, ..key },
            _ => key,
        }
    }

    fn local(&self, port: u8, address: Ipv4Addr) -> Option<u8> {
        let mut found = self.locals.iter();
        let same = |row: &Local| row.valid && row.port == port && row.address == address.to_bits();
        found.find(|(_, row)| same(row)).map(|(&index, _)| index)
    }

    /// Sends a packet through a row.
    fn through(&mut self, row: u32, packet: &Udp, length: usize) {
        let (_, action, counters) = self.rows.get_mut(&row).expect("a row that is there");
        counters.packets += 1;
        counters.bytes += length as u64;
        let mut out = packet.clone();
        let address = Ipv4Addr::from_bits(self.locals[&action.local].address);
        let (mut source, mut destination) = (*packet.source.ip(), *packet.destination.ip());
        if action.outgoing {
            source = address
        } else {
            destination = address
        };
        out.source = SocketAddrV4::new(source, action.source_port);
        out.destination = SocketAddrV4::new(destination, action.destination_port);
        out.ttl -= 1;
        if action.set_discriminator && self.fault != Some(Fault::Discriminator) {
            let at = if out.payload[0] & 0x40 != 0 { 4 } else { 2 };
            let id = action.discriminator as u16;
            out.payload[at..at + 2].copy_from_slice(&id.to_be_bytes());
        }
        let port = u8::from(!action.outgoing);
        self.sent.push((port, frame::encode(&out)));
    }

    /// What the datapath does with an L2TP packet that comes in: it leaves, is punted, or both.
    pub fn receive(&mut self, port: u8, bytes: &[u8]) -> Option<PuntDescriptor> {
        let packet = frame::decode(bytes);
        let (client, inside) = match port {
            0 => (packet.source, packet.destination),
            _ => (packet.destination, packet.source),
        };
        let Some(local) = self.local(port, *inside.ip()) else {
            let (reason, class) = (Punt::Host.code(), Punt::Host.class(false).code());
            let length = bytes.len() as u16;
            let host = PuntDescriptor { length, source: port, reason, class, ..Default::default() };
            return Some(host);
        };
        let key = Key {
            kind: Kind::L2tp.code(),
            address: client.ip().to_bits(),
            local,
            peer_port: client.port(),
            local_port: inside.port(),
            discriminator: frame::tunnel_of(&packet.payload).into(),
            ..Key::default()
        };
        let is_control = packet.payload[0] & 0x80 != 0;
        let row = self.keys.get(&self.seen(key)).copied();
        let reason = match row {
            Some(row) => {
                self.through(row, &packet, bytes.len());
                if !is_control || !self.rows[&row].1.copy_control {
                    return None;
                }
                Punt::Copy
            }
            None => Punt::Miss,
        };
        Some(PuntDescriptor {
            length: bytes.len() as u16,
            source: port,
            reason: reason.code(),
            class: reason.class(is_control).code(),
            copy: row.is_some(),
            hit: row.is_some(),
            kind: Kind::L2tp.code(),
            local,
            network_offset: 14,
            transport_offset: 34,
            entry: row.unwrap_or_default(),
            ..PuntDescriptor::default()
        })
    }
}

impl Device for Memory {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        if self.rows.len() == self.capacity {
            if self.fault == Some(Fault::Evicts)
                && let Some((_, (old, ..))) = self.rows.pop_first()
            {
                self.keys.remove(&old);
            } else {
                return Err(TableFull);
            }
        }
        key.pack();
        action.pack();
        self.next += 1;
        self.inserts += 1;
        let before = self.keys.insert(self.seen(*key), self.next);
        assert!(before.is_none() || self.fault.is_some(), "a key is in one row only: {key:?}");
        self.rows.insert(self.next, (*key, *action, Counters::default()));
        Ok(RowId(self.next))
    }

    fn update(&mut self, row: RowId, action: &Action) {
        self.rows.get_mut(&row.0).expect("a row that is there").1 = *action;
    }

    fn remove(&mut self, row: RowId) {
        match self.rows.remove(&row.0) {
            Some((key, ..)) => _ = self.keys.remove(&self.seen(key)),
            None => assert_eq!(self.fault, Some(Fault::Evicts), "a row that is there"),
        }
    }

    fn set_local(&mut self, index: u8, row: Local) {
        self.locals.insert(index, row);
    }

    fn set_service(&mut self, index: u8, row: Service) {
        self.services.insert(index, row);
    }

    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        if self.unreachable.contains(&address) {
            return None;
        }
        let inside = address.octets()[0] == 10;
        let [destination, source] = [[2, 0, 0, 0, 1, u8::from(inside)], [2, 0, 0, 0, 0, 9]];
        let port = u8::from(inside);
        let index = self.elsewhere.get(&address).copied().unwrap_or(port);
        Some(Hop { index, port, destination, source })
    }

    fn inject_forward(&mut self, row: RowId, bytes: &[u8]) {
        self.through(row.0, &frame::decode(bytes), bytes.len());
    }

    fn inject_raw(&mut self, port: u8, bytes: &[u8]) {
        self.sent.push((port, bytes.to_vec()));
    }

    fn counters(&mut self, row: RowId) -> Counters {
        self.rows.get(&row.0).map(|row| row.2).unwrap_or_else(|| {
            assert_eq!(self.fault, Some(Fault::Evicts), "a row that is there");
            Counters::default()
        })
    }

    fn to_host(&mut self, port: u8, bytes: &[u8]) {
        self.host.push((port, bytes.to_vec()));
    }
}
