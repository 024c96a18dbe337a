//! *match* and *decide*.
mod classify;
mod verdict;
pub use classify::{Classify, Early};
pub use verdict::Verdict;
