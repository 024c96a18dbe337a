//! Lookups while rows come, move, change and go.

use std::collections::{HashMap, VecDeque};

use rand::Rng;
use rand::seq::IndexedRandom;
use spec::limits::{CAPACITY_2K, STASH_ROWS};
use spec::table::{Action, Key};
use tests::command::Request;
use tests::cuckoo::Cuckoo;

use super::bench::{Bench, Found, Question, Random};
use super::reference::Reference;

/// From the WRITE with this number on, the row of `key` is certainly this one; none: it may be
/// going or coming.
struct Event {
    generation: u64,
    key: Key,
    row: Option<(u32, Action)>,
}

/// Drives commands and lookups, and checks each answer twice: against the memories' reference
/// after exactly the WRITEs that the answer claims to have seen, and against the rows that are
/// certainly there.
struct Traffic {
    bench: Bench,
    cuckoo: Cuckoo,
    reference: Reference,
    /// Executed or waiting WRITEs that the reference has not seen yet.
    log: VecDeque<Request>,
    /// WRITEs that the reference has seen, and WRITEs in all.
    seen: u64,
    written: u64,
    events: VecDeque<Event>,
    certain: HashMap<Key, (u32, Action)>,
    /// All rows, and keys of which something was changed lately.
    live: Vec<(u32, Key)>,
    hot: VecDeque<Key>,
    /// Chance in percent that a clock has a lookup.
    load: u32,
    answers: u64,
    hits: u64,
    sure: u64,
}

impl Traffic {
    fn new(seed: u64, load: u32, idle: u32, stall: u32) -> Self {
        println!("seed {seed}, lookups {load} %, commands idle {idle} %, stall {stall} %");
        let mut bench = Bench::new(seed);
        (bench.idle, bench.stall) = (idle, stall);
        Self {
            cuckoo: Cuckoo::new(CAPACITY_2K, bench.secret),
            reference: Reference::new(CAPACITY_2K, bench.secret),
            bench,
            log: VecDeque::new(),
            seen: 0,
            written: 0,
            events: VecDeque::new(),
            certain: HashMap::new(),
            live: vec![],
            hot: VecDeque::new(),
            load,
            answers: 0,
            hits: 0,
            sure: 0,
        }
    }

    fn write(&mut self, writes: &[Request]) {
        for request in writes {
            self.bench.push(request);
            self.log.push_back(*request);
            self.written += 1;
        }
        while !self.bench.is_idle() {
            self.clock();
        }
    }

    fn event(&mut self, generation: u64, key: Key, row: Option<(u32, Action)>) {
        self.events.push_back(Event { generation, key, row });
        self.hot.push_back(key);
        if self.hot.len() > 4 {
            self.hot.pop_front();
        }
    }

    fn insert(&mut self) -> bool {
        let (key, action) = (Key::random(&mut self.bench.rng), Action::random(&mut self.bench.rng));
        // The stash is hardly ever needed: some rows are put there, so that it is met.
        let stash = self.cuckoo.load().1 < STASH_ROWS / 2 && self.bench.chance(2);
        let row = match stash {
            true => self.cuckoo.insert_stashed(key, action),
            false => self.cuckoo.insert(key, action),
        };
        let Some((entry, writes)) = row else { return false };
        let generation = self.written + writes.len() as u64;
        self.event(generation, key, Some((entry, action)));
        self.live.push((entry, key));
        self.write(&writes);
        true
    }

    fn remove(&mut self) {
        let at = self.bench.rng.random_range(0..self.live.len());
        let (entry, key) = self.live.swap_remove(at);
        let writes = self.cuckoo.remove(entry);
        self.event(self.written + 1, key, None);
        self.write(&writes);
        self.bench.push(&Request::fence().tag(7));
        while self.bench.answer().is_none_or(|answer| answer.header.tag != 7) {
            self.clock();
        }
    }

    /// Changes a row's action in place, or moves the row.
    fn change(&mut self) {
        let (entry, key) = *self.live.choose(&mut self.bench.rng).expect("a row");
        if self.bench.rng.random() {
            let action = Action::random(&mut self.bench.rng);
            self.event(self.written + 1, key, Some((entry, action)));
            self.write(&[Request::write_entry(entry, &key, &action)]);
        } else if let Some(writes) = self.cuckoo.nudge(entry) {
            self.hot.push_back(key);
            self.write(&writes);
        }
    }

    fn question(&mut self) -> Option<Question> {
        if !self.bench.chance(self.load) {
            return None;
        }
        let rng = &mut self.bench.rng;
        let recent: Vec<Key> = self.hot.iter().copied().collect();
        Some(match rng.random_range(0..10) {
            0..5 => Question::Key(recent.choose(rng).copied().unwrap_or_default()),
            5..8 => Question::Key(self.live.choose(rng).map_or_else(Key::default, |row| row.1)),
            8 => {
                // A bit away from a row: mostly in another bucket.
                let mut key = self.live.choose(rng).map_or_else(Key::default, |row| row.1);
                key.local_port ^= 1 << rng.random_range(0..16);
                Question::Key(key)
            }
            _ => Question::Entry(rng.random_range(0..CAPACITY_2K.rows() as u32 + 64)),
        })
    }

    fn clock(&mut self) {
        let question = self.question();
        if let Some(found) = self.bench.clock(question) {
            self.check(found);
        }
    }

    fn check(&mut self, found: Found) {
        let ahead = found.generation.wrapping_sub(self.seen as u16);
        assert!(usize::from(ahead) <= self.log.len(), "generation {}", found.generation);
        for request in self.log.drain(..usize::from(ahead)) {
            self.reference.write(&request);
        }
        self.seen += u64::from(ahead);
        while self.events.front().is_some_and(|event| event.generation <= self.seen) {
            let Some(Event { key, row, .. }) = self.events.pop_front() else { break };
            match row {
                Some(row) => self.certain.insert(key, row),
                None => self.certain.remove(&key),
            };
        }
        let wanted = self.reference.answer(&found.question);
        assert_eq!(found.hit, wanted, "{:?} after {} WRITEs", found.question, self.seen);
        if let Question::Key(key) = found.question
            && let Some(row) = self.certain.get(&key)
        {
            assert_eq!(found.hit.as_ref(), Some(row), "a live row");
            self.sure += 1;
        }
        self.answers += 1;
        self.hits += u64::from(found.hit.is_some());
    }

    /// The last questions' answers.
    fn drain(&mut self) {
        self.load = 100;
        (0..100).for_each(|_| self.clock());
        assert_eq!(self.seen, self.written, "all WRITEs are executed");
    }
}

fn traffic(seed: u64, load: u32, idle: u32, stall: u32, changes: usize) {
    let mut traffic = Traffic::new(seed, load, idle, stall);
    let full = CAPACITY_2K.rows() * 95 / 100;
    while traffic.cuckoo.load().0 < full {
        assert!(traffic.insert(), "no room at {:?}", traffic.cuckoo.load());
    }
    println!("rows, of them in the stash: {:?}", traffic.cuckoo.load());
    for _ in 0..changes {
        match traffic.bench.rng.random_range(0..4) {
            0 => {
                traffic.remove();
                assert!(traffic.insert());
            }
            _ => traffic.change(),
        }
    }
    traffic.drain();
    let Traffic { answers, hits, sure, .. } = traffic;
    println!("{answers} answers, {hits} hits, {sure} of live rows, {} WRITEs", traffic.written);
    assert!(sure > answers / 4 && hits < answers, "rows and strangers both were asked for");
}

#[test]
fn answers_are_those_of_the_writes_they_saw() {
    traffic(1, 100, 0, 0, 2000);
    traffic(2, 60, 30, 50, 1000);
}
