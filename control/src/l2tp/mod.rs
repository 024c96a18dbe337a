//! L2TPv2 (RFC 2661): header, AVPs, and the tracker.
//!
//! The tracker never terminates a tunnel: it reads what passes. `request` takes SCCRQ, `client` and
//! `server` what else comes from the two ends without a row, `observe` everything's meaning.

pub mod avp;
mod client;
pub mod message;
mod observe;
mod request;
mod server;
pub mod stop;

use crate::control::Control;
use crate::count::Count;
use crate::device::{Device, RowId};
use crate::farm::{EXTERNAL, INTERNAL};
use crate::packet::{self, Packet};
use crate::rewrite::{self, Change};
use crate::tunnel::{Side, Tunnel};
use message::{Header, Message};
use spec::host::PuntDescriptor;
use spec::meta::Source;
use spec::verdict::Punt;
use std::net::SocketAddrV4;
use std::time::Duration;
use stop::Stop;

/// An L2TP packet at the slow path.
pub(crate) struct Arrived<'a> {
    pub now: Duration,
    pub frame: &'a [u8],
    pub packet: Packet,
    pub header: Header,
    /// None: data.
    pub message: Option<Message>,
    /// Index of the VIP or the server in the local address table.
    pub local: u8,
}

impl Arrived<'_> {
    /// Whether it is a control message of this type.
    fn is(&self, kind: u16) -> bool {
        self.message.is_some_and(|m| m.is(kind))
    }
}

impl Control {
    /// Takes an L2TP packet.
    pub(crate) fn l2tp(
        &mut self,
        now: Duration,
        reason: Punt,
        descriptor: &PuntDescriptor,
        frame: &[u8],
        device: &mut dyn Device,
    ) {
        let Some(packet) = Packet::read(descriptor, frame) else {
            return self.counts.add(Count::BadPacket);
        };
        let (side, port, address) = match descriptor.source == Source::External.code() {
            true => (Side::Client, EXTERNAL, *packet.destination.ip()),
            false => (Side::Server, INTERNAL, *packet.source.ip()),
        };
        let local = descriptor.local;
        if !self.farm.is_local(local, port, address) {
            return self.counts.add(Count::BadPacket);
        }
        let payload = &frame[packet.payload.clone()];
        let Some(header) = Header::read(payload) else {
            return self.counts.add(Count::BadHeader);
        };
        let message = match header.control.then(|| Message::read(payload, &header)).transpose() {
            Ok(message) => message,
            Err(count) => return self.counts.add(count),
        };
        let arrived = Arrived { now, frame, packet, header, message, local };
        match (reason, side) {
            (Punt::Copy, side) => self.copied(&arrived, side, descriptor, device),
            (_, Side::Client) => self.client_packet(&arrived, device),
            (_, Side::Server) => self.server_packet(&arrived, device),
        }
    }

    /// Takes a copy of a control message that a row forwarded.
    fn copied(
        &mut self,
        a: &Arrived,
        side: Side,
        descriptor: &PuntDescriptor,
        device: &mut dyn Device,
    ) {
        let owner = descriptor.hit.then_some(RowId(descriptor.entry));
        let owner = owner.and_then(|row| self.registry.owner(row));
        // The row's index may have passed to another tunnel since the copy was made.
        let fits = |tunnel: &Tunnel| match side {
            Side::Client => {
                tunnel.vip == a.local
                    && tunnel.client == a.packet.source
                    && tunnel.shown_id == a.header.tunnel
            }
            Side::Server => {
                tunnel.local == a.local
                    && tunnel.client.ip() == a.packet.destination.ip()
                    && tunnel.client_id == a.header.tunnel
            }
        };
        let Some(slot) = owner.filter(|&slot| fits(self.registry.get(slot))) else {
            return self.counts.add(Count::Stale);
        };
        if side == Side::Server && a.is(spec::wire::l2tp::SCCRP) {
            return self.answered(slot, a, true, device);
        }
        self.observe(slot, side, a, device);
    }

    /// Forwards a packet in software, for want of a row.
    fn send(&mut self, slot: u32, a: &Arrived, to: Side, port: u16, device: &mut dyn Device) {
        let Some(hop) = self.hop(slot, to, device) else {
            return self.counts.add(Count::Unreachable);
        };
        let tunnel = self.registry.get(slot);
        let (shown, server_id, number) = (tunnel.shown_id, tunnel.server_id, tunnel.server);
        let change = match to {
            Side::Server => {
                Change::Destination(SocketAddrV4::new(*self.farm.server(number).end.ip(), port))
            }
            Side::Client => {
                let vip = self.farm.services[usize::from(tunnel.service)].config.address;
                Change::Source(SocketAddrV4::new(vip, port), tunnel.client.port())
            }
        };
        self.buffer.clear();
        self.buffer.extend_from_slice(a.frame);
        let frame = &mut self.buffer[..];
        if !rewrite::forward(frame, &a.packet, change, &hop) {
            return self.counts.add(Count::TtlExceeded);
        }
        if shown != server_id {
            let payload = a.packet.payload.start;
            let assigned = a.message.and_then(|m| m.assigned);
            match (to, assigned) {
                (Side::Server, _) if a.header.tunnel == shown => {
                    rewrite::set_word(frame, &a.packet, payload + a.header.tunnel_at, server_id);
                }
                (Side::Client, Some(assigned)) if assigned.id == server_id => {
                    rewrite::set_word(frame, &a.packet, payload + assigned.at, shown);
                }
                _ => {}
            }
        }
        device.inject_raw(hop.port, frame);
        self.counts.add(Count::Forwarded);
        let server = self.farm.server_mut(number);
        server.packets += 1;
        server.bytes += a.frame.len() as u64;
    }

    /// Forwards a packet through a row.
    fn send_by(&mut self, row: RowId, a: &Arrived, device: &mut dyn Device) {
        device.inject_forward(row, a.frame);
        self.counts.add(Count::Forwarded);
    }

    /// Sends a message of our own in answer to a packet, or on from it.
    fn send_stop(
        &mut self,
        a: &Arrived,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        stop: Stop,
        device: &mut dyn Device,
    ) {
        let Some(hop) = device.next_hop(*destination.ip()) else {
            return self.counts.add(Count::Unreachable);
        };
        let types = &a.frame[12..a.packet.network];
        let frame = packet::build(&hop, types, source, destination, &stop.payload());
        device.inject_raw(hop.port, &frame);
    }
}
