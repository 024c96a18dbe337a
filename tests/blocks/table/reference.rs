//! What entries, slots and stash mean, in plain Rust: written from `spec`, a WRITE at a time.

use spec::command::Command;
use spec::hash::{hash, place, slot_index};
use spec::limits::{BANKS, BUCKET_SLOTS, Capacity, STASH_ROWS};
use spec::table::{Action, Key, Slot, StashRow, Table};
use tests::command::Request;

use super::bench::Question;

pub struct Reference {
    capacity: Capacity,
    secret: [u8; 16],
    slots: Vec<Slot>,
    stash: [StashRow; STASH_ROWS],
    entries: Vec<Option<(Key, Action)>>,
}

impl Reference {
    pub fn new(capacity: Capacity, secret: [u8; 16]) -> Self {
        Self {
            capacity,
            secret,
            slots: vec![Slot::default(); capacity.rows()],
            stash: Default::default(),
            entries: vec![None; capacity.rows()],
        }
    }

    pub fn write(&mut self, request: &Request) {
        let index = request.header.index as usize;
        match Table::from_code(request.header.table).expect("a table") {
            Table::Entry => {
                let (key, action) = request.data.split_at(Key::LEN);
                self.entries[index] = Some((Key::unpack(key), Action::unpack(action)));
                let Command { place, slot, fingerprint, index: entry, .. } = request.header;
                if place {
                    self.slots[slot as usize] = Slot { valid: true, fingerprint, entry };
                }
            }
            Table::Slot => self.slots[index] = Slot::unpack(&request.data),
            Table::Stash => self.stash[index] = StashRow::unpack(&request.data),
            _ => {}
        }
    }

    /// The entry and action that a lookup finds.
    pub fn answer(&self, question: &Question) -> Option<(u32, Action)> {
        match question {
            Question::Entry(index) => {
                let (_, action) = self.entries.get(*index as usize).copied().flatten()?;
                Some((*index, action))
            }
            Question::Key(key) => {
                let entry = self.candidate(key)?;
                let (held, action) = self.entries.get(entry as usize).copied().flatten()?;
                (held == *key).then_some((entry, action))
            }
        }
    }

    /// The entry whose key is compared: that of the stash, else of the first slot that matches.
    fn candidate(&self, key: &Key) -> Option<u32> {
        let packed = u128::from_le_bytes(key.pack());
        let whole = |row: &&StashRow| {
            row.valid && u128::from(row.key_low) | u128::from(row.key_high) << 64 == packed
        };
        if let Some(row) = self.stash.iter().find(whole) {
            return Some(row.entry);
        }
        let place = place(hash(&key.pack(), &self.secret), self.capacity);
        (0..BANKS)
            .flat_map(|bank| (0..BUCKET_SLOTS).map(move |slot| (bank, slot)))
            .map(|(bank, slot)| slot_index(self.capacity, bank, place.buckets[bank], slot))
            .map(|slot| self.slots[slot as usize])
            .find(|slot| slot.valid && slot.fingerprint == place.fingerprint)
            .map(|slot| slot.entry)
    }
}
