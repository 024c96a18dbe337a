//! From a client, without a row: a new tunnel, or one that is known by its Tunnel ID.

use super::{Arrived, Control};
use crate::count::Count;
use crate::device::Device;
use crate::tunnel::{Side, State};
use spec::wire::l2tp::{SCCRQ, STOP_CCN};

impl Control {
    /// Takes a packet to a VIP.
    pub(super) fn client_packet(&mut self, a: &Arrived, device: &mut dyn Device) {
        let client = a.packet.source;
        if a.header.tunnel == 0 {
            let assigned = a.message.and_then(|m| m.assigned);
            return match assigned {
                Some(assigned) if a.is(SCCRQ) => self.request(a, assigned.id, device),
                // A client that gives up before it knows its server's ID.
                Some(assigned) if a.is(STOP_CCN) => self.given_up(a, assigned.id, device),
                _ => self.counts.add(Count::OutOfOrder),
            };
        }
        let Some(slot) = self.registry.by_shown((a.local, client, a.header.tunnel)) else {
            return self.counts.add(Count::UnknownTunnel);
        };
        if a.is(SCCRQ) {
            return self.counts.add(Count::OutOfOrder);
        }
        let port = a.packet.destination.port();
        let tunnel = self.registry.get(slot);
        let (server_port, rows) = (tunnel.server_port, tunnel.rows);
        let service_port = self.farm.services[usize::from(tunnel.service)].config.port;
        let row = if port == server_port {
            rows.incoming
        } else if port == service_port {
            self.alias(slot, Side::Client, port, device)
        } else {
            return self.counts.add(Count::WrongPort);
        };
        match row {
            Some(row) => self.send_by_resolved(slot, row, a, Side::Server, device),
            None => self.send(slot, a, Side::Server, server_port, device),
        }
        self.observe(slot, Side::Client, a, device);
    }

    /// A StopCCN to Tunnel ID 0 for the tunnel to which the client assigned this ID.
    fn given_up(&mut self, a: &Arrived, id: u16, device: &mut dyn Device) {
        let service = self.farm.service_at(a.local, a.packet.destination.port());
        let slot = service.and_then(|s| self.registry.by_request((s, a.packet.source, id)));
        let Some(slot) = slot else { return self.counts.add(Count::UnknownTunnel) };
        if !matches!(self.registry.get(slot).state, State::Requested | State::Answered) {
            return self.counts.add(Count::OutOfOrder);
        }
        let port = self.registry.get(slot).server_port;
        self.send(slot, a, Side::Server, port, device);
        self.observe(slot, Side::Client, a, device);
    }
}
