//! The golden datapath in plain Rust: a frame in, a verdict and frames out.
//!
//! The functions have the names of the stages: [`parse`], [`decide`] (match and decide),
//! [`rewrite`]. [`Tables`] holds what they look up and executes commands; [`Police`] and
//! [`PuntQueue`] stand before the host; [`Datapath`] is all of it. What is decided, and in which
//! order, is told in [`spec::verdict`]; layouts are those of `spec`.

mod command;
mod datapath;
mod decide;
pub mod frame;
mod parse;
mod punt;
mod rewrite;
mod table;

pub use datapath::{Datapath, Outcome};
pub use decide::{Moments, canonical, decide, key};
pub use parse::parse;
pub use punt::{Police, PuntQueue, Punted};
pub use rewrite::{Checksums, checksums, rewrite, update};
pub use table::{Found, Tables};
