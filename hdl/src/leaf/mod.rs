//! Leaf blocks: Verilog generated from the same Rust function or table that is the model.
//!
//! | part | what it is |
//! |---|---|
//! | [`Function`] | a Rust function on bit vectors, and how it becomes gates |
//! | [`Leaf`], [`Leaf2`] | the blocks that compute one, with any number of register stages |
//! | [`Ram`], [`LutRam`], [`Delay`] | memories and a delay line built of one |
//! | [`Join`] | wires side by side |
//! | [`functions`] | the functions of the datapath: AES, GHASH, CRC-32, the keyed hash |
//!
//! A leaf's gates are compared with its function on random vectors before any Verilog is written.
//! A simulator gets a compact form of the same function instead of thousands of one-bit gates; with
//! `SYNTHESIS` defined it gets the gates. In all vectors, byte 0 of a beat or block is bits 7..0.

mod affine;
mod delay;
mod function;
pub mod functions;
mod join;
mod lut_ram;
mod net;
mod pipeline;
mod ram;
mod word;

pub use affine::tables;
pub use delay::Delay;
pub use function::{Function, Leaf, Leaf2, linear};
pub use join::Join;
pub use lut_ram::LutRam;
pub use net::{Id, Net, Style};
pub use ram::Ram;
pub use word::Word;
