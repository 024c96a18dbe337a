//! What the block and system tests share.

pub mod command;
pub mod cuckoo;
pub mod icarus;
pub mod wires;
