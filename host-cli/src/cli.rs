//! The command line.

use std::{net::Ipv4Addr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// One virtual IP in front of a farm of VPN tunnel servers.
#[derive(Parser)]
#[command(name = "designator", version, max_term_width = 80)]
pub struct Cli {
    /// Print JSON instead of tables
    #[arg(long, global = true)]
    pub json: bool,
    /// The daemon's socket
    #[arg(long, global = true, value_name = "PATH", default_value = "/run/designator.sock")]
    pub socket: PathBuf,
    /// Say more: -v what happens, -vv also what libraries say
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Run the daemon between two sides of a network
    Run(Run),
    /// Send a captured conversation through the device and compare
    Replay(Replay),
    /// The virtual services and their servers
    #[command(subcommand)]
    Virtual(Virtual),
    /// The farm
    #[command(subcommand)]
    Server(Server),
    /// The connection table
    #[command(subcommand)]
    Table(Table),
    /// Counters by reason
    Stats,
    /// Configuration files
    #[command(subcommand)]
    Config(Config),
    /// The device
    #[command(subcommand)]
    Device(Device),
}

/// Which device carries the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceKind {
    /// The hardware's own logic, simulated
    Rtl,
    /// The model of it in software
    Model,
}

/// `run`
#[derive(Args)]
pub struct Run {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// What carries the packets
    #[arg(long, value_enum)]
    pub device: DeviceKind,
    /// An interface on the clients' side; more than one are joined
    #[arg(long, value_name = "IF")]
    pub external: Vec<String>,
    /// An interface on the servers' side; more than one are joined
    #[arg(long, value_name = "IF")]
    pub internal: Vec<String>,
}

/// `replay`
#[derive(Args)]
pub struct Replay {
    /// The configuration file
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
    /// The capture, pcap or pcapng, taken in front of the virtual IP
    #[arg(long, value_name = "FILE")]
    pub conversation: PathBuf,
    /// What carries the packets
    #[arg(long, value_enum, default_value = "rtl")]
    pub device: DeviceKind,
    /// Print the tables, and each row when it is made
    #[arg(long, conflicts_with = "json")]
    pub watch: bool,
    /// Write external.pcap, internal.pcap and mismatches.json there
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `virtual ...`
#[derive(Subcommand)]
pub enum Virtual {
    /// Virtual IP, port, real IP, port, weight, algorithm
    List,
}

/// `server ...`
#[derive(Subcommand)]
pub enum Server {
    /// Add a server to a virtual service
    Add {
        /// The virtual service: ADDRESS or ADDRESS:PORT
        #[arg(value_name = "VIP[:PORT]", value_parser = parse_endpoint)]
        service: Endpoint,
        /// The server: ADDRESS or ADDRESS:PORT
        #[arg(value_name = "ADDRESS[:PORT]", value_parser = parse_endpoint)]
        server: Endpoint,
        /// Its share of new tunnels
        #[arg(long, value_name = "N", default_value_t = 1)]
        weight: u32,
    },
    /// The servers, their state and load
    List,
    /// Change a server's weight; 0 drains it
    #[command(override_usage = "designator server set VIP[:PORT] ADDRESS[:PORT] --weight N")]
    Set {
        /// The virtual service
        #[arg(value_name = "VIP[:PORT]", value_parser = parse_endpoint)]
        service: Endpoint,
        /// The server
        #[arg(value_name = "ADDRESS[:PORT]", value_parser = parse_endpoint)]
        server: Endpoint,
        /// Its share of new tunnels
        #[arg(long, value_name = "N")]
        weight: u32,
    },
    /// Remove a server; its tunnels run to their end, others are not touched
    Remove {
        /// End its tunnels now
        #[arg(long)]
        kill: bool,
        /// The virtual service
        #[arg(value_name = "VIP[:PORT]", value_parser = parse_endpoint)]
        service: Endpoint,
        /// The server
        #[arg(value_name = "ADDRESS[:PORT]", value_parser = parse_endpoint)]
        server: Endpoint,
    },
}

/// `table ...`
#[derive(Subcommand)]
pub enum Table {
    /// Every row: direction, source, destination, packets, bytes, age
    Dump,
}

/// `config ...`
#[derive(Subcommand)]
pub enum Config {
    /// Read a file and say what is wrong with it
    Check {
        /// The configuration file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// `device ...`
#[derive(Subcommand)]
pub enum Device {
    /// Build, layout hash, widths, capacities
    Info,
}

/// An address, with a port if one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The address.
    pub address: Ipv4Addr,
    /// The port.
    pub port: Option<u16>,
}

fn parse_endpoint(text: &str) -> Result<Endpoint, String> {
    let (address, port) = match text.split_once(':') {
        Some((address, port)) => (address, Some(port)),
        None => (text, None),
    };
    let address = address.parse().map_err(|_| format!("{address:?} is not an IPv4 address"))?;
    let port = match port {
        None => None,
        Some(port) => match port.parse() {
            Ok(0) | Err(_) => return Err(format!("{port:?} is not a port (1 to 65535)")),
            Ok(port) => Some(port),
        },
    };
    Ok(Endpoint { address, port })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The longest line of the help of a command and of all below it.
    fn widest(command: &mut clap::Command) -> String {
        let help = command.render_long_help().to_string();
        let own = help.lines().map(String::from);
        let below = command.get_subcommands_mut().map(widest);
        own.chain(below).max_by_key(|line| line.chars().count()).unwrap_or_default()
    }

    #[test]
    fn help_fits_80_columns() {
        let mut command = Cli::command();
        command.build();
        let widest = widest(&mut command);
        assert!(widest.chars().count() <= 80, "{widest}");
    }

    #[test]
    fn tables_and_json_are_not_mixed() {
        let replay = ["designator", "replay", "--config", "c", "--conversation", "p", "--watch"];
        assert!(Cli::try_parse_from(replay).is_ok());
        assert!(Cli::try_parse_from(replay.iter().chain(&["--json"])).is_err());
    }

    #[test]
    fn endpoints_are_addresses_with_a_port_or_without() {
        let parsed = parse_endpoint("10.10.1.1:1701").unwrap();
        assert_eq!((parsed.address, parsed.port), ([10, 10, 1, 1].into(), Some(1701)));
        assert_eq!(parse_endpoint("10.10.1.1").unwrap().port, None);
        for wrong in ["10.10.1", "10.10.1.1:0", "10.10.1.1:70000", "vip:1701", ""] {
            assert!(parse_endpoint(wrong).is_err(), "{wrong}");
        }
    }
}
