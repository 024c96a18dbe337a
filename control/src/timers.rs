//! One deadline a tunnel.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// Deadlines, earliest first. A tunnel whose deadline moved later is met too early and queued
/// again; one that is gone is told by its serial number. So there is rarely more than an item a
/// tunnel, and moving a deadline costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Timers(BinaryHeap<Reverse<(Duration, u32, u64)>>);

impl Timers {
    /// Queues a tunnel, by slot and serial number.
    pub fn push(&mut self, deadline: Duration, slot: u32, serial: u64) {
        self.0.push(Reverse((deadline, slot, serial)));
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Duration> {
        self.0.peek().map(|Reverse((deadline, ..))| *deadline)
    }

    /// Takes a tunnel that is due.
    pub fn due(&mut self, now: Duration) -> Option<(u32, u64)> {
        self.next().filter(|&deadline| deadline <= now)?;
        self.0.pop().map(|Reverse((_, slot, serial))| (slot, serial))
    }
}
