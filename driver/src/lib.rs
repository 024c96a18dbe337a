//! The device: transport, registers, rings, commands, flow table with shadow.
//!
//! [`Device`] is what the slow path uses; [`Transport`] is what a device is reached through.

mod device;
mod error;
mod link;
mod registers;
mod ring;
pub mod table;
mod transport;

pub use device::{Device, Flow, Inject};
pub use error::Error;
pub use link::{Config, Punted};
pub use registers::{Info, Registers};
pub use transport::{Memory, Transport, TransportError};
