//! Commands from the host: executed one after another, answered by completions.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::answer::Answer;
use super::clear::Clear;
use super::collect::Collect;
use super::fetch::Fetch;
use super::judge::Judge;
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
///
/// A command is collected, judged, executed here, and if need be a row fetched and a completion
/// answered, by a block each. An entry and the slot placed with it have their strobes in one clock:
/// no lookup sees one without the other.
#[derive(LogicBlock, Default)]
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
    pub slot: Signal<In, Bits<36>>,
    pub read_counters: Signal<Out, Bit>,
    pub counters_done: Signal<In, Bit>,
    pub counters: Signal<In, Counters>,
    pub mirror_address: Signal<Out, Bits<8>>,
    pub mirror_data: Signal<In, Bits<128>>,
    collect: Collect,
    judge: Judge<R>,
    clear: Clear<R>,
    fetch: Fetch,
    answer: Answer,
    // What is done with the command that was collected; none of them: it may be executed.
    checking: DFF<Bit>,
    waiting: DFF<Bit>,
    answering: DFF<Bit>,
    header: Signal<Local, Command>,
    target: Signal<Local, Bits<8>>,
    status: Signal<Local, Bits<8>>,
    execute: Signal<Local, Bit>,
    index: Signal<Local, Bits<17>>,
    placed: Signal<Local, Bits<36>>,
    strobes: DFF<Write>,
    wrote: DFF<Bit>,
    generation_q: DFF<Bits<16>>,
    next_generation: Signal<Local, Bits<16>>,
    left: DFF<Bits<7>>,
    next_left: Signal<Local, Bits<7>>,
    result: DFF<Bits<8>>,
    has_row: Signal<Local, Bit>,
    count: Signal<Local, Bits<16>>,
    more: Signal<Local, Bit>,
    head: Signal<Local, Completion>,
}

impl<const R: usize> Logic for Commands<R> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            checking,
            waiting,
            answering,
            strobes,
            wrote,
            generation_q,
            left,
            result
        );
        self.collect.clock.next = self.clock.val();
        self.collect.reset.next = self.reset.val();
        self.judge.clock.next = self.clock.val();
        self.clear.clock.next = self.clock.val();
        self.clear.reset.next = self.reset.val();
        self.fetch.clock.next = self.clock.val();
        self.fetch.reset.next = self.reset.val();
        self.answer.clock.next = self.clock.val();
        self.answer.reset.next = self.reset.val();
        FrameSink::<128, 5>::link(&mut self.command, &mut self.collect.command);
        FrameSource::<128, 5>::link(&mut self.completion, &mut self.answer.completion);
        self.clear.busy.next = self.busy.val();
        self.live.next = self.clear.live.val();
        self.collect.run.next = self.clear.live.val();
        self.generation.next = self.generation_q.q.val();

        // One operation each, of exact width.
        self.next_generation.next = self.generation_q.q.val() + 1;
        self.next_left.next = self.left.q.val() - 1;

        // The command.
        self.header.next = self.collect.header.val();
        self.judge.header.next = self.collect.header.val();
        self.target.next = self.header.val().table;
        self.index.next = bit_cast::<17, 32>(self.header.val().index);
        self.status.next = self.judge.status.val();
        if !self.collect.whole.val() {
            self.status.next = bits::<8>(STATUS_BAD_LENGTH);
        }
        self.execute.next = self.collect.full.val()
            & !self.checking.q.val()
            & !self.waiting.q.val()
            & !self.answering.q.val()
            & !self.busy.val();
        self.collect.done.next = false;
        self.collect.step.next = false;

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
        self.write.next.low = self.collect.low.val();
        self.write.next.high = self.collect.high.val();

        // Clearing: every row of every table, by the index's low bits.
        if self.clear.strobe.val() {
            self.strobes.d.next.entry = true;
            self.strobes.d.next.slot = true;
            self.strobes.d.next.stash = true;
            self.strobes.d.next.next_hop = true;
            self.strobes.d.next.local = true;
            self.strobes.d.next.service = true;
            self.strobes.d.next.small = true;
            self.strobes.d.next.clear = true;
            self.strobes.d.next.used = false;
            self.strobes.d.next.index = self.clear.index.val();
            self.strobes.d.next.row = bit_cast::<7, 17>(self.clear.index.val());
            self.strobes.d.next.slot_index = self.clear.index.val();
            self.strobes.d.next.slot_row = bits::<36>(0);
        }

        // Executing.
        if self.left.q.val() != bits::<7>(0) {
            self.left.d.next = self.next_left.val();
        }
        // READ's next row: the check takes a clock.
        self.checking.d.next = false;
        self.fetch.start.next = false;
        self.fetch.entry.next = self.judge.entry.val();
        self.fetch.slot.next = self.judge.slot.val();
        self.fetch.mirrored.next = self.judge.mirrored.val();
        self.placed.next = (bit_cast::<36, 17>(self.index.val()) << 19)
            | (bit_cast::<36, 18>(self.header.val().fingerprint) << 1)
            | 1;
        if self.execute.val() {
            self.result.d.next = self.status.val();
            self.waiting.d.next = true;
            self.left.d.next = bits::<7>(2);
            self.strobes.d.next.clear = self.header.val().clear;
            self.strobes.d.next.used = true;
            self.strobes.d.next.index = self.index.val();
            self.strobes.d.next.row = self.judge.row.val();
            self.strobes.d.next.slot_index = self.index.val();
            self.strobes.d.next.slot_row = bit_cast::<36, 128>(self.collect.low.val());
            if self.judge.entry.val() {
                self.strobes.d.next.slot_index = self.header.val().slot;
                self.strobes.d.next.slot_row = self.placed.val();
            }
            if self.status.val() == bits::<8>(STATUS_DONE) {
                if self.judge.is_write.val() {
                    self.wrote.d.next = true;
                    self.strobes.d.next.entry = self.judge.entry.val();
                    self.strobes.d.next.slot =
                        self.judge.slot.val() | (self.judge.entry.val() & self.header.val().place);
                    self.strobes.d.next.stash = self.target.val() == bits::<8>(TABLE_STASH);
                    self.strobes.d.next.next_hop = self.target.val() == bits::<8>(TABLE_NEXT_HOP);
                    self.strobes.d.next.local = self.target.val() == bits::<8>(TABLE_LOCAL);
                    self.strobes.d.next.service = self.target.val() == bits::<8>(TABLE_SERVICE);
                    self.strobes.d.next.small = self.judge.mirrored.val();
                    if !self.header.val().notify {
                        self.waiting.d.next = false;
                        self.collect.done.next = true;
                    }
                } else if self.judge.is_read.val() {
                    self.fetch.start.next = true;
                } else {
                    self.left.d.next = bits::<7>(FENCE_CLOCKS);
                }
            }
        }

        // Waiting: for the row, for the pipeline to drain, or for a WRITE to take effect.
        self.read_index.next = self.index.val();
        self.fetch.row.next = self.strobes.q.val().row;
        self.read_entry.next = self.fetch.read_entry.val();
        self.fetch.entry_done.next = self.entry_done.val();
        self.fetch.entry_key.next = self.entry_key.val();
        self.fetch.entry_action.next = self.entry_action.val();
        self.read_slot.next = self.fetch.read_slot.val();
        self.fetch.slot_done.next = self.slot_done.val();
        self.fetch.slot_row.next = self.slot.val();
        self.read_counters.next = self.fetch.read_counters.val();
        self.fetch.counters_done.next = self.counters_done.val();
        self.fetch.counters_row.next = self.counters.val();
        self.mirror_address.next = self.fetch.mirror_address.val();
        self.fetch.mirror_data.next = self.mirror_data.val();
        if self.waiting.q.val() & (self.left.q.val() == bits::<7>(0)) & !self.fetch.busy.val() {
            self.waiting.d.next = false;
            self.answering.d.next = true;
        }

        // Answering.
        self.has_row.next =
            self.judge.is_read.val() & (self.result.q.val() == bits::<8>(STATUS_DONE));
        self.count.next = self.header.val().count;
        self.more.next = self.has_row.val() & (self.count.val().get_bits::<15>(1) != bits::<15>(0));
        self.head.next.status = self.result.q.val();
        self.head.next.opcode = self.header.val().opcode;
        self.head.next.tag = self.header.val().tag;
        self.head.next.index = self.header.val().index;
        self.head.next.table = self.target.val();
        self.head.next.last = !self.more.val();
        self.head.next.reserved = bits::<7>(0);
        self.head.next.generation = self.generation_q.q.val();
        self.head.next.now = self.now.val();
        self.answer.head.next = self.head.val();
        self.answer.run.next = self.answering.q.val();
        self.answer.has_row.next = self.has_row.val();
        self.answer.low.next = self.fetch.low.val();
        self.answer.high.next = self.fetch.high.val();
        self.answer.counters.next = self.fetch.counters.val();
        if self.answer.done.val() {
            self.answering.d.next = false;
            self.checking.d.next = self.more.val();
            self.collect.step.next = self.more.val();
            self.collect.done.next = !self.more.val();
        }

        if self.reset.val() {
            self.checking.d.next = false;
            self.waiting.d.next = false;
            self.answering.d.next = false;
            self.left.d.next = bits::<7>(0);
            self.wrote.d.next = false;
            self.generation_q.d.next = bits::<16>(0);
        }
    }
}
