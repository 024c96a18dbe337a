//! The seed's example, to the letter.

use super::frame::{self, end};
use super::world::{World, vip};
use control::{Count, State};

const PI: u16 = 40001;
const PR: u16 = 51234;

#[test]
fn the_second_table_of_the_seed() {
    let mut world = World::seed();
    let client = end("192.128.10.5", PI);

    let request = frame::control(1, 0, Some(7), 0, 0);
    let sent = world.pass_on(client, vip(1701), request.clone());
    assert_eq!((sent.source, sent.destination), (client, end("10.10.1.2", 1701)));
    assert_eq!((sent.ttl, sent.payload, sent.checked), (63, request, true));
    assert_eq!(world.device.rows.len(), 0, "no row for Tunnel ID 0");

    let server = end("10.10.1.2", PR);
    let reply = frame::control(2, 7, Some(900), 0, 1);
    let sent = world.pass_on(server, client, reply.clone());
    assert_eq!((sent.source, sent.destination), (vip(PR), client));
    assert_eq!(sent.payload, reply);

    let rows = world.control.rows(&mut world.device);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].source, rows[0].destination), (client, server));
    assert_eq!((rows[0].outgoing, rows[0].discriminator), (false, 900));
    assert_eq!((rows[1].source, rows[1].destination), (server, client));
    assert_eq!((rows[1].rewritten, rows[1].discriminator), (vip(PR), 7));

    let slow = world.count(Count::Forwarded);
    let sent = world.pass_on(client, vip(PR), frame::control(3, 900, None, 1, 1));
    assert_eq!((sent.source, sent.destination), (client, server));
    let sent = world.pass_on(server, client, frame::data(7, b"payload"));
    assert_eq!((sent.source, sent.destination), (vip(PR), client));
    assert_eq!(world.count(Count::Forwarded), slow, "the hardware's alone");
    assert_eq!(world.control.tunnels().next().unwrap().state, State::Established);
}

#[test]
fn tunnels_spread_one_to_two() {
    let mut world = World::seed();
    let servers: Vec<_> = (0..6)
        .map(|n| world.open(end("192.128.10.5", 1701), n + 1, 1701, n + 100).ip().octets()[3])
        .collect();
    assert_eq!(servers, [2, 1, 2, 2, 1, 2]);
    assert_eq!(world.device.rows.len(), 12);
}

#[test]
fn a_packet_without_udp_checksum_leaves_without() {
    let mut world = World::seed();
    let client = end("192.128.10.5", PI);
    let payload = frame::control(1, 0, Some(7), 0, 0);
    let packet =
        frame::Udp { source: client, destination: vip(1701), ttl: 9, checked: false, payload };
    let sent = world.send(0, &packet);
    assert_eq!((sent.len(), sent[0].1.checked, sent[0].1.ttl), (1, false, 8));
}

#[test]
fn the_bench_opens_and_closes_all_its_tunnels() {
    use control::bench::{Batch, config};
    let mut world = World::new(&config(), 2048);
    let batch = Batch::new(1000);
    for _ in 0..2 {
        let open = batch.open(world.now, &mut world.control, &mut world.device);
        assert_eq!((open.tunnels(), world.device.rows.len()), (1000, 2000));
        world.now = batch.close(open, world.now, &mut world.control, &mut world.device);
        assert_eq!((world.control.tunnel_count(), world.device.rows.len()), (0, 0));
    }
    assert_eq!(world.device.sent.len(), 4000, "a request and an answer each");
    let servers = world.control.servers(&mut world.device);
    let (one, two) = (servers[0].opened, servers[1].opened);
    assert_eq!(one + two, 2 * 1000);
    assert!(two.abs_diff(2 * one) <= 2, "weights 1 and 2: {one} {two}");
}
