//! What the block and system tests share.

pub mod icarus;
pub mod wires;
