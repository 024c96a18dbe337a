//! One ring in host memory, from the host's side.

use spec::host::{COMMAND_STRIDE, FRAME_STRIDE, Ring as Which};
use spec::register;

use crate::transport::{Memory, Transport, TransportError};

/// A ring and both indices: the host is the producer of command and inject, the consumer of
/// completion and punt.
pub(crate) struct Ring {
    which: Which,
    memory: Memory,
    stride: usize,
    size: u32,
    /// The host's index.
    pub ours: u32,
    /// The host's index as the device knows it.
    rung: u32,
    /// The device's index, from the status block.
    pub theirs: u32,
}

impl Ring {
    /// Memory for `1 << log2` slots; tells the device where it is.
    pub fn new<T: Transport>(
        transport: &mut T,
        which: Which,
        log2: u32,
    ) -> Result<Self, TransportError> {
        let stride = match which {
            Which::Command | Which::Completion => COMMAND_STRIDE,
            Which::Punt | Which::Inject => FRAME_STRIDE,
        };
        let memory = transport.allocate(stride << log2)?;
        let at = 4 * u32::from(which.code());
        transport.write32(register::RING_BASE_LOW + at, memory.address as u32)?;
        transport.write32(register::RING_BASE_HIGH + at, (memory.address >> 32) as u32)?;
        transport.write32(register::RING_SIZE_LOG2 + at, log2)?;
        transport.write32(register::RING_INDEX + at, 0)?;
        Ok(Self { which, memory, stride, size: 1 << log2, ours: 0, rung: 0, theirs: 0 })
    }

    /// Slots of which the host is the owner: free ones to put into, or full ones to take from.
    pub fn available(&self) -> u32 {
        match self.which {
            Which::Command | Which::Inject => self.size - self.ours.wrapping_sub(self.theirs),
            Which::Completion | Which::Punt => self.theirs.wrapping_sub(self.ours),
        }
    }

    /// Whether the device's index is one that it can have.
    pub fn sane(&self) -> bool {
        self.available() <= self.size
    }

    fn slot(&self) -> usize {
        (self.ours % self.size) as usize * self.stride
    }

    /// Writes at `offset` of the slot at the host's index.
    pub fn write<T: Transport>(
        &self,
        transport: &mut T,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        transport.write(&self.memory, self.slot() + offset, bytes)
    }

    /// Reads at `offset` of the slot at the host's index.
    pub fn read<T: Transport>(
        &self,
        transport: &mut T,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        transport.read(&self.memory, self.slot() + offset, bytes)
    }

    /// The slot is done; the device learns of it by [`Self::ring`].
    pub fn step(&mut self) {
        self.ours = self.ours.wrapping_add(1);
    }

    /// Tells the device the host's index, if it has changed.
    pub fn ring<T: Transport>(&mut self, transport: &mut T) -> Result<(), TransportError> {
        if self.rung != self.ours {
            let at = 4 * u32::from(self.which.code());
            transport.write32(register::RING_INDEX + at, self.ours)?;
            self.rung = self.ours;
        }
        Ok(())
    }

    /// Whether the device has done with everything that the host has put.
    pub fn drained(&self) -> bool {
        self.theirs == self.ours
    }
}
