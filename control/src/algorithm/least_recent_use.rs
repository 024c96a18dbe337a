//! Least recent use: the server whose last new tunnel is longest ago.

use super::{Algorithm, Candidate, least};
use std::net::Ipv4Addr;

/// Has no state: the candidates say when they were used.
#[derive(Debug)]
pub struct LeastRecentUse;

impl Algorithm for LeastRecentUse {
    fn pick(&mut self, _client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        least(servers, |a, b| a.last_used.cmp(&b.last_used))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    #[test]
    fn the_longest_unused_comes_first() {
        let mut farm = servers(&[1, 1, 1]);
        (farm[0].last_used, farm[1].last_used, farm[2].last_used) = (7, 3, 5);
        assert_eq!(LeastRecentUse.pick(Ipv4Addr::LOCALHOST, &farm), Some(1));
    }
}
