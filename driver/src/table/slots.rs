//! The buckets' slots as the device has them, and the search for room by moving rows.

use std::collections::VecDeque;

use spec::hash::{Place, slot_index};
use spec::limits::{BANKS, BUCKET_SLOTS, Capacity};
use spec::table::Slot;

/// Which entry each slot names, and under which fingerprint.
pub struct Slots {
    capacity: Capacity,
    slots: Vec<Option<(u32, u32)>>,
    /// When the search last met a slot, by its number.
    seen: Vec<u32>,
    search: u32,
}

/// Slots to be rewritten in this order, each with what it is to hold, and the slot that has room
/// then: rows move, and never vanish.
pub type Path = (Vec<(u32, Slot)>, u32);

/// Slots that a search visits before it gives up.
const SEARCH: usize = 4096;

impl Slots {
    /// All empty.
    pub fn new(capacity: Capacity) -> Self {
        let rows = capacity.rows();
        Self { capacity, slots: vec![None; rows], seen: vec![0; rows], search: 0 }
    }

    /// The fingerprint and the entry in a slot.
    pub fn get(&self, slot: u32) -> Option<(u32, u32)> {
        self.slots[slot as usize]
    }

    /// Changes a slot.
    pub fn set(&mut self, slot: u32, content: Option<(u32, u32)>) {
        self.slots[slot as usize] = content;
    }

    /// The numbers of the slots where a row may stand.
    pub fn places(&self, place: Place) -> [u32; BANKS * BUCKET_SLOTS] {
        std::array::from_fn(|i| {
            let bank = i / BUCKET_SLOTS;
            slot_index(self.capacity, bank, place.buckets[bank], i % BUCKET_SLOTS)
        })
    }

    /// The entries in the row's buckets that have its fingerprint: one at most.
    pub fn matching(&self, place: Place) -> impl Iterator<Item = u32> {
        let slots = self.places(place).into_iter().filter_map(|slot| self.get(slot));
        slots.filter(move |content| content.0 == place.fingerprint).map(|content| content.1)
    }

    /// The slots of the other bucket where the row in `slot` may stand.
    fn others(&self, slot: u32, fingerprint: u32) -> impl Iterator<Item = u32> + use<> {
        let capacity = self.capacity;
        let (row, slots) = (slot as usize / BUCKET_SLOTS, BUCKET_SLOTS);
        let (bank, bucket) = (row / capacity.buckets(), row % capacity.buckets());
        let mask = capacity.buckets() as u32 - 1;
        let other = spec::hash::other_bucket(bucket as u32, fingerprint, mask);
        (0..slots).map(move |i| slot_index(capacity, 1 - bank, other, i))
    }

    /// How to make room for a row: the shortest chain of moves, the last move first. Nothing is
    /// changed yet.
    ///
    /// Each write puts a row where it may also stand, over an empty slot or over a row that was
    /// copied away just before, and so does the new row's own: at every moment each row is in one of
    /// its two buckets, or in both.
    pub fn path(&mut self, place: Place) -> Option<Path> {
        let first = self.places(place);
        // The emptier bucket first: full buckets are what makes searches long.
        let (low, high) = first.split_at(BUCKET_SLOTS);
        let used = |bucket: &[u32]| bucket.iter().filter(|slot| self.get(**slot).is_some()).count();
        let buckets = if used(low) <= used(high) { [low, high] } else { [high, low] };
        let empty = |slot: &&u32| self.get(**slot).is_none();
        if let Some(slot) = buckets.into_iter().flatten().find(empty) {
            return Some((vec![], *slot));
        }

        self.search = self.search.wrapping_add(1);
        // Slots that the search has reached, each with the one whose row would move there.
        let mut reached: Vec<(u32, Option<usize>)> = first.map(|slot| (slot, None)).to_vec();
        for slot in first {
            self.seen[slot as usize] = self.search;
        }
        let mut queue: VecDeque<usize> = (0..reached.len()).collect();
        while let Some(from) = queue.pop_front() {
            let slot = reached[from].0;
            let (fingerprint, _) = self.get(slot)?;
            for other in self.others(slot, fingerprint) {
                if self.get(other).is_none() {
                    return Some(self.moves(&reached, from, other));
                }
                if self.seen[other as usize] != self.search && reached.len() < SEARCH {
                    self.seen[other as usize] = self.search;
                    queue.push_back(reached.len());
                    reached.push((other, Some(from)));
                }
            }
        }
        None
    }

    /// A found chain, from the empty slot back to the one that becomes free.
    fn moves(&self, reached: &[(u32, Option<usize>)], from: usize, to: u32) -> Path {
        let (mut moves, mut to, mut from) = (vec![], to, Some(from));
        while let Some(at) = from {
            let (slot, before) = reached[at];
            if let Some((fingerprint, entry)) = self.get(slot) {
                moves.push((to, Slot { valid: true, fingerprint, entry }));
            }
            (to, from) = (slot, before);
        }
        (moves, to)
    }
}
