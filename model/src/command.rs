//! The table's commands, and their completions byte for byte.

use spec::command::{COMMAND, COMPLETION, COUNTERS, Command, Completion, DATA, Opcode, Status};
use spec::table::{Action, Counters, Key, Local, NextHop, Service, Slot, StashRow, Table};

use crate::table::{Entry, Tables};

/// A row as commands carry it, and the counters behind it.
type Row = ([u8; DATA], [u8; COUNTERS]);

impl Tables {
    /// Executes a command at tick `now`; `complete` gets its completions, in order.
    ///
    /// The opcode is judged first, then the table, then the index and that of a placed slot. A READ
    /// that leaves its table ends with one `BadIndex`, after the rows that are there; a count of 0
    /// reads one row. A FENCE is done at once: no frame is ever under way here. Reserved bits of an
    /// entry are not kept; those of other rows read as they were written.
    pub fn execute(
        &mut self,
        command: &[u8; COMMAND],
        now: u32,
        mut complete: impl FnMut([u8; COMPLETION]),
    ) {
        let header = Command::unpack(command);
        let data = &command[Command::LEN..];
        let mut end = |tables: &Self, index: u32, status: Status, last: bool, row: Row| {
            let completion = Completion {
                status: status.code(),
                opcode: header.opcode,
                tag: header.tag,
                index,
                table: header.table,
                last,
                generation: tables.generation,
                now,
                ..Completion::default()
            };
            complete(bytes(&completion.pack(), &row));
        };
        let empty = Row::default();
        let (opcode, table) = (Opcode::from_code(header.opcode), Table::from_code(header.table));
        match (opcode, table) {
            (None, _) => end(self, header.index, Status::BadOpcode, true, empty),
            (Some(Opcode::Fence), _) => end(self, header.index, Status::Done, true, empty),
            (_, None) => end(self, header.index, Status::BadTable, true, empty),
            (Some(Opcode::Write), Some(table)) => {
                let written = self.write(table, &header, data, now);
                match written {
                    None => end(self, header.index, Status::BadIndex, true, empty),
                    Some(()) if header.notify => end(self, header.index, Status::Done, true, empty),
                    Some(()) => {}
                }
            }
            (Some(Opcode::Read), Some(table)) => {
                let count = u64::from(header.count.max(1));
                for done in 1..=count {
                    let index = header.index.wrapping_add(done as u32 - 1);
                    match self.read(table, index) {
                        Some(row) => end(self, index, Status::Done, done == count, row),
                        None => {
                            end(self, index, Status::BadIndex, true, empty);
                            break;
                        }
                    }
                }
            }
        }
    }

    /// Writes a row, and the slot that is placed with it; `None` if there is no such row or slot.
    fn write(&mut self, table: Table, header: &Command, data: &[u8], now: u32) -> Option<()> {
        let index = header.index as usize;
        match table {
            Table::Entry => {
                let entry = self.entries.get_mut(index)?;
                if header.place {
                    let fingerprint = header.fingerprint;
                    let slot = Slot { valid: true, fingerprint, entry: header.index };
                    *self.slots.get_mut(header.slot as usize)? = slot;
                }
                let counters = match header.clear {
                    true => Counters { last_seen: now, ..Counters::default() },
                    false => entry.counters,
                };
                let key = Key { reserved: 0, ..Key::unpack(data) };
                let action = Action { reserved: 0, ..Action::unpack(&data[Key::LEN..]) };
                *entry = Entry { key, action, counters, written: true };
            }
            Table::Slot => *self.slots.get_mut(index)? = Slot::unpack(data),
            Table::Stash => *self.stash.get_mut(index)? = StashRow::unpack(data),
            Table::NextHop => *self.next_hops.get_mut(index)? = NextHop::unpack(data),
            Table::Local => *self.locals.get_mut(index)? = Local::unpack(data),
            Table::Service => *self.services.get_mut(index)? = Service::unpack(data),
        }
        self.generation = self.generation.wrapping_add(1);
        Some(())
    }

    /// Reads a row; `None` if there is no such row.
    fn read(&self, table: Table, index: u32) -> Option<Row> {
        let index = index as usize;
        let mut row = Row::default();
        let (data, counters) = &mut row;
        match table {
            Table::Entry => {
                let entry = self.entries.get(index)?;
                data[..Key::LEN].copy_from_slice(&entry.key.pack());
                data[Key::LEN..].copy_from_slice(&entry.action.pack());
                *counters = entry.counters.pack();
            }
            Table::Slot => put(data, &self.slots.get(index)?.pack()),
            Table::Stash => put(data, &self.stash.get(index)?.pack()),
            Table::NextHop => put(data, &self.next_hops.get(index)?.pack()),
            Table::Local => put(data, &self.locals.get(index)?.pack()),
            Table::Service => put(data, &self.services.get(index)?.pack()),
        }
        Some(row)
    }
}

fn put(data: &mut [u8], record: &[u8]) {
    data[..record.len()].copy_from_slice(record);
}

fn bytes(header: &[u8], row: &Row) -> [u8; COMPLETION] {
    let mut all = [0; COMPLETION];
    all[..Completion::LEN].copy_from_slice(header);
    all[Completion::LEN..][..DATA].copy_from_slice(&row.0);
    all[Completion::LEN + DATA..].copy_from_slice(&row.1);
    all
}
