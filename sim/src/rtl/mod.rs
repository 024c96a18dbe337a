//! The Verilated device: its buses, its wires, and the device itself.

mod bus;
mod memory_port;

pub use bus::Bus;
pub use memory_port::MemoryPort;
