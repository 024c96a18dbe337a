//! The configuration file as it is written, with the place of every value.

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// What `designator run` opens.
    #[serde(default)]
    pub device: Device,
    /// The virtual services.
    #[serde(default, rename = "virtual")]
    pub services: Vec<Spanned<Service>>,
}

/// `[device]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The MAC of both ports, unless given per port.
    pub mac: Option<Spanned<String>>,
    /// The port on the clients' side.
    #[serde(default)]
    pub external: Port,
    /// The port on the servers' side.
    #[serde(default)]
    pub internal: Port,
}

/// `[device.external]`, `[device.internal]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// The port's own MAC.
    pub mac: Option<Spanned<String>>,
}

/// `[[virtual]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The virtual IP.
    pub address: Spanned<String>,
    /// The tunnel protocol.
    pub protocol: Spanned<String>,
    /// The port that clients call; the protocol's well-known one if left out.
    pub port: Option<Spanned<i64>>,
    /// How a server is chosen.
    pub algorithm: Option<Spanned<String>>,
    /// Which tunnels must share a server.
    pub affinity: Option<Spanned<String>>,
    /// Networks whose hosts may open tunnels.
    pub allow: Option<Vec<Spanned<String>>>,
    /// Servers may send to a client's port 1701, whatever port it sends from.
    pub replies_to_1701: Option<bool>,
    /// The servers.
    #[serde(default, rename = "server")]
    pub servers: Vec<Spanned<Server>>,
}

/// `[[virtual.server]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its address.
    pub address: Spanned<String>,
    /// Its port; the service's if left out.
    pub port: Option<Spanned<i64>>,
    /// Its share of new tunnels; 1 if left out.
    pub weight: Option<Spanned<i64>>,
}
