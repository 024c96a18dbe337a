//! The next hop table: which row leads to an address.

use std::{collections::HashMap, net::Ipv4Addr};

use control::Hop;
use spec::{limits::NEXT_HOP_ROWS, table::NextHop};

/// A way out: the egress port, and the next station there with its MAC, in wire order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// 0 external, 1 internal.
    pub port: u8,
    /// A gateway, or the address itself.
    pub station: Ipv4Addr,
    /// The station's MAC.
    pub mac: [u8; 6],
}

/// What has to be done when a way was learnt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// A row to be written.
    pub write: Option<(u8, NextHop)>,
    /// The address has another row than before: what names that one has to follow.
    pub moved: bool,
}

/// A row for each station, and the row of each address that was asked for.
pub struct Hops {
    /// The MACs of the ports, in wire order.
    macs: [[u8; 6]; 2],
    rows: Vec<Exit>,
    ways: HashMap<Ipv4Addr, usize>,
}

impl Hops {
    /// No rows yet.
    pub fn new(macs: [[u8; 6]; 2]) -> Self {
        Self { macs, rows: Vec::new(), ways: HashMap::new() }
    }

    /// The row that leads to `address`, if its way is known and there is a row for it.
    pub fn find(&self, address: Ipv4Addr) -> Option<Hop> {
        let index = *self.ways.get(&address)?;
        let Exit { port, mac: destination, .. } = self.rows[index];
        let source = self.macs[usize::from(port)];
        Some(Hop { index: index as u8, port, destination, source })
    }

    /// Notes the way to an address.
    ///
    /// When a station's MAC changes, its row changes with it: one write for all addresses behind it.
    /// Beyond the table's size an address stays without a way, which is logged.
    pub fn learn(&mut self, address: Ipv4Addr, exit: Exit) -> Learnt {
        let same = |row: &Exit| (row.port, row.station) == (exit.port, exit.station);
        let known = self.rows.iter().position(same);
        let fresh = known.is_none_or(|index| self.rows[index] != exit);
        let index = known.unwrap_or(self.rows.len());
        if index == NEXT_HOP_ROWS {
            tracing::error!("{address}: the next hop table is full");
            return Learnt::default();
        }
        match self.rows.get_mut(index) {
            Some(row) => *row = exit,
            None => self.rows.push(exit),
        }
        let before = self.ways.insert(address, index);
        let wire =
            |mac: [u8; 6]| mac.iter().rev().fold(0, |word, octet| word << 8 | u64::from(*octet));
        let row = NextHop {
            valid: true,
            port: exit.port,
            destination: wire(exit.mac),
            source: wire(self.macs[usize::from(exit.port)]),
            reserved: 0,
        };
        Learnt {
            write: fresh.then_some((index as u8, row)),
            moved: before.is_some_and(|before| before != index),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> Ipv4Addr {
        [10, 0, 0, n].into()
    }

    fn exit(port: u8, station: u8, mac: [u8; 6]) -> Exit {
        Exit { port, station: address(station), mac }
    }

    #[test]
    fn addresses_behind_one_station_share_a_row_that_follows_its_mac() {
        let mut hops = Hops::new([[2; 6], [4; 6]]);
        let (a, b, c) = (address(1), address(2), address(3));
        let (index, row) = hops.learn(a, exit(0, 9, [2, 3, 4, 5, 6, 7])).write.unwrap();
        assert_eq!((index, row.destination, row.source), (0, 0x0706_0504_0302, 0x0202_0202_0202));
        assert_eq!(hops.learn(b, exit(0, 9, [2, 3, 4, 5, 6, 7])), Learnt::default());
        assert_eq!(hops.learn(c, exit(1, 3, [9; 6])).write.unwrap().0, 1);
        let same = hops.learn(a, exit(0, 9, [8; 6]));
        assert_eq!((same.write.unwrap().0, same.moved), (0, false), "the same row");
        assert_eq!(hops.find(b).unwrap().destination, [8; 6]);
        assert_eq!(hops.find(c).unwrap().source, [4; 6]);
        assert_eq!(hops.find(address(4)), None);
    }

    /// A route that changes for one address leaves the others behind its old gateway.
    #[test]
    fn an_address_moves_alone() {
        let (a, b, old, new) = (address(1), address(2), exit(0, 8, [8; 6]), exit(0, 9, [9; 6]));
        for order in [[a, b], [b, a]] {
            let mut hops = Hops::new([[2; 6], [4; 6]]);
            hops.learn(a, old);
            hops.learn(b, old);
            for address in order {
                let learnt = hops.learn(address, if address == a { new } else { old });
                assert_eq!(learnt.moved, address == a);
            }
            let ways = [a, b].map(|address| hops.find(address).unwrap().destination);
            assert_eq!(ways, [[9; 6], [8; 6]]);
        }
    }

    #[test]
    fn stations_beyond_the_table_have_no_way() {
        let mut hops = Hops::new([[2; 6], [4; 6]]);
        for n in 0..=NEXT_HOP_ROWS as u8 {
            hops.learn(address(n), exit(0, n, [n; 6]));
        }
        assert!(hops.find(address(NEXT_HOP_ROWS as u8 - 1)).is_some());
        assert_eq!(hops.find(address(NEXT_HOP_ROWS as u8)), None);
    }
}
