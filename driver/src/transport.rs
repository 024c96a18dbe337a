//! The way to a device: its registers, and memory that both sides reach.

use std::error::Error as StdError;

/// Memory that the device reaches: a handle, valid at the transport that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The transport's own number for it: what its accessors look it up by.
    pub id: usize,
    /// Where the device sees its first byte; a multiple of 4096.
    pub address: u64,
    /// Its length in bytes.
    pub len: usize,
}

/// Why a transport could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The device does not answer: it was removed, or its process has ended.
    #[error("no device answers")]
    Gone,
    /// A register offset that is no multiple of four, or lies outside of the register space.
    #[error("no register at {0:#x}")]
    Register(u32),
    /// A range that leaves its memory, or memory that this transport did not make.
    #[error("{len} bytes at {offset:#x} are outside of memory {id}")]
    Range {
        /// [`Memory::id`]
        id: usize,
        /// First byte of the range.
        offset: usize,
        /// Bytes of the range.
        len: usize,
    },
    /// What the layer below says: the operating system, a simulator.
    #[error(transparent)]
    Other(#[from] Box<dyn StdError + Send + Sync>),
}

/// What the driver needs of a device, whichever way it is reached. There are no raw pointers:
/// memory is reached through accessors, so that a transport may put a process or a network between.
///
/// Order: what `write` has put into memory is visible to the device before a later `write32`; what
/// `read` gives is at least as new as what an earlier `read` or `read32` showed. Writes to registers
/// may be posted: only a later `read32` is sure to come after them. A register that reads as all
/// ones, where that is no value it can have, means that there is no device.
pub trait Transport {
    /// Reads the register at byte `offset`. Reads have no side effects.
    fn read32(&mut self, offset: u32) -> Result<u32, TransportError>;

    /// Writes the register at byte `offset`.
    fn write32(&mut self, offset: u32, value: u32) -> Result<(), TransportError>;

    /// Makes `len` zeroed bytes that the device reaches, until the transport is dropped.
    fn allocate(&mut self, len: usize) -> Result<Memory, TransportError>;

    /// Copies bytes from `offset` of `memory` on.
    fn read(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError>;

    /// Copies bytes to `offset` of `memory` on.
    fn write(&mut self, memory: &Memory, offset: usize, bytes: &[u8])
    -> Result<(), TransportError>;

    /// Called in every turn of a loop that waits for the device. A simulated device advances here,
    /// by a bounded amount of work; a transport to a running device gives up the processor for a
    /// moment.
    fn relax(&mut self) -> Result<(), TransportError>;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn read32(&mut self, offset: u32) -> Result<u32, TransportError> {
        (**self).read32(offset)
    }

    fn write32(&mut self, offset: u32, value: u32) -> Result<(), TransportError> {
        (**self).write32(offset, value)
    }

    fn allocate(&mut self, len: usize) -> Result<Memory, TransportError> {
        (**self).allocate(len)
    }

    fn read(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        (**self).read(memory, offset, bytes)
    }

    fn write(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        (**self).write(memory, offset, bytes)
    }

    fn relax(&mut self) -> Result<(), TransportError> {
        (**self).relax()
    }
}
