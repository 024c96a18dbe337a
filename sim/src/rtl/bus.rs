//! The register bus of a Verilated top.

use verilate::{Error, Model, Port};

/// The bus's wires. An access is `begin`, then clocks until `poll` has the answer.
pub struct Bus {
    valid: Port,
    write: Port,
    address: Port,
    data: Port,
    ready: Port,
    read: Port,
}

impl Bus {
    /// The wires called `bus_valid` and so on.
    pub fn new(model: &Model) -> Result<Self, Error> {
        Ok(Self {
            valid: model.port("bus_valid")?,
            write: model.port("bus_write")?,
            address: model.port("bus_address")?,
            data: model.port("bus_data")?,
            ready: model.port("bus_ready")?,
            read: model.port("bus_read")?,
        })
    }

    /// Asks for a read, or a write of `data`, at byte `address`.
    pub fn begin(&self, model: &mut Model, address: u16, data: Option<u32>) {
        model.set(self.write, data.is_some().into());
        model.set(self.address, address.into());
        model.set(self.data, data.unwrap_or(0).into());
        model.set(self.valid, 1);
    }

    /// After a clock: what was read, or 0 for a write, once the access has ended.
    pub fn poll(&self, model: &mut Model) -> Option<u32> {
        if model.get(self.ready) == 0 {
            return None;
        }
        model.set(self.valid, 0);
        Some(model.get(self.read) as u32)
    }
}
