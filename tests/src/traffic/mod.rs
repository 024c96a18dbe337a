//! Random traffic of a farm: everything that the datapath tells apart, right and wrong, by seed.

mod damage;
mod farm;
mod frames;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::host::InjectDescriptor;

pub use farm::{Farm, MACS, Tunnel};

/// A frame on its way to the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arriving {
    /// At a port, 0 external or 1 internal; `error`: damaged.
    Port {
        /// Which.
        port: usize,
        /// The frame.
        frame: Vec<u8>,
        /// It arrives damaged.
        error: bool,
    },
    /// From the host.
    Inject {
        /// What is to be done with it.
        descriptor: InjectDescriptor,
        /// The frame.
        frame: Vec<u8>,
    },
}

/// An endless stream of frames. Equal seeds give equal farms and frames.
pub struct Traffic {
    /// The farm that the frames are for.
    pub farm: Farm,
    random: ChaCha8Rng,
    serial: u32,
}

impl Traffic {
    /// A farm with so many tunnels, and its traffic.
    pub fn new(seed: u64, tunnels: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let farm = Farm::new(&mut random, tunnels);
        Self { farm, random, serial: 0 }
    }

    /// The next frame. No two frames are equal: each has its number in its last four bytes, if it
    /// is long enough to be taken.
    pub fn arriving(&mut self) -> Arriving {
        let random = &mut self.random;
        self.serial += 1;
        let port = usize::from(random.random_bool(0.5));
        let mut frame = frames::frame(random, &self.farm, port, self.serial);
        if random.random_bool(0.15) {
            damage::damage(random, &mut frame);
        }
        if random.random_bool(0.06) {
            let lie = random.random_bool(0.1);
            let descriptor = InjectDescriptor {
                length: frame.len() as u16 + u16::from(lie),
                forward: random.random(),
                port: random.random_range(0..2),
                entry: match random.random_range(0..20) {
                    0 => random.random_range(0..1 << 18),
                    1 => random.random_range(0..2048),
                    _ => self.farm.entry(random),
                },
                sa: u32::from(random.random_bool(0.02)),
                ..InjectDescriptor::default()
            };
            return Arriving::Inject { descriptor, frame };
        }
        Arriving::Port { port, frame, error: random.random_bool(0.01) }
    }
}
