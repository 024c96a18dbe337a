//! Captures survive a round trip; broken ones are named with the packet at fault.

use std::{fs, time::Duration};

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
