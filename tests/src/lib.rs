//! What the block and system tests share.

pub mod captures;
pub mod command;
pub mod compare;
pub mod cuckoo;
pub mod gcm;
pub mod gcm_engines;
pub mod gcm_random;
pub mod icarus;
pub mod random;
pub mod scoreboard;
pub mod synthesised;
pub mod traffic;
pub mod wires;
