//! The slow path over the real driver and the soft device; what leaves is judged by tshark.

use control::bench::config;
use control::{Control, Count, Hop, RowId, TableFull};
use driver::{Config, Device, Inject};
use sim::{Device as _, Soft};
use spec::limits::CAPACITY_2K;
use spec::table::{Action, Counters, Key, Local, NextHop, Service};
use spec::wire::l2tp;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use crate::tshark::{Packet, decode};

const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
/// Who is at the other end of each port.
const NEIGHBOURS: [[u8; 6]; 2] = [[2, 0, 0, 0, 1, 1], [2, 0, 0, 0, 1, 2]];
const VIP: Ipv4Addr = Ipv4Addr::new(200, 200, 100, 1);

/// The driver, as the slow path wants it. A failure of the device ends the test.
struct Hardware {
    device: Device<Soft>,
    keys: HashMap<u32, Key>,
}

impl control::Device for Hardware {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        let entry = self.device.insert(key, action).map_err(|_| TableFull)?;
        self.keys.insert(entry, *key);
        Ok(RowId(entry))
    }
    fn update(&mut self, row: RowId, action: &Action) {
        self.device.update(&self.keys[&row.0], action).expect("an update");
    }
    fn remove(&mut self, row: RowId) {
        let key = self.keys.remove(&row.0).expect("a row");
        self.device.remove(&key).expect("a removal");
    }
    fn set_local(&mut self, index: u8, row: Local) {
        self.device.set_local(index.into(), row).expect("a local address");
    }
    fn set_service(&mut self, index: u8, row: Service) {
        self.device.set_service(index.into(), row).expect("a service");
    }
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        let port = u8::from(address.octets()[0] == 10);
        let (destination, source) = (NEIGHBOURS[usize::from(port)], MACS[usize::from(port)]);
        Some(Hop { index: port, port, destination, source })
    }
    fn inject_forward(&mut self, row: RowId, frame: &[u8]) {
        self.device.inject(Inject::Forward(row.0), frame).expect("an injection");
    }
    fn inject_raw(&mut self, port: u8, frame: &[u8]) {
        self.device.inject(Inject::Raw(port), frame).expect("an injection");
    }
    fn counters(&mut self, row: RowId) -> Counters {
        self.device.counters(row.0).expect("counters")
    }
    fn to_host(&mut self, _port: u8, _frame: &[u8]) {}
}

/// A designator, and all that ever left it.
struct Designator {
    control: Control,
    hardware: Hardware,
    now: Duration,
    left: Vec<(usize, Vec<u8>)>,
}

impl Designator {
    fn new() -> Self {
        let soft = Soft::new(CAPACITY_2K);
        let mut device = Device::open(soft, &[7; 16], &Config::default()).expect("a device");
        for port in 0..2 {
            let octets = |mac: [u8; 6]| {
                u64::from_le_bytes([mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], 0, 0])
            };
            let row = NextHop {
                valid: true,
                port: port as u8,
                destination: octets(NEIGHBOURS[port]),
                source: octets(MACS[port]),
                reserved: 0,
            };
            device.set_next_hop(port, row).expect("a next hop");
            device.registers().set_mac(port, MACS[port]).expect("a MAC");
        }
        device.registers().set_control(true, false).expect("control");
        let mut hardware = Hardware { device, keys: HashMap::new() };
        let now = Duration::ZERO;
        let control = Control::new(now, &config(), &mut hardware).expect("a valid configuration");
        hardware.device.settle().expect("tables");
        Self { control, hardware, now, left: Vec::new() }
    }

    /// A payload enters; the frames that leave because of it.
    fn say(&mut self, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<Vec<u8>> {
        let port = usize::from(from.ip().octets()[0] == 10);
        let frame = frame(port, from, to, payload);
        self.hardware.device.transport().send(port, &frame, false);
        let before = self.left.len();
        loop {
            self.hardware.device.poll().expect("a poll");
            let mut punted = false;
            while let Some(punt) = self.hardware.device.punted().expect("punts") {
                let (descriptor, frame) = (&punt.descriptor, &punt.frame);
                self.control.punted(self.now, descriptor, frame, &mut self.hardware);
                punted = true;
            }
            for port in 0..2 {
                while let Some(sent) = self.hardware.device.transport().receive(port) {
                    self.left.push((port, sent.bytes));
                }
            }
            let idle = self.hardware.device.idle() && self.hardware.device.transport().idle();
            if idle && !punted {
                return self.left[before..].iter().map(|(_, bytes)| bytes.clone()).collect();
            }
        }
    }

    fn one(&mut self, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
        let left = self.say(from, to, payload);
        assert_eq!(left.len(), 1, "one frame leaves");
        left.into_iter().next().expect("one")
    }
}

/// Sums are computed in full here; no line is shared with the slow path.
fn frame(port: usize, from: SocketAddrV4, to: SocketAddrV4, payload: &[u8]) -> Vec<u8> {
    let sum = |bytes: &[u8]| {
        let words = bytes
            .chunks(2)
            .map(|two| u32::from(two[0]) << 8 | u32::from(*two.get(1).unwrap_or(&0)));
        let total: u32 = words.sum();
        let total = (total & 0xffff) + (total >> 16);
        !((total & 0xffff) + (total >> 16)) as u16
    };
    let udp_length = 8 + payload.len() as u16;
    let mut ip = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0];
    ip[2..4].copy_from_slice(&(20 + udp_length).to_be_bytes());
    ip.extend([from.ip().octets(), to.ip().octets()].concat());
    let checksum = sum(&ip).to_be_bytes();
    ip[10..12].copy_from_slice(&checksum);
    let mut udp: Vec<u8> = Vec::new();
    for word in [from.port(), to.port(), udp_length, 0] {
        udp.extend(word.to_be_bytes());
    }
    udp.extend(payload);
    let whole = [&ip[12..], &[0, 17], &udp_length.to_be_bytes(), &udp].concat();
    let checksum = sum(&whole).to_be_bytes();
    udp[6..8].copy_from_slice(&checksum);
    [&MACS[port][..], &NEIGHBOURS[port], &[8, 0], &ip, &udp].concat()
}

/// A control message; an AVP of odd length stands before the Assigned Tunnel ID.
fn message(kind: u16, tunnel: u16, assigned: Option<u16>, ns: u16, nr: u16) -> Vec<u8> {
    let mut avps = vec![0x80, 8, 0, 0, 0, 0, 0, kind as u8, 0x80, 9, 0, 0, 0, 7, b'l', b'a', b'c'];
    if let Some(id) = assigned {
        avps.extend([0x80, 8, 0, 0, 0, 9]);
        avps.extend(id.to_be_bytes());
    }
    let mut out = Vec::new();
    for word in [0xc802, 12 + avps.len() as u16, tunnel, 0, ns, nr] {
        out.extend(word.to_be_bytes());
    }
    [out, avps].concat()
}

fn at(address: impl Into<Ipv4Addr>, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(address.into(), port)
}

fn destination(frame: &[u8]) -> Ipv4Addr {
    Ipv4Addr::new(frame[30], frame[31], frame[32], frame[33])
}

fn judged(left: &[(usize, Vec<u8>)]) -> Vec<Packet> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("left.pcap");
    let mut writer = ports::capture::Writer::create(&path).expect("a capture");
    left.iter().for_each(|(_, frame)| writer.write(Duration::ZERO, frame).expect("a packet"));
    drop(writer);
    let packets = decode(&path);
    assert_eq!(packets.len(), left.len());
    for packet in &packets {
        let layer = |name| packet.protocol(name).expect(name);
        assert!(!packet.complaint());
        assert_eq!(layer("ip").number("ip.checksum.status"), Some(1));
        assert_eq!(layer("udp").number("udp.checksum.status"), Some(1));
        assert_eq!(layer("l2tp").number("l2tp.type"), layer("l2tp").number("l2tp.length_bit"));
    }
    packets
}

#[test]
fn tunnels_live_and_end_over_the_real_driver() {
    let mut d = Designator::new();
    let service = at(VIP, l2tp::PORT);
    let mut tunnels: Vec<(SocketAddrV4, u16, u16, u16)> = Vec::new();
    // One client's tunnels, all from 1701; the servers answer from the same port.
    let client = at([192, 128, 10, 5], l2tp::PORT);
    for id in 1..=6 {
        let request = d.one(client, service, &message(l2tp::SCCRQ, 0, Some(id), 0, 0));
        let server = at(destination(&request), 5000);
        // A server counts its IDs up: the two choose the same ones.
        let own = 900 + tunnels.iter().filter(|(other, ..)| *other == server).count() as u16;
        d.one(server, client, &message(l2tp::SCCRP, id, Some(own), 0, 1));
        let shown = d.control.tunnels().find(|t| t.client_id == id).expect("a tunnel").shown_id;
        let connected = message(l2tp::SCCCN, shown, None, 1, 1);
        let connected = d.one(client, at(VIP, 5000), &connected);
        assert_eq!(destination(&connected), *server.ip());
        tunnels.push((server, id, shown, own));
    }
    let spread: Vec<_> = tunnels.iter().map(|(server, ..)| server.ip().octets()[3]).collect();
    assert_eq!(spread, [2, 1, 2, 2, 1, 2]);
    assert!(d.control.counts().get(Count::Translated) > 0);
    assert_eq!(d.hardware.device.table().len(), 12);

    let forwarded = d.control.counts().get(Count::Forwarded);
    for &(server, id, shown, own) in &tunnels {
        let hello = d.one(client, at(VIP, 5000), &message(l2tp::HELLO, shown, None, 2, 1));
        assert_eq!(destination(&hello), *server.ip());
        assert_eq!(hello[46..48], own.to_be_bytes(), "the server's own ID");
        let back = d.one(server, client, &message(l2tp::HELLO, id, None, 1, 3));
        assert_eq!((destination(&back), &back[26..30]), (*client.ip(), &VIP.octets()[..]));
    }
    assert_eq!(d.control.counts().get(Count::Forwarded), forwarded, "by hardware alone");
    let packets: u64 = d.control.servers(&mut d.hardware).iter().map(|s| s.packets).sum();
    assert_eq!(packets as usize, d.left.len(), "every packet is a server's");

    for &(_, id, shown, _) in &tunnels {
        d.one(client, at(VIP, 5000), &message(l2tp::STOP_CCN, shown, Some(id), 3, 2));
    }
    d.now += Duration::from_secs(l2tp::HOLD_SECONDS);
    d.control.timer(d.now, &mut d.hardware);
    assert_eq!((d.control.tunnel_count(), d.hardware.device.table().len()), (0, 0));

    let packets = judged(&d.left);
    let kinds = packets.iter().filter_map(|p| p.protocol("l2tp")?.number("l2tp.avp.message_type"));
    assert_eq!(kinds.filter(|&kind| kind == u32::from(l2tp::SCCRP)).count(), tunnels.len());
    // Each client has been shown the IDs that the slow path says it has.
    let shown = packets.iter().filter_map(|p| {
        let layer = p.protocol("l2tp")?;
        let reply = layer.number("l2tp.avp.message_type")? == u32::from(l2tp::SCCRP);
        reply.then(|| layer.number("l2tp.avp.assigned_tunnel_id"))?
    });
    let expected: Vec<_> = tunnels.iter().map(|&(_, _, shown, _)| u32::from(shown)).collect();
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn a_refusal_is_a_stop_ccn_that_tshark_reads() {
    let mut d = Designator::new();
    for server in [Ipv4Addr::new(10, 10, 1, 1), Ipv4Addr::new(10, 10, 1, 2)] {
        d.control.server_set((VIP, None), (server, None), 0).expect("a server");
    }
    let client = at([192, 128, 10, 5], 40001);
    d.one(client, at(VIP, l2tp::PORT), &message(l2tp::SCCRQ, 0, Some(77), 0, 0));
    let packets = judged(&d.left);
    let layer = |name| packets[0].protocol(name).expect(name);
    assert_eq!(layer("ip").address("ip.dst"), Some(client.ip().to_bits()));
    assert_eq!(layer("udp").number("udp.dstport"), Some(40001));
    let stop = layer("l2tp");
    assert_eq!(stop.number("l2tp.tunnel"), Some(77));
    assert_eq!((stop.number("l2tp.Ns"), stop.number("l2tp.Nr")), (Some(0), Some(1)));
    assert_eq!(stop.number("l2tp.avp.message_type"), Some(l2tp::STOP_CCN.into()));
    assert_eq!(stop.number("l2tp.result_code"), Some(l2tp::RESULT_ERROR.into()));
    assert_eq!(stop.number("l2tp.avp.error_code"), Some(l2tp::ERROR_TRY_ANOTHER.into()));
}

#[test]
fn a_table_that_is_full_refuses_over_the_real_driver() {
    let mut d = Designator::new();
    let rows = CAPACITY_2K.rows();
    let mut alive = Vec::new();
    for n in 0..rows as u32 {
        let client = at(Ipv4Addr::from_bits(0xc080_0000 + n), l2tp::PORT);
        let request = message(l2tp::SCCRQ, 0, Some(7), 0, 0);
        let server = at(destination(&d.one(client, at(VIP, l2tp::PORT), &request)), 5000);
        let left = d.say(server, client, &message(l2tp::SCCRP, 7, Some(900), 0, 1));
        if left.len() == 2 {
            break;
        }
        d.one(client, at(VIP, 5000), &message(l2tp::SCCCN, 900, None, 1, 1));
        alive.push((client, server));
    }
    let full = d.hardware.device.table().len();
    assert!(full * 100 >= rows * 95 && alive.len() * 2 == full, "{full} rows of {rows}");
    assert_eq!(d.control.counts().get(Count::RefusedFull), 1);
    for (client, server) in alive {
        let up = d.one(client, at(VIP, 5000), &message(l2tp::HELLO, 900, None, 2, 1));
        assert_eq!(destination(&up), *server.ip());
    }
}
