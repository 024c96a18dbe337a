//! Whether a configuration can work. Syntax, and where in a file a place stands, is the caller's.

use crate::config::{Config, Prefix, Virtual};
use spec::limits::{LOCAL_ROWS, SERVICE_ROWS};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Where a fault lies: indices into [`Config`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The virtual service.
    pub service: usize,
    /// Its server, if it is one's fault.
    pub server: Option<usize>,
}

/// Why a configuration cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Two virtual services with the same address, protocol and port.
    #[error("{address}:{port} is already a service")]
    DuplicateService {
        /// The VIP.
        address: Ipv4Addr,
        /// The port.
        port: u16,
    },
    /// Two servers of a service with the same address and port.
    #[error("{address}:{port} is already a server of this service")]
    DuplicateServer {
        /// The server.
        address: Ipv4Addr,
        /// Its port.
        port: u16,
    },
    /// A server's address is a VIP.
    #[error("server {0} is also a virtual address: packets would come back")]
    ServerIsVirtual(Ipv4Addr),
    /// An address that no host can have.
    #[error("{0} is not a host's address")]
    NotHost(Ipv4Addr),
    /// Port 0.
    #[error("port 0 cannot be used")]
    ZeroPort,
    /// No server of a service may take tunnels.
    #[error("every server of this service has weight 0: no tunnel could be opened")]
    ZeroWeights,
    /// A weight beyond what the algorithms take.
    #[error("weight {0} is above 65535")]
    Weight(u32),
    /// A service without servers.
    #[error("a service needs at least one server")]
    NoServers,
    /// A prefix longer than 32 bits, or with bits set beyond its length.
    #[error("{}/{} is not a prefix: bits are set beyond its length", .0.address, .0.length)]
    Prefix(Prefix),
    /// More services than the device has rows for.
    #[error("more than {SERVICE_ROWS} services")]
    TooManyServices,
    /// More addresses than the device has rows for.
    #[error("more than {LOCAL_ROWS} addresses of services and servers together")]
    TooManyAddresses,
}

/// The largest weight.
const MAX_WEIGHT: u32 = 65535;

/// Whether a host may have the address.
fn host(address: Ipv4Addr) -> Result<(), Fault> {
    let bad = address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_loopback();
    if bad { Err(Fault::NotHost(address)) } else { Ok(()) }
}

impl Virtual {
    /// Checks a server that is to join this service; `virtuals` are all VIPs.
    pub(crate) fn admits(
        server: &crate::config::Server,
        virtuals: &BTreeSet<Ipv4Addr>,
    ) -> Result<(), Fault> {
        host(server.address)?;
        if server.port == 0 {
            return Err(Fault::ZeroPort);
        }
        if server.weight > MAX_WEIGHT {
            return Err(Fault::Weight(server.weight));
        }
        if virtuals.contains(&server.address) {
            return Err(Fault::ServerIsVirtual(server.address));
        }
        Ok(())
    }
}

impl Config {
    /// All faults, in the order of the configuration.
    pub fn validate(&self) -> Vec<(Place, Fault)> {
        let mut faults = Vec::new();
        let vips: BTreeSet<_> = self.virtuals.iter().map(|v| v.address).collect();
        let mut addresses = vips.clone();
        let mut services = BTreeSet::new();
        for (service, v) in self.virtuals.iter().enumerate() {
            let place = Place { service, server: None };
            if let Err(fault) = host(v.address) {
                faults.push((place, fault));
            }
            if v.port == 0 {
                faults.push((place, Fault::ZeroPort));
            }
            // Services are UDP ports as long as L2TP is the only protocol.
            if !services.insert((v.address, v.port)) {
                let fault = Fault::DuplicateService { address: v.address, port: v.port };
                faults.push((place, fault));
            }
            if services.len() > SERVICE_ROWS {
                faults.push((place, Fault::TooManyServices));
            }
            for prefix in &v.allow {
                let masked = Prefix { length: prefix.length.min(32), ..*prefix };
                let host_bits = u32::MAX.checked_shr(masked.length.into()).unwrap_or(0);
                if prefix.length > 32 || prefix.address.to_bits() & host_bits != 0 {
                    faults.push((place, Fault::Prefix(*prefix)));
                }
            }
            let mut members = BTreeSet::new();
            for (index, server) in v.servers.iter().enumerate() {
                let place = Place { service, server: Some(index) };
                if let Err(fault) = Virtual::admits(server, &vips) {
                    faults.push((place, fault));
                }
                if !members.insert((server.address, server.port)) {
                    let fault =
                        Fault::DuplicateServer { address: server.address, port: server.port };
                    faults.push((place, fault));
                }
                if addresses.insert(server.address) && addresses.len() > LOCAL_ROWS {
                    faults.push((place, Fault::TooManyAddresses));
                }
            }
            if v.servers.is_empty() {
                faults.push((place, Fault::NoServers));
            } else if v.servers.iter().all(|s| s.weight == 0) {
                faults.push((place, Fault::ZeroWeights));
            }
        }
        faults
    }
}
