//! *match*: what packets are looked up in, with the hardware's rules.

use spec::hash::{Place, hash, place, slot_index};
use spec::limits::{
    BANKS, BUCKET_SLOTS, Capacity, LOCAL_ROWS, NEXT_HOP_ROWS, SERVICE_ROWS, STASH_ROWS,
};
use spec::table::{Action, Counters, Key, Local, NextHop, Service, Slot, StashRow};

/// What a lookup found: the action of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The entry's index.
    pub entry: u32,
    /// What it does.
    pub action: Action,
}

/// A row of the entry memory. An unwritten one has the key zero, which no packet has.
#[derive(Clone, Default)]
pub(crate) struct Entry {
    pub key: Key,
    pub action: Action,
    pub counters: Counters,
    pub written: bool,
}

/// All tables of a device, and the secret of their hash.
///
/// A lookup compares the key with the stash first, then the fingerprint with the eight slots of the
/// key's two buckets; it reads the one entry that either names and compares the whole key with that
/// entry's. Several slots of a key's buckets with one fingerprint, or several stash rows with one
/// key, are a fault of the driver; the lowest row, bank and slot would win. So it is for equal rows
/// of the small tables.
#[derive(Clone)]
pub struct Tables {
    pub(crate) capacity: Capacity,
    pub(crate) entries: Vec<Entry>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) stash: [StashRow; STASH_ROWS],
    pub(crate) next_hops: [NextHop; NEXT_HOP_ROWS],
    pub(crate) locals: [Local; LOCAL_ROWS],
    pub(crate) services: [Service; SERVICE_ROWS],
    /// What the hash is keyed with: registers `SECRET`, lowest byte first.
    pub secret: [u8; 16],
    /// WRITEs executed, modulo 65536.
    pub generation: u16,
}

impl Tables {
    /// Empty tables of the given depth.
    pub fn new(capacity: Capacity) -> Self {
        Self {
            capacity,
            entries: vec![Entry::default(); capacity.rows()],
            slots: vec![Slot::default(); capacity.rows()],
            stash: Default::default(),
            next_hops: [NextHop::default(); NEXT_HOP_ROWS],
            locals: Default::default(),
            services: Default::default(),
            secret: [0; 16],
            generation: 0,
        }
    }

    /// Entries, and slots.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// The entry that holds a key.
    pub fn lookup(&self, key: &Key) -> Option<Found> {
        let packed = key.pack();
        let bits = u128::from_le_bytes(packed);
        let row = self.stash.iter().find(|row| {
            row.valid && (u128::from(row.key_high) << 64 | u128::from(row.key_low)) == bits
        });
        let index = match row {
            Some(row) => row.entry,
            None => self.slot(place(hash(&packed, &self.secret), self.capacity))?.entry,
        };
        // A memory has as many address bits as it needs.
        let index = index & (self.capacity.rows() as u32 - 1);
        let entry = &self.entries[index as usize];
        (entry.key == *key).then_some(Found { entry: index, action: entry.action })
    }

    /// The valid slot with the place's fingerprint.
    fn slot(&self, place: Place) -> Option<&Slot> {
        (0..BANKS)
            .flat_map(|bank| (0..BUCKET_SLOTS).map(move |slot| (bank, slot)))
            .map(|(bank, slot)| {
                &self.slots[slot_index(self.capacity, bank, place.buckets[bank], slot) as usize]
            })
            .find(|slot| slot.valid && slot.fingerprint == place.fingerprint)
    }

    /// An entry by its index, if it was ever written: for injected frames.
    pub fn direct(&self, index: u32) -> Option<Found> {
        let entry = self.entries.get(index as usize)?;
        entry.written.then_some(Found { entry: index, action: entry.action })
    }

    /// The row of an address that is local at a port: VIPs at 0, servers at 1.
    pub fn local(&self, port: u8, address: u32) -> Option<u8> {
        let found = |row: &Local| row.valid && row.port == port && row.address == address;
        self.locals.iter().position(found).map(|index| index as u8)
    }

    /// The kind of a service, as its code.
    pub fn service(&self, local: u8, protocol: u8, port: u16) -> Option<u8> {
        let found = |row: &&Service| {
            row.valid && row.local == local && row.protocol == protocol && row.port == port
        };
        self.services.iter().find(found).map(|row| row.kind)
    }

    /// The address of a local row, in use or not; 0 beyond the table.
    pub fn address(&self, index: u8) -> u32 {
        self.locals.get(usize::from(index)).map_or(0, |row| row.address)
    }

    /// A next hop, if its row is in use.
    pub fn next_hop(&self, index: u8) -> Option<&NextHop> {
        self.next_hops.get(usize::from(index)).filter(|row| row.valid)
    }

    /// Counts a frame that an entry forwards.
    pub fn count(&mut self, entry: u32, bytes: u16, now: u32) {
        if let Some(entry) = self.entries.get_mut(entry as usize) {
            let counters = &mut entry.counters;
            counters.packets = (counters.packets + 1) & ((1 << 40) - 1);
            counters.bytes = (counters.bytes + u64::from(bytes)) & ((1 << 48) - 1);
            counters.last_seen = now;
        }
    }
}
