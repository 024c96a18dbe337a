//! What the operator wants: typed, without syntax. [`Config::validate`] says whether it can work.

use std::net::Ipv4Addr;
use std::time::Duration;

/// How a server is chosen for a new tunnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// In proportion to the weights, interleaved as IPVS does.
    #[default]
    WeightedRoundRobin,
    /// In turn.
    RoundRobin,
    /// The one whose last new tunnel is longest ago.
    LeastRecentUse,
    /// The one with the least traffic for its weight.
    LeastLoad,
    /// The one with the fewest tunnels for its weight.
    LeastTunnels,
    /// By a hash of the client's address; a server's change moves only its own clients.
    ConsistentHash,
}

impl Algorithm {
    /// All of them, with their names in the configuration.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::WeightedRoundRobin, "weighted-round-robin"),
        (Self::RoundRobin, "round-robin"),
        (Self::LeastRecentUse, "least-recent-use"),
        (Self::LeastLoad, "least-load"),
        (Self::LeastTunnels, "least-tunnels"),
        (Self::ConsistentHash, "consistent-hash"),
    ];

    /// The name in the configuration and in tables.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(a, _)| *a)
    }
}

/// The tunnel protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Protocol {
    /// L2TPv2 (RFC 2661).
    #[default]
    L2tp,
}

impl Protocol {
    /// All of them, with their names in the configuration.
    pub const ALL: &'static [(Self, &'static str)] = &[(Self::L2tp, "l2tp")];

    /// The name in the configuration and in tables.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The one with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| *n == name).map(|(p, _)| *p)
    }
}

/// Which tunnels must share a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Affinity {
    /// None: each tunnel is placed by itself.
    #[default]
    None,
    /// All tunnels of a client's address at this VIP.
    Client,
}

impl Affinity {
    /// All of them, with their names in the configuration.
    pub const ALL: &'static [(Self, &'static str)] =
        &[(Self::None, "none"), (Self::Client, "client")];
}

/// A range of addresses: all whose first `length` bits are those of `address`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// The network's address.
    pub address: Ipv4Addr,
    /// Bits that count, at most 32.
    pub length: u8,
}

impl Prefix {
    /// Every address.
    pub const ALL: Self = Self { address: Ipv4Addr::UNSPECIFIED, length: 0 };

    /// Whether the address is in the range.
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        let differ = self.address.to_bits() ^ address.to_bits();
        self.length == 0 || differ >> (32 - u32::from(self.length.min(32))) == 0
    }
}

/// A tunnel server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its address.
    pub address: Ipv4Addr,
    /// The port at which it takes requests.
    pub port: u16,
    /// Its share of new tunnels; 0: none.
    pub weight: u32,
}

/// A virtual service: an address and port of the designator, and the servers behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Virtual {
    /// The virtual IP (VIP).
    pub address: Ipv4Addr,
    /// The tunnel protocol.
    pub protocol: Protocol,
    /// The UDP port at which requests arrive.
    pub port: u16,
    /// How a server is chosen.
    pub algorithm: Algorithm,
    /// Which tunnels must share a server.
    pub affinity: Affinity,
    /// Servers may send to a client's port 1701 whatever port it sends from; some Windows servers
    /// do. Behind an address translator that can mean another client: off, it is only counted.
    pub replies_to_1701: bool,
    /// Clients that may open tunnels.
    pub allow: Vec<Prefix>,
    /// The servers.
    pub servers: Vec<Server>,
}

/// Bounds and times. The defaults suit most farms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tunnels being set up, of one client's address.
    pub pending_per_client: u32,
    /// Tunnels being set up, of all clients.
    pub pending: u32,
    /// How long a request may go unanswered, and an answer unconfirmed.
    pub pending_time: Duration,
    /// The shortest silence that ends a tunnel whose ends send Hellos.
    pub idle_floor: Duration,
    /// The silence that ends a tunnel in which no Hello was ever seen.
    pub idle_without_hello: Duration,
    /// Unanswered messages after which a server counts as dead, and
    pub silent_messages: u32,
    /// the time that they must span.
    pub silent_time: Duration,
    /// From a server's death, or its last trial, to the next trial tunnel.
    pub trial_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pending_per_client: 64,
            pending: 8192,
            pending_time: Duration::from_secs(spec::wire::l2tp::HOLD_SECONDS),
            idle_floor: Duration::from_secs(120),
            idle_without_hello: Duration::from_secs(1800),
            silent_messages: 3,
            silent_time: Duration::from_secs(5),
            trial_interval: Duration::from_secs(20),
        }
    }
}

/// The whole configuration.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Config {
    /// The virtual services.
    pub virtuals: Vec<Virtual>,
    /// Bounds and times.
    pub limits: Limits,
}
