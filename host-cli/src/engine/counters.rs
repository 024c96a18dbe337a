//! What the device and the slow path count, and the names of what they drop.

use control::{Count, Counts};
use spec::register::Counter;

/// Event counters of the device.
pub const COUNTERS: usize = Counter::ALL.len();

/// The device's event counters beyond their 32 bits, as long as they are read before they have gone
/// round.
pub struct Totals {
    read: [u32; COUNTERS],
    sums: [u64; COUNTERS],
}

impl Default for Totals {
    fn default() -> Self {
        Self::since(&[0; _])
    }
}

impl Totals {
    /// Nothing yet, the counters being at `read`.
    pub fn since(read: &[u32; COUNTERS]) -> Self {
        Self { read: *read, sums: [0; _] }
    }

    /// Adds what has been counted since the last reading; the sums.
    pub fn add(&mut self, read: &[u32; COUNTERS]) -> [u64; COUNTERS] {
        for ((sum, old), new) in self.sums.iter_mut().zip(&mut self.read).zip(read) {
            *sum += u64::from(new.wrapping_sub(*old));
            *old = *new;
        }
        self.sums
    }
}

/// The name of a drop counter's reason, the same for both ports; none for other counters.
pub fn drop_name(counter: Counter) -> Option<String> {
    if counter < Counter::RxError0 {
        return None;
    }
    let name = counter.name().trim_end_matches(['0', '1']);
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    Some(snake)
}

/// Why the slow path dropped a frame: what it has counted about it.
pub fn reason(before: &Counts, after: &Counts) -> &'static str {
    let refusals = Count::ALL.iter().skip_while(|count| **count != Count::RefusedPolicy);
    let changed = |count: &&Count| after.get(**count) != before.get(**count);
    refusals
        .copied()
        .collect::<Vec<_>>()
        .iter()
        .find(changed)
        .map_or("discarded", |count| count.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_go_on_where_counters_wrap() {
        let at = |value: u32| [value; COUNTERS];
        let mut totals = Totals::since(&at(7));
        assert_eq!(totals.add(&at(9)), [2; _]);
        assert_eq!(totals.add(&at(u32::MAX)), [u64::from(u32::MAX) - 7; _]);
        assert_eq!(totals.add(&at(2)), [(1 << 32) - 5; _]);
    }
}
