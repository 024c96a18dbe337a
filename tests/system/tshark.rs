//! tshark as a decoder that shares no line with this project: its PDML, flattened.

use std::path::Path;
use std::process::Command;

/// A field, or an item of a protocol's tree.
pub struct Field {
    /// Its filter name.
    pub name: String,
    /// First byte in the frame.
    pub at: usize,
    /// Bytes.
    pub size: usize,
    /// What it shows.
    pub show: String,
}

/// A protocol of a packet, with all fields below it.
pub struct Protocol {
    /// Its filter name.
    pub name: String,
    /// First byte in the frame.
    pub at: usize,
    fields: Vec<Field>,
}

impl Protocol {
    /// The first field of a name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// A field's number, decimal or hexadecimal as tshark shows it.
    pub fn number(&self, name: &str) -> Option<u32> {
        let show = &self.field(name)?.show;
        let number = match show.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => show.parse(),
        };
        Some(number.unwrap_or_else(|error| panic!("{name} shows {show}: {error}")))
    }

    /// A field's IPv4 address.
    pub fn address(&self, name: &str) -> Option<u32> {
        let show = &self.field(name)?.show;
        Some(show.parse::<std::net::Ipv4Addr>().expect("an address").to_bits())
    }
}

/// A packet: its protocols from the outside in.
pub struct Packet {
    /// Beginning with `geninfo` and `frame`.
    pub protocols: Vec<Protocol>,
}

impl Packet {
    /// The outermost protocol of a name.
    pub fn protocol(&self, name: &str) -> Option<&Protocol> {
        self.protocols.iter().find(|protocol| protocol.name == name)
    }

    /// Whether tshark finds anything to complain about.
    pub fn complaint(&self) -> bool {
        let complains = |name: &str| name.starts_with("_ws.");
        self.protocols.iter().any(|protocol| {
            complains(&protocol.name) || protocol.fields.iter().any(|field| complains(&field.name))
        })
    }
}

/// Decodes a capture. Checksums are checked, fragments are left alone, every UDP payload is looked
/// at as L2TP.
pub fn decode(path: &Path) -> Vec<Packet> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).args(["-n", "-T", "pdml", "-d", "udp.port==0-65535,l2tp"]);
    for option in ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "ip.defragment:FALSE"] {
        command.args(["-o", option]);
    }
    let output = command.output().expect("tshark runs: `cargo xtask test` installs it");
    let text = String::from_utf8(output.stdout).expect("PDML is UTF-8");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document = roxmltree::Document::parse(&text).expect("PDML is XML");
    let packets = document.root_element().children().filter(|node| node.has_tag_name("packet"));
    packets.map(packet).collect()
}

fn packet(node: roxmltree::Node) -> Packet {
    let place = |node: &roxmltree::Node, attribute| {
        node.attribute(attribute).and_then(|value| value.parse().ok()).unwrap_or(0)
    };
    let name = |node: &roxmltree::Node| node.attribute("name").unwrap_or_default().to_string();
    let protocol = |node: roxmltree::Node| Protocol {
        name: name(&node),
        at: place(&node, "pos"),
        fields: node
            .descendants()
            .skip(1)
            .filter(|node| node.is_element())
            .map(|node| Field {
                name: name(&node),
                at: place(&node, "pos"),
                size: place(&node, "size"),
                show: node.attribute("show").unwrap_or_default().to_string(),
            })
            .collect(),
    };
    let protocols = node.children().filter(|node| node.has_tag_name("proto")).map(protocol);
    Packet { protocols: protocols.collect() }
}
