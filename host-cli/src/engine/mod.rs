//! Device, driver and slow path together: what replay and daemon both run.

mod counters;
mod glue;
mod hops;
mod outcome;

use std::{
    collections::{HashSet, VecDeque},
    net::Ipv4Addr,
    time::Duration,
};

use control::{
    Config, Control, Count, Event, ServerState,
    view::{RowView, ServerView, VirtualView},
};
use driver::{Device as Driver, Punted};
use sim::{Device, Sent};
use spec::{host::PuntDescriptor, limits::TICK_MICROSECONDS, register::Counter, verdict::Punt};

pub use counters::drop_name;
use counters::{COUNTERS, Totals, reason};
use glue::Glue;
pub use hops::Exit;
pub use outcome::{Outcome, Ways};

/// Why the engine has stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The device does not do what its driver asks.
    #[error("the device has failed: {0}")]
    Driver(#[from] driver::Error),
    /// The way to the device.
    #[error("the device has failed: {0}")]
    Transport(#[from] driver::TransportError),
    /// It never came to rest.
    #[error("the device has not come to rest within {0} clocks")]
    Restless(u64),
    /// The configuration does not fit.
    #[error("{0}")]
    Config(control::Fault),
}

/// Punted frames that wait for the way to an address, at most.
const HELD: usize = 1024;
/// How long they wait.
const HOLD: Duration = Duration::from_secs(3);
/// Clocks that a device may take to come to rest.
const PATIENCE: u64 = 10_000_000;
/// How often the event counters are read at least: with 32 bits, 100 Gb/s of the shortest frames
/// take 28 seconds to go round.
const RECOUNT: Duration = Duration::from_secs(10);
/// Clocks between two looks at the rings.
const STRIDE: u64 = 64;

/// A device that runs, with its driver and slow path.
pub struct Engine<D: Device> {
    control: Control,
    glue: Glue<D>,
    ways: Ways,
    /// Frames that wait for a way, and until when.
    held: VecDeque<(Duration, PuntDescriptor, Vec<u8>)>,
    now: Duration,
    /// Parts of a tick that have passed.
    fraction: Duration,
    drops: [u32; COUNTERS],
    totals: Totals,
    /// When the counters are read next.
    recount: Duration,
}

impl<D: Device> Engine<D> {
    /// Starts the slow path on a device that has been opened.
    pub fn new(
        now: Duration,
        driver: Driver<D>,
        config: &Config,
        macs: [[u8; 6]; 2],
    ) -> Result<Self, Error> {
        let mut glue = Glue::new(driver, macs);
        let control =
            Control::new(now, config, &mut glue).map_err(|(_, fault)| Error::Config(fault))?;
        glue.check()?;
        glue.driver().settle()?;
        let mut engine = Self {
            control,
            glue,
            ways: Ways::default(),
            held: VecDeque::new(),
            now,
            fraction: Duration::ZERO,
            drops: [0; _],
            totals: Totals::default(),
            recount: now,
        };
        engine.drops = engine.counters()?;
        engine.totals = Totals::since(&engine.drops);
        Ok(engine)
    }

    /// Puts a frame on the wire towards a port.
    pub fn send(&mut self, port: usize, frame: &[u8]) {
        self.glue.device().send(port, frame, false);
    }

    /// The next frame that has left at a port.
    pub fn receive(&mut self, port: usize) -> Option<Sent> {
        self.glue.device().receive(port)
    }

    /// The next frame for the host's network stack, and the port at which it came in.
    pub fn next_to_host(&mut self) -> Option<(u8, Vec<u8>)> {
        self.glue.next_to_host()
    }

    /// The next address whose way is asked for.
    pub fn next_wanted(&mut self) -> Option<Ipv4Addr> {
        self.glue.next_wanted()
    }

    /// Addresses whose ways are asked for no longer, since the last call.
    pub fn forgotten(&mut self) -> Vec<Ipv4Addr> {
        self.glue.forgotten()
    }

    /// Whether the way to an address is asked for.
    pub fn asks(&self, address: Ipv4Addr) -> bool {
        self.glue.asks(address)
    }

    /// Tells the ways to addresses.
    ///
    /// Tunnels whose way has changed take the new one, and frames that waited for a way are shown to
    /// the slow path again.
    pub fn learn(&mut self, ways: &[(Ipv4Addr, Exit)]) -> Result<(), Error> {
        let moved = ways.iter().filter(|(address, exit)| self.glue.learn(*address, *exit));
        let moved: HashSet<Ipv4Addr> = moved.map(|way| way.0).collect();
        if !moved.is_empty() {
            self.control.rerouted(&moved, &mut self.glue);
        }
        for (_, descriptor, frame) in std::mem::take(&mut self.held) {
            self.punt(&descriptor, &frame, &mut Outcome::default());
        }
        self.glue.check()
    }

    /// Sends a frame of the host's network stack out of a port.
    pub fn inject(&mut self, port: u8, frame: &[u8]) -> Result<(), Error> {
        control::Device::inject_raw(&mut self.glue, port, frame);
        self.glue.check()
    }

    /// Whether the device keeps up with the frames that it is given; while not, [`Self::inject`] is
    /// to wait.
    pub fn room(&mut self) -> bool {
        self.glue.driver().room()
    }

    /// Lets the device run for some clocks, and the slow path answer what it was asked. Tells
    /// whether there was anything to do.
    pub fn work(&mut self, clocks: u64) -> Result<bool, Error> {
        self.glue.device().advance(clocks);
        self.punts(&mut Outcome::default())
    }

    /// Whether only a frame, the time or the operator can give it something to do.
    pub fn idle(&mut self) -> bool {
        self.glue.driver().idle() && self.glue.device().idle()
    }

    /// Brings time to `now`: ticks for the device, timers for the slow path.
    pub fn advance_to(&mut self, now: Duration) -> Result<(), Error> {
        if now <= self.now {
            return Ok(());
        }
        let tick = Duration::from_micros(TICK_MICROSECONDS);
        self.fraction += now - self.now;
        let ticks = self.fraction.as_micros() / tick.as_micros();
        self.fraction -= tick * ticks as u32;
        self.glue.device().tick(ticks as u32);
        self.now = now;
        while self.held.front().is_some_and(|(until, ..)| *until <= now) {
            self.held.pop_front();
            *self.ways.dropped.entry(Count::Unreachable.name()).or_default() += 1;
        }
        if self.control.next_timer().is_some_and(|due| due <= now) {
            self.control.timer(now, &mut self.glue);
            self.glue.check()?;
        }
        if now >= self.recount {
            self.totals()?;
        }
        Ok(())
    }

    /// As [`Self::advance_to`], stopping at each timer on the way until all is quiet; what left
    /// meanwhile.
    pub fn pass_time(&mut self, to: Duration) -> Result<Outcome, Error> {
        let mut outcome = Outcome::default();
        while let Some(due) = self.control.next_timer().filter(|due| *due <= to) {
            self.advance_to(due.max(self.now + Duration::from_nanos(1)))?;
            let settled = self.settle(self.now)?;
            outcome.sent.extend(settled.sent);
        }
        self.advance_to(to)?;
        Ok(outcome)
    }

    /// Runs until nothing is left to do, and gathers what came of it.
    pub fn settle(&mut self, now: Duration) -> Result<Outcome, Error> {
        self.advance_to(now)?;
        let mut outcome = Outcome::default();
        let to_host = self.ways.to_host;
        let mut waited = 0;
        loop {
            self.glue.device().advance(STRIDE);
            let busy = self.punts(&mut outcome)?;
            for port in 0..2 {
                while let Some(sent) = self.receive(port) {
                    outcome.sent.push((port, sent));
                }
            }
            if !busy && self.idle() {
                break;
            }
            waited += STRIDE;
            if waited > PATIENCE {
                return Err(Error::Restless(PATIENCE));
            }
        }
        while self.glue.next_to_host().is_some() {}
        outcome.to_host = self.ways.to_host - to_host;
        if outcome.sent.is_empty() && outcome.punts == 0 {
            outcome.dropped = self.new_drop()?;
        }
        Ok(outcome)
    }

    /// The drop that the device has counted since the last look.
    fn new_drop(&mut self) -> Result<Option<String>, Error> {
        let counters = self.counters()?;
        let drops = Counter::ALL.iter().filter(|(counter, _)| drop_name(*counter).is_some());
        let changed = |counter: &Counter| {
            let at = usize::from(counter.code());
            counters[at] != self.drops[at]
        };
        let found = drops.map(|row| row.0).find(changed).and_then(drop_name);
        self.drops = counters;
        Ok(found)
    }

    /// Answers what the slow path is asked, as long as the device takes the answers; whether there
    /// was anything. What is not answered yet stays in the device's queue.
    fn punts(&mut self, outcome: &mut Outcome) -> Result<bool, Error> {
        let mut any = false;
        self.glue.driver().poll()?;
        while self.room()
            && let Some(Punted { descriptor, frame }) = self.glue.next_punt()?
        {
            any = true;
            if Punt::from_code(descriptor.reason) == Some(Punt::Copy) {
                outcome.copies += 1;
                self.control.punted(self.now, &descriptor, &frame, &mut self.glue);
            } else {
                outcome.punts += 1;
                self.punt(&descriptor, &frame, outcome);
            }
            self.glue.check()?;
        }
        Ok(any)
    }

    fn punt(&mut self, descriptor: &PuntDescriptor, frame: &[u8], outcome: &mut Outcome) {
        let before = self.control.counts().clone();
        self.glue.begin();
        self.control.punted(self.now, descriptor, frame, &mut self.glue);
        let effects = self.glue.effects();
        if effects.injected > 0 {
            self.ways.forwarded += 1;
        } else if effects.to_host > 0 {
            self.ways.to_host += 1;
        } else if effects.unresolved && self.held.len() < HELD {
            self.held.push_back((self.now + HOLD, *descriptor, frame.into()));
        } else {
            let reason = reason(&before, self.control.counts());
            *self.ways.dropped.entry(reason).or_default() += 1;
            outcome.dropped = Some(reason.into());
        }
    }

    /// What the event counters have counted since the start.
    pub fn totals(&mut self) -> Result<[u64; COUNTERS], Error> {
        let counters = self.counters()?;
        self.recount = self.now + RECOUNT;
        Ok(self.totals.add(&counters))
    }

    /// The event counters, which wrap.
    fn counters(&mut self) -> Result<[u32; COUNTERS], Error> {
        let mut values = [0; _];
        for (counter, value) in self.glue.driver().registers().counters()? {
            values[usize::from(counter.code())] = value;
        }
        Ok(values)
    }

    /// What the slow path has done with the frames that it was asked about.
    pub fn ways(&self) -> &Ways {
        &self.ways
    }

    /// Frames that the slow path has sent on through a row.
    pub fn injected(&self) -> u64 {
        self.glue.forwarded
    }

    /// Clocks of the device, if it has any.
    pub fn clocks(&mut self) -> Option<u64> {
        self.glue.device().clocks()
    }

    /// The clock of the latest frame's first beat at a port.
    pub fn accepted(&mut self, port: usize) -> Option<u64> {
        self.glue.device().accepted(port)
    }

    /// The slow path and the device that it works on: for the operator's verbs.
    pub fn operate<T>(
        &mut self,
        verb: impl FnOnce(&mut Control, &mut dyn control::Device, Duration) -> T,
    ) -> Result<T, Error> {
        let result = verb(&mut self.control, &mut self.glue, self.now);
        self.glue.check()?;
        Ok(result)
    }

    /// The services.
    pub fn virtuals(&self) -> Vec<VirtualView> {
        self.control.virtuals()
    }

    /// The servers.
    pub fn servers(&mut self) -> Vec<ServerView> {
        self.control.servers(&mut self.glue)
    }

    /// Whether the slow path gives tunnels to the server at this address.
    pub fn is_up(&mut self, server: Ipv4Addr) -> bool {
        let up = |view: &ServerView| *view.end.ip() == server && view.state == ServerState::Up;
        self.servers().iter().any(up)
    }

    /// The rows of the table.
    pub fn rows(&mut self) -> Vec<RowView> {
        self.control.rows(&mut self.glue)
    }

    /// Tunnels that stand or are being set up.
    pub fn tunnels(&self) -> usize {
        self.control.tunnel_count()
    }

    /// What has happened since the last call.
    pub fn events(&mut self) -> Vec<(Duration, Event)> {
        self.control.events().collect()
    }

    /// The driver, for what it knows of the device.
    pub fn driver(&mut self) -> &mut Driver<D> {
        self.glue.driver()
    }

    /// The engine's time.
    pub fn now(&self) -> Duration {
        self.now
    }
}
