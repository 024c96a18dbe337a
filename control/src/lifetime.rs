//! What time does to a tunnel, and its end.

use crate::control::Control;
use crate::count::Count;
use crate::device::Device;
use crate::event::{End, Event};
use crate::health::Reason;
use crate::tunnel::State;
use std::time::Duration;

/// Silence may last this many of the longest gaps between Hellos that a tunnel has had.
const HELLO_GAPS: u32 = 3;
/// Looks at an established tunnel within the shortest silence that could end it.
const LOOKS: u32 = 4;

impl Control {
    /// When [`Self::timer`] should be called next; earlier or later calls do no harm.
    pub fn next_timer(&self) -> Option<Duration> {
        self.registry.next_timer()
    }

    /// Does what is due.
    pub fn timer(&mut self, now: Duration, device: &mut dyn Device) {
        while let Some(slot) = self.registry.due(now) {
            match self.registry.get(slot).state {
                State::Requested => {
                    self.counts.add(Count::Unanswered);
                    let asked = self.registry.get(slot).opened;
                    self.silent(now, slot, asked, Reason::Requests);
                    self.end(now, slot, End::Unanswered, device);
                }
                State::Answered => self.unconfirmed(now, slot, device),
                State::Established => self.look(now, slot, device),
                State::Closing => {
                    self.counts.add(Count::Closed);
                    self.end(now, slot, End::Stopped, device);
                }
            }
        }
    }

    /// Packets from the client, and packets and bytes in all, that have passed by a tunnel's rows.
    pub(crate) fn traffic(&self, slot: u32, device: &mut dyn Device) -> (u64, u64, u64) {
        let rows = self.registry.get(slot).rows;
        let (mut incoming, mut packets, mut bytes) = (0, 0, 0);
        for row in rows.iter() {
            let counters = device.counters(row);
            if Some(row) == rows.incoming || Some(row) == rows.incoming_alias {
                incoming += counters.packets;
            }
            packets += counters.packets;
            bytes += counters.bytes;
        }
        (incoming, packets, bytes)
    }

    /// The client has not been heard since the answer: the counters tell whether copies were lost.
    fn unconfirmed(&mut self, now: Duration, slot: u32, device: &mut dyn Device) {
        let (incoming, packets, _) = self.traffic(slot, device);
        let tunnel = self.registry.get_mut(slot);
        if incoming > 0 {
            self.confirm(now, slot, device);
        } else if packets != tunnel.packets {
            // An answer has passed since the last look.
            tunnel.packets = packets;
            self.registry.set_deadline(slot, now + self.limits.pending_time);
        } else {
            self.counts.add(Count::Expired);
            self.end(now, slot, End::Silent, device);
        }
    }

    /// Both ends have spoken: the tunnel stays as long as it is in use.
    pub(crate) fn confirm(&mut self, now: Duration, slot: u32, device: &mut dyn Device) {
        self.counts.add(Count::Established);
        self.registry.set_state(slot, State::Established);
        let tunnel = self.registry.get_mut(slot);
        (tunnel.looked, tunnel.active) = (now, now);
        let deadline = now + self.limits.idle_floor / LOOKS;
        self.registry.set_deadline(slot, deadline);
        if self.registry.get(slot).rows.outgoing.is_none() {
            self.ensure_outgoing(slot, device);
        }
    }

    /// Looks whether an established tunnel is in use. The hardware's counters tell, not the copies:
    /// those may be lost.
    fn look(&mut self, now: Duration, slot: u32, device: &mut dyn Device) {
        let (_, packets, bytes) = self.traffic(slot, device);
        let limits = self.limits;
        let tunnel = self.registry.get_mut(slot);
        let span = now.saturating_sub(tunnel.looked).as_millis().max(1) as u64;
        let rate = bytes.saturating_sub(tunnel.bytes).saturating_mul(1000) / span;
        let (number, old_rate) = (tunnel.server, std::mem::replace(&mut tunnel.rate, rate));
        if packets != tunnel.packets {
            tunnel.active = now;
        }
        (tunnel.packets, tunnel.bytes, tunnel.looked) = (packets, bytes, now);
        let allowed = match tunnel.hello {
            Some(_) => limits.idle_floor.max(tunnel.hello_gap * HELLO_GAPS),
            None => limits.idle_without_hello.max(limits.idle_floor),
        };
        let dead = now.saturating_sub(tunnel.active) >= allowed;
        let server = self.farm.server_mut(number);
        server.load = server.load - old_rate + rate;
        if dead {
            self.counts.add(Count::Expired);
            self.end(now, slot, End::Silent, device);
        } else {
            self.registry.set_deadline(slot, now + limits.idle_floor / LOOKS);
        }
    }

    /// A question of `asked` is unanswered: the tunnel's server may be dead.
    pub(crate) fn silent(&mut self, now: Duration, slot: u32, asked: Duration, reason: Reason) {
        let server = self.farm.server_mut(self.registry.get(slot).server);
        if server.health.silent(now, asked, reason, &self.limits) {
            let server = server.end;
            self.event(now, Event::ServerDown { server, reason });
        }
    }

    /// Ends a tunnel: its rows leave the table, and a draining server may leave the farm.
    pub(crate) fn end(&mut self, now: Duration, slot: u32, why: End, device: &mut dyn Device) {
        self.remove_rows(slot, device);
        let tunnel = self.registry.close(slot);
        if tunnel.grouped {
            self.groups.leave((tunnel.vip, *tunnel.client.ip()));
        }
        let server = self.farm.server_mut(tunnel.server);
        server.load -= tunnel.rate;
        let (client, client_id, server) = (tunnel.client, tunnel.client_id, *server.end.ip());
        self.event(now, Event::Ended { client, client_id, server, why });
        self.release(now, tunnel.server, device);
    }

    /// A server has a tunnel less; with its last one a draining server leaves the farm.
    pub(crate) fn release(&mut self, now: Duration, number: u16, device: &mut dyn Device) {
        let server = self.farm.server_mut(number);
        server.tunnels -= 1;
        if server.draining && server.tunnels == 0 {
            let server = self.farm.drop_server(number, device).end;
            self.event(now, Event::ServerGone { server });
        }
    }
}
