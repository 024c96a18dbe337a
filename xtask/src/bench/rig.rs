//! A Verilated device under its driver, with a farm of one VIP and one server.

use anyhow::{Context, Result, anyhow, ensure};
use driver::{Config, Device as Driver};
use model::frame::{L2tp, Udp};
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::{Device, Rtl, Sent};
use spec::table::{Action, Key, Kind, Local, NextHop, Service};
use spec::wire::{l2tp, protocol};

const SEED: u64 = 1;
const MACS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]];
/// Of the station behind each port.
const STATIONS: [[u8; 6]; 2] = [[2, 0, 0, 0, 0, 0x11], [2, 0, 0, 0, 0, 0x22]];
const VIP: u32 = 0xc8c8_6401;
const SERVER: u32 = 0x0a0a_0101;
/// Their rows in the local address table.
const VIP_ROW: u8 = 0;
const SERVER_ROW: u8 = 8;

/// Bytes of the shortest frame that hits: Ethernet, IPv4, UDP, L2TP.
pub const SHORTEST_HIT: usize = 14 + 20 + 8 + 6;
/// Sizes of the simple IMIX, with how often each comes in twelve frames.
const IMIX: [(usize, usize); 3] = [(60, 7), (590, 4), (1514, 1)];

/// The device.
pub struct Rig {
    /// Under its driver.
    pub device: Driver<Rtl>,
    /// Bytes a beat.
    pub width: usize,
    /// Keys of the rows, all for packets from clients.
    pub keys: Vec<Key>,
    /// For keys, frames and mixes.
    pub random: ChaCha8Rng,
}

/// The sizes of `count` frames of the IMIX, the longest first: so the pipeline never waits for a long
/// frame to come in whole behind a short one.
pub fn imix(random: &mut ChaCha8Rng, count: usize) -> Vec<usize> {
    let mix: Vec<usize> = IMIX.iter().flat_map(|(size, often)| vec![*size; *often]).collect();
    let mut sizes = vec![IMIX[2].0];
    sizes.extend((1..count).map(|_| mix.choose(random).copied().unwrap_or(60)));
    sizes
}

/// First octet in the lowest byte.
fn word(mac: [u8; 6]) -> u64 {
    mac.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet))
}

impl Rig {
    /// With empty tables but for the farm.
    pub fn new(width: usize) -> Result<Self> {
        let rtl = Rtl::new(&format!("datapath-{width}")).map_err(|error| anyhow!("{error}"))?;
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut device = Driver::open(rtl, &random.random(), &Config::default())?;
        let valid = true;
        let local = Local { valid, port: 0, address: VIP, ..Local::default() };
        device.set_local(VIP_ROW.into(), local)?;
        let local = Local { valid, port: 1, address: SERVER, ..Local::default() };
        device.set_local(SERVER_ROW.into(), local)?;
        let service = Service {
            valid,
            kind: Kind::L2tp.code(),
            local: VIP_ROW,
            protocol: protocol::UDP,
            port: l2tp::PORT,
            ..Service::default()
        };
        device.set_service(0, service)?;
        let (destination, source) = (word(STATIONS[1]), word(MACS[1]));
        device.set_next_hop(
            1,
            NextHop { valid, port: 1, destination, source, ..NextHop::default() },
        )?;
        device.settle()?;
        for (port, mac) in MACS.into_iter().enumerate() {
            device.registers().set_mac(port, mac)?;
        }
        device.registers().set_control(true, true)?;
        device.transport().leave_host(false);
        Ok(Self { device, width, keys: Vec::new(), random })
    }

    /// Rows that make the table as full as `load` says, one at least.
    pub fn rows(&self, load: f64) -> usize {
        ((f64::from(self.device.info().rows) * load) as usize).max(1)
    }

    /// Adds a random row. Settling is left to the caller.
    pub fn insert(&mut self) -> Result<()> {
        loop {
            let key = Key {
                kind: Kind::L2tp.code(),
                address: self.random.random(),
                local: VIP_ROW,
                peer_port: self.random.random(),
                local_port: l2tp::PORT,
                discriminator: self.random.random_range(1..=u16::MAX).into(),
                ..Key::default()
            };
            if self.device.table().find(&key).is_none() {
                self.device.insert(&key, &self.action(&key))?;
                self.keys.push(key);
                return Ok(());
            }
        }
    }

    /// Takes a random row out. Settling is left to the caller.
    pub fn remove(&mut self) -> Result<()> {
        let index = self.random.random_range(0..self.keys.len());
        let key = self.keys.swap_remove(index);
        self.device.remove(&key)?;
        Ok(())
    }

    /// What is done with a row's packets: to the server.
    pub fn action(&self, key: &Key) -> Action {
        Action {
            local: SERVER_ROW,
            next_hop: 1,
            source_port: key.peer_port,
            destination_port: l2tp::PORT,
            ..Action::default()
        }
    }

    /// Adds random rows until there are so many.
    pub fn fill(&mut self, rows: usize) -> Result<()> {
        while self.keys.len() < rows {
            self.insert()?;
        }
        Ok(self.device.settle()?)
    }

    /// A frame of a random row, or of this one. One that is too short for a hit is for a foreign
    /// station, and bridged.
    pub fn frame(&mut self, size: usize, key: Option<Key>) -> Vec<u8> {
        let mut payload = vec![0; size.saturating_sub(SHORTEST_HIT)];
        self.random.fill_bytes(&mut payload);
        if size < SHORTEST_HIT {
            let mut frame = [STATIONS[1], STATIONS[0]].concat();
            frame.extend([0x88, 0xb5]); // local experiments (IEEE 802)
            frame.resize(size, 0x5a);
            return frame;
        }
        let key = key.or_else(|| self.keys.choose(&mut self.random).copied()).unwrap_or_default();
        Udp {
            destination_mac: MACS[0],
            source_mac: STATIONS[0],
            source: (key.address, key.peer_port),
            destination: (VIP, l2tp::PORT),
            payload: L2tp::data(key.discriminator as u16, 1).build(&payload),
            ..Udp::default()
        }
        .build()
    }

    /// Beats of a frame.
    pub fn beats(&self, size: usize) -> u64 {
        size.div_ceil(self.width) as u64
    }

    /// Frames enter at the external port without a pause, and all leave at the internal one, in
    /// order and as their rows say.
    pub fn pass(&mut self, frames: &[Vec<u8>]) -> Result<Vec<Sent>> {
        let beats: u64 = frames.iter().map(|frame| self.beats(frame.len())).sum();
        let rtl = self.device.transport();
        frames.iter().for_each(|frame| rtl.send(0, frame, false));
        let mut sent = Vec::with_capacity(frames.len());
        let limit = rtl.clocks().context("no clocks")? + 4 * beats + 4000;
        while sent.len() < frames.len() && rtl.clocks() < Some(limit) {
            rtl.advance(64);
            while let Some(frame) = rtl.receive(1) {
                sent.push(frame);
            }
        }
        ensure!(sent.len() == frames.len(), "{} of {} have left", sent.len(), frames.len());
        for (frame, sent) in frames.iter().zip(&sent) {
            let mut expected = frame.clone();
            if frame.len() >= SHORTEST_HIT {
                expected[..12].copy_from_slice(&[STATIONS[1], MACS[1]].concat());
                expected[22..26].copy_from_slice(&sent.bytes[22..26]); // TTL, checksum
                expected[30..34].copy_from_slice(&SERVER.to_be_bytes());
                expected[40..42].copy_from_slice(&sent.bytes[40..42]); // checksum
            }
            ensure!(sent.bytes == expected, "{:02x?} has left, not {expected:02x?}", sent.bytes);
        }
        Ok(sent)
    }
}
