//! Queue and punt: what is taken, and in which clock, is exactly what the contract says.

use std::collections::VecDeque;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::stream::FrameOutput;
use spec::host::PuntDescriptor;
use spec::limits::{HOST_BEAT, PUNT_CLOCKS, PUNT_UNLIMITED, QUEUE_CLOCKS};
use spec::meta::Plan;
use spec::verdict::CLASSES;
use verilate::Port;

use crate::beats::{BeatInput, Bench, Events, random_frame, set_bytes, sizes};

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
const PUNTED: [&str; CLASSES] = ["punted_new", "punted_copy", "punted_host", "punted_exception"];
const POLICED: [&str; CLASSES] =
    ["policed_new", "policed_copy", "policed_host", "policed_exception"];

/// Queues of `1 << A` beats.
fn verilog<const A: usize>(width: usize) -> String {
    match width {
        16 => hdl::emit::verilog(&mut hdl::egress::Egress::<128, 5, A, A>::default()),
        _ => hdl::emit::verilog(&mut hdl::egress::Egress::<512, 7, A, A>::default()),
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

struct Egress {
    bench: Bench,
    rewritten: BeatInput,
    received: BeatInput,
    plan: Port,
    tx: [FrameOutput; 2],
    punt: FrameOutput,
    events: Events,
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
struct Inputs {
    ready: [bool; 2],
    punt_ready: bool,
    tick: bool,
}

const OPEN: Inputs = Inputs { ready: [true; 2], punt_ready: true, tick: false };

impl Egress {
    fn new<const A: usize>(width: usize, rate: [u16; CLASSES], burst: [u16; CLASSES]) -> Self {
        Self::over(Bench::new(&verilog::<A>(width)), A, width, rate, burst)
    }

    /// Over a top that is as after reset.
    fn over(
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
    fn clock(&mut self, inputs: &Inputs, frame: Option<(&Plan, &[u8], &[u8])>) {
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
    fn free(&self) -> bool {
        self.rewritten.idle()
    }

    fn drain(&mut self) {
        let start = self.clocks;
        while !self.host.frames.is_empty() || self.ports.iter().any(|port| !port.frames.is_empty())
        {
            self.clock(&OPEN, None);
            assert!(self.clocks < start + 100_000, "no end");
        }
        (0..20).for_each(|_| self.clock(&OPEN, None));
    }

    /// After a drain: all that was taken has left, and each event was counted.
    fn check(&mut self) {
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

/// A random plan for a frame of this size.
fn plan(rng: &mut ChaCha8Rng, size: usize) -> Plan {
    Plan {
        send: rng.random_ratio(3, 4),
        port: rng.random_range(0..2),
        inject: rng.random_ratio(1, 4),
        punt: rng.random_ratio(1, 3),
        copy: rng.random(),
        reason: rng.random_range(0..11),
        class: rng.random_range(0..4),
        length: size as u16,
        source: rng.random_range(0..3),
        hit: rng.random(),
        entry: rng.random_range(0..1 << 17),
        generation: rng.random(),
        kind: rng.random_range(0..6),
        local: rng.random(),
        network_offset: rng.random_range(0..32),
        transport_offset: rng.random_range(0..128),
        rewrite: rng.random(),
        ..Plan::default()
    }
}

struct Load {
    sizes: Vec<usize>,
    /// Chances in percent, each clock: no frame begins; a port waits; the host waits; a tick.
    idle: u32,
    stall: u32,
    host_stall: u32,
    tick: u32,
    rate: [u16; CLASSES],
    burst: [u16; CLASSES],
}

fn random<const A: usize>(width: usize, load: &Load, frames: usize, seed: u64) {
    let Load { idle, stall, host_stall, tick, rate, burst, .. } = *load;
    println!(
        "W={width}, 1 << {A} beats, idle {idle}, stall {stall}, host {host_stall}, seed {seed}"
    );
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut top = Egress::new::<A>(width, rate, burst);
    let mut sent = 0;
    while sent < frames {
        let inputs = Inputs {
            ready: [0, 1].map(|_| !rng.random_ratio(stall, 100)),
            punt_ready: !rng.random_ratio(host_stall, 100),
            tick: rng.random_ratio(tick, 100),
        };
        if top.free() && !rng.random_ratio(idle, 100) {
            let size = *load.sizes.choose(&mut rng).unwrap();
            let plan = plan(&mut rng, size);
            let (rewritten, received) =
                (random_frame(&mut rng, size), random_frame(&mut rng, size));
            top.clock(&inputs, Some((&plan, &rewritten, &received)));
            sent += 1;
        } else {
            top.clock(&inputs, None);
        }
    }
    top.drain();
    top.check();
}

const FREE: [u16; CLASSES] = [PUNT_UNLIMITED; CLASSES];

#[test]
fn frames_leave_or_are_counted() {
    for width in [16, 64] {
        let loads = [(0, 0, 0), (0, 50, 20), (30, 0, 70), (60, 90, 90), (0, 97, 97)];
        for (seed, (idle, stall, host_stall)) in loads.into_iter().enumerate() {
            let sizes = sizes(width);
            let load = Load { sizes, idle, stall, host_stall, tick: 1, rate: FREE, burst: FREE };
            random::<10>(width, &load, 600, seed as u64);
            let small = Load { sizes: vec![width, width + 1, 3 * width], ..load };
            random::<5>(width, &small, 3000, seed as u64);
            let single = Load { sizes: vec![width], ..small };
            random::<5>(width, &single, 3000, seed as u64);
        }
    }
}

#[test]
fn policing_is_an_exact_token_bucket() {
    for width in [16, 64] {
        for seed in 0..8 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let rates = [0, 1, 2, 5, 100, PUNT_UNLIMITED - 1, PUNT_UNLIMITED];
            let load = Load {
                sizes: vec![14, 60, 64, 65, 2 * width],
                idle: 20,
                stall: 0,
                host_stall: 10,
                tick: [1, 5, 50][seed as usize % 3],
                rate: std::array::from_fn(|_| *rates.choose(&mut rng).unwrap()),
                burst: std::array::from_fn(|_| *rates.choose(&mut rng).unwrap()),
            };
            println!("rate {:?}, burst {:?}", load.rate, load.burst);
            random::<8>(width, &load, 4000, seed);
        }
    }
}

#[test]
fn a_flood_of_one_class_never_starves_another() {
    for width in [16, 64] {
        for flood in 0..CLASSES as u8 {
            let mut rng = ChaCha8Rng::seed_from_u64(flood.into());
            let mut top = Egress::new::<9>(width, FREE, FREE);
            let mut calm = 0;
            for clock in 0..20_000 {
                let inputs = Inputs { punt_ready: clock % 4 == 0, ..OPEN };
                if !top.free() {
                    top.clock(&inputs, None);
                    continue;
                }
                let mut plan = Plan { punt: true, send: false, ..plan(&mut rng, 64) };
                plan.class = if rng.random_ratio(1, 60) { rng.random_range(0..4) } else { flood };
                calm += u64::from(plan.class != flood);
                let frame = random_frame(&mut rng, 64);
                top.clock(&inputs, Some((&plan, &frame, &frame)));
            }
            top.drain();
            top.check();
            let got = |class: u8| top.events.count(PUNTED[usize::from(class)]);
            let others: u64 = (0..4).filter(|class| *class != flood).map(got).sum();
            assert_eq!(others, calm, "a frame of a calm class was dropped");
            assert!(top.events.count("punt_full") > 0, "no flood");
        }
    }
}

#[test]
fn a_flood_never_starves_injected_frames() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut top = Egress::new::<9>(width, FREE, FREE);
        let (mut beats, mut injected) = (0, 0);
        for clock in 0..50_000 {
            let inputs = Inputs { ready: [clock % 8 == 0; 2], ..OPEN };
            if !top.free() {
                top.clock(&inputs, None);
                continue;
            }
            let size = *[60, 65, 512, 1500].choose(&mut rng).unwrap();
            let mut plan = Plan { punt: false, send: true, ..plan(&mut rng, size) };
            plan.port = 1;
            // A share of 1/64 of what the port sends.
            plan.inject = beats * 64 <= clock / 8;
            if plan.inject {
                (plan.rewrite, injected) = (false, injected + 1);
                beats += size.div_ceil(width);
            }
            let frame = random_frame(&mut rng, size);
            top.clock(&inputs, Some((&plan, &frame, &frame)));
        }
        top.drain();
        top.check();
        assert_eq!(top.events.count("raw"), injected, "an injected frame was dropped");
        assert!(top.events.count("queue_full1") > 0, "no flood");
    }
}

#[test]
fn reset_empties_all() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let mut top = Egress::new::<6>(width, FREE, FREE);
        for clocks in 1..150 {
            let stalled = Inputs { ready: [false; 2], punt_ready: clocks % 2 == 0, tick: false };
            for _ in 0..clocks {
                let size = 2 * width + 1;
                let plan = plan(&mut rng, size);
                let frame = random_frame(&mut rng, size);
                let begin = top.free().then_some((&plan, &frame[..], &frame[..]));
                top.clock(&stalled, begin);
            }
            // The same instance goes on with the expectations of a new one.
            top.bench.reset();
            let mut fresh = Egress::over(top.bench, 6, width, FREE, FREE);
            for _ in 0..40 {
                fresh.clock(&OPEN, None);
            }
            for _ in 0..60 {
                let size = *[width, 3 * width].choose(&mut rng).unwrap();
                let plan = plan(&mut rng, size);
                let frame = random_frame(&mut rng, size);
                let begin = fresh.free().then_some((&plan, &frame[..], &frame[..]));
                fresh.clock(&OPEN, begin);
            }
            fresh.drain();
            fresh.check();
            top = fresh;
        }
    }
}
