//! Where rows stand: a plain cuckoo hash table that says which WRITEs bring the hardware along.

use std::collections::{HashMap, HashSet, VecDeque};

use spec::hash::{Place, hash, place, slot_index};
use spec::limits::{BANKS, BUCKET_SLOTS, Capacity, STASH_ROWS};
use spec::table::{Action, Key, Slot, StashRow, Table};

use crate::command::Request;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Slot(u32),
    Stash(u32),
}

/// The rows of a table of `capacity` under `secret`.
pub struct Cuckoo {
    capacity: Capacity,
    secret: [u8; 16],
    /// The entry of each slot.
    slots: Vec<Option<u32>>,
    stash: [Option<u32>; STASH_ROWS],
    /// Key, place and spot of each entry.
    rows: HashMap<u32, (Key, Place, Spot)>,
    /// Places of all rows in slots: no two are equal.
    places: HashSet<(u32, u32)>,
    free: Vec<u32>,
}

impl Cuckoo {
    /// An empty table.
    pub fn new(capacity: Capacity, secret: [u8; 16]) -> Self {
        let rows = capacity.rows() as u32;
        Self {
            capacity,
            secret,
            slots: vec![None; capacity.rows()],
            stash: [None; STASH_ROWS],
            rows: HashMap::new(),
            places: HashSet::new(),
            free: (0..rows).rev().collect(),
        }
    }

    /// Rows in all, and those in the stash.
    pub fn load(&self) -> (usize, usize) {
        (self.rows.len(), self.stash.iter().flatten().count())
    }

    /// Adds a row: its entry, and the WRITEs. `None`: there is no room.
    pub fn insert(&mut self, key: Key, action: Action) -> Option<(u32, Vec<Request>)> {
        self.add(key, action, false)
    }

    /// The same with its row in the stash, whether the buckets have room or not.
    pub fn insert_stashed(&mut self, key: Key, action: Action) -> Option<(u32, Vec<Request>)> {
        self.add(key, action, true)
    }

    fn add(&mut self, key: Key, action: Action, stash: bool) -> Option<(u32, Vec<Request>)> {
        let place = place(hash(&key.pack(), &self.secret), self.capacity);
        let entry = *self.free.last()?;
        let write = Request::write_entry(entry, &key, &action).clear();
        let mut writes = vec![];
        let alone = !stash && self.places.insert((place.fingerprint, place.buckets[0]));
        let slot = if alone { self.make_room(&place, &mut writes) } else { None };
        let spot = if let Some(slot) = slot {
            self.slots[slot as usize] = Some(entry);
            writes.push(write.place(slot, place.fingerprint));
            Spot::Slot(slot)
        } else {
            if alone {
                self.places.remove(&(place.fingerprint, place.buckets[0]));
            }
            let row = self.stash.iter().position(Option::is_none)? as u32;
            self.stash[row as usize] = Some(entry);
            writes.extend([write, write_stash(row, Some((entry, key)))]);
            Spot::Stash(row)
        };
        self.free.pop();
        self.rows.insert(entry, (key, place, spot));
        Some((entry, writes))
    }

    /// Takes a row away. Its entry is free at once: FENCE before it is written again.
    pub fn remove(&mut self, entry: u32) -> Vec<Request> {
        let (_, place, spot) = self.rows.remove(&entry).expect("a row");
        self.free.insert(0, entry);
        vec![match spot {
            Spot::Slot(slot) => {
                self.places.remove(&(place.fingerprint, place.buckets[0]));
                self.slots[slot as usize] = None;
                self.write_slot(slot, None)
            }
            Spot::Stash(row) => {
                self.stash[row as usize] = None;
                write_stash(row, None)
            }
        }]
    }

    /// Moves a row from its slot to a free one in its other bucket, if there is one.
    pub fn nudge(&mut self, entry: u32) -> Option<Vec<Request>> {
        let (_, place, spot) = self.rows[&entry];
        let Spot::Slot(from) = spot else { return None };
        let bank = from as usize / (self.slots.len() / BANKS);
        let to = self.free_slot(&place, 1 - bank)?;
        let mut writes = vec![];
        self.shift(from, to, &mut writes);
        Some(writes)
    }

    fn bucket(&self, place: &Place, bank: usize) -> [u32; BUCKET_SLOTS] {
        std::array::from_fn(|slot| slot_index(self.capacity, bank, place.buckets[bank], slot))
    }

    fn free_slot(&self, place: &Place, bank: usize) -> Option<u32> {
        self.bucket(place, bank).into_iter().find(|slot| self.slots[*slot as usize].is_none())
    }

    /// A free slot for a place, after moves if need be: the shortest chain of them.
    fn make_room(&mut self, place: &Place, writes: &mut Vec<Request>) -> Option<u32> {
        let roots: Vec<u32> = (0..BANKS).flat_map(|bank| self.bucket(place, bank)).collect();
        let mut parent: HashMap<u32, u32> = roots.iter().map(|slot| (*slot, *slot)).collect();
        let mut queue: VecDeque<u32> = roots.into();
        while let Some(slot) = queue.pop_front() {
            let Some(entry) = self.slots[slot as usize] else {
                let mut hole = slot;
                while parent[&hole] != hole {
                    self.shift(parent[&hole], hole, writes);
                    hole = parent[&hole];
                }
                return Some(hole);
            };
            let bank = slot as usize / (self.slots.len() / BANKS);
            for next in self.bucket(&self.rows[&entry].1, 1 - bank) {
                if let std::collections::hash_map::Entry::Vacant(vacant) = parent.entry(next) {
                    vacant.insert(slot);
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// Moves a row: the new slot first, then the old one is cleared.
    fn shift(&mut self, from: u32, to: u32, writes: &mut Vec<Request>) {
        let entry = self.slots[from as usize].take().expect("a row");
        assert_eq!(self.slots[to as usize].replace(entry), None);
        let row = self.rows.get_mut(&entry).expect("a row");
        row.2 = Spot::Slot(to);
        let fingerprint = row.1.fingerprint;
        writes.push(self.write_slot(to, Some((entry, fingerprint))));
        writes.push(self.write_slot(from, None));
    }

    fn write_slot(&self, slot: u32, row: Option<(u32, u32)>) -> Request {
        let row = row.map_or(Slot::default(), |(entry, fingerprint)| Slot {
            valid: true,
            fingerprint,
            entry,
        });
        Request::write(Table::Slot, slot, &row.pack())
    }
}

fn write_stash(index: u32, row: Option<(u32, Key)>) -> Request {
    let row = row.map_or(StashRow::default(), |(entry, key)| {
        let key = u128::from_le_bytes(key.pack());
        let (key_low, key_high) = (key as u64, (key >> 64) as u64);
        StashRow { valid: true, entry, reserved: 0, key_low, key_high }
    });
    Request::write(Table::Stash, index, &row.pack())
}
