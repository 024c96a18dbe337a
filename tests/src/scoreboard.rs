//! What a device should do, from the model, against what it does.
//!
//! Frames of one source keep their order at each way out; frames of different sources may overtake
//! each other, so the device's merge is not second-guessed.

use std::collections::VecDeque;

use model::{Datapath, Punted};
use spec::host::PuntDescriptor;
use spec::limits::CAPACITY_2K;
use spec::meta::Source;
use spec::register::{CONTROL_BRIDGE, CONTROL_ENABLE, Counter};
use spec::table::{Counters, Table};

use crate::command::{Answer, Request};
use crate::traffic::{Arriving, Farm, MACS};

/// Sources: the two ports and the host.
const SOURCES: usize = 3;

/// The model beside a device. Every frame is told when it enters, and compared when it leaves.
///
/// The device's queues must not overflow, and its police must not be on, or the two differ.
pub struct Scoreboard {
    /// The model.
    pub model: Datapath,
    sent: [[VecDeque<Vec<u8>>; SOURCES]; 2],
    punted: [VecDeque<Punted>; SOURCES],
}

impl Scoreboard {
    /// A model that knows the farm; bridging is on.
    pub fn new(farm: &Farm) -> Self {
        let mut model = Datapath::new(CAPACITY_2K, usize::MAX);
        model.control = CONTROL_ENABLE | CONTROL_BRIDGE;
        model.macs = MACS;
        model.tables.secret = farm.secret;
        for request in &farm.commands {
            let bytes = request.bytes().try_into().expect("a command's length");
            model.command(&bytes, |completion| panic!("{request:?} fails: {completion:?}"));
        }
        Self { model, sent: Default::default(), punted: Default::default() }
    }

    /// A frame enters the device.
    pub fn enters(&mut self, arriving: &Arriving) {
        let (source, outcome) = match arriving {
            Arriving::Port { port, frame, error } => {
                (*port, self.model.receive(*port, frame, *error))
            }
            Arriving::Inject { descriptor, frame } => {
                (usize::from(Source::Inject.code()), self.model.inject(descriptor, frame))
            }
        };
        if let Some((port, bytes)) = outcome.sent {
            self.sent[usize::from(port)][source].push_back(bytes);
        }
        while let Some(punted) = self.model.punts.pop() {
            self.punted[source].push_back(punted);
        }
    }

    /// A frame has left at a port.
    pub fn sent(&mut self, port: usize, frame: &[u8]) -> Result<(), String> {
        let waiting = &mut self.sent[port];
        match waiting.iter_mut().find(|queue| queue.front().is_some_and(|next| next == frame)) {
            Some(queue) => {
                queue.pop_front();
                Ok(())
            }
            None => {
                let next: Vec<_> = waiting.iter().map(VecDeque::front).collect();
                Err(format!("port {port} has sent {frame:02x?}; next of each source: {next:02x?}"))
            }
        }
    }

    /// A frame has come to the host. Its time is not compared.
    pub fn punted(&mut self, descriptor: &PuntDescriptor, frame: &[u8]) -> Result<(), String> {
        let came = Punted { descriptor: *descriptor, frame: frame.to_vec() }.canonical();
        let queue = self.punted.get_mut(usize::from(descriptor.source));
        let next = queue.and_then(VecDeque::pop_front).map(|mut punted| {
            punted.descriptor.timestamp = descriptor.timestamp;
            punted
        });
        if next.as_ref() == Some(&came) {
            return Ok(());
        }
        Err(format!("the host has got {came:02x?}, not {next:02x?}"))
    }

    /// Frames that have entered the device and should still leave it.
    pub fn waiting(&self) -> usize {
        let sent = self.sent.iter().flatten().map(VecDeque::len);
        sent.chain(self.punted.iter().map(VecDeque::len)).sum()
    }

    /// What should have passed by an entry.
    pub fn counters(&mut self, entry: u32) -> Counters {
        let request = Request::read(Table::Entry, entry, 1).bytes();
        let mut counters = Counters::default();
        self.model.command(&request.try_into().expect("a command's length"), |completion| {
            counters = Answer::new(&completion).counters;
        });
        counters
    }

    /// Everything has left: nothing is missing, and every counter is as the model's.
    pub fn end(&self, counter: impl Fn(Counter) -> u32) -> Result<(), String> {
        let sent = self.sent.iter().flatten().map(VecDeque::len).sum::<usize>();
        let punted = self.punted.iter().map(VecDeque::len).sum::<usize>();
        if sent + punted > 0 {
            return Err(format!("{sent} frames were not sent, {punted} not punted"));
        }
        let wrong: Vec<String> = Counter::ALL
            .iter()
            .map(|(name, _)| (name, counter(*name), self.model.counter(*name)))
            .filter(|(_, device, model)| device != model)
            .map(|(name, device, model)| format!("{name:?} {device}, not {model}"))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join(", ")) }
    }
}
