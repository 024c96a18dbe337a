//! Round robin: each in turn, whatever its weight.

use super::{Algorithm, Candidate};
use std::net::Ipv4Addr;

/// Remembers whose turn it is.
#[derive(Debug, Default)]
pub struct RoundRobin {
    /// The server to look at first.
    next: usize,
}

impl Algorithm for RoundRobin {
    fn pick(&mut self, _client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        let turns = (0..servers.len()).map(|turn| (self.next + turn) % servers.len());
        let index = turns.into_iter().find(|&index| servers[index].eligible)?;
        self.next = index + 1;
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    #[test]
    fn each_in_turn_and_the_missing_are_passed_over() {
        let mut farm = servers(&[1, 9, 1]);
        let mut algorithm = RoundRobin::default();
        let mut pick = |farm: &[Candidate]| algorithm.pick(Ipv4Addr::LOCALHOST, farm).unwrap();
        assert_eq!([pick(&farm), pick(&farm), pick(&farm), pick(&farm)], [0, 1, 2, 0]);
        farm[1].eligible = false;
        assert_eq!([pick(&farm), pick(&farm), pick(&farm)], [2, 0, 2]);
    }
}
