//! Commands to the table and their completions, in beats of 16 bytes.
//!
//! A command is a header and 32 bytes of data (3 beats); a completion is a header, 32 bytes of
//! data and 16 of counters (4 beats). Commands are executed in order. A WRITE completes only when
//! it fails or asks for it; a READ gives a completion a row; a FENCE completes when every frame
//! that entered the pipeline before it has left it.
//!
//! A WRITE of an entry may place a slot that names it: both change at once, and count as one WRITE.
//!
//! The opcode is judged first, then the table (not of a FENCE), then the index, then the slot that
//! is placed. A READ that leaves its table ends with one `BadIndex`, after the rows that are there;
//! a count of 0 reads one row. A failed WRITE changes nothing and does not count as executed. Data
//! and counters of a completion are zero where it has none to tell: only READ has data, only READ
//! Entry has counters.

codes! {
    /// What a command does.
    Opcode {
        Write = 1 "one row: `index` of `table` becomes the data";
        Read = 2 "`count` rows from `index` on, a completion each";
        Fence = 3 "nothing, once the pipeline has drained";
    }
}

codes! {
    /// How a command ended.
    Status {
        Done = 0 "as asked";
        BadOpcode = 1 "no such opcode";
        BadTable = 2 "no such table";
        BadIndex = 3 "the table has no such row, or no such slot";
        BadLength = 4 "the command has not 48 bytes";
    }
}

record! { ($)
    /// A command's header.
    Command, command_rows {
        opcode: 8 u8 "see Opcode";
        table: 8 u8 "see Table";
        tag: 16 u16 "comes back in the completion";
        index: 32 u32 "the row, or the first";
        count: 16 u16 "READ: how many rows; 0 is as 1";
        notify: 1 bool "WRITE: complete also when done";
        clear: 1 bool "WRITE of an entry: its counters become zero, last seen becomes now";
        place: 1 bool "WRITE of an entry: `slot` becomes valid, with `fingerprint` and this entry";
        slot: 17 u32 "the slot to be placed, numbered as in Table.Slot";
        fingerprint: 18 u32 "of the entry's key";
        reserved: 10 u16 "zero";
    }
}

/// Bytes of data behind either header.
pub const DATA: usize = 32;
/// Bytes of a whole command.
pub const COMMAND: usize = Command::LEN + DATA;

record! { ($)
    /// A completion's header.
    Completion, completion_rows {
        status: 8 u8 "see Status";
        opcode: 8 u8 "of the command";
        tag: 16 u16 "of the command";
        index: 32 u32 "the row";
        table: 8 u8 "of the command";
        last: 1 bool "the command's last completion";
        reserved: 7 u8 "zero";
        generation: 16 u16 "WRITEs executed so far, modulo 65536";
        now: 32 u32 "the tick count";
    }
}

/// Bytes of counters behind a completion's data: a [`crate::table::Counters`] for READ Entry.
pub const COUNTERS: usize = 16;
/// Bytes of a whole completion.
pub const COMPLETION: usize = Completion::LEN + DATA + COUNTERS;
