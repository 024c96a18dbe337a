//! A shadow made from what a device holds, after the driver was started anew.

use spec::limits::{Capacity, STASH_ROWS};
use spec::table::{Action, Key, Slot, StashRow};

use super::{At, FlowTable, Row, Write, slot_write, stash_write};

/// What was read from a device.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Every slot.
    pub slots: Vec<Slot>,
    /// Every row of the stash.
    pub stash: Vec<StashRow>,
    /// Every entry: a packed key and a packed action.
    pub entries: Vec<([u8; Key::LEN], [u8; Action::LEN])>,
}

/// Why a device's table cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Not as many rows as the device says it has.
    #[error("the image is not that of a table of {0} rows")]
    Size(usize),
    /// A slot is not where its key's hash says: the secret is another.
    #[error("slot {0} does not hold the row that it names: the hash secret is another")]
    Slot(u32),
    /// A row of the stash has another key than its entry.
    #[error("stash row {0} does not hold the key of its entry")]
    Stash(usize),
}

impl FlowTable {
    /// The table that `image` shows, and the writes that complete what a driver which died in
    /// mid-change left: a row in two places keeps one.
    pub fn restore(
        capacity: Capacity,
        secret: &[u8; 16],
        image: &Image,
    ) -> Result<(Self, Vec<Write>), RestoreError> {
        let (mut table, mut writes) = (Self::new(capacity, secret), Vec::new());
        let rows = capacity.rows();
        if image.slots.len() != rows
            || image.entries.len() != rows
            || image.stash.len() != STASH_ROWS
        {
            return Err(RestoreError::Size(rows));
        }
        for (slot, content) in image.slots.iter().enumerate().filter(|slot| slot.1.valid) {
            let (number, entry) = (slot as u32, content.entry);
            let wrong = RestoreError::Slot(number);
            let (key, action) = *image.entries.get(entry as usize).ok_or(wrong)?;
            let place = table.place(&key);
            if place.fingerprint != content.fingerprint
                || !table.slots.places(place).contains(&number)
            {
                return Err(wrong);
            }
            if table.entries[entry as usize].is_some() {
                writes.push(slot_write(number, Slot::default())); // moved, not yet overwritten
                continue;
            }
            table.slots.set(number, Some((content.fingerprint, entry)));
            table.entries[entry as usize] = Some(Row { key, action, at: At::Slot(number) });
        }
        for (number, content) in image.stash.iter().enumerate().filter(|row| row.1.valid) {
            let wrong = RestoreError::Stash(number);
            let entry = content.entry as usize;
            let (key, action) = *image.entries.get(entry).ok_or(wrong)?;
            if [content.key_low.to_le_bytes(), content.key_high.to_le_bytes()].concat() != key {
                return Err(wrong);
            }
            if table.entries[entry].is_some() {
                writes.push(stash_write(number, None)); // has a slot, was not yet cleared here
                continue;
            }
            table.stash[number] = Some(content.entry);
            table.entries[entry] = Some(Row { key, action, at: At::Stash(number) });
        }
        let unused = |entry: &u32| table.entries[*entry as usize].is_none();
        table.free = (0..rows as u32).rev().filter(unused).collect();
        Ok((table, writes))
    }
}
