//! IDs and ports that are not alone: several tunnels from one port, two servers that choose the
//! same, ends that do not keep to the announced port.

use super::frame::{self, end};
use super::world::{World, seed, server, vip};
use control::{Count, State};
use std::net::SocketAddrV4;

const SCCRQ: u16 = 1;
const SCCRP: u16 = 2;
const SCCCN: u16 = 3;
const STOP: u16 = 4;

fn client() -> SocketAddrV4 {
    end("192.128.10.5", 1701)
}

/// A request, and where it went.
fn request(world: &mut World, id: u16) -> SocketAddrV4 {
    world.pass_on(client(), vip(1701), frame::control(SCCRQ, 0, Some(id), 0, 0)).destination
}

#[test]
fn a_retransmission_goes_where_the_first_went() {
    let mut world = World::seed();
    let first = request(&mut world, 7);
    let other = request(&mut world, 8);
    assert_ne!(first, other);
    for _ in 0..3 {
        assert_eq!((request(&mut world, 7), request(&mut world, 8)), (first, other));
    }
    assert_eq!(world.control.tunnel_count(), 2);
    // Also once the server has answered, and the client has not heard it.
    world.pass_on(first, client(), frame::control(SCCRP, 7, Some(900), 0, 1));
    assert_eq!(request(&mut world, 7), first);
    world.pass_on(first, client(), frame::control(SCCRP, 7, Some(900), 0, 1));
    assert_eq!(world.control.tunnel_count(), 2);
}

#[test]
fn two_servers_with_the_same_port_and_id_are_translated() {
    let mut world = World::seed();
    let a = world.open(client(), 7, 1701, 900);
    let inserted = world.device.inserts;
    let b = request(&mut world, 8);
    assert_ne!(a, b);
    // The answer shows another ID, each time it comes.
    let mut shown = 0;
    for _ in 0..3 {
        let reply = world.pass_on(b, client(), frame::control(SCCRP, 8, Some(900), 0, 1));
        assert_eq!((reply.source, reply.destination), (vip(1701), client()));
        let (kind, assigned) = frame::message_of(&reply.payload);
        let assigned = assigned.unwrap();
        assert_eq!(kind, SCCRP);
        assert_ne!(assigned, 900);
        assert!(shown == 0 || shown == assigned, "always the same");
        shown = assigned;
    }
    assert_eq!(world.count(Count::Translated), 1);
    let sent = world.pass_on(client(), vip(1701), frame::control(SCCCN, shown, None, 1, 1));
    assert_eq!((sent.destination, frame::tunnel_of(&sent.payload)), (b, 900));
    assert_eq!(world.device.inserts, inserted + 2);

    let forwarded = world.count(Count::Forwarded);
    let to_a = world.pass_on(client(), vip(1701), frame::data(900, b"for a"));
    let to_b = world.pass_on(client(), vip(1701), frame::data(shown, b"for b"));
    assert_eq!((to_a.destination, to_b.destination), (a, b));
    assert_eq!(frame::tunnel_of(&to_b.payload), 900);
    for (server, id) in [(a, 7), (b, 8)] {
        let sent = world.pass_on(server, client(), frame::data(id, b"back"));
        assert_eq!((sent.source, frame::tunnel_of(&sent.payload)), (vip(1701), id));
    }
    assert_eq!(world.count(Count::Forwarded), forwarded, "all by hardware");
}

#[test]
fn after_a_repeated_request_no_answer_passes_unread() {
    let mut world = World::seed();
    world.open(client(), 7, 1701, 900);
    let b = request(&mut world, 8);
    world.pass_on(b, client(), frame::control(SCCRP, 8, Some(901), 0, 1));
    assert_eq!(world.device.rows.len(), 4);
    // The server forgets and answers again, now with the other server's ID.
    assert_eq!(request(&mut world, 8), b);
    let reply = world.pass_on(b, client(), frame::control(SCCRP, 8, Some(900), 0, 1));
    let shown = frame::message_of(&reply.payload).1.unwrap();
    assert_ne!(shown, 900);
    let sent = world.pass_on(client(), vip(1701), frame::control(SCCCN, shown, None, 1, 1));
    assert_eq!((sent.destination, frame::tunnel_of(&sent.payload)), (b, 900));
}

#[test]
fn a_second_answer_that_collides_after_set_up_ends_the_tunnel() {
    let mut config = seed();
    config.virtuals[0].servers.truncate(2);
    let mut world = World::new(&config, 64);
    let a = world.open(client(), 7, 1701, 900);
    let b = world.open(client(), 8, 1701, 901);
    assert_ne!(a, b);
    let sent = world.say(b, client(), frame::control(SCCRP, 8, Some(900), 0, 1));
    // The row has let it through; both ends are told at once that it is off.
    let kinds: Vec<_> = sent.iter().map(|(_, p)| frame::message_of(&p.payload).0).collect();
    assert_eq!(kinds, [SCCRP, STOP, STOP]);
    assert_eq!((sent[1].1.destination, sent[2].1.destination), (client(), b));
    assert_eq!(world.count(Count::RefusedCollision), 1);
    assert_eq!(world.control.tunnel_count(), 1);
    assert_eq!(world.pass_on(client(), vip(1701), frame::data(900, b"x")).destination, a);
}

#[test]
fn a_server_that_gives_an_id_anew_has_forgotten_its_tunnel() {
    let mut config = seed();
    config.virtuals[0].servers = vec![server("10.10.1.1", 1)];
    let mut world = World::new(&config, 64);
    world.open(client(), 7, 1701, 900);
    world.open(client(), 8, 1701, 900);
    assert_eq!((world.control.tunnel_count(), world.device.rows.len()), (1, 2));
    assert_eq!(world.count(Count::Superseded), 1);
}

#[test]
fn a_client_that_keeps_to_the_service_port_reaches_its_server() {
    let mut world = World::seed();
    let server = world.open(client(), 7, 5000, 900);
    for _ in 0..2 {
        let sent = world.pass_on(client(), vip(1701), frame::data(900, b"x"));
        assert_eq!(sent.destination, server);
    }
    assert_eq!((world.device.rows.len(), world.count(Count::Aliased)), (3, 1));
    assert_eq!(world.say(client(), vip(5001), frame::data(900, b"x")), []);
    assert_eq!(world.count(Count::WrongPort), 1);
    assert_eq!(world.say(client(), vip(1701), frame::data(901, b"x")), []);
    assert_eq!(world.count(Count::UnknownTunnel), 1);
    // The alias goes with its tunnel.
    world.say(client(), vip(1701), frame::control(STOP, 900, Some(7), 2, 1));
    world.pass(31);
    assert_eq!(world.device.rows.len(), 0);
}

#[test]
fn a_server_that_sends_to_port_1701_reaches_its_client() {
    let mut config = seed();
    config.virtuals[0].replies_to_1701 = true;
    let mut world = World::new(&config, 64);
    let client = end("192.128.10.5", 40001);
    let server = world.open(client, 7, 5000, 900);
    let wrong = end("192.128.10.5", 1701);
    for _ in 0..2 {
        let sent = world.pass_on(server, wrong, frame::data(7, b"x"));
        assert_eq!((sent.source, sent.destination), (vip(5000), client));
    }
    assert_eq!((world.device.rows.len(), world.count(Count::Aliased)), (3, 1));
    assert_eq!(world.say(server, end("192.128.10.5", 1702), frame::data(7, b"x")), []);
    assert_eq!(world.count(Count::UnknownTunnel), 1);
}

#[test]
fn unless_expected_a_packet_to_another_port_is_nobodys() {
    let mut world = World::seed();
    let server = world.open(end("192.128.10.5", 40001), 7, 5000, 900);
    assert_eq!(world.say(server, client(), frame::data(7, b"x")), []);
    assert_eq!(world.count(Count::UnknownTunnel), 1);
}

#[test]
fn an_alias_without_room_reaches_its_client_too() {
    let mut config = seed();
    config.virtuals[0].replies_to_1701 = true;
    let mut world = World::new(&config, 2);
    let natted = end("192.128.10.5", 40001);
    let server = world.open(natted, 7, 5000, 900);
    let sent = world.pass_on(server, client(), frame::data(7, b"x"));
    assert_eq!((sent.source, sent.destination), (vip(5000), natted));
}

#[test]
fn an_alias_yields_to_a_tunnel_that_has_its_key() {
    let mut config = seed();
    config.virtuals[0].servers = vec![server("10.10.1.1", 1)];
    config.virtuals[0].replies_to_1701 = true;
    let mut world = World::new(&config, 64);
    let natted = end("192.128.10.5", 40001);
    let server = world.open(natted, 7, 5000, 900);
    world.pass_on(server, client(), frame::data(7, b"x"));
    // Another client behind the same address, with the same ID, does use 1701.
    world.open(client(), 7, 5000, 901);
    let sent = world.pass_on(server, client(), frame::data(7, b"x"));
    assert_eq!(sent.destination, client());
    assert_eq!(world.device.rows.len(), 4);
}

#[test]
fn a_client_that_begins_anew_with_its_old_id_gets_a_tunnel() {
    let mut world = World::seed();
    let server = world.open(client(), 7, 1701, 900);
    let again = frame::control(SCCRQ, 0, Some(7), 0, 0);
    // A late copy of the first request, or a forged one, disturbs nothing.
    for _ in 0..4 {
        assert_eq!(world.say(client(), vip(1701), again.clone()), []);
        world.pass(5);
        let sent = world.pass_on(client(), vip(1701), frame::data(900, b"in use"));
        assert_eq!(sent.destination, server);
    }
    // Only a client that sends nothing else has begun anew.
    assert_eq!(world.say(client(), vip(1701), again.clone()), []);
    world.pass(10);
    world.pass_on(client(), vip(1701), again);
    assert_eq!(world.count(Count::Superseded), 1);
    let states: Vec<_> = world.control.tunnels().map(|t| (t.client_id, t.state)).collect();
    assert_eq!(states, [(7, State::Requested)]);
}

#[test]
fn one_server_behind_two_services_keeps_equal_ids_apart() {
    let mut config = seed();
    config.virtuals[0].servers = vec![server("10.10.1.1", 1)];
    let mut second = config.virtuals[0].clone();
    second.address = "200.200.100.2".parse().unwrap();
    second.servers.push(server("10.10.1.3", 1));
    config.virtuals.push(second);
    let mut world = World::new(&config, 64);
    world.open(client(), 7, 1701, 900);
    // The same server would see two tunnels with the same IDs and ports.
    let request = frame::control(SCCRQ, 0, Some(7), 0, 0);
    for _ in 0..3 {
        let sent = world.pass_on(client(), end("200.200.100.2", 1701), request.clone());
        assert_eq!(sent.destination, end("10.10.1.3", 1701));
    }
}
