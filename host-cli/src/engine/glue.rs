//! The slow path's view of the device, made of the driver.

use std::{
    collections::{HashSet, VecDeque},
    net::Ipv4Addr,
};

use control::{Hop, RowId, TableFull};
use driver::{Device as Driver, Inject, Punted, table::TableError};
use sim::Device;
use spec::limits::{LOCAL_ROWS, NEXT_HOP_ROWS};
use spec::table::{Action, Counters, Key, Local, Service};

use super::{
    Error,
    hops::{Exit, Hops},
};

/// Frames for the host's network stack that wait, at most; beyond, the oldest go.
const TO_HOST: usize = 4096;

/// Addresses whose ways are asked for at once, beyond one for each row of the table. Tunnels have two
/// rows and servers are few, so that at least half can be forgotten.
const ADDRESSES: usize = 2 * LOCAL_ROWS;

pub struct Glue<D: Device> {
    driver: Driver<D>,
    hops: Hops,
    /// Addresses whose ways are known or asked for.
    asked: HashSet<Ipv4Addr>,
    forgotten: Vec<Ipv4Addr>,
    wanted: VecDeque<Ipv4Addr>,
    to_host: VecDeque<(u8, Vec<u8>)>,
    failure: Option<driver::Error>,
    effects: Effects,
    /// Frames sent on through a row.
    pub forwarded: u64,
}

/// What the slow path did about one frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Effects {
    /// Frames injected.
    pub injected: u64,
    /// Frames handed to the host.
    pub to_host: u64,
    /// Whether it asked for a way that is not known yet.
    pub unresolved: bool,
}

impl<D: Device> Glue<D> {
    pub fn new(driver: Driver<D>, macs: [[u8; 6]; 2]) -> Self {
        Self {
            driver,
            hops: Hops::new(macs),
            asked: HashSet::new(),
            forgotten: Vec::new(),
            wanted: VecDeque::new(),
            to_host: VecDeque::new(),
            failure: None,
            effects: Effects::default(),
            forwarded: 0,
        }
    }

    pub fn device(&mut self) -> &mut D {
        self.driver.transport()
    }

    pub fn driver(&mut self) -> &mut Driver<D> {
        &mut self.driver
    }

    /// The error that a call of the slow path has met: it cannot return it.
    pub fn check(&mut self) -> Result<(), Error> {
        self.failure.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Starts to note effects anew.
    pub fn begin(&mut self) {
        self.effects = Effects::default();
    }

    /// What was noted since [`Self::begin`].
    pub fn effects(&self) -> Effects {
        self.effects
    }

    pub fn next_punt(&mut self) -> Result<Option<Punted>, Error> {
        Ok(self.driver.punted()?)
    }

    pub fn next_to_host(&mut self) -> Option<(u8, Vec<u8>)> {
        self.to_host.pop_front()
    }

    pub fn next_wanted(&mut self) -> Option<Ipv4Addr> {
        self.wanted.pop_front()
    }

    /// Addresses whose ways are asked for no longer, since the last call.
    pub fn forgotten(&mut self) -> Vec<Ipv4Addr> {
        std::mem::take(&mut self.forgotten)
    }

    /// Whether the way to an address is asked for.
    pub fn asks(&self, address: Ipv4Addr) -> bool {
        self.asked.contains(&address)
    }

    /// Whether the address has another row of the next hop table now.
    pub fn learn(&mut self, address: Ipv4Addr, exit: Exit) -> bool {
        self.asked.insert(address);
        if !self.hops.room(exit) {
            self.forget(address);
        }
        let Some(learnt) = self.hops.learn(address, exit) else {
            tracing::error!("{address}: the next hop table is full");
            if self.hops.find(address).is_none() {
                // Asked for again when it is needed again: there may be room by then.
                self.asked.remove(&address);
                self.forgotten.push(address);
            }
            return false;
        };
        if let Some((index, row)) = learnt.write {
            let result = self.driver.set_next_hop(index.into(), row);
            self.note(result);
        }
        learnt.moved
    }

    /// Forgets the ways to all but `asking`, the servers and the clients that have tunnels: the others
    /// are asked for again when they are needed. A next hop that a row names stays what it is.
    fn forget(&mut self, asking: Ipv4Addr) {
        let servers = self.driver.locals().iter().filter(|row| row.valid && row.port == 1);
        let mut kept: HashSet<_> = servers.map(|row| Ipv4Addr::from_bits(row.address)).collect();
        kept.insert(asking);
        let mut named = [false; NEXT_HOP_ROWS];
        for (_, key, action) in self.driver.table().rows() {
            kept.insert(Ipv4Addr::from_bits(key.address));
            named[usize::from(action.next_hop)] = true;
        }
        self.hops.keep(&kept, named);
        self.forgotten.extend(self.asked.extract_if(|address| !kept.contains(address)));
        self.wanted.retain(|address| kept.contains(address));
        // Frames under way may still leave by rows that have just been removed.
        let result = self.driver.settle();
        self.note(result);
    }

    /// Keeps the first error for [`Self::check`].
    fn note<T: Default>(&mut self, result: Result<T, driver::Error>) -> T {
        result.unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            T::default()
        })
    }
}

impl<D: Device> control::Device for Glue<D> {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        match self.driver.insert(key, action) {
            Ok(row) => Ok(RowId(row)),
            Err(error) => {
                if !matches!(error, driver::Error::Table(TableError::Full { .. })) {
                    self.failure.get_or_insert(error);
                }
                Err(TableFull)
            }
        }
    }

    fn update(&mut self, row: RowId, action: &Action) {
        if let Some((key, _)) = self.driver.table().row(row.0) {
            let result = self.driver.update(&key, action);
            self.note(result);
        }
    }

    fn remove(&mut self, row: RowId) {
        if let Some((key, _)) = self.driver.table().row(row.0) {
            let result = self.driver.remove(&key);
            self.note(result);
        }
    }

    fn set_local(&mut self, index: u8, row: Local) {
        let result = self.driver.set_local(index.into(), row);
        self.note(result);
        // A server's way is wanted before its first tunnel.
        if row.valid && row.port == 1 {
            self.next_hop(Ipv4Addr::from_bits(row.address));
        }
    }

    fn set_service(&mut self, index: u8, row: Service) {
        let result = self.driver.set_service(index.into(), row);
        self.note(result);
    }

    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        let found = self.hops.find(address);
        if found.is_none() {
            self.effects.unresolved = true;
            if !self.asks(address) {
                if self.asked.len() >= self.driver.info().rows as usize + ADDRESSES {
                    self.forget(address);
                }
                self.asked.insert(address);
                self.wanted.push_back(address);
            }
        }
        found
    }

    fn inject_forward(&mut self, row: RowId, frame: &[u8]) {
        self.effects.injected += 1;
        self.forwarded += 1;
        let result = self.driver.inject(Inject::Forward(row.0), frame);
        self.note(result);
    }

    fn inject_raw(&mut self, port: u8, frame: &[u8]) {
        self.effects.injected += 1;
        let result = self.driver.inject(Inject::Raw(port), frame);
        self.note(result);
    }

    fn counters(&mut self, row: RowId) -> Counters {
        let result = self.driver.counters(row.0);
        self.note(result)
    }

    fn to_host(&mut self, port: u8, frame: &[u8]) {
        self.effects.to_host += 1;
        if self.to_host.len() >= TO_HOST {
            self.to_host.pop_front();
        }
        self.to_host.push_back((port, frame.into()));
    }
}
