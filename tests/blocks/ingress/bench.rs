//! Receive, inject and merge under test, and what they are fed.

use std::collections::VecDeque;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use sim::stream::{Frame, FrameInput};
use spec::host::InjectDescriptor;
use spec::limits::{MAX_FRAME, MIN_FRAME, RECEIVE_CLOCKS};
use spec::meta::{Arrival, Source};
use verilate::Port;

use crate::beats::{BeatOutput, Bench, Events};

pub const NAMES: [&str; 3] = ["rx0", "rx1", "inject"];
pub const KEPT: [&str; 3] = ["received0", "received1", "injected"];
pub const EVENTS: [&str; 12] = [
    "received0",
    "received1",
    "injected",
    "rx_error0",
    "rx_error1",
    "runt0",
    "runt1",
    "giant0",
    "giant1",
    "rx_overflow0",
    "rx_overflow1",
    "inject_bad",
];

/// A buffer of `1 << A` beats a source.
pub fn verilog<const A: usize>(width: usize) -> String {
    match width {
        16 => hdl::emit::verilog_of::<hdl::ingress::Ingress<128, 5, A, A>>(),
        _ => hdl::emit::verilog_of::<hdl::ingress::Ingress<512, 7, A, A>>(),
    }
}

pub struct Ingress {
    pub bench: Bench,
    pub inputs: [FrameInput; 3],
    pub beats: BeatOutput,
    pub arrival_port: Port,
    pub arrival: Arrival,
    pub events: Events,
    /// Frames kept, each in the clock of its event; first beats out.
    pub kept: VecDeque<u64>,
    pub clocks: u64,
    /// Beats out by source.
    pub share: [u64; 3],
    /// What came out.
    pub frames: Vec<(Arrival, Vec<u8>)>,
}

impl Ingress {
    pub fn new(verilog: &str, width: usize) -> Self {
        let mut bench = Bench::new(verilog);
        bench.set("enable", 1);
        Self {
            inputs: NAMES.map(|name| FrameInput::new(&bench.model, name).unwrap()),
            beats: BeatOutput::new(&bench.model, "beats", width),
            arrival_port: bench.model.port("arrival").unwrap(),
            arrival: Arrival::default(),
            events: Events::new(&bench.model, &EVENTS),
            kept: VecDeque::new(),
            clocks: 0,
            share: [0; 3],
            frames: vec![],
            bench,
        }
    }

    /// A clock; whether a beat came out. A frame that is kept waits three clocks at most, or sees
    /// other beats in every clock of its wait.
    pub fn clock(&mut self, pause: [bool; 3]) -> bool {
        for (input, pause) in self.inputs.iter_mut().zip(pause) {
            input.drive(&mut self.bench.model, pause);
        }
        let model = &mut self.bench.model;
        model.eval();
        for input in &mut self.inputs {
            input.sample(model);
        }
        self.events.sample(model);
        let seen = self.beats.sample(model);
        let out = seen.is_some();
        if let Some(seen) = seen {
            if seen.first {
                let words = model.get(self.arrival_port).to_le_bytes();
                self.arrival = Arrival::unpack(&words);
                self.kept.pop_front().expect("a frame that was kept");
            }
            self.share[usize::from(self.arrival.source)] += 1;
            if let Some(frame) = seen.frame {
                assert_eq!(usize::from(self.arrival.length), frame.len());
                self.frames.push((self.arrival, frame));
            }
        } else if let Some(since) = self.kept.front() {
            let wait = self.clocks - since;
            assert!(wait < RECEIVE_CLOCKS as u64 - 1, "a bubble at clock {}", self.clocks);
        }
        for name in KEPT {
            if self.events.now(name) {
                self.kept.push_back(self.clocks);
            }
        }
        self.bench.tick();
        self.clocks += 1;
        out
    }

    /// Clocks until nothing has moved for a while.
    pub fn drain(&mut self) {
        let mut quiet = 0;
        while quiet < 20 {
            quiet = if self.clock([false; 3]) || !self.idle() { 0 } else { quiet + 1 };
            assert!(self.clocks < 10_000_000, "no end");
        }
        assert!(self.kept.is_empty());
    }

    pub fn idle(&self) -> bool {
        self.inputs.iter().all(|input| input.is_empty())
    }

    pub fn count(&self, name: &str) -> u64 {
        self.events.count(name)
    }

    /// The frames of a source that came out.
    pub fn of(&self, source: Source) -> impl Iterator<Item = &(Arrival, Vec<u8>)> {
        self.frames.iter().filter(move |(arrival, _)| arrival.source == source.code())
    }
}

/// A frame as the host gives it.
pub fn described(descriptor: InjectDescriptor, frame: &[u8]) -> Vec<u8> {
    [&descriptor.pack()[..], frame].concat()
}

/// A random descriptor that fits.
pub fn descriptor(rng: &mut ChaCha8Rng, size: usize) -> InjectDescriptor {
    InjectDescriptor {
        length: size as u16,
        forward: rng.random(),
        port: rng.random_range(0..2),
        entry: rng.random_range(0..1 << 17),
        ..InjectDescriptor::default()
    }
}

/// What a port's frame is dropped for, in the order of the questions.
pub fn fate(frame: &Frame) -> &'static str {
    match frame.bytes.len() {
        _ if frame.error => "rx_error",
        0..MIN_FRAME => "runt",
        MIN_FRAME..=MAX_FRAME => "received",
        _ => "giant",
    }
}
