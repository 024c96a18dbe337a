//! A tunnel, from its first request to the end of the hold time.

use crate::device::RowId;
use std::net::SocketAddrV4;
use std::time::Duration;

/// How far a tunnel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// SCCRQ went to a server; no answer yet, no rows.
    Requested,
    /// SCCRP came: rows are in the table; the client has not used the server's ID yet.
    Answered,
    /// Both ends have spoken.
    Established,
    /// StopCCN was seen: its retransmissions and their answers still pass.
    Closing,
}

/// The two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// A tunnel's rows in the table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rows {
    /// From the client to the announced port.
    pub incoming: Option<RowId>,
    /// From the server to the client's port.
    pub outgoing: Option<RowId>,
    /// From a client that keeps to the service's port.
    pub incoming_alias: Option<RowId>,
    /// From a server that sends to the client's port 1701.
    pub outgoing_alias: Option<RowId>,
}

impl Rows {
    /// All that are in the table.
    pub fn iter(&self) -> impl Iterator<Item = RowId> {
        let rows = [self.incoming, self.outgoing, self.incoming_alias, self.outgoing_alias];
        rows.into_iter().flatten()
    }
}

/// A question of the client's that the server has not answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    /// When it was first asked.
    pub asked: Duration,
    /// Times it came again.
    pub repeated: u32,
    /// Packets from the server when it first came again.
    pub outgoing: u64,
}

/// A tunnel.
#[derive(Clone, Debug)]
pub(crate) struct Tunnel {
    /// Never given twice.
    pub serial: u64,
    /// Number of its virtual service.
    pub service: u16,
    /// Number of its server.
    pub server: u16,
    /// The VIP's index in the local address table.
    pub vip: u8,
    /// The server's index in the local address table.
    pub local: u8,
    /// It counts in its affinity group.
    pub grouped: bool,
    /// The client.
    pub client: SocketAddrV4,
    /// The Tunnel ID that the client assigned.
    pub client_id: u16,
    /// The port from which the server answered; until then, where requests go.
    pub server_port: u16,
    /// The Tunnel ID that the server assigned; 0 until then.
    pub server_id: u16,
    /// The Tunnel ID that the client was shown: the server's, unless that is taken; 0 until then.
    pub shown_id: u16,
    /// How far it is.
    pub state: State,
    /// Its rows.
    pub rows: Rows,
    /// When the first request came.
    pub opened: Duration,
    /// When it is to be looked at again.
    pub deadline: Duration,
    /// The earliest deadline that is queued for it.
    pub queued: Duration,
    /// What the server owes an answer to.
    pub question: Option<Question>,
    /// Ns of the last message of the client.
    pub last_ns: Option<u16>,
    /// When the last Hello was seen.
    pub hello: Option<Duration>,
    /// The longest time between two Hellos.
    pub hello_gap: Duration,
    /// What had passed at the last look, in packets and
    pub packets: u64,
    /// in bytes.
    pub bytes: u64,
    /// When that look was.
    pub looked: Duration,
    /// When it was last known to be in use.
    pub active: Duration,
    /// Bytes a second between the last two looks.
    pub rate: u64,
    /// A request came though it is established: when, and packets from the client by then.
    pub restart: Option<(Duration, u64)>,
    /// The next tunnel of the same server, client address and client's ID.
    pub next_peer: u32,
}
