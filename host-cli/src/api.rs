//! What the daemon says, as JSON: the same types at both ends of the socket.

use std::{collections::BTreeMap, net::Ipv4Addr};

use serde::{Deserialize, Serialize};

/// A virtual service and its servers: the seed's first table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VirtualService {
    /// The virtual IP.
    pub address: Ipv4Addr,
    /// The port that clients call.
    pub port: u16,
    /// The tunnel protocol.
    pub protocol: String,
    /// How a server is chosen.
    pub algorithm: String,
    /// The servers, in the order of the configuration.
    pub servers: Vec<RealServer>,
}

/// A server of a virtual service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RealServer {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// Its share of new tunnels.
    pub weight: u32,
}

/// A server with its state: `server list`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerState {
    /// The virtual service, `ADDRESS:PORT`.
    #[serde(rename = "virtual")]
    pub service: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// Its share of new tunnels.
    pub weight: u32,
    /// `up`, `down`, `draining`.
    pub state: String,
    /// Why it is in that state.
    pub reason: String,
    /// Seconds that it has been in that state.
    pub since: u64,
    /// Tunnels that stand.
    pub tunnels: u64,
    /// Packets to it and from it, of standing tunnels.
    pub packets: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// A row of the connection table: the seed's second table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// `incoming` or `outgoing`.
    pub direction: String,
    /// The tunnel protocol.
    pub kind: String,
    /// Where its packets come from.
    pub source: Ipv4Addr,
    /// Their source port.
    pub source_port: u16,
    /// Where they go.
    pub destination: Ipv4Addr,
    /// Their destination port.
    pub destination_port: u16,
    /// What stands in the packet in place of the server's address: before (incoming) or after
    /// (outgoing) the device.
    pub rewritten: Rewritten,
    /// L2TP Tunnel ID.
    pub discriminator: u32,
    /// The tunnel's server.
    pub server: Ipv4Addr,
    /// Packets forwarded by the row.
    pub packets: u64,
    /// Their bytes, as frames.
    pub bytes: u64,
    /// Seconds since the last of them, or since the row was made.
    pub age_s: f64,
}

/// An address and port at the virtual IP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rewritten {
    /// The virtual IP.
    pub address: Ipv4Addr,
    /// The port there.
    pub port: u16,
}

/// `stats`
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// Frames that came in at the ports.
    pub packets: u64,
    /// Forwarded by the hardware alone.
    pub fast_path: u64,
    /// Forwarded after the slow path had seen them.
    pub slow_path: u64,
    /// Copies given to the slow path.
    pub copied: u64,
    /// Copies for the slow path that were beyond their rate, or found no room; the packets went on.
    pub copies_lost: u64,
    /// Bridged unchanged.
    pub bypassed: u64,
    /// Given to the host's own network stack.
    pub punted_to_host: u64,
    /// Dropped, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Tunnels that stand.
    pub tunnels: u64,
    /// Rows in the table.
    pub rows: u64,
    /// Rows that the table can hold.
    pub rows_capacity: u64,
    /// Clocks of the device; null where it has none.
    pub clocks: Option<u64>,
    /// Frames that have left the device, and that an interface or the kernel did not take.
    pub lost: u64,
}

/// `device info`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// `rtl` or `model`.
    pub device: String,
    /// The version of this program.
    pub version: String,
    /// The hash of all layouts, in hexadecimal.
    pub layout_hash: String,
    /// Bytes a beat.
    pub width: u32,
    /// Rows of the connection table.
    pub rows: u32,
    /// Rows of its stash.
    pub stash_rows: u32,
    /// Rows of the local address table.
    pub local_rows: u32,
    /// Rows of the service table.
    pub service_rows: u32,
    /// Rows of the next hop table.
    pub next_hop_rows: u32,
}

/// A change of the farm: `server add`, `server set`, `server remove`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerChange {
    /// The virtual IP.
    pub address: Ipv4Addr,
    /// The service's port; the only service of the address if left out.
    pub port: Option<u16>,
    /// The server.
    pub server: Ipv4Addr,
    /// Its port; the service's if left out.
    pub server_port: Option<u16>,
    /// Its share of new tunnels, for add and set.
    pub weight: Option<u32>,
    /// For remove: its tunnels end now; else they run to their end.
    #[serde(default)]
    pub kill: bool,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// One sentence.
    pub error: String,
}
