//! *parse*: against the model, on frames that are right, cut off, lying or damaged.

use hdl::parse::Parse;
use model::frame::{L2tp, Udp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::{ASK_AHEAD, KEY_AHEAD, SERVICE_AHEAD, parse_clocks};
use spec::meta::{Arrival, NO_FAULT, Parsed, Source, Station};
use spec::verdict::Drop;
use spec::wire::{ethernet, protocol};
use std::collections::{BTreeMap, VecDeque};
use tests::wires::{BeatBus, Wire, beats};
use verilate::Design;

const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];

/// A chance of `percent`.
fn often(rng: &mut ChaCha8Rng, percent: u32) -> bool {
    rng.random_ratio(percent, 100)
}

fn bytes(rng: &mut ChaCha8Rng, length: usize) -> Vec<u8> {
    (0..length).map(|_| rng.random()).collect()
}

/// A number near `near`, or any.
fn about(rng: &mut ChaCha8Rng, near: usize) -> u16 {
    match rng.random_range(0..8) {
        0 => rng.random(),
        _ => (near as i32 + rng.random_range(-3..=3)).max(0) as u16,
    }
}

/// An L2TP message: control or data, with any set of optional fields, now and then lying.
fn message(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let body = rng.random_range(0..40);
    let body = bytes(rng, body);
    let mut header = match rng.random_range(0..4) {
        0 => L2tp::control(rng.random(), rng.random(), rng.random(), rng.random()),
        _ => L2tp::data(rng.random(), rng.random()),
    };
    if !header.control {
        header.length = rng.random::<bool>().then_some(None);
        header.sequence = rng.random::<bool>().then(|| (rng.random(), rng.random()));
        header.offset = rng.random::<bool>().then(|| rng.random_range(0..20));
    }
    if often(rng, 10) {
        header.flags = 1 << rng.random_range(0..16);
    }
    if often(rng, 10) {
        header.length = Some(Some(about(rng, body.len() + 12)));
    }
    let mut message = header.build(&body);
    if often(rng, 10) && header.offset.is_some() {
        let at = 6
            + 2 * usize::from(header.length.is_some())
            + 4 * usize::from(header.sequence.is_some());
        let lie = about(rng, message.len() - at - 2).to_be_bytes();
        message[at..at + 2].copy_from_slice(&lie);
    }
    if often(rng, 10) {
        message.truncate(rng.random_range(0..=message.len()));
    }
    message
}

/// A frame as it should be, of any protocol.
fn honest(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let words = if rng.random() { 0 } else { rng.random_range(0..=10) };
    let tags = rng.random_range(0..=2);
    let mut tag = |_| {
        let kind = if rng.random() { ethernet::VLAN } else { ethernet::VLAN_SERVICE };
        (kind, rng.random())
    };
    let tags: Vec<(u16, u16)> = (0..tags).map(&mut tag).collect();
    let udp = Udp {
        destination_mac: match rng.random_range(0..5) {
            0 => [0xff; 6],
            1 => rng.random(),
            2 => MACS[1],
            _ => MACS[0],
        },
        source_mac: rng.random(),
        tags,
        options: bytes(rng, 4 * words),
        id: rng.random(),
        fragment: if often(rng, 10) { rng.random() } else { rng.random::<u16>() & 0x4000 },
        ttl: rng.random(),
        source: (rng.random(), rng.random()),
        destination: (rng.random(), rng.random()),
        checksum: rng.random(),
        payload: message(rng),
    };
    let length = rng.random_range(0..50);
    let body = bytes(rng, length);
    match rng.random_range(0..10) {
        0 => {
            let mut body = bytes(rng, 20 + length);
            body[12] = rng.random_range(5..=5 + (length / 4).min(10) as u8) << 4;
            udp.network(protocol::TCP, &body)
        }
        1 => udp.network(protocol::GRE, &body),
        2 => udp.network(protocol::ESP, &body),
        3 => udp.network(rng.random(), &body),
        _ => udp.build(),
    }
}

/// The IPv4 header's place, for those who lie about it.
fn network_offset(frame: &[u8]) -> usize {
    let tags = (0..2).take_while(|i| {
        let kind = u16::from_be_bytes([frame[12 + 4 * i], frame[13 + 4 * i]]);
        kind == ethernet::VLAN || kind == ethernet::VLAN_SERVICE
    });
    14 + 4 * tags.count()
}

/// Makes the checksum of an IPv4 header right, whatever it says.
fn seal(frame: &mut [u8]) {
    let at = network_offset(frame);
    let Some(header) = frame.get_mut(at..) else { return };
    let length = header.first().map_or(0, |first| usize::from(first & 15) * 4);
    let Some(header) = header.get_mut(..length).filter(|header| header.len() >= 20) else { return };
    header[10..12].fill(0);
    let sum = header.chunks(2).fold(0u32, |sum, w| sum + u32::from(w[0]) * 256 + u32::from(w[1]));
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = !((sum >> 16) + (sum & 0xffff)) as u16;
    header[10..12].copy_from_slice(&sum.to_be_bytes());
}

/// A frame with something wrong, or not.
fn frame(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut frame = honest(rng);
    let at = network_offset(&frame);
    let header = usize::from(frame[at] & 15) * 4;
    match rng.random_range(0..12) {
        // Cut off anywhere; with the lengths as they were, or with a fitting total length.
        0 => frame.truncate(rng.random_range(14..=frame.len())),
        1 => {
            frame.truncate(rng.random_range(at + header..=frame.len()));
            let total = (frame.len() - at) as u16;
            frame[at + 2..at + 4].copy_from_slice(&total.to_be_bytes());
            seal(&mut frame);
        }
        // Lying lengths: of the packet, the header, the datagram.
        2 => {
            let near = if rng.random() { frame.len() - at } else { header };
            let total = about(rng, near);
            frame[at + 2..at + 4].copy_from_slice(&total.to_be_bytes());
            seal(&mut frame);
        }
        3 => {
            frame[at] = if rng.random() { 0x40 | rng.random_range(0..16) } else { rng.random() };
            seal(&mut frame);
        }
        4 if frame.len() >= at + header + 8 => {
            let near = if rng.random() { frame.len() - at - header } else { 8 };
            let length = about(rng, near);
            frame[at + header + 4..][..2].copy_from_slice(&length.to_be_bytes());
        }
        5 if frame.len() >= at + header + 20 => frame[at + header + 12] = rng.random(),
        // One damaged byte, with or without a right header checksum.
        6 => {
            let i = rng.random_range(0..frame.len());
            frame[i] = rng.random();
        }
        7 => {
            let i = rng.random_range(at..frame.len());
            frame[i] = rng.random();
            seal(&mut frame);
        }
        // Other types; a tag more.
        8 => {
            let kinds = [ethernet::VLAN, ethernet::VLAN_SERVICE, ethernet::ARP, ethernet::IPV6];
            let kind = kinds[rng.random_range(0..4)];
            frame[at - 2..at].copy_from_slice(&kind.to_be_bytes());
        }
        // Padding.
        9 => {
            let length = rng.random_range(0..60);
            frame.extend(bytes(rng, length));
        }
        _ => {}
    }
    frame
}

/// Every honest shape once, cut off at every byte.
fn cut_frames(rng: &mut ChaCha8Rng) -> Vec<Vec<u8>> {
    let whole: Vec<Vec<u8>> = (0..40).map(|_| honest(rng)).collect();
    let cut = |frame: &Vec<u8>| (14..=frame.len()).map(|n| frame[..n].to_vec()).collect::<Vec<_>>();
    whole.iter().flat_map(cut).collect()
}

fn arrival(rng: &mut ChaCha8Rng, frame: &[u8]) -> Arrival {
    Arrival {
        source: [Source::External, Source::Internal, Source::Inject][rng.random_range(0..3)] as u8,
        length: frame.len() as u16,
        peer: rng.random_range(0..1 << 13),
        inject_forward: rng.random(),
        inject_port: rng.random_range(0..2),
        entry: rng.random_range(0..1 << 17),
    }
}

/// How often each case of the specification came.
fn cases(parsed: &Parsed, seen: &mut BTreeMap<String, usize>) {
    let fault = |code: u8| Drop::from_code(code).map_or("none", Drop::name);
    let mut count = |case: String| *seen.entry(case).or_default() += 1;
    count(format!("network {}", fault(parsed.network_fault)));
    count(format!("station {}", parsed.station));
    if parsed.ipv4 {
        count(format!(
            "at {} header {}",
            parsed.network_offset,
            parsed.transport_offset - parsed.network_offset
        ));
        count(format!("transport {} {}", parsed.protocol.min(51), fault(parsed.transport_fault)));
        count(format!("fragment {}", parsed.fragment));
    } else if parsed.network_fault == NO_FAULT {
        count("other type".into());
    }
    if parsed.l2tp {
        let at = parsed.tunnel_offset - parsed.transport_offset;
        count(format!("l2tp at {at} control {} clean {}", parsed.control, parsed.l2tp_clean));
    } else {
        count(format!("l2f {}", parsed.l2f));
    }
}

/// A field of `width` bits at `at`.
fn field(bytes: &[u8], at: usize, width: usize) -> u32 {
    (0..width).fold(0, |n, i| n | u32::from(bytes[(at + i) / 8] >> ((at + i) % 8) & 1) << i)
}

/// What is told before a frame is judged, against what it turns out to be.
struct Ahead {
    addresses: Wire,
    flow: Wire,
    served: Wire,
}

impl Ahead {
    /// `pipe` holds the frames of the last clocks, that of `parsed` first.
    fn check(&self, model: &verilate::Model, pipe: &VecDeque<Option<(Parsed, Vec<u8>)>>) {
        let frame = |ahead: usize| pipe[ahead].as_ref().map(|row| &row.0);
        if let Some(parsed) = frame(ASK_AHEAD) {
            let told = self.addresses.get(model);
            assert_eq!(field(&told, 0, 2), u32::from(parsed.source), "source");
            if parsed.ipv4 {
                let addresses = [parsed.source_address, parsed.destination_address];
                assert_eq!([2, 34].map(|at| field(&told, at, 32)), addresses, "addresses");
            }
        }
        let told = self.flow.get(model);
        let parsed = frame(KEY_AHEAD);
        assert!(field(&told, 0, 1) == 0 || parsed.is_some(), "a flow without a frame");
        if let Some(parsed) = parsed.filter(|parsed| parsed.l2tp) {
            let ports = [parsed.source_port, parsed.destination_port, parsed.tunnel];
            assert_eq!(field(&told, 0, 1), 1, "an L2TP packet's flow");
            assert_eq!(field(&told, 1, 2), u32::from(parsed.source), "source");
            assert_eq!(field(&told, 3, 13), u32::from(parsed.peer), "peer");
            assert_eq!(field(&told, 16, 17), parsed.entry, "entry");
            assert_eq!(field(&told, 33, 32), parsed.source_address);
            assert_eq!(field(&told, 65, 32), parsed.destination_address);
            assert_eq!([97, 113, 129].map(|at| field(&told, at, 16)), ports.map(u32::from));
        }
        if let Some(parsed) = frame(SERVICE_AHEAD).filter(|parsed| parsed.transport) {
            let told = self.served.get(model);
            assert_eq!(field(&told, 0, 8), u32::from(parsed.protocol), "protocol");
            assert_eq!(field(&told, 8, 16), u32::from(parsed.destination_port), "port");
        }
    }
}

fn frames_are_parsed(verilog: &str, width: usize, idle: u32, frames: usize, seed: u64) {
    println!("width {width}: idle {idle} %, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut model = Design::new(verilog, "top").model().unwrap();
    let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
    let sink = BeatBus::new(&model, "sink");
    let wire = |name| Wire::new(&model, name);
    let (arrival_in, parsed_out, valid) = (wire("arrival"), wire("parsed"), wire("parsed_valid"));
    let macs = [wire("mac0"), wire("mac1")];
    let ahead = Ahead { addresses: wire("addresses"), flow: wire("flow"), served: wire("served") };
    for (wire, mac) in macs.iter().zip(MACS) {
        wire.set(&mut model, &mac);
    }
    model.set(reset, 1);
    sink.drive(&mut model, None, 0);
    for _ in 0..parse_clocks(width) {
        model.tick(clock);
    }
    model.set(reset, 0);

    let mut all = cut_frames(&mut rng);
    all.extend((0..frames).map(|_| frame(&mut rng)));
    let mut seen = BTreeMap::new();
    // What must come out, a row a clock.
    let mut pipe: VecDeque<Option<(Parsed, Vec<u8>)>> = VecDeque::new();
    let mut check = |model: &mut verilate::Model, now: Option<(Parsed, Vec<u8>)>| {
        pipe.push_back(now);
        if pipe.len() > parse_clocks(width) {
            model.eval();
            ahead.check(model, &pipe);
            let expected = pipe.pop_front().flatten();
            assert_eq!(valid.number(model) != 0, expected.is_some(), "parsed_valid");
            if let Some((expected, frame)) = expected {
                let got = Parsed::unpack(&parsed_out.get(model));
                assert_eq!(got, expected, "{frame:02x?}");
                cases(&got, &mut seen);
            }
        }
        model.tick(clock);
    };
    for frame in all {
        let arrival = arrival(&mut rng, &frame);
        let parsed = model::parse(&frame, &arrival, &MACS);
        for beat in beats(&frame, width) {
            // Bytes behind the frame's end that would look like more of it, or noise.
            sink.drive(&mut model, Some(&beat), rng.random());
            let noise: [u8; Arrival::LEN] = std::array::from_fn(|_| rng.random());
            let other = if beat.first { arrival } else { Arrival::unpack(&noise) };
            arrival_in.set(&mut model, &other.pack());
            check(&mut model, beat.first.then(|| (parsed, frame.clone())));
        }
        while often(&mut rng, idle) {
            sink.drive(&mut model, None, rng.random());
            check(&mut model, None);
        }
    }
    for _ in 0..parse_clocks(width) {
        sink.drive(&mut model, None, rng.random());
        check(&mut model, None);
    }
    let wanted = [
        "network Truncated",
        "network VlanDepth",
        "network BadVersion",
        "network BadIhl",
        "network BadLength",
        "network BadChecksum",
        "other type",
        "fragment true",
        "l2f true",
        "transport 17 Truncated",
        "transport 17 BadLength",
        "transport 6 Truncated",
        "transport 6 BadLength",
        "transport 47 Truncated",
        "transport 50 Truncated",
        "at 22 header 60",
        "at 14 header 20",
        "l2tp at 10 control false clean true",
        "l2tp at 12 control false clean true",
        "l2tp at 12 control true clean true",
        "l2tp at 12 control true clean false",
    ];
    let stations =
        [Station::Own, Station::Group, Station::Foreign].map(|s| format!("station {}", s as u8));
    for case in wanted.iter().map(|case| case.to_string()).chain(stations) {
        assert!(seen.contains_key(&case), "no frame of this kind: {case}; {seen:#?}");
    }
}

#[test]
fn frames_are_parsed_at_both_widths() {
    let narrow = hdl::emit::verilog_of::<Parse<128, 5>>();
    let wide = hdl::emit::verilog_of::<Parse<512, 7>>();
    for (seed, idle) in [(1, 0), (2, 40)] {
        frames_are_parsed(&narrow, 16, idle, 60_000, seed);
        frames_are_parsed(&wide, 64, idle, 60_000, seed);
    }
}
