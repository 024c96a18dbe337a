//! All tunnels, and the ways to find one.

use crate::device::RowId;
use crate::timers::Timers;
use crate::tunnel::{State, Tunnel};
use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// No slot.
pub(crate) const NONE: u32 = u32::MAX;

/// A request's identity: service, client, the client's Tunnel ID.
pub(crate) type Request = (u16, SocketAddrV4, u16);
/// What a client's packet tells: VIP, client, the Tunnel ID that the client was shown.
pub(crate) type Shown = (u8, SocketAddrV4, u16);
/// What a server's packet tells: server, client's address, the client's Tunnel ID.
type Peer = (u8, Ipv4Addr, u16);

/// The tunnels of a client's address.
#[derive(Clone, Copy, Debug, Default)]
struct Client {
    tunnels: u32,
    pending: u32,
}

/// All tunnels.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    slots: Vec<Option<Tunnel>>,
    free: Vec<u32>,
    serial: u64,
    requests: HashMap<Request, u32>,
    shown: HashMap<Shown, u32>,
    /// Heads of chains through `next_peer`.
    peers: HashMap<Peer, u32>,
    clients: HashMap<Ipv4Addr, Client>,
    /// Whose row it is, by row.
    owners: Vec<u32>,
    /// Requests, oldest first; those that are answered or gone are skipped when met.
    waiting: VecDeque<(u32, u64)>,
    pending: u32,
    timers: Timers,
}

fn pending(state: State) -> bool {
    matches!(state, State::Requested | State::Answered)
}

impl Registry {
    /// The tunnel in a slot that is in use.
    pub fn get(&self, slot: u32) -> &Tunnel {
        self.slots[slot as usize].as_ref().expect("a slot in use")
    }

    /// The tunnel in a slot that is in use. Its keys and its state are changed by methods here.
    pub fn get_mut(&mut self, slot: u32) -> &mut Tunnel {
        self.slots[slot as usize].as_mut().expect("a slot in use")
    }

    /// All tunnels, in slot order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Tunnel)> {
        (0..).zip(&self.slots).filter_map(|(slot, tunnel)| Some((slot, tunnel.as_ref()?)))
    }

    /// Tunnels in all.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Adds a tunnel that waits for its server's answer; its serial number is given here.
    pub fn open(&mut self, mut tunnel: Tunnel) -> u32 {
        self.serial += 1;
        tunnel.serial = self.serial;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        self.requests.insert((tunnel.service, tunnel.client, tunnel.client_id), slot);
        let client = self.clients.entry(*tunnel.client.ip()).or_default();
        client.tunnels += 1;
        client.pending += 1;
        self.pending += 1;
        self.waiting.push_back((slot, tunnel.serial));
        self.timers.push(tunnel.deadline, slot, tunnel.serial);
        tunnel.queued = tunnel.deadline;
        self.slots[slot as usize] = Some(tunnel);
        self.link(slot);
        slot
    }

    /// Removes a tunnel whose rows are gone.
    pub fn close(&mut self, slot: u32) -> Tunnel {
        self.unlink(slot);
        self.set_shown(slot, 0);
        let tunnel = self.slots[slot as usize].take().expect("a slot in use");
        self.free.push(slot);
        self.requests.remove(&(tunnel.service, tunnel.client, tunnel.client_id));
        let client = self.clients.get_mut(tunnel.client.ip()).expect("a tunnel's client");
        client.tunnels -= 1;
        if pending(tunnel.state) {
            client.pending -= 1;
            self.pending -= 1;
        }
        if client.tunnels == 0 {
            self.clients.remove(tunnel.client.ip());
        }
        tunnel
    }

    /// Gives a tunnel to another server.
    pub fn move_to(&mut self, slot: u32, server: u16, local: u8, port: u16) {
        self.unlink(slot);
        let tunnel = self.get_mut(slot);
        (tunnel.server, tunnel.local, tunnel.server_port) = (server, local, port);
        self.link(slot);
    }

    fn link(&mut self, slot: u32) {
        let tunnel = self.get(slot);
        let (client, local) = (*tunnel.client.ip(), tunnel.local);
        let head = self.peers.insert((local, client, tunnel.client_id), slot);
        self.get_mut(slot).next_peer = head.unwrap_or(NONE);
    }

    fn unlink(&mut self, slot: u32) {
        let tunnel = self.get(slot);
        let (key, next) = ((tunnel.local, *tunnel.client.ip(), tunnel.client_id), tunnel.next_peer);
        let mut at = self.peers[&key];
        if at == slot {
            match next {
                NONE => self.peers.remove(&key),
                next => self.peers.insert(key, next),
            };
            return;
        }
        while self.get(at).next_peer != slot {
            at = self.get(at).next_peer;
        }
        self.get_mut(at).next_peer = next;
    }

    /// Changes how far a tunnel is.
    pub fn set_state(&mut self, slot: u32, state: State) {
        let tunnel = self.get_mut(slot);
        let (old, client) = (std::mem::replace(&mut tunnel.state, state), *tunnel.client.ip());
        let client = self.clients.get_mut(&client).expect("a tunnel's client");
        match (pending(old), pending(state)) {
            (true, false) => {
                (client.pending, self.pending) = (client.pending - 1, self.pending - 1)
            }
            (false, true) => {
                (client.pending, self.pending) = (client.pending + 1, self.pending + 1)
            }
            _ => {}
        }
    }

    /// Changes the Tunnel ID that the client is shown; 0: none.
    pub fn set_shown(&mut self, slot: u32, id: u16) {
        let tunnel = self.get_mut(slot);
        let (vip, client) = (tunnel.vip, tunnel.client);
        let old = std::mem::replace(&mut tunnel.shown_id, id);
        if old != 0 {
            self.shown.remove(&(vip, client, old));
        }
        if id != 0 {
            self.shown.insert((vip, client, id), slot);
        }
    }

    /// Moves a tunnel's deadline.
    pub fn set_deadline(&mut self, slot: u32, deadline: Duration) {
        let tunnel = self.get_mut(slot);
        tunnel.deadline = deadline;
        if deadline < tunnel.queued {
            tunnel.queued = deadline;
            let serial = tunnel.serial;
            self.timers.push(deadline, slot, serial);
        }
    }

    /// When [`Self::due`] should be asked next.
    pub fn next_timer(&self) -> Option<Duration> {
        self.timers.next()
    }

    /// A tunnel whose deadline has come. It needs a new one, or its end.
    pub fn due(&mut self, now: Duration) -> Option<u32> {
        loop {
            let (slot, serial) = self.timers.due(now)?;
            let tunnel = self.slots[slot as usize].as_mut();
            let Some(tunnel) = tunnel.filter(|t| t.serial == serial) else { continue };
            tunnel.queued = Duration::MAX;
            if tunnel.deadline <= now {
                return Some(slot);
            }
            let deadline = tunnel.deadline;
            self.set_deadline(slot, deadline);
        }
    }

    /// The tunnel that a request began.
    pub fn by_request(&self, request: Request) -> Option<u32> {
        self.requests.get(&request).copied()
    }

    /// The tunnel that a client's packet names.
    pub fn by_shown(&self, shown: Shown) -> Option<u32> {
        self.shown.get(&shown).copied()
    }

    /// The tunnels of a server, client address and client's ID: rarely more than one.
    pub fn peers(&self, local: u8, client: Ipv4Addr, id: u16) -> impl Iterator<Item = u32> + '_ {
        let head = self.peers.get(&(local, client, id)).copied();
        std::iter::successors(head, |&at| Some(self.get(at).next_peer).filter(|&n| n != NONE))
    }

    /// The tunnel that a server's packet to this end names.
    pub fn by_peer(&self, local: u8, client: SocketAddrV4, id: u16) -> Option<u32> {
        self.peers(local, *client.ip(), id).find(|&slot| self.get(slot).client == client)
    }

    /// Remembers whose row this is.
    pub fn own(&mut self, row: RowId, slot: u32) {
        let row = row.0 as usize;
        if row >= self.owners.len() {
            self.owners.resize(row + 1, NONE);
        }
        self.owners[row] = slot;
    }

    /// Forgets a row.
    pub fn disown(&mut self, row: RowId) {
        self.owners[row.0 as usize] = NONE;
    }

    /// Whose row this is.
    pub fn owner(&self, row: RowId) -> Option<u32> {
        self.owners.get(row.0 as usize).copied().filter(|&slot| slot != NONE)
    }

    /// Tunnels of a client's address that are being set up.
    pub fn pending_of(&self, client: Ipv4Addr) -> u32 {
        self.clients.get(&client).map_or(0, |c| c.pending)
    }

    /// Tunnels that are being set up.
    pub fn pending(&self) -> u32 {
        self.pending
    }

    /// The oldest request without an answer.
    pub fn oldest_request(&mut self) -> Option<u32> {
        while let Some((slot, serial)) = self.waiting.pop_front() {
            if self.waits(slot, serial) {
                return Some(slot);
            }
        }
        None
    }

    /// Drops what is answered or gone from the queue of requests when it has grown beyond need.
    pub fn trim_waiting(&mut self, bound: u32) {
        if self.waiting.len() > 2 * bound as usize + 16 {
            let mut waiting = std::mem::take(&mut self.waiting);
            waiting.retain(|&(slot, serial)| self.waits(slot, serial));
            self.waiting = waiting;
        }
    }

    fn waits(&self, slot: u32, serial: u64) -> bool {
        let tunnel = self.slots[slot as usize].as_ref();
        tunnel.is_some_and(|t| t.serial == serial && t.state == State::Requested)
    }
}
