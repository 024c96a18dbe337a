//! A waveform of some of a run's clocks.

use std::ops::Range;
use std::path::PathBuf;

use verilate::{Error, Model};

/// What is to be recorded, and where to.
pub struct Recording {
    file: PathBuf,
    clocks: Range<u64>,
}

impl Recording {
    /// Nothing yet: it begins with the first of `clocks`.
    pub fn new(file: PathBuf, clocks: Range<u64>) -> Self {
        Self { file, clocks }
    }

    /// Before clock `now`. Whether there is more to do.
    pub fn clock(&self, model: &mut Model, now: u64) -> Result<bool, Error> {
        if now == self.clocks.start {
            model.start_trace(&self.file)?;
        } else if now == self.clocks.end {
            model.stop_trace();
        }
        Ok(now < self.clocks.end)
    }
}
