//! Captures survive a round trip; broken ones are named with the packet at fault.

use std::{fs, time::Duration};

use pcap_file::{
    DataLink,
    pcapng::{
        PcapNgWriter,
        blocks::{
            enhanced_packet::EnhancedPacketBlock,
            interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption},
        },
    },
};
use ports::capture::{Captured, Error, Writer, read};

fn some_frames() -> Vec<Captured> {
    let frame = |n: u8| Captured {
        time: Duration::from_micros(1_700_000_000_000_000 + u64::from(n) * 250),
        frame: vec![n; 14 + usize::from(n)],
    };
    (1..=20).map(frame).collect()
}

fn write(path: &std::path::Path) {
    let mut writer = Writer::create(path).unwrap();
    for captured in some_frames() {
        writer.write(captured.time, &captured.frame).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.pcap");
    write(&path);
    assert_eq!(read(&path).unwrap(), some_frames());
}

#[test]
fn a_cut_file_names_the_packet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pcap");
    write(&path);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
    assert!(matches!(read(&path), Err(Error::Format(_, 20, _))));
}

#[test]
fn other_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.pcap");
    fs::write(&path, "no capture at all, by any means").unwrap();
    assert!(matches!(read(&path), Err(Error::Format(_, 0, _))));
    assert!(matches!(read(&folder.path().join("none.pcap")), Err(Error::Io(..))));
}

/// One packet of a pcapng file, `count` after the epoch as its interface counts.
fn pcapng(options: Vec<InterfaceDescriptionOption<'static>>, count: u64) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.pcapng");
    let mut writer = PcapNgWriter::new(fs::File::create(&path).unwrap()).unwrap();
    let mut interface = InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0);
    interface.options = options;
    writer.write_pcapng_block(interface).unwrap();
    let packet = EnhancedPacketBlock {
        interface_id: 0,
        timestamp: Duration::from_nanos(count), // written as it is
        original_len: 14,
        data: vec![1; 14].into(),
        options: vec![],
    };
    writer.write_pcapng_block(packet).unwrap();
    drop(writer);
    read(&path).unwrap()[0].time
}

#[test]
fn a_pcapng_file_says_how_it_counts_time() {
    use InterfaceDescriptionOption::{IfTsOffset, IfTsResol};
    let expected = Duration::from_micros(1_700_000_000_250_000);
    assert_eq!(pcapng(vec![], 1_700_000_000_250_000), expected, "microseconds if it does not");
    assert_eq!(pcapng(vec![IfTsResol(9)], 1_700_000_000_250_000_000), expected);
    assert_eq!(pcapng(vec![IfTsResol(0x82)], 6_800_000_001), expected, "quarters of a second");
    assert_eq!(pcapng(vec![IfTsResol(3), IfTsOffset(1_700_000_000)], 250), expected);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let mut writer = Writer::create("/dev/full".as_ref()).unwrap();
    writer.write(Duration::ZERO, &[1; 14]).unwrap();
    assert!(matches!(writer.finish(), Err(Error::Io(..))));
}
