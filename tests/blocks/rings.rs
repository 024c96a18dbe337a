//! The rings over a memory of random latency and backpressure, with a host that reuses a slot as
//! soon as it may.

use std::collections::VecDeque;

use driver::Memory;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::HostMemory;
use sim::rtl::{Bus, MemoryPort};
use sim::stream::{Frame, FrameInput, FrameOutput};
use spec::host::{COMMAND_STRIDE, FRAME_STRIDE, InjectDescriptor, StatusBlock};
use spec::limits::CAPACITY_2K;
use spec::register;
use verilate::{Design, Model, Port};

const COMMAND: usize = 0;
const COMPLETION: usize = 1;
const PUNT: usize = 2;
const INJECT: usize = 3;
const STRIDES: [usize; 4] = [COMMAND_STRIDE, COMMAND_STRIDE, FRAME_STRIDE, FRAME_STRIDE];

/// How the memory and the streams behave: chances in percent, each clock.
#[derive(Clone, Copy, Debug)]
struct Manner {
    memory_ready: u32,
    latency: u64,
    stream_ready: u32,
    stream_pause: u32,
    host_looks: u32,
}

const EASY: Manner =
    Manner { memory_ready: 100, latency: 20, stream_ready: 100, stream_pause: 0, host_looks: 100 };

struct Bench {
    model: Model,
    clock: Port,
    bus: Bus,
    port: MemoryPort,
    memory: HostMemory,
    rng: ChaCha8Rng,
    manner: Manner,
    clocks: u64,
    commands: FrameOutput,
    injects: FrameOutput,
    completions: FrameInput,
    punts: FrameInput,
    rings: [Memory; 4],
    status: Memory,
    log2: [u32; 4],
    /// The host's own indices.
    host: [u32; 4],
    /// What the host still has to put, and still expects to find.
    to_command: VecDeque<Vec<u8>>,
    to_inject: VecDeque<Vec<u8>>,
    completed: VecDeque<Vec<u8>>,
    punted: VecDeque<Vec<u8>>,
}

impl Bench {
    fn new(seed: u64, manner: Manner, log2: [u32; 4]) -> Self {
        println!("seed {seed}, {manner:?}, sizes {log2:?}");
        let verilog = hdl::emit::verilog(&mut hdl::host::Host::new(16, CAPACITY_2K));
        let mut model = Design::new(&verilog, "top").model().unwrap();
        let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
        model.set(reset, 1);
        model.tick(clock);
        model.set(reset, 0);
        let mut memory = HostMemory::default();
        let rings = [0; 4].map(|_| memory.allocate(64));
        let status = memory.allocate(64);
        let mut bench = Self {
            clock,
            bus: Bus::new(&model).unwrap(),
            port: MemoryPort::new(&model).unwrap(),
            memory,
            rng: ChaCha8Rng::seed_from_u64(seed),
            manner,
            clocks: 0,
            commands: FrameOutput::new(&model, "command").unwrap(),
            injects: FrameOutput::new(&model, "inject").unwrap(),
            completions: FrameInput::new(&model, "completion").unwrap(),
            punts: FrameInput::new(&model, "punt").unwrap(),
            rings,
            status,
            log2,
            host: [0; 4],
            to_command: VecDeque::new(),
            to_inject: VecDeque::new(),
            completed: VecDeque::new(),
            punted: VecDeque::new(),
            model,
        };
        bench.enable();
        bench
    }

    /// New memory for everything, and the rings on.
    fn enable(&mut self) {
        self.memory = HostMemory::default();
        // the bases are multiples of 64, and of nothing more
        self.memory.allocate(64 * self.rng.random_range(0..100));
        self.status = self.memory.allocate(64);
        for ring in 0..4 {
            self.rings[ring] = self.memory.allocate((STRIDES[ring] << self.log2[ring]) + 64);
            let (address, at) = (self.rings[ring].address + 64, 4 * ring as u32);
            self.write(register::RING_BASE_LOW + at, address as u32);
            self.write(register::RING_BASE_HIGH + at, (address >> 32) as u32);
            self.write(register::RING_SIZE_LOG2 + at, self.log2[ring]);
            self.write(register::RING_INDEX + at, 0);
        }
        self.host = [0; 4];
        self.write(register::STATUS_LOW, self.status.address as u32);
        self.write(register::STATUS_HIGH, (self.status.address >> 32) as u32);
        self.write(register::RING_ENABLE, 1);
    }

    fn clock(&mut self) {
        let Self { rng, manner, model, .. } = self;
        let mut chance = |percent| rng.random_ratio(percent, 100);
        self.completions.drive(model, chance(manner.stream_pause));
        self.punts.drive(model, chance(manner.stream_pause));
        self.commands.drive(model, chance(manner.stream_ready));
        self.injects.drive(model, chance(manner.stream_ready));
        let ready = chance(manner.memory_ready);
        self.port.clock(model, &mut self.memory, ready, manner.latency);
        model.eval();
        self.completions.sample(model);
        self.punts.sample(model);
        self.commands.sample(model);
        self.injects.sample(model);
        model.tick(self.clock);
        self.clocks += 1;
    }

    fn access(&mut self, address: u32, data: Option<u32>) -> u32 {
        self.bus.begin(&mut self.model, address as u16, data);
        loop {
            self.clock();
            if let Some(read) = self.bus.poll(&mut self.model) {
                return read;
            }
        }
    }

    fn write(&mut self, address: u32, data: u32) {
        self.access(address, Some(data));
    }

    fn slot(&self, ring: usize, index: u32) -> usize {
        64 + (index as usize % (1 << self.log2[ring])) * STRIDES[ring]
    }

    fn status(&self) -> StatusBlock {
        StatusBlock::unpack(self.memory.device(self.status.address, StatusBlock::LEN))
    }

    fn doorbell(&mut self, ring: usize, index: u32) {
        self.host[ring] = index;
        self.write(register::RING_INDEX + 4 * ring as u32, index);
    }

    /// The host looks at the status block: takes and puts as much as it may, in bursts.
    fn look(&mut self) {
        let status = self.status();
        for ring in [COMMAND, INJECT] {
            let taken = if ring == COMMAND { status.command } else { status.inject };
            let mut index = self.host[ring];
            // What was taken is the host's: spoil it.
            let free = (1 << self.log2[ring]) - index.wrapping_sub(taken);
            for i in 0..free {
                let slot = self.slot(ring, index.wrapping_add(i));
                self.memory.write(&self.rings[ring], slot, &[0xee; COMMAND_STRIDE]).unwrap();
            }
            for _ in 0..self.rng.random_range(0..=free) {
                let queue =
                    if ring == COMMAND { &mut self.to_command } else { &mut self.to_inject };
                let Some(bytes) = queue.pop_front() else { break };
                let slot = self.slot(ring, index);
                self.memory.write(&self.rings[ring], slot, &bytes).unwrap();
                index = index.wrapping_add(1);
            }
            if index != self.host[ring] {
                self.doorbell(ring, index);
            }
        }
        for ring in [COMPLETION, PUNT] {
            let produced = if ring == COMPLETION { status.completion } else { status.punt };
            let mut index = self.host[ring];
            let there = produced.wrapping_sub(index);
            assert!(there <= 1 << self.log2[ring], "{there} slots full in ring {ring}");
            for _ in 0..self.rng.random_range(0..=there) {
                let queue = if ring == COMPLETION { &mut self.completed } else { &mut self.punted };
                let expected = queue.pop_front().expect("nothing was sent");
                let slot = self.slot(ring, index);
                let mut found = vec![0; expected.len()];
                self.memory.read(&self.rings[ring], slot, &mut found).unwrap();
                assert_eq!(found, expected, "ring {ring}, index {index}");
                index = index.wrapping_add(1);
            }
            if index != self.host[ring] {
                self.doorbell(ring, index);
            }
        }
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.rng.random()).collect()
    }

    fn injected(&mut self, length: usize) -> Vec<u8> {
        let descriptor = InjectDescriptor {
            length: length as u16,
            entry: self.rng.random(),
            ..InjectDescriptor::default()
        };
        let body = self.bytes(length.min(FRAME_STRIDE - InjectDescriptor::LEN));
        [descriptor.pack().to_vec(), body].concat()
    }

    /// Lets the streams offer completions and punts.
    fn offer(&mut self, completions: usize, punts: usize) {
        for _ in 0..completions {
            let bytes = self.bytes(64);
            self.completed.push_back(bytes.clone());
            self.completions.push(bytes);
        }
        for _ in 0..punts {
            let length = self.rng.random_range(33..300);
            let bytes = self.bytes(length);
            self.punted.push_back(bytes.clone());
            self.punts.push(bytes);
        }
    }

    /// Runs until nothing is left, or for so many clocks.
    fn run(&mut self, clocks: u64) {
        let end = self.clocks + clocks;
        while self.clocks < end {
            if self.rng.random_ratio(self.manner.host_looks, 100) {
                self.look();
            }
            self.clock();
            let status = self.status();
            let host = [&self.to_command, &self.to_inject, &self.completed, &self.punted];
            if host.iter().all(|queue| queue.is_empty())
                && status.command == self.host[COMMAND]
                && status.inject == self.host[INJECT]
                && self.model.get(self.model.port("command$valid").unwrap()) == 0
                && self.model.get(self.model.port("inject$valid").unwrap()) == 0
            {
                return;
            }
        }
    }

    fn done(&self) {
        let left = [&self.to_command, &self.to_inject, &self.completed, &self.punted];
        assert_eq!(left.map(|queue| queue.len()), [0; 4], "left after {} clocks", self.clocks);
    }
}

fn whole(frames: &[Vec<u8>]) -> Vec<Frame> {
    frames.iter().cloned().map(Frame::from).collect()
}

/// Descriptors whose frame is cut off at the slot's end.
const LONGEST: usize = FRAME_STRIDE - InjectDescriptor::LEN;

const MANNERS: [Manner; 5] = [
    EASY,
    Manner { latency: 0, ..EASY },
    Manner { memory_ready: 40, latency: 3, ..EASY },
    Manner { latency: 100, stream_ready: 50, stream_pause: 50, host_looks: 5, ..EASY },
    Manner { memory_ready: 70, latency: 11, stream_ready: 20, stream_pause: 80, host_looks: 1 },
];

#[test]
fn everything_arrives_once_whole_and_in_order() {
    for (seed, manner) in MANNERS.into_iter().enumerate() {
        for log2 in [[5, 4, 3, 2], [0, 0, 0, 0]] {
            let mut bench = Bench::new(seed as u64, manner, log2);
            let commands: Vec<_> = (0..150).map(|_| bench.bytes(48)).collect();
            let mut lengths =
                vec![0, 1, 15, 16, 17, 31, 32, 33, 60, 512, LONGEST, LONGEST + 1, 16383];
            lengths.extend((0..20).map(|_| bench.rng.random_range(0..200)));
            let injects: Vec<_> = lengths.iter().map(|length| bench.injected(*length)).collect();
            bench.to_command.extend(commands.clone());
            bench.to_inject.extend(injects.clone());
            bench.offer(150, 40);
            bench.run(400_000);
            bench.done();
            assert!(bench.commands.frames == whole(&commands), "the commands");
            assert!(bench.injects.frames == whole(&injects), "the injected frames");
            assert!(bench.port.idle(&bench.model), "the memory port rests");
        }
    }
}

#[test]
fn a_full_ring_stops_its_own_stream_only() {
    let mut bench = Bench::new(1, EASY, [3, 1, 1, 3]);
    bench.offer(5, 5);
    for _ in 0..500 {
        bench.clock();
    }
    let status = bench.status();
    assert_eq!((status.completion, status.punt), (2, 2), "both rings are full");
    assert!(!bench.completions.is_empty() && !bench.punts.is_empty());
    let commands: Vec<_> = (0..8).map(|_| bench.bytes(48)).collect();
    let injects: Vec<_> = (0..8).map(|_| bench.injected(100)).collect();
    for (ring, slots) in [(COMMAND, &commands), (INJECT, &injects)] {
        for (i, bytes) in slots.iter().enumerate() {
            let slot = bench.slot(ring, i as u32);
            bench.memory.write(&bench.rings[ring], slot, bytes).unwrap();
        }
        bench.doorbell(ring, 8);
    }
    for _ in 0..2000 {
        bench.clock();
    }
    assert!(bench.commands.frames == whole(&commands) && bench.injects.frames == whole(&injects));
    assert_eq!(bench.status(), StatusBlock { command: 8, inject: 8, ..status });
    bench.run(10_000);
    bench.done();
}

#[test]
fn two_commands_take_eight_clocks() {
    for latency in [0, 10, 20] {
        let mut bench = Bench::new(latency, Manner { latency, ..EASY }, [10, 4, 3, 2]);
        let commands: Vec<_> = (0..1000).map(|_| bench.bytes(48)).collect();
        for (i, bytes) in commands.iter().enumerate() {
            let slot = bench.slot(COMMAND, i as u32);
            bench.memory.write(&bench.rings[COMMAND], slot, bytes).unwrap();
        }
        bench.doorbell(COMMAND, 1000);
        let before = bench.clocks;
        while bench.commands.frames.len() < 1000 {
            bench.clock();
            assert!(bench.clocks - before <= 4 * 1000 + 100, "{:?}", bench.commands.frames.len());
        }
        println!("latency {latency}: {} clocks for 1000 commands", bench.clocks - before);
    }
}

#[test]
fn switched_off_at_any_time_the_rings_let_go_of_memory_and_start_anew() {
    for seed in 0..25 {
        let mut manner = MANNERS[seed as usize % MANNERS.len()];
        if seed % 2 == 1 {
            manner.memory_ready = 4; // a request is likely to wait when the rings are switched off
        }
        let mut bench = Bench::new(seed, manner, [4, 3, 2, 2]);
        for _ in 0..40 {
            let (command, inject) = (bench.bytes(48), bench.injected(150));
            bench.to_command.push_back(command);
            bench.to_inject.push_back(inject);
        }
        bench.offer(30, 30);
        let clocks = bench.rng.random_range(1..600);
        bench.run(clocks);
        bench.write(register::RING_ENABLE, 0);
        for turn in 0.. {
            assert!(turn < 2000, "never quiet");
            if bench.access(register::RING_ENABLE, None) == 0 {
                break;
            }
        }
        // From here on any access of the old memory panics: it is gone.
        bench.memory = HostMemory::default();
        for _ in 0..200 {
            bench.clock();
        }
        assert!(bench.port.idle(&bench.model));
        for _ in 0..2000 {
            bench.clock();
        }
        let cut = bench.injects.frames.iter().filter(|frame| frame.error).count();
        assert!(cut <= 1, "{cut} frames cut off");
        assert!(bench.commands.frames.iter().all(|command| command.bytes.len() == 48));
        bench.commands.frames.clear();
        bench.injects.frames.clear();

        // A completion that is old is gone; a punt waits, unless it was being written.
        assert!(bench.completions.is_empty());
        bench.completed.clear();
        let waiting = bench.punted.len();
        bench.enable();
        for _ in 0..2000 {
            bench.clock();
        }
        let first = bench.slot(PUNT, 0);
        if bench.status().punt > 0 {
            while let Some(expected) = bench.punted.front() {
                let mut found = vec![0; expected.len()];
                bench.memory.read(&bench.rings[PUNT], first, &mut found).unwrap();
                if found == *expected {
                    break;
                }
                bench.punted.pop_front();
            }
            // Those that were announced but not yet looked at, and the one that was cut off.
            assert!(waiting - bench.punted.len() <= 5, "punts were lost");
        }
        let (commands, injects): (Vec<_>, Vec<_>) =
            (0..40).map(|_| (bench.bytes(48), bench.injected(150))).unzip();
        bench.to_command = commands.clone().into();
        bench.to_inject = injects.clone().into();
        bench.offer(30, 0);
        bench.run(100_000);
        bench.done();
        assert!(bench.commands.frames == whole(&commands), "the commands");
        assert!(bench.injects.frames == whole(&injects), "the injected frames");
    }
}
