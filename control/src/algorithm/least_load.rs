//! Least load: the server with the least traffic for its weight.

use super::{Algorithm, Candidate, least, per_weight};
use std::net::Ipv4Addr;

/// Has no state. Between two measurements the load does not move: then tunnels decide, lest all
/// new ones go to the same server.
#[derive(Debug)]
pub struct LeastLoad;

/// Bytes a second that make a difference; below it, servers count as equally loaded.
const GRAIN: u64 = 1024;

impl Algorithm for LeastLoad {
    fn pick(&mut self, _client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        // A new tunnel is expected to bring what the present ones do on average.
        let eligible = servers.iter().filter(|s| s.eligible);
        let tunnels: u64 = eligible.clone().map(|s| u64::from(s.tunnels)).sum();
        let load: u64 = eligible.map(|s| s.load).sum();
        let each = (load / tunnels.max(1)).max(GRAIN);
        let expected = |s: &Candidate| s.load.max(u64::from(s.tunnels) * each / 2) + each;
        least(servers, |a, b| {
            per_weight(expected(a), a.weight, expected(b), b.weight)
                .then(a.last_used.cmp(&b.last_used))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    #[test]
    fn the_idle_server_is_preferred_though_it_has_more_tunnels() {
        let mut farm = servers(&[1, 1]);
        (farm[0].load, farm[0].tunnels) = (9_000_000, 3);
        (farm[1].load, farm[1].tunnels) = (1_000, 4);
        assert_eq!(LeastLoad.pick(Ipv4Addr::LOCALHOST, &farm), Some(1));
    }

    #[test]
    fn weight_divides_the_load() {
        let mut farm = servers(&[1, 4]);
        (farm[0].load, farm[1].load) = (1_000_000, 2_000_000);
        (farm[0].tunnels, farm[1].tunnels) = (10, 20);
        assert_eq!(LeastLoad.pick(Ipv4Addr::LOCALHOST, &farm), Some(1));
    }

    #[test]
    fn without_any_measurement_new_tunnels_spread() {
        let mut farm = servers(&[1, 1]);
        for number in 1..=10 {
            let index = LeastLoad.pick(Ipv4Addr::LOCALHOST, &farm).unwrap();
            (farm[index].tunnels, farm[index].last_used) = (farm[index].tunnels + 1, number);
        }
        assert_eq!((farm[0].tunnels, farm[1].tunnels), (5, 5));
    }
}
