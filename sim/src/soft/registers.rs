//! The register map of [`spec::register`], in front of the model.

use driver::TransportError;
use model::Datapath;
use spec::LAYOUT_HASH;
use spec::host::Ring;
use spec::limits;
use spec::register::*;

/// Byte addresses of the register space.
const SPACE: u32 = 1 << 16;
/// The width that the device claims: that of the smallest build.
const WIDTH_VALUE: u32 = 16;

/// What the host has written.
pub(super) struct Registers {
    words: Vec<u32>,
}

impl Default for Registers {
    fn default() -> Self {
        let end = REGISTERS.last().map_or(0, |row| row.offset + 4 * row.count);
        let mut words = vec![0; end as usize / 4];
        for row in REGISTERS.iter().filter(|row| row.access == Access::ReadWrite) {
            let first = row.offset as usize / 4;
            words[first..first + row.count as usize].fill(row.reset);
        }
        Self { words }
    }
}

/// The row of a byte address, and the number in its array.
fn row(offset: u32) -> Result<Option<(&'static Register, u32)>, TransportError> {
    if !offset.is_multiple_of(4) || offset >= SPACE {
        return Err(TransportError::Register(offset));
    }
    let found = REGISTERS
        .iter()
        .find(|row| (row.offset..row.offset + 4 * row.count).contains(&offset))
        .map(|row| (row, (offset - row.offset) / 4));
    Ok(found)
}

impl Registers {
    /// A read by the host; what does not exist reads as 0.
    pub fn read(&self, offset: u32, datapath: &Datapath) -> Result<u32, TransportError> {
        let Some((row, index)) = row(offset)? else { return Ok(0) };
        Ok(match row.offset {
            LAYOUT_LOW => LAYOUT_HASH as u32,
            LAYOUT_HIGH => (LAYOUT_HASH >> 32) as u32,
            WIDTH => WIDTH_VALUE,
            ROWS => datapath.tables.capacity().rows() as u32,
            STASH_ROWS => limits::STASH_ROWS as u32,
            LOCAL_ROWS => limits::LOCAL_ROWS as u32,
            SERVICE_ROWS => limits::SERVICE_ROWS as u32,
            NEXT_HOP_ROWS => limits::NEXT_HOP_ROWS as u32,
            NOW => datapath.now(),
            GENERATION => datapath.tables.generation.into(),
            COUNTER => datapath.counter(Counter::ALL[index as usize].0),
            _ if row.access == Access::ReadWrite => self.word(offset),
            _ => row.reset,
        })
    }

    /// A write by the host; bits that do not exist, or are only read, stay.
    pub fn write(
        &mut self,
        offset: u32,
        value: u32,
        datapath: &mut Datapath,
    ) -> Result<(), TransportError> {
        let Some((row, index)) = row(offset)? else { return Ok(()) };
        if row.access == Access::ReadOnly {
            return Ok(());
        }
        let (value, index) = (value & row.mask, index as usize);
        let mac = |octets: u32| octets.to_le_bytes();
        match row.offset {
            // Not kept here: it is not to be read back.
            SECRET => {
                datapath.tables.secret[4 * index..][..4].copy_from_slice(&value.to_le_bytes());
                return Ok(());
            }
            CONTROL => datapath.control = value,
            MAC_LOW => datapath.macs[index][..4].copy_from_slice(&mac(value)),
            MAC_HIGH => datapath.macs[index][4..].copy_from_slice(&mac(value)[..2]),
            PUNT_RATE => datapath.police.rate[index] = value as u16,
            PUNT_BURST => datapath.police.burst[index] = value as u16,
            _ => {}
        }
        self.words[offset as usize / 4] = value;
        Ok(())
    }

    fn word(&self, offset: u32) -> u32 {
        self.words[offset as usize / 4]
    }

    fn wide(&self, low: u32, high: u32) -> u64 {
        u64::from(self.word(high)) << 32 | u64::from(self.word(low))
    }

    /// Whether the rings run.
    pub fn rings_run(&self) -> bool {
        self.word(RING_ENABLE) != 0
    }

    /// A ring's address in host memory.
    pub fn base(&self, ring: Ring) -> u64 {
        let offset = 4 * u32::from(ring.code());
        self.wide(RING_BASE_LOW + offset, RING_BASE_HIGH + offset)
    }

    /// Slots of a ring.
    pub fn size(&self, ring: Ring) -> u32 {
        1 << self.word(RING_SIZE_LOG2 + 4 * u32::from(ring.code()))
    }

    /// The host's index at a ring.
    pub fn index(&self, ring: Ring) -> u32 {
        self.word(RING_INDEX + 4 * u32::from(ring.code()))
    }

    /// The status block's address.
    pub fn status(&self) -> u64 {
        self.wide(STATUS_LOW, STATUS_HIGH)
    }
}
