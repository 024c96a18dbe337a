//! The driver fills the table to 95 % and goes on replacing rows while every clock has a lookup: no
//! live row is ever missing. Rows that move are asked for in turn until they have moved, so that one
//! that is away for as long as a WRITE takes is seen to be.

use std::collections::{HashMap, VecDeque};

use driver::table::{FlowTable, Write};
use rand::Rng;
use spec::limits::CAPACITY_2K;
use spec::table::{Action, Key, Slot, Table};
use tests::command::Request;

use super::bench::{Bench, Found, Question, Random};

/// What becomes of a change's WRITEs on their way.
type Plant = fn(&mut Vec<Write>);

struct Filling {
    bench: Bench,
    table: FlowTable,
    plant: Plant,
    /// WRITEs sent, and those that the lookups have seen.
    sent: u64,
    seen: u64,
    /// Rows that are there from the WRITE with this number on, the oldest first.
    coming: VecDeque<(u64, u32, Key, Action)>,
    live: HashMap<Key, (u32, Action)>,
    keys: Vec<Key>,
    /// Rows of which a slot is being written, and the last WRITE of that.
    moving: VecDeque<(u64, Key)>,
    moves: u64,
    probes: u64,
    missing: u64,
}

fn request(write: &Write) -> Request {
    let mut request = Request::write(write.table, write.index, &write.data);
    request.header.clear = write.clear;
    match write.place {
        Some((slot, fingerprint)) => request.place(slot, fingerprint),
        None => request,
    }
}

impl Filling {
    fn new(seed: u64, idle: u32, plant: Plant) -> Self {
        println!("seed {seed}, commands idle {idle} %");
        let mut bench = Bench::new(seed);
        bench.idle = idle;
        bench.execute(Request::fence());
        Self {
            table: FlowTable::new(CAPACITY_2K, &bench.secret),
            bench,
            plant,
            sent: 0,
            seen: 0,
            coming: VecDeque::new(),
            live: HashMap::new(),
            keys: vec![],
            moving: VecDeque::new(),
            moves: 0,
            probes: 0,
            missing: 0,
        }
    }

    fn insert(&mut self) {
        let (key, action) = (Key::random(&mut self.bench.rng), Action::random(&mut self.bench.rng));
        let mut writes = vec![];
        let entry = self.table.insert(&key, &action, &mut writes).expect("room");
        self.send(writes);
        self.coming.push_back((self.sent, entry, key, action));
        self.run();
    }

    /// Takes a random row out, and lets its entry be used again when no lookup can still have it.
    fn remove(&mut self) {
        let at = self.bench.rng.random_range(0..self.keys.len());
        let key = self.keys.swap_remove(at);
        self.live.remove(&key);
        let mut writes = vec![];
        self.table.remove(&key, &mut writes).expect("a row");
        self.send(writes);
        self.run();
        self.bench.push(&Request::fence().tag(7));
        while self.bench.answer().is_none_or(|answer| answer.header.tag != 7) {
            self.clock();
        }
        let retired = self.table.retire();
        self.table.release(retired);
    }

    fn send(&mut self, mut writes: Vec<Write>) {
        (self.plant)(&mut writes);
        for write in writes.iter().filter(|write| write.table == Table::Slot) {
            let slot = Slot::unpack(&write.data);
            let row = self.table.row(slot.entry).filter(|_| slot.valid);
            if let Some((key, _)) = row.filter(|(key, _)| self.live.contains_key(key)) {
                self.moving.push_back((self.sent + writes.len() as u64, key));
                self.moves += 1;
            }
        }
        for write in &writes {
            self.bench.push(&request(write));
        }
        self.sent += writes.len() as u64;
    }

    /// Until all WRITEs are executed.
    fn run(&mut self) {
        while self.seen < self.sent {
            self.clock();
        }
    }

    fn clock(&mut self) {
        // Those that move, one after the other; else any.
        let key = match self.moving.pop_front() {
            Some(moving) => {
                self.moving.push_back(moving);
                moving.1
            }
            None if self.keys.is_empty() => Key::default(),
            None => self.keys[self.bench.rng.random_range(0..self.keys.len())],
        };
        if let Some(found) = self.bench.clock(Some(Question::Key(key))) {
            self.check(&found);
        }
    }

    fn check(&mut self, found: &Found) {
        self.seen += u64::from(found.generation.wrapping_sub(self.seen as u16));
        while let Some((_, entry, key, action)) = self.coming.pop_front_if(|row| row.0 <= self.seen)
        {
            self.live.insert(key, (entry, action));
            self.keys.push(key);
        }
        self.moving.retain(|row| row.0 > self.seen);
        if let Question::Key(key) = found.question
            && let Some(row) = self.live.get(&key)
        {
            self.probes += 1;
            self.missing += u64::from(found.hit.as_ref() != Some(row));
        }
    }
}

/// Probes of live rows, those that missed, and moves.
fn fill(seed: u64, idle: u32, replaced: usize, plant: Plant) -> (u64, u64, u64) {
    let mut filling = Filling::new(seed, idle, plant);
    while filling.table.len() < CAPACITY_2K.rows() * 95 / 100 {
        filling.insert();
    }
    for _ in 0..replaced {
        filling.remove();
        filling.insert();
    }
    let Filling { table, moves, probes, missing, .. } = filling;
    let rows = (table.len(), table.stashed());
    println!("{rows:?} rows and stashed, {moves} moves, {probes} probes, {missing} missing");
    (probes, missing, moves)
}

#[test]
fn no_live_row_is_missing_at_any_clock() {
    for (seed, idle) in [(61, 0), (62, 30)] {
        let (probes, missing, moves) = fill(seed, idle, 500, |_| ());
        assert_eq!(missing, 0);
        assert!(probes > 10_000 && moves > 100, "{probes} probes, {moves} moves");
    }
}

/// The same with WRITEs in the wrong order: rows are overwritten before they are copied away.
#[test]
fn a_row_that_is_away_for_a_write_is_missed() {
    let (_, missing, moves) = fill(63, 0, 100, |writes| writes.reverse());
    assert!(missing > moves / 2, "{missing} misses in {moves} moves");
}
