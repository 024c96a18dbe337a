//! The AES-GCM engines that are simulated, and what each promises: its rate and its latency.

use spec::crypto::{GCM_CLOCKS_2, GCM_CLOCKS_7, GCM_LATENCY_2, GCM_LATENCY_7, GCM_LATENCY_14, TAG};

/// An engine of a board.
pub struct Engine {
    /// Its top.
    pub top: &'static str,
    /// Bytes a beat.
    pub width: usize,
    /// Clocks for a beat of a packet's sealed form.
    pub per_beat: usize,
    /// Clocks from a packet's first beat taken to the first beat of its sealed form, less one.
    latency: usize,
}

/// All of them: each width and each number of rounds.
pub const ENGINES: &[Engine] = &[
    Engine { top: "aes-gcm-85f", width: 16, per_beat: 1, latency: GCM_LATENCY_14 },
    Engine { top: "aes-gcm-64", width: 64, per_beat: 1, latency: GCM_LATENCY_14 },
    Engine { top: "aes-gcm-half", width: 16, per_beat: GCM_CLOCKS_7, latency: GCM_LATENCY_7 },
    Engine { top: "aes-gcm-45f", width: 16, per_beat: GCM_CLOCKS_2, latency: GCM_LATENCY_2 },
];

/// Their tops.
pub fn tops() -> impl Iterator<Item = &'static str> {
    ENGINES.iter().map(|engine| engine.top)
}

impl Engine {
    /// Beats of the sealed form of so many bytes of text.
    pub fn beats(&self, text: usize) -> usize {
        (text + TAG).div_ceil(self.width)
    }

    /// Clocks that a packet takes in a row without a pause.
    pub fn clocks(&self, text: usize) -> usize {
        self.beats(text) * self.per_beat
    }

    /// Clocks from the first beat taken to the last beat given, of a packet that is alone.
    pub fn latency(&self, seal: bool, text: usize) -> usize {
        // opened text can end a beat before its tag did
        let ends = if seal { text + TAG } else { text.max(1) };
        let short = self.beats(text) - ends.div_ceil(self.width);
        self.latency + 1 + (self.beats(text) - 1) * self.per_beat - short
    }
}
