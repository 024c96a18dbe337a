//! The table: what every packet is looked up in, and the commands that change it.
//!
//! | file | block |
//! |---|---|
//! | `lookup` | key to action: `hash`, `slots`, `cam` (the stash), `entries` |
//! | `counters` | packets, bytes, last seen of each entry |
//! | `small` | local addresses, services, next hops |
//! | `commands` | WRITE, READ, FENCE: `collect`, `judge`, `fetch`, `answer`; `clear` after reset |
//! | `write` | a row on its way from a command into a memory |
//! | `forward` | block RAM that may be written while it is read |
#![allow(missing_docs)] // the derive macros expand to items without docs

pub mod answer;
mod cam;
pub mod clear;
pub mod collect;
pub mod commands;
mod counters;
mod entries;
mod fetch;
mod forward;
mod hash;
mod judge;
mod lookup;
mod slots;
mod small;
mod write;

pub use hash::Hash;

use crate::meta::{Action, Key, NextHop};
use crate::stream::{FrameSink, FrameSource};
use commands::Commands;
use counters::Counters;
use lookup::Lookup;
use rust_hdl::prelude::*;
use small::{Mirror, SmallTables};

/// The connection table of `1 << R` rows with `B = R - 3` bits of a bucket's number, its stash, the
/// small tables, and the command stream that writes and reads them.
///
/// Answers to the datapath, each a fixed number of clocks after its question (`spec::limits`), a
/// question a clock, stalled by nothing:
///
/// | question | answer | clocks |
/// |---|---|---|
/// | `local_address`, `local_port` | `local_hit`, `local_index` | `LOCAL_CLOCKS` |
/// | `service_local`, `service_protocol`, `service_port` | `service_hit`, `service_kind` | `SERVICE_CLOCKS` |
/// | `lookup_valid` with `lookup_key`, or with `lookup_direct` and `lookup_index` | `lookup_done` with `lookup_hit`, `lookup_entry`, `lookup_action`, `lookup_generation`; a clock before it `lookup_ahead`, the action if it is a hit | `LOOKUP_CLOCKS` |
/// | `address_index` | `address`, 0 where there is no such row | `ADDRESS_CLOCKS` |
/// | `next_hop_index` | `next_hop`, not valid where there is no such row | `NEXT_HOP_CLOCKS` |
///
/// `count_valid` counts a frame of `count_bytes` for `count_entry`, one a clock.
///
/// `lookup_generation` is the number of WRITEs, modulo 65536, that the lookup saw: its answer is
/// that of entries, slots and stash after exactly those WRITEs, none later. The small tables are
/// asked at other clocks: a lookup's generation says nothing about them.
///
/// Commands: see `spec::command`. A WRITE takes 4 clocks, also one that places a slot. READ of an entry or a slot waits for a
/// clock without a lookup and, for an entry and for a clear of its counters, one without a count;
/// such clocks come, because a tunnel's packet has three beats or a port is slower than a beat a
/// clock. Completions stall the command stream, never the datapath. FENCE completes `FENCE_CLOCKS`
/// after it was read: every lookup that started before has been answered, counted, and its action,
/// address and next hop have been used.
///
/// Reset: everything is cleared, a row every 4 clocks; until then lookups miss and commands wait.
/// `secret` keys the hash; it must be set before the first row and then stay.
///
/// Limits: no parity on the memories; READ of the last seen tick counts as no packet.
#[derive(LogicBlock, Default)]
pub struct Table<const R: usize, const B: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub command: FrameSink<128, 5>,
    pub completion: FrameSource<128, 5>,
    pub now: Signal<In, Bits<32>>,
    pub secret: Signal<In, Bits<128>>,
    pub generation: Signal<Out, Bits<16>>,
    pub local_address: Signal<In, Bits<32>>,
    pub local_port: Signal<In, Bit>,
    pub local_hit: Signal<Out, Bit>,
    pub local_index: Signal<Out, Bits<8>>,
    pub service_local: Signal<In, Bits<8>>,
    pub service_protocol: Signal<In, Bits<8>>,
    pub service_port: Signal<In, Bits<16>>,
    pub service_hit: Signal<Out, Bit>,
    pub service_kind: Signal<Out, Bits<4>>,
    pub lookup_valid: Signal<In, Bit>,
    pub lookup_key: Signal<In, Key>,
    pub lookup_direct: Signal<In, Bit>,
    pub lookup_index: Signal<In, Bits<17>>,
    pub lookup_done: Signal<Out, Bit>,
    pub lookup_hit: Signal<Out, Bit>,
    pub lookup_entry: Signal<Out, Bits<17>>,
    pub lookup_action: Signal<Out, Action>,
    pub lookup_ahead: Signal<Out, Action>,
    pub lookup_generation: Signal<Out, Bits<16>>,
    pub address_index: Signal<In, Bits<8>>,
    pub address: Signal<Out, Bits<32>>,
    pub next_hop_index: Signal<In, Bits<8>>,
    pub next_hop: Signal<Out, NextHop>,
    pub count_valid: Signal<In, Bit>,
    pub count_entry: Signal<In, Bits<17>>,
    pub count_bytes: Signal<In, Bits<14>>,
    commands: Commands<R>,
    lookup: Lookup<R, B>,
    counters: Counters<R>,
    small_tables: SmallTables,
    mirror: Mirror,
}

impl<const R: usize, const B: usize> Logic for Table<R, B> {
    #[hdl_gen]
    fn update(&mut self) {
        self.commands.clock.next = self.clock.val();
        self.commands.reset.next = self.reset.val();
        FrameSink::<128, 5>::link(&mut self.command, &mut self.commands.command);
        FrameSource::<128, 5>::link(&mut self.completion, &mut self.commands.completion);
        self.commands.now.next = self.now.val();
        self.generation.next = self.commands.generation.val();

        self.lookup.clock.next = self.clock.val();
        self.lookup.reset.next = self.reset.val();
        self.lookup.live.next = self.commands.live.val();
        self.lookup.secret.next = self.secret.val();
        self.lookup.valid.next = self.lookup_valid.val();
        self.lookup.key.next = self.lookup_key.val();
        self.lookup.direct.next = self.lookup_direct.val();
        self.lookup.index.next = self.lookup_index.val();
        self.lookup_done.next = self.lookup.done.val();
        self.lookup_hit.next = self.lookup.hit.val();
        self.lookup_entry.next = self.lookup.entry.val();
        self.lookup_action.next = self.lookup.action.val();
        self.lookup_ahead.next = self.lookup.ahead.val();
        self.lookup_generation.next = self.lookup.saw.val();
        self.lookup.write.next = self.commands.write.val();
        self.lookup.generation.next = self.commands.generation.val();
        self.lookup.read_slot.next = self.commands.read_slot.val();
        self.lookup.read_entry.next = self.commands.read_entry.val();
        self.lookup.read_index.next = self.commands.read_index.val();
        self.commands.slot_done.next = self.lookup.slot_done.val();
        self.commands.slot.next = self.lookup.slot.val();
        self.commands.entry_done.next = self.lookup.entry_done.val();
        self.commands.entry_key.next = self.lookup.entry_key.val();
        self.commands.entry_action.next = self.lookup.entry_action.val();

        self.counters.clock.next = self.clock.val();
        self.counters.reset.next = self.reset.val();
        self.counters.now.next = self.now.val();
        self.counters.count_valid.next = self.count_valid.val();
        self.counters.count_entry.next = self.count_entry.val();
        self.counters.count_bytes.next = self.count_bytes.val();
        self.counters.write.next = self.commands.write.val();
        self.counters.read.next = self.commands.read_counters.val();
        self.counters.read_index.next = self.commands.read_index.val();
        self.commands.busy.next = self.counters.busy.val();
        self.commands.counters_done.next = self.counters.read_done.val();
        self.commands.counters.next = self.counters.read_row.val();

        self.small_tables.clock.next = self.clock.val();
        self.small_tables.reset.next = self.reset.val();
        self.small_tables.local_address.next = self.local_address.val();
        self.small_tables.local_port.next = self.local_port.val();
        self.local_hit.next = self.small_tables.local_hit.val();
        self.local_index.next = self.small_tables.local_index.val();
        self.small_tables.service_local.next = self.service_local.val();
        self.small_tables.service_protocol.next = self.service_protocol.val();
        self.small_tables.service_port.next = self.service_port.val();
        self.service_hit.next = self.small_tables.service_hit.val();
        self.service_kind.next = self.small_tables.service_kind.val();
        self.small_tables.address_index.next = self.address_index.val();
        self.address.next = self.small_tables.address.val();
        self.small_tables.next_hop_index.next = self.next_hop_index.val();
        self.next_hop.next = self.small_tables.next_hop.val();
        self.small_tables.write.next = self.commands.write.val();

        self.mirror.clock.next = self.clock.val();
        self.mirror.write.next = self.commands.write.val();
        self.mirror.address.next = self.commands.mirror_address.val();
        self.commands.mirror_data.next = self.mirror.data.val();
    }
}
