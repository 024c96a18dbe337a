//! The rows themselves: from an entry's index to its key and action.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::forward::ForwardRam;
use super::write::Write;
use rust_hdl::prelude::*;
use spec::table::{Action, Key};

/// An entry in memory: key and action without their reserved bits, and whether it was ever written.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct EntryRow {
    pub key: Bits<121>,
    pub action: Bits<118>,
    pub used: Bit,
}

const _: () = {
    let (key, action) = (Key::FIELDS[Key::FIELDS.len() - 1], Action::FIELDS[13]);
    assert!(key.lsb == 121 && key.lsb + key.width == Key::BITS && Key::BITS == 128);
    assert!(action.lsb == 118 && action.lsb + action.width == Action::BITS && Action::BITS == 128);
    assert!(Action::FIELDS.len() == 14);
};

/// `1 << R` entries.
///
/// `index` in one clock, `key` and `wanted` two clocks later; a clock after that `same` says
/// whether the entry was ever written and has that key (or, with `direct`, any key) and was
/// `wanted`, and `action` is its action. A lookup a clock, no stall.
///
/// `write.entry` changes key and action at once, 3 clocks after the strobe: an `index` of that
/// clock or later meets the new row. That is the distance from the slots' read to this one.
///
/// READ: as in [`super::slots`]; the row comes as `read_key` and `read_action`.
#[derive(LogicBlock, Default)]
pub struct Entries<const R: usize> {
    pub clock: Signal<In, Clock>,
    pub lookup: Signal<In, Bit>,
    pub index: Signal<In, Bits<17>>,
    pub key: Signal<In, Bits<121>>,
    pub wanted: Signal<In, Bit>,
    pub direct: Signal<In, Bit>,
    pub same: Signal<Out, Bit>,
    pub action: Signal<Out, Bits<118>>,
    pub write: Signal<In, Write>,
    pub read: Signal<In, Bit>,
    pub read_index: Signal<In, Bits<17>>,
    pub read_done: Signal<Out, Bit>,
    pub read_key: Signal<Out, Bits<121>>,
    pub read_action: Signal<Out, Bits<118>>,
    rows: ForwardRam<EntryRow, R>,
    low: Signal<Local, Bits<128>>,
    high: Signal<Local, Bits<128>>,
    take: Signal<Local, Bit>,
    taken1: DFF<Bit>,
    taken2: DFF<Bit>,
    chosen: Signal<Local, Bits<17>>,
    row: Signal<Local, EntryRow>,
    // The row on its way into the memory.
    late: DFF<EntryRow>,
    late_index: DFF<Bits<17>>,
    strobe1: DFF<Bit>,
    strobe2: DFF<Bit>,
    strobe3: DFF<Bit>,
    same_q: DFF<Bit>,
    action_q: DFF<Bits<118>>,
}

impl<const R: usize> Logic for Entries<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, taken1, taken2, late, late_index, strobe1, strobe2, strobe3, same_q,
            action_q
        );
        self.rows.clock.next = self.clock.val();
        self.same.next = self.same_q.q.val();
        self.action.next = self.action_q.q.val();

        self.low.next = self.write.val().low;
        self.high.next = self.write.val().high;
        if self.write.val().entry {
            self.late.d.next.key = self.low.val().get_bits::<121>(0);
            self.late.d.next.action = self.high.val().get_bits::<118>(0);
            self.late.d.next.used = self.write.val().used;
            self.late_index.d.next = self.write.val().index;
        }
        self.strobe1.d.next = self.write.val().entry;
        self.strobe2.d.next = self.strobe1.q.val();
        self.strobe3.d.next = self.strobe2.q.val();
        self.rows.write_enable.next = self.strobe3.q.val();
        self.rows.write_address.next = bit_cast::<R, 17>(self.late_index.q.val());
        self.rows.write_data.next = self.late.q.val();

        self.take.next =
            self.read.val() & !(self.lookup.val() | self.taken1.q.val() | self.taken2.q.val());
        self.taken1.d.next = self.take.val();
        self.taken2.d.next = self.taken1.q.val();
        self.chosen.next = self.index.val();
        if self.take.val() {
            self.chosen.next = self.read_index.val();
        }
        self.rows.read_address.next = bit_cast::<R, 17>(self.chosen.val());

        self.row.next = self.rows.read_data.val();
        self.same_q.d.next = self.wanted.val()
            & self.row.val().used
            & (self.direct.val() | (self.row.val().key == self.key.val()));
        self.action_q.d.next = self.row.val().action;
        self.read_done.next = self.taken2.q.val();
        self.read_key.next = self.row.val().key;
        self.read_action.next = self.row.val().action;
    }
}
