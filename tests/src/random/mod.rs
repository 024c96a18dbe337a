//! Random frames, right and wrong, through a Verilated device that is stalled at random and whose
//! tables change meanwhile, beside the model.
//!
//! The wires pause and jam; the driver fills the table to 95 % and keeps changing it while frames are
//! under way; frames come from both ports and from the host. Compared are every decision in its order,
//! at the state of the table that the lookup had; every frame out and every punt, byte by byte and in
//! order; every counter. Every frame is one out, one punted, or one counted drop.
//!
//! Tried on broken Verilog: with no forwarding of a slot that is read in the clock of its WRITE, the
//! second seed failed. With stash rows that appear a clock early no seed of forty did: hardly a row
//! stands in the stash.
//!
//! What this cannot catch: such rarities; what needs more rows or other sizes of buffers than the
//! simulated tops have; receive buffers that overflow (the bench never lets them); whether a queue that
//! drops has been full (only that it counts). Those are the block tests' business.

mod board;
mod churn;
mod fates;
mod tap;
mod weather;

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

use driver::{Config, Device, Transport};
use model::Punted;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::{Device as _, Rtl};
use spec::limits::{MAX_FRAME, MIN_FRAME};
use spec::meta::Source;
use spec::register::{Counter, GENERATION};
use spec::table::{Counters, Table};
use spec::verdict::Class;

use crate::compare::tell;
use crate::traffic::{Arriving, Traffic};
use board::Board;
use churn::Churn;
use fates::{account, room};
use tap::Tap;
use weather::Weather;

/// What differs, or what the driver could not do.
type Result<T = (), E = String> = std::result::Result<T, E>;

fn says(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Rows that the table is filled to, in percent.
const LOAD: usize = 95;
/// Bytes under way at which no queue can be full, whatever they are: a class's part of the punt queue,
/// with every frame rounded up to the wider beats.
const CALM: usize = 16 * 1024;
/// Bytes of a port's frames that are sure to fit into its receive buffer, beside one that comes in.
const BUFFER: usize = 32 * 1024;

/// Clocks without a decision, while frames wait for one, after which the device hangs.
const HANGS: u64 = 100_000;

/// A fault of the bench: whether the comparison would notice such a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// WRITEs to this table do not reach the model any more.
    LostWrite(Table),
    /// A frame that was sent is not looked at.
    LostFrame,
    /// A frame for the host is not looked at.
    LostPunt,
    /// A bit of a frame that was sent is changed.
    ChangedBit,
    /// A frame is dropped before the device, and nobody counts it.
    LostArrival,
}

/// What has passed in a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Frames given to the device.
    pub frames: u64,
    /// Clocks.
    pub clocks: u64,
    /// Commands that the driver has sent.
    pub commands: u64,
    /// Changes of tables: rows added, removed, updated, small tables.
    pub changes: u64,
    /// Decisions by a lookup.
    pub lookups: u64,
    /// Decisions that fell between a WRITE to a small table and its effect.
    pub between: u64,
    /// The device's counters.
    pub counters: Vec<(Counter, u32)>,
}

/// A run that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The clock at which it was noticed.
    pub clock: u64,
    /// What is wrong.
    pub what: String,
}

/// Runs `count` frames of a seed through a device out of its reset. `seen` is told of frames given.
pub fn run(
    rtl: Rtl,
    seed: u64,
    count: u64,
    fault: Option<Fault>,
    mut seen: impl FnMut(u64),
) -> Result<Tally, Failure> {
    let mut bench = None;
    let what = match Bench::open(rtl, seed, fault) {
        Ok(opened) => match bench.insert(opened).run(count, &mut seen) {
            Ok(tally) => return Ok(tally),
            Err(what) => what,
        },
        Err(what) => what,
    };
    let clock = bench.and_then(|bench| bench.device.close().rtl.clocks()).unwrap_or_default();
    Err(Failure { clock, what })
}

/// Runs a seed once more, right or wrong, and records these of its clocks.
pub fn record(top: &str, seed: u64, count: u64, clocks: Range<u64>, file: &Path) -> Result {
    let rtl = Rtl::recording(top, file, clocks).map_err(says)?;
    let _ = run(rtl, seed, count, None, |_| {});
    Ok(())
}

struct Bench {
    device: Device<Tap>,
    traffic: Traffic,
    board: Board,
    churn: Churn,
    random: ChaCha8Rng,
    /// Links may be down for long, and queues overflow.
    stormy: bool,
    /// What goes wrong half-way; and that which has not yet, from then on.
    fault: Option<Fault>,
    planted: Option<Fault>,
    offered: u64,
    /// The clock of the latest decision.
    decided: u64,
    /// Bytes of each frame that the driver has not yet put into its ring.
    handed: VecDeque<usize>,
}

impl Bench {
    fn open(mut rtl: Rtl, seed: u64, fault: Option<Fault>) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0xd1ce);
        let (stormy, policed, bridge) = (seed % 3 == 2, seed % 5 == 4, seed % 4 != 3);
        let traffic = Traffic::new(seed, 0);
        let mut weather = Weather::new(seed, stormy);
        rtl.stall(move || weather.clock());
        rtl.decisions();
        let mut board = Board::new(&traffic.farm, bridge);
        board.fates.lossy = [stormy, stormy || policed];
        let mut device =
            Device::open(Tap::new(rtl), &traffic.farm.secret, &Config::default()).map_err(says)?;
        tell(&mut device, &traffic.farm)?;
        let mut registers = device.registers();
        registers.set_control(true, bridge).map_err(says)?;
        for (class, _) in Class::ALL.iter().filter(|_| policed) {
            let (rate, burst) = (random.random_range(0..30), random.random_range(1..60));
            registers.police(*class, rate, burst).map_err(says)?;
        }
        let rows = device.info().rows as usize * LOAD / 100;
        let churn = Churn::new(seed, &traffic.farm, rows);
        Ok(Self {
            device,
            traffic,
            board,
            churn,
            random,
            stormy,
            fault,
            planted: None,
            offered: 0,
            decided: 0,
            handed: VecDeque::new(),
        })
    }

    fn run(&mut self, count: u64, seen: &mut dyn FnMut(u64)) -> Result<Tally> {
        self.change()?;
        while self.offered < count || !self.churn.full(&self.device) {
            let before = self.offered;
            while self.offered < count && self.room() {
                self.offer()?;
            }
            seen(self.offered - before);
            if !self.churn.full(&self.device) || self.random.random_bool(0.4) {
                self.change()?;
            }
            self.step()?;
            if self.random.random_bool(0.02) {
                self.board.model.tick(1);
                self.device.transport().rtl.tick(1);
            }
            if self.offered > count / 2 {
                self.plant();
            }
        }
        while !(self.device.idle() && self.device.transport().rtl.idle()) {
            self.step()?;
        }
        self.step()?;
        self.end()
    }

    fn change(&mut self) -> Result {
        let Self { device, traffic, board, churn, .. } = self;
        churn.step(device, &mut traffic.farm, board)
    }

    fn plant(&mut self) {
        match self.fault.take() {
            Some(Fault::LostWrite(table)) => self.board.lose = Some(table),
            Some(other) => self.planted = Some(other),
            None => {}
        }
    }

    /// Whether this fault happens now.
    fn fails(&mut self, here: Fault) -> bool {
        self.planted.take_if(|fault| *fault == here).is_some()
    }

    /// Whether another frame may be offered.
    fn room(&self) -> bool {
        let ports = [Source::External, Source::Internal];
        let fits = ports.iter().all(|port| self.board.undecided(*port) + MAX_FRAME <= BUFFER);
        let under_way = self.board.under_way() + self.handed.iter().sum::<usize>();
        fits && (self.stormy || under_way + MAX_FRAME <= CALM)
    }

    fn offer(&mut self) -> Result {
        self.offered += 1;
        match self.traffic.arriving() {
            Arriving::Port { port, frame, error } => {
                self.board.arrives(port, &frame, error);
                if !self.fails(Fault::LostArrival) {
                    self.device.transport().rtl.send(port, &frame, error);
                }
                Ok(())
            }
            Arriving::Inject { descriptor, mut frame } => {
                // The driver makes no wrong descriptor, and takes no frame that is none.
                frame.resize(frame.len().clamp(MIN_FRAME, MAX_FRAME), 0);
                self.device.transport().forged.push_back(descriptor);
                self.handed.push_back(room(frame.len().max(descriptor.length.into())));
                self.device.inject(driver::Inject::Raw(0), &frame).map_err(says)
            }
        }
    }

    /// Lets the device work, and compares what it has done.
    fn step(&mut self) -> Result {
        self.device.poll().map_err(says)?;
        let tap = self.device.transport();
        tap.commands.drain(..).for_each(|command| self.board.command(command));
        for (descriptor, frame) in tap.injected.drain(..) {
            self.handed.pop_front();
            self.board.injects(&descriptor, &frame);
        }
        let now = tap.rtl.clocks().unwrap_or_default();
        for decision in tap.rtl.decisions() {
            self.decided = now;
            let wrong = |what| format!("decision of clock {}: {what}", decision.clock);
            self.board.decided(&decision).map_err(wrong)?;
        }
        for port in 0..2 {
            while let Some(mut sent) = self.device.transport().rtl.receive(port) {
                if self.fails(Fault::LostFrame) {
                    continue;
                }
                sent.bytes[13] ^= u8::from(self.fails(Fault::ChangedBit));
                self.board.fates.sent(port, &sent.bytes)?;
            }
        }
        while let Some(punted) = self.device.punted().map_err(says)? {
            if !self.fails(Fault::LostPunt) {
                let driver::Punted { descriptor, frame } = punted;
                self.board.fates.punted(Punted { descriptor, frame }.canonical())?;
            }
        }
        if self.board.under_way() > 0 && now > self.decided + HANGS {
            return Err(format!(
                "{} bytes are under way, and nothing moves",
                self.board.under_way()
            ));
        }
        Ok(())
    }

    /// Everything has left.
    fn end(&mut self) -> Result<Tally> {
        let counters = self.device.registers().counters().map_err(says)?;
        let generation = self.device.transport().read32(GENERATION).map_err(says)? as u16;
        let clocks = self.device.transport().rtl.clocks().unwrap_or_default();
        self.board.end(clocks, generation, &counters)?;
        account(self.offered, &counters)?;
        for flow in self.device.flows().map_err(says)? {
            let expected = self.board.counters(flow.entry);
            // The tick may fall between a decision and its count; a row that was never used says
            // when it was written.
            let late = flow.counters.last_seen.wrapping_sub(expected.last_seen) <= 1;
            let last_seen = if late || expected.packets == 0 {
                flow.counters.last_seen
            } else {
                expected.last_seen
            };
            let expected = Counters { last_seen, ..expected };
            if flow.counters != expected {
                return Err(format!("entry {}: {:?}, not {expected:?}", flow.entry, flow.counters));
            }
        }
        Ok(Tally {
            frames: self.offered,
            clocks,
            commands: self.device.transport().written,
            changes: self.churn.changes,
            lookups: self.board.lookups,
            between: self.board.between,
            counters,
        })
    }
}
