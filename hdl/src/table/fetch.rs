//! READ: one row out of the memory that has it.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::meta::Counters;
use rust_hdl::prelude::*;

/// `start` with the table (`entry`, `slot` or `mirrored`): from the next clock on `busy`, until `low`,
/// `high` and `counters` are the row, which stay until the next `start`. What a row has not is zero.
/// Entries, slots and counters are asked with a strobe of their own that holds until they are `done`;
/// the other tables by the mirror, row `row`, which must hold while busy.
#[derive(LogicBlock, Default)]
pub struct Fetch {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub start: Signal<In, Bit>,
    pub entry: Signal<In, Bit>,
    pub slot: Signal<In, Bit>,
    pub mirrored: Signal<In, Bit>,
    pub row: Signal<In, Bits<7>>,
    pub busy: Signal<Out, Bit>,
    pub low: Signal<Out, Bits<128>>,
    pub high: Signal<Out, Bits<128>>,
    pub counters: Signal<Out, Counters>,
    pub read_entry: Signal<Out, Bit>,
    pub entry_done: Signal<In, Bit>,
    pub entry_key: Signal<In, Bits<121>>,
    pub entry_action: Signal<In, Bits<118>>,
    pub read_slot: Signal<Out, Bit>,
    pub slot_done: Signal<In, Bit>,
    pub slot_row: Signal<In, Bits<36>>,
    pub read_counters: Signal<Out, Bit>,
    pub counters_done: Signal<In, Bit>,
    pub counters_row: Signal<In, Counters>,
    pub mirror_address: Signal<Out, Bits<8>>,
    pub mirror_data: Signal<In, Bits<128>>,
    want_entry: DFF<Bit>,
    want_slot: DFF<Bit>,
    want_counters: DFF<Bit>,
    /// Clocks until the mirror's second answer.
    mirror: DFF<Bits<3>>,
    low_q: DFF<Bits<128>>,
    high_q: DFF<Bits<128>>,
    counters_q: DFF<Counters>,
}

impl Logic for Fetch {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            want_entry,
            want_slot,
            want_counters,
            mirror,
            low_q,
            high_q,
            counters_q
        );
        self.low.next = self.low_q.q.val();
        self.high.next = self.high_q.q.val();
        self.counters.next = self.counters_q.q.val();
        self.read_entry.next = self.want_entry.q.val();
        self.read_slot.next = self.want_slot.q.val();
        self.read_counters.next = self.want_counters.q.val();
        self.busy.next = self.want_entry.q.val()
            | self.want_slot.q.val()
            | self.want_counters.q.val()
            | (self.mirror.q.val() != bits::<3>(0));

        if self.want_entry.q.val() & self.entry_done.val() {
            self.want_entry.d.next = false;
            self.low_q.d.next = bit_cast::<128, 121>(self.entry_key.val());
            self.high_q.d.next = bit_cast::<128, 118>(self.entry_action.val());
        }
        if self.want_slot.q.val() & self.slot_done.val() {
            self.want_slot.d.next = false;
            self.low_q.d.next = bit_cast::<128, 36>(self.slot_row.val());
            self.high_q.d.next = bits::<128>(0);
        }
        if self.want_counters.q.val() & self.counters_done.val() {
            self.want_counters.d.next = false;
            self.counters_q.d.next = self.counters_row.val();
        }

        // The mirror answers after two clocks, its lower half first.
        self.mirror_address.next = bit_cast::<8, 7>(self.row.val());
        if self.mirror.q.val() == bits::<3>(3) {
            self.mirror_address.next = bit_cast::<8, 7>(self.row.val()) | 128;
        }
        if self.mirror.q.val() != bits::<3>(0) {
            self.mirror.d.next = self.mirror.q.val() - 1;
        }
        if self.mirror.q.val() == bits::<3>(2) {
            self.low_q.d.next = self.mirror_data.val();
        }
        if self.mirror.q.val() == bits::<3>(1) {
            self.high_q.d.next = self.mirror_data.val();
        }

        if self.start.val() {
            self.want_entry.d.next = self.entry.val();
            self.want_counters.d.next = self.entry.val();
            self.want_slot.d.next = self.slot.val();
            if self.mirrored.val() {
                self.mirror.d.next = bits::<3>(4);
            }
            self.counters_q.d.next.packets = bits::<40>(0);
            self.counters_q.d.next.bytes = bits::<48>(0);
            self.counters_q.d.next.last_seen = bits::<32>(0);
            self.counters_q.d.next.reserved = bits::<8>(0);
        }
        if self.reset.val() {
            self.want_entry.d.next = false;
            self.want_slot.d.next = false;
            self.want_counters.d.next = false;
            self.mirror.d.next = bits::<3>(0);
        }
    }
}
