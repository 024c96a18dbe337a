//! Commands, completions and frames over the rings.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use spec::command::{COMMAND, COMPLETION, COUNTERS, Command, Completion, DATA, Opcode, Status};
use spec::host::{InjectDescriptor, PuntDescriptor, Ring as Which, StatusBlock};
use spec::limits::MAX_FRAME;
use spec::register;
use spec::table::Table;

use crate::error::Error;
use crate::ring::Ring;
use crate::table::Write;
use crate::transport::{Memory, Transport, TransportError};

/// Sizes of the rings, as powers of two, and how patient the driver is.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Slots of the command ring.
    pub commands_log2: u32,
    /// Slots of the completion ring.
    pub completions_log2: u32,
    /// Slots of the punt ring, 16 KiB each.
    pub punts_log2: u32,
    /// Slots of the inject ring, 16 KiB each.
    pub injects_log2: u32,
    /// How long the device may make no progress with something that it was told to do. A simulated
    /// device is slow.
    pub timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            commands_log2: 10,
            completions_log2: 10,
            punts_log2: 8,
            injects_log2: 8,
            timeout: Duration::from_secs(10),
        }
    }
}

/// Frames that wait for the device, at which a driver's user should give no more: as much as four
/// rings of the default size hold.
const WAITING: usize = 1024;

/// A frame that the device gave to the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punted {
    /// Where it came in, why it is here, what was found about it.
    pub descriptor: PuntDescriptor,
    /// The frame as received.
    pub frame: Vec<u8>,
}

/// A row that was read from the device.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// Its number.
    pub index: u32,
    /// The packed row.
    pub data: [u8; DATA],
    /// For an entry: its packed counters.
    pub counters: [u8; COUNTERS],
}

/// The rings of an enabled device.
pub(crate) struct Link<T> {
    pub transport: T,
    timeout: Duration,
    status: Memory,
    commands: Ring,
    completions: Ring,
    punts: Ring,
    injects: Ring,
    /// Fences are numbered; the low bits of a number are its tag.
    fences_sent: u64,
    fences_done: u64,
    /// Commands were sent behind the last fence.
    unfenced: bool,
    /// Frames that wait until a fence is done: they may need rows that are being written.
    waiting: VecDeque<(u64, Vec<u8>)>,
    reading: Option<u16>,
    answers: Vec<Answer>,
    read_done: bool,
    refused: Option<Error>,
    /// The first fence is not yet done.
    starting: bool,
}

impl<T: Transport> Link<T> {
    /// Resets the device's rings and starts them in new memory.
    pub fn new(mut transport: T, config: &Config) -> Result<Self, Error> {
        let deadline = Instant::now() + config.timeout;
        transport.write32(register::RING_ENABLE, 0)?;
        while transport.read32(register::RING_ENABLE)? & 1 != 0 {
            if Instant::now() > deadline {
                return Err(Error::Timeout("the rings do not stop"));
            }
            transport.relax()?;
        }
        let status = transport.allocate(StatusBlock::LEN)?;
        transport.write32(register::STATUS_LOW, status.address as u32)?;
        transport.write32(register::STATUS_HIGH, (status.address >> 32) as u32)?;
        let commands = Ring::new(&mut transport, Which::Command, config.commands_log2)?;
        let completions = Ring::new(&mut transport, Which::Completion, config.completions_log2)?;
        let punts = Ring::new(&mut transport, Which::Punt, config.punts_log2)?;
        let injects = Ring::new(&mut transport, Which::Inject, config.injects_log2)?;
        transport.write32(register::RING_ENABLE, 1)?;
        // A driver before this one may have left commands whose completions come only now: they are
        // not mistaken for ours, because tags begin at random.
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let first = u64::from(elapsed.subsec_nanos() >> 8);
        let mut link = Self {
            transport,
            timeout: config.timeout,
            status,
            commands,
            completions,
            punts,
            injects,
            fences_sent: first,
            fences_done: first,
            unfenced: true,
            waiting: VecDeque::new(),
            reading: None,
            answers: Vec::new(),
            read_done: false,
            refused: None,
            starting: true,
        };
        let fence = link.fence();
        link.wait("a fence", |link| link.fenced(fence))?;
        link.starting = false;
        Ok(link)
    }

    /// Sends a row to be written. It is executed after all that was sent before.
    pub fn write(&mut self, write: &Write) -> Result<(), Error> {
        let (slot, fingerprint) = write.place.unwrap_or_default();
        let command = Command {
            opcode: Opcode::Write.code(),
            table: write.table.code(),
            index: write.index,
            clear: write.clear,
            place: write.place.is_some(),
            slot,
            fingerprint,
            ..Command::default()
        };
        self.unfenced = true;
        self.send(&command, &write.data)
    }

    /// The number of the fence behind which everything sent so far is done.
    pub fn fence(&mut self) -> u64 {
        self.fences_sent + u64::from(self.unfenced)
    }

    /// The number of a fence that is sent after this call: frames that entered the device before it
    /// have left when it is done.
    pub fn next_fence(&mut self) -> u64 {
        self.unfenced = true;
        self.fences_sent + 1
    }

    /// Whether a fence is done.
    pub fn fenced(&self, fence: u64) -> bool {
        self.fences_done >= fence
    }

    /// Reads `count` rows.
    pub fn read(&mut self, table: Table, first: u32, count: usize) -> Result<Vec<Answer>, Error> {
        const CHUNK: usize = 1 << 15;
        let mut rows = Vec::with_capacity(count);
        for at in (0..count).step_by(CHUNK) {
            let tag = (self.fences_sent as u16).wrapping_add(0x8000) ^ at as u16;
            let command = Command {
                opcode: Opcode::Read.code(),
                table: table.code(),
                tag,
                index: first + at as u32,
                count: CHUNK.min(count - at) as u16,
                ..Command::default()
            };
            (self.reading, self.read_done) = (Some(tag), false);
            self.send(&command, &[0; DATA])?;
            self.wait("rows to be read", |link| link.read_done)?;
            self.reading = None;
            rows.append(&mut self.answers);
        }
        if rows.len() != count || rows.iter().zip(first..).any(|(row, index)| row.index != index) {
            return Err(Error::Nonsense("other rows than those asked for"));
        }
        Ok(rows)
    }

    fn send(&mut self, command: &Command, data: &[u8; DATA]) -> Result<(), Error> {
        if self.commands.available() == 0 {
            self.wait("room for a command", |link| link.commands.available() > 0)?;
        }
        let mut bytes = [0; COMMAND];
        bytes[..Command::LEN].copy_from_slice(&command.pack());
        bytes[Command::LEN..].copy_from_slice(data);
        self.commands.write(&mut self.transport, 0, &bytes)?;
        self.commands.step();
        Ok(())
    }

    /// Sends a frame behind all commands sent so far.
    pub fn inject(&mut self, descriptor: &InjectDescriptor, frame: &[u8]) {
        let bytes = [&descriptor.pack(), frame].concat();
        let fence = self.fence();
        self.waiting.push_back((fence, bytes));
    }

    /// Whether a frame more may wait.
    pub fn room(&self) -> bool {
        self.waiting.len() < WAITING
    }

    /// The next frame from the device, of those that the last poll has seen.
    pub fn punted(&mut self) -> Result<Option<Punted>, Error> {
        if self.punts.available() == 0 {
            return Ok(None);
        }
        let mut descriptor = [0; PuntDescriptor::LEN];
        self.punts.read(&mut self.transport, 0, &mut descriptor)?;
        let descriptor = PuntDescriptor::unpack(&descriptor);
        let length = usize::from(descriptor.length);
        if length > MAX_FRAME {
            return Err(Error::Nonsense("a punted frame longer than the longest"));
        }
        let mut frame = vec![0; length];
        self.punts.read(&mut self.transport, PuntDescriptor::LEN, &mut frame)?;
        self.punts.step();
        Ok(Some(Punted { descriptor, frame }))
    }

    /// Hands the device what waits for it, lets it work, and takes what it has done.
    pub fn poll(&mut self) -> Result<(), Error> {
        let wanted = self.waiting.back().is_some_and(|frame| frame.0 > self.fences_sent);
        if wanted || self.unfenced {
            self.send_fence()?;
        }
        self.exchange()
    }

    fn send_fence(&mut self) -> Result<(), Error> {
        if self.commands.available() == 0 {
            return Ok(()); // next time
        }
        let tag = (self.fences_sent + 1) as u16;
        let command = Command { opcode: Opcode::Fence.code(), tag, ..Command::default() };
        self.send(&command, &[0; DATA])?;
        self.fences_sent += 1;
        self.unfenced = false;
        Ok(())
    }

    fn exchange(&mut self) -> Result<(), Error> {
        while self.injects.available() > 0
            && self.waiting.front().is_some_and(|frame| self.fenced(frame.0))
        {
            let Some((_, bytes)) = self.waiting.pop_front() else { break };
            self.injects.write(&mut self.transport, 0, &bytes)?;
            self.injects.step();
        }
        for ring in [&mut self.commands, &mut self.injects, &mut self.completions, &mut self.punts]
        {
            ring.ring(&mut self.transport)?;
        }
        self.transport.relax()?;
        let mut status = [0; StatusBlock::LEN];
        self.transport.read(&self.status, 0, &mut status)?;
        let status = StatusBlock::unpack(&status);
        self.commands.theirs = status.command;
        self.completions.theirs = status.completion;
        self.punts.theirs = status.punt;
        self.injects.theirs = status.inject;
        let rings = [&self.commands, &self.completions, &self.punts, &self.injects];
        if !rings.iter().all(|ring| ring.sane()) {
            return Err(Error::Nonsense("an index that no ring can have"));
        }
        while self.completions.available() > 0 {
            let mut bytes = [0; COMPLETION];
            self.completions.read(&mut self.transport, 0, &mut bytes)?;
            self.completions.step();
            self.complete(&bytes);
        }
        match self.refused.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn complete(&mut self, bytes: &[u8; COMPLETION]) {
        let head = Completion::unpack(bytes);
        let opcode = Opcode::from_code(head.opcode);
        let ours = self.reading == Some(head.tag) && opcode == Some(Opcode::Read);
        let status = Status::from_code(head.status);
        if self.starting && opcode != Some(Opcode::Fence) {
            return; // of a driver before this one
        }
        if status != Some(Status::Done) {
            let (table, index) = (head.table, head.index);
            self.refused = Some(Error::Refused { opcode, table, index, status });
            self.read_done |= ours;
        } else if ours {
            let (mut data, mut counters) = ([0; DATA], [0; COUNTERS]);
            data.copy_from_slice(&bytes[Completion::LEN..Completion::LEN + DATA]);
            counters.copy_from_slice(&bytes[Completion::LEN + DATA..]);
            self.answers.push(Answer { index: head.index, data, counters });
            self.read_done = head.last;
        } else if opcode == Some(Opcode::Fence)
            && self.fences_done < self.fences_sent
            && head.tag == (self.fences_done + 1) as u16
        {
            self.fences_done += 1;
        }
    }

    /// Polls until something is done. The time runs anew whenever the device has moved on.
    pub fn wait(&mut self, what: &'static str, done: impl Fn(&Self) -> bool) -> Result<(), Error> {
        let (mut start, mut turns, mut progress) = (Instant::now(), 0u32, self.progress());
        while !done(self) {
            if self.reading.is_some() || self.commands.available() == 0 {
                self.exchange()?; // a fence now would not help
            } else {
                self.poll()?;
            }
            if progress != self.progress() {
                (start, progress) = (Instant::now(), self.progress());
            }
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(16) && start.elapsed() > self.timeout {
                return Err(match self.transport.read32(register::ID)? {
                    u32::MAX => TransportError::Gone.into(),
                    _ => Error::Timeout(what),
                });
            }
        }
        Ok(())
    }

    fn progress(&self) -> [u32; 4] {
        [self.commands.theirs, self.completions.ours, self.punts.theirs, self.injects.theirs]
    }

    /// Whether the device has done all it was told, and the host has taken all punted frames.
    pub fn idle(&self) -> bool {
        self.commands.drained()
            && self.injects.drained()
            && self.waiting.is_empty()
            && !self.unfenced
            && self.fences_done == self.fences_sent
            && self.punts.available() == 0
    }
}
