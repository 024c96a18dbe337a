//! Commands and completions as bytes: how a test drives the table.

use spec::command::{COMMAND, COMPLETION, COUNTERS, Command, Completion, DATA, Opcode};
use spec::table::{Action, Counters, Key, Table};

/// A command: header and data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The header.
    pub header: Command,
    /// The data, for a WRITE.
    pub data: [u8; DATA],
}

impl Request {
    fn new(opcode: Opcode) -> Self {
        let header = Command { opcode: opcode.code(), ..Command::default() };
        Self { header, data: [0; DATA] }
    }

    /// A WRITE of `row`, a packed record or two, which completes only when it fails.
    pub fn write(table: Table, index: u32, row: &[u8]) -> Self {
        let mut request = Self::new(Opcode::Write);
        (request.header.table, request.header.index) = (table.code(), index);
        request.data[..row.len()].copy_from_slice(row);
        request
    }

    /// A WRITE of an entry.
    pub fn write_entry(index: u32, key: &Key, action: &Action) -> Self {
        Self::write(Table::Entry, index, &[key.pack(), action.pack()].concat())
    }

    /// A READ of `count` rows.
    pub fn read(table: Table, index: u32, count: u16) -> Self {
        let mut request = Self::new(Opcode::Read);
        (request.header.table, request.header.index) = (table.code(), index);
        request.header.count = count;
        request
    }

    /// A FENCE.
    pub fn fence() -> Self {
        Self::new(Opcode::Fence)
    }

    /// The same command with a tag.
    pub fn tag(mut self, tag: u16) -> Self {
        self.header.tag = tag;
        self
    }

    /// The same WRITE, which completes also when it is done.
    pub fn notify(mut self) -> Self {
        self.header.notify = true;
        self
    }

    /// The same WRITE of an entry, which also clears its counters.
    pub fn clear(mut self) -> Self {
        self.header.clear = true;
        self
    }

    /// The same WRITE of an entry, which also makes a slot name it.
    pub fn place(mut self, slot: u32, fingerprint: u32) -> Self {
        self.header.place = true;
        (self.header.slot, self.header.fingerprint) = (slot, fingerprint);
        self
    }

    /// The command on its stream.
    pub fn bytes(&self) -> Vec<u8> {
        let bytes = [self.header.pack().as_slice(), &self.data].concat();
        assert_eq!(bytes.len(), COMMAND);
        bytes
    }
}

/// A completion: header, data, counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The header.
    pub header: Completion,
    /// The data, of a READ.
    pub data: [u8; DATA],
    /// The counters, of a READ of an entry.
    pub counters: Counters,
}

impl Answer {
    /// A completion from its stream.
    pub fn new(bytes: &[u8]) -> Self {
        assert_eq!(bytes.len(), COMPLETION, "bytes of a completion");
        let (header, rest) = bytes.split_at(Completion::LEN);
        let (data, counters) = rest.split_at(DATA);
        assert_eq!(counters.len(), COUNTERS);
        Self {
            header: Completion::unpack(header),
            data: data.try_into().expect("32 bytes"),
            counters: Counters::unpack(counters),
        }
    }

    /// The row of a READ of an entry.
    pub fn entry(&self) -> (Key, Action) {
        (Key::unpack(&self.data), Action::unpack(&self.data[Key::LEN..]))
    }
}
