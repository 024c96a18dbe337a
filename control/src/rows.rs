//! A tunnel's rows: their keys and actions, installing and removing them.

use crate::control::Control;
use crate::count::Count;
use crate::device::{Device, Hop, RowId, TableFull};
use crate::event::End;
use crate::tunnel::{Side, State, Tunnel};
use spec::table::{Action, EntryVerdict, Key, Kind};
use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::time::Duration;

/// Why an answer could not be turned into rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A next hop is not resolved: the server's retransmission may find it.
    Unreachable,
    /// The table is full.
    Full,
    /// The server's ID is another tunnel's for this client, and cannot be translated.
    Collision,
}

impl From<TableFull> for Refusal {
    fn from(_: TableFull) -> Self {
        Self::Full
    }
}

impl Tunnel {
    /// The key of packets from one end; `port` is the one that the far end may vary: the VIP's
    /// port from the client, the client's port from the server.
    pub fn key(&self, from: Side, port: u16) -> Key {
        let (local, peer_port, local_port, discriminator) = match from {
            Side::Client => (self.vip, self.client.port(), port, self.shown_id),
            Side::Server => (self.local, port, self.server_port, self.client_id),
        };
        Key {
            kind: Kind::L2tp.code(),
            peer: 0,
            address: self.client.ip().to_bits(),
            local,
            peer_port,
            local_port,
            discriminator: discriminator.into(),
            reserved: 0,
        }
    }

    /// What is done with packets from one end.
    pub fn action(&self, from: Side, hop: &Hop) -> Action {
        let client = self.client.port();
        let (local, source_port, destination_port, discriminator) = match from {
            Side::Client => (self.local, client, self.server_port, self.server_id),
            Side::Server => (self.vip, self.server_port, client, self.client_id),
        };
        Action {
            verdict: EntryVerdict::Forward.code(),
            outgoing: from == Side::Server,
            copy_control: true,
            set_discriminator: from == Side::Client && self.shown_id != self.server_id,
            server: self.local,
            local,
            next_hop: hop.index,
            source_port,
            destination_port,
            discriminator: discriminator.into(),
            ..Action::default()
        }
    }
}

impl Control {
    /// The way to a tunnel's end.
    pub(crate) fn hop(&self, slot: u32, to: Side, device: &mut dyn Device) -> Option<Hop> {
        let tunnel = self.registry.get(slot);
        device.next_hop(match to {
            Side::Client => *tunnel.client.ip(),
            Side::Server => *self.farm.server(tunnel.server).end.ip(),
        })
    }

    fn insert(
        &mut self,
        slot: u32,
        from: Side,
        port: u16,
        hop: &Hop,
        device: &mut dyn Device,
    ) -> Result<RowId, TableFull> {
        let tunnel = self.registry.get(slot);
        let row = device.insert(&tunnel.key(from, port), &tunnel.action(from, hop))?;
        self.registry.own(row, slot);
        Ok(row)
    }

    /// Installs both rows of a tunnel that has none, its server having answered from `server_port`
    /// with `server_id`.
    ///
    /// The ID that the client is shown must be the only one of its kind between this client's end
    /// and this VIP: otherwise a client that keeps to the service's port, or two servers with the
    /// same port, could not be told apart. If it is taken by another server's tunnel, the client is
    /// shown another one; then the row that lets the server's packets through unread has to wait
    /// until the client has used its ID, for the answer may come again and must be changed again.
    pub(crate) fn install(
        &mut self,
        now: Duration,
        slot: u32,
        server_port: u16,
        server_id: u16,
        translate: bool,
        device: &mut dyn Device,
    ) -> Result<(), Refusal> {
        let to_server = self.hop(slot, Side::Server, device).ok_or(Refusal::Unreachable)?;
        let to_client = self.hop(slot, Side::Client, device).ok_or(Refusal::Unreachable)?;
        let shown = self.screen(now, slot, server_id, device);
        if shown == 0 || shown != server_id && !translate {
            return Err(Refusal::Collision);
        }
        let tunnel = self.registry.get_mut(slot);
        (tunnel.server_port, tunnel.server_id) = (server_port, server_id);
        self.registry.set_shown(slot, shown);
        let incoming = self.insert(slot, Side::Client, server_port, &to_server, device)?;
        self.registry.get_mut(slot).rows.incoming = Some(incoming);
        if shown != server_id {
            self.counts.add(Count::Translated);
        } else if let Err(full) = self.install_outgoing(slot, &to_client, device) {
            self.remove_rows(slot, device);
            return Err(full.into());
        }
        Ok(())
    }

    /// The ID to show for a server's: itself, or a free one if another server's tunnel has it;
    /// 0: none is free.
    fn screen(&mut self, now: Duration, slot: u32, server_id: u16, device: &mut dyn Device) -> u16 {
        let tunnel = self.registry.get(slot);
        let (vip, client, server) = (tunnel.vip, tunnel.client, tunnel.server);
        let taken = |control: &Self, id: u16| {
            control.registry.by_shown((vip, client, id)).filter(|&other| other != slot)
        };
        let Some(other) = taken(self, server_id) else { return server_id };
        let holder = self.registry.get(other);
        if holder.server == server && holder.server_id == server_id {
            // The server gives an ID anew only when it has forgotten the tunnel that had it.
            self.counts.add(Count::Superseded);
            self.end(now, other, End::Superseded, device);
            return server_id;
        }
        let mut id = server_id;
        loop {
            id = id.wrapping_add(0x9e37);
            if id != 0 && taken(self, id).is_none() {
                return id;
            }
            if id == server_id {
                return 0;
            }
        }
    }

    /// Installs the row for the server's packets.
    pub(crate) fn install_outgoing(
        &mut self,
        slot: u32,
        hop: &Hop,
        device: &mut dyn Device,
    ) -> Result<RowId, TableFull> {
        let port = self.registry.get(slot).client.port();
        let row = self.insert(slot, Side::Server, port, hop, device)?;
        self.registry.get_mut(slot).rows.outgoing = Some(row);
        Ok(row)
    }

    /// The row for an end that does not use the announced port, made when it is not there yet.
    pub(crate) fn alias(
        &mut self,
        slot: u32,
        from: Side,
        port: u16,
        device: &mut dyn Device,
    ) -> Option<RowId> {
        let tunnel = self.registry.get(slot);
        let (present, to) = match from {
            Side::Client => (tunnel.rows.incoming_alias, Side::Server),
            Side::Server => (tunnel.rows.outgoing_alias, Side::Client),
        };
        if present.is_some() || tunnel.state == State::Closing {
            return present;
        }
        let hop = self.hop(slot, to, device)?;
        let Ok(row) = self.insert(slot, from, port, &hop, device) else {
            self.counts.add(Count::RefusedFull);
            return None;
        };
        let rows = &mut self.registry.get_mut(slot).rows;
        match from {
            Side::Client => rows.incoming_alias = Some(row),
            Side::Server => rows.outgoing_alias = Some(row),
        }
        self.counts.add(Count::Aliased);
        Some(row)
    }

    /// A tunnel is new at its server: aliases for what its client may be sent give way, for a
    /// packet that two tunnels could claim must not pass unread.
    pub(crate) fn unalias(&mut self, slot: u32, device: &mut dyn Device) {
        let tunnel = self.registry.get(slot);
        let (local, client, id) = (tunnel.local, *tunnel.client.ip(), tunnel.client_id);
        let aliased = |control: &Self| {
            control
                .registry
                .peers(local, client, id)
                .find_map(|peer| Some((peer, control.registry.get(peer).rows.outgoing_alias?)))
        };
        while let Some((peer, row)) = aliased(self) {
            self.registry.get_mut(peer).rows.outgoing_alias = None;
            self.remove_row(peer, row, device);
        }
    }

    /// The ways to these addresses have changed: the rows of the tunnels that end there follow.
    pub fn rerouted(&mut self, addresses: &HashSet<Ipv4Addr>, device: &mut dyn Device) {
        for (slot, tunnel) in self.registry.iter() {
            let rows = tunnel.rows;
            let server = *self.farm.server(tunnel.server).end.ip();
            for (to, from, address, rows) in [
                (Side::Server, Side::Client, server, [rows.incoming, rows.incoming_alias]),
                (
                    Side::Client,
                    Side::Server,
                    *tunnel.client.ip(),
                    [rows.outgoing, rows.outgoing_alias],
                ),
            ] {
                if !addresses.contains(&address) {
                    continue;
                }
                let Some(hop) = self.hop(slot, to, device) else { continue };
                for row in rows.into_iter().flatten() {
                    device.update(row, &tunnel.action(from, &hop));
                }
            }
        }
    }

    /// Removes a row that its tunnel no longer names; what has passed by it stays its server's.
    pub(crate) fn remove_row(&mut self, slot: u32, row: RowId, device: &mut dyn Device) {
        let counters = device.counters(row);
        let server = self.farm.server_mut(self.registry.get(slot).server);
        server.packets += counters.packets;
        server.bytes += counters.bytes;
        self.registry.disown(row);
        device.remove(row);
    }

    /// Removes all rows of a tunnel.
    pub(crate) fn remove_rows(&mut self, slot: u32, device: &mut dyn Device) {
        let rows = std::mem::take(&mut self.registry.get_mut(slot).rows);
        for row in rows.iter() {
            self.remove_row(slot, row, device);
        }
    }
}
