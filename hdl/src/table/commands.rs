//! Commands from the host: executed one after another, answered by completions.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::write::Write;
use crate::consts::*;
use crate::meta::{Command, Completion, Counters};
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;

/// Takes `command` frames (3 beats), gives `completion` frames (4 beats), as `spec::command` says.
///
/// A WRITE without completion takes 4 clocks: three beats and one to execute; it waits while the
/// counters are `busy` with a clear. Any other command holds the stream until its last completion
/// has gone. READ asks (`read_entry`, `read_slot`, `read_counters` with `read_index`, held until
/// the answer is `done`) or reads the mirror. A frame that is not 3 whole beats is answered with
/// `BadLength`. `generation` is raised in the clock after a WRITE's strobe.
///
/// After reset, all `1 << R` rows are cleared, one every 4 clocks; until then `live` is low and no
/// command is taken. The data of a completion that is no row is zero.
#[derive(LogicBlock)]
pub struct Commands<const R: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub command: FrameSink<128, 5>,
    pub completion: FrameSource<128, 5>,
    pub now: Signal<In, Bits<32>>,
    pub live: Signal<Out, Bit>,
    pub generation: Signal<Out, Bits<16>>,
    pub write: Signal<Out, Write>,
    pub busy: Signal<In, Bit>,
    pub read_index: Signal<Out, Bits<17>>,
    pub read_entry: Signal<Out, Bit>,
    pub entry_done: Signal<In, Bit>,
    pub entry_key: Signal<In, Bits<121>>,
    pub entry_action: Signal<In, Bits<118>>,
    pub read_slot: Signal<Out, Bit>,
    pub slot_done: Signal<In, Bit>,
    pub slot: Signal<In, Bits<32>>,
    pub read_counters: Signal<Out, Bit>,
    pub counters_done: Signal<In, Bit>,
    pub counters: Signal<In, Counters>,
    pub mirror_address: Signal<Out, Bits<8>>,
    pub mirror_data: Signal<In, Bits<128>>,
    rows: Constant<Bits<32>>,
    // States, one of them high.
    clearing: DFF<Bit>,
    collecting: DFF<Bit>,
    checking: DFF<Bit>,
    executing: DFF<Bit>,
    waiting: DFF<Bit>,
    answering: DFF<Bit>,
    // The command.
    beat: DFF<Bits<2>>,
    data: Signal<Local, Bits<128>>,
    header: Signal<Local, Command>,
    opcode: DFF<Bits<8>>,
    target: DFF<Bits<8>>,
    tag: DFF<Bits<16>>,
    index: DFF<Bits<32>>,
    count: DFF<Bits<16>>,
    notify: DFF<Bit>,
    clear: DFF<Bit>,
    whole: DFF<Bit>,
    low: DFF<Bits<128>>,
    high: DFF<Bits<128>>,
    // What it means.
    limit: Signal<Local, Bits<32>>,
    small_row: Signal<Local, Bits<7>>,
    status: Signal<Local, Bits<8>>,
    status_q: DFF<Bits<8>>,
    verdict: Signal<Local, Bits<8>>,
    is_write: Signal<Local, Bit>,
    is_read: Signal<Local, Bit>,
    is_small: Signal<Local, Bit>,
    // Its execution.
    strobes: DFF<Write>,
    wrote: DFF<Bit>,
    generation_q: DFF<Bits<16>>,
    next_generation: Signal<Local, Bits<16>>,
    left: DFF<Bits<7>>,
    next_left: Signal<Local, Bits<7>>,
    next_index: Signal<Local, Bits<32>>,
    next_count: Signal<Local, Bits<16>>,
    result: DFF<Bits<8>>,
    want_entry: DFF<Bit>,
    want_slot: DFF<Bit>,
    want_counters: DFF<Bit>,
    want_mirror: DFF<Bit>,
    counters_q: DFF<Counters>,
    // Its completion.
    has_row: Signal<Local, Bit>,
    more: Signal<Local, Bit>,
    head: Signal<Local, Completion>,
    part: Signal<Local, Bits<128>>,
    out_data: DFF<Bits<128>>,
    out_last: DFF<Bit>,
    out_valid: DFF<Bit>,
}

impl<const R: usize> Default for Commands<R> {
    fn default() -> Self {
        assert!((7..=17).contains(&R), "2 to the power of {R} rows: an index has 7 to 17 bits");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            command: Default::default(),
            completion: Default::default(),
            now: Default::default(),
            live: Default::default(),
            generation: Default::default(),
            write: Default::default(),
            busy: Default::default(),
            read_index: Default::default(),
            read_entry: Default::default(),
            entry_done: Default::default(),
            entry_key: Default::default(),
            entry_action: Default::default(),
            read_slot: Default::default(),
            slot_done: Default::default(),
            slot: Default::default(),
            read_counters: Default::default(),
            counters_done: Default::default(),
            counters: Default::default(),
            mirror_address: Default::default(),
            mirror_data: Default::default(),
            rows: Constant::new((1u64 << R).into()),
            clearing: Default::default(),
            collecting: Default::default(),
            checking: Default::default(),
            executing: Default::default(),
            waiting: Default::default(),
            answering: Default::default(),
            beat: Default::default(),
            data: Default::default(),
            header: Default::default(),
            opcode: Default::default(),
            target: Default::default(),
            tag: Default::default(),
            index: Default::default(),
            count: Default::default(),
            notify: Default::default(),
            clear: Default::default(),
            whole: Default::default(),
            low: Default::default(),
            high: Default::default(),
            limit: Default::default(),
            small_row: Default::default(),
            status: Default::default(),
            status_q: Default::default(),
            verdict: Default::default(),
            is_write: Default::default(),
            is_read: Default::default(),
            is_small: Default::default(),
            strobes: Default::default(),
            wrote: Default::default(),
            generation_q: Default::default(),
            next_generation: Default::default(),
            left: Default::default(),
            next_left: Default::default(),
            next_index: Default::default(),
            next_count: Default::default(),
            result: Default::default(),
            want_entry: Default::default(),
            want_slot: Default::default(),
            want_counters: Default::default(),
            want_mirror: Default::default(),
            counters_q: Default::default(),
            has_row: Default::default(),
            more: Default::default(),
            head: Default::default(),
            part: Default::default(),
            out_data: Default::default(),
            out_last: Default::default(),
            out_valid: Default::default(),
        }
    }
}

impl<const R: usize> Logic for Commands<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            clearing,
            collecting,
            checking,
            executing,
            waiting,
            answering,
            beat,
            opcode,
            target,
            tag,
            index,
            count,
            notify,
            clear,
            whole,
            low,
            high,
            status_q,
            strobes,
            wrote,
            generation_q,
            left,
            result,
            want_entry,
            want_slot,
            want_counters,
            want_mirror,
            counters_q,
            out_data,
            out_last,
            out_valid
        );
        self.command.ready.next = self.collecting.q.val();
        self.live.next = !self.clearing.q.val();
        self.generation.next = self.generation_q.q.val();
        self.read_index.next = self.index.q.val().get_bits::<17>(0);
        self.read_entry.next = self.want_entry.q.val();
        self.read_slot.next = self.want_slot.q.val();
        self.read_counters.next = self.want_counters.q.val();

        // One operation each, of exact width.
        self.next_generation.next = self.generation_q.q.val() + 1;
        self.next_left.next = self.left.q.val() - 1;
        self.next_index.next = self.index.q.val() + 1;
        self.next_count.next = self.count.q.val() - 1;

        // What the command means.
        self.is_write.next = self.opcode.q.val() == bits::<8>(OPCODE_WRITE);
        self.is_read.next = self.opcode.q.val() == bits::<8>(OPCODE_READ);
        self.limit.next = bits::<32>(0);
        self.small_row.next = bit_cast::<7, 32>(self.index.q.val());
        self.is_small.next = true;
        if (self.target.q.val() == bits::<8>(TABLE_ENTRY))
            | (self.target.q.val() == bits::<8>(TABLE_SLOT))
        {
            self.limit.next = self.rows.val();
            self.is_small.next = false;
        } else if self.target.q.val() == bits::<8>(TABLE_STASH) {
            self.limit.next = bits::<32>(STASH_ROWS);
            self.small_row.next = bit_cast::<7, 32>(self.index.q.val()) | 112;
        } else if self.target.q.val() == bits::<8>(TABLE_NEXT_HOP) {
            self.limit.next = bits::<32>(NEXT_HOP_ROWS);
        } else if self.target.q.val() == bits::<8>(TABLE_LOCAL) {
            self.limit.next = bits::<32>(LOCAL_ROWS);
            self.small_row.next = bit_cast::<7, 32>(self.index.q.val()) | 64;
        } else if self.target.q.val() == bits::<8>(TABLE_SERVICE) {
            self.limit.next = bits::<32>(SERVICE_ROWS);
            self.small_row.next = bit_cast::<7, 32>(self.index.q.val()) | 96;
        }
        self.status.next = bits::<8>(STATUS_DONE);
        if self.is_write.val() | self.is_read.val() {
            if self.limit.val() == bits::<32>(0) {
                self.status.next = bits::<8>(STATUS_BAD_TABLE);
            } else if self.index.q.val() >= self.limit.val() {
                self.status.next = bits::<8>(STATUS_BAD_INDEX);
            }
        } else if self.opcode.q.val() != bits::<8>(OPCODE_FENCE) {
            self.status.next = bits::<8>(STATUS_BAD_OPCODE);
        }
        self.status_q.d.next = self.status.val();
        self.verdict.next = self.status_q.q.val();
        if !self.whole.q.val() {
            self.verdict.next = bits::<8>(STATUS_BAD_LENGTH);
        }

        // Collecting.
        self.data.next = self.command.data.val();
        self.header.next = self.data.val().into();
        if self.collecting.q.val() & self.command.valid.val() {
            if self.beat.q.val() == bits::<2>(0) {
                self.opcode.d.next = self.header.val().opcode;
                self.target.d.next = self.header.val().table;
                self.tag.d.next = self.header.val().tag;
                self.index.d.next = self.header.val().index;
                self.count.d.next = self.header.val().count;
                self.notify.d.next = self.header.val().notify;
                self.clear.d.next = self.header.val().clear;
            } else if self.beat.q.val() == bits::<2>(1) {
                self.low.d.next = self.data.val();
            } else {
                self.high.d.next = self.data.val();
            }
            if self.beat.q.val() != bits::<2>(3) {
                self.beat.d.next = self.beat.q.val() + 1;
            }
            if self.command.last.val() {
                self.whole.d.next = (self.beat.q.val() == bits::<2>(2))
                    & (self.command.bytes.val() == bits::<5>(HOST_BEAT));
                self.beat.d.next = bits::<2>(0);
                self.collecting.d.next = false;
                self.executing.d.next = true;
            }
        }

        // The strobes of a WRITE are one clock long.
        self.strobes.d.next.entry = false;
        self.strobes.d.next.slot = false;
        self.strobes.d.next.stash = false;
        self.strobes.d.next.next_hop = false;
        self.strobes.d.next.local = false;
        self.strobes.d.next.service = false;
        self.strobes.d.next.small = false;
        self.wrote.d.next = false;
        if self.wrote.q.val() {
            self.generation_q.d.next = self.next_generation.val();
        }
        self.write.next = self.strobes.q.val();
        self.write.next.low = self.low.q.val();
        self.write.next.high = self.high.q.val();

        if self.left.q.val() != bits::<7>(0) {
            self.left.d.next = self.next_left.val();
        }

        // Clearing: every row of every table, by the index's low bits.
        if self.clearing.q.val() & (self.left.q.val() == bits::<7>(0)) & !self.busy.val() {
            if self.index.q.val() == self.rows.val() {
                self.clearing.d.next = false;
                self.collecting.d.next = true;
            } else {
                self.strobes.d.next.entry = true;
                self.strobes.d.next.slot = true;
                self.strobes.d.next.stash = true;
                self.strobes.d.next.next_hop = true;
                self.strobes.d.next.local = true;
                self.strobes.d.next.service = true;
                self.strobes.d.next.small = true;
                self.strobes.d.next.clear = true;
                self.strobes.d.next.used = false;
                self.strobes.d.next.index = self.index.q.val().get_bits::<17>(0);
                self.strobes.d.next.row = self.index.q.val().get_bits::<7>(0);
                self.index.d.next = self.next_index.val();
                self.left.d.next = bits::<7>(3);
            }
        }

        // READ's next row: the check takes a clock.
        if self.checking.q.val() {
            self.checking.d.next = false;
            self.executing.d.next = true;
        }

        // Executing.
        if self.executing.q.val() & !self.busy.val() {
            self.executing.d.next = false;
            self.result.d.next = self.verdict.val();
            self.waiting.d.next = true;
            self.left.d.next = bits::<7>(2);
            self.strobes.d.next.clear = self.clear.q.val();
            self.strobes.d.next.used = true;
            self.strobes.d.next.index = self.index.q.val().get_bits::<17>(0);
            self.strobes.d.next.row = self.small_row.val();
            if self.verdict.val() == bits::<8>(STATUS_DONE) {
                if self.is_write.val() {
                    self.wrote.d.next = true;
                    self.strobes.d.next.entry = self.target.q.val() == bits::<8>(TABLE_ENTRY);
                    self.strobes.d.next.slot = self.target.q.val() == bits::<8>(TABLE_SLOT);
                    self.strobes.d.next.stash = self.target.q.val() == bits::<8>(TABLE_STASH);
                    self.strobes.d.next.next_hop = self.target.q.val() == bits::<8>(TABLE_NEXT_HOP);
                    self.strobes.d.next.local = self.target.q.val() == bits::<8>(TABLE_LOCAL);
                    self.strobes.d.next.service = self.target.q.val() == bits::<8>(TABLE_SERVICE);
                    self.strobes.d.next.small = self.is_small.val();
                    if !self.notify.q.val() {
                        self.waiting.d.next = false;
                        self.collecting.d.next = true;
                    }
                } else if self.is_read.val() {
                    self.counters_q.d.next.packets = bits::<40>(0);
                    self.counters_q.d.next.bytes = bits::<48>(0);
                    self.counters_q.d.next.last_seen = bits::<32>(0);
                    self.want_entry.d.next = self.target.q.val() == bits::<8>(TABLE_ENTRY);
                    self.want_counters.d.next = self.target.q.val() == bits::<8>(TABLE_ENTRY);
                    self.want_slot.d.next = self.target.q.val() == bits::<8>(TABLE_SLOT);
                    self.want_mirror.d.next = self.is_small.val();
                    self.left.d.next = bits::<7>(5);
                } else {
                    self.left.d.next = bits::<7>(FENCE_CLOCKS);
                }
            }
        }

        // Waiting: for the row, for the pipeline to drain, or for a WRITE to take effect.
        self.mirror_address.next = bit_cast::<8, 7>(self.strobes.q.val().row);
        if self.left.q.val() == bits::<7>(4) {
            self.mirror_address.next = bit_cast::<8, 7>(self.strobes.q.val().row) | 128;
        }
        if self.want_entry.q.val() & self.entry_done.val() {
            self.want_entry.d.next = false;
            self.low.d.next = bit_cast::<128, 121>(self.entry_key.val());
            self.high.d.next = bit_cast::<128, 118>(self.entry_action.val());
        }
        if self.want_slot.q.val() & self.slot_done.val() {
            self.want_slot.d.next = false;
            self.low.d.next = bit_cast::<128, 32>(self.slot.val());
            self.high.d.next = bits::<128>(0);
        }
        if self.want_counters.q.val() & self.counters_done.val() {
            self.want_counters.d.next = false;
            self.counters_q.d.next = self.counters.val();
        }
        if self.want_mirror.q.val() & (self.left.q.val() == bits::<7>(3)) {
            self.low.d.next = self.mirror_data.val();
        }
        if self.want_mirror.q.val() & (self.left.q.val() == bits::<7>(2)) {
            self.high.d.next = self.mirror_data.val();
            self.want_mirror.d.next = false;
        }
        if self.waiting.q.val()
            & (self.left.q.val() == bits::<7>(0))
            & !(self.want_entry.q.val() | self.want_slot.q.val() | self.want_counters.q.val())
        {
            self.waiting.d.next = false;
            self.answering.d.next = true;
        }

        // Answering.
        self.has_row.next = self.is_read.val() & (self.result.q.val() == bits::<8>(STATUS_DONE));
        self.more.next =
            self.has_row.val() & (self.count.q.val().get_bits::<15>(1) != bits::<15>(0));
        self.head.next.status = self.result.q.val();
        self.head.next.opcode = self.opcode.q.val();
        self.head.next.tag = self.tag.q.val();
        self.head.next.index = self.index.q.val();
        self.head.next.table = self.target.q.val();
        self.head.next.last = !self.more.val();
        self.head.next.reserved = bits::<7>(0);
        self.head.next.generation = self.generation_q.q.val();
        self.head.next.now = self.now.val();
        self.part.next = self.head.val().into();
        if self.beat.q.val() != bits::<2>(0) {
            self.part.next = bits::<128>(0);
            if self.has_row.val() {
                if self.beat.q.val() == bits::<2>(1) {
                    self.part.next = self.low.q.val();
                } else if self.beat.q.val() == bits::<2>(2) {
                    self.part.next = self.high.q.val();
                } else {
                    self.part.next = self.counters_q.q.val().into();
                }
            }
        }
        if self.completion.ready.val() {
            self.out_valid.d.next = false;
        }
        if self.answering.q.val() & (!self.out_valid.q.val() | self.completion.ready.val()) {
            self.out_valid.d.next = true;
            self.out_data.d.next = self.part.val();
            self.out_last.d.next = self.beat.q.val() == bits::<2>(3);
            self.beat.d.next = self.beat.q.val() + 1;
            if self.beat.q.val() == bits::<2>(3) {
                self.answering.d.next = false;
                if self.more.val() {
                    self.checking.d.next = true;
                    self.index.d.next = self.next_index.val();
                    self.count.d.next = self.next_count.val();
                } else {
                    self.collecting.d.next = true;
                }
            }
        }
        self.completion.data.next = self.out_data.q.val();
        self.completion.bytes.next = bits::<5>(HOST_BEAT);
        self.completion.last.next = self.out_last.q.val();
        self.completion.error.next = false;
        self.completion.valid.next = self.out_valid.q.val();

        if self.reset.val() {
            self.clearing.d.next = true;
            self.collecting.d.next = false;
            self.checking.d.next = false;
            self.executing.d.next = false;
            self.waiting.d.next = false;
            self.answering.d.next = false;
            self.beat.d.next = bits::<2>(0);
            self.index.d.next = bits::<32>(0);
            self.low.d.next = bits::<128>(0);
            self.high.d.next = bits::<128>(0);
            self.left.d.next = bits::<7>(3);
            self.want_entry.d.next = false;
            self.want_slot.d.next = false;
            self.want_counters.d.next = false;
            self.want_mirror.d.next = false;
            self.wrote.d.next = false;
            self.generation_q.d.next = bits::<16>(0);
            self.out_valid.d.next = false;
        }
    }
}
