//! Host memory of a simulated device: what its transport allocates and its memory port reaches.

use driver::{Memory, TransportError};

/// Device address of the first allocation. Not zero, so that an address nobody set is caught.
const BASE: u64 = 0x1_0000_0000;
/// What allocations are aligned to.
const PAGE: usize = 4096;

/// One stretch of bytes; allocations follow each other with an unmapped page between them.
#[derive(Default)]
pub struct HostMemory {
    bytes: Vec<u8>,
    regions: Vec<Memory>,
}

impl HostMemory {
    /// As [`driver::Transport::allocate`].
    pub fn allocate(&mut self, len: usize) -> Memory {
        let address = BASE + self.bytes.len() as u64;
        let memory = Memory { id: self.regions.len(), address, len };
        self.regions.push(memory);
        self.bytes.resize(self.bytes.len() + len.next_multiple_of(PAGE) + PAGE, 0);
        memory
    }

    /// As [`driver::Transport::read`].
    pub fn read(
        &self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        let start = self.start(memory, offset, bytes.len())?;
        bytes.copy_from_slice(&self.bytes[start..start + bytes.len()]);
        Ok(())
    }

    /// As [`driver::Transport::write`].
    pub fn write(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        let start = self.start(memory, offset, bytes.len())?;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    /// What the device finds at `address`. A range outside of every allocation is a fault of the
    /// device or the driver: there is nothing to return.
    pub fn device(&self, address: u64, len: usize) -> &[u8] {
        let start = self.mapped(address, len);
        &self.bytes[start..start + len]
    }

    /// As [`Self::device`], to be written.
    pub fn device_mut(&mut self, address: u64, len: usize) -> &mut [u8] {
        let start = self.mapped(address, len);
        &mut self.bytes[start..start + len]
    }

    fn start(&self, memory: &Memory, offset: usize, len: usize) -> Result<usize, TransportError> {
        let known = self.regions.get(memory.id) == Some(memory);
        if !known || offset.checked_add(len).is_none_or(|end| end > memory.len) {
            return Err(TransportError::Range { id: memory.id, offset, len });
        }
        Ok((memory.address - BASE) as usize + offset)
    }

    fn mapped(&self, address: u64, len: usize) -> usize {
        let found = self.regions.partition_point(|region| region.address <= address);
        let inside = found.checked_sub(1).is_some_and(|found| {
            let region = &self.regions[found];
            address - region.address + len as u64 <= region.len as u64
        });
        assert!(inside, "the device reaches for {len} bytes at {address:#x}: not mapped");
        (address - BASE) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_see_the_same_bytes() {
        let mut memory = HostMemory::default();
        let (first, second) = (memory.allocate(64), memory.allocate(5000));
        memory.write(&second, 4990, &[1, 2, 3]).unwrap();
        assert_eq!(memory.device(second.address + 4989, 5), [0, 1, 2, 3, 0]);
        memory.device_mut(first.address, 2).copy_from_slice(&[8, 9]);
        let mut bytes = [0; 2];
        memory.read(&first, 0, &mut bytes).unwrap();
        assert_eq!(bytes, [8, 9]);
    }

    #[test]
    fn ranges_outside_are_refused() {
        let mut memory = HostMemory::default();
        let region = memory.allocate(64);
        assert!(memory.write(&region, 63, &[0; 2]).is_err());
        assert!(memory.read(&region, usize::MAX, &mut [0; 2]).is_err());
        let foreign = Memory { id: 7, ..region };
        assert!(memory.read(&foreign, 0, &mut [0; 2]).is_err());
    }

    #[test]
    #[should_panic(expected = "not mapped")]
    fn the_device_cannot_leave_its_memory() {
        let mut memory = HostMemory::default();
        let region = memory.allocate(4096);
        memory.device(region.address + 4090, 16);
    }
}
