//! The next hop table: which row leads to an address.

use std::{
    collections::{HashMap, HashSet},
    net::Ipv4Addr,
};

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
    rows: [Option<Exit>; NEXT_HOP_ROWS],
    ways: HashMap<Ipv4Addr, usize>,
}

impl Hops {
    /// No rows yet.
    pub fn new(macs: [[u8; 6]; 2]) -> Self {
        Self { macs, rows: [None; NEXT_HOP_ROWS], ways: HashMap::new() }
    }

    /// The row that leads to `address`, if its way is known and there is a row for it.
    pub fn find(&self, address: Ipv4Addr) -> Option<Hop> {
        let index = *self.ways.get(&address)?;
        let Exit { port, mac: destination, .. } = self.rows[index]?;
        let source = self.macs[usize::from(port)];
        Some(Hop { index: index as u8, port, destination, source })
    }

    /// Whether a way out has a row, or there is one for it.
    pub fn room(&self, exit: Exit) -> bool {
        self.place(exit).is_some()
    }

    /// The row of a station, or else a free one.
    fn place(&self, exit: Exit) -> Option<usize> {
        let same = |row: &Exit| (row.port, row.station) == (exit.port, exit.station);
        let known = self.rows.iter().position(|row| row.as_ref().is_some_and(same));
        known.or_else(|| self.rows.iter().position(Option::is_none))
    }

    /// Forgets all ways but those to the addresses `kept`, and gives back the rows that neither these
    /// nor the table's rows, by `named`, need.
    pub fn keep(&mut self, kept: &HashSet<Ipv4Addr>, named: [bool; NEXT_HOP_ROWS]) {
        self.ways.retain(|address, _| kept.contains(address));
        let mut used = named;
        self.ways.values().for_each(|index| used[*index] = true);
        for (row, _) in self.rows.iter_mut().zip(used).filter(|(_, used)| !used) {
            *row = None;
        }
    }

    /// Notes the way to an address; none when the table has no row for it.
    ///
    /// When a station's MAC changes, its row changes with it: one write for all addresses behind it.
    pub fn learn(&mut self, address: Ipv4Addr, exit: Exit) -> Option<Learnt> {
        let index = self.place(exit)?;
        let fresh = self.rows[index] != Some(exit);
        self.rows[index] = Some(exit);
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
        Some(Learnt {
            write: fresh.then_some((index as u8, row)),
            moved: before.is_some_and(|before| before != index),
        })
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
        let (index, row) = hops.learn(a, exit(0, 9, [2, 3, 4, 5, 6, 7])).unwrap().write.unwrap();
        assert_eq!((index, row.destination, row.source), (0, 0x0706_0504_0302, 0x0202_0202_0202));
        assert_eq!(hops.learn(b, exit(0, 9, [2, 3, 4, 5, 6, 7])), Some(Learnt::default()));
        assert_eq!(hops.learn(c, exit(1, 3, [9; 6])).unwrap().write.unwrap().0, 1);
        let same = hops.learn(a, exit(0, 9, [8; 6])).unwrap();
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
                let learnt = hops.learn(address, if address == a { new } else { old }).unwrap();
                assert_eq!(learnt.moved, address == a);
            }
            let ways = [a, b].map(|address| hops.find(address).unwrap().destination);
            assert_eq!(ways, [[9; 6], [8; 6]]);
        }
    }

    /// A full table gives back what nothing needs: not what an address is kept for, nor what a row
    /// still names that has not followed its address yet.
    #[test]
    fn stations_beyond_the_table_have_the_rows_that_nobody_needs() {
        let mut hops = Hops::new([[2; 6], [4; 6]]);
        let rows = NEXT_HOP_ROWS as u8;
        for n in 0..rows {
            assert!(hops.learn(address(n), exit(0, n, [n; 6])).is_some());
        }
        let (kept, named, late) = (address(7), 9, address(rows));
        assert!(!hops.room(exit(0, rows, [0; 6])) && hops.room(exit(0, 5, [0; 6])));
        assert_eq!(hops.learn(late, exit(0, rows, [0; 6])), None);
        assert_eq!(hops.find(late), None);
        hops.keep(&HashSet::from([kept]), std::array::from_fn(|index| index == named));
        let mut written = HashSet::new();
        for n in rows..2 * rows - 2 {
            written.insert(hops.learn(address(n), exit(0, n, [n; 6])).unwrap().write.unwrap().0);
        }
        assert_eq!(written.len(), NEXT_HOP_ROWS - 2);
        assert!(!written.contains(&7) && !written.contains(&9));
        assert_eq!(hops.find(kept).unwrap().destination, [7; 6]);
        assert_eq!(hops.find(late).unwrap().destination, [rows; 6]);
        assert_eq!(hops.find(address(9)), None);
        assert_eq!(hops.learn(address(1), exit(0, 1, [1; 6])), None);
    }
}
