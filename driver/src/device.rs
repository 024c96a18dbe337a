//! The device as the slow path sees it.

use spec::hash::BUCKET_BITS_MAX;
use spec::host::InjectDescriptor;
use spec::limits::{Capacity, MAX_FRAME, MIN_FRAME, STASH_ROWS};
use spec::register;
use spec::table::{Action, Counters, Key, Local, NextHop, Service, Slot, StashRow, Table};

use crate::error::Error;
use crate::link::{Config, Link, Punted};
use crate::registers::{Info, Registers};
use crate::table::{FlowTable, Image, TableError, Write};
use crate::transport::{Transport, TransportError};

/// What becomes of an injected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inject {
    /// It is rewritten and sent by this entry.
    Forward(u32),
    /// It is sent as it is at this port.
    Raw(u8),
}

/// A row of the flow table with what has passed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// The entry's number.
    pub entry: u32,
    /// What it matches.
    pub key: Key,
    /// What it does.
    pub action: Action,
    /// Packets, bytes, and when the last was seen.
    pub counters: Counters,
}

/// A device that this process drives.
///
/// Changes of tables are sent in order and executed soon after; none is waited for. An injected
/// frame enters the device after every change made before it. [`Self::poll`] moves everything on and
/// is called in the program's main loop.
pub struct Device<T> {
    link: Link<T>,
    info: Info,
    table: FlowTable,
    locals: Vec<Local>,
    services: Vec<Service>,
    next_hops: Vec<NextHop>,
    /// Removed entries, and the fence after which they are free.
    retired: Option<(u64, Vec<u32>)>,
    writes: Vec<Write>,
}

impl<T: Transport> Device<T> {
    /// Takes over a device and empties its tables. `secret` keys the table's hash: it should be
    /// random, and be kept where [`Self::resume`] finds it. The ports are off until
    /// [`Registers::set_control`].
    pub fn open(mut transport: T, secret: &[u8; 16], config: &Config) -> Result<Self, Error> {
        let (info, capacity) = identify(&mut transport)?;
        transport.write32(register::CONTROL, 0)?;
        let mut device = Self {
            link: Link::new(transport, config)?,
            info,
            table: FlowTable::new(capacity, secret),
            locals: vec![Local::default(); info.local_rows as usize],
            services: vec![Service::default(); info.service_rows as usize],
            next_hops: vec![NextHop::default(); info.next_hop_rows as usize],
            retired: None,
            writes: Vec::new(),
        };
        for (table, rows) in [
            (Table::Slot, info.rows),
            (Table::Stash, info.stash_rows),
            (Table::Local, info.local_rows),
            (Table::Service, info.service_rows),
            (Table::NextHop, info.next_hop_rows),
        ] {
            for index in 0..rows {
                device.link.write(&Write::of(table, index, &[]))?;
            }
        }
        device.settle()?;
        device.registers().set_secret(secret)?;
        Ok(device)
    }

    /// Takes over a device that goes on forwarding by the tables it has, after the driver was
    /// started anew. `secret` is the one that the device was opened with; with another this fails,
    /// and changes nothing.
    pub fn resume(mut transport: T, secret: &[u8; 16], config: &Config) -> Result<Self, Error> {
        let (info, capacity) = identify(&mut transport)?;
        let mut link = Link::new(transport, config)?;
        let rows = |link: &mut Link<T>, table, count: u32| link.read(table, 0, count as usize);
        let image = Image {
            slots: rows(&mut link, Table::Slot, info.rows)?
                .iter()
                .map(|row| Slot::unpack(&row.data))
                .collect(),
            stash: rows(&mut link, Table::Stash, info.stash_rows)?
                .iter()
                .map(|row| StashRow::unpack(&row.data))
                .collect(),
            entries: rows(&mut link, Table::Entry, info.rows)?
                .iter()
                .map(|row| {
                    let (mut key, mut action) = ([0; 16], [0; 16]);
                    key.copy_from_slice(&row.data[..16]);
                    action.copy_from_slice(&row.data[16..]);
                    (key, action)
                })
                .collect(),
        };
        let (table, repairs) = FlowTable::restore(capacity, secret, &image)?;
        let unpack = |answers: Vec<crate::link::Answer>| answers.into_iter().map(|row| row.data);
        let locals = unpack(rows(&mut link, Table::Local, info.local_rows)?)
            .map(|data| Local::unpack(&data))
            .collect();
        let services = unpack(rows(&mut link, Table::Service, info.service_rows)?)
            .map(|data| Service::unpack(&data))
            .collect();
        let next_hops = unpack(rows(&mut link, Table::NextHop, info.next_hop_rows)?)
            .map(|data| NextHop::unpack(&data))
            .collect();
        let mut device =
            Self { link, info, table, locals, services, next_hops, retired: None, writes: repairs };
        device.flush()?;
        Ok(device)
    }

    /// What the device is.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The registers.
    pub fn registers(&mut self) -> Registers<'_, T> {
        Registers(&mut self.link.transport)
    }

    /// The way to the device: for what only a simulated one can do.
    pub fn transport(&mut self) -> &mut T {
        &mut self.link.transport
    }

    /// Lets go of the device, which goes on forwarding by its tables.
    pub fn close(self) -> T {
        self.link.transport
    }

    /// The flow table as the device has it.
    pub fn table(&self) -> &FlowTable {
        &self.table
    }

    /// The local addresses, as the device has them.
    pub fn locals(&self) -> &[Local] {
        &self.locals
    }

    /// The services, as the device has them.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The next hops, as the device has them.
    pub fn next_hops(&self) -> &[NextHop] {
        &self.next_hops
    }

    /// Adds a row; its entry is the answer. Waits for a fence when all free entries do.
    pub fn insert(&mut self, key: &Key, action: &Action) -> Result<u32, Error> {
        let mut result = self.table.insert(key, action, &mut self.writes);
        if result == Err(TableError::Retired) {
            self.reclaim()?;
            result = self.table.insert(key, action, &mut self.writes);
        }
        self.flush()?;
        Ok(result?)
    }

    /// Changes what is done with a row's packets; its counters go on.
    pub fn update(&mut self, key: &Key, action: &Action) -> Result<u32, Error> {
        let result = self.table.update(key, action, &mut self.writes);
        self.flush()?;
        Ok(result?)
    }

    /// Takes a row out.
    pub fn remove(&mut self, key: &Key) -> Result<u32, Error> {
        let result = self.table.remove(key, &mut self.writes);
        self.flush()?;
        Ok(result?)
    }

    /// A row's counters, read from the device.
    pub fn counters(&mut self, entry: u32) -> Result<Counters, Error> {
        let answers = self.link.read(Table::Entry, entry, 1)?;
        Ok(answers.first().map(|answer| Counters::unpack(&answer.counters)).unwrap_or_default())
    }

    /// All rows with their counters, read from the device.
    pub fn flows(&mut self) -> Result<Vec<Flow>, Error> {
        let rows = self.table.rows();
        let (mut first, mut end) = (u32::MAX, 0);
        for (entry, ..) in rows {
            (first, end) = (first.min(entry), end.max(entry + 1));
        }
        let answers =
            self.link.read(Table::Entry, first.min(end), (end - first.min(end)) as usize)?;
        Ok(answers
            .iter()
            .filter_map(|answer| {
                let (key, action) = self.table.row(answer.index)?;
                let counters = Counters::unpack(&answer.counters);
                Some(Flow { entry: answer.index, key, action, counters })
            })
            .collect())
    }

    /// Sets a row of the local address table; all zero: not in use.
    pub fn set_local(&mut self, index: usize, row: Local) -> Result<(), Error> {
        *place(&mut self.locals, "the local address table", index)? = row;
        self.set(Table::Local, index, &row.pack())
    }

    /// Sets a row of the service table; all zero: not in use.
    pub fn set_service(&mut self, index: usize, row: Service) -> Result<(), Error> {
        *place(&mut self.services, "the service table", index)? = row;
        self.set(Table::Service, index, &row.pack())
    }

    /// Sets a row of the next hop table; all zero: not in use.
    pub fn set_next_hop(&mut self, index: usize, row: NextHop) -> Result<(), Error> {
        *place(&mut self.next_hops, "the next hop table", index)? = row;
        self.set(Table::NextHop, index, &row.pack())
    }

    /// Gives the device a frame, after every change of the tables made so far.
    pub fn inject(&mut self, how: Inject, frame: &[u8]) -> Result<(), Error> {
        if !(MIN_FRAME..=MAX_FRAME).contains(&frame.len()) {
            return Err(Error::Frame(frame.len()));
        }
        let length = frame.len() as u16;
        let descriptor = match how {
            Inject::Forward(entry) => {
                InjectDescriptor { length, forward: true, entry, ..InjectDescriptor::default() }
            }
            Inject::Raw(port) => InjectDescriptor { length, port, ..InjectDescriptor::default() },
        };
        self.link.inject(&descriptor, frame);
        Ok(())
    }

    /// Whether the device keeps up with the frames that it is given. While not, a frame more waits in
    /// memory that nothing bounds: those who have frames keep them, until [`Self::poll`] has made room.
    pub fn room(&self) -> bool {
        self.link.room()
    }

    /// The next frame that the device gave to the host, of those that the last [`Self::poll`] saw.
    pub fn punted(&mut self) -> Result<Option<Punted>, Error> {
        self.link.punted()
    }

    /// Hands the device what waits for it, lets it work, and takes note of what it has done.
    pub fn poll(&mut self) -> Result<(), Error> {
        if self.retired.is_none() && self.table.retired() > 0 {
            self.retired = Some((self.link.next_fence(), self.table.retire()));
        }
        self.link.poll()?;
        if self.retired.as_ref().is_some_and(|retired| self.link.fenced(retired.0))
            && let Some((_, entries)) = self.retired.take()
        {
            self.table.release(entries);
        }
        Ok(())
    }

    /// Whether the device has done all it was told and no punted frame waits.
    pub fn idle(&self) -> bool {
        self.link.idle() && self.retired.is_none() && self.table.retired() == 0
    }

    /// Polls until the device has done all it was told; punted frames stay where they are.
    pub fn settle(&mut self) -> Result<(), Error> {
        let fence = self.link.next_fence();
        self.link.wait("commands to be executed", |link| link.fenced(fence))
    }

    /// Waits until removed entries are free again.
    fn reclaim(&mut self) -> Result<(), Error> {
        while self.table.free() == 0 && (self.retired.is_some() || self.table.retired() > 0) {
            let fence = match &self.retired {
                Some(retired) => retired.0,
                None => self.link.next_fence(),
            };
            if self.retired.is_none() {
                self.retired = Some((fence, self.table.retire()));
            }
            self.link.wait("a fence", |link| link.fenced(fence))?;
            self.poll()?;
        }
        Ok(())
    }

    fn set(&mut self, table: Table, index: usize, row: &[u8]) -> Result<(), Error> {
        self.link.write(&Write::of(table, index as u32, row))
    }

    fn flush(&mut self) -> Result<(), Error> {
        let writes = std::mem::take(&mut self.writes);
        for write in &writes {
            self.link.write(write)?;
        }
        self.writes = writes;
        self.writes.clear();
        Ok(())
    }
}

fn place<'a, R>(rows: &'a mut [R], table: &'static str, index: usize) -> Result<&'a mut R, Error> {
    let count = rows.len();
    rows.get_mut(index).ok_or(Error::Row { table, rows: count, index })
}

/// Who is there: this driver's device, or the reason why not.
fn identify<T: Transport>(transport: &mut T) -> Result<(Info, Capacity), Error> {
    let found = transport.read32(register::ID)?;
    if found == u32::MAX {
        return Err(TransportError::Gone.into());
    }
    if found != register::ID_VALUE {
        return Err(Error::Id { found, expected: register::ID_VALUE });
    }
    let info = Registers(transport).info()?;
    if info.layout != spec::LAYOUT_HASH {
        return Err(Error::Layout { device: info.layout, driver: spec::LAYOUT_HASH });
    }
    let rows = info.rows;
    let capacity = Capacity { rows_log2: rows.trailing_zeros() as usize };
    if !rows.is_power_of_two() || rows < 8 || capacity.bucket_bits() > BUCKET_BITS_MAX {
        return Err(Error::Capability { what: "entries", value: rows });
    }
    if info.stash_rows as usize != STASH_ROWS {
        return Err(Error::Capability { what: "rows of the stash", value: info.stash_rows });
    }
    Ok((info, capacity))
}
