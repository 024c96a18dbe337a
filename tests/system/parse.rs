//! tshark and the parser read the same from every packet of every capture.

use model::parse;
use spec::meta::{Arrival, NO_FAULT, Parsed};
use spec::verdict::Drop;
use tests::captures;

use crate::oracle::expected;
use crate::tshark::decode;

/// What the model reads from a frame that arrives at the external port under its own address.
fn parsed(frame: &[u8]) -> Parsed {
    let own = frame[..6].try_into().expect("six octets");
    let arrival = Arrival { length: frame.len() as u16, ..Arrival::default() };
    parse(frame, &arrival, &[own, [0; 6]])
}

#[test]
fn tshark_agrees_on_every_packet_of_every_capture() {
    let mut seen: Vec<Parsed> = Vec::new();
    for capture in captures::all() {
        let packets = decode(&capture.path);
        assert_eq!(packets.len(), capture.frames.len(), "{}", capture.path.display());
        for (number, (packet, captured)) in (1..).zip(packets.iter().zip(&capture.frames)) {
            let frame = &captured.frame;
            let (ours, theirs) = (parsed(frame), expected(packet, frame.len()));
            assert_eq!(ours, theirs, "{}, packet {number}: left ours", capture.path.display());
            seen.push(ours);
        }
    }
    // The captures hold what there is to read.
    let holds = |what: &str, test: &dyn Fn(&Parsed) -> bool| {
        assert!(seen.iter().any(test), "no packet with {what}");
    };
    for fault in [
        Drop::VlanDepth,
        Drop::Truncated,
        Drop::BadVersion,
        Drop::BadIhl,
        Drop::BadLength,
        Drop::BadChecksum,
    ] {
        holds(fault.name(), &|parsed| parsed.network_fault == fault.code());
    }
    for fault in [Drop::Truncated, Drop::BadLength] {
        holds(fault.name(), &|parsed| parsed.transport_fault == fault.code());
    }
    for protocol in [1, 6, 17, 47, 50] {
        holds("a protocol", &|parsed| parsed.protocol == protocol);
    }
    for offset in [14, 18, 22] {
        holds("tags", &|parsed| parsed.network_offset == offset && parsed.l2tp);
    }
    holds("the deepest header", &|parsed| parsed.transport_offset == 82 && parsed.l2tp);
    holds("no IPv4", &|parsed| !parsed.ipv4 && parsed.network_fault == NO_FAULT);
    holds("a fragment", &|parsed| parsed.fragment);
    holds("L2F", &|parsed| parsed.l2f);
    holds("reserved bits", &|parsed| parsed.l2tp && !parsed.l2tp_clean);
    holds("control", &|parsed| parsed.control);
    holds("a checksum", &|parsed| parsed.l2tp && parsed.transport_checksum != 0);
    holds("no checksum", &|parsed| parsed.l2tp && parsed.transport_checksum == 0);
    holds("another port", &|parsed| parsed.l2tp && parsed.source_port == 40000);
}

/// The comparison above notices a single wrong bit of any header, if the parser reads it at all: for
/// each such bit, tshark's reading of the damaged frame is not our reading of the whole one.
#[test]
fn tshark_notices_damage() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("damaged.pcap");
    let capture = captures::folder().join("synthesised-l2tp-port-elsewhere.pcap");
    let frame = ports::capture::read(&capture).expect("a capture").remove(9).frame;
    let damaged: Vec<Vec<u8>> = (8 * 12..8 * 48)
        .map(|bit| {
            let mut frame = frame.clone();
            frame[bit / 8] ^= 0x80 >> (bit % 8);
            frame
        })
        .collect();
    let mut writer = ports::capture::Writer::create(&path).expect("a capture");
    for frame in &damaged {
        writer.write(Default::default(), frame).expect("a packet");
    }
    drop(writer);
    let whole = parsed(&frame);
    let mut unnoticed = 0;
    for (packet, frame) in decode(&path).iter().zip(&damaged) {
        let theirs = expected(packet, frame.len());
        assert_eq!(parsed(frame), theirs);
        unnoticed += u32::from(theirs == whole);
    }
    // The Length field may name the payload's size or less; bits of it and the priority bit are
    // not kept.
    assert!(unnoticed <= 8, "{unnoticed} bits unnoticed");
}
