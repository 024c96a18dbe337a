//! What the model forwards is right in tshark's eyes, wherever the L2TP packets of the captures go.

use model::{checksums, parse, rewrite};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::meta::{Arrival, Plan};
use spec::table::Action;
use tests::captures;

use crate::tshark::decode;

const SEED: u64 = 2661;

/// A forwarding to somewhere, and what it makes of a frame.
struct Forwarded {
    action: Action,
    address: u32,
    bytes: Vec<u8>,
}

fn forward(random: &mut ChaCha8Rng, frame: &[u8]) -> Option<Forwarded> {
    let arrival = Arrival { length: frame.len() as u16, ..Arrival::default() };
    let parsed = parse(frame, &arrival, &[[0; 6]; 2]);
    if !parsed.l2tp {
        return None;
    }
    let action = Action {
        outgoing: random.random(),
        set_discriminator: random.random(),
        source_port: random.random(),
        destination_port: random.random(),
        discriminator: u32::from(random.random::<u16>()),
        ..Action::default()
    };
    let address = random.random();
    let new = checksums(&parsed, &action, address);
    let plan = Plan {
        rewrite: true,
        network_offset: parsed.network_offset,
        transport_offset: parsed.transport_offset,
        ttl: new.ttl,
        network_checksum: new.network,
        outgoing: action.outgoing,
        address,
        source_port: action.source_port,
        destination_port: action.destination_port,
        transport_checksum: new.transport,
        set_tunnel: action.set_discriminator,
        tunnel: action.discriminator as u16,
        tunnel_offset: parsed.tunnel_offset,
        destination_mac: 0x0504_0302_0102,
        source_mac: 0x0f0e_0d0c_0b0a,
        ..Plan::default()
    };
    Some(Forwarded { action, address, bytes: rewrite(frame, &plan) })
}

#[test]
fn tshark_finds_every_rewritten_field_and_checksum_right() {
    println!("seed {SEED}");
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let folder = tempfile::tempdir().expect("a folder");
    let (mut sums, mut none, mut tunnels) = (0, 0, 0);
    for capture in captures::all() {
        let before = decode(&capture.path);
        let all = capture.frames.iter().map(|captured| forward(&mut random, &captured.frame));
        let (before, forwarded): (Vec<_>, Vec<_>) =
            before.iter().zip(all).filter_map(|(old, new)| Some((old, new?))).unzip();
        let path = folder.path().join("forwarded.pcap");
        let mut writer = ports::capture::Writer::create(&path).expect("a capture");
        for new in &forwarded {
            writer.write(Default::default(), &new.bytes).expect("a packet");
        }
        drop(writer);
        for ((old, new), packet) in before.iter().zip(&forwarded).zip(decode(&path)) {
            let layer = |name| packet.protocol(name).expect(name);
            let [eth, ip, udp, l2tp] = ["eth", "ip", "udp", "l2tp"].map(layer);
            let was = |name, field| old.protocol(name).and_then(|layer| layer.number(field));
            assert_eq!(eth.field("eth.dst").unwrap().show, "02:01:02:03:04:05");
            assert_eq!(eth.field("eth.src").unwrap().show, "0a:0b:0c:0d:0e:0f");
            assert_eq!(ip.number("ip.checksum.status"), Some(1));
            assert_eq!(ip.number("ip.ttl"), was("ip", "ip.ttl").map(|ttl| ttl - 1));
            let (changed, kept) =
                if new.action.outgoing { ("ip.src", "ip.dst") } else { ("ip.dst", "ip.src") };
            assert_eq!(ip.address(changed), Some(new.address));
            assert_eq!(ip.address(kept), old.protocol("ip").unwrap().address(kept));
            assert_eq!(udp.number("udp.srcport"), Some(new.action.source_port.into()));
            assert_eq!(udp.number("udp.dstport"), Some(new.action.destination_port.into()));
            let tunnel = match new.action.set_discriminator {
                true => Some(new.action.discriminator),
                false => was("l2tp", "l2tp.tunnel"),
            };
            assert_eq!(l2tp.number("l2tp.tunnel"), tunnel);
            let status = udp.number("udp.checksum.status");
            assert_eq!(status, was("udp", "udp.checksum.status"), "as right as it came");
            match udp.number("udp.checksum") {
                Some(0) => none += 1,
                _ => sums += u32::from(status == Some(1)),
            }
            tunnels += u32::from(new.action.set_discriminator);
        }
    }
    assert!(sums > 100 && none > 50 && tunnels > 100, "{sums} {none} {tunnels}");
}
