//! What the block and system tests share.

pub mod captures;
pub mod command;
pub mod compare;
pub mod cuckoo;
pub mod gcm;
pub mod icarus;
pub mod scoreboard;
pub mod synthesised;
pub mod traffic;
pub mod wires;
