//! Virtual services and the servers behind them, with their rows in the small tables.

use crate::affinity::Groups;
use crate::algorithm::{self, Algorithm, Candidate};
use crate::config::{self, Affinity, Config, Limits};
use crate::device::Device;
use crate::health::{Health, ServerState};
use crate::validate::Fault;
use spec::limits::LOCAL_ROWS;
use spec::table::Kind;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// The external port, where clients are.
pub(crate) const EXTERNAL: u8 = 0;
/// The internal port, where servers are.
pub(crate) const INTERNAL: u8 = 1;

/// A server of a service.
#[derive(Debug)]
pub(crate) struct Server {
    pub service: u16,
    pub end: SocketAddrV4,
    pub weight: u32,
    pub local: u8,
    pub draining: bool,
    pub health: Health,
    /// Tunnels that it has, in all states.
    pub tunnels: u32,
    /// Tunnels that it ever got.
    pub opened: u64,
    pub last_used: u64,
    /// Packets and bytes that the slow path forwarded, and of rows that are gone.
    pub packets: u64,
    pub bytes: u64,
    pub load: u64,
}

impl Server {
    pub fn state(&self) -> ServerState {
        match self.health.down() {
            _ if self.draining => ServerState::Draining,
            Some(reason) => ServerState::Down(reason),
            None => ServerState::Up,
        }
    }
}

/// A virtual service; its number is its row in the service table.
#[derive(Debug)]
pub(crate) struct Service {
    pub config: config::Virtual,
    pub local: u8,
    pub members: Vec<u16>,
    algorithm: Box<dyn Algorithm>,
}

/// A row of the local address table, and how many services or servers need it.
#[derive(Clone, Copy, Debug)]
struct Local {
    address: Ipv4Addr,
    port: u8,
    users: u32,
}

/// Services and servers.
#[derive(Debug, Default)]
pub(crate) struct Farm {
    pub services: Vec<Service>,
    servers: Vec<Option<Server>>,
    locals: [Option<Local>; LOCAL_ROWS],
    /// New tunnels in all.
    sequence: u64,
    candidates: Vec<Candidate>,
}

impl Farm {
    /// The farm of a valid configuration, written to the device.
    pub fn new(now: Duration, config: &Config, device: &mut dyn Device) -> Result<Self, Fault> {
        let mut farm = Self::default();
        for (number, v) in (0u16..).zip(&config.virtuals) {
            let local = farm.take_local(v.address, EXTERNAL, device)?;
            let mut config = v.clone();
            let servers = std::mem::take(&mut config.servers);
            let algorithm = algorithm::make(v.algorithm);
            farm.services.push(Service { config, local, members: Vec::new(), algorithm });
            for server in servers {
                farm.add(now, number, server, device)?;
            }
            let row = spec::table::Service {
                valid: true,
                kind: Kind::L2tp.code(),
                local,
                protocol: spec::wire::protocol::UDP,
                port: v.port,
                reserved: 0,
            };
            device.set_service(number as u8, row);
        }
        Ok(farm)
    }

    pub fn server(&self, number: u16) -> &Server {
        self.servers[usize::from(number)].as_ref().expect("a server of the farm")
    }

    pub fn server_mut(&mut self, number: u16) -> &mut Server {
        self.servers[usize::from(number)].as_mut().expect("a server of the farm")
    }

    /// The service at a VIP and port.
    pub fn service_at(&self, local: u8, port: u16) -> Option<u16> {
        let found = self.services.iter().position(|s| s.local == local && s.config.port == port);
        found.map(|number| number as u16)
    }

    /// Whether this is the address in a row of the local address table, matched at that port.
    pub fn is_local(&self, index: u8, port: u8, address: Ipv4Addr) -> bool {
        let row = self.locals.get(usize::from(index)).copied().flatten();
        row.is_some_and(|row| row.port == port && row.address == address)
    }

    /// The row of an address.
    pub fn local_of(&self, address: Ipv4Addr) -> Option<u8> {
        let found = self.locals.iter().position(|row| row.is_some_and(|r| r.address == address));
        found.map(|index| index as u8)
    }

    fn take_local(
        &mut self,
        address: Ipv4Addr,
        port: u8,
        device: &mut dyn Device,
    ) -> Result<u8, Fault> {
        let same =
            |row: &Option<Local>| row.is_some_and(|row| row.address == address && row.port == port);
        if let Some(index) = self.locals.iter().position(same) {
            self.locals[index].as_mut().expect("a row in use").users += 1;
            return Ok(index as u8);
        }
        let free = self.locals.iter().position(Option::is_none).ok_or(Fault::TooManyAddresses)?;
        self.locals[free] = Some(Local { address, port, users: 1 });
        let address = address.to_bits();
        let row = spec::table::Local { valid: true, port, address, reserved: 0 };
        device.set_local(free as u8, row);
        Ok(free as u8)
    }

    fn leave_local(&mut self, index: u8, device: &mut dyn Device) {
        let row = &mut self.locals[usize::from(index)];
        let users = &mut row.as_mut().expect("a row in use").users;
        *users -= 1;
        if *users == 0 {
            *row = None;
            device.set_local(index, spec::table::Local::default());
        }
    }

    /// Adds a server to a service.
    pub fn add(
        &mut self,
        now: Duration,
        service: u16,
        server: config::Server,
        device: &mut dyn Device,
    ) -> Result<u16, Fault> {
        let local = self.take_local(server.address, INTERNAL, device)?;
        let server = Server {
            service,
            end: SocketAddrV4::new(server.address, server.port),
            weight: server.weight,
            local,
            draining: false,
            health: Health::new(now),
            tunnels: 0,
            opened: 0,
            last_used: 0,
            packets: 0,
            bytes: 0,
            load: 0,
        };
        let free = self.servers.iter().position(Option::is_none).unwrap_or(self.servers.len());
        if free == self.servers.len() {
            self.servers.push(None);
        }
        self.servers[free] = Some(server);
        self.services[usize::from(service)].members.push(free as u16);
        Ok(free as u16)
    }

    /// Drops a server without tunnels.
    pub fn drop_server(&mut self, number: u16, device: &mut dyn Device) -> Server {
        let server = self.servers[usize::from(number)].take().expect("a server of the farm");
        self.services[usize::from(server.service)].members.retain(|&member| member != number);
        self.leave_local(server.local, device);
        server
    }

    /// Chooses a server for a new tunnel, `blocked` ones aside. A group's server comes first, then
    /// the algorithm's among those that live or are due for a trial; when all are dead, among all,
    /// for refusing everyone would be worse.
    pub fn choose(
        &mut self,
        now: Duration,
        number: u16,
        client: Ipv4Addr,
        groups: &Groups,
        blocked: impl Fn(u16, u8) -> bool,
    ) -> Option<u16> {
        let service = &mut self.services[usize::from(number)];
        if service.config.affinity == Affinity::Client
            && let Some(member) = groups.server((service.local, client))
            && let Some(server) = &self.servers[usize::from(member)]
            && server.service == number
            && server.state() == ServerState::Up
            && !blocked(member, server.local)
        {
            return Some(member);
        }
        self.candidates.clear();
        let mut living = false;
        for &member in &service.members {
            let server = self.servers[usize::from(member)].as_ref().expect("a member");
            let usable = !server.draining && server.weight > 0 && !blocked(member, server.local);
            living |= usable && server.health.eligible(now);
            self.candidates.push(Candidate {
                address: *server.end.ip(),
                port: server.end.port(),
                weight: server.weight,
                tunnels: server.tunnels,
                last_used: server.last_used,
                load: server.load,
                eligible: usable,
            });
        }
        if living {
            for (candidate, &member) in self.candidates.iter_mut().zip(&service.members) {
                let server = self.servers[usize::from(member)].as_ref().expect("a member");
                candidate.eligible &= server.health.eligible(now);
            }
        }
        let index = service.algorithm.pick(client, &self.candidates)?;
        Some(service.members[index])
    }

    /// A server gets a tunnel.
    pub fn give(&mut self, now: Duration, number: u16, limits: &Limits) {
        self.sequence += 1;
        let sequence = self.sequence;
        let server = self.server_mut(number);
        server.tunnels += 1;
        server.opened += 1;
        server.last_used = sequence;
        server.health.tried(now, limits);
    }

    /// Servers of a service, in the order in which they joined.
    pub fn members(&self, service: u16) -> impl Iterator<Item = (u16, &Server)> {
        let members = &self.services[usize::from(service)].members;
        members.iter().map(|&number| (number, self.server(number)))
    }
}
