//! How many frames a port may be given: the device takes a beat a clock, and what it cannot take
//! has to wait in the kernel, whose buffers are bounded.

/// What waits at a port.
pub struct Pace {
    /// Bytes a beat.
    width: u64,
    /// Clocks of a turn.
    clocks: u64,
    /// Beats that wait.
    beats: u64,
}

impl Pace {
    /// Nothing waits yet.
    pub fn new(width: u32, clocks: u64) -> Self {
        Self { width: width.into(), clocks, beats: 0 }
    }

    /// A turn has passed.
    pub fn turn(&mut self) {
        self.beats = self.beats.saturating_sub(self.clocks);
    }

    /// Whether a frame more keeps the device busy in this turn.
    pub fn room(&self) -> bool {
        self.beats < self.clocks
    }

    /// A frame of so many bytes was given.
    pub fn given(&mut self, length: usize) {
        self.beats += (length as u64).div_ceil(self.width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_has_work_for_each_turn_and_no_more_than_a_frame_beyond() {
        for length in [1, 16, 17, 60, 1500, 9000] {
            let (mut pace, mut given) = (Pace::new(16, 512), 0);
            for turn in 1..100 {
                pace.turn();
                while pace.room() {
                    pace.given(length);
                    given += (length as u64).div_ceil(16);
                }
                let whole = (length as u64).div_ceil(16);
                assert!((turn * 512..turn * 512 + whole).contains(&given), "{length}: {given}");
            }
        }
    }
}
