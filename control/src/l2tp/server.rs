//! From a server, without a row: its first answer, or a packet of a tunnel that it names.

use super::{Arrived, Control};
use crate::count::Count;
use crate::device::{Device, RowId};
use crate::event::{End, Event};
use crate::l2tp::stop::Stop;
use crate::rows::Refusal;
use crate::tunnel::{Side, State};
use spec::wire::l2tp::{ERROR_RESOURCES, PORT, SCCRP, STOP_CCN};
use std::net::SocketAddrV4;

impl Control {
    /// Takes a packet from a server.
    pub(super) fn server_packet(&mut self, a: &Arrived, device: &mut dyn Device) {
        let (client, id) = (a.packet.destination, a.header.tunnel);
        let slot = self.registry.by_peer(a.local, client, id).or_else(|| self.stray(a));
        let Some(slot) = slot else { return self.counts.add(Count::UnknownTunnel) };
        if a.is(SCCRP) {
            return self.answered(slot, a, false, device);
        }
        let tunnel = self.registry.get(slot);
        let port = a.packet.source.port();
        match (tunnel.state, a.message) {
            (State::Requested, Some(message)) if message.is(STOP_CCN) => {
                return self.declined(slot, a, message.assigned.map(|m| m.id), device);
            }
            // An acknowledgement of the request, ahead of the answer.
            (State::Requested, Some(message)) if message.kind.is_none() => {
                let number = tunnel.server;
                self.send(slot, a, Side::Client, port, device);
                return self.farm.server_mut(number).health.heard(a.now);
            }
            (State::Requested, _) => return self.counts.add(Count::OutOfOrder),
            _ if port != tunnel.server_port => return self.counts.add(Count::WrongPort),
            _ => {}
        }
        let row = if client != tunnel.client {
            self.alias(slot, Side::Server, client.port(), device)
        } else {
            // Anything but an acknowledgement says that the client has answered.
            let spoken = a.message.is_none_or(|m| m.kind.is_some());
            if tunnel.rows.outgoing.is_none() && spoken && tunnel.state != State::Closing {
                self.ensure_outgoing(slot, device);
            }
            self.registry.get(slot).rows.outgoing
        };
        match row {
            Some(row) => self.send_by_resolved(slot, row, a, Side::Client, device),
            None => self.send(slot, a, Side::Client, port, device),
        }
        self.observe(slot, Side::Server, a, device);
    }

    /// The only tunnel that can be meant by a packet to a client's port 1701, if such packets are
    /// expected of its server.
    fn stray(&self, a: &Arrived) -> Option<u32> {
        let client = a.packet.destination;
        let mut peers = self.registry.peers(a.local, *client.ip(), a.header.tunnel);
        let slot = peers.next().filter(|_| client.port() == PORT && peers.next().is_none())?;
        let service = usize::from(self.registry.get(slot).service);
        self.farm.services[service].config.replies_to_1701.then_some(slot)
    }

    /// Installs the row for the server's packets if that is possible now.
    pub(crate) fn ensure_outgoing(&mut self, slot: u32, device: &mut dyn Device) {
        let Some(hop) = self.hop(slot, Side::Client, device) else { return };
        if self.install_outgoing(slot, &hop, device).is_err() {
            self.counts.add(Count::RefusedFull);
        }
    }

    /// Forwards through a row, whose next hop may have changed since it was made.
    pub(super) fn send_by_resolved(
        &mut self,
        slot: u32,
        row: RowId,
        a: &Arrived,
        to: Side,
        device: &mut dyn Device,
    ) {
        let Some(hop) = self.hop(slot, to, device) else {
            return self.counts.add(Count::Unreachable);
        };
        let from = if to == Side::Server { Side::Client } else { Side::Server };
        let action = self.registry.get(slot).action(from, &hop);
        device.update(row, &action);
        self.send_by(row, a, device);
    }

    /// Takes an SCCRP; `forwarded`: a row did so already.
    pub(super) fn answered(
        &mut self,
        slot: u32,
        a: &Arrived,
        forwarded: bool,
        device: &mut dyn Device,
    ) {
        let Some(assigned) = a.message.and_then(|m| m.assigned) else { return };
        let tunnel = self.registry.get(slot);
        let port = a.packet.source.port();
        let end = self.farm.server(tunnel.server).end;
        let same = tunnel.server_id == assigned.id && tunnel.server_port == port;
        if tunnel.state == State::Closing {
            return self.counts.add(Count::OutOfOrder);
        }
        if !same || tunnel.rows.incoming.is_none() {
            // A second answer with another ID: the server began anew.
            self.remove_rows(slot, device);
            if let Err(refusal) = self.install(a.now, slot, port, assigned.id, !forwarded, device) {
                return self.refuse(slot, a, refusal, assigned.id, device);
            }
            if self.registry.get(slot).state == State::Requested {
                self.registry.set_state(slot, State::Answered);
            }
            let tunnel = self.registry.get(slot);
            let (client, client_id, shown_id) = (tunnel.client, tunnel.client_id, tunnel.shown_id);
            let server = SocketAddrV4::new(*end.ip(), port);
            let server_id = assigned.id;
            self.event(a.now, Event::Answered { client, client_id, server, server_id, shown_id });
        }
        let number = self.registry.get(slot).server;
        if self.farm.server_mut(number).health.answered(a.now) {
            self.event(a.now, Event::ServerUp { server: end });
        }
        let tunnel = self.registry.get_mut(slot);
        tunnel.question = None;
        if tunnel.state == State::Answered {
            // The client may have heard this one for the first time.
            self.registry.set_deadline(slot, a.now + self.limits.pending_time);
        }
        if !forwarded {
            match self.registry.get(slot).rows.outgoing {
                Some(row) => {
                    self.registry.get_mut(slot).packets += 1;
                    self.send_by(row, a, device);
                }
                None => self.send(slot, a, Side::Client, port, device),
            }
        }
    }

    /// The server declines the request: both ends may finish, without rows.
    fn declined(&mut self, slot: u32, a: &Arrived, assigned: Option<u16>, device: &mut dyn Device) {
        let tunnel = self.registry.get_mut(slot);
        tunnel.server_port = a.packet.source.port();
        let (vip, client) = (tunnel.vip, tunnel.client);
        if let Some(id) = assigned
            && self.registry.by_shown((vip, client, id)).is_none()
        {
            self.registry.get_mut(slot).server_id = id;
            self.registry.set_shown(slot, id);
        }
        let port = a.packet.source.port();
        self.send(slot, a, Side::Client, port, device);
        self.observe(slot, Side::Server, a, device);
    }

    /// A tunnel cannot be had though its server agreed: both ends are told.
    fn refuse(
        &mut self,
        slot: u32,
        a: &Arrived,
        refusal: Refusal,
        server_id: u16,
        device: &mut dyn Device,
    ) {
        let why = match refusal {
            Refusal::Unreachable => return self.counts.add(Count::Unreachable),
            Refusal::Full => {
                self.counts.add(Count::RefusedFull);
                self.event(a.now, Event::TableFull);
                End::TableFull
            }
            Refusal::Collision => {
                self.counts.add(Count::RefusedCollision);
                End::Collision
            }
        };
        let tunnel = self.registry.get(slot);
        let (client, client_id) = (tunnel.client, tunnel.client_id);
        let vip = self.farm.services[usize::from(tunnel.service)].config.address;
        let vip = SocketAddrV4::new(vip, a.packet.source.port());
        self.end(a.now, slot, why, device);
        let error = ERROR_RESOURCES;
        let stop = Stop { tunnel: client_id, assigned: server_id, ns: 0, nr: 1, error };
        self.send_stop(a, vip, client, stop, device);
        let stop = Stop { tunnel: server_id, assigned: client_id, ns: 1, nr: 1, error };
        self.send_stop(a, client, a.packet.source, stop, device);
    }
}
