//! One side of the device: its interfaces, joined like the ports of a bridge.

use std::{collections::HashMap, io};

use ports::{FramePort, PacketPort};

/// Stations that are remembered a side; beyond, a frame goes to all interfaces.
const STATIONS: usize = 65_536;
/// Frames between stations of a side that are passed on before the device has its turn.
const PASSED: usize = 64;

/// The interfaces of a side, and where each station was last heard.
pub struct Side<P = PacketPort> {
    interfaces: Vec<P>,
    stations: HashMap<[u8; 6], usize>,
    /// The device's own MAC on this side.
    mac: [u8; 6],
    next: usize,
    /// Frames that an interface did not take.
    pub lost: u64,
}

impl Side {
    /// Opens the interfaces.
    pub fn open(names: &[String], mac: [u8; 6]) -> io::Result<Self> {
        let interfaces =
            names.iter().map(|name| PacketPort::open(name)).collect::<io::Result<_>>()?;
        Ok(Self::new(interfaces, mac))
    }

    /// The interfaces.
    pub fn interfaces(&self) -> &[PacketPort] {
        &self.interfaces
    }
}

impl<P: FramePort> Side<P> {
    fn new(interfaces: Vec<P>, mac: [u8; 6]) -> Self {
        Self { interfaces, stations: HashMap::new(), mac, next: 0, lost: 0 }
    }

    /// The next frame that is for the device, from the interfaces in turn; false when there is none,
    /// or the others should have their turn. Frames between stations of this side are passed on
    /// here; group frames go both ways.
    pub fn receive(&mut self, frame: &mut Vec<u8>) -> io::Result<bool> {
        let count = self.interfaces.len();
        let mut passed = 0;
        for _ in 0..count {
            let from = self.next;
            self.next = (from + 1) % count;
            while passed < PASSED && self.interfaces[from].receive(frame)? {
                let Some((to, source)) = macs(frame) else { return Ok(true) };
                // A group has no place: what says it came from one must not draw its frames.
                let room = self.stations.len() < STATIONS || self.stations.contains_key(&source);
                if room && source[0] & 1 == 0 {
                    self.stations.insert(source, from);
                }
                if to == self.mac || count == 1 {
                    return Ok(true);
                }
                match self.stations.get(&to) {
                    Some(at) if *at == from => {} // its own link has delivered it
                    Some(at) => self.pass(*at, frame)?,
                    None => {
                        for at in (0..count).filter(|at| *at != from) {
                            self.pass(at, frame)?;
                        }
                        return Ok(true);
                    }
                }
                passed += 1;
            }
        }
        Ok(false)
    }

    /// Sends a frame of the device to its station's interface, or to all.
    pub fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        match macs(frame).and_then(|(to, _)| self.stations.get(&to).copied()) {
            Some(at) => self.pass(at, frame),
            None => (0..self.interfaces.len()).try_for_each(|at| self.pass(at, frame)),
        }
    }

    fn pass(&mut self, at: usize, frame: &[u8]) -> io::Result<()> {
        if !self.interfaces[at].send(frame)? {
            self.lost += 1;
        }
        Ok(())
    }
}

/// Destination and source.
fn macs(frame: &[u8]) -> Option<([u8; 6], [u8; 6])> {
    Some((frame.get(..6)?.try_into().ok()?, frame.get(6..12)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    #[derive(Default)]
    struct Wire {
        incoming: VecDeque<Vec<u8>>,
        sent: Vec<Vec<u8>>,
    }

    impl FramePort for Wire {
        fn receive(&mut self, buffer: &mut Vec<u8>) -> io::Result<bool> {
            let frame = self.incoming.pop_front();
            let found = frame.is_some();
            *buffer = frame.unwrap_or_default();
            Ok(found)
        }
        fn send(&mut self, frame: &[u8]) -> io::Result<bool> {
            self.sent.push(frame.into());
            Ok(true)
        }
    }

    const DEVICE: u8 = 0x10;

    fn frame(to: u8, source: u8) -> Vec<u8> {
        let mac = |n: u8| if n == 0xff { [0xff; 6] } else { [2, 0, 0, 0, 0, n] };
        [mac(to).as_slice(), &mac(source), &[8, 0, 1, 2, 3]].concat()
    }

    fn side(interfaces: usize) -> Side<Wire> {
        let wires = (0..interfaces).map(|_| Wire::default()).collect();
        Side::new(wires, [2, 0, 0, 0, 0, DEVICE])
    }

    fn drain(side: &mut Side<Wire>) -> Vec<Vec<u8>> {
        let mut buffer = Vec::new();
        std::iter::from_fn(|| side.receive(&mut buffer).unwrap().then(|| buffer.clone())).collect()
    }

    #[test]
    fn what_is_for_the_device_reaches_it_alone() {
        let mut side = side(2);
        side.interfaces[0].incoming.push_back(frame(DEVICE, 1));
        assert_eq!(drain(&mut side), [frame(DEVICE, 1)]);
        assert!(side.interfaces[1].sent.is_empty());
        side.send(&frame(1, DEVICE)).unwrap();
        assert_eq!((side.interfaces[0].sent.len(), side.interfaces[1].sent.len()), (1, 0));
    }

    #[test]
    fn stations_of_a_side_reach_each_other_past_the_device() {
        let mut side = side(2);
        side.interfaces[0].incoming.push_back(frame(0xff, 1));
        assert_eq!(drain(&mut side), [frame(0xff, 1)], "a broadcast goes both ways");
        assert_eq!(side.interfaces[1].sent, [frame(0xff, 1)]);
        side.interfaces[1].incoming.push_back(frame(1, 2));
        assert!(drain(&mut side).is_empty(), "known on the other interface");
        assert_eq!(side.interfaces[0].sent, [frame(1, 2)]);
        side.interfaces[0].incoming.push_back(frame(1, 3));
        assert!(drain(&mut side).is_empty(), "both on one link");
        assert_eq!(side.interfaces[0].sent.len(), 1);
    }

    #[test]
    fn what_stations_tell_each_other_does_not_keep_the_device_waiting() {
        let mut side = side(2);
        side.interfaces[1].incoming.push_back(frame(DEVICE, 2));
        assert_eq!(drain(&mut side), [frame(DEVICE, 2)]);
        side.interfaces[0].incoming.extend((0..3 * PASSED).map(|_| frame(2, 1)));
        let mut buffer = Vec::new();
        for turn in 1..=3 {
            assert!(!side.receive(&mut buffer).unwrap());
            assert_eq!(side.interfaces[1].sent.len(), turn * PASSED);
        }
    }

    #[test]
    fn nobody_can_draw_the_broadcasts_of_others() {
        let mut side = side(2);
        side.interfaces[0].incoming.push_back(frame(DEVICE, 0xff));
        assert_eq!(drain(&mut side), [frame(DEVICE, 0xff)]);
        side.interfaces[1].incoming.push_back(frame(0xff, 1));
        assert_eq!(drain(&mut side), [frame(0xff, 1)], "still for the device too");
    }

    #[test]
    fn an_unknown_station_is_looked_for_everywhere() {
        let mut side = side(3);
        side.send(&frame(9, DEVICE)).unwrap();
        assert!(side.interfaces.iter().all(|wire| wire.sent.len() == 1));
    }
}
