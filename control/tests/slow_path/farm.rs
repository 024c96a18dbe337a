//! The operator's verbs, and what they touch.

use super::frame::{self, end};
use super::world::{World, seed, server, vip};
use control::config::{Affinity, Config, Prefix};
use control::{CommandError, Fault, Place, Removal, ServerState};
use std::net::Ipv4Addr;

fn a(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

const VIP: (Ipv4Addr, Option<u16>) = (Ipv4Addr::new(200, 200, 100, 1), None);

#[test]
fn removing_a_server_touches_no_tunnel_of_another() {
    for removal in [Removal::Drain, Removal::Kill] {
        let mut world = World::seed();
        let tunnels: Vec<_> = (1..=6)
            .map(|n| (end(&format!("192.128.10.{n}"), 1701), 900 + n))
            .map(|(client, id)| (client, id, world.open(client, 7, 5000, id)))
            .collect();
        let gone = (a("10.10.1.2"), Some(1701));
        let now = world.now;
        world.control.server_remove(now, VIP, gone, removal, &mut world.device).unwrap();
        for (client, id, server) in &tunnels {
            let passed = world.say(*client, vip(5000), frame::data(*id, b"x")).len();
            let stays = *server.ip() != gone.0 || removal == Removal::Drain;
            assert_eq!(passed, usize::from(stays), "{removal:?} {server}");
        }
        // No new tunnel goes there.
        for n in 10..20 {
            let client = end(&format!("192.128.10.{n}"), 1701);
            assert_eq!(*world.open(client, 7, 5000, 900).ip(), a("10.10.1.1"));
        }
        let views = world.control.servers(&mut world.device);
        match removal {
            Removal::Drain => assert_eq!(views[1].state, ServerState::Draining),
            Removal::Kill => assert_eq!(views.len(), 1),
        }
        // A drained server leaves with its last tunnel.
        for (client, id, server) in tunnels.iter().filter(|(.., s)| *s.ip() == gone.0) {
            world.say(*server, *client, frame::control(4, 7, Some(*id), 5, 5));
        }
        world.pass(31);
        assert_eq!(world.control.servers(&mut world.device).len(), 1);
        let rows = world.device.locals.values().filter(|l| l.valid).count();
        assert_eq!(rows, 2, "the VIP and one server");
    }
}

#[test]
fn servers_come_change_and_come_back() {
    let mut world = World::seed();
    let now = world.now;
    let device = &mut world.device;
    let control = &mut world.control;
    control.server_add(now, VIP, server("10.10.1.3", 4), device).unwrap();
    control.server_set(VIP, (a("10.10.1.1"), None), 0).unwrap();
    control.server_set(VIP, (a("10.10.1.2"), None), 0).unwrap();
    let client = end("192.128.10.5", 1701);
    assert_eq!(*world.open(client, 7, 1701, 900).ip(), a("10.10.1.3"));
    let (control, device) = (&mut world.control, &mut world.device);
    let third = (a("10.10.1.3"), None);
    control.server_remove(now, VIP, third, Removal::Drain, device).unwrap();
    control.server_add(now, VIP, server("10.10.1.3", 5), device).unwrap();
    let servers = control.servers(device);
    assert_eq!((servers[2].state, servers[2].weight), (ServerState::Up, 5));
    assert_eq!((servers[2].tunnels, servers[2].opened), (1, 1));
}

#[test]
fn wrong_commands_change_nothing() {
    let mut world = World::seed();
    let now = world.now;
    let before = (world.control.virtuals(), world.device.locals.clone());
    let (control, device) = (&mut world.control, &mut world.device);
    let other = (a("200.200.100.9"), None);
    let add = |control: &mut control::Control, device: &mut super::device::Memory, vip, s| {
        control.server_add(now, vip, s, device).unwrap_err()
    };
    let virtual_missing = CommandError::NoVirtual(other.0, None);
    assert_eq!(add(control, device, other, server("10.10.1.3", 1)), virtual_missing);
    let fault = add(control, device, VIP, server("10.10.1.1", 1));
    let duplicate = Fault::DuplicateServer { address: a("10.10.1.1"), port: 1701 };
    assert_eq!(fault, CommandError::Fault(duplicate));
    let fault = add(control, device, VIP, server("200.200.100.1", 1));
    assert_eq!(fault, CommandError::Fault(Fault::ServerIsVirtual(VIP.0)));
    let fault = add(control, device, VIP, server("224.0.0.1", 1));
    assert_eq!(fault, CommandError::Fault(Fault::NotHost(a("224.0.0.1"))));
    let missing = (a("10.10.1.9"), None);
    let error = control.server_set(VIP, missing, 1).unwrap_err();
    assert_eq!(error, CommandError::NoServer(missing.0, None));
    let error = control.server_set(VIP, (a("10.10.1.1"), None), 70000).unwrap_err();
    assert_eq!(error, CommandError::Fault(Fault::Weight(70000)));
    assert!(control.server_remove(now, VIP, missing, Removal::Kill, device).is_err());
    // As many servers as there are rows, and one more.
    let mut last = Ok(());
    for n in 3..60 {
        last = control.server_add(now, VIP, server(&format!("10.10.1.{n}"), 1), device);
        if last.is_err() {
            break;
        }
    }
    assert_eq!(last, Err(CommandError::Fault(Fault::TooManyAddresses)));
    assert_eq!(world.control.servers(&mut world.device).len(), 31);
    assert_eq!(before.0.len(), world.control.virtuals().len());
    assert!(before.1.iter().all(|(index, row)| world.device.locals[index] == *row));
}

#[test]
fn affinity_keeps_a_client_together_as_long_as_it_has_tunnels() {
    let mut config = seed();
    config.virtuals[0].affinity = Affinity::Client;
    let mut world = World::new(&config, 64);
    let client = end("192.128.10.5", 1701);
    let server = world.open(client, 1, 1701, 901);
    for id in 2..8 {
        assert_eq!(world.open(client, id, 1701, 900 + id), server);
    }
    let others: std::collections::BTreeSet<_> = (6..9)
        .map(|n| *world.open(end(&format!("192.128.10.{n}"), 1701), 1, 1701, 9).ip())
        .collect();
    assert_eq!(others.len(), 2);
}

#[test]
fn each_fault_of_a_configuration_is_named_with_its_place() {
    let check = |change: &dyn Fn(&mut Config), place: (usize, Option<usize>), fault: Fault| {
        let mut config = seed();
        change(&mut config);
        let found = config.validate();
        let place = Place { service: place.0, server: place.1 };
        assert_eq!(found, [(place, fault)]);
        let mut device = super::device::Memory::new(8);
        let now = std::time::Duration::ZERO;
        assert!(control::Control::new(now, &config, &mut device).is_err());
        assert!(device.locals.is_empty() && device.services.is_empty(), "nothing written");
    };
    assert_eq!(seed().validate(), []);
    let service = Fault::DuplicateService { address: VIP.0, port: 1701 };
    check(&|c| c.virtuals.push(c.virtuals[0].clone()), (1, None), service);
    let duplicate = Fault::DuplicateServer { address: a("10.10.1.1"), port: 1701 };
    check(&|c| c.virtuals[0].servers.push(server("10.10.1.1", 3)), (0, Some(2)), duplicate);
    let loops = Fault::ServerIsVirtual(VIP.0);
    check(&|c| c.virtuals[0].servers.push(server("200.200.100.1", 3)), (0, Some(2)), loops);
    let zero = |c: &mut Config| c.virtuals[0].servers.iter_mut().for_each(|s| s.weight = 0);
    check(&zero, (0, None), Fault::ZeroWeights);
    check(&|c| c.virtuals[0].servers.clear(), (0, None), Fault::NoServers);
    check(&|c| c.virtuals[0].port = 0, (0, None), Fault::ZeroPort);
    check(&|c| c.virtuals[0].servers[1].port = 0, (0, Some(1)), Fault::ZeroPort);
    check(&|c| c.virtuals[0].servers[0].weight = 65536, (0, Some(0)), Fault::Weight(65536));
    let prefix = Prefix { address: a("10.0.0.1"), length: 8 };
    check(&|c| c.virtuals[0].allow.push(prefix), (0, None), Fault::Prefix(prefix));
    let long = Prefix { address: a("10.0.0.1"), length: 33 };
    check(&|c| c.virtuals[0].allow.push(long), (0, None), Fault::Prefix(long));
}
