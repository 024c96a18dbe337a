//! The soft device: the model behind the registers and rings that the hardware has.

mod registers;
mod rings;

use std::collections::VecDeque;

use driver::{Memory, Transport, TransportError};
use model::Datapath;
use spec::limits::Capacity;

use crate::{Device, HostMemory, Sent};
use registers::Registers;
use rings::Rings;

/// Beats of the punt stream that wait for the host: 64 KiB, a quarter for each class.
const PUNT_BEATS: usize = 4096;

/// A device without clocks: all that there is to do is done when it is called, in this order:
/// commands, injected frames, frames from the wires as they were sent, each followed by what the
/// rings have room for. It runs in [`Device::advance`] and [`Transport::relax`] only.
///
/// Registers and rings are those of [`spec::register`] and [`spec::host`]; `CLOCKS` reads 0. What
/// differs from hardware: egress queues never fill, and nothing is ever under way, so that a FENCE
/// is done at once.
pub struct Soft {
    datapath: Datapath,
    registers: Registers,
    rings: Rings,
    memory: HostMemory,
    arriving: VecDeque<(usize, Vec<u8>, bool)>,
    sent: [VecDeque<Sent>; 2],
}

impl Soft {
    /// A device as after reset, with a table of the given depth.
    pub fn new(capacity: Capacity) -> Self {
        Self {
            datapath: Datapath::new(capacity, PUNT_BEATS),
            registers: Registers::default(),
            rings: Rings::default(),
            memory: HostMemory::default(),
            arriving: VecDeque::new(),
            sent: Default::default(),
        }
    }

    /// Does all that is there to do.
    fn run(&mut self) {
        loop {
            self.host();
            let Some((port, frame, error)) = self.arriving.pop_front() else { break };
            let sent = self.datapath.receive(port, &frame, error).sent;
            self.leave(sent);
        }
    }

    /// What the host's doorbells ask for, and what waits for the host.
    fn host(&mut self) {
        let Self { datapath, registers, rings, memory, .. } = self;
        if !registers.rings_run() {
            return;
        }
        rings.commands(registers, memory, datapath);
        while let Some((descriptor, frame)) = self.rings.inject(&self.registers, &self.memory) {
            let sent = self.datapath.inject(&descriptor, &frame).sent;
            self.leave(sent);
        }
        self.rings.punts(&self.registers, &mut self.memory, &mut self.datapath.punts);
        self.rings.report(&self.registers, &mut self.memory);
    }

    fn leave(&mut self, sent: Option<(u8, Vec<u8>)>) {
        if let Some((port, bytes)) = sent {
            self.sent[usize::from(port)].push_back(Sent { bytes, first: None, clock: None });
        }
    }
}

impl Transport for Soft {
    fn read32(&mut self, offset: u32) -> Result<u32, TransportError> {
        self.registers.read(offset, &self.datapath)
    }

    fn write32(&mut self, offset: u32, value: u32) -> Result<(), TransportError> {
        self.registers.write(offset, value, &mut self.datapath)?;
        if !self.registers.rings_run() {
            self.rings.reset();
        }
        Ok(())
    }

    fn allocate(&mut self, len: usize) -> Result<Memory, TransportError> {
        Ok(self.memory.allocate(len))
    }

    fn read(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        self.memory.read(memory, offset, bytes)
    }

    fn write(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        self.memory.write(memory, offset, bytes)
    }

    fn relax(&mut self) -> Result<(), TransportError> {
        self.run();
        Ok(())
    }
}

impl Device for Soft {
    fn send(&mut self, port: usize, frame: &[u8], error: bool) {
        self.arriving.push_back((port, frame.to_vec(), error));
    }

    fn receive(&mut self, port: usize) -> Option<Sent> {
        self.sent[port].pop_front()
    }

    fn accepted(&self, _port: usize) -> Option<u64> {
        None
    }

    fn advance(&mut self, _clocks: u64) {
        self.run();
    }

    fn idle(&self) -> bool {
        let punts = !self.datapath.punts.is_empty();
        let asked = self.registers.rings_run() && self.rings.can_move(&self.registers, punts);
        self.arriving.is_empty() && !asked
    }

    fn tick(&mut self, count: u32) {
        self.datapath.tick(count);
    }

    fn clocks(&self) -> Option<u64> {
        None
    }
}
