//! The Verilated device: its buses, its wires, and the device itself.

mod bus;
mod decision;
mod device;
mod memory_port;
mod recording;
mod wire;

pub use bus::Bus;
pub use decision::Decision;
pub use device::{Rtl, Stalls};
pub use memory_port::MemoryPort;
