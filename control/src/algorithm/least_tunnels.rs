//! Least tunnels: the server with the fewest tunnels for its weight.

use super::{Algorithm, Candidate, least, per_weight};
use std::net::Ipv4Addr;

/// Has no state. A server is judged as if it had the new tunnel already, so that of two idle ones
/// the heavier comes first; equal ones take turns.
#[derive(Debug)]
pub struct LeastTunnels;

impl Algorithm for LeastTunnels {
    fn pick(&mut self, _client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        least(servers, |a, b| {
            per_weight(u64::from(a.tunnels) + 1, a.weight, u64::from(b.tunnels) + 1, b.weight)
                .then(a.last_used.cmp(&b.last_used))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    #[test]
    fn tunnels_settle_in_proportion_to_the_weights() {
        let mut farm = servers(&[1, 2, 3]);
        for number in 1..=60 {
            let index = LeastTunnels.pick(Ipv4Addr::LOCALHOST, &farm).unwrap();
            farm[index].tunnels += 1;
            farm[index].last_used = number;
        }
        assert_eq!(farm.iter().map(|s| s.tunnels).collect::<Vec<_>>(), [10, 20, 30]);
    }
}
