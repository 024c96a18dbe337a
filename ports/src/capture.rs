//! Capture files: pcap and pcapng in, pcap out.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use pcap_file::{
    DataLink, PcapError,
    pcap::{PcapHeader, PcapPacket, PcapReader, PcapWriter},
    pcapng::{
        Block, PcapNgReader,
        blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption},
    },
};

/// A frame and when it was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// Since the epoch.
    pub time: Duration,
    /// The frame.
    pub frame: Vec<u8>,
}

/// Why a capture cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened or made.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] std::io::Error),
    /// It is no capture, or a broken one.
    #[error("{0}: {place}: {2}", place = place(*.1))]
    Format(PathBuf, usize, #[source] PcapError),
    /// Its frames are not Ethernet.
    #[error("{0}: link type {1:?} is not Ethernet")]
    Link(PathBuf, DataLink),
    /// A packet was cut when it was captured.
    #[error("{0}: packet {1} was captured in part ({2} of {3} bytes): capture with -s 0")]
    Cut(PathBuf, usize, usize, usize),
}

/// What an error is about: a packet by its number, or the file's header.
fn place(packet: usize) -> String {
    if packet == 0 { "no capture".into() } else { format!("packet {packet}") }
}

/// The first bytes of a pcapng file: a section header block's type.
const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// All frames of a capture file, of either format.
pub fn read(path: &Path) -> Result<Vec<Captured>, Error> {
    let open = || File::open(path).map_err(|error| Error::Io(path.into(), error));
    let mut magic = [0; 4];
    std::io::Read::read(&mut open()?, &mut magic).map_err(|error| Error::Io(path.into(), error))?;
    let source = BufReader::new(open()?);
    if magic == PCAPNG { read_pcapng(path, source) } else { read_pcap(path, source) }
}

fn read_pcap(path: &Path, source: BufReader<File>) -> Result<Vec<Captured>, Error> {
    let format = |at: usize| move |error| Error::Format(path.into(), at, error);
    let mut reader = PcapReader::new(source).map_err(format(0))?;
    ethernet(path, reader.header().datalink)?;
    let mut frames = Vec::new();
    while let Some(packet) = reader.next_packet() {
        let packet = packet.map_err(format(frames.len() + 1))?;
        whole(path, frames.len() + 1, packet.data.len(), packet.orig_len as usize)?;
        frames.push(Captured { time: packet.timestamp, frame: packet.data.into_owned() });
    }
    Ok(frames)
}

fn read_pcapng(path: &Path, source: BufReader<File>) -> Result<Vec<Captured>, Error> {
    let format = |at: usize| move |error| Error::Format(path.into(), at, error);
    let mut reader = PcapNgReader::new(source).map_err(format(0))?;
    let (mut frames, mut clocks) = (Vec::new(), Vec::new());
    while let Some(block) = reader.next_block() {
        let at = frames.len() + 1;
        let wrong = |what| format(at)(PcapError::InvalidField(what));
        match block.map_err(format(at))? {
            Block::SectionHeader(_) => clocks.clear(),
            Block::InterfaceDescription(interface) => {
                ethernet(path, interface.linktype)?;
                let clock = Clock::of(&interface);
                clocks.push(clock.ok_or_else(|| wrong("if_tsresol finer than can be told"))?);
            }
            Block::EnhancedPacket(packet) => {
                whole(path, at, packet.data.len(), packet.original_len as usize)?;
                let clock = clocks.get(packet.interface_id as usize);
                let clock: &Clock = clock.ok_or_else(|| wrong("of an undescribed interface"))?;
                // The reader takes every count for nanoseconds, whatever its interface says.
                let time = clock.time(packet.timestamp.as_nanos());
                frames.push(Captured { time, frame: packet.data.into_owned() });
            }
            Block::SimplePacket(_) | Block::Packet(_) => {
                return Err(wrong("in a block without a time, or of an obsolete kind"));
            }
            _ => {}
        }
    }
    Ok(frames)
}

/// How an interface of a pcapng file counts time (options if_tsresol and if_tsoffset).
struct Clock {
    /// Counts a second.
    rate: u128,
    /// Seconds to be added.
    offset: u64,
}

impl Clock {
    fn of(interface: &InterfaceDescriptionBlock) -> Option<Self> {
        let mut clock = Self { rate: 1_000_000, offset: 0 };
        for option in &interface.options {
            match option {
                InterfaceDescriptionOption::IfTsResol(power) => {
                    let base: u128 = if power & 0x80 == 0 { 10 } else { 2 };
                    clock.rate = base.checked_pow(u32::from(power & 0x7f))?;
                }
                InterfaceDescriptionOption::IfTsOffset(seconds) => clock.offset = *seconds,
                _ => {}
            }
        }
        Some(clock)
    }

    /// A count, which has 64 bits, as a time.
    fn time(&self, count: u128) -> Duration {
        let nanoseconds = count % self.rate * 1_000_000_000 / self.rate;
        let seconds = self.offset.saturating_add((count / self.rate) as u64);
        Duration::new(seconds, nanoseconds as u32)
    }
}

fn ethernet(path: &Path, link: DataLink) -> Result<(), Error> {
    if link == DataLink::ETHERNET { Ok(()) } else { Err(Error::Link(path.into(), link)) }
}

fn whole(path: &Path, at: usize, captured: usize, original: usize) -> Result<(), Error> {
    if captured >= original { Ok(()) } else { Err(Error::Cut(path.into(), at, captured, original)) }
}

/// Writes a pcap file, frame by frame.
pub struct Writer {
    path: PathBuf,
    writer: PcapWriter<BufWriter<File>>,
    frames: usize,
}

impl Writer {
    /// Makes the file, or empties it.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(|error| Error::Io(path.into(), error))?;
        let header = PcapHeader { datalink: DataLink::ETHERNET, ..PcapHeader::default() };
        let writer = PcapWriter::with_header(BufWriter::new(file), header)
            .map_err(|error| Error::Format(path.into(), 0, error))?;
        Ok(Self { path: path.into(), writer, frames: 0 })
    }

    /// Adds a frame.
    pub fn write(&mut self, time: Duration, frame: &[u8]) -> Result<(), Error> {
        self.frames += 1;
        let packet = PcapPacket::new(time, frame.len() as u32, frame);
        let result = self.writer.write_packet(&packet);
        result.map(drop).map_err(|error| Error::Format(self.path.clone(), self.frames, error))
    }

    /// Ends the file; only then is it known that all of it has been written.
    pub fn finish(self) -> Result<(), Error> {
        let mut file = self.writer.into_writer();
        file.flush().map_err(|error| Error::Io(self.path, error))
    }
}
