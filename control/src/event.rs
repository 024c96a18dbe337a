//! What happened, for the log: never needed for the slow path's own work.

use crate::health::Reason;
use std::net::{Ipv4Addr, SocketAddrV4};

/// Why a tunnel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// StopCCN, and the hold time after it.
    Stopped,
    /// Neither end said anything for too long.
    Silent,
    /// No server answered the request.
    Unanswered,
    /// Given up for a newer request.
    Evicted,
    /// Its server was removed.
    Removed,
    /// An end began anew with the same ID.
    Superseded,
    /// The table is full.
    TableFull,
    /// Its IDs collide with another tunnel's.
    Collision,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request was given to a server.
    Requested {
        /// The client.
        client: SocketAddrV4,
        /// The Tunnel ID that the client assigned.
        client_id: u16,
        /// The server's address.
        server: Ipv4Addr,
    },
    /// A server answered: the rows are in the table.
    Answered {
        /// The client.
        client: SocketAddrV4,
        /// The Tunnel ID that the client assigned.
        client_id: u16,
        /// The server, with the port that it chose.
        server: SocketAddrV4,
        /// The Tunnel ID that the server assigned.
        server_id: u16,
        /// The Tunnel ID that the client sees.
        shown_id: u16,
    },
    /// A tunnel is gone, and its rows.
    Ended {
        /// The client.
        client: SocketAddrV4,
        /// The Tunnel ID that the client assigned.
        client_id: u16,
        /// The server's address.
        server: Ipv4Addr,
        /// Why.
        why: End,
    },
    /// A server gets no more tunnels.
    ServerDown {
        /// The server.
        server: SocketAddrV4,
        /// Why.
        reason: Reason,
    },
    /// A server answered a trial tunnel.
    ServerUp {
        /// The server.
        server: SocketAddrV4,
    },
    /// A server has left the farm, its last tunnel having ended.
    ServerGone {
        /// The server.
        server: SocketAddrV4,
    },
    /// A new tunnel was refused because the table is full.
    TableFull,
}
