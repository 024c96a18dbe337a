//! What holds the wires up, at random: each wire is free for a while and stalled for a while, and how
//! long changes from time to time.

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::rtl::Stalls;

/// Clocks for which the wires keep their habits.
const SPELL: u32 = 3000;

/// Clocks of a spell in which a link is down for so long that its queue overflows.
const STORM: u32 = 24_000;

/// A wire.
#[derive(Default)]
struct Gate {
    stalled: bool,
    /// Clocks until it changes.
    left: u32,
    /// Its mean clocks free and stalled; 0 free: always stalled, 0 stalled: always free.
    mean: [u32; 2],
}

impl Gate {
    fn habit(&mut self, random: &mut ChaCha8Rng, stalled: &[u32]) {
        let stalled = *stalled.choose(random).expect("some");
        let length = *[1, 1, 4, 30].choose(random).expect("some");
        // In percent of all clocks.
        self.mean = match stalled {
            0 => [SPELL, 0],
            100 => [0, SPELL],
            _ => [(length * (100 - stalled)).div_ceil(stalled), length],
        };
        self.left = 0;
    }

    fn clock(&mut self, random: &mut ChaCha8Rng) -> bool {
        while self.left == 0 {
            self.stalled = !self.stalled;
            let mean = self.mean[usize::from(self.stalled)];
            self.left = if mean == 0 { 0 } else { random.random_range(1..=2 * mean - 1) };
        }
        self.left -= 1;
        self.stalled
    }
}

/// All wires of a device: both ports in and out, and memory.
pub struct Weather {
    random: ChaCha8Rng,
    gates: [Gate; 5],
    stormy: bool,
    latency: [u64; 2],
    left: u32,
}

impl Weather {
    /// Stormy: links can be down for so long that queues overflow.
    pub fn new(seed: u64, stormy: bool) -> Self {
        let random = ChaCha8Rng::seed_from_u64(seed);
        Self { random, gates: Default::default(), stormy, latency: [0; 2], left: 0 }
    }

    /// The stalls of the next clock.
    pub fn clock(&mut self) -> Stalls {
        if self.left == 0 {
            self.turn();
        }
        self.left -= 1;
        let random = &mut self.random;
        let latency = random.random_range(self.latency[0]..=self.latency[1]);
        let [in0, in1, out0, out1, memory] = self.gates.each_mut().map(|gate| gate.clock(random));
        Stalls { pause: [in0, in1], busy: [out0, out1], memory, latency }
    }

    fn turn(&mut self) {
        self.left = self.random.random_range(SPELL / 4..SPELL);
        let storm = self.stormy && self.random.random_ratio(1, 6);
        if storm {
            self.left = STORM;
        }
        let [ins @ .., out0, out1, memory] = &mut self.gates;
        for gate in ins {
            gate.habit(&mut self.random, &[0, 0, 20, 50, 90]);
        }
        for gate in [out0, out1] {
            let links: &[u32] = match (storm, self.stormy) {
                (true, _) => &[0, 100],
                (false, true) => &[0, 50, 90, 100],
                (false, false) => &[0, 0, 20, 50, 70],
            };
            gate.habit(&mut self.random, links);
        }
        memory.habit(&mut self.random, &[0, 0, 30, 70]);
        let least = self.random.random_range(1..80);
        self.latency = [least, least + self.random.random_range(0..40)];
    }
}
