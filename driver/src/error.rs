//! What can go wrong between driver and device.

use spec::command::{Opcode, Status};

use crate::table::{RestoreError, TableError};
use crate::transport::TransportError;

/// A 64-bit number in hexadecimal, as layout hashes are written.
fn hex(hash: &u64) -> String {
    format!("{hash:016x}")
}

/// An operation of the device has failed; a change that was asked for has not been half applied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The way to the device.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Another device answers.
    #[error("the device identifies itself as {found:#010x}, not as {expected:#010x}")]
    Id {
        /// What it says.
        found: u32,
        /// What this driver is for.
        expected: u32,
    },
    /// The device was built from other layouts.
    #[error(
        "the device has layout {}, this driver layout {}: build both from one source",
        hex(device),
        hex(driver)
    )]
    Layout {
        /// The device's hash.
        device: u64,
        /// The driver's.
        driver: u64,
    },
    /// The device describes itself in a way that this driver cannot work with.
    #[error("the device says it has {value} {what}")]
    Capability {
        /// Of what.
        what: &'static str,
        /// How many.
        value: u32,
    },
    /// The device made no progress for as long as the configuration allows.
    #[error("the device did not answer in time: {0}")]
    Timeout(&'static str),
    /// The device refused a command.
    #[error("the device refused {opcode:?} of table {table}, row {index}: {status:?}")]
    Refused {
        /// Which command; none: a code this driver does not know.
        opcode: Option<Opcode>,
        /// Its table.
        table: u8,
        /// Its row.
        index: u32,
        /// Why.
        status: Option<Status>,
    },
    /// What the device wrote into host memory makes no sense.
    #[error("the device wrote nonsense: {0}")]
    Nonsense(&'static str),
    /// The flow table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The flow table cannot be taken over.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// A small table has no such row.
    #[error("{table} has {rows} rows, and no row {index}")]
    Row {
        /// Which table.
        table: &'static str,
        /// Its rows.
        rows: usize,
        /// The one asked for.
        index: usize,
    },
    /// A frame that no port can send.
    #[error("a frame of {0} bytes cannot be sent")]
    Frame(usize),
}
