//! A server that was killed without a word, as recorded.

use std::{net::Ipv4Addr, path::Path};

use control::{Event, Reason};

use super::{VIP, engine};
use crate::{answers, api::ServerChange, replay::Replay};

const DEAD: Ipv4Addr = Ipv4Addr::new(10, 10, 1, 2);
const OTHER: Ipv4Addr = Ipv4Addr::new(10, 10, 1, 1);

/// By weight, all requests are the second server's. It is judged dead by its tunnel's messages; the
/// next request is its trial, and that not being answered, the repetition is the other's.
#[test]
fn a_dead_servers_client_goes_to_the_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let packets = ports::capture::read(&root.join("tests/captures/server-death.pcap")).unwrap();
    let mut engine = engine();
    let heavy = ServerChange {
        address: VIP,
        port: None,
        server: DEAD,
        server_port: None,
        weight: Some(100),
        kill: false,
    };
    assert_eq!(answers::set(&mut engine, &heavy).unwrap(), Ok(()));
    let mut replay = Replay::new(engine, [VIP], [[2, 0, 0, 0, 0, 1]; 2], None).unwrap();
    let mut events = Vec::new();
    replay.run(&packets, |engine| events.extend(engine.events())).unwrap();
    let (_, mismatches) = replay.finish().unwrap();
    assert_eq!(mismatches, []);
    let turns = events.iter().filter_map(|(_, event)| match event {
        Event::Requested { server, .. } => Some((*server, None)),
        Event::ServerDown { server, reason } => Some((*server.ip(), Some(*reason))),
        _ => None,
    });
    let turns: Vec<_> = turns.collect();
    let dead = (DEAD, Some(Reason::Messages));
    assert_eq!(turns, [(DEAD, None), dead, (DEAD, None), (OTHER, None)]);
}
