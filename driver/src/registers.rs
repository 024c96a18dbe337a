//! The registers by name, over any transport.

use spec::register::{self, Counter};
use spec::verdict::Class;

use crate::transport::{Transport, TransportError};

/// What the device says about its build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Bytes a beat of the datapath.
    pub width: u32,
    /// Entries, and slots.
    pub rows: u32,
    /// Rows of the stash.
    pub stash_rows: u32,
    /// Rows of the local address table.
    pub local_rows: u32,
    /// Rows of the service table.
    pub service_rows: u32,
    /// Rows of the next hop table.
    pub next_hop_rows: u32,
    /// The layout hash.
    pub layout: u64,
}

/// Access to the registers of [`spec::register`], typed.
pub struct Registers<'a, T>(pub(crate) &'a mut T);

type Result<V> = std::result::Result<V, TransportError>;

/// The address of register `index` of the array at `first`, which exists in the map.
fn address(first: u32, index: usize) -> u32 {
    let row = register::REGISTERS.iter().find(|row| row.offset == first);
    let count = row.map_or(0, |row| row.count);
    assert!((index as u32) < count, "register {first:#x} has no element {index}");
    first + 4 * index as u32
}

impl<T: Transport> Registers<'_, T> {
    /// A register of the map, by its constant in [`register`], element `index`.
    pub fn get(&mut self, first: u32, index: usize) -> Result<u32> {
        self.0.read32(address(first, index))
    }

    /// Writes a register of the map.
    pub fn set(&mut self, first: u32, index: usize, value: u32) -> Result<()> {
        self.0.write32(address(first, index), value)
    }

    /// What the device is.
    pub fn info(&mut self) -> Result<Info> {
        let low = self.get(register::LAYOUT_LOW, 0)?;
        let high = self.get(register::LAYOUT_HIGH, 0)?;
        Ok(Info {
            width: self.get(register::WIDTH, 0)?,
            rows: self.get(register::ROWS, 0)?,
            stash_rows: self.get(register::STASH_ROWS, 0)?,
            local_rows: self.get(register::LOCAL_ROWS, 0)?,
            service_rows: self.get(register::SERVICE_ROWS, 0)?,
            next_hop_rows: self.get(register::NEXT_HOP_ROWS, 0)?,
            layout: u64::from(high) << 32 | u64::from(low),
        })
    }

    /// Whether frames enter from the ports, and whether those for other stations are bridged.
    pub fn set_control(&mut self, enable: bool, bridge: bool) -> Result<()> {
        let bit = |set, bit| if set { bit } else { 0 };
        let value = bit(enable, register::CONTROL_ENABLE) | bit(bridge, register::CONTROL_BRIDGE);
        self.set(register::CONTROL, 0, value)
    }

    /// The MAC address of a port.
    pub fn set_mac(&mut self, port: usize, mac: [u8; 6]) -> Result<()> {
        let [a, b, c, d, e, f] = mac;
        self.set(register::MAC_LOW, port, u32::from_le_bytes([a, b, c, d]))?;
        self.set(register::MAC_HIGH, port, u32::from_le_bytes([e, f, 0, 0]))
    }

    /// How many frames of a class are let through to the host: those that each tick adds, and the
    /// most that may come at once. A rate of 65535 sets no limit.
    pub fn police(&mut self, class: Class, rate: u16, burst: u16) -> Result<()> {
        self.set(register::PUNT_RATE, class.code().into(), rate.into())?;
        self.set(register::PUNT_BURST, class.code().into(), burst.into())
    }

    /// Ticks since the device's reset.
    pub fn now(&mut self) -> Result<u32> {
        self.get(register::NOW, 0)
    }

    /// Clocks since the device's reset; wraps.
    pub fn clocks(&mut self) -> Result<u32> {
        self.get(register::CLOCKS, 0)
    }

    /// An event counter; wraps.
    pub fn counter(&mut self, counter: Counter) -> Result<u32> {
        self.get(register::COUNTER, counter.code().into())
    }

    /// All event counters.
    pub fn counters(&mut self) -> Result<Vec<(Counter, u32)>> {
        let all = Counter::ALL.iter();
        all.map(|(counter, _)| Ok((*counter, self.counter(*counter)?))).collect()
    }

    /// The secret of the table's hash. It cannot be read back.
    pub(crate) fn set_secret(&mut self, secret: &[u8; 16]) -> Result<()> {
        for (i, word) in secret.chunks_exact(4).enumerate() {
            let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            self.set(register::SECRET, i, word)?;
        }
        Ok(())
    }
}
