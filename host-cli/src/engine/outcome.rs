//! What came of frames.

use std::collections::BTreeMap;

use sim::Sent;

/// What came of a frame, or of a time, once all was quiet again.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Frames that left, each with its port.
    pub sent: Vec<(usize, Sent)>,
    /// Frames that the slow path was asked about.
    pub punts: u64,
    /// Copies that the slow path was given.
    pub copies: u64,
    /// Frames handed to the host's network stack.
    pub to_host: u64,
    /// Whether a frame was bridged.
    pub bypassed: bool,
    /// Why the frame was dropped, if it was.
    pub dropped: Option<String>,
}

impl Outcome {
    /// Whether the frame found another end than leaving at a port.
    pub fn handled(&self) -> bool {
        self.sent.is_empty() && (self.to_host > 0 || self.dropped.is_some())
    }
}

/// Frames that the slow path has ended, by their way.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Forwarded.
    pub forwarded: u64,
    /// To the host's network stack.
    pub to_host: u64,
    /// Dropped, by reason.
    pub dropped: BTreeMap<&'static str, u64>,
}
