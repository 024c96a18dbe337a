//! What is refused: policy, floods, a full table, malformed messages; and what they leave alone.

use super::frame::{self, Udp, end};
use super::world::{World, seed, vip};
use control::config::Prefix;
use control::{Count, Device, Event};
use std::net::{Ipv4Addr, SocketAddrV4};

fn sccrq(id: u16) -> Vec<u8> {
    frame::control(1, 0, Some(id), 0, 0)
}

#[test]
fn only_allowed_clients_open_tunnels() {
    let mut config = seed();
    let address = Ipv4Addr::new(192, 128, 0, 0);
    config.virtuals[0].allow = vec![Prefix { address, length: 16 }];
    let mut world = World::new(&config, 64);
    world.open(end("192.128.255.255", 1701), 7, 1701, 900);
    for stranger in ["192.127.255.255", "192.129.0.0", "8.8.8.8"] {
        assert_eq!(world.say(end(stranger, 1701), vip(1701), sccrq(7)), []);
    }
    assert_eq!(world.count(Count::RefusedPolicy), 3);
}

#[test]
fn a_flood_of_requests_leaves_tunnels_and_newcomers_alone() {
    let mut config = seed();
    config.limits.pending = 100;
    config.limits.pending_per_client = 10;
    let mut world = World::new(&config, 64);
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 7, 5000, 900);
    // One client: its own bound.
    for id in 1..1000 {
        world.say(end("192.128.66.6", 1701), vip(1701), sccrq(id));
    }
    assert_eq!(world.control.tunnel_count(), 11);
    assert_eq!(world.count(Count::RefusedClient), 989);
    // Many forged clients: the bound of all; the oldest requests give way.
    for n in 0..5000u32 {
        let forged = SocketAddrV4::new(Ipv4Addr::from_bits(0x2c00_0000 + n), 1701);
        assert_eq!(world.say(forged, vip(1701), sccrq(7)).len(), 1);
    }
    assert_eq!(world.control.tunnel_count(), 101);
    assert_eq!(world.count(Count::Evicted), 4910);
    // The established tunnel lives; a newcomer whose server answers gets one in the midst of it.
    assert_eq!(world.pass_on(client, vip(5000), frame::data(900, b"x")).destination, server);
    world.open(end("192.128.10.6", 1701), 7, 5000, 901);
    assert_eq!(world.device.rows.len(), 4);
    world.pass(60);
    assert_eq!(world.control.tunnel_count(), 2);
}

#[test]
fn a_full_table_refuses_and_never_evicts() {
    let mut world = World::new(&seed(), 5);
    let clients: Vec<_> = (1..=3).map(|n| end(&format!("192.128.10.{n}"), 1701)).collect();
    world.open(clients[0], 7, 5000, 900);
    world.open(clients[1], 7, 5000, 901);
    let request = world.pass_on(clients[2], vip(1701), sccrq(7));
    let server = SocketAddrV4::new(*request.destination.ip(), 5000);
    let sent = world.say(server, clients[2], frame::control(2, 7, Some(902), 0, 1));
    // Both ends are told: general error, insufficient resources.
    assert_eq!(sent.len(), 2);
    assert_eq!((sent[0].1.source, sent[0].1.destination), (vip(5000), clients[2]));
    assert_eq!((sent[1].1.source, sent[1].1.destination), (clients[2], server));
    for (_, Udp { payload, .. }) in &sent {
        assert_eq!(frame::message_of(payload).0, 4);
        assert!(payload.ends_with(&[0x80, 10, 0, 0, 0, 1, 0, 2, 0, 4]));
    }
    assert_eq!(world.device.rows.len(), 4, "not half a tunnel");
    assert_eq!(world.count(Count::RefusedFull), 1);
    assert!(world.control.events().any(|(_, event)| event == Event::TableFull));
    assert_eq!(world.say(clients[0], vip(5000), frame::data(900, b"x")).len(), 1);
    // Room again: accepted.
    world.say(clients[0], vip(5000), frame::control(4, 900, Some(7), 2, 1));
    world.pass(31);
    world.open(clients[2], 8, 5000, 902);
}

#[test]
fn an_alias_without_room_is_forwarded_by_the_slow_path() {
    let mut world = World::new(&seed(), 2);
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 7, 5000, 900);
    assert_eq!(world.pass_on(client, vip(1701), frame::data(900, b"x")).destination, server);
    assert_eq!(world.count(Count::RefusedFull), 1);
}

#[test]
fn malformed_requests_are_counted_and_go_nowhere() {
    let client = end("192.128.10.5", 1701);
    let good = sccrq(7);
    // Offset of the Assigned Tunnel ID AVP: after the header, Message Type and Host Name.
    let id = 12 + 8 + 9;
    let with = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        bad
    };
    let mut twice = [&good[..], &good[id..]].concat();
    twice[3] += 8;
    let cases = [
        ("length beyond the payload", with(2, &[0, 100]), Count::BadHeader),
        ("length within the header", with(2, &[0, 11]), Count::BadHeader),
        ("no length", with(0, &[0x88, 2]), Count::BadHeader),
        ("no sequence numbers", with(0, &[0xc0, 2]), Count::BadHeader),
        ("an offset", with(0, &[0xca, 2]), Count::BadHeader),
        ("AVP beyond the message", with(id, &[0x80, 9]), Count::BadAvp),
        ("AVP within its header", with(id, &[0x80, 5]), Count::BadAvp),
        ("an AVP cut short", with(2, &[0, good.len() as u8 - 1]), Count::BadAvp),
        ("no Message Type", with(12 + 5, &[7]), Count::BadAvp),
        ("hidden Message Type", with(12, &[0xc0]), Count::BadAvp),
        ("ID not mandatory", with(id, &[0]), Count::BadAvp),
        ("two IDs", twice, Count::BadAvp),
        ("hidden ID", with(id, &[0xc0]), Count::HiddenTunnelId),
        ("ID 0", with(id + 6, &[0, 0]), Count::NoTunnelId),
        ("no ID", frame::control(1, 0, None, 0, 0), Count::NoTunnelId),
        ("another vendor's ID", with(id + 2, &[0, 1]), Count::NoTunnelId),
        ("an unrecognised ID", with(id, &[0x84]), Count::NoTunnelId),
        ("a ZLB to nobody", frame::control(0, 0, None, 0, 0), Count::OutOfOrder),
        ("an SCCRP to nobody", frame::control(2, 0, Some(7), 0, 0), Count::OutOfOrder),
        ("a start in mid-tunnel", frame::control(10, 77, None, 2, 2), Count::UnknownTunnel),
        ("data of no tunnel", frame::data(77, b"x"), Count::UnknownTunnel),
    ];
    for (name, payload, count) in cases {
        let mut world = World::seed();
        assert_eq!(world.say(client, vip(1701), payload), [], "{name}");
        assert_eq!(world.count(count), 1, "{name}");
        assert_eq!(world.control.tunnel_count(), 0, "{name}");
    }
    let mut world = World::seed();
    assert_eq!(world.say(client, vip(1702), good), []);
    assert_eq!(world.count(Count::NoService), 1);
}

#[test]
fn a_hidden_id_in_the_answer_is_counted() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let server = world.pass_on(client, vip(1701), sccrq(7)).destination;
    let mut reply = frame::control(2, 7, Some(900), 0, 1);
    reply[29] |= 0x40;
    assert_eq!(world.say(server, client, reply), []);
    assert_eq!((world.count(Count::HiddenTunnelId), world.device.rows.len()), (1, 0));
}

#[test]
fn every_truncation_and_every_flipped_byte_ends_in_a_count() {
    let client = end("192.128.10.5", 1701);
    let bytes = frame::encode(&Udp {
        source: client,
        destination: vip(1701),
        ttl: 64,
        checked: true,
        payload: sccrq(7),
    });
    let mut world = World::seed();
    let descriptor = world.device.receive(0, &bytes).unwrap();
    let mut try_one = |frame: &[u8]| {
        let before: u64 = world.control.counts().iter().map(|(_, n)| n).sum();
        let now = world.now;
        world.control.punted(now, &descriptor, frame, &mut world.device);
        let after: u64 = world.control.counts().iter().map(|(_, n)| n).sum();
        assert!(after >= before + 2, "punted, and what became of it");
    };
    for length in 0..bytes.len() {
        try_one(&bytes[..length]);
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bad = bytes.clone();
            bad[at] ^= 1 << bit;
            try_one(&bad);
        }
    }
}

#[test]
fn what_is_no_tunnels_goes_to_the_host() {
    use spec::verdict::Punt;
    let mut world = World::seed();
    for (reason, _) in Punt::ALL {
        for source in 0..=2 {
            let descriptor =
                spec::host::PuntDescriptor { reason: reason.code(), source, ..Default::default() };
            world.control.punted(world.now, &descriptor, &[0; 60], &mut world.device);
        }
    }
    assert_eq!(world.device.host.len(), 6, "three reasons, two ports");
    assert!(world.device.sent.is_empty());
    let unknown = spec::host::PuntDescriptor { reason: 15, ..Default::default() };
    world.control.punted(world.now, &unknown, &[], &mut world.device);
    assert!(world.count(Count::BadPacket) > 0);
}

#[test]
fn an_unresolved_neighbour_is_counted_and_found_later() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    world.device.unreachable = vec![Ipv4Addr::new(10, 10, 1, 2)];
    assert_eq!(world.say(client, vip(1701), sccrq(7)), []);
    assert_eq!(world.count(Count::Unreachable), 1);
    world.device.unreachable.clear();
    let server = world.pass_on(client, vip(1701), sccrq(7)).destination;
    world.device.unreachable = vec![*client.ip()];
    assert!(world.device.next_hop(*client.ip()).is_none());
    let reply = frame::control(2, 7, Some(900), 0, 1);
    assert_eq!(world.say(server, client, reply.clone()), []);
    assert_eq!(world.device.rows.len(), 0);
    world.device.unreachable.clear();
    world.pass_on(server, client, reply);
    assert_eq!(world.device.rows.len(), 2);
}
