//! SCCRQ: a tunnel begins, or its first message comes again.

use super::{Arrived, Control};
use crate::config::Affinity;
use crate::count::Count;
use crate::device::Device;
use crate::event::{End, Event};
use crate::health::Reason;
use crate::l2tp::stop::Stop;
use crate::tunnel::{Rows, Side, State, Tunnel};
use spec::wire::l2tp::ERROR_TRY_ANOTHER;
use std::time::Duration;

/// An established tunnel whose client has sent nothing else for so long may begin anew.
const RESTART: Duration = Duration::from_secs(10);

impl Control {
    /// Takes an SCCRQ with this Assigned Tunnel ID. No row is ever made for it: the next tunnel's
    /// from the same ports must come here too.
    pub(super) fn request(&mut self, a: &Arrived, id: u16, device: &mut dyn Device) {
        let client = a.packet.source;
        let Some(service) = self.farm.service_at(a.local, a.packet.destination.port()) else {
            return self.counts.add(Count::NoService);
        };
        let allow = &self.farm.services[usize::from(service)].config.allow;
        if !allow.iter().any(|prefix| prefix.contains(*client.ip())) {
            return self.counts.add(Count::RefusedPolicy);
        }
        let known = self.registry.by_request((service, client, id));
        let slot = match known.filter(|&slot| !self.superseded(slot, a, device)) {
            Some(slot) => match self.again(slot, a, device) {
                true => slot,
                false => return,
            },
            None => match self.begin(service, a, id, device) {
                Some(slot) => slot,
                None => return,
            },
        };
        let port = self.farm.server(self.registry.get(slot).server).end.port();
        self.send(slot, a, Side::Server, port, device);
    }

    /// Ends the tunnel that has this request's identity if the request can only mean a new one.
    fn superseded(&mut self, slot: u32, a: &Arrived, device: &mut dyn Device) -> bool {
        let answered = self.registry.get(slot).state == State::Answered;
        if answered && self.traffic(slot, device).0 > 0 {
            // No copy told, but the client has used its row.
            self.confirm(a.now, slot, device);
        }
        let tunnel = self.registry.get(slot);
        let dead = self.farm.server(tunnel.server).health.down().is_some();
        let over = match tunnel.state {
            State::Closing => true,
            State::Answered | State::Established if dead => true,
            State::Established => self.restarted(slot, a, device),
            _ => false,
        };
        if over {
            self.counts.add(Count::Superseded);
            self.end(a.now, slot, End::Superseded, device);
        }
        over
    }

    /// Whether an established tunnel's client has been sending nothing but requests for a while.
    fn restarted(&mut self, slot: u32, a: &Arrived, device: &mut dyn Device) -> bool {
        let (incoming, ..) = self.traffic(slot, device);
        let tunnel = self.registry.get_mut(slot);
        match tunnel.restart {
            Some((since, packets)) if packets == incoming => a.now.saturating_sub(since) >= RESTART,
            _ => {
                tunnel.restart = Some((a.now, incoming));
                false
            }
        }
    }

    /// A request came again: it goes to the server chosen first, unless that is dead and has not
    /// answered. False when it must not be forwarded.
    fn again(&mut self, slot: u32, a: &Arrived, device: &mut dyn Device) -> bool {
        self.counts.add(Count::Retransmitted);
        let tunnel = self.registry.get(slot);
        let (state, opened) = (tunnel.state, tunnel.opened);
        match state {
            State::Requested => {
                self.silent(a.now, slot, opened, Reason::Requests);
                let number = self.registry.get(slot).server;
                if self.farm.server(number).health.down().is_some() {
                    self.reassign(slot, a, device);
                }
                true
            }
            // A second answer may have another ID, which another server of this client's may have
            // chosen too: it must not pass unread.
            State::Answered => {
                if let Some(row) = self.registry.get_mut(slot).rows.outgoing.take() {
                    self.remove_row(slot, row, device);
                }
                true
            }
            // The client has its answer: this is late, or the beginning of something new.
            State::Established | State::Closing => {
                self.counts.add(Count::OutOfOrder);
                false
            }
        }
    }

    /// Moves an unanswered request away from a dead server, if there is a better one.
    fn reassign(&mut self, slot: u32, a: &Arrived, device: &mut dyn Device) {
        let tunnel = self.registry.get(slot);
        let (old, service, grouped) = (tunnel.server, tunnel.service, tunnel.grouped);
        let (vip, id) = (tunnel.vip, tunnel.client_id);
        let client = a.packet.source;
        let registry = &self.registry;
        let blocked = |number: u16, local: u8| {
            number == old || registry.by_peer(local, client, id).is_some_and(|other| other != slot)
        };
        let choice = self.farm.choose(a.now, service, *client.ip(), &self.groups, blocked);
        let Some(new) = choice else { return };
        self.counts.add(Count::Reassigned);
        self.farm.give(a.now, new, &self.limits);
        let server = self.farm.server(new);
        let (local, end) = (server.local, server.end);
        self.registry.move_to(slot, new, local, end.port());
        self.release(a.now, old, device);
        self.unalias(slot, device);
        self.registry.get_mut(slot).opened = a.now;
        self.registry.set_deadline(slot, a.now + self.limits.pending_time);
        if grouped {
            self.groups.leave((vip, *client.ip()));
            self.groups.join((vip, *client.ip()), new);
        }
        self.event(a.now, Event::Requested { client, client_id: id, server: *end.ip() });
    }

    /// A new tunnel: bounds, then a server.
    fn begin(
        &mut self,
        service: u16,
        a: &Arrived,
        id: u16,
        device: &mut dyn Device,
    ) -> Option<u32> {
        let client = a.packet.source;
        if self.registry.pending_of(*client.ip()) >= self.limits.pending_per_client {
            self.counts.add(Count::RefusedClient);
            return None;
        }
        if self.registry.pending() >= self.limits.pending {
            // Under a flood the oldest request is the least likely to be answered yet.
            let Some(oldest) = self.registry.oldest_request() else {
                self.counts.add(Count::RefusedPending);
                return None;
            };
            self.counts.add(Count::Evicted);
            self.end(a.now, oldest, End::Evicted, device);
        }
        let registry = &self.registry;
        // Two tunnels with the same IDs and ports at one server could not be told apart.
        let blocked = |_, local: u8| registry.by_peer(local, client, id).is_some();
        let choice = self.farm.choose(a.now, service, *client.ip(), &self.groups, blocked);
        let Some(number) = choice else {
            self.counts.add(Count::RefusedNoServer);
            let stop = Stop { tunnel: id, assigned: id, ns: 0, nr: 1, error: ERROR_TRY_ANOTHER };
            self.send_stop(a, a.packet.destination, client, stop, device);
            return None;
        };
        self.farm.give(a.now, number, &self.limits);
        let server = self.farm.server(number);
        let (local, end) = (server.local, server.end);
        let grouped = self.farm.services[usize::from(service)].config.affinity == Affinity::Client;
        if grouped {
            self.groups.join((a.local, *client.ip()), number);
        }
        self.counts.add(Count::Opened);
        self.event(a.now, Event::Requested { client, client_id: id, server: *end.ip() });
        self.registry.trim_waiting(self.limits.pending);
        let slot = self.registry.open(Tunnel {
            serial: 0,
            service,
            server: number,
            vip: a.local,
            local,
            grouped,
            client,
            client_id: id,
            server_port: end.port(),
            server_id: 0,
            shown_id: 0,
            state: State::Requested,
            rows: Rows::default(),
            opened: a.now,
            deadline: a.now + self.limits.pending_time,
            queued: Duration::MAX,
            question: None,
            last_ns: None,
            hello: None,
            hello_gap: Duration::ZERO,
            packets: 0,
            bytes: 0,
            looked: a.now,
            active: a.now,
            rate: 0,
            restart: None,
            next_peer: crate::registry::NONE,
        });
        self.unalias(slot, device);
        Some(slot)
    }
}
