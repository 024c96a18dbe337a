//! Consistent hash: weighted rendezvous hashing of the client's address.

use super::{Algorithm, Candidate};
use std::net::Ipv4Addr;

/// Has no state: each server's score for a client depends on nothing but the two and the weight, so
/// a server that comes or goes moves only its own clients.
#[derive(Debug)]
pub struct ConsistentHash;

/// A well-mixed number of a client and a server: the finaliser of SplitMix64, twice.
fn mix(client: Ipv4Addr, server: &Candidate) -> u64 {
    let round = |mut x: u64| {
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    let server = u64::from(server.address.to_bits()) << 16 | u64::from(server.port);
    round(round(server.wrapping_add(0x9e37_79b9_7f4a_7c15)) ^ u64::from(client.to_bits()))
}

/// Of independent scores -weight / ln(u), u uniform in (0, 1), the largest is a server's with a
/// probability in proportion to its weight.
fn score(client: Ipv4Addr, server: &Candidate) -> f64 {
    let uniform = ((mix(client, server) >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
    -f64::from(server.weight) / uniform.ln()
}

impl Algorithm for ConsistentHash {
    fn pick(&mut self, client: Ipv4Addr, servers: &[Candidate]) -> Option<usize> {
        let eligible = servers.iter().enumerate().filter(|(_, s)| s.eligible);
        let scored = eligible.map(|(index, s)| (index, score(client, s)));
        scored.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::servers;
    use super::*;

    fn place(farm: &[Candidate]) -> Vec<usize> {
        let clients = (0..30_000u32).map(|n| Ipv4Addr::from_bits(0xc080_0000 + n));
        clients.map(|client| ConsistentHash.pick(client, farm).unwrap()).collect()
    }

    #[test]
    fn shares_follow_the_weights() {
        let placed = place(&servers(&[1, 2, 3]));
        for (index, share) in [5_000.0, 10_000.0, 15_000.0].into_iter().enumerate() {
            let got = placed.iter().filter(|&&p| p == index).count() as f64;
            assert!((got - share).abs() < share * 0.05, "server {index}: {got} of {share}");
        }
    }

    #[test]
    fn a_missing_server_moves_only_its_own_clients() {
        let mut farm = servers(&[1, 1, 1, 1]);
        let before = place(&farm);
        farm[2].eligible = false;
        for (old, new) in before.into_iter().zip(place(&farm)) {
            assert!(old == new || old == 2);
        }
    }
}
