//! The slow path under any sequence of punts, copies and time: no panic, no leak of a row, no key
//! in two rows, nothing injected into a row that is not there.
//!
//! The input is a list of steps. Its byte 0 says what happens, byte 1 which ends are meant, byte 2
//! how many bytes of payload follow.
#![no_main]

use control::{Control, Device, Hop, RowId, TableFull, bench};
use libfuzzer_sys::fuzz_target;
use spec::host::PuntDescriptor;
use spec::table::{Action, Counters, Key, Kind, Local, Service};
use spec::verdict::Punt;
use std::collections::{BTreeMap, HashSet};
use std::net::Ipv4Addr;
use std::time::Duration;

/// Rows of a table small enough to be filled.
const ROWS: usize = 16;

#[derive(Default)]
struct Table {
    rows: BTreeMap<u32, Key>,
    keys: HashSet<Key>,
    next: u32,
    /// Counters go on whenever they are read, if this is set.
    busy: bool,
    reads: u64,
}

impl Device for Table {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        if self.rows.len() == ROWS {
            return Err(TableFull);
        }
        action.pack();
        assert!(self.keys.insert(*key), "a key in two rows");
        self.next += 1;
        self.rows.insert(self.next, *key);
        Ok(RowId(self.next))
    }
    fn update(&mut self, row: RowId, _action: &Action) {
        assert!(self.rows.contains_key(&row.0));
    }
    fn remove(&mut self, row: RowId) {
        let key = self.rows.remove(&row.0).expect("a row that is there");
        self.keys.remove(&key);
    }
    fn set_local(&mut self, _index: u8, _row: Local) {}
    fn set_service(&mut self, _index: u8, _row: Service) {}
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        let port = u8::from(address.octets()[0] == 10);
        Some(Hop { index: port, port, destination: [2; 6], source: [4; 6] })
    }
    fn inject_forward(&mut self, row: RowId, _frame: &[u8]) {
        assert!(self.rows.contains_key(&row.0));
    }
    fn inject_raw(&mut self, _port: u8, frame: &[u8]) {
        assert!(frame.len() >= 14);
    }
    fn counters(&mut self, row: RowId) -> Counters {
        assert!(self.rows.contains_key(&row.0));
        self.reads += u64::from(self.busy);
        Counters { packets: self.reads, bytes: self.reads * 100, ..Counters::default() }
    }
    fn to_host(&mut self, _port: u8, _frame: &[u8]) {}
}

/// A frame from one end to another with this payload, without UDP checksum.
fn frame(source: [u8; 4], destination: [u8; 4], ports: [u16; 2], payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 34];
    out[12..16].copy_from_slice(&[8, 0, 0x45, 0]);
    out[16..18].copy_from_slice(&(28 + payload.len() as u16).to_be_bytes());
    (out[22], out[23]) = (64, 17);
    out[26..30].copy_from_slice(&source);
    out[30..34].copy_from_slice(&destination);
    for word in [ports[0], ports[1], 8 + payload.len() as u16, 0] {
        out.extend(word.to_be_bytes());
    }
    out.extend(payload);
    out
}

fuzz_target!(|input: &[u8]| {
    let mut device = Table::default();
    let mut now = Duration::ZERO;
    let mut control = Control::new(now, &bench::config(), &mut device).expect("a valid config");
    let mut rest = input;
    while let [what, ends, length, tail @ ..] = rest {
        let (payload, next) = tail.split_at((*length as usize).min(tail.len()));
        rest = next;
        if what & 0xf == 0xf {
            now += Duration::from_secs(u64::from(*ends));
            device.busy = what & 0x10 != 0;
            control.timer(now, &mut device);
            continue;
        }
        let client = [192, 128, 10, ends & 1];
        let client_port = [1701, 40001][usize::from(ends >> 1 & 1)];
        let far_port = [1701, 5000][usize::from(ends >> 2 & 1)];
        let server = ends >> 3 & 1;
        let inside = what & 1 == 1;
        let bytes = match inside {
            false => frame(client, [200, 200, 100, 1], [client_port, far_port], payload),
            true => frame([10, 10, 1, 1 + server], client, [far_port, client_port], payload),
        };
        let reason = match what >> 1 & 7 {
            0..4 => Punt::Miss,
            4..6 => Punt::Copy,
            6 => Punt::NextHop,
            _ => Punt::Ttl,
        };
        // A copy names some row, rarely one that is not there.
        let row =
            device.rows.keys().nth(usize::from(what >> 4)).copied().unwrap_or(device.next + 1);
        let descriptor = PuntDescriptor {
            source: u8::from(inside),
            reason: reason.code(),
            hit: reason == Punt::Copy,
            kind: Kind::L2tp.code(),
            local: if inside { 1 + server } else { 0 },
            network_offset: 14,
            transport_offset: 34,
            entry: row,
            ..PuntDescriptor::default()
        };
        control.punted(now, &descriptor, &bytes, &mut device);
        let known: Vec<_> = control.rows(&mut device).iter().map(|row| row.row.0).collect();
        assert_eq!(known.len(), device.rows.len());
        assert!(known.iter().all(|row| device.rows.contains_key(row)));
        assert!(control.next_timer().is_some() || control.tunnel_count() == 0);
    }
});
