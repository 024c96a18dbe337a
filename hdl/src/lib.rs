//! The datapath in rust-hdl, and the list of its tops.
pub mod bypass;
pub mod consts;
pub mod crypto;
pub mod decide;
pub mod emit;
pub mod host;
pub mod ingress;
pub mod inject;
pub mod leaf;
pub mod merge;
pub mod meta;
pub mod queue;
pub mod receive;
pub mod rewrite;
pub mod stream;
pub mod target;
pub mod tops;
