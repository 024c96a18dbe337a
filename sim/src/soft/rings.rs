//! The rings and the status block of [`spec::host`], the device's side.

use std::collections::VecDeque;

use model::{Datapath, PuntQueue};
use spec::command::{COMMAND, COMPLETION};
use spec::host::{
    COMMAND_STRIDE, FRAME_STRIDE, InjectDescriptor, PuntDescriptor, Ring, StatusBlock,
};
use spec::limits::MAX_FRAME;

use super::registers::Registers;
use crate::HostMemory;

/// The device's indices, and the completions that wait for room.
#[derive(Default)]
pub(super) struct Rings {
    indices: StatusBlock,
    reported: StatusBlock,
    completions: VecDeque<[u8; COMPLETION]>,
}

fn slot(registers: &Registers, ring: Ring, index: u32) -> u64 {
    let stride = match ring {
        Ring::Command | Ring::Completion => COMMAND_STRIDE,
        Ring::Punt | Ring::Inject => FRAME_STRIDE,
    };
    let slot = index & (registers.size(ring) - 1);
    registers.base(ring) + u64::from(slot) * stride as u64
}

/// Whether a ring that the device fills has a free slot.
fn room(registers: &Registers, ring: Ring, producer: u32) -> bool {
    producer.wrapping_sub(registers.index(ring)) < registers.size(ring)
}

impl Rings {
    /// The rings stop: indices start anew. Completions that wait stay in their stream.
    pub fn reset(&mut self) {
        self.indices = StatusBlock::default();
        self.reported = StatusBlock::default();
    }

    /// Executes commands as long as their completions find room.
    pub fn commands(
        &mut self,
        registers: &Registers,
        memory: &mut HostMemory,
        datapath: &mut Datapath,
    ) {
        loop {
            while !self.completions.is_empty()
                && room(registers, Ring::Completion, self.indices.completion)
            {
                let address = slot(registers, Ring::Completion, self.indices.completion);
                let completion = self.completions.pop_front().expect("one waits");
                memory.device_mut(address, COMPLETION).copy_from_slice(&completion);
                self.indices.completion = self.indices.completion.wrapping_add(1);
            }
            if !self.completions.is_empty()
                || self.indices.command == registers.index(Ring::Command)
            {
                return;
            }
            let address = slot(registers, Ring::Command, self.indices.command);
            let command = memory.device(address, COMMAND).try_into().expect("a command's length");
            let completions = &mut self.completions;
            datapath.command(command, |completion| completions.push_back(completion));
            self.indices.command = self.indices.command.wrapping_add(1);
        }
    }

    /// The next frame that the host injects. Of one that is too long nothing but the descriptor is
    /// read.
    pub fn inject(
        &mut self,
        registers: &Registers,
        memory: &HostMemory,
    ) -> Option<(InjectDescriptor, Vec<u8>)> {
        if self.indices.inject == registers.index(Ring::Inject) {
            return None;
        }
        let address = slot(registers, Ring::Inject, self.indices.inject);
        self.indices.inject = self.indices.inject.wrapping_add(1);
        let head = InjectDescriptor::LEN;
        let descriptor = InjectDescriptor::unpack(memory.device(address, head));
        let length = usize::from(descriptor.length);
        let length = if length <= MAX_FRAME { length } else { 0 };
        Some((descriptor, memory.device(address + head as u64, length).to_vec()))
    }

    /// Writes punted frames as long as there is room.
    pub fn punts(&mut self, registers: &Registers, memory: &mut HostMemory, punts: &mut PuntQueue) {
        while room(registers, Ring::Punt, self.indices.punt) {
            let Some(punted) = punts.pop() else { return };
            let address = slot(registers, Ring::Punt, self.indices.punt);
            let slot = memory.device_mut(address, PuntDescriptor::LEN + punted.frame.len());
            slot[..PuntDescriptor::LEN].copy_from_slice(&punted.descriptor.pack());
            slot[PuntDescriptor::LEN..].copy_from_slice(&punted.frame);
            self.indices.punt = self.indices.punt.wrapping_add(1);
        }
    }

    /// Writes the status block, if something has moved.
    pub fn report(&mut self, registers: &Registers, memory: &mut HostMemory) {
        if self.reported != self.indices {
            self.reported = self.indices;
            let block = memory.device_mut(registers.status(), StatusBlock::LEN);
            block.copy_from_slice(&self.indices.pack());
        }
    }

    /// Whether there is something to take or to put; `punts`: frames wait for the host.
    pub fn can_move(&self, registers: &Registers, punts: bool) -> bool {
        let at = &self.indices;
        let completions = room(registers, Ring::Completion, at.completion);
        let commands = at.command != registers.index(Ring::Command);
        (if self.completions.is_empty() { commands } else { completions })
            || at.inject != registers.index(Ring::Inject)
            || punts && room(registers, Ring::Punt, at.punt)
    }
}
