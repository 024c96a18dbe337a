//! The connection table as the device has it: a shadow of every row, and how to change it so that a
//! packet never meets a moment without its row.
//!
//! Nothing here touches a device: each change gives the writes to be executed in order.

mod hash;
mod restore;
mod slots;

use spec::hash::{Place, place};
use spec::limits::{Capacity, STASH_ROWS};
use spec::table::{Action, Key, Slot, StashRow, Table};

use hash::Hasher;
pub use restore::{Image, RestoreError};
use slots::Slots;

/// One row to be written to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    /// The table.
    pub table: Table,
    /// The row.
    pub index: u32,
    /// The packed row, zero behind its end.
    pub data: [u8; spec::command::DATA],
    /// The entry's counters start anew.
    pub clear: bool,
    /// With an entry: the slot that names it from the same moment on, and its fingerprint.
    pub place: Option<(u32, u32)>,
}

impl Write {
    /// A packed row of a table, and nothing else.
    pub fn of(table: Table, index: u32, row: &[u8]) -> Self {
        let mut data = [0; spec::command::DATA];
        data[..row.len()].copy_from_slice(row);
        Self { table, index, data, clear: false, place: None }
    }
}

/// Why a row was not inserted, removed or updated. Nothing has been changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// There is no room: all entries are in use, or moving rows does not help and the stash is full.
    #[error("the table is full: {rows} rows of {capacity} are in use")]
    Full {
        /// Rows in use.
        rows: usize,
        /// Rows that the device has.
        capacity: usize,
    },
    /// All entries are in use or wait for a fence: see [`FlowTable::retired`].
    #[error("the free entries wait for a fence")]
    Retired,
    /// A row with this key exists.
    #[error("entry {0} already has this key")]
    Exists(u32),
    /// No row has this key.
    #[error("no row has this key")]
    Missing,
}

/// Where a row is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Slot(u32),
    Stash(usize),
}

#[derive(Clone, Copy, Debug)]
struct Row {
    key: [u8; 16],
    action: [u8; 16],
    at: At,
}

/// The shadow of entries, slots and stash.
pub struct FlowTable {
    capacity: Capacity,
    hasher: Hasher,
    entries: Vec<Option<Row>>,
    slots: Slots,
    stash: [Option<u32>; STASH_ROWS],
    free: Vec<u32>,
    retired: Vec<u32>,
}

impl FlowTable {
    /// An empty table under the hash secret that the device was given.
    pub fn new(capacity: Capacity, secret: &[u8; 16]) -> Self {
        Self {
            capacity,
            hasher: Hasher::new(secret),
            entries: vec![None; capacity.rows()],
            slots: Slots::new(capacity),
            stash: [None; STASH_ROWS],
            free: (0..capacity.rows() as u32).rev().collect(),
            retired: Vec::new(),
        }
    }

    /// Rows in use.
    pub fn len(&self) -> usize {
        self.capacity.rows() - self.free.len() - self.retired.len()
    }

    /// Whether no row is in use.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of the stash in use.
    pub fn stashed(&self) -> usize {
        self.stash.iter().flatten().count()
    }

    /// Entries that can be given out at once.
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// Entries that were removed and wait for a fence: a frame may still be on its way with them.
    pub fn retired(&self) -> usize {
        self.retired.len()
    }

    /// Hands over the entries that wait for a fence, to be given back to [`Self::release`] when one
    /// that was sent after this call is done.
    pub fn retire(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.retired)
    }

    /// Gives entries out again.
    pub fn release(&mut self, entries: Vec<u32>) {
        self.free.extend(entries);
    }

    /// The entry with this key.
    pub fn find(&self, key: &Key) -> Option<u32> {
        let key = key.pack();
        self.find_packed(&key, self.place(&key))
    }

    /// A row in use.
    pub fn row(&self, entry: u32) -> Option<(Key, Action)> {
        let row = self.entries.get(entry as usize)?.as_ref()?;
        Some((Key::unpack(&row.key), Action::unpack(&row.action)))
    }

    /// All rows in use, by entry.
    pub fn rows(&self) -> impl Iterator<Item = (u32, Key, Action)> {
        let rows = self.entries.iter().enumerate();
        rows.filter_map(|(entry, row)| {
            let row = row.as_ref()?;
            Some((entry as u32, Key::unpack(&row.key), Action::unpack(&row.action)))
        })
    }

    /// Adds a row; its entry is the answer. The writes are appended to `out`.
    pub fn insert(
        &mut self,
        key: &Key,
        action: &Action,
        out: &mut Vec<Write>,
    ) -> Result<u32, TableError> {
        let (key, action) = (key.pack(), action.pack());
        let place = self.place(&key);
        if let Some(entry) = self.find_packed(&key, place) {
            return Err(TableError::Exists(entry));
        }
        let full = TableError::Full { rows: self.len(), capacity: self.capacity.rows() };
        let Some(&entry) = self.free.last() else {
            return Err(if self.retired.is_empty() { full } else { TableError::Retired });
        };
        // Two rows of one fingerprint in one pair of buckets could not be told apart.
        let twin = self.slots.matching(place).next().is_some();
        let path = if twin { None } else { self.slots.path(place) };
        let spare = self.stash.iter().position(Option::is_none);
        let mut write = Write::of(Table::Entry, entry, &[key, action].concat());
        write.clear = true;
        let at = match (path, spare) {
            (Some((moves, slot)), _) => {
                self.walk(&moves, out);
                self.slots.set(slot, Some((place.fingerprint, entry)));
                write.place = Some((slot, place.fingerprint));
                out.push(write);
                At::Slot(slot)
            }
            (None, Some(spare)) => {
                out.push(write);
                self.stash[spare] = Some(entry);
                out.push(stash_write(spare, Some((entry, &key))));
                At::Stash(spare)
            }
            (None, None) => return Err(full),
        };
        self.free.pop();
        self.entries[entry as usize] = Some(Row { key, action, at });
        Ok(entry)
    }

    /// Changes what is done with a row's packets: one write, at once; its counters go on.
    pub fn update(
        &mut self,
        key: &Key,
        action: &Action,
        out: &mut Vec<Write>,
    ) -> Result<u32, TableError> {
        let entry = self.find(key).ok_or(TableError::Missing)?;
        let Some(row) = &mut self.entries[entry as usize] else { return Err(TableError::Missing) };
        row.action = action.pack();
        out.push(Write::of(Table::Entry, entry, &[row.key, row.action].concat()));
        Ok(entry)
    }

    /// Takes a row out; its entry waits for a fence.
    pub fn remove(&mut self, key: &Key, out: &mut Vec<Write>) -> Result<u32, TableError> {
        let entry = self.find(key).ok_or(TableError::Missing)?;
        let row = self.entries[entry as usize].take().ok_or(TableError::Missing)?;
        match row.at {
            At::Slot(slot) => {
                self.slots.set(slot, None);
                out.push(slot_write(slot, Slot::default()));
            }
            At::Stash(row) => {
                self.stash[row] = None;
                out.push(stash_write(row, None));
            }
        }
        self.retired.push(entry);
        self.unstash(out);
        Ok(entry)
    }

    /// Moves rows out of the stash that now have a place in the buckets.
    fn unstash(&mut self, out: &mut Vec<Write>) {
        for spare in 0..STASH_ROWS {
            let Some(entry) = self.stash[spare] else { continue };
            let Some(row) = &self.entries[entry as usize] else { continue };
            let place = self.place(&row.key);
            if self.slots.matching(place).next().is_some() {
                continue;
            }
            let Some((mut moves, slot)) = self.slots.path(place) else { continue };
            moves.push((slot, Slot { valid: true, fingerprint: place.fingerprint, entry }));
            self.walk(&moves, out);
            self.stash[spare] = None;
            out.push(stash_write(spare, None));
        }
    }

    /// Executes a chain of moves.
    fn walk(&mut self, moves: &[(u32, Slot)], out: &mut Vec<Write>) {
        for (slot, content) in moves {
            self.slots.set(*slot, Some((content.fingerprint, content.entry)));
            if let Some(row) = &mut self.entries[content.entry as usize] {
                row.at = At::Slot(*slot);
            }
            out.push(slot_write(*slot, *content));
        }
    }

    fn place(&self, key: &[u8; 16]) -> Place {
        place(self.hasher.hash(key), self.capacity)
    }

    fn find_packed(&self, key: &[u8; 16], place: Place) -> Option<u32> {
        let entries = self.stash.iter().flatten().copied().chain(self.slots.matching(place));
        let has = |entry: &u32| self.entries[*entry as usize].is_some_and(|row| row.key == *key);
        entries.into_iter().find(has)
    }
}

fn slot_write(slot: u32, content: Slot) -> Write {
    Write::of(Table::Slot, slot, &content.pack())
}

fn stash_write(row: usize, content: Option<(u32, &[u8; 16])>) -> Write {
    let content = content.map_or(StashRow::default(), |(entry, key)| {
        let (low, high) = key.split_at(8);
        let word =
            |half: &[u8]| half.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        StashRow { valid: true, entry, key_low: word(low), key_high: word(high), reserved: 0 }
    });
    Write::of(Table::Stash, row as u32, &content.pack())
}
