//! Random changes of the flow table, executed write by write on a table of their own: after every
//! single write each live row is found, and no key finds two.

use std::collections::HashMap;

use driver::table::{FlowTable, Image, TableError, Write};
use proptest::prelude::*;
use spec::hash::{Place, hash, place, slot_index};
use spec::limits::{BUCKET_SLOTS, CAPACITY_2K, Capacity, STASH_ROWS};
use spec::table::{Action, Key, Slot, StashRow, Table};

const SMALL: Capacity = Capacity { rows_log2: 6 };

/// The device's memories, and the look-up as the hardware does it.
struct Device {
    capacity: Capacity,
    secret: [u8; 16],
    image: Image,
    places: HashMap<[u8; 16], Place>,
}

impl Device {
    fn new(capacity: Capacity, secret: [u8; 16]) -> Self {
        let image = Image {
            slots: vec![Slot::default(); capacity.rows()],
            stash: vec![StashRow::default(); STASH_ROWS],
            entries: vec![([0; 16], [0; 16]); capacity.rows()],
        };
        Self { capacity, secret, image, places: HashMap::new() }
    }

    fn execute(&mut self, write: &Write) {
        let (index, data) = (write.index as usize, &write.data);
        match write.table {
            Table::Entry => {
                let (key, action) = data.split_at(16);
                self.image.entries[index] = (key.try_into().unwrap(), action.try_into().unwrap());
                if let Some((slot, fingerprint)) = write.place {
                    let entry = write.index;
                    self.image.slots[slot as usize] = Slot { valid: true, fingerprint, entry };
                }
            }
            Table::Slot => self.image.slots[index] = Slot::unpack(data),
            Table::Stash => self.image.stash[index] = StashRow::unpack(data),
            table => panic!("the flow table writes {table:?}"),
        }
    }

    fn lookup(&mut self, key: &[u8; 16]) -> Option<(u32, [u8; 16])> {
        let (capacity, secret) = (self.capacity, self.secret);
        let image = &self.image;
        let entry = |entry: u32| (entry, image.entries[entry as usize].1);
        let stashed = image.stash.iter().find(|row| {
            row.valid && [row.key_low.to_le_bytes(), row.key_high.to_le_bytes()].concat() == key[..]
        });
        if let Some(row) = stashed {
            return Some(entry(row.entry));
        }
        let place = self.places.entry(*key).or_insert_with(|| place(hash(key, &secret), capacity));
        let mut matching = None;
        for (bank, bucket) in place.buckets.into_iter().enumerate() {
            for slot in 0..BUCKET_SLOTS {
                let slot = image.slots[slot_index(capacity, bank, bucket, slot) as usize];
                if slot.valid && slot.fingerprint == place.fingerprint {
                    assert!(matching.is_none_or(|m| m == slot.entry), "two rows match {key:?}");
                    matching = Some(slot.entry);
                }
            }
        }
        let found = matching?;
        (image.entries[found as usize].0 == *key).then(|| entry(found))
    }
}

/// A table, its device, and the rows that must be found.
struct Bench {
    table: FlowTable,
    device: Device,
    live: Vec<(Key, Action, u32)>,
    writes: usize,
}

impl Bench {
    fn new(capacity: Capacity, secret: [u8; 16]) -> Self {
        let (table, device) = (FlowTable::new(capacity, &secret), Device::new(capacity, secret));
        Self { table, device, live: Vec::new(), writes: 0 }
    }

    /// Executes writes one by one; after each, every live row is there.
    fn execute(&mut self, writes: &[Write]) {
        for write in writes {
            self.device.execute(write);
            self.writes += 1;
            self.check();
        }
    }

    fn check(&mut self) {
        for (key, action, entry) in &self.live {
            let found = self.device.lookup(&key.pack());
            assert_eq!(found, Some((*entry, action.pack())), "after write {}", self.writes);
        }
    }

    fn insert(&mut self, key: Key, action: Action) -> Result<u32, TableError> {
        let mut writes = Vec::new();
        let result = self.table.insert(&key, &action, &mut writes);
        assert!(result.is_ok() || writes.is_empty(), "a refused row has written");
        self.execute(&writes);
        if let Ok(entry) = result {
            self.live.push((key, action, entry));
            self.check();
        }
        result
    }

    fn remove(&mut self, index: usize) {
        let (key, ..) = self.live.swap_remove(index);
        let mut writes = Vec::new();
        self.table.remove(&key, &mut writes).unwrap();
        self.execute(&writes);
        assert_eq!(self.device.lookup(&key.pack()), None);
        if self.table.free() < 8 {
            let retired = self.table.retire();
            self.table.release(retired);
        }
    }

    fn update(&mut self, index: usize, action: Action) {
        let mut writes = Vec::new();
        self.live[index].1 = action;
        self.table.update(&self.live[index].0, &action, &mut writes).unwrap();
        self.execute(&writes);
    }

    /// What a driver finds that is started anew.
    fn restored(&self) -> (FlowTable, Vec<Write>) {
        FlowTable::restore(self.device.capacity, &self.device.secret, &self.device.image).unwrap()
    }
}

fn key(number: u64) -> Key {
    let mix = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Key {
        kind: 1,
        address: (mix >> 32) as u32,
        local: mix as u8 & 31,
        peer_port: (mix >> 8) as u16,
        local_port: 1701,
        discriminator: number as u32,
        ..Key::default()
    }
}

fn action(number: u64) -> Action {
    Action { server: number as u8, discriminator: number as u32, ..Action::default() }
}

#[test]
fn ninety_five_percent_fit() {
    for seed in 0u64..4 {
        println!("seed {seed}");
        let secret = (seed as u128 * 0x1234_5678_9abc_def1_0fed_cba9_8765_4321).to_le_bytes();
        let mut bench = Bench::new(CAPACITY_2K, secret);
        for number in 0..CAPACITY_2K.rows() as u64 * 95 / 100 {
            bench.insert(key(seed << 32 | number), action(number)).unwrap();
        }
        println!(
            "{} rows, {} stashed, {} writes",
            bench.live.len(),
            bench.table.stashed(),
            bench.writes
        );
    }
}

/// Rows of one fingerprint in one pair of buckets need the stash. Their number grows with the table:
/// the largest one decides how wide a fingerprint must be.
#[test]
fn ninety_five_percent_of_the_largest_table_fit() {
    let capacity = Capacity { rows_log2: spec::hash::BUCKET_BITS_MAX + 3 };
    for seed in 0u64..3 {
        let secret = (seed as u128 * 0x1234_5678_9abc_def1_0fed_cba9_8765_4321).to_le_bytes();
        let (mut table, mut writes) = (FlowTable::new(capacity, &secret), Vec::new());
        for number in 0..capacity.rows() as u64 * 95 / 100 {
            table.insert(&key(seed << 32 | number), &action(number), &mut writes).unwrap();
            writes.clear();
        }
        println!("seed {seed}: {} rows, {} stashed", table.len(), table.stashed());
        assert!(table.stashed() <= STASH_ROWS / 2, "little is left for bad luck");
    }
}

#[derive(Clone, Debug)]
enum Change {
    Insert(u16),
    Remove(u16),
    Update(u16, u16),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        5 => (0..200u16).prop_map(Change::Insert),
        3 => any::<u16>().prop_map(Change::Remove),
        1 => any::<(u16, u16)>().prop_map(|(row, action)| Change::Update(row, action)),
    ];
    prop::collection::vec(change, 0..400)
}

proptest! {
    #[test]
    fn no_live_row_is_missing_at_any_write(secret: [u8; 16], changes in changes()) {
        let mut bench = Bench::new(SMALL, secret);
        for change in changes {
            let count = bench.live.len();
            match change {
                Change::Insert(number) => {
                    let key = key(number.into());
                    let known = bench.live.iter().find(|row| row.0 == key).map(|row| row.2);
                    match (bench.insert(key, action(number.into())), known) {
                        (Err(TableError::Exists(entry)), Some(known)) => assert_eq!(entry, known),
                        (Ok(_), None) => {}
                        (Err(TableError::Full { rows, capacity }), None) => {
                            assert_eq!((rows, capacity), (count, 64));
                        }
                        (Err(TableError::Retired), None) => assert!(bench.table.retired() > 0),
                        (result, known) => panic!("{result:?} for {known:?}"),
                    }
                }
                Change::Remove(row) if count > 0 => bench.remove(usize::from(row) % count),
                Change::Update(row, number) if count > 0 => {
                    bench.update(usize::from(row) % count, action(number.into()));
                }
                _ => {}
            }
            assert_eq!(bench.table.len(), bench.live.len());
        }
    }

    /// A driver that dies after any write leaves a table that its successor takes over.
    #[test]
    fn a_table_is_restored_from_any_moment(secret: [u8; 16], count in 50..62u64, end in 0..12usize) {
        let mut bench = Bench::new(SMALL, secret);
        for number in 0..count {
            let _ = bench.insert(key(number), action(number));
        }
        let mut writes = Vec::new();
        let gone = bench.live.swap_remove(0).0;
        bench.table.remove(&gone, &mut writes).unwrap();
        let _ = bench.table.insert(&key(1000), &action(0), &mut writes);
        writes.truncate(end);
        bench.execute(&writes);
        let (table, repairs) = bench.restored();
        bench.execute(&repairs);
        for (key, action, entry) in &bench.live {
            assert_eq!(table.find(key), Some(*entry));
            assert_eq!(table.row(*entry), Some((*key, *action)));
        }
        bench.table = table;
        let (again, repairs) = bench.restored();
        assert!(repairs.is_empty() && again.len() == bench.table.len());
        while !bench.live.is_empty() {
            bench.remove(0);
        }
    }
}

#[test]
fn another_secret_is_noticed() {
    let mut bench = Bench::new(SMALL, [1; 16]);
    (0..40).for_each(|number| assert!(bench.insert(key(number), action(number)).is_ok()));
    assert!(FlowTable::restore(SMALL, &[2; 16], &bench.device.image).is_err());
}
