//! How tunnels end: StopCCN and the hold time, silence, requests without an answer.

use super::frame::{self, end};
use super::world::{World, vip};
use control::{Count, State};

const STOP: u16 = 4;
const HELLO: u16 = 6;

#[test]
fn stop_from_either_end_is_held_31_seconds() {
    for from_server in [false, true] {
        let mut world = World::seed();
        let client = end("192.128.10.5", 1701);
        let server = world.open(client, 7, 5000, 900);
        match from_server {
            false => world.say(client, vip(5000), frame::control(STOP, 900, Some(7), 2, 1)),
            true => world.say(server, client, frame::control(STOP, 7, Some(900), 1, 2)),
        };
        world.pass(30);
        assert_eq!(world.device.rows.len(), 2, "its retransmissions still pass");
        let ack = world.pass_on(client, vip(5000), frame::control(0, 900, None, 3, 2));
        assert_eq!(ack.destination, server);
        world.pass(1);
        assert_eq!(world.device.rows.len(), 0);
        assert_eq!(world.control.tunnel_count(), 0);
        assert_eq!(world.count(Count::Closed), 1);
        let late = world.say(client, vip(5000), frame::data(900, b"late"));
        assert_eq!((late.len(), world.count(Count::UnknownTunnel)), (0, 1));
    }
}

#[test]
fn a_silent_tunnel_ends_after_the_floor_when_it_had_hellos() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 7, 1701, 900);
    for ns in 0..5 {
        world.pass(60);
        world.say(client, vip(1701), frame::control(HELLO, 900, None, 2 + ns, 1));
        world.say(server, client, frame::control(0, 7, None, 1, 3 + ns));
    }
    world.pass(119);
    assert_eq!(world.control.tunnel_count(), 1);
    world.pass(181);
    assert_eq!((world.control.tunnel_count(), world.device.rows.len()), (0, 0));
    assert_eq!(world.count(Count::Expired), 1);
}

#[test]
fn data_alone_keeps_a_tunnel_though_no_copy_ever_comes() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    world.open(client, 7, 1701, 900);
    world.say(client, vip(1701), frame::control(HELLO, 900, None, 2, 1));
    for _ in 0..100 {
        world.pass(100);
        assert_eq!(world.say(client, vip(1701), frame::data(900, b"x")).len(), 1);
    }
}

#[test]
fn without_hellos_silence_may_last_longer() {
    let mut world = World::seed();
    world.open(end("192.128.10.5", 1701), 7, 1701, 900);
    world.pass(1700);
    assert_eq!(world.control.tunnel_count(), 1);
    world.pass(200);
    assert_eq!(world.control.tunnel_count(), 0);
}

#[test]
fn a_lost_copy_of_scccn_loses_no_tunnel() {
    let mut world = World::seed();
    world.lose_copies = true;
    world.open(end("192.128.10.5", 1701), 7, 5000, 900);
    assert_eq!(world.control.tunnels().next().unwrap().state, State::Answered);
    world.pass(40);
    assert_eq!(world.control.tunnels().next().unwrap().state, State::Established);
    assert_eq!(world.device.rows.len(), 2);
}

#[test]
fn requests_and_answers_that_lead_nowhere_expire() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    world.pass_on(client, vip(1701), frame::control(1, 0, Some(7), 0, 0));
    world.pass(40);
    assert_eq!(world.control.tunnel_count(), 0);
    assert_eq!(world.count(Count::Unanswered), 1);

    let request = world.pass_on(client, vip(1701), frame::control(1, 0, Some(8), 0, 0));
    let server = end(&request.destination.ip().to_string(), 5000);
    world.pass_on(server, client, frame::control(2, 8, Some(900), 0, 1));
    assert_eq!(world.device.rows.len(), 2);
    world.pass(40);
    assert_eq!((world.control.tunnel_count(), world.device.rows.len()), (0, 0));
}

#[test]
fn a_client_may_give_up_before_it_knows_the_server() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let request = world.pass_on(client, vip(1701), frame::control(1, 0, Some(7), 0, 0));
    let stop = world.pass_on(client, vip(1701), frame::control(STOP, 0, Some(7), 1, 0));
    assert_eq!(stop.destination, request.destination);
    assert_eq!(world.control.tunnels().next().unwrap().state, State::Closing);
    world.pass(31);
    assert_eq!(world.control.tunnel_count(), 0);
}

#[test]
fn a_server_may_decline() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let request = world.pass_on(client, vip(1701), frame::control(1, 0, Some(7), 0, 0));
    let server = request.destination;
    let ack = world.pass_on(server, client, frame::control(0, 7, None, 0, 1));
    assert_eq!((ack.source, ack.destination), (vip(1701), client));
    let stop = world.pass_on(server, client, frame::control(STOP, 7, Some(55), 0, 1));
    assert_eq!((stop.source, stop.destination), (vip(1701), client));
    let ack = world.pass_on(client, vip(1701), frame::control(0, 55, None, 1, 1));
    assert_eq!(ack.destination, server);
    assert_eq!(world.device.inserts, 0, "a declined tunnel never has rows");
    world.pass(31);
    assert_eq!(world.control.tunnel_count(), 0);
}

/// A changed route takes along the rows of the tunnels that end there, aliases too, and no others.
#[test]
fn rows_follow_a_changed_way() {
    let mut world = World::seed();
    let (client, other) = (end("192.128.10.5", 1701), end("192.128.10.6", 1701));
    let server = world.open(client, 7, 5000, 900);
    world.pass_on(client, vip(1701), frame::data(900, b"by the port it knows"));
    let mut on_same = |id| world.open(other, id, 5000, 900 + id).ip() == server.ip();
    assert!((8..20).any(&mut on_same));
    // Server, client, direction, and the row of the next hop table.
    let hops = |world: &World| {
        let rows = world.device.rows.values();
        rows.map(|(key, action, _)| (action.server, key.address, action.outgoing, action.next_hop))
            .collect::<Vec<_>>()
    };
    let before = hops(&world);
    for (moved, to_client) in [(*client.ip(), true), (*server.ip(), false)] {
        world.device.elsewhere = [(moved, 9)].into();
        let mut expected = before.clone();
        for (at, peer, outgoing, hop) in &mut expected {
            let ends = if to_client { *peer == moved.to_bits() } else { *at == before[0].0 };
            if *outgoing == to_client && ends {
                *hop = 9;
            }
        }
        assert_ne!(expected, before);
        world.control.rerouted(&[moved].into(), &mut world.device);
        assert_eq!(hops(&world), expected, "{moved}");
        world.device.elsewhere.clear();
        world.control.rerouted(&[moved].into(), &mut world.device);
        assert_eq!(hops(&world), before, "and back");
    }
}
