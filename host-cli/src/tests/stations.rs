//! More stations and addresses than there are rows for.

use std::net::Ipv4Addr;

use control::Hop;
use sim::Soft;
use spec::limits::{CAPACITY_2K, NEXT_HOP_ROWS};
use spec::wire::l2tp;

use super::{CLIENT, PR, VIP, engine, enter, mac, open, udp, way};
use crate::engine::Engine;

/// The way to an address, as the slow path asks for it.
fn find(engine: &mut Engine<Soft>, address: Ipv4Addr) -> Option<Hop> {
    engine.operate(|_, device, _| device.next_hop(address)).unwrap()
}

/// Every station can be reached however many were seen before, and the tunnel that stands keeps its
/// own, in the device too.
#[test]
fn stations_come_and_go_past_a_tunnel_that_stands() {
    let mut engine = engine();
    let server = open(&mut engine);
    let (client, vip) = ((CLIENT, l2tp::PORT), (VIP, PR));
    let data = [0, 2, 3, 132, 0, 1, 0xff, 3];
    let address = |n: usize| Ipv4Addr::from([172, 16, (n >> 8) as u8, n as u8]);
    for n in 0..5 * NEXT_HOP_ROWS {
        engine.learn(&[way(address(n), 0)]).unwrap();
        assert_eq!(find(&mut engine, address(n)).map(|hop| hop.destination), Some(mac(address(n))));
        let up = enter(&mut engine, 0, &[udp(client, vip, &data)]);
        assert_eq!(up[0][..6], mac(server), "{n}");
        let down = enter(&mut engine, 1, &[udp((server, PR), client, &[0, 2, 0, 7, 0, 1])]);
        assert_eq!(down[0][..6], mac(CLIENT), "{n}");
    }
    assert!([[10, 10, 1, 1], [10, 10, 1, 2]].iter().all(|server| engine.asks((*server).into())));
    // One that was forgotten is asked for again.
    let forgotten = engine.forgotten();
    assert!(forgotten.contains(&address(0)) && !engine.asks(address(0)));
    assert_eq!(find(&mut engine, address(0)), None);
    assert_eq!(engine.next_wanted(), Some(address(0)));
}

/// Addresses without tunnels are asked for and forgotten, not gathered.
#[test]
fn addresses_are_not_gathered() {
    let mut engine = engine();
    let server = open(&mut engine);
    let address = |n: usize| Ipv4Addr::from_bits(0xac10_0000 + n as u32);
    let asked = 3 * CAPACITY_2K.rows();
    for n in 0..asked {
        assert_eq!(find(&mut engine, address(n)), None);
    }
    let kept = (0..asked).filter(|n| engine.asks(address(*n))).count();
    assert!(kept < CAPACITY_2K.rows() + NEXT_HOP_ROWS, "{kept}");
    assert_eq!(std::iter::from_fn(|| engine.next_wanted()).count(), kept);
    assert_eq!(engine.forgotten().len(), asked - kept);
    for address in [CLIENT, server] {
        assert_eq!(find(&mut engine, address).map(|hop| hop.destination), Some(mac(address)));
    }
}
