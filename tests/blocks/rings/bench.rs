//! A host that works the rings over a memory of random latency and backpressure.

use std::collections::VecDeque;
use std::sync::LazyLock;

use driver::Memory;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::HostMemory;
use sim::rtl::{Bus, MemoryPort};
use sim::stream::{FrameInput, FrameOutput};
use spec::host::{COMMAND_STRIDE, FRAME_STRIDE, InjectDescriptor, StatusBlock};
use spec::limits::CAPACITY_2K;
use spec::register;
use verilate::{Design, Model, Port};

pub const COMMAND: usize = 0;
pub const COMPLETION: usize = 1;
pub const PUNT: usize = 2;
pub const INJECT: usize = 3;
const STRIDES: [usize; 4] = [COMMAND_STRIDE, COMMAND_STRIDE, FRAME_STRIDE, FRAME_STRIDE];

/// How the memory and the streams behave: chances in percent, each clock.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub memory_ready: u32,
    pub latency: u64,
    pub stream_ready: u32,
    pub stream_pause: u32,
    pub host_looks: u32,
}

pub const EASY: Manner =
    Manner { memory_ready: 100, latency: 20, stream_ready: 100, stream_pause: 0, host_looks: 100 };

pub struct Bench {
    pub model: Model,
    pub clock: Port,
    pub bus: Bus,
    pub port: MemoryPort,
    pub memory: HostMemory,
    pub rng: ChaCha8Rng,
    pub manner: Manner,
    pub clocks: u64,
    pub commands: FrameOutput,
    pub injects: FrameOutput,
    pub completions: FrameInput,
    pub punts: FrameInput,
    pub rings: [Memory; 4],
    pub status: Memory,
    pub log2: [u32; 4],
    /// The host's own indices.
    pub host: [u32; 4],
    /// What the host still has to put, and still expects to find.
    pub to_command: VecDeque<Vec<u8>>,
    pub to_inject: VecDeque<Vec<u8>>,
    pub completed: VecDeque<Vec<u8>>,
    pub punted: VecDeque<Vec<u8>>,
}

impl Bench {
    pub fn new(seed: u64, manner: Manner, log2: [u32; 4]) -> Self {
        println!("seed {seed}, {manner:?}, sizes {log2:?}");
        static VERILOG: LazyLock<String> =
            LazyLock::new(|| hdl::emit::verilog(&mut hdl::host::Host::new(16, CAPACITY_2K)));
        let mut model = Design::new(&VERILOG, "top").model().unwrap();
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
    pub fn enable(&mut self) {
        self.memory = HostMemory::default();
        // the bases are multiples of 64, and of nothing more
        self.memory.allocate(64 * self.rng.random_range(0..100));
        self.status = self.memory.allocate(64);
        for (ring, stride) in STRIDES.into_iter().enumerate() {
            self.rings[ring] = self.memory.allocate((stride << self.log2[ring]) + 64);
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

    pub fn clock(&mut self) {
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

    pub fn access(&mut self, address: u32, data: Option<u32>) -> u32 {
        self.bus.begin(&mut self.model, address as u16, data);
        loop {
            self.clock();
            if let Some(read) = self.bus.poll(&mut self.model) {
                return read;
            }
        }
    }

    pub fn write(&mut self, address: u32, data: u32) {
        self.access(address, Some(data));
    }

    pub fn slot(&self, ring: usize, index: u32) -> usize {
        64 + (index as usize % (1 << self.log2[ring])) * STRIDES[ring]
    }

    pub fn status(&self) -> StatusBlock {
        StatusBlock::unpack(self.memory.device(self.status.address, StatusBlock::LEN))
    }

    pub fn doorbell(&mut self, ring: usize, index: u32) {
        self.host[ring] = index;
        self.write(register::RING_INDEX + 4 * ring as u32, index);
    }

    /// The host looks at the status block: takes and puts as much as it may, in bursts.
    pub fn look(&mut self) {
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

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.rng.random()).collect()
    }

    pub fn injected(&mut self, length: usize) -> Vec<u8> {
        let descriptor = InjectDescriptor {
            length: length as u16,
            entry: self.rng.random(),
            ..InjectDescriptor::default()
        };
        let body = self.bytes(length.min(FRAME_STRIDE - InjectDescriptor::LEN));
        [descriptor.pack().to_vec(), body].concat()
    }

    /// Lets the streams offer completions and punts.
    pub fn offer(&mut self, completions: usize, punts: usize) {
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
    pub fn run(&mut self, clocks: u64) {
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

    pub fn done(&self) {
        let left = [&self.to_command, &self.to_inject, &self.completed, &self.punted];
        assert_eq!(left.map(|queue| queue.len()), [0; 4], "left after {} clocks", self.clocks);
    }
}
