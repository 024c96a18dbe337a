//! The operator's verbs: servers come, change and go. Each is done whole or not at all.

use crate::config::{self, Virtual};
use crate::control::Control;
use crate::count::Count;
use crate::device::Device;
use crate::event::{End, Event};
use crate::validate::Fault;
use std::net::Ipv4Addr;
use std::time::Duration;

/// What becomes of the tunnels of a server that is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// They stay until they end; the server leaves with the last of them.
    Drain,
    /// Their rows are removed at once. The ends find out by themselves.
    Kill,
}

/// Why a command was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No such virtual service.
    #[error("no virtual service {}", name(*.0, *.1))]
    NoVirtual(Ipv4Addr, Option<u16>),
    /// More than one service at this address.
    #[error("{0} has several services: name the port")]
    WhichVirtual(Ipv4Addr),
    /// No such server of this service.
    #[error("no server {} of this service", name(*.0, *.1))]
    NoServer(Ipv4Addr, Option<u16>),
    /// More than one server at this address.
    #[error("{0} has several servers of this service: name the port")]
    WhichServer(Ipv4Addr),
    /// The server cannot be what it is asked to be.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn name(address: Ipv4Addr, port: Option<u16>) -> String {
    port.map_or_else(|| address.to_string(), |port| format!("{address}:{port}"))
}

impl Control {
    fn find_virtual(&self, address: Ipv4Addr, port: Option<u16>) -> Result<u16, CommandError> {
        let fits = |v: &Virtual| v.address == address && port.is_none_or(|port| v.port == port);
        let services = (0u16..).zip(&self.farm.services);
        let mut found = services.filter(|(_, s)| fits(&s.config)).map(|(number, _)| number);
        match (found.next(), found.next()) {
            (Some(number), None) => Ok(number),
            (Some(_), Some(_)) => Err(CommandError::WhichVirtual(address)),
            _ => Err(CommandError::NoVirtual(address, port)),
        }
    }

    fn find_server(
        &self,
        service: u16,
        address: Ipv4Addr,
        port: Option<u16>,
    ) -> Result<u16, CommandError> {
        let members = self.farm.members(service);
        let mut found = members
            .filter(|(_, s)| *s.end.ip() == address && port.is_none_or(|p| s.end.port() == p))
            .map(|(number, _)| number);
        match (found.next(), found.next()) {
            (Some(number), None) => Ok(number),
            (Some(_), Some(_)) => Err(CommandError::WhichServer(address)),
            _ => Err(CommandError::NoServer(address, port)),
        }
    }

    /// Adds a server to the service at a VIP; the port may be left out where there is but one
    /// service. A server that is draining comes back, with the new weight.
    pub fn server_add(
        &mut self,
        now: Duration,
        vip: (Ipv4Addr, Option<u16>),
        server: config::Server,
        device: &mut dyn Device,
    ) -> Result<(), CommandError> {
        let service = self.find_virtual(vip.0, vip.1)?;
        let vips = self.farm.services.iter().map(|s| s.config.address).collect();
        Virtual::admits(&server, &vips)?;
        match self.find_server(service, server.address, Some(server.port)) {
            Ok(number) if self.farm.server(number).draining => {
                let member = self.farm.server_mut(number);
                (member.draining, member.weight) = (false, server.weight);
            }
            Ok(_) => {
                let (address, port) = (server.address, server.port);
                return Err(Fault::DuplicateServer { address, port }.into());
            }
            Err(_) => _ = self.farm.add(now, service, server, device)?,
        }
        Ok(())
    }

    /// Changes a server's weight; 0: no new tunnels.
    pub fn server_set(
        &mut self,
        vip: (Ipv4Addr, Option<u16>),
        server: (Ipv4Addr, Option<u16>),
        weight: u32,
    ) -> Result<(), CommandError> {
        let service = self.find_virtual(vip.0, vip.1)?;
        let number = self.find_server(service, server.0, server.1)?;
        let (address, port) = (server.0, 1);
        Virtual::admits(&config::Server { address, port, weight }, &Default::default())?;
        self.farm.server_mut(number).weight = weight;
        Ok(())
    }

    /// Removes a server. Tunnels of other servers are not touched.
    pub fn server_remove(
        &mut self,
        now: Duration,
        vip: (Ipv4Addr, Option<u16>),
        server: (Ipv4Addr, Option<u16>),
        removal: Removal,
        device: &mut dyn Device,
    ) -> Result<(), CommandError> {
        let service = self.find_virtual(vip.0, vip.1)?;
        let number = self.find_server(service, server.0, server.1)?;
        let end = self.farm.server(number).end;
        if self.farm.server(number).tunnels == 0 {
            self.farm.drop_server(number, device);
            self.event(now, Event::ServerGone { server: end });
            return Ok(());
        }
        // From here on the server leaves with its last tunnel.
        self.farm.server_mut(number).draining = true;
        if removal == Removal::Kill {
            let own = self.registry.iter().filter(|(_, t)| t.server == number);
            for slot in own.map(|(slot, _)| slot).collect::<Vec<_>>() {
                self.counts.add(Count::Killed);
                self.end(now, slot, End::Removed, device);
            }
        }
        Ok(())
    }
}
