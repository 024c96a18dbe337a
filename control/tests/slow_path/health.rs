//! Servers that stop answering, and come back.

use super::frame::{self, end};
use super::world::{World, seed, vip};
use control::{Count, Event, Reason, Removal, ServerState};
use std::net::SocketAddrV4;

fn request(world: &mut World, client: SocketAddrV4, id: u16) -> SocketAddrV4 {
    world.pass_on(client, vip(1701), frame::control(1, 0, Some(id), 0, 0)).destination
}

fn state(world: &mut World, server: SocketAddrV4) -> ServerState {
    let servers = world.control.servers(&mut world.device);
    servers.into_iter().find(|s| s.end.ip() == server.ip()).unwrap().state
}

/// Repeats a request at 1, 3, 7 seconds, as daemons do; returns where the last went.
fn insist(world: &mut World, client: SocketAddrV4, id: u16) -> SocketAddrV4 {
    let mut to = request(world, client, id);
    for pause in [1, 2, 4] {
        world.pass(pause);
        to = request(world, client, id);
    }
    to
}

#[test]
fn a_dead_server_gets_no_new_tunnels_and_its_requests_move() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let dead = request(&mut world, client, 1);
    let moved = insist(&mut world, client, 1);
    assert_ne!(moved, dead, "the request that showed it goes elsewhere at once");
    assert_eq!(state(&mut world, dead), ServerState::Down(Reason::Requests));
    assert_eq!(world.count(Count::Reassigned), 1);
    let down = Event::ServerDown { server: dead, reason: Reason::Requests };
    assert!(world.control.events().any(|(_, event)| event == down));
    for id in 2..20 {
        assert_eq!(request(&mut world, client, id), moved);
    }
    // A late answer of the dead server's names no tunnel of its own any more.
    assert_eq!(world.say(dead, client, frame::control(2, 1, Some(5), 0, 1)), []);
    assert_eq!(world.count(Count::UnknownTunnel), 1);
}

/// The last tunnel of a server that was removed moves away: with it the server leaves.
#[test]
fn a_draining_server_leaves_with_a_request_that_moves() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let dead = request(&mut world, client, 1);
    let (now, vip, server) = (world.now, (*vip(1701).ip(), None), (*dead.ip(), None));
    let (control, device) = (&mut world.control, &mut world.device);
    control.server_remove(now, vip, server, Removal::Drain, device).unwrap();
    assert_eq!(state(&mut world, dead), ServerState::Draining);
    assert_ne!(insist(&mut world, client, 1), dead);
    let left = world.control.servers(&mut world.device);
    assert!(left.iter().all(|server| server.end != dead), "{left:?}");
    let gone = Event::ServerGone { server: dead };
    assert!(world.control.events().any(|(_, event)| event == gone));
}

#[test]
fn it_is_back_when_it_answers_a_trial() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let dead = request(&mut world, client, 1);
    insist(&mut world, client, 1);
    world.pass(20);
    let trials = (2..12).filter(|&id| request(&mut world, client, id) == dead);
    let trials: Vec<_> = trials.collect();
    assert_eq!(trials.len(), 1, "one trial in an interval");
    world.pass_on(dead, client, frame::control(2, trials[0], Some(77), 0, 1));
    assert_eq!(state(&mut world, dead), ServerState::Up);
    assert!((20..30).any(|id| request(&mut world, client, id) == dead));
}

#[test]
fn an_unanswered_trial_moves_on_when_it_is_repeated() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let dead = request(&mut world, client, 1);
    insist(&mut world, client, 1);
    world.pass(20);
    let trial = (2..12).find(|&id| request(&mut world, client, id) == dead).unwrap();
    world.pass(1);
    assert_ne!(request(&mut world, client, trial), dead);
}

#[test]
fn unanswered_messages_of_a_tunnel_are_evidence() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 7, 5000, 900);
    world.pass(60);
    for pause in [0, 1, 2, 4, 8] {
        world.pass(pause);
        world.say(client, vip(5000), frame::control(6, 900, None, 2, 1));
    }
    assert_eq!(state(&mut world, server), ServerState::Down(Reason::Messages));
    // The client's next tunnel, with a new ID or the old one, goes to the living server.
    assert_ne!(request(&mut world, client, 8).ip(), server.ip());
    assert_ne!(request(&mut world, client, 7).ip(), server.ip());
}

#[test]
fn data_from_the_server_refutes_the_evidence() {
    let mut world = World::seed();
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 7, 5000, 900);
    for pause in [60, 1, 2, 4, 8, 8, 8] {
        world.pass(pause);
        world.say(client, vip(5000), frame::control(6, 900, None, 2, 1));
        world.say(server, client, frame::data(7, b"alive"));
    }
    assert_eq!(state(&mut world, server), ServerState::Up);
}

#[test]
fn an_answer_to_anyone_is_a_sign_of_life() {
    let mut world = World::seed();
    let (odd, client) = (end("192.128.10.6", 1701), end("192.128.10.5", 1701));
    let first = request(&mut world, odd, 1);
    for id in 2..30 {
        world.pass(3);
        assert_eq!(request(&mut world, odd, 1), first, "this one the server ignores");
        let to = request(&mut world, client, id);
        world.pass_on(to, client, frame::control(2, id, Some(id + 100), 0, 1));
    }
    assert_eq!(state(&mut world, first), ServerState::Up);
}

#[test]
fn when_all_are_dead_all_are_tried() {
    let mut world = World::new(&seed(), 64);
    let client = end("192.128.10.5", 1701);
    for id in 1..=4 {
        insist(&mut world, client, id);
    }
    let servers = world.control.servers(&mut world.device);
    assert!(servers.iter().all(|s| matches!(s.state, ServerState::Down(_))));
    let to: std::collections::BTreeSet<_> =
        (10..20).map(|id| request(&mut world, client, id)).collect();
    assert_eq!(to.len(), 2);
}
