//! What the tests of the byte path share: a bench around a top, the beat bus, counted events.

use std::collections::VecDeque;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use verilate::{Design, Model, Port};

/// A top with its clock and reset.
pub struct Bench {
    /// The top.
    pub model: Model,
    clock: Port,
    reset: Port,
}

impl Bench {
    /// The top of this Verilog, reset.
    pub fn new(verilog: &str) -> Self {
        let model = Design::new(verilog, "top").model().unwrap();
        let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
        let mut bench = Self { model, clock, reset };
        bench.reset();
        bench
    }

    /// A clock with reset high.
    pub fn reset(&mut self) {
        self.model.set(self.reset, 1);
        self.tick();
        self.model.set(self.reset, 0);
    }

    /// A clock.
    pub fn tick(&mut self) {
        self.model.tick(self.clock);
    }

    /// Sets an input by name.
    pub fn set(&mut self, name: &str, value: u64) {
        let port = self.model.port(name).unwrap();
        self.model.set(port, value);
    }
}

/// The low `bytes` bytes of a port of more than 64 bits.
pub fn low_bytes(model: &Model, port: Port, bytes: usize) -> Vec<u8> {
    let words = model.words(port);
    (0..bytes).map(|i| (words[i / 4] >> (i % 4 * 8)) as u8).collect()
}

/// Sets a port of more than 64 bits to these bytes, and zero above.
pub fn set_bytes(model: &mut Model, port: Port, width: usize, bytes: &[u8]) {
    let mut words = vec![0u32; width.div_ceil(32)];
    for (i, byte) in bytes.iter().enumerate() {
        words[i / 4] |= u32::from(*byte) << (i % 4 * 8);
    }
    model.set_words(port, &words);
}

/// The ports of a beat bus.
struct Bus {
    data: Port,
    bytes: Port,
    first: Port,
    last: Port,
    valid: Port,
}

impl Bus {
    fn find(model: &Model, name: &str) -> Self {
        let port = |wire: &str| model.port(&format!("{name}${wire}")).unwrap();
        Self {
            data: port("data"),
            bytes: port("bytes"),
            first: port("first"),
            last: port("last"),
            valid: port("valid"),
        }
    }
}

/// What a beat bus carries in a clock.
pub struct Seen {
    /// The first beat of a frame.
    pub first: bool,
    /// With the last beat, the frame.
    pub frame: Option<Vec<u8>>,
}

/// Reads a top's beat bus, and holds it to its contract.
pub struct BeatOutput {
    bus: Bus,
    width: usize,
    frame: Option<Vec<u8>>,
}

impl BeatOutput {
    /// The bus called `name`, of `width` bytes.
    pub fn new(model: &Model, name: &str, width: usize) -> Self {
        Self { bus: Bus::find(model, name), width, frame: None }
    }

    /// The beat of this clock, after the settled evaluation.
    pub fn sample(&mut self, model: &Model) -> Option<Seen> {
        if model.get(self.bus.valid) == 0 {
            assert!(self.frame.is_none(), "a gap inside a frame");
            return None;
        }
        let first = model.get(self.bus.first) != 0;
        let last = model.get(self.bus.last) != 0;
        let bytes = model.get(self.bus.bytes) as usize;
        assert_eq!(first, self.frame.is_none(), "`first` is with the first beat alone");
        assert!(bytes == self.width || last && (1..self.width).contains(&bytes), "{bytes} bytes");
        let mut frame = self.frame.take().unwrap_or_default();
        frame.extend(low_bytes(model, self.bus.data, bytes));
        if last {
            return Some(Seen { first, frame: Some(frame) });
        }
        self.frame = Some(frame);
        Some(Seen { first, frame: None })
    }
}

/// Drives a top's beat bus, each frame without a gap.
pub struct BeatInput {
    bus: Bus,
    width: usize,
    beats: VecDeque<(Vec<u8>, bool, bool)>,
}

impl BeatInput {
    /// The bus called `name`, of `width` bytes.
    pub fn new(model: &Model, name: &str, width: usize) -> Self {
        Self { bus: Bus::find(model, name), width, beats: VecDeque::new() }
    }

    /// Begins a frame at the next clock; only when the last one is through.
    pub fn begin(&mut self, frame: &[u8]) {
        assert!(self.idle());
        let count = frame.len().div_ceil(self.width);
        let beats = frame.chunks(self.width).enumerate();
        self.beats.extend(beats.map(|(i, beat)| (beat.to_vec(), i == 0, i + 1 == count)));
    }

    /// Whether no frame is under way.
    pub fn idle(&self) -> bool {
        self.beats.is_empty()
    }

    /// Sets the wires for this clock.
    pub fn drive(&mut self, model: &mut Model) {
        let beat = self.beats.pop_front();
        model.set(self.bus.valid, beat.is_some().into());
        let Some((bytes, first, last)) = beat else { return };
        set_bytes(model, self.bus.data, self.width * 8, &bytes);
        model.set(self.bus.bytes, bytes.len() as u64);
        model.set(self.bus.first, first.into());
        model.set(self.bus.last, last.into());
    }
}

/// Counts a top's event pulses.
pub struct Events {
    ports: Vec<(&'static str, Port)>,
    counts: Vec<u64>,
    now: Vec<bool>,
}

impl Events {
    /// The pulses of these names.
    pub fn new(model: &Model, names: &[&'static str]) -> Self {
        let ports: Vec<_> = names.iter().map(|name| (*name, model.port(name).unwrap())).collect();
        Self { counts: vec![0; ports.len()], now: vec![false; ports.len()], ports }
    }

    /// After the settled evaluation.
    pub fn sample(&mut self, model: &Model) {
        for (i, (_, port)) in self.ports.iter().enumerate() {
            self.now[i] = model.get(*port) != 0;
            self.counts[i] += u64::from(self.now[i]);
        }
    }

    fn find(&self, name: &str) -> usize {
        self.ports.iter().position(|port| port.0 == name).expect("a counted event")
    }

    /// How often it was seen.
    pub fn count(&self, name: &str) -> u64 {
        self.counts[self.find(name)]
    }

    /// Whether it was seen in this clock.
    pub fn now(&self, name: &str) -> bool {
        self.now[self.find(name)]
    }
}

/// Sizes of sound frames: one to three beats and their edges, and a few of every kind.
pub fn sizes(width: usize) -> Vec<usize> {
    let edges = (1..=3).flat_map(|beats| [beats * width - 1, beats * width, beats * width + 1]);
    edges.chain([14, 15, 60, 64, 65, 128, 512, 1500, 9000, 9021, 9022]).collect()
}

/// A frame of random bytes.
pub fn random_frame(rng: &mut ChaCha8Rng, size: usize) -> Vec<u8> {
    (0..size).map(|_| rng.random()).collect()
}
