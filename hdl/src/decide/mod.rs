//! *match* and *decide*.
mod classify;
pub use classify::{Classify, Early};
