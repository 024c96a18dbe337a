//! The datapath in rust-hdl, and the list of its tops.
pub mod bypass;
pub mod consts;
pub mod crypto;
pub mod decide;
pub mod emit;
pub mod host;
pub mod leaf;
pub mod meta;
pub mod rewrite;
pub mod stream;
pub mod target;
pub mod tops;
