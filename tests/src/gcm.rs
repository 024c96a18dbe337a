//! The AES-GCM engine from the bench's side: keys in, packets in, packets out.

use std::collections::VecDeque;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use spec::crypto::{
    self, AAD_MAX, GcmVerdict, KEY_ROW_ATTRIBUTES, KEY_ROW_POWERS, KEY_SET, KEY_SHORT, encrypt,
    powers,
};
use verilate::{Design, Model, Port};

/// A packet for the engine.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Seal, or else open.
    pub seal: bool,
    /// Which key.
    pub key: usize,
    /// The nonce.
    pub nonce: [u8; 12],
    /// Additional data, 16 bytes at most.
    pub aad: Vec<u8>,
    /// The text, or the text and the tag.
    pub bytes: Vec<u8>,
    /// The size of the text, as the request says it.
    pub text: usize,
    /// The last beat carries an error.
    pub error: bool,
}

/// A packet from the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text and the tag, or the text.
    pub bytes: Vec<u8>,
    /// What it says of it.
    pub verdict: GcmVerdict,
}

/// How the bench stalls, in percent of all clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stalls {
    /// No beat is offered.
    pub idle: u32,
    /// No beat is taken.
    pub busy: u32,
}

/// A simulated engine.
pub struct Gcm {
    /// The simulation.
    pub model: Model,
    width: usize,
    clock: Port,
    data: Port,
    bytes: Port,
    last: Port,
    error: Port,
    valid: Port,
    ready: Port,
    request: [Port; 6],
    out: [Port; 6],
    verdict: Port,
    write: [Port; 4],
    /// Clocks since the start.
    pub clocks: u64,
    /// The clock in which the first beat of each packet was taken.
    pub taken: Vec<u64>,
    /// The clock in which the last beat of each packet was given.
    pub given: Vec<u64>,
    queue: VecDeque<Packet>,
    at: usize,
    offered: bool,
    beat: Vec<u8>,
    /// Packets out, the oldest first.
    pub answers: VecDeque<Answer>,
}

impl Gcm {
    /// The engine of the top called `name`, with all keys clear.
    pub fn new(name: &str) -> Self {
        Self::of(&hdl::tops::emit(name).expect("a top"))
    }

    /// The engine of this Verilog, with all keys clear.
    pub fn of(verilog: &str) -> Self {
        let model = Design::new(verilog, "top").model().expect("a model");
        let port = |name: &str| model.port(name).expect("a port");
        let sink = |name: &str| port(&format!("sink${name}"));
        let width = model.ports().find(|p| p.0 == "sink$data").expect("a port").1 as usize / 8;
        let request = ["seal", "key", "nonce", "aad", "aad_bytes", "text_bytes"];
        let out = ["data", "bytes", "last", "error", "valid", "ready"];
        let write = ["enable", "key", "row", "data"];
        let mut gcm = Self {
            width,
            clock: port("clock"),
            data: sink("data"),
            bytes: sink("bytes"),
            last: sink("last"),
            error: sink("error"),
            valid: sink("valid"),
            ready: sink("ready"),
            request: request.map(|name| port(&format!("request${name}"))),
            out: out.map(|name| port(&format!("source${name}"))),
            verdict: port("verdict"),
            write: write.map(|name| port(&format!("write${name}"))),
            clocks: 0,
            taken: vec![],
            given: vec![],
            queue: VecDeque::new(),
            at: 0,
            offered: false,
            beat: vec![],
            answers: VecDeque::new(),
            model,
        };
        gcm.reset();
        gcm
    }

    /// Bytes a beat.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Keys that it holds.
    pub fn keys(&self) -> usize {
        let bits = self.model.ports().find(|p| p.0 == "request$key").expect("a port").1;
        1 << bits
    }

    /// Takes back all packets that have not been taken whole, and what has come out.
    pub fn forget(&mut self) {
        self.queue.clear();
        self.answers.clear();
        self.beat.clear();
        (self.at, self.offered) = (0, false);
    }

    /// Resets, and waits until all keys are clear.
    pub fn reset(&mut self) {
        self.pulse("reset");
    }

    /// Wipes all keys.
    pub fn wipe(&mut self) {
        self.pulse("wipe");
    }

    /// One clock of an input, then as many as the engine is busy. Traffic goes on.
    fn pulse(&mut self, name: &str) {
        let (port, busy) =
            (self.model.port(name).expect("a port"), self.model.port("busy").expect("a port"));
        self.model.set(port, 1);
        self.tick(false, false);
        self.model.set(port, 0);
        self.model.eval();
        while self.model.get(busy) != 0 {
            self.tick(false, true);
        }
    }

    /// Writes all rows of a key of 16 or 32 bytes.
    pub fn set_key(&mut self, index: usize, key: &[u8]) {
        for (row, data) in key_rows(key, self.width / 16) {
            self.write_row(index, row, &data);
        }
    }

    /// Writes a row of a key.
    pub fn write_row(&mut self, index: usize, row: usize, data: &[u8; 16]) {
        let [enable, key, number, value] = self.write;
        self.model.set(enable, 1);
        self.model.set(key, index as u64);
        self.model.set(number, row as u64);
        self.model.set_words(value, &words(data));
        self.tick(false, true);
        self.model.set(enable, 0);
    }

    /// Adds a packet.
    pub fn push(&mut self, packet: Packet) {
        self.queue.push_back(packet);
    }

    /// Packets that have not been taken whole.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Runs until `count` packets are out.
    pub fn run(&mut self, count: usize, stalls: Stalls, rng: &mut ChaCha8Rng) {
        let mut still = 0;
        while self.answers.len() < count {
            let idle = stalls.idle > 0 && rng.random_ratio(stalls.idle, 100);
            let busy = stalls.busy > 0 && rng.random_ratio(stalls.busy, 100);
            let moved = self.tick(!idle, !busy);
            still = if moved { 0 } else { still + 1 };
            assert!(still < 100_000, "nothing moves, {} of {count}", self.answers.len());
        }
    }

    /// One clock, in which a beat may be offered or taken; whether any beat moved.
    pub fn tick(&mut self, offer: bool, take: bool) -> bool {
        if let (Some(packet), true) = (self.queue.front(), self.offered || offer) {
            let end = packet.bytes.len().min(self.at + self.width);
            let beat = &packet.bytes[self.at..end];
            self.model.set_words(self.data, &padded(beat, self.width));
            self.model.set(self.bytes, beat.len() as u64);
            let last = end == packet.bytes.len();
            self.model.set(self.last, last.into());
            self.model.set(self.error, (last && packet.error).into());
            if self.at == 0 {
                let [seal, key, nonce, aad, aad_bytes, text] = self.request;
                self.model.set(seal, packet.seal.into());
                self.model.set(key, packet.key as u64);
                self.model.set_words(nonce, &words(&packet.nonce));
                self.model.set_words(aad, &padded(&packet.aad, AAD_MAX));
                self.model.set(aad_bytes, packet.aad.len() as u64);
                self.model.set(text, packet.text as u64);
            }
            self.offered = true;
        }
        self.model.set(self.valid, self.offered.into());
        self.model.set(self.out[5], take.into());
        self.model.eval();
        let mut moved = self.collect(take);
        if self.offered && self.model.get(self.ready) != 0 {
            moved = true;
            self.offered = false;
            if self.at == 0 {
                self.taken.push(self.clocks);
            }
            self.at += self.width;
            if self.queue.front().is_some_and(|p| self.at >= p.bytes.len()) {
                self.queue.pop_front();
                self.at = 0;
            }
        }
        self.model.tick(self.clock);
        self.clocks += 1;
        moved
    }

    fn collect(&mut self, take: bool) -> bool {
        let [data, bytes, last, error, valid, _] = self.out;
        if !take || self.model.get(valid) == 0 {
            return false;
        }
        let (count, last) = (self.model.get(bytes) as usize, self.model.get(last) != 0);
        assert!(count == self.width || last, "{count} bytes within a packet");
        assert!(count > 0 || self.beat.is_empty(), "an empty beat behind others");
        let words = self.model.words(data);
        self.beat.extend((0..count).map(|i| (words[i / 4] >> (i % 4 * 8)) as u8));
        if last {
            let verdict = GcmVerdict::from_code(self.model.get(self.verdict) as u8);
            assert_eq!(self.model.get(error) != 0, verdict != GcmVerdict::Good);
            self.answers.push_back(Answer { bytes: std::mem::take(&mut self.beat), verdict });
            self.given.push(self.clocks);
        }
        true
    }
}

/// The rows of a key of 16 or 32 bytes for an engine of so many lanes, in the order of writing.
pub fn key_rows(key: &[u8], lanes: usize) -> Vec<(usize, [u8; 16])> {
    let rounds = crypto::round_keys(key).expect("a key of 16 or 32 bytes");
    let short = key.len() == 16;
    let mut rows: Vec<(usize, [u8; 16])> = rounds.into_iter().enumerate().collect();
    let h = u128::from_be_bytes(encrypt(&rounds, short, [0; 16]));
    let mut power = h;
    for e in 1..=powers(lanes) {
        rows.push((KEY_ROW_POWERS + e, power.to_be_bytes()));
        power = crypto::product(power, h);
    }
    let mut attributes = [0; 16];
    attributes[0] = KEY_SET | if short { KEY_SHORT } else { 0 };
    rows.push((KEY_ROW_ATTRIBUTES, attributes));
    rows
}

/// Bytes as words, the first byte lowest.
pub fn words(bytes: &[u8]) -> Vec<u32> {
    padded(bytes, bytes.len().next_multiple_of(4))
}

fn padded(bytes: &[u8], size: usize) -> Vec<u32> {
    let byte = |i: usize| u32::from(bytes.get(i).copied().unwrap_or(0));
    (0..size / 4).map(|w| (0..4).fold(0, |x, i| x | byte(4 * w + i) << (8 * i))).collect()
}
