//! Lookup rules, counters and commands.

use super::common::*;
use model::Tables;
use spec::command::{COMMAND, COMPLETION, Command, Completion, DATA, Opcode, Status};
use spec::hash::{hash, place, slot_index};
use spec::limits::{CAPACITY_2K, STASH_ROWS};
use spec::table::{Action, Counters, Key, Slot, StashRow, Table};

fn run(tables: &mut Tables, header: Command, data: &[u8]) -> Vec<[u8; COMPLETION]> {
    let mut completions = Vec::new();
    tables.execute(&command(header, data), 1234, |completion| completions.push(completion));
    completions
}

fn header(opcode: Opcode, table: Table, index: u32) -> Command {
    Command { opcode: opcode as u8, table: table as u8, index, tag: 0xbeef, ..Command::default() }
}

fn write_row(tables: &mut Tables, table: Table, index: u32, data: &[u8]) {
    assert!(run(tables, header(Opcode::Write, table, index), data).is_empty());
}

fn entry(tables: &mut Tables, index: u32, key: &Key) {
    let action = Action { server: index as u8, ..Action::default() };
    write_row(tables, Table::Entry, index, &[key.pack(), action.pack()].concat());
}

fn key(n: u32) -> Key {
    Key { kind: 1, address: n, local: 1, ..Key::default() }
}

fn found(tables: &Tables, key: &Key) -> Option<u32> {
    tables.lookup(key).map(|found| found.entry)
}

#[test]
fn a_key_is_found_in_any_slot_of_its_buckets_and_nowhere_else() {
    let mut tables = Tables::new(CAPACITY_2K);
    tables.secret = [0x5a; 16];
    let key = key(77);
    let place = place(hash(&key.pack(), &tables.secret), CAPACITY_2K);
    entry(&mut tables, 5, &key);
    let slot = Slot { valid: true, fingerprint: place.fingerprint, entry: 5 };
    let mut hits = 0;
    for index in 0..2048 {
        write_row(&mut tables, Table::Slot, index, &slot.pack());
        let mine =
            (0..8).any(|n| slot_index(CAPACITY_2K, n / 4, place.buckets[n / 4], n % 4) == index);
        assert_eq!(found(&tables, &key), mine.then_some(5));
        hits += u32::from(mine);
        let other = Slot { fingerprint: place.fingerprint ^ 1, ..slot };
        write_row(&mut tables, Table::Slot, index, &other.pack());
        assert_eq!(found(&tables, &key), None, "another fingerprint");
        write_row(&mut tables, Table::Slot, index, &Slot { valid: false, ..slot }.pack());
        assert_eq!(found(&tables, &key), None, "not in use");
    }
    assert_eq!(hits, 8);
}

#[test]
fn the_whole_key_is_compared() {
    let mut tables = Tables::new(CAPACITY_2K);
    let key = key(1);
    let place = place(hash(&key.pack(), &tables.secret), CAPACITY_2K);
    let slot = Slot { valid: true, fingerprint: place.fingerprint, entry: 9 };
    let index = slot_index(CAPACITY_2K, 0, place.buckets[0], 0);
    write_row(&mut tables, Table::Slot, index, &slot.pack());
    assert_eq!(found(&tables, &key), None, "the entry was never written");
    for other in [Key { discriminator: 1, ..key }, Key { kind: 2, ..key }, Key { peer: 1, ..key }] {
        entry(&mut tables, 9, &other);
        assert_eq!(found(&tables, &key), None);
    }
    entry(&mut tables, 9, &key);
    assert_eq!(found(&tables, &key), Some(9));
}

#[test]
fn the_stash_wins() {
    let mut tables = Tables::new(CAPACITY_2K);
    let key = key(3);
    let bits = u128::from_le_bytes(key.pack());
    let place = place(hash(&key.pack(), &tables.secret), CAPACITY_2K);
    let slot = Slot { valid: true, fingerprint: place.fingerprint, entry: 1 };
    let index = slot_index(CAPACITY_2K, 0, place.buckets[0], 0);
    write_row(&mut tables, Table::Slot, index, &slot.pack());
    entry(&mut tables, 1, &key);
    entry(&mut tables, 2, &key);
    for row in 0..STASH_ROWS as u32 {
        let (key_low, key_high) = (bits as u64, (bits >> 64) as u64);
        let stash = StashRow { valid: true, entry: 2, key_low, key_high, ..StashRow::default() };
        write_row(&mut tables, Table::Stash, row, &stash.pack());
        assert_eq!(found(&tables, &key), Some(2));
        let other = StashRow { key_high: key_high ^ 1, ..stash };
        write_row(&mut tables, Table::Stash, row, &other.pack());
        assert_eq!(found(&tables, &key), Some(1));
        write_row(&mut tables, Table::Stash, row, &StashRow { valid: false, ..stash }.pack());
        assert_eq!(found(&tables, &key), Some(1));
    }
}

#[test]
fn every_row_reads_as_it_was_written_byte_for_byte() {
    let mut tables = Tables::new(CAPACITY_2K);
    let sizes = [(Table::Entry, 2048, 32), (Table::Slot, 2048, 5), (Table::Stash, 8, 20)];
    let small = [(Table::NextHop, 64, 16), (Table::Local, 32, 8), (Table::Service, 16, 8)];
    for (table, rows, bytes) in sizes.into_iter().chain(small) {
        // The reserved bits of key and action (bits 121 to 127 and 246 to 255) are not kept; a slot
        // has 36 bits.
        let kept = move |i: u32| match (table, i) {
            (Table::Entry, 15) => 0x01,
            (Table::Entry, 30) => 0x3f,
            (Table::Entry, 31) => 0,
            (Table::Slot, 4) => 0x0f,
            _ => 0xff,
        };
        let row = move |index| (0..DATA as u32).map(move |i| (index * 7 + i * 13) as u8 & kept(i));
        for index in 0..rows {
            write_row(&mut tables, table, index, &row(index).collect::<Vec<_>>());
        }
        let read = Command { count: 0xffff, ..header(Opcode::Read, table, 1) };
        let completions = run(&mut tables, read, &[]);
        assert_eq!(completions.len(), rows as usize, "{table:?}: all but one, and the end");
        for (index, completion) in (1..).zip(&completions) {
            let head = Completion::unpack(completion);
            let last = index == rows;
            let status = if last { Status::BadIndex } else { Status::Done };
            let expected = Completion {
                status: status as u8,
                opcode: 2,
                tag: 0xbeef,
                index,
                table: table as u8,
                last,
                generation: tables.generation,
                now: 1234,
                ..Completion::default()
            };
            assert_eq!(head, expected);
            let data = &completion[Completion::LEN..][..DATA];
            let length = if last { 0 } else { bytes };
            assert!(data[..length].iter().copied().eq(row(index).take(length)), "{table:?}");
            assert!(data[length..].iter().all(|byte| *byte == 0));
        }
    }
    assert_eq!(tables.generation, (2 * 2048 + 8 + 64 + 32 + 16) as u16);
}

#[test]
fn an_entry_is_found_by_the_slot_that_is_placed_with_it() {
    let mut tables = Tables::new(CAPACITY_2K);
    let key = key(5);
    let place = place(hash(&key.pack(), &tables.secret), CAPACITY_2K);
    let slot = slot_index(CAPACITY_2K, 1, place.buckets[1], 2);
    let fingerprint = place.fingerprint;
    let write = Command { slot, fingerprint, ..header(Opcode::Write, Table::Entry, 6) };
    let row = [key.pack(), Action::default().pack()].concat();
    assert!(run(&mut tables, write, &row).is_empty());
    assert_eq!(found(&tables, &key), None, "not asked for");
    assert!(run(&mut tables, Command { place: true, ..write }, &row).is_empty());
    assert_eq!(found(&tables, &key), Some(6));
    assert_eq!(tables.generation, 2, "one WRITE each");
    // A slot that is not there: nothing is written.
    let beyond = Command { place: true, slot: 2048, index: 7, ..write };
    let completion = run(&mut tables, beyond, &row).remove(0);
    assert_eq!(Completion::unpack(&completion).status, Status::BadIndex as u8);
    let completion = run(&mut tables, header(Opcode::Read, Table::Entry, 7), &[]).remove(0);
    assert_eq!(completion[Completion::LEN..][..DATA], [0; DATA]);
    assert_eq!(tables.generation, 2);
}

#[test]
fn commands_fail_as_told() {
    let mut tables = Tables::new(CAPACITY_2K);
    let status = |tables: &mut Tables, header: Command| {
        let completions = run(tables, header, &[]);
        assert_eq!(completions.len(), 1);
        let completion = Completion::unpack(&completions[0]);
        assert!(completion.last && completion.tag == header.tag);
        Status::from_code(completion.status).unwrap()
    };
    let good = header(Opcode::Write, Table::Slot, 0);
    let notify = Command { notify: true, ..good };
    assert_eq!(status(&mut tables, notify), Status::Done);
    assert_eq!(tables.generation, 1);
    let bad = Command { opcode: 0, table: 9, index: u32::MAX, ..good };
    assert_eq!(status(&mut tables, bad), Status::BadOpcode);
    assert_eq!(status(&mut tables, Command { opcode: 1, ..bad }), Status::BadTable);
    assert_eq!(status(&mut tables, Command { opcode: 2, ..bad }), Status::BadTable);
    assert_eq!(status(&mut tables, Command { opcode: 3, ..bad }), Status::Done);
    assert_eq!(status(&mut tables, Command { table: 0, opcode: 1, ..bad }), Status::BadIndex);
    let read = Command { table: 5, opcode: 2, index: 16, count: 3, ..bad };
    assert_eq!(status(&mut tables, read), Status::BadIndex);
    assert_eq!(status(&mut tables, Command { index: 15, count: 0, ..read }), Status::Done);
    assert_eq!(tables.generation, 1);
    tables.execute(&[0xff; COMMAND], 0, |_| {});
}

#[test]
fn counters_count_wrap_and_are_cleared_on_demand() {
    let mut tables = Tables::new(CAPACITY_2K);
    entry(&mut tables, 4, &key(1));
    let counters = |tables: &mut Tables| {
        let completion = run(tables, header(Opcode::Read, Table::Entry, 4), &[]).remove(0);
        Counters::unpack(&completion[Completion::LEN + DATA..])
    };
    tables.count(4, 1500, 10);
    tables.count(4, 60, 12);
    let expected = Counters { packets: 2, bytes: 1560, last_seen: 12, ..Counters::default() };
    assert_eq!(counters(&mut tables), expected);
    entry(&mut tables, 4, &key(2));
    assert_eq!(counters(&mut tables), expected, "a write alone leaves them");
    let clear = Command { clear: true, ..header(Opcode::Write, Table::Entry, 4) };
    assert!(run(&mut tables, clear, &[]).is_empty());
    assert_eq!(counters(&mut tables), Counters { last_seen: 1234, ..Counters::default() });
}
