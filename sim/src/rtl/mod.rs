//! The Verilated device: its buses, its wires, and the device itself.

mod bus;
mod device;
mod memory_port;
mod wire;

pub use bus::Bus;
pub use device::Rtl;
pub use memory_port::MemoryPort;
