//! The device: transport, registers, rings, commands, flow table with shadow.

pub mod table;
mod transport;

pub use transport::{Memory, Transport, TransportError};
