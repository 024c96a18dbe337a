//! Queue and punt under test, beside what their contract says of every clock.

use std::collections::VecDeque;

use sim::stream::FrameOutput;
use spec::host::PuntDescriptor;
use spec::limits::{HOST_BEAT, PUNT_CLOCKS, PUNT_UNLIMITED, QUEUE_CLOCKS};
use spec::meta::Plan;
use spec::verdict::CLASSES;
use verilate::Port;

use crate::beats::{BeatInput, Bench, Events, set_bytes};

const EVENTS: [&str; 17] = [
    "forwarded",
    "bypassed",
    "raw",
    "sent0",
    "sent1",
    "queue_full0",
    "queue_full1",
    "punted_new",
    "punted_copy",
    "punted_host",
    "punted_exception",
    "policed_new",
    "policed_copy",
    "policed_host",
    "policed_exception",
    "punt_full",
    "copy_full",
];
pub const PUNTED: [&str; CLASSES] =
    ["punted_new", "punted_copy", "punted_host", "punted_exception"];
const POLICED: [&str; CLASSES] =
    ["policed_new", "policed_copy", "policed_host", "policed_exception"];

/// Queues of `1 << A` beats.
fn verilog<const A: usize>(width: usize) -> String {
    match width {
        16 => hdl::emit::verilog_of::<hdl::egress::Egress<128, 5, A, A>>(),
        _ => hdl::emit::verilog_of::<hdl::egress::Egress<512, 7, A, A>>(),
    }
}

/// A frame that was taken, and the clock of its first beat.
struct Taken {
    begin: u64,
    bytes: Vec<u8>,
    class: usize,
}

/// What a port's queue must do.
#[derive(Default)]
struct Port1 {
    frames: VecDeque<Taken>,
    /// Beats in all, claimed and left.
    claimed: u64,
    popped: u64,
    /// Beats of the first frame that have left.
    done: u64,
}

/// What the punt queue must do.
struct Host {
    rate: [u16; CLASSES],
    burst: [u16; CLASSES],
    tokens: [u16; CLASSES],
    /// Beats of W that each class holds.
    used: [usize; CLASSES],
    frames: VecDeque<Taken>,
    /// Beats of 16 of the first frame that have appeared; whether one is on offer.
    shown: usize,
    offered: bool,
}

pub struct Egress {
    pub bench: Bench,
    rewritten: BeatInput,
    received: BeatInput,
    plan: Port,
    tx: [FrameOutput; 2],
    punt: FrameOutput,
    pub events: Events,
    width: usize,
    capacity: u64,
    ports: [Port1; 2],
    host: Host,
    expected: std::collections::HashMap<&'static str, u64>,
    sent: [Vec<Vec<u8>>; 2],
    punted: Vec<Vec<u8>>,
    clocks: u64,
}

/// The inputs of a clock, beside the frames.
pub struct Inputs {
    pub ready: [bool; 2],
    pub punt_ready: bool,
    pub tick: bool,
}

pub const OPEN: Inputs = Inputs { ready: [true; 2], punt_ready: true, tick: false };

impl Egress {
    pub fn new<const A: usize>(width: usize, rate: [u16; CLASSES], burst: [u16; CLASSES]) -> Self {
        Self::over(Bench::new(&verilog::<A>(width)), A, width, rate, burst)
    }

    /// Over a top that is as after reset.
    pub fn over(
        mut bench: Bench,
        log2: usize,
        width: usize,
        rate: [u16; CLASSES],
        burst: [u16; CLASSES],
    ) -> Self {
        for class in 0..CLASSES {
            bench.set(&format!("punt_rate${class}"), rate[class].into());
            bench.set(&format!("punt_burst${class}"), burst[class].into());
        }
        let model = &bench.model;
        Self {
            rewritten: BeatInput::new(model, "rewritten", width),
            received: BeatInput::new(model, "received", width),
            plan: model.port("plan").unwrap(),
            tx: ["tx0", "tx1"].map(|name| FrameOutput::new(model, name).unwrap()),
            punt: FrameOutput::new(model, "punt").unwrap(),
            events: Events::new(model, &EVENTS),
            width,
            capacity: (1 << log2) - 1,
            ports: Default::default(),
            host: Host {
                rate,
                burst,
                tokens: [PUNT_UNLIMITED; CLASSES],
                used: [0; CLASSES],
                frames: VecDeque::new(),
                shown: 0,
                offered: false,
            },
            expected: Default::default(),
            sent: Default::default(),
            punted: vec![],
            clocks: 0,
            bench,
        }
    }

    fn expect(&mut self, event: &'static str) {
        *self.expected.entry(event).or_insert(0) += 1;
    }

    /// A clock; with a frame, its first beat comes in it.
    pub fn clock(&mut self, inputs: &Inputs, frame: Option<(&Plan, &[u8], &[u8])>) {
        if let Some((plan, rewritten, received)) = frame {
            self.rewritten.begin(rewritten);
            self.received.begin(received);
            set_bytes(&mut self.bench.model, self.plan, Plan::BITS, &plan.pack());
        }
        self.rewritten.drive(&mut self.bench.model);
        self.received.drive(&mut self.bench.model);
        for (tx, ready) in self.tx.iter_mut().zip(inputs.ready) {
            tx.drive(&mut self.bench.model, ready);
        }
        self.punt.drive(&mut self.bench.model, inputs.punt_ready);
        self.bench.set("tick", inputs.tick.into());
        self.bench.set("now", self.clocks & 0xffff_ffff);
        self.bench.model.eval();
        self.events.sample(&self.bench.model);
        self.show_punt();
        if inputs.tick {
            for class in 0..CLASSES {
                let filled = self.host.tokens[class].saturating_add(self.host.rate[class]);
                self.host.tokens[class] = filled.min(self.host.burst[class]);
            }
        }
        if let Some((plan, rewritten, received)) = frame {
            self.judge(plan, rewritten, received);
        }
        self.take_sent(inputs);
        let moved = self.punt.sample(&self.bench.model);
        self.host.offered &= !moved;
        self.bench.tick();
        self.clocks += 1;
    }

    /// The queues' and the classes' verdict.
    fn judge(&mut self, plan: &Plan, rewritten: &[u8], received: &[u8]) {
        let needed = rewritten.len().div_ceil(self.width);
        if plan.send {
            let port = &mut self.ports[usize::from(plan.port)];
            let reserve = if plan.inject { 0 } else { (self.capacity + 1) / 4 };
            if port.claimed - port.popped + needed as u64 + reserve <= self.capacity {
                port.claimed += needed as u64;
                let bytes = rewritten.to_vec();
                self.sent[usize::from(plan.port)].push(bytes.clone());
                port.frames.push_back(Taken { begin: self.clocks, bytes, class: 0 });
                self.expect(match (plan.rewrite, plan.inject) {
                    (true, _) => "forwarded",
                    (false, true) => "raw",
                    (false, false) => "bypassed",
                });
                self.expect(["sent0", "sent1"][usize::from(plan.port)]);
            } else {
                self.expect(["queue_full0", "queue_full1"][usize::from(plan.port)]);
            }
        }
        if plan.punt {
            let class = usize::from(plan.class);
            let unlimited = self.host.rate[class] == PUNT_UNLIMITED;
            if !unlimited && self.host.tokens[class] == 0 {
                return self.expect(POLICED[class]);
            }
            self.host.tokens[class] -= u16::from(!unlimited);
            if self.host.used[class] + needed > (self.capacity as usize + 1) / CLASSES {
                return self.expect(if plan.copy { "copy_full" } else { "punt_full" });
            }
            self.host.used[class] += needed;
            self.expect(PUNTED[class]);
            let descriptor = PuntDescriptor {
                length: plan.length,
                source: plan.source,
                reason: plan.reason,
                class: plan.class,
                copy: plan.copy,
                hit: plan.hit,
                kind: plan.kind,
                local: plan.local,
                network_offset: plan.network_offset,
                transport_offset: plan.transport_offset,
                entry: plan.entry,
                timestamp: self.clocks as u32,
                generation: plan.generation.into(),
                ..PuntDescriptor::default()
            };
            let bytes = [&descriptor.pack()[..], received].concat();
            self.punted.push(bytes.clone());
            self.host.frames.push_back(Taken { begin: self.clocks, bytes, class });
        }
    }

    /// A port offers a beat exactly when one came in QUEUE_CLOCKS ago that has not left.
    fn take_sent(&mut self, inputs: &Inputs) {
        for (i, (port, tx)) in self.ports.iter_mut().zip(&mut self.tx).enumerate() {
            let due = port
                .frames
                .front()
                .is_some_and(|frame| frame.begin + port.done + QUEUE_CLOCKS as u64 <= self.clocks);
            let moved = tx.sample(&self.bench.model);
            assert_eq!(moved, due && inputs.ready[i], "tx{i} in clock {}", self.clocks);
            if moved {
                port.popped += 1;
                port.done += 1;
                if port.done == port.frames[0].bytes.len().div_ceil(self.width) as u64 {
                    port.frames.pop_front();
                    port.done = 0;
                }
            }
        }
    }

    /// The punt stream offers a beat exactly when a frame came in PUNT_CLOCKS ago; a word that
    /// appears with its last lane has left its class's part.
    fn show_punt(&mut self) {
        let valid = self.bench.model.port("punt$valid").unwrap();
        let valid = self.bench.model.get(valid) != 0;
        let host = &mut self.host;
        if host.offered {
            return assert!(valid, "the punt stream takes a beat back");
        }
        let due = host
            .frames
            .front()
            .is_some_and(|frame| frame.begin + PUNT_CLOCKS as u64 <= self.clocks);
        assert_eq!(valid, due, "punt in clock {}", self.clocks);
        if due {
            host.offered = true;
            host.shown += 1;
            let frame = &host.frames[0];
            let (words, lanes) = (PuntDescriptor::LEN / HOST_BEAT, self.width / HOST_BEAT);
            let last = host.shown == frame.bytes.len().div_ceil(HOST_BEAT);
            if last || host.shown > words && (host.shown - words).is_multiple_of(lanes) {
                host.used[frame.class] -= 1;
            }
            if last {
                host.frames.pop_front();
                host.shown = 0;
            }
        }
    }

    /// Whether a frame may begin.
    pub fn free(&self) -> bool {
        self.rewritten.idle()
    }

    pub fn drain(&mut self) {
        let start = self.clocks;
        while !self.host.frames.is_empty() || self.ports.iter().any(|port| !port.frames.is_empty())
        {
            self.clock(&OPEN, None);
            assert!(self.clocks < start + 100_000, "no end");
        }
        (0..20).for_each(|_| self.clock(&OPEN, None));
    }

    /// After a drain: all that was taken has left, and each event was counted.
    pub fn check(&mut self) {
        for (tx, sent) in self.tx.iter_mut().zip(&self.sent) {
            let got: Vec<_> = tx.frames.drain(..).map(|frame| frame.bytes).collect();
            assert!(got == *sent, "a frame differs");
        }
        let got: Vec<_> = self.punt.frames.drain(..).map(|frame| frame.bytes).collect();
        assert!(got == self.punted, "a punted frame differs");
        for name in EVENTS {
            let expected = self.expected.get(name).copied().unwrap_or(0);
            assert_eq!(self.events.count(name), expected, "{name}");
        }
    }
}
