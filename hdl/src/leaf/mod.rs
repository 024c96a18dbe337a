//! Leaf blocks: Verilog generated from the same Rust function or table that is the model.

#![allow(missing_docs)]
mod delay;
mod function;
mod net;
mod ram;
mod word;

pub use delay::Delay;
pub use function::{Function, Leaf, Leaf2, linear};
pub use net::{Id, Net, Style, tables};
pub use ram::Ram;
pub use word::Word;
