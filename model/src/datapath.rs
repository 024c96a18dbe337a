//! The whole datapath: frames and ticks in, frames, punts and counts out.

use spec::command::{COMMAND, COMPLETION};
use spec::host::InjectDescriptor;
use spec::limits::{Capacity, MAX_FRAME, MIN_FRAME};
use spec::meta::{Arrival, Plan, Source};
use spec::register::{CONTROL_BRIDGE, CONTROL_ENABLE, Counter};
use spec::verdict::{Class, Drop};

use crate::{
    Opened, Police, PuntQueue, Punted, Tables, decide, open, parse, reassemble, rewrite, seal,
};

/// What became of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was decided; `None` if the frame did not enter, or was dropped before or then.
    pub plan: Option<Plan>,
    /// The frame that leaves, and the port.
    pub sent: Option<(u8, Vec<u8>)>,
    /// Why the frame, or the copy of one that was sent, was dropped.
    pub dropped: Option<Drop>,
}

/// The device without its host adaptor. Time passes by [`Self::tick`]; every frame is done with
/// before the next; what goes to the host waits in `punts`. Egress queues never fill.
pub struct Datapath {
    /// The tables; commands change them.
    pub tables: Tables,
    /// Register `CONTROL`.
    pub control: u32,
    /// The MAC addresses of the external and the internal port.
    pub macs: [[u8; 6]; 2],
    /// Registers `PUNT_RATE` and `PUNT_BURST`, with their buckets.
    pub police: Police,
    /// Frames for the host.
    pub punts: PuntQueue,
    counters: [u32; Counter::ALL.len()],
    now: u32,
}

impl Datapath {
    /// As after reset, with empty tables and room for `punt_beats` of the punt stream.
    pub fn new(capacity: Capacity, punt_beats: usize) -> Self {
        Self {
            tables: Tables::new(capacity),
            control: 0,
            macs: [[0; 6]; 2],
            police: Police::default(),
            punts: PuntQueue::new(punt_beats),
            counters: [0; Counter::ALL.len()],
            now: 0,
        }
    }

    /// Register `NOW`.
    pub fn now(&self) -> u32 {
        self.now
    }

    /// An event counter.
    pub fn counter(&self, counter: Counter) -> u32 {
        self.counters[usize::from(counter.code())]
    }

    /// Lets ticks pass.
    pub fn tick(&mut self, count: u32) {
        self.now = self.now.wrapping_add(count);
        // Every bucket is full after as many ticks as it holds tokens.
        (0..count.min(0xffff)).for_each(|_| self.police.tick());
    }

    /// Executes a command, see [`Tables::execute`].
    pub fn command(&mut self, command: &[u8; COMMAND], complete: impl FnMut([u8; COMPLETION])) {
        self.tables.execute(command, self.now, complete);
    }

    /// A frame arrives at `port`, 0 external or 1 internal; `error`: damaged. While
    /// `CONTROL.enable` is 0 no frame enters, and none is counted.
    pub fn receive(&mut self, port: usize, frame: &[u8], error: bool) -> Outcome {
        match self.arrives(port, frame, error) {
            Ok((frame, arrival)) => self.run(frame, &arrival),
            Err(dropped) => Outcome { dropped, ..Outcome::default() },
        }
    }

    /// The host injects a frame. A descriptor whose length is not the frame's, that names an entry
    /// beyond 17 bits or a security association (nothing seals yet), or a frame that no port would
    /// take: `InjectBad`.
    pub fn inject(&mut self, descriptor: &InjectDescriptor, frame: &[u8]) -> Outcome {
        match self.injects(descriptor, frame) {
            Ok(arrival) => self.run(frame, &arrival),
            Err(reason) => Outcome { dropped: Some(reason), ..Outcome::default() },
        }
    }

    /// [`Self::receive`] up to where the frame is taken, or counted and dropped.
    pub fn arrives<'a>(
        &mut self,
        port: usize,
        frame: &'a [u8],
        error: bool,
    ) -> Result<(&'a [u8], Arrival), Option<Drop>> {
        if self.control & CONTROL_ENABLE == 0 {
            return Err(None);
        }
        let fault = if error {
            Some((Drop::RxError, Counter::RxError0))
        } else if frame.len() < MIN_FRAME {
            Some((Drop::Runt, Counter::Runt0))
        } else if frame.len() > MAX_FRAME {
            Some((Drop::Giant, Counter::Giant0))
        } else {
            None
        };
        if let Some((fault, counter)) = fault {
            self.count_at(counter, port as u8);
            return Err(Some(fault));
        }
        self.count_at(Counter::Received0, port as u8);
        let source = if port == 0 { Source::External } else { Source::Internal };
        let frame = reassemble(frame).ok_or(None)?;
        let Opened { frame, peer } = open(frame);
        let length = frame.len() as u16;
        Ok((frame, Arrival { source: source as u8, length, peer, ..Arrival::default() }))
    }

    /// [`Self::inject`] up to where the frame is taken, or counted and dropped.
    pub fn injects(
        &mut self,
        descriptor: &InjectDescriptor,
        frame: &[u8],
    ) -> Result<Arrival, Drop> {
        let sizes = MIN_FRAME..=MAX_FRAME;
        let fits = usize::from(descriptor.length) == frame.len() && sizes.contains(&frame.len());
        if !fits || descriptor.entry >= 1 << 17 || descriptor.sa != 0 {
            self.count(Counter::InjectBad);
            return Err(Drop::InjectBad);
        }
        self.count(Counter::Injected);
        Ok(Arrival {
            source: Source::Inject as u8,
            length: descriptor.length,
            inject_forward: descriptor.forward,
            inject_port: descriptor.port,
            entry: descriptor.entry,
            ..Arrival::default()
        })
    }

    fn run(&mut self, frame: &[u8], arrival: &Arrival) -> Outcome {
        let parsed = parse(frame, arrival, &self.macs);
        let decided = decide(&parsed, &self.tables, self.bridges());
        self.conclude(frame, decided)
    }

    /// `CONTROL.bridge`.
    pub fn bridges(&self) -> bool {
        self.control & CONTROL_BRIDGE != 0
    }

    /// Does with a frame that was taken what was decided.
    pub fn conclude(&mut self, frame: &[u8], decided: Result<Plan, Drop>) -> Outcome {
        match decided {
            Err(reason) => {
                self.count(drop_counter(reason));
                Outcome { dropped: Some(reason), ..Outcome::default() }
            }
            Ok(plan) => {
                let sent = plan.send.then(|| self.send(frame, &plan));
                let punted = if plan.punt { self.punt(frame, &plan) } else { Ok(()) };
                let (sent, unsent) = match sent {
                    Some(Err(reason)) => (None, Some(reason)),
                    sent => (sent.and_then(Result::ok), None),
                };
                Outcome { sent, dropped: unsent.or(punted.err()), plan: Some(plan) }
            }
        }
    }

    fn send(&mut self, frame: &[u8], plan: &Plan) -> Result<(u8, Vec<u8>), Drop> {
        if plan.rewrite {
            self.tables.count(plan.entry, plan.length, self.now);
        }
        let frame = seal(rewrite(frame, plan), plan).inspect_err(|reason| {
            self.count(drop_counter(*reason));
        })?;
        self.count(match (plan.rewrite, plan.inject) {
            (true, _) => Counter::Forwarded,
            (false, true) => Counter::Raw,
            (false, false) => Counter::Bypassed,
        });
        self.count_at(Counter::Sent0, plan.port);
        Ok((plan.port, frame))
    }

    fn punt(&mut self, frame: &[u8], plan: &Plan) -> Result<(), Drop> {
        let class = Class::from_code(plan.class).expect("two bits");
        let queued = if self.police.admit(class) {
            self.punts.push(Punted::new(plan, frame, self.now))
        } else {
            Err(policed(class))
        };
        self.count(match queued {
            Ok(()) => punt_counter(class),
            Err(reason) => drop_counter(reason),
        });
        queued
    }

    fn count(&mut self, counter: Counter) {
        self.count_at(counter, 0);
    }

    /// Counts at the counter of a port: the internal port's follows the external one's.
    fn count_at(&mut self, counter: Counter, port: u8) {
        let counter = &mut self.counters[usize::from(counter.code() + port)];
        *counter = counter.wrapping_add(1);
    }
}

fn policed(class: Class) -> Drop {
    match class {
        Class::New => Drop::PolicedNew,
        Class::Copy => Drop::PolicedCopy,
        Class::Host => Drop::PolicedHost,
        Class::Exception => Drop::PolicedException,
    }
}

fn punt_counter(class: Class) -> Counter {
    match class {
        Class::New => Counter::PuntedNew,
        Class::Copy => Counter::PuntedCopy,
        Class::Host => Counter::PuntedHost,
        Class::Exception => Counter::PuntedException,
    }
}

/// The counter of a drop; of those that a port has each, the external port's.
fn drop_counter(reason: Drop) -> Counter {
    match reason {
        Drop::RxError => Counter::RxError0,
        Drop::Runt => Counter::Runt0,
        Drop::Giant => Counter::Giant0,
        Drop::RxOverflow => Counter::RxOverflow0,
        Drop::Foreign => Counter::Foreign,
        Drop::VlanDepth => Counter::VlanDepth,
        Drop::Truncated => Counter::Truncated,
        Drop::BadVersion => Counter::BadVersion,
        Drop::BadIhl => Counter::BadIhl,
        Drop::BadLength => Counter::BadLength,
        Drop::BadChecksum => Counter::BadChecksum,
        Drop::BadL2tp => Counter::BadL2tp,
        Drop::Rule => Counter::Rule,
        Drop::PolicedNew => Counter::PolicedNew,
        Drop::PolicedCopy => Counter::PolicedCopy,
        Drop::PolicedHost => Counter::PolicedHost,
        Drop::PolicedException => Counter::PolicedException,
        Drop::PuntFull => Counter::PuntFull,
        Drop::CopyFull => Counter::CopyFull,
        Drop::QueueFull => Counter::QueueFull0,
        Drop::InjectBad => Counter::InjectBad,
        Drop::NoSeal => Counter::NoSeal,
    }
}
