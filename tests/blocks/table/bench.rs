//! The table's top with its two host streams, and one lookup's question and answer a clock.

use std::collections::{HashMap, VecDeque};

use hdl::emit::verilog_of;
use hdl::table::Table;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::stream::{FrameInput, FrameOutput};
use spec::limits::{CAPACITY_2K, LOOKUP_CLOCKS};
use spec::table::{Action, Key};
use tests::command::{Answer, Request};
use verilate::{Design, Model, Port};

/// What a lookup asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Key(Key),
    Entry(u32),
}

/// What it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub question: Question,
    /// Entry and action of a hit.
    pub hit: Option<(u32, Action)>,
    pub generation: u16,
}

pub struct Bench {
    model: Model,
    ports: HashMap<&'static str, Port>,
    pub rng: ChaCha8Rng,
    pub secret: [u8; 16],
    input: FrameInput,
    output: FrameOutput,
    /// Chances in percent, each clock: no command offered, no completion taken.
    pub idle: u32,
    pub stall: u32,
    pub clocks: u64,
    asked: VecDeque<Option<Question>>,
}

pub fn words(bytes: &[u8; 16]) -> [u32; 4] {
    std::array::from_fn(|i| u32::from_le_bytes(bytes[4 * i..4 * i + 4].try_into().unwrap()))
}

impl Bench {
    /// A table out of reset, with a random secret; its rows are still being cleared.
    pub fn new(seed: u64) -> Self {
        const ROWS: usize = CAPACITY_2K.rows_log2;
        const BUCKETS: usize = CAPACITY_2K.bucket_bits();
        let model = Design::new(&verilog_of::<Table<ROWS, BUCKETS>>(), "top").model().unwrap();
        let ports = model.ports().map(|(name, ..)| (name, model.port(name).unwrap())).collect();
        let input = FrameInput::new(&model, "command").unwrap();
        let output = FrameOutput::new(&model, "completion").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let secret = rng.random();
        let asked = vec![None; LOOKUP_CLOCKS].into();
        let (idle, stall, clocks) = (0, 0, 0);
        let mut bench =
            Self { model, ports, rng, secret, input, output, idle, stall, clocks, asked };
        bench.set_words("secret", &words(&secret));
        bench.reset();
        bench
    }

    pub fn reset(&mut self) {
        self.set("reset", 1);
        let clock = self.ports["clock"];
        (0..LOOKUP_CLOCKS).for_each(|_| self.model.tick(clock));
        self.set("reset", 0);
    }

    pub fn set(&mut self, name: &str, value: u64) {
        self.model.set(self.ports[name], value);
    }

    pub fn set_words(&mut self, name: &str, value: &[u32]) {
        self.model.set_words(self.ports[name], value);
    }

    pub fn get(&self, name: &str) -> u64 {
        self.model.get(self.ports[name])
    }

    /// The bytes of a wide output.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.model.words(self.ports[name]).iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    pub fn push(&mut self, request: &Request) {
        self.input.push(request.bytes());
    }

    pub fn push_bytes(&mut self, bytes: Vec<u8>) {
        self.input.push(bytes);
    }

    /// Whether all commands have been taken.
    pub fn is_idle(&self) -> bool {
        self.input.is_empty()
    }

    /// The oldest completion.
    pub fn answer(&mut self) -> Option<Answer> {
        self.output.frames.pop_front().map(|frame| Answer::new(&frame.bytes))
    }

    /// One clock: asks, and gives the answer to the question of `LOOKUP_CLOCKS` ago.
    pub fn clock(&mut self, question: Option<Question>) -> Option<Found> {
        self.set("lookup_valid", question.is_some().into());
        match question {
            Some(Question::Key(key)) => {
                self.set_words("lookup_key", &words(&key.pack()));
                self.set("lookup_direct", 0);
            }
            Some(Question::Entry(index)) => {
                self.set("lookup_index", index.into());
                self.set("lookup_direct", 1);
            }
            None => {}
        }
        let (pause, ready) = (self.chance(self.idle), !self.chance(self.stall));
        self.input.drive(&mut self.model, pause);
        self.output.drive(&mut self.model, ready);
        self.model.eval();
        self.input.sample(&self.model);
        self.output.sample(&self.model);
        self.asked.push_back(question);
        let question = self.asked.pop_front().expect("a pipeline's length");
        let done = self.get("lookup_done") == 1;
        assert_eq!(done, question.is_some(), "an answer {LOOKUP_CLOCKS} clocks after its question");
        let found = question.map(|question| Found {
            question,
            hit: (self.get("lookup_hit") == 1).then(|| {
                let action = Action::unpack(&self.bytes("lookup_action"));
                (self.get("lookup_entry") as u32, action)
            }),
            generation: self.get("lookup_generation") as u16,
        });
        let clock = self.ports["clock"];
        self.model.tick(clock);
        self.clocks += 1;
        found
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_ratio(percent, 100)
    }

    /// Runs without lookups until there is a completion.
    pub fn wait(&mut self) -> Answer {
        for _ in 0..100_000 {
            if let Some(answer) = self.answer() {
                return answer;
            }
            self.clock(None);
        }
        panic!("no completion");
    }

    /// Executes a command and gives its completion.
    pub fn execute(&mut self, request: Request) -> Answer {
        let tag = self.rng.random();
        self.push(&request.notify().tag(tag));
        let answer = self.wait();
        assert_eq!(answer.header.tag, tag);
        answer
    }
}

/// Random records.
pub trait Random {
    fn random(rng: &mut impl Rng) -> Self;
}

impl Random for Key {
    fn random(rng: &mut impl Rng) -> Self {
        Self { reserved: 0, ..Self::unpack(&rng.random::<[u8; 16]>()) }
    }
}

impl Random for Action {
    fn random(rng: &mut impl Rng) -> Self {
        Self { reserved: 0, ..Self::unpack(&rng.random::<[u8; 16]>()) }
    }
}
