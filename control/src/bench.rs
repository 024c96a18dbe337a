//! Work for `cargo xtask bench setup`: conversations whose frames are made beforehand, so that only
//! the slow path and its device are measured.

use crate::config::{Affinity, Algorithm, Config, Limits, Prefix, Protocol, Server, Virtual};
use crate::control::Control;
use crate::device::{Device, Hop, RowId, TableFull};
use crate::l2tp::avp;
use crate::packet::build;
use spec::host::PuntDescriptor;
use spec::limits::ETHERNET_HEADER;
use spec::table::{Action, Counters, Key, Kind, Local, Service};
use spec::verdict::Punt;
use spec::wire::{ipv4, l2tp};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// The VIP of the seed's example.
const VIP: Ipv4Addr = Ipv4Addr::new(200, 200, 100, 1);
/// Its servers, with their weights.
const SERVERS: [(Ipv4Addr, u32); 2] =
    [(Ipv4Addr::new(10, 10, 1, 1), 1), (Ipv4Addr::new(10, 10, 1, 2), 2)];
/// The port from which servers answer.
const PR: u16 = 5000;

/// The seed's example, with bounds that a burst of requests does not meet.
pub fn config() -> Config {
    let servers = SERVERS.map(|(address, weight)| Server { address, port: l2tp::PORT, weight });
    let service = Virtual {
        address: VIP,
        protocol: Protocol::L2tp,
        port: l2tp::PORT,
        algorithm: Algorithm::WeightedRoundRobin,
        affinity: Affinity::None,
        replies_to_1701: false,
        allow: vec![Prefix::ALL],
        servers: servers.to_vec(),
    };
    Config { virtuals: vec![service], limits: Limits { pending: 1 << 20, ..Limits::default() } }
}

/// The frames of one tunnel's beginning and end.
struct Frames {
    request: Vec<u8>,
    /// By server: which one answers is seen when the request has left.
    replies: [Vec<u8>; 2],
    connected: Vec<u8>,
    stop: Vec<u8>,
}

/// Tunnels of as many clients, all at once.
pub struct Batch(Vec<Frames>);

/// A control message with these AVPs behind its type.
fn message(kind: u16, tunnel: u16, ns: u16, nr: u16, assigned: Option<u16>) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [l2tp::T | l2tp::L | l2tp::S | l2tp::VERSION, 0, tunnel, 0, ns, nr] {
        out.extend(word.to_be_bytes());
    }
    avp::push(&mut out, l2tp::MESSAGE_TYPE, &kind.to_be_bytes());
    avp::push(&mut out, l2tp::PROTOCOL_VERSION, &[1, 0]);
    avp::push(&mut out, l2tp::FRAMING, &[0, 0, 0, 3]);
    avp::push(&mut out, l2tp::HOST_NAME, b"concentrator");
    if let Some(id) = assigned {
        avp::push(&mut out, l2tp::ASSIGNED_TUNNEL, &id.to_be_bytes());
    }
    let length = out.len() as u16;
    out[2..4].copy_from_slice(&length.to_be_bytes());
    out
}

impl Batch {
    /// So many tunnels.
    pub fn new(tunnels: u32) -> Self {
        let hop = Hop { index: 0, port: 0, destination: [2; 6], source: [2; 6] };
        let types = [8, 0];
        let frames = |n: u32| {
            let client = Ipv4Addr::from_bits(Ipv4Addr::new(192, 128, 0, 0).to_bits() + n);
            let client = SocketAddrV4::new(client, l2tp::PORT);
            let (client_id, server_id) = (n as u16 | 1, !(n as u16) | 1);
            let up = |port: u16, payload: Vec<u8>| {
                build(&hop, &types, client, SocketAddrV4::new(VIP, port), &payload)
            };
            let reply = message(l2tp::SCCRP, client_id, 0, 1, Some(server_id));
            Frames {
                request: up(l2tp::PORT, message(l2tp::SCCRQ, 0, 0, 0, Some(client_id))),
                replies: SERVERS.map(|(server, _)| {
                    build(&hop, &types, SocketAddrV4::new(server, PR), client, &reply)
                }),
                connected: up(PR, message(l2tp::SCCCN, server_id, 1, 1, None)),
                stop: up(PR, message(l2tp::STOP_CCN, server_id, 2, 1, Some(client_id))),
            }
        };
        Self((0..tunnels).map(frames).collect())
    }

    /// Opens all tunnels: SCCRQ, SCCRP, SCCCN each. `control` was made from [`config`], and the
    /// device has a way to every address. A tunnel that is refused is missing in the result.
    pub fn open(&self, now: Duration, control: &mut Control, device: &mut dyn Device) -> Open {
        let local = |address| control.farm.local_of(address).expect("the bench's own config");
        let (vip, servers) = (local(VIP), SERVERS.map(|(address, _)| local(address)));
        let mut tap = Tap { device, row: None, server: 0 };
        let mut open = Open { vip, incoming: Vec::with_capacity(self.0.len()) };
        for (index, frames) in self.0.iter().enumerate() {
            control.punted(now, &punt(0, vip, None), &frames.request, &mut tap);
            let server = tap.server;
            tap.row = None;
            let from = punt(1, servers[server], None);
            control.punted(now, &from, &frames.replies[server], &mut tap);
            let Some(row) = tap.row else { continue };
            control.punted(now, &punt(0, vip, Some(row)), &frames.connected, &mut tap);
            open.incoming.push((index, row));
        }
        control.events().for_each(drop);
        open
    }

    /// Closes what [`Self::open`] opened and lets the hold time pass; returns the time then.
    pub fn close(
        &self,
        open: Open,
        now: Duration,
        control: &mut Control,
        device: &mut dyn Device,
    ) -> Duration {
        for (index, row) in open.incoming {
            let descriptor = punt(0, open.vip, Some(row));
            control.punted(now, &descriptor, &self.0[index].stop, device);
        }
        let now = now + Duration::from_secs(l2tp::HOLD_SECONDS + 1);
        control.timer(now, device);
        control.events().for_each(drop);
        now
    }
}

/// Tunnels that a batch has open.
pub struct Open {
    vip: u8,
    /// Index in the batch, and the row for the client's packets.
    incoming: Vec<(usize, RowId)>,
}

impl Open {
    /// How many there are.
    pub fn tunnels(&self) -> usize {
        self.incoming.len()
    }
}

/// The descriptor of a frame that missed, or of a copy made by a row.
fn punt(source: u8, local: u8, row: Option<RowId>) -> PuntDescriptor {
    let reason = if row.is_some() { Punt::Copy } else { Punt::Miss };
    PuntDescriptor {
        source,
        reason: reason.code(),
        class: reason.class(true).code(),
        copy: row.is_some(),
        hit: row.is_some(),
        kind: Kind::L2tp.code(),
        local,
        network_offset: ETHERNET_HEADER as u8,
        transport_offset: (ETHERNET_HEADER + ipv4::MIN_HEADER) as u8,
        entry: row.map_or(0, |row| row.0),
        ..PuntDescriptor::default()
    }
}

/// Watches which rows are made and where requests go.
struct Tap<'a> {
    device: &'a mut dyn Device,
    /// The first row since this was none.
    row: Option<RowId>,
    server: usize,
}

impl Device for Tap<'_> {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        let row = self.device.insert(key, action)?;
        self.row.get_or_insert(row);
        Ok(row)
    }
    fn update(&mut self, row: RowId, action: &Action) {
        self.device.update(row, action);
    }
    fn remove(&mut self, row: RowId) {
        self.device.remove(row);
    }
    fn set_local(&mut self, index: u8, row: Local) {
        self.device.set_local(index, row);
    }
    fn set_service(&mut self, index: u8, row: Service) {
        self.device.set_service(index, row);
    }
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        self.device.next_hop(address)
    }
    fn inject_forward(&mut self, row: RowId, frame: &[u8]) {
        self.device.inject_forward(row, frame);
    }
    fn inject_raw(&mut self, port: u8, frame: &[u8]) {
        let last = ETHERNET_HEADER + ipv4::DESTINATION + 3;
        self.server = usize::from(frame[last] != SERVERS[0].0.octets()[3]);
        self.device.inject_raw(port, frame);
    }
    fn counters(&mut self, row: RowId) -> Counters {
        self.device.counters(row)
    }
    fn to_host(&mut self, port: u8, frame: &[u8]) {
        self.device.to_host(port, frame);
    }
}
