//! What a WRITE is on its way into the table's memories.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// A row to be written. Each strobe is one clock long, and strobes are at least 4 clocks apart.
/// All else holds in the strobe's clock and the next.
///
/// Every memory applies the row at its own place in the lookup pipeline, so many clocks after the
/// strobe as its stage lies behind the slots' read. So a lookup sees the WRITEs in their order: the
/// effect of all up to one, and of none after it.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Write {
    /// Strobes: the memory that takes the row.
    pub entry: Bit,
    pub slot: Bit,
    pub stash: Bit,
    pub next_hop: Bit,
    pub local: Bit,
    pub service: Bit,
    /// Strobe: a row of any table but entries and slots.
    pub small: Bit,
    /// With `entry`: the entry's counters become zero.
    pub clear: Bit,
    /// The rows are written by a command, not cleared after reset.
    pub used: Bit,
    /// The row's number in its table.
    pub index: Bits<17>,
    /// Its number among the rows of all small tables, see [`super::mirror`].
    pub row: Bits<7>,
    /// The slot's number, and what it becomes.
    pub slot_index: Bits<17>,
    pub slot_row: Bits<36>,
    /// Bytes 0 to 15 of the data.
    pub low: Bits<128>,
    /// Bytes 16 to 31.
    pub high: Bits<128>,
}
