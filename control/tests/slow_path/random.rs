//! Random conversations of many ends through one designator. What each end knows is kept here, in
//! the plainest form, and no packet may ever come out anywhere but where its sender meant it to.

use super::device::{Fault, Memory};
use super::frame::{self, Udp, end};
use super::world::{World, seed, server, vip};
use control::{Removal, RowId};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// One thing that an end, the operator or time does. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Op {
    /// A client asks for a tunnel.
    Request { client: u8, id: u8 },
    /// It asks again.
    Repeat { tunnel: u8 },
    /// A server answers, with an ID and a port from a small choice; the answer may get lost behind
    /// the designator.
    Answer { tunnel: u8, id: u8, port: u8, lost: bool },
    /// The client goes on.
    Connect { tunnel: u8 },
    /// Data to the announced port, or to the service's.
    Up { tunnel: u8, service_port: bool },
    /// Data to the client.
    Down { tunnel: u8 },
    /// An end stops.
    Stop { tunnel: u8, by_server: bool },
    /// Time passes.
    Pass { seconds: u8 },
    /// A server is removed, and comes back at once.
    Remove { server: u8, kill: bool },
}

fn op() -> impl Strategy<Value = Op> {
    let t = || any::<u8>();
    prop_oneof![
        4 => (t(), t()).prop_map(|(client, id)| Op::Request { client, id }),
        2 => t().prop_map(|tunnel| Op::Repeat { tunnel }),
        6 => (t(), t(), t(), prop::bool::weighted(0.2))
            .prop_map(|(tunnel, id, port, lost)| Op::Answer { tunnel, id, port, lost }),
        4 => t().prop_map(|tunnel| Op::Connect { tunnel }),
        6 => (t(), any::<bool>())
            .prop_map(|(tunnel, service_port)| Op::Up { tunnel, service_port }),
        6 => t().prop_map(|tunnel| Op::Down { tunnel }),
        1 => (t(), any::<bool>()).prop_map(|(tunnel, by_server)| Op::Stop { tunnel, by_server }),
        1 => (0u8..12).prop_map(|seconds| Op::Pass { seconds }),
        1 => (t(), any::<bool>()).prop_map(|(server, kill)| Op::Remove { server, kill }),
    ]
}

/// A tunnel, as its ends know it.
#[derive(Clone, Debug)]
struct Ends {
    client: SocketAddrV4,
    client_id: u16,
    /// Servers that have the request, and what they answered: port and ID.
    servers: Vec<(Ipv4Addr, Option<(u16, u16)>)>,
    /// What the client heard: the server, its port, its ID, and the ID that was shown.
    heard: Option<(Ipv4Addr, u16, u16, u16)>,
    /// The server has heard the client use its ID.
    connected: bool,
    /// Over, for at least one end.
    over: bool,
    /// When it last made progress.
    since: Duration,
}

struct Model {
    world: World,
    tunnels: Vec<Ends>,
}

const SERVERS: [&str; 3] = ["10.10.1.1", "10.10.1.2", "10.10.1.3"];

type Outcome = Result<(), String>;

fn wrong<T>(what: &str, detail: impl std::fmt::Debug) -> Result<T, String> {
    Err(format!("{what}: {detail:?}"))
}

impl Model {
    fn new(device: Memory, lose_copies: bool) -> Self {
        let mut config = seed();
        config.virtuals[0].servers = SERVERS.iter().map(|s| server(s, 1)).collect();
        let mut world = World::with(&config, device);
        world.lose_copies = lose_copies;
        Self { world, tunnels: Vec::new() }
    }

    fn pick(&self, number: u8) -> Option<usize> {
        (!self.tunnels.is_empty()).then(|| usize::from(number) % self.tunnels.len())
    }

    fn step(&mut self, op: &Op) -> Outcome {
        match *op {
            Op::Request { client, id } => self.request(client, id),
            Op::Repeat { tunnel } => {
                let ask = |t: &Ends| !t.over && t.heard.is_none();
                let picked = self.pick(tunnel).filter(|&k| ask(&self.tunnels[k]));
                picked.map_or(Ok(()), |k| self.ask(k))
            }
            Op::Answer { tunnel, id, port, lost } => {
                self.pick(tunnel).map_or(Ok(()), |k| self.answer(k, id, port, lost))
            }
            Op::Connect { tunnel } => self.pick(tunnel).map_or(Ok(()), |k| self.connect(k)),
            Op::Up { tunnel, service_port } => {
                self.pick(tunnel).map_or(Ok(()), |k| self.up(k, service_port))
            }
            Op::Down { tunnel } => self.pick(tunnel).map_or(Ok(()), |k| self.down(k)),
            Op::Stop { tunnel, by_server } => {
                self.pick(tunnel).map_or(Ok(()), |k| self.stop(k, by_server))
            }
            Op::Pass { seconds } => {
                self.world.pass(seconds.into());
                self.give_up();
                Ok(())
            }
            Op::Remove { server, kill } => {
                self.remove(SERVERS[usize::from(server) % SERVERS.len()], kill);
                Ok(())
            }
        }?;
        // The device has the rows that the registry knows, and no other.
        let known = self.world.control.rows(&mut self.world.device);
        let known: BTreeSet<_> = known.into_iter().map(|row| row.row).collect();
        let present: BTreeSet<_> = self.world.device.rows.keys().map(|&row| RowId(row)).collect();
        if known == present { Ok(()) } else { wrong("rows leaked or lost", (known, present)) }
    }

    /// Ends that get no further give up, as RFC 2661 (5.8) has them do.
    fn give_up(&mut self) {
        let now = self.world.now;
        for tunnel in self.tunnels.iter_mut().filter(|t| !t.connected) {
            tunnel.over |= now - tunnel.since > Duration::from_secs(30);
        }
    }

    fn request(&mut self, client: u8, id: u8) -> Outcome {
        // Two clients behind one address, and another one.
        let ends = [("192.128.10.5", 1701), ("192.128.10.5", 40001), ("192.128.10.6", 1701)];
        let (address, port) = ends[usize::from(client) % ends.len()];
        let (client, client_id) = (end(address, port), u16::from(id % 4) + 1);
        // An end does not use its own IDs twice.
        let used = |t: &Ends| t.client == client && t.client_id == client_id && !t.over;
        if self.tunnels.iter().any(used) {
            return Ok(());
        }
        let (servers, heard) = (Vec::new(), None);
        let (over, since) = (false, self.world.now);
        self.tunnels.push(Ends {
            client,
            client_id,
            servers,
            heard,
            connected: false,
            over,
            since,
        });
        self.ask(self.tunnels.len() - 1)
    }

    /// Sends the request; a server gets it or nobody.
    fn ask(&mut self, k: usize) -> Outcome {
        let (client, id) = (self.tunnels[k].client, self.tunnels[k].client_id);
        let sent = self.world.say(client, vip(1701), frame::control(1, 0, Some(id), 0, 0));
        let [(1, packet)] = &sent[..] else {
            let refused = sent.iter().all(|(port, _)| *port == 0);
            self.tunnels[k].over |= refused && !sent.is_empty();
            return if refused { Ok(()) } else { wrong("a request", sent) };
        };
        let to = *packet.destination.ip();
        let known = SERVERS.contains(&to.to_string().as_str());
        if packet.source != client || packet.destination.port() != 1701 || !known {
            return wrong("a request went astray", packet);
        }
        if self.tunnels[k].servers.iter().all(|(server, _)| *server != to) {
            self.tunnels[k].servers.push((to, None));
        }
        Ok(())
    }

    fn answer(&mut self, k: usize, id: u8, port: u8, lost: bool) -> Outcome {
        let tunnel = self.tunnels[k].clone();
        if tunnel.over || tunnel.servers.is_empty() {
            return Ok(());
        }
        let at = usize::from(id) % tunnel.servers.len();
        let (server, said) = tunnel.servers[at];
        let (port, id) = match said {
            Some(said) => said,
            None => {
                // A server does not use its own IDs twice.
                let id = u16::from(id % 5) + 1;
                let uses = |t: &Ends| {
                    let said = |s: &(Ipv4Addr, Option<(u16, u16)>)| {
                        s.0 == server && s.1.is_some_and(|(_, used)| used == id)
                    };
                    !t.over && t.servers.iter().any(said)
                };
                if self.tunnels.iter().any(uses) {
                    return Ok(());
                }
                ([1701, 5000][usize::from(port) % 2], id)
            }
        };
        self.tunnels[k].servers[at].1 = Some((port, id));
        let reply = frame::control(2, tunnel.client_id, Some(id), 0, 1);
        let from = SocketAddrV4::new(server, port);
        let sent = self.world.say(from, tunnel.client, reply);
        let kinds: Vec<_> = sent.iter().map(|(_, p)| frame::message_of(&p.payload).0).collect();
        match kinds[..] {
            [] => return Ok(()),
            [4, 4] => {
                self.tunnels[k].over = true;
                return Ok(());
            }
            [2] => {}
            _ => return wrong("an answer", sent),
        }
        let packet = &sent[0].1;
        self.at_client(&tunnel, packet, port)?;
        let shown = frame::message_of(&packet.payload).1.expect("an SCCRP has an ID");
        if !lost && tunnel.heard.is_none() {
            self.tunnels[k].heard = Some((server, port, id, shown));
            self.tunnels[k].since = self.world.now;
        }
        Ok(())
    }

    /// A packet came out to the client: is it from this tunnel, at the port that its server chose?
    fn at_client(&self, tunnel: &Ends, packet: &Udp, port: u16) -> Outcome {
        let right = packet.destination == tunnel.client
            && packet.source == vip(port)
            && frame::tunnel_of(&packet.payload) == tunnel.client_id;
        if right { Ok(()) } else { wrong("to the wrong client", (tunnel, packet)) }
    }

    /// A packet came out to a server: is it the one that the client heard?
    fn at_server(&self, tunnel: &Ends, sent: &[(u8, Udp)]) -> Result<bool, String> {
        let (server, port, id, _) = tunnel.heard.expect("the client heard of a server");
        match sent {
            [] => Ok(false),
            [(1, packet)]
                if packet.source == tunnel.client
                    && packet.destination == SocketAddrV4::new(server, port)
                    && frame::tunnel_of(&packet.payload) == id =>
            {
                Ok(true)
            }
            _ => wrong("to the wrong server", (tunnel, sent)),
        }
    }

    /// Whether a packet of a living tunnel has to arrive: copies that get lost may cost the
    /// designator its knowledge, never the packet its way.
    fn must(&self, tunnel: &Ends, arrived: bool) -> Outcome {
        let alive = tunnel.connected && !tunnel.over && !self.world.lose_copies;
        if alive && !arrived { wrong("a living tunnel lost a packet", tunnel) } else { Ok(()) }
    }

    fn connect(&mut self, k: usize) -> Outcome {
        let tunnel = self.tunnels[k].clone();
        let Some((_, port, _, shown)) = tunnel.heard else { return Ok(()) };
        if tunnel.over {
            return Ok(());
        }
        let message = frame::control(3, shown, None, 1, 1);
        let sent = self.world.say(tunnel.client, vip(port), message);
        let arrived = self.at_server(&tunnel, &sent)?;
        self.must(&tunnel, arrived)?;
        self.tunnels[k].connected |= arrived;
        Ok(())
    }

    fn up(&mut self, k: usize, service_port: bool) -> Outcome {
        let tunnel = self.tunnels[k].clone();
        let Some((_, port, _, shown)) = tunnel.heard else { return Ok(()) };
        if tunnel.over {
            return Ok(());
        }
        let to = vip(if service_port { 1701 } else { port });
        let sent = self.world.say(tunnel.client, to, frame::data(shown, b"up"));
        let arrived = self.at_server(&tunnel, &sent)?;
        self.must(&tunnel, arrived)
    }

    fn down(&mut self, k: usize) -> Outcome {
        let tunnel = self.tunnels[k].clone();
        let Some((server, port, ..)) = tunnel.heard else { return Ok(()) };
        if tunnel.over {
            return Ok(());
        }
        let from = SocketAddrV4::new(server, port);
        let sent = self.world.say(from, tunnel.client, frame::data(tunnel.client_id, b"down"));
        if let [(0, packet)] = &sent[..] {
            self.at_client(&tunnel, packet, port)?;
        } else if !sent.is_empty() {
            return wrong("from a server", sent);
        }
        self.must(&tunnel, !sent.is_empty())
    }

    fn stop(&mut self, k: usize, by_server: bool) -> Outcome {
        let tunnel = self.tunnels[k].clone();
        let Some((server, port, id, shown)) = tunnel.heard else { return Ok(()) };
        if tunnel.over {
            return Ok(());
        }
        let from = SocketAddrV4::new(server, port);
        let arrived = if by_server {
            let message = frame::control(4, tunnel.client_id, Some(id), 5, 5);
            let sent = self.world.say(from, tunnel.client, message);
            if let [(_, packet)] = &sent[..] {
                self.at_client(&tunnel, packet, port)?;
            }
            sent.len() == 1
        } else {
            let message = frame::control(4, shown, Some(tunnel.client_id), 5, 5);
            let sent = self.world.say(tunnel.client, vip(port), message);
            self.at_server(&tunnel, &sent)?
        };
        self.must(&tunnel, arrived)?;
        self.tunnels[k].over = true;
        Ok(())
    }

    fn remove(&mut self, name: &str, kill: bool) {
        let address: Ipv4Addr = name.parse().unwrap();
        let removal = if kill { Removal::Kill } else { Removal::Drain };
        let (service, now) = ((*vip(1701).ip(), None), self.world.now);
        let World { control, device, .. } = &mut self.world;
        control.server_remove(now, service, (address, None), removal, device).unwrap();
        control.server_add(now, service, server(name, 1), device).unwrap();
        for tunnel in self.tunnels.iter_mut().filter(|_| kill) {
            let with = |s: &(Ipv4Addr, Option<(u16, u16)>)| s.0 == address;
            tunnel.over |= tunnel.servers.iter().any(with);
        }
    }
}

fn run(ops: &[Op], device: Memory, lose_copies: bool) -> Outcome {
    let mut model = Model::new(device, lose_copies);
    ops.iter().try_for_each(|op| model.step(op))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn packets_reach_the_tunnel_that_they_name(ops in prop::collection::vec(op(), 1..200)) {
        prop_assert_eq!(run(&ops, Memory::new(1000), false), Ok(()));
    }

    #[test]
    fn also_when_copies_are_lost(ops in prop::collection::vec(op(), 1..200)) {
        prop_assert_eq!(run(&ops, Memory::new(1000), true), Ok(()));
    }

    #[test]
    fn also_in_a_table_that_is_full(
        ops in prop::collection::vec(op(), 1..200),
        capacity in 0usize..10,
    ) {
        prop_assert_eq!(run(&ops, Memory::new(capacity), false), Ok(()));
    }
}

/// Runs random conversations until one fails; a property that never fails proves nothing.
fn noticed(device: impl Fn() -> Memory) -> bool {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    (0..400).any(|_| {
        use proptest::strategy::ValueTree;
        let tree = prop::collection::vec(op(), 100..200).new_tree(&mut runner).unwrap();
        run(&tree.current(), device(), false).is_err()
    })
}

#[test]
fn planted_faults_are_noticed() {
    assert!(!noticed(|| Memory::new(1000)));
    assert!(noticed(|| Memory::faulty(1000, Fault::Discriminator)));
    assert!(noticed(|| Memory::faulty(12, Fault::Evicts)));
    assert!(noticed(|| Memory::faulty(1000, Fault::FiveTuple)));
}
