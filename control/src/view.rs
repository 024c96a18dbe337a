//! What the operator sees: services, servers, tunnels, rows.

use crate::config::{Algorithm, Protocol};
use crate::control::Control;
use crate::device::{Device, RowId};
use crate::health::ServerState;
use crate::tunnel::{Side, State};
use spec::table::Counters;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// A virtual service: the seed's first table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualView {
    /// VIP and port.
    pub end: SocketAddrV4,
    /// Its tunnel protocol.
    pub protocol: Protocol,
    /// How a server is chosen.
    pub algorithm: Algorithm,
    /// The servers' addresses, ports and weights.
    pub servers: Vec<(SocketAddrV4, u32)>,
}

/// A server of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// VIP and port of its service.
    pub service: SocketAddrV4,
    /// Its address and port.
    pub end: SocketAddrV4,
    /// Its share of new tunnels.
    pub weight: u32,
    /// What it does for new tunnels.
    pub state: ServerState,
    /// Since when it is up or down.
    pub since: Duration,
    /// Tunnels that it has.
    pub tunnels: u32,
    /// Tunnels that it ever got.
    pub opened: u64,
    /// Packets of its tunnels, both ways, forwarded by hardware and slow path.
    pub packets: u64,
    /// Bytes of their frames as received.
    pub bytes: u64,
}

/// A tunnel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunnelView {
    /// VIP and port of its service.
    pub service: SocketAddrV4,
    /// The client.
    pub client: SocketAddrV4,
    /// The server, with the port that it answered from; before that, where requests go.
    pub server: SocketAddrV4,
    /// The Tunnel ID that the client assigned.
    pub client_id: u16,
    /// The Tunnel ID that the server assigned; 0 before its answer.
    pub server_id: u16,
    /// The Tunnel ID that the client sees; 0 before the answer.
    pub shown_id: u16,
    /// How far it is.
    pub state: State,
    /// When its request came.
    pub opened: Duration,
}

/// A row of the connection table: the seed's second table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Its entry's index.
    pub row: RowId,
    /// From a server to a client; else from a client to a server.
    pub outgoing: bool,
    /// An additional row, for an end that does not use the announced port.
    pub alias: bool,
    /// Where its packets come from: the client, or the server.
    pub source: SocketAddrV4,
    /// Where they go: the server, or the client.
    pub destination: SocketAddrV4,
    /// What is written into them: incoming, the new destination; outgoing, the new source.
    pub rewritten: SocketAddrV4,
    /// What stands in that place when they arrive: incoming, the VIP; outgoing, the server.
    pub matched: SocketAddrV4,
    /// The Tunnel ID that they carry.
    pub discriminator: u32,
    /// The tunnel's server.
    pub server: Ipv4Addr,
    /// What has passed by it.
    pub counters: Counters,
}

impl Control {
    fn service_end(&self, service: u16) -> SocketAddrV4 {
        let config = &self.farm.services[usize::from(service)].config;
        SocketAddrV4::new(config.address, config.port)
    }

    /// All virtual services, as configured.
    pub fn virtuals(&self) -> Vec<VirtualView> {
        let view = |(number, service): (u16, &crate::farm::Service)| VirtualView {
            end: self.service_end(number),
            protocol: service.config.protocol,
            algorithm: service.config.algorithm,
            servers: self.farm.members(number).map(|(_, s)| (s.end, s.weight)).collect(),
        };
        (0..).zip(&self.farm.services).map(view).collect()
    }

    /// All servers, by service.
    pub fn servers(&self, device: &mut dyn Device) -> Vec<ServerView> {
        let mut passed = std::collections::HashMap::<u16, (u64, u64)>::new();
        for (slot, tunnel) in self.registry.iter() {
            let (_, packets, bytes) = self.traffic(slot, device);
            let sum = passed.entry(tunnel.server).or_default();
            *sum = (sum.0 + packets, sum.1 + bytes);
        }
        let mut views = Vec::new();
        for service in 0..self.farm.services.len() as u16 {
            for (number, server) in self.farm.members(service) {
                let (packets, bytes) = passed.get(&number).copied().unwrap_or_default();
                views.push(ServerView {
                    service: self.service_end(service),
                    end: server.end,
                    weight: server.weight,
                    state: server.state(),
                    since: server.health.since(),
                    tunnels: server.tunnels,
                    opened: server.opened,
                    packets: server.packets + packets,
                    bytes: server.bytes + bytes,
                });
            }
        }
        views
    }

    /// Number of tunnels, in all states.
    pub fn tunnel_count(&self) -> usize {
        self.registry.len()
    }

    /// All tunnels, in all states.
    pub fn tunnels(&self) -> impl Iterator<Item = TunnelView> + '_ {
        self.registry.iter().map(|(_, tunnel)| TunnelView {
            service: self.service_end(tunnel.service),
            client: tunnel.client,
            server: SocketAddrV4::new(
                *self.farm.server(tunnel.server).end.ip(),
                tunnel.server_port,
            ),
            client_id: tunnel.client_id,
            server_id: tunnel.server_id,
            shown_id: tunnel.shown_id,
            state: tunnel.state,
            opened: tunnel.opened,
        })
    }

    /// All rows that tunnels have in the connection table, a tunnel's together, incoming first.
    pub fn rows(&self, device: &mut dyn Device) -> Vec<RowView> {
        let mut views = Vec::new();
        for (_, t) in self.registry.iter() {
            let service = self.service_end(t.service);
            let address = *self.farm.server(t.server).end.ip();
            let server = SocketAddrV4::new(address, t.server_port);
            let mut push = |row: Option<RowId>, from: Side, alias: bool| {
                let Some(row) = row else { return };
                let vip_port = if alias { service.port() } else { t.server_port };
                let vip = SocketAddrV4::new(*service.ip(), vip_port);
                let counters = device.counters(row);
                let outgoing = from == Side::Server;
                let (source, destination, rewritten, matched, id) = match from {
                    Side::Client => (t.client, server, server, vip, t.shown_id),
                    Side::Server => {
                        let leaving = SocketAddrV4::new(*service.ip(), t.server_port);
                        (server, t.client, leaving, server, t.client_id)
                    }
                };
                let discriminator = id.into();
                views.push(RowView {
                    row,
                    outgoing,
                    alias,
                    source,
                    destination,
                    rewritten,
                    matched,
                    discriminator,
                    server: address,
                    counters,
                });
            };
            push(t.rows.incoming, Side::Client, false);
            push(t.rows.outgoing, Side::Server, false);
            push(t.rows.incoming_alias, Side::Client, true);
            push(t.rows.outgoing_alias, Side::Server, true);
        }
        views
    }
}
