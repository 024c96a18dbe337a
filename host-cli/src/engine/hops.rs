//! The next hop table: which row leads to an address.

use std::{collections::HashMap, net::Ipv4Addr};

use control::Hop;
use spec::{limits::NEXT_HOP_ROWS, table::NextHop};

/// A way out: the egress port and the next station's MAC, in wire order.
pub type Exit = (u8, [u8; 6]);

/// Rows in use, and the exit of each address that was asked for.
pub struct Hops {
    /// The MACs of the ports, in wire order.
    macs: [[u8; 6]; 2],
    exits: HashMap<Ipv4Addr, Exit>,
    rows: Vec<Exit>,
}

impl Hops {
    /// No rows yet.
    pub fn new(macs: [[u8; 6]; 2]) -> Self {
        Self { macs, exits: HashMap::new(), rows: Vec::new() }
    }

    /// The row that leads to `address`, if its exit is known and there is a row for it.
    pub fn find(&self, address: Ipv4Addr) -> Option<Hop> {
        let exit = self.exits.get(&address)?;
        let index = self.rows.iter().position(|row| row == exit)?;
        let (port, destination) = *exit;
        let source = self.macs[usize::from(port)];
        Some(Hop { index: index as u8, port, destination, source })
    }

    /// Notes the exit of an address, and gives the row to be written, if one has changed.
    ///
    /// When a station's MAC changes, its row changes with it: one write for all addresses behind it.
    /// Beyond the table's size an address stays without a way, which is logged.
    pub fn learn(&mut self, address: Ipv4Addr, exit: Exit) -> Option<(u8, NextHop)> {
        let before = self.exits.insert(address, exit);
        if before == Some(exit) || self.rows.contains(&exit) {
            return None;
        }
        let same_port = before.filter(|before| before.0 == exit.0);
        let moved = same_port.and_then(|before| self.rows.iter().position(|row| *row == before));
        let index = match moved {
            Some(index) => {
                for other in self.exits.values_mut().filter(|other| Some(**other) == before) {
                    *other = exit;
                }
                self.rows[index] = exit;
                index
            }
            None if self.rows.len() < NEXT_HOP_ROWS => {
                self.rows.push(exit);
                self.rows.len() - 1
            }
            None => {
                tracing::error!("{address}: the next hop table is full");
                return None;
            }
        };
        let wire =
            |mac: [u8; 6]| mac.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet));
        let row = NextHop {
            valid: true,
            port: exit.0,
            destination: wire(exit.1),
            source: wire(self.macs[usize::from(exit.0)]),
            reserved: 0,
        };
        Some((index as u8, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_behind_one_station_share_a_row_that_follows_its_mac() {
        let mut hops = Hops::new([[2; 6], [4; 6]]);
        let (a, b, c) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into(), [10, 0, 0, 3].into());
        let (index, row) = hops.learn(a, (0, [2, 3, 4, 5, 6, 7])).unwrap();
        assert_eq!((index, row.destination, row.source), (0, 0x0706_0504_0302, 0x0202_0202_0202));
        assert_eq!(hops.learn(b, (0, [2, 3, 4, 5, 6, 7])), None);
        assert_eq!(hops.learn(c, (1, [9; 6])).unwrap().0, 1);
        assert_eq!(hops.learn(a, (0, [8; 6])).unwrap().0, 0, "the same row");
        assert_eq!(hops.find(b).unwrap().destination, [8; 6]);
        assert_eq!(hops.find(c).unwrap().source, [4; 6]);
        assert_eq!(hops.find([10, 0, 0, 4].into()), None);
    }
}
