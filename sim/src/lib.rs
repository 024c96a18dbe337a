//! The simulated device: Verilated RTL or soft model behind the same host port.

pub mod stream;
