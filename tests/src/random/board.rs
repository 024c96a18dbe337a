//! The model beside a Verilated device, decision by decision.
//!
//! The device says in which order it decides over frames, and how many WRITEs each lookup has seen.
//! So the model takes the same frame at the same state of its table, while commands are under way, and
//! every plan, every frame out and every punt has to be equal, in order. What the device says is not
//! trusted: an order or a state that it did not have leads to other plans, frames or counters.
//!
//! The small tables are asked some clocks before and behind the lookup. For as long as a WRITE to one
//! of them may lie in between, either answer is right; such WRITEs have to be a FENCE apart.

use std::collections::{HashMap, VecDeque};

use model::{Datapath, Moments, Tables, canonical, decide, key, parse};
use sim::rtl::Decision;
use spec::command::{COMMAND, Command, Opcode};
use spec::host::InjectDescriptor;
use spec::limits::{CAPACITY_2K, FENCE_CLOCKS};
use spec::meta::{Arrival, Parsed, Plan, Source};
use spec::register::{CONTROL_BRIDGE, CONTROL_ENABLE, Counter};
use spec::table::{Counters, Key, Kind, Table};
use spec::verdict::{Drop, Punt};

use super::Result;
use super::fates::{Fates, room};
use crate::command::{Answer, Request};
use crate::traffic::{Farm, MACS};

/// The last WRITE to a small table.
struct Small {
    /// What takes it back.
    undo: [u8; COMMAND],
    /// The clock of the first decision that was made after it.
    seen: u64,
}

/// The model, and what it is still to be compared with.
pub struct Board {
    /// The model: it has executed the commands that the latest decision has seen.
    pub model: Datapath,
    /// What should leave.
    pub fates: Fates,
    /// Commands that no decision has seen yet, and how many were seen.
    commands: VecDeque<[u8; COMMAND]>,
    executed: u64,
    small: Option<Small>,
    /// Frames that were taken and not yet decided about, by source.
    taken: [VecDeque<(Vec<u8>, Arrival)>; Source::ALL.len()],
    taken_bytes: [usize; Source::ALL.len()],
    /// Rows that come and go: with which command, and the entry of one that comes.
    changes: VecDeque<(u64, Key, Option<u32>)>,
    /// Rows that are there.
    rows: HashMap<Key, u32>,
    /// Decisions that were right only before or after a WRITE to a small table.
    pub between: u64,
    /// Decisions by an entry or a miss.
    pub lookups: u64,
    /// WRITEs to this table do not reach the model: a fault.
    pub lose: Option<Table>,
}

fn is_small(command: &[u8; COMMAND]) -> Option<Table> {
    let header = Command::unpack(command);
    let small = [Table::Local, Table::Service, Table::NextHop];
    let table = Table::from_code(header.table).filter(|table| small.contains(table))?;
    (header.opcode == Opcode::Write.code()).then_some(table)
}

/// A table's state after one more command.
fn with(tables: &Tables, command: &[u8; COMMAND]) -> Tables {
    let mut tables = tables.clone();
    tables.execute(command, 0, |_| {});
    tables
}

impl Board {
    /// As the device after its reset, with the settings that the farm brings.
    pub fn new(farm: &Farm, bridge: bool) -> Self {
        let mut model = Datapath::new(CAPACITY_2K, usize::MAX);
        model.control = CONTROL_ENABLE | if bridge { CONTROL_BRIDGE } else { 0 };
        model.macs = MACS;
        model.tables.secret = farm.secret;
        Self {
            model,
            fates: Fates::default(),
            commands: VecDeque::new(),
            executed: 0,
            small: None,
            taken: Default::default(),
            taken_bytes: [0; Source::ALL.len()],
            changes: VecDeque::new(),
            rows: HashMap::new(),
            between: 0,
            lookups: 0,
            lose: None,
        }
    }

    /// The driver has sent a command.
    pub fn command(&mut self, command: [u8; COMMAND]) {
        self.commands.push_back(command);
    }

    /// With the driver's command of this number, from 1 on, a row is there, or may go.
    pub fn change(&mut self, command: u64, key: Key, entry: Option<u32>) {
        self.changes.push_back((command, key, entry));
    }

    /// A frame comes to a port.
    pub fn arrives(&mut self, port: usize, frame: &[u8], error: bool) {
        if let Ok((frame, arrival)) = self.model.arrives(port, frame, error) {
            self.take(frame, arrival);
        }
    }

    /// The driver has put a frame into its ring.
    pub fn injects(&mut self, descriptor: &InjectDescriptor, frame: &[u8]) {
        if let Ok(arrival) = self.model.injects(descriptor, frame) {
            self.take(frame, arrival);
        }
    }

    fn take(&mut self, frame: &[u8], arrival: Arrival) {
        let source = usize::from(arrival.source);
        self.taken_bytes[source] += room(frame.len());
        self.taken[source].push_back((frame.to_vec(), arrival));
    }

    /// Room for the frames of a source that were not yet decided about.
    pub fn undecided(&self, source: Source) -> usize {
        self.taken_bytes[usize::from(source.code())]
    }

    /// Room for all frames that were taken and have not left.
    pub fn under_way(&self) -> usize {
        self.taken_bytes.iter().sum::<usize>() + self.fates.waiting()
    }

    /// The device has decided about a frame.
    pub fn decided(&mut self, decision: &Decision) -> Result {
        let source = usize::from(decision.plan.source);
        self.execute(Some(decision.plan.generation), decision.clock)?;
        let next = self.taken.get_mut(source).and_then(VecDeque::pop_front);
        let (frame, arrival) = next.ok_or_else(|| format!("no frame of source {source} waits"))?;
        self.taken_bytes[source] -= room(frame.len());
        let parsed = parse(&frame, &arrival, &self.model.macs);
        let (wanted, local) = self
            .wanted(&parsed, decision)
            .map_err(|what| format!("frame of source {source} {}: {what}", hex(&frame)))?;
        if let Some(local) = local {
            self.there(&parsed, local, &wanted)?;
        }
        let outcome = self.model.conclude(&frame, wanted);
        if let (Some((port, bytes)), Some(plan)) = (outcome.sent, outcome.plan) {
            self.fates.sends(usize::from(port), bytes, &plan);
        }
        while let Some(punted) = self.model.punts.pop() {
            self.fates.punts(punted);
        }
        Ok(())
    }

    /// What the model decides, equal to what the device has; and the local address it has matched.
    fn wanted(
        &mut self,
        parsed: &Parsed,
        decision: &Decision,
    ) -> Result<(Result<Plan, Drop>, Option<u8>)> {
        let got = match decision.dropped {
            Some(code) => Err(code),
            None => Ok(canonical(&decision.plan)),
        };
        let bridge = self.model.bridges();
        let now = &self.model.tables;
        let local = |tables: &Tables| {
            let external = parsed.source == Source::External.code();
            let (here, there) = (parsed.destination_address, parsed.source_address);
            tables.local(parsed.source, if external { here } else { there })
        };
        let equal = |wanted: &Result<Plan, Drop>| match (wanted, &got) {
            (Ok(plan), Ok(got)) => plan == got,
            (Err(reason), Err(code)) => reason.code() == *code,
            _ => false,
        };
        let wanted = decide(parsed, now, bridge);
        if equal(&wanted) {
            return Ok((wanted, local(now)));
        }
        // Before the last WRITE to a small table, or after the next.
        let near = |small: &&Small| decision.clock <= small.seen + FENCE_CLOCKS as u64;
        let before = self.small.as_ref().filter(near).map(|small| with(now, &small.undo));
        let next = self.commands.iter().find(|command| is_small(command).is_some());
        let after = next.map(|command| with(now, command));
        for other in before.iter().chain(&after) {
            for (matched, resolved) in [(other, now), (now, other), (other, other)] {
                let moments = Moments { matched, looked_up: now, resolved };
                let wanted = decide(parsed, moments, bridge);
                if equal(&wanted) {
                    self.between += 1;
                    return Ok((wanted, local(matched)));
                }
            }
        }
        Err(format!("{got:?}, not {:?}", wanted.map_err(|reason| reason.code())))
    }

    /// A row that is there is hit.
    fn there(&mut self, parsed: &Parsed, local: u8, wanted: &Result<Plan, Drop>) -> Result {
        let Ok(plan) = wanted else { return Ok(()) };
        let looked_up = plan.hit || (plan.punt && plan.reason == Punt::Miss.code());
        if plan.inject || !looked_up {
            return Ok(());
        }
        self.lookups += 1;
        let key = key(parsed, Kind::L2tp.code(), local);
        match self.rows.get(&key) {
            Some(entry) if !(plan.hit && plan.entry == *entry) => {
                Err(format!("a row that is there is missed: entry {entry}, {key:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Executes what a lookup of this generation has seen; without one, all commands.
    fn execute(&mut self, generation: Option<u16>, clock: u64) -> Result {
        while generation != Some(self.model.tables.generation) {
            let Some(mut command) = self.commands.pop_front() else {
                return match generation {
                    Some(generation) => Err(format!("no command leads to {generation} WRITEs")),
                    None => Ok(()),
                };
            };
            let header = Command::unpack(&command);
            let table =
                Table::from_code(header.table).filter(|_| header.opcode == Opcode::Write.code());
            let undo = table.map(|table| {
                let row = self.row(table, header.index);
                Request::write(table, header.index, &row.data).bytes()
            });
            if let (Some(undo), true) = (&undo, table == self.lose) {
                command.copy_from_slice(undo);
            }
            if is_small(&command).is_some()
                && let Some(undo) = undo
            {
                let undo = undo.try_into().expect("a command's length");
                self.small = Some(Small { undo, seen: clock });
            }
            self.model.command(&command, |_| {});
            self.executed += 1;
            while let Some((_, key, entry)) =
                self.changes.pop_front_if(|change| change.0 <= self.executed)
            {
                match entry {
                    Some(entry) => self.rows.insert(key, entry),
                    None => self.rows.remove(&key),
                };
            }
        }
        Ok(())
    }

    fn row(&mut self, table: Table, index: u32) -> Answer {
        let request = Request::read(table, index, 1).bytes();
        let mut answer = None;
        self.model.command(&request.try_into().expect("a command's length"), |completion| {
            answer = Some(Answer::new(&completion));
        });
        answer.expect("a completion")
    }

    /// What should have passed by an entry.
    pub fn counters(&mut self, entry: u32) -> Counters {
        self.row(Table::Entry, entry).counters
    }

    /// All has left: no frame is missing, all commands are executed, and every counter is right.
    pub fn end(&mut self, clock: u64, generation: u16, counters: &[(Counter, u32)]) -> Result {
        self.execute(None, clock)?;
        if self.model.tables.generation != generation {
            let wanted = self.model.tables.generation;
            return Err(format!("generation {generation}, not {wanted}"));
        }
        let undecided: Vec<usize> = self.taken.iter().map(VecDeque::len).collect();
        if undecided.iter().any(|count| *count > 0) {
            return Err(format!(
                "frames of each source that nothing was decided about: {undecided:?}"
            ));
        }
        self.fates.end(|counter| self.model.counter(counter), counters)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
