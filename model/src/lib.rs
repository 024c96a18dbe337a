//! The golden datapath in plain Rust: a frame in, a verdict and frames out.
//!
//! The functions have the names of the stages: [`reassemble`], [`open`], [`parse`], [`decide`]
//! (match and decide), [`filter`] in it, [`rewrite`], [`seal`]. [`Tables`] holds what they look up and executes commands; [`Police`] and
//! [`PuntQueue`] stand before the host; [`Datapath`] is all of it. What is decided, and in which
//! order, is told in [`spec::verdict`]; layouts are those of `spec`.

mod command;
mod datapath;
mod decide;
mod filter;
pub mod frame;
mod open;
mod parse;
mod punt;
mod reassemble;
mod rewrite;
mod seal;
mod table;

pub use datapath::{Datapath, Outcome};
pub use decide::{Moments, canonical, decide, key};
pub use filter::filter;
pub use open::{Opened, open};
pub use parse::parse;
pub use punt::{Police, PuntQueue, Punted};
pub use reassemble::reassemble;
pub use rewrite::{Checksums, checksums, rewrite, update};
pub use seal::seal;
pub use table::{Found, Tables};
