//! What a command's header means for a table of this size.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::Command;
use rust_hdl::prelude::*;

/// From `header`, in the same clock: whether it is a WRITE or a READ, which table it names (`entry`,
/// `slot`, or any other: `mirrored`), and the row's number `row` among those of all small tables (see
/// [`super::small::Mirror`]). A clock later: `status`, what `spec::command` says of a command that has
/// its length. Of a table with `1 << R` rows.
#[derive(LogicBlock)]
pub struct Judge<const R: usize> {
    pub clock: Signal<In, Clock>,
    pub header: Signal<In, Command>,
    pub is_write: Signal<Out, Bit>,
    pub is_read: Signal<Out, Bit>,
    pub entry: Signal<Out, Bit>,
    pub slot: Signal<Out, Bit>,
    pub mirrored: Signal<Out, Bit>,
    pub row: Signal<Out, Bits<7>>,
    pub status: Signal<Out, Bits<8>>,
    rows: Constant<Bits<32>>,
    target: Signal<Local, Bits<8>>,
    opcode: Signal<Local, Bits<8>>,
    index: Signal<Local, Bits<32>>,
    writes: Signal<Local, Bit>,
    reads: Signal<Local, Bit>,
    is_entry: Signal<Local, Bit>,
    is_slot: Signal<Local, Bit>,
    limit: Signal<Local, Bits<32>>,
    short: Signal<Local, Bits<R>>,
    beyond: Signal<Local, Bit>,
    status_q: DFF<Bits<8>>,
}

impl<const R: usize> Default for Judge<R> {
    fn default() -> Self {
        assert!((7..=17).contains(&R), "2 to the power of {R} rows: an index has 7 to 17 bits");
        Self {
            clock: Default::default(),
            header: Default::default(),
            is_write: Default::default(),
            is_read: Default::default(),
            entry: Default::default(),
            slot: Default::default(),
            mirrored: Default::default(),
            row: Default::default(),
            status: Default::default(),
            rows: Constant::new((1u64 << R).into()),
            target: Default::default(),
            opcode: Default::default(),
            index: Default::default(),
            writes: Default::default(),
            reads: Default::default(),
            is_entry: Default::default(),
            is_slot: Default::default(),
            limit: Default::default(),
            short: Default::default(),
            beyond: Default::default(),
            status_q: Default::default(),
        }
    }
}

impl<const R: usize> Logic for Judge<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, status_q);
        self.target.next = self.header.val().table;
        self.opcode.next = self.header.val().opcode;
        self.index.next = self.header.val().index;
        self.writes.next = self.opcode.val() == bits::<8>(OPCODE_WRITE);
        self.reads.next = self.opcode.val() == bits::<8>(OPCODE_READ);
        self.is_entry.next = self.target.val() == bits::<8>(TABLE_ENTRY);
        self.is_slot.next = self.target.val() == bits::<8>(TABLE_SLOT);
        self.is_write.next = self.writes.val();
        self.is_read.next = self.reads.val();
        self.entry.next = self.is_entry.val();
        self.slot.next = self.is_slot.val();
        self.mirrored.next = !(self.is_entry.val() | self.is_slot.val());

        self.limit.next = bits::<32>(0);
        self.row.next = bit_cast::<7, 32>(self.index.val());
        if self.is_entry.val() | self.is_slot.val() {
            self.limit.next = self.rows.val();
        } else if self.target.val() == bits::<8>(TABLE_STASH) {
            self.limit.next = bits::<32>(STASH_ROWS);
            self.row.next = bit_cast::<7, 32>(self.index.val()) | 112;
        } else if self.target.val() == bits::<8>(TABLE_NEXT_HOP) {
            self.limit.next = bits::<32>(NEXT_HOP_ROWS);
        } else if self.target.val() == bits::<8>(TABLE_LOCAL) {
            self.limit.next = bits::<32>(LOCAL_ROWS);
            self.row.next = bit_cast::<7, 32>(self.index.val()) | 64;
        } else if self.target.val() == bits::<8>(TABLE_SERVICE) {
            self.limit.next = bits::<32>(SERVICE_ROWS);
            self.row.next = bit_cast::<7, 32>(self.index.val()) | 96;
        }

        // The slot that a WRITE of an entry places.
        self.short.next = bit_cast::<R, 17>(self.header.val().slot);
        self.beyond.next = self.writes.val()
            & self.is_entry.val()
            & self.header.val().place
            & (bit_cast::<17, R>(self.short.val()) != self.header.val().slot);

        self.status_q.d.next = bits::<8>(STATUS_DONE);
        if self.writes.val() | self.reads.val() {
            if self.limit.val() == bits::<32>(0) {
                self.status_q.d.next = bits::<8>(STATUS_BAD_TABLE);
            } else if (self.index.val() >= self.limit.val()) | self.beyond.val() {
                self.status_q.d.next = bits::<8>(STATUS_BAD_INDEX);
            }
        } else if self.opcode.val() != bits::<8>(OPCODE_FENCE) {
            self.status_q.d.next = bits::<8>(STATUS_BAD_OPCODE);
        }
        self.status.next = self.status_q.q.val();
    }
}
