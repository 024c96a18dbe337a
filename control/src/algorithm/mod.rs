//! How a server is chosen for a new tunnel: one trait, a file each.

mod consistent_hash;
mod least_load;
mod least_recent_use;
mod least_tunnels;
mod round_robin;
mod weighted_round_robin;

pub use consistent_hash::ConsistentHash;
pub use least_load::LeastLoad;
pub use least_recent_use::LeastRecentUse;
pub use least_tunnels::LeastTunnels;
pub use round_robin::RoundRobin;
pub use weighted_round_robin::WeightedRoundRobin;

use crate::config;
use std::cmp::Ordering;
use std::net::Ipv4Addr;

/// A server, as an algorithm sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its address.
    pub address: Ipv4Addr,
    /// Its port.
    pub port: u16,
    /// Its share; not 0 when eligible.
    pub weight: u32,
    /// Tunnels that it has.
    pub tunnels: u32,
    /// Number of the new tunnel that it got last; 0: none yet.
    pub last_used: u64,
    /// Bytes a second through its tunnels, as last measured.
    pub load: u64,
    /// It may get this tunnel.
    pub eligible: bool,
}

/// Chooses a server.
pub trait Algorithm: std::fmt::Debug + Send {
    /// The index of an eligible server, if there is any. `servers` are all of the service, always
    /// in the same order; its length changes only when the operator changes the farm.
    fn pick(&mut self, client: Ipv4Addr, servers: &[Candidate]) -> Option<usize>;
}

/// The algorithm of this name, in its first state.
pub fn make(algorithm: config::Algorithm) -> Box<dyn Algorithm> {
    match algorithm {
        config::Algorithm::WeightedRoundRobin => Box::<WeightedRoundRobin>::default(),
        config::Algorithm::RoundRobin => Box::<RoundRobin>::default(),
        config::Algorithm::LeastRecentUse => Box::new(LeastRecentUse),
        config::Algorithm::LeastLoad => Box::new(LeastLoad),
        config::Algorithm::LeastTunnels => Box::new(LeastTunnels),
        config::Algorithm::ConsistentHash => Box::new(ConsistentHash),
    }
}

/// The first of the eligible servers that are least in this order.
fn least(
    servers: &[Candidate],
    order: impl Fn(&Candidate, &Candidate) -> Ordering,
) -> Option<usize> {
    let eligible = servers.iter().enumerate().filter(|(_, s)| s.eligible);
    eligible.min_by(|(_, a), (_, b)| order(a, b)).map(|(index, _)| index)
}

/// Compares `a / weight` of two servers without a division.
fn per_weight(a: u64, a_weight: u32, b: u64, b_weight: u32) -> Ordering {
    (u128::from(a) * u128::from(b_weight)).cmp(&(u128::from(b) * u128::from(a_weight)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eligible servers 10.0.0.1 ... with these weights.
    pub(super) fn servers(weights: &[u32]) -> Vec<Candidate> {
        let candidate = |(index, &weight): (usize, &u32)| Candidate {
            address: Ipv4Addr::new(10, 0, 0, index as u8 + 1),
            port: 1701,
            weight,
            tunnels: 0,
            last_used: 0,
            load: 0,
            eligible: weight > 0,
        };
        weights.iter().enumerate().map(candidate).collect()
    }

    #[test]
    fn each_picks_only_eligible_servers() {
        for &(algorithm, name) in config::Algorithm::ALL {
            let mut picker = make(algorithm);
            let mut farm = servers(&[3, 1, 0, 65535, 2]);
            for step in 0..200u32 {
                farm[0].eligible = step % 3 != 0;
                farm[3].eligible = step % 7 < 2;
                let index = picker.pick(Ipv4Addr::from_bits(step), &farm).unwrap();
                assert!(farm[index].eligible, "{name}, step {step}");
            }
            farm.iter_mut().for_each(|s| s.eligible = false);
            assert_eq!(picker.pick(Ipv4Addr::LOCALHOST, &farm), None, "{name}");
            assert_eq!(picker.pick(Ipv4Addr::LOCALHOST, &[]), None, "{name}");
        }
    }
}
