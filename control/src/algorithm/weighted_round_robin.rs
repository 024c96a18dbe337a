//! Weighted round robin as IPVS does it: weights 1 and 2 give 2, 1, 2, 2, 1, 2, ...

use super::{Algorithm, Candidate};
use std::net::Ipv4Addr;

/// A threshold falls from the largest weight by the weights' common divisor, a round at a time; a
/// server whose weight reaches it gets a tunnel in that round.
#[derive(Debug, Default)]
pub struct WeightedRoundRobin {
    /// The server to look at next.
    next: usize,
    /// The threshold of this round; 0: the first round is to come.
    threshold: u32,
}

/// Greatest common divisor.
fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Algorithm for WeightedRoundRobin {
    fn pick(&mut self, _client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        let weights = servers.iter().filter(|s| s.eligible).map(|s| s.weight);
        let highest = weights.clone().max().filter(|&w| w > 0)?;
        let step = weights.fold(0, gcd);
        self.threshold = self.threshold.min(highest);
        // The rest of this round, and a whole one: its threshold is at most the largest weight.
        for _ in 0..=2 * servers.len() {
            if self.next >= servers.len() {
                self.next = 0;
            }
            if self.next == 0 {
                self.threshold = match self.threshold.saturating_sub(step) {
                    0 => highest,
                    lower => lower,
                };
            }
            let index = self.next;
            self.next += 1;
            if servers[index].eligible && servers[index].weight >= self.threshold {
                return Some(index);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    fn picks(farm: &[Candidate], count: usize) -> Vec<usize> {
        let mut algorithm = WeightedRoundRobin::default();
        (0..count).map(|_| algorithm.pick(Ipv4Addr::LOCALHOST, farm).unwrap()).collect()
    }

    #[test]
    fn a_fresh_farm_of_one_and_two_begins_with_the_second() {
        assert_eq!(picks(&servers(&[1, 2]), 9), [1, 0, 1, 1, 0, 1, 1, 0, 1]);
    }

    #[test]
    fn a_round_has_every_server_as_often_as_its_weight() {
        for weights in [&[4u32, 3, 2][..], &[1], &[5, 5, 5], &[10, 0, 20], &[7, 1, 1, 3]] {
            let divisor = weights.iter().fold(0, |a, &b| gcd(a, b));
            let round: u32 = weights.iter().sum::<u32>() / divisor;
            let picked = picks(&servers(weights), round as usize * 3);
            for (index, weight) in weights.iter().enumerate() {
                let got = picked.iter().filter(|&&p| p == index).count();
                assert_eq!(got as u32, weight / divisor * 3, "{weights:?}");
            }
        }
    }

    #[test]
    fn the_published_sequence_of_four_three_two() {
        // Linux Virtual Server's documentation: AABABCABC.
        assert_eq!(picks(&servers(&[4, 3, 2]), 9), [0, 0, 1, 0, 1, 2, 0, 1, 2]);
    }
}
