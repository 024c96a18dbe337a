//! The event counters: every line counts under its own number, and no event is lost.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::register::Counter;
use verilate::{Design, Model, Port};

/// `RxError0` as `rx_error0`.
fn line(counter: Counter) -> String {
    let mut name = String::new();
    for c in counter.name().chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

struct Bench {
    model: Model,
    clock: Port,
    lines: Vec<Port>,
    ask: Port,
    index: Port,
    answer: Port,
    value: Port,
}

impl Bench {
    fn new() -> Self {
        let verilog = hdl::emit::verilog_of::<hdl::host::Statistics>();
        let mut model = Design::new(&verilog, "top").model().unwrap();
        let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
        model.set(reset, 1);
        model.tick(clock);
        model.set(reset, 0);
        let lines = Counter::ALL.iter().map(|row| model.port(&line(row.0)).unwrap()).collect();
        let port = |name: &str| model.port(name).unwrap();
        let (ask, index) = (port("ask"), port("index"));
        let (answer, value) = (port("answer"), port("value"));
        Self { model, clock, lines, ask, index, answer, value }
    }

    fn clock(&mut self, mut high: impl FnMut(usize) -> bool) {
        for (i, line) in self.lines.iter().enumerate() {
            self.model.set(*line, high(i).into());
        }
        self.model.tick(self.clock);
    }

    /// Reads a counter while nothing happens.
    fn read(&mut self, index: usize) -> u64 {
        self.model.set(self.index, index as u64);
        self.model.set(self.ask, 1);
        for _ in 0..44 {
            self.clock(|_| false);
            if self.model.get(self.answer) != 0 {
                self.model.set(self.ask, 0);
                let value = self.model.get(self.value);
                self.clock(|_| false);
                return value;
            }
        }
        panic!("counter {index} does not answer");
    }
}

#[test]
fn each_line_counts_under_its_own_number() {
    let mut bench = Bench::new();
    for chosen in 0..Counter::ALL.len() {
        for _ in 0..=chosen {
            bench.clock(|i| i == chosen);
        }
    }
    for i in 0..Counter::ALL.len() {
        assert_eq!(bench.read(i), i as u64 + 1, "{:?}", Counter::ALL[i].0);
    }
}

#[test]
fn no_event_is_lost() {
    for (seed, percent) in [(1, 100), (2, 50), (3, 3)] {
        println!("seed {seed}, {percent} %");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut bench = Bench::new();
        let mut expected = vec![0; Counter::ALL.len()];
        for _ in 0..5000 {
            bench.clock(|i| {
                let high = rng.random_ratio(percent, 100);
                expected[i] += u64::from(high);
                high
            });
        }
        bench.clock(|_| false);
        let read: Vec<u64> = (0..expected.len()).map(|i| bench.read(i)).collect();
        assert_eq!(read, expected);
    }
}

#[test]
fn a_read_sees_old_events_while_new_ones_come() {
    let mut bench = Bench::new();
    let mut before = 0;
    for _ in 0..50 {
        bench.model.set(bench.index, 7);
        bench.model.set(bench.ask, 1);
        let mut clocks = 0;
        loop {
            bench.clock(|_| true);
            clocks += 1;
            if bench.model.get(bench.answer) != 0 {
                break;
            }
        }
        bench.model.set(bench.ask, 0);
        let value = bench.model.get(bench.value);
        assert!(value >= before && value <= before + clocks + 44, "{value} after {before}");
        before = value;
        bench.clock(|_| true);
    }
    assert!(before > 1000, "a read was answered with {before}");
}
