//! What has passed by each entry: packets, bytes, last seen.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::write::Write;
use crate::leaf::Ram;
use crate::meta::Counters as Row;
use rust_hdl::prelude::*;

/// `1 << R` counters.
///
/// `count_valid` adds a packet of `count_bytes` to `count_entry` and notes `now`: one a clock, of
/// any entries, none is lost. Beside that, in clocks without a count, one at a time: the clear that
/// a WRITE of an entry asks for (`write.entry` with `write.clear`; `busy` until it has begun, and
/// no such WRITE may come while `busy`), and READ: `read` is held with `read_index` until
/// `read_done`, with which `read_row` comes. Reset ends what is under way; the counters stay.
///
/// A read, a sum and a write take four clocks; an update that finds its entry among the three
/// before it takes the sum from there. Stages: address, RAM, RAM's register and sum, write.
#[derive(LogicBlock, Default)]
pub struct Counters<const R: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub now: Signal<In, Bits<32>>,
    pub count_valid: Signal<In, Bit>,
    pub count_entry: Signal<In, Bits<17>>,
    pub count_bytes: Signal<In, Bits<14>>,
    pub write: Signal<In, Write>,
    pub busy: Signal<Out, Bit>,
    pub read: Signal<In, Bit>,
    pub read_index: Signal<In, Bits<17>>,
    pub read_done: Signal<Out, Bit>,
    pub read_row: Signal<Out, Row>,
    ram: Ram<Row, R>,
    to_clear: DFF<Bit>,
    clear_index: DFF<Bits<17>>,
    clear: Signal<Local, Bit>,
    take: Signal<Local, Bit>,
    chosen: Signal<Local, Bits<17>>,
    // An operation one and two clocks after its address.
    index1: DFF<Bits<R>>,
    index2: DFF<Bits<R>>,
    bytes1: DFF<Bits<14>>,
    bytes2: DFF<Bits<14>>,
    count1: DFF<Bit>,
    count2: DFF<Bit>,
    clear1: DFF<Bit>,
    clear2: DFF<Bit>,
    take1: DFF<Bit>,
    take2: DFF<Bit>,
    take3: DFF<Bit>,
    // Whether the operations one, two and three before it wrote its entry.
    from3: DFF<Bit>,
    from4: DFF<Bit>,
    from5: DFF<Bit>,
    old: Signal<Local, Row>,
    packets: Signal<Local, Bits<40>>,
    bytes: Signal<Local, Bits<48>>,
    // Sums, the latest first; the first is being written.
    index3: DFF<Bits<R>>,
    index4: DFF<Bits<R>>,
    write3: DFF<Bit>,
    write4: DFF<Bit>,
    sum3: DFF<Row>,
    sum4: DFF<Row>,
    sum5: DFF<Row>,
}

impl<const R: usize> Logic for Counters<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            to_clear,
            clear_index,
            index1,
            index2,
            bytes1,
            bytes2,
            count1,
            count2,
            clear1,
            clear2,
            take1,
            take2,
            take3,
            from3,
            from4,
            from5,
            index3,
            index4,
            write3,
            write4,
            sum3,
            sum4,
            sum5
        );
        self.ram.clock.next = self.clock.val();

        // Address: a count goes first, then a clear, then READ.
        self.clear.next = self.to_clear.q.val() & !self.count_valid.val();
        self.take.next = self.read.val()
            & !(self.count_valid.val()
                | self.to_clear.q.val()
                | self.take1.q.val()
                | self.take2.q.val()
                | self.take3.q.val());
        self.chosen.next = self.count_entry.val();
        if self.clear.val() {
            self.chosen.next = self.clear_index.q.val();
            self.to_clear.d.next = false;
        } else if self.take.val() {
            self.chosen.next = self.read_index.val();
        }
        if self.write.val().entry & self.write.val().clear {
            self.to_clear.d.next = true;
            self.clear_index.d.next = self.write.val().index;
        }
        self.busy.next = self.to_clear.q.val();
        self.index1.d.next = bit_cast::<R, 17>(self.chosen.val());
        self.bytes1.d.next = self.count_bytes.val();
        self.count1.d.next = self.count_valid.val();
        self.clear1.d.next = self.clear.val();
        self.take1.d.next = self.take.val();
        self.ram.read_address.next = bit_cast::<R, 17>(self.chosen.val());

        // RAM: which of the sums ahead is of the same entry.
        self.index2.d.next = self.index1.q.val();
        self.bytes2.d.next = self.bytes1.q.val();
        self.count2.d.next = self.count1.q.val();
        self.clear2.d.next = self.clear1.q.val();
        self.take2.d.next = self.take1.q.val();
        self.from3.d.next = (self.count2.q.val() | self.clear2.q.val())
            & (self.index2.q.val() == self.index1.q.val());
        self.from4.d.next = self.write3.q.val() & (self.index3.q.val() == self.index1.q.val());
        self.from5.d.next = self.write4.q.val() & (self.index4.q.val() == self.index1.q.val());

        // Sum.
        self.old.next = self.ram.read_data.val();
        if self.from3.q.val() {
            self.old.next = self.sum3.q.val();
        } else if self.from4.q.val() {
            self.old.next = self.sum4.q.val();
        } else if self.from5.q.val() {
            self.old.next = self.sum5.q.val();
        }
        self.packets.next = self.old.val().packets + 1;
        self.bytes.next = self.old.val().bytes + bit_cast::<48, 14>(self.bytes2.q.val());
        self.sum3.d.next = self.old.val();
        if self.clear2.q.val() {
            self.sum3.d.next.packets = bits::<40>(0);
            self.sum3.d.next.bytes = bits::<48>(0);
            self.sum3.d.next.last_seen = self.now.val();
            self.sum3.d.next.reserved = bits::<8>(0);
        } else if self.count2.q.val() {
            self.sum3.d.next.packets = self.packets.val();
            self.sum3.d.next.bytes = self.bytes.val();
            self.sum3.d.next.last_seen = self.now.val();
        }
        self.index3.d.next = self.index2.q.val();
        self.write3.d.next = self.count2.q.val() | self.clear2.q.val();
        self.take3.d.next = self.take2.q.val();

        // Write.
        self.ram.write_enable.next = self.write3.q.val();
        self.ram.write_address.next = self.index3.q.val();
        self.ram.write_data.next = self.sum3.q.val();
        self.index4.d.next = self.index3.q.val();
        self.write4.d.next = self.write3.q.val();
        self.sum4.d.next = self.sum3.q.val();
        self.sum5.d.next = self.sum4.q.val();
        self.read_done.next = self.take3.q.val();
        self.read_row.next = self.sum3.q.val();

        if self.reset.val() {
            self.to_clear.d.next = false;
            self.take1.d.next = false;
            self.take2.d.next = false;
            self.take3.d.next = false;
        }
    }
}
