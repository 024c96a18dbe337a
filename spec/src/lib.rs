//! Every layout, register, limit and protocol constant of Tunnel Designator, written once.
//!
//! Each table here is a list of rows (name, width, meaning). From it come the constants for the
//! hardware, the typed structs for the host, `docs/registers.md`, and [`LAYOUT_HASH`], which the
//! device reports and the driver compares. Public formats (Ethernet to L2TP) are constants in
//! [`wire`], checked in tests against a decoder that shares no line with this crate.
//!
//! Bit 0 is the least significant; records lie in memory little-endian, the first field lowest.
#![no_std]

#[macro_use]
mod record;

pub mod command;
pub mod crypto;
pub mod hash;
pub mod host;
pub mod limits;
pub mod meta;
pub mod register;
pub mod table;
pub mod verdict;
pub mod wire;

mod layout_hash;

pub use layout_hash::{CODES, LAYOUT_HASH, RECORDS};
pub use record::{Code, Codes, Field, Record};
