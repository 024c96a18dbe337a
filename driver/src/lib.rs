//! The device: transport, registers, rings, commands, flow table with shadow.

mod transport;

pub use transport::{Memory, Transport, TransportError};
