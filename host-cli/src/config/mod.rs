//! Configuration files: read, checked, and every fault shown with its line.

mod file;
mod problem;

use std::{fs, net::Ipv4Addr, ops::Range, path::Path};

use control::{
    Config, Fault, Place,
    config::{Affinity, Algorithm, Prefix, Protocol, Server, Virtual},
};
use toml::Spanned;

use problem::Problem;
pub use problem::Rejected;

/// A file that can be used.
#[derive(Debug)]
pub struct Loaded {
    /// The services and their servers.
    pub control: Config,
    /// The MACs of the external and the internal port, in wire order.
    pub macs: [[u8; 6]; 2],
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// It is read, and wrong.
    #[error(transparent)]
    Rejected(#[from] Box<Rejected>),
}

/// The MAC of both ports where the file gives none: a locally administered address.
const DEFAULT_MAC: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// Reads and checks a file.
pub fn load(path: &Path) -> Result<Loaded, Error> {
    let text =
        fs::read_to_string(path).map_err(|error| Error::Io(path.display().to_string(), error))?;
    parse(&text)
        .map_err(|problems| Rejected::new(path, text, problems))
        .map_err(|rejected| Box::new(rejected).into())
}

fn parse(text: &str) -> Result<Loaded, Vec<Problem>> {
    let file: file::File = toml::from_str(text).map_err(|error| vec![syntax(text, &error)])?;
    let mut problems = Vec::new();
    let mac = |text: &Option<Spanned<String>>, default, problems: &mut Vec<Problem>| match text {
        None => default,
        Some(text) => parse_mac(text).unwrap_or_else(|problem| {
            problems.push(problem);
            default
        }),
    };
    let both = mac(&file.device.mac, DEFAULT_MAC, &mut problems);
    let macs = [&file.device.external, &file.device.internal]
        .map(|port| mac(&port.mac, both, &mut problems));
    let virtuals = file.services.iter().map(|s| service(s.get_ref(), &mut problems)).collect();
    if file.services.is_empty() {
        problems.push(Problem::new(0..0, "no virtual service").hint("add a [[virtual]] section"));
    }
    let control = Config { virtuals, ..Config::default() };
    if problems.is_empty() {
        problems = control.validate().iter().map(|fault| locate(&file, fault)).collect();
    }
    if problems.is_empty() { Ok(Loaded { control, macs }) } else { Err(problems) }
}

/// An error of the TOML reader, or a key or type that does not belong there.
fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..text.len().min(1));
    let message = error.message().trim().to_string();
    match message.split_once(", expected ") {
        Some((what, expected)) => Problem::new(span, what).hint(format!("expected {expected}")),
        None => {
            let missing = message.strip_prefix("missing field `").and_then(|m| m.strip_suffix('`'));
            let hint = match missing {
                Some(key) => format!("add {key} = ..."),
                None => "the syntax is that of TOML 1.0 (toml.io)".into(),
            };
            Problem::new(span, message).hint(hint)
        }
    }
}

fn service(raw: &file::Service, problems: &mut Vec<Problem>) -> Virtual {
    let mut note = Note(problems);
    let protocol = note.take(parse_name(&raw.protocol, "protocol", Protocol::ALL));
    let algorithm = raw.algorithm.as_ref();
    let algorithm = algorithm.map(|name| note.take(parse_name(name, "algorithm", Algorithm::ALL)));
    let affinity = raw.affinity.as_ref();
    let affinity = affinity.map(|name| note.take(parse_name(name, "affinity", Affinity::ALL)));
    let port = raw.port.as_ref().map(|port| note.take(parse_number(port, "port", 1, 65535)));
    let port = port.unwrap_or(spec::wire::l2tp::PORT);
    let allow = match &raw.allow {
        None => vec![Prefix::ALL],
        Some(list) => list.iter().map(|text| note.take(parse_prefix(text))).collect(),
    };
    let servers = raw.servers.iter().map(|raw| {
        let raw = raw.get_ref();
        let own = raw.port.as_ref().map(|own| note.take(parse_number(own, "port", 1, 65535)));
        let weight = raw.weight.as_ref();
        let weight = weight.map(|weight| note.take(parse_number(weight, "weight", 0, 65535)));
        Server {
            address: note.take(parse_address(&raw.address)),
            port: own.unwrap_or(port),
            weight: weight.map_or(1, u32::from),
        }
    });
    let servers = servers.collect();
    Virtual {
        address: note.take(parse_address(&raw.address)),
        protocol,
        port,
        algorithm: algorithm.unwrap_or_default(),
        affinity: affinity.unwrap_or_default(),
        allow,
        replies_to_1701: raw.replies_to_1701.unwrap_or_default(),
        servers,
    }
}

/// Collects problems and goes on with a default, so that one run shows all of them.
struct Note<'a>(&'a mut Vec<Problem>);

impl Note<'_> {
    fn take<T: Fallback>(&mut self, result: Result<T, Problem>) -> T {
        result.unwrap_or_else(|problem| {
            self.0.push(problem);
            T::fallback()
        })
    }
}

/// A value to go on with; the configuration is refused anyway.
trait Fallback {
    fn fallback() -> Self;
}

impl Fallback for u16 {
    fn fallback() -> Self {
        1
    }
}

impl Fallback for Ipv4Addr {
    fn fallback() -> Self {
        Self::UNSPECIFIED
    }
}

impl Fallback for Prefix {
    fn fallback() -> Self {
        Self::ALL
    }
}

impl Fallback for Protocol {
    fn fallback() -> Self {
        Self::default()
    }
}

impl Fallback for Algorithm {
    fn fallback() -> Self {
        Self::default()
    }
}

impl Fallback for Affinity {
    fn fallback() -> Self {
        Self::default()
    }
}

fn parse_name<T: Copy>(
    text: &Spanned<String>,
    what: &str,
    all: &[(T, &'static str)],
) -> Result<T, Problem> {
    let name = text.get_ref();
    let found = all.iter().find(|(_, known)| known == name);
    found.map(|row| row.0).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|row| row.1).collect();
        let message = format!("unknown {what} {name:?}");
        Problem::new(text.span(), message).hint(format!("one of {}", names.join(", ")))
    })
}

fn parse_number(number: &Spanned<i64>, what: &str, low: i64, high: u16) -> Result<u16, Problem> {
    let value = *number.get_ref();
    let fits = (low..=i64::from(high)).contains(&value);
    let problem = || {
        let message = format!("{what} {value} is out of range");
        Problem::new(number.span(), message).hint(format!("{low} to {high}"))
    };
    u16::try_from(value).ok().filter(|_| fits).ok_or_else(problem)
}

fn parse_address(text: &Spanned<String>) -> Result<Ipv4Addr, Problem> {
    text.get_ref().parse().map_err(|_| {
        let message = format!("{:?} is not an IPv4 address", text.get_ref());
        Problem::new(text.span(), message).hint("four numbers, as in \"10.10.1.1\"")
    })
}

fn parse_prefix(text: &Spanned<String>) -> Result<Prefix, Problem> {
    let parts = text.get_ref().split_once('/').unwrap_or((text.get_ref(), "32"));
    let length = parts.1.parse().ok().filter(|length| *length <= 32);
    let prefix = parts.0.parse().ok().zip(length);
    prefix.map(|(address, length)| Prefix { address, length }).ok_or_else(|| {
        let message = format!("{:?} is not a network", text.get_ref());
        Problem::new(text.span(), message).hint("an address and a length, as in \"10.0.0.0/8\"")
    })
}

fn parse_mac(text: &Spanned<String>) -> Result<[u8; 6], Problem> {
    let octets: Vec<Option<u8>> = text
        .get_ref()
        .split(':')
        .map(|octet| u8::from_str_radix(octet, 16).ok().filter(|_| octet.len() == 2))
        .collect();
    let mac: Option<[u8; 6]> =
        octets.into_iter().collect::<Option<Vec<u8>>>().and_then(|octets| octets.try_into().ok());
    mac.filter(|mac| mac[0] & 1 == 0 && *mac != [0; 6]).ok_or_else(|| {
        let message = format!("{:?} is not a station's MAC address", text.get_ref());
        Problem::new(text.span(), message).hint("as in \"02:00:00:00:00:01\", no group address")
    })
}

/// The place of a fault that only the whole configuration shows.
fn locate(file: &file::File, (place, fault): &(Place, Fault)) -> Problem {
    let service = file.services[place.service].get_ref();
    let server = place.server.map(|index| service.servers[index].get_ref());
    let address = server.map_or(&service.address, |server| &server.address).span();
    let port = server.map_or(&service.port, |server| &server.port);
    let port = port.as_ref().map_or(address.clone(), Spanned::span);
    let (span, hint): (Range<usize>, &str) = match fault {
        Fault::DuplicateService { .. } => (port, "give one of them another port, or merge them"),
        Fault::DuplicateServer { .. } => (port, "name each server once; weights add up"),
        Fault::ServerIsVirtual(_) => (address, "servers stand behind the virtual address"),
        Fault::NotHost(_) => (address, "a unicast address of one host"),
        Fault::ZeroPort => (port, "1 to 65535"),
        Fault::ZeroWeights => (address, "give at least one server a weight of 1 or more"),
        Fault::Weight(_) => {
            let weight = server.and_then(|server| server.weight.as_ref());
            (weight.map_or(address, Spanned::span), "0 to 65535")
        }
        Fault::NoServers => (address, "add a [[virtual.server]] section"),
        Fault::Prefix(prefix) => {
            let text = |item: &&Spanned<String>| parse_prefix(item).ok() == Some(*prefix);
            let item = service.allow.as_ref().and_then(|list| list.iter().find(text));
            (item.map_or(address, Spanned::span), "clear the bits beyond the length")
        }
        Fault::TooManyServices | Fault::TooManyAddresses => {
            (address, "the device has no more rows")
        }
    };
    Problem::new(span, fault.to_string()).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every fault has a place and a hint.
    #[test]
    fn each_refusal_has_its_line_and_a_hint() {
        let service = "[[virtual]]\naddress = \"192.0.2.1\"\nprotocol = \"l2tp\"\n";
        let server = "[[virtual.server]]\naddress = \"10.0.0.1\"\n";
        let whole = format!("{service}{server}");
        assert!(parse(&whole).is_ok());
        let cases: &[(String, usize, &str)] = &[
            (format!("{whole}wieght = 1"), 6, "unknown field"),
            (format!("{whole}weight = 1\nweight = 2"), 7, "duplicate key"),
            (format!("{whole}weight = 0"), 2, "weight 0"),
            (format!("{whole}weight = 70000"), 6, "out of range"),
            (format!("{whole}weight = \"1\""), 6, "invalid type"),
            (format!("{whole}[[virtual.server]]\nport = 1"), 6, "missing field"),
            (format!("{whole}{server}"), 7, "already a server"),
            (format!("{whole}{whole}"), 7, "already a service"),
            (whole.replace("10.0.0.1", "192.0.2.1"), 5, "also a virtual address"),
            (whole.replace("10.0.0.1", "10.0.0.256"), 5, "not an IPv4 address"),
            (whole.replace("10.0.0.1", "224.0.0.1"), 5, "not a host's address"),
            (whole.replace("l2tp", "l2tpv3"), 3, "unknown protocol"),
            (format!("{service}algorithm = \"random\"\n{server}"), 4, "unknown algorithm"),
            (format!("{service}affinity = \"server\"\n{server}"), 4, "unknown affinity"),
            (format!("{service}port = 0\n{server}"), 4, "out of range"),
            (format!("{service}allow = [\"10.0.0.0/33\"]\n{server}"), 4, "not a network"),
            (format!("{service}allow = [\"10.0.0.1/8\"]\n{server}"), 4, "beyond its length"),
            (format!("[device]\nmac = \"01:00:00:00:00:01\"\n{whole}"), 2, "MAC address"),
            (service.into(), 2, "at least one server"),
            ("[[virtual".into(), 1, "unclosed"),
            (String::new(), 1, "no virtual service"),
        ];
        for (text, line, what) in cases {
            let rejected = Rejected::new(Path::new("f"), text.clone(), parse(text).unwrap_err());
            let rows = serde_json::to_value(rejected.rows()).unwrap();
            assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
            assert_eq!(rows[0]["line"], *line, "{text}: {rows}");
            assert!(rows[0]["error"].as_str().unwrap().contains(what), "{text}: {rows}");
            assert!(rows[0]["hint"].is_string(), "{text}: {rows}");
        }
    }

    #[test]
    fn a_clients_tunnels_share_a_server_where_the_file_says_so() {
        let service = "[[virtual]]\naddress = \"192.0.2.1\"\nprotocol = \"l2tp\"\n";
        let server = "[[virtual.server]]\naddress = \"10.0.0.1\"\n";
        for (key, affinity) in [
            ("", Affinity::None),
            ("affinity = \"none\"\n", Affinity::None),
            ("affinity = \"client\"\n", Affinity::Client),
        ] {
            let loaded =
                parse(&format!("{service}{key}{server}")).unwrap_or_else(|_| panic!("{key}"));
            assert_eq!(loaded.control.virtuals[0].affinity, affinity);
        }
    }
}
