//! The hardware and the model execute the same commands: every completion byte for byte, and what
//! lookups find afterwards.

use model::Tables;
use rand::Rng;
use spec::command::DATA;
use spec::hash::{hash, place, slot_index};
use spec::limits::{BUCKET_SLOTS, CAPACITY_2K};
use spec::table::{Action, Key, Slot, StashRow, Table};
use tests::command::{Answer, Request};

use super::bench::{Bench, Question, Random};

/// A table and a row, mostly one that is there.
fn place_of(bench: &mut Bench) -> (Table, u32) {
    let tables = Table::ALL;
    let table = tables[bench.rng.random_range(0..tables.len())].0;
    let index = match bench.rng.random_range(0..10) {
        0 => bench.rng.random(),
        1 => bench.rng.random_range(0..2100),
        _ => bench.rng.random_range(0..20),
    };
    (table, index)
}

/// A command of any kind. Reserved bits of rows are zero, and so is what follows a row, as told.
fn command(bench: &mut Bench, keys: &[Key]) -> Request {
    let (table, index) = place_of(bench);
    let mut request = match bench.rng.random_range(0..10) {
        0 => Request::fence(),
        1..4 => Request::read(table, index, bench.rng.random_range(0..6)),
        _ => {
            let key = keys[bench.rng.random_range(0..keys.len())];
            let mut data = [0; DATA];
            match table {
                Table::Entry => {
                    data[..16].copy_from_slice(&key.pack());
                    data[16..].copy_from_slice(&Action::random(&mut bench.rng).pack());
                }
                Table::Slot => bench.rng.fill(&mut data[..Slot::LEN]),
                Table::Stash => {
                    let bits = u128::from_le_bytes(key.pack());
                    let row = StashRow {
                        valid: bench.rng.random(),
                        entry: bench.rng.random_range(0..20),
                        key_low: bits as u64,
                        key_high: (bits >> 64) as u64,
                        ..StashRow::default()
                    };
                    data[..StashRow::LEN].copy_from_slice(&row.pack());
                }
                Table::NextHop => bench.rng.fill(&mut data[..16]),
                Table::Local | Table::Service => bench.rng.fill(&mut data[..8]),
            }
            Request::write(table, index, &data)
        }
    };
    let header = &mut request.header;
    header.tag = bench.rng.random();
    header.notify = bench.rng.random();
    header.clear = bench.rng.random();
    if bench.rng.random() {
        header.place = true;
        header.fingerprint = bench.rng.random::<u32>() >> 14;
        header.slot = match bench.rng.random_range(0..10) {
            0 => bench.rng.random::<u32>() >> 15,
            _ => bench.rng.random_range(0..40),
        };
    }
    if bench.rng.random_ratio(1, 20) {
        header.opcode = if bench.rng.random() { 0 } else { bench.rng.random_range(4..=u8::MAX) };
    }
    if bench.rng.random_ratio(1, 20) {
        // No table's: another's rows have other bytes that must be zero.
        header.table = bench.rng.random_range(Table::ALL.len() as u8..=u8::MAX);
    }
    request
}

#[test]
fn the_model_executes_every_command_as_the_hardware() {
    let seed = 41;
    println!("seed {seed}");
    let mut bench = Bench::new(seed);
    bench.stall = 30;
    let mut tables = Tables::new(CAPACITY_2K);
    tables.secret = bench.secret;
    let mut hits = 0;
    let keys: Vec<Key> = (0..40).map(|_| Key::random(&mut bench.rng)).collect();
    for _ in 0..40 {
        let requests: Vec<Request> = (0..100).map(|_| command(&mut bench, &keys)).collect();
        // Rows that lead from a key to its entry, so that lookups hit.
        let mut rows = Vec::new();
        for entry in 0..10 {
            let key = keys[bench.rng.random_range(0..keys.len())];
            let write = Request::write_entry(entry, &key, &Action::random(&mut bench.rng));
            let place = place(hash(&key.pack(), &bench.secret), CAPACITY_2K);
            let (bank, slot) =
                (bench.rng.random_range(0..2), bench.rng.random_range(0..BUCKET_SLOTS));
            let index = slot_index(CAPACITY_2K, bank, place.buckets[bank], slot);
            if bench.rng.random() {
                rows.push(write.place(index, place.fingerprint));
            } else {
                let row = Slot { valid: true, fingerprint: place.fingerprint, entry };
                rows.extend([write, Request::write(Table::Slot, index, &row.pack())]);
            }
        }
        let mut expected = Vec::new();
        for request in requests.iter().chain(&rows).chain([&Request::fence()]) {
            let bytes = request.bytes().try_into().expect("a command's length");
            tables.execute(&bytes, 0, |completion| expected.push(Answer::new(&completion)));
            bench.push(request);
        }
        for answer in expected {
            assert_eq!(bench.wait(), answer);
        }
        // Every key and every entry is asked for, in any order, while nothing changes.
        let mut questions: Vec<Question> = keys.iter().copied().map(Question::Key).collect();
        questions.extend((0..20).map(Question::Entry));
        for question in questions.into_iter().map(Some).chain([None; 64]) {
            let Some(found) = bench.clock(question) else { continue };
            let expected = match found.question {
                Question::Key(key) => tables.lookup(&key),
                Question::Entry(index) => tables.direct(index),
            };
            assert_eq!(found.hit, expected.map(|found| (found.entry, found.action)));
            hits += usize::from(matches!(found.question, Question::Key(_)) && found.hit.is_some());
        }
    }
    assert!(hits > 100, "only {hits} keys were found");
}
