//! *match* and *decide*: from a parsed frame to the plan for its bytes.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod classify;
mod drops;
mod filter;
mod verdict;

pub use classify::{Classify, Early};
pub use drops::Drops;
pub use filter::Filter;
pub use verdict::{Carried, Verdict};

use crate::consts::*;
use crate::leaf::Delay;
use crate::meta::{Action, Key, Parsed, Plan};
use crate::parse::{Addresses, Flow, Served};
use crate::rewrite::Checksum;
use crate::stream::{FrameSink, FrameSource};
use crate::table::Table;
use rust_hdl::prelude::*;
use spec::limits::{
    ACTION_CLOCKS, ADDRESS_CLOCKS, ASK_AHEAD, CHECKSUM_CLOCKS, CLASSIFY_CLOCKS, FILTER_CLOCKS,
    KEY_AHEAD, LOCAL_CLOCKS, LOOKUP_CLOCKS, NEXT_HOP_CLOCKS, SERVICE_AHEAD, SERVICE_CLOCKS,
    VERDICT_CLOCKS,
};

// Clocks from a parsed frame to its verdict's questions.
const VERDICT_AT: usize = ACTION_CLOCKS + NEXT_HOP_CLOCKS;

// The steps below are wired for these.
const _: () = assert!(ASK_AHEAD == 5 && KEY_AHEAD == 3 && SERVICE_AHEAD == 2);
const _: () = assert!(LOCAL_CLOCKS == ASK_AHEAD - KEY_AHEAD && SERVICE_CLOCKS == SERVICE_AHEAD);
const _: () = assert!(FILTER_CLOCKS == LOOKUP_CLOCKS);
const _: () = assert!(NEXT_HOP_CLOCKS == 2 && ADDRESS_CLOCKS == 1 && CLASSIFY_CLOCKS == 1);
const _: () = assert!(CHECKSUM_CLOCKS == NEXT_HOP_CLOCKS + VERDICT_CLOCKS);

/// Which local address, which service, which entry, which verdict.
///
/// Ports: `parsed` with `valid`; before it the same frame's `addresses`, `flow` and `served`, each so
/// many clocks as *parse* says; `spec::limits::DECIDE_CLOCKS` after it `plan` with `decided`, and
/// `code` with `dropped`. A frame a clock, no stall: the rate cannot depend on what is in the table.
/// The streams `command` and `completion` are the table's, see [`Table`]. Reset clears the table; it
/// has to last `ASK_AHEAD + DECIDE_CLOCKS` for the pipeline to be empty after it.
///
/// | clock | step |
/// |---|---|
/// | -5 | local address, by the address that is ours on this side |
/// | -3 | key and lookup, and the filter; -2: service, by local address, protocol and port |
/// | 0 | classification; the old words' part of the checksums |
/// | 5 | address and next hop of the entry found; the new words' part |
/// | 6 | whether the key was the entry's; the address's part |
/// | 7 | verdict and plan |
///
/// The lookup is asked before it is known whether it counts: an answer that `Classify` did not ask
/// for is not used.
///
/// `R` is the number of bits of an entry's index, `B` that of a bucket's.
#[derive(LogicBlock, Default)]
pub struct Decide<const R: usize, const B: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub bridge: Signal<In, Bit>,
    pub secret: Signal<In, Bits<128>>,
    pub now: Signal<In, Bits<32>>,
    pub command: FrameSink<128, 5>,
    pub completion: FrameSource<128, 5>,
    pub generation: Signal<Out, Bits<16>>,
    pub addresses: Signal<In, Addresses>,
    pub flow: Signal<In, Flow>,
    pub served: Signal<In, Served>,
    pub valid: Signal<In, Bit>,
    pub parsed: Signal<In, Parsed>,
    pub decided: Signal<Out, Bit>,
    pub plan: Signal<Out, Plan>,
    pub dropped: Signal<Out, Bit>,
    pub code: Signal<Out, Bits<5>>,
    table_rows: Table<R, B>,
    filter: Filter,
    classify: Classify,
    checksum: Checksum,
    verdict: Verdict,
    key: Signal<Local, Key>,
    // The local address's index and hit, on their way to `Classify`.
    local_hits: [DFF<Bit>; 3],
    local_indices: [DFF<Bits<8>>; 3],
    ttl: Signal<Local, Bits<8>>,
    carried: Signal<Local, Carried>,
    carried_verdict: Delay<Carried, { VERDICT_AT }>,
    valid_verdict: Delay<Bit, { VERDICT_AT }>,
    early_verdict: Delay<Early, { VERDICT_AT - CLASSIFY_CLOCKS }>,
    // What the lookup found, a clock later.
    hit: DFF<Bit>,
    allow: DFF<Bit>,
    entry: DFF<Bits<17>>,
    saw: DFF<Bits<16>>,
    action: DFF<Action>,
    address: DFF<Bits<32>>,
}

impl<const R: usize, const B: usize> Logic for Decide<R, B> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, hit, allow, entry, saw, action, address);
        clock!(
            self,
            clock,
            table_rows,
            filter,
            classify,
            checksum,
            verdict,
            carried_verdict,
            valid_verdict,
            early_verdict
        );
        for i in 0..3 {
            self.local_hits[i].clock.next = self.clock.val();
            self.local_indices[i].clock.next = self.clock.val();
        }
        self.table_rows.reset.next = self.reset.val();
        self.verdict.reset.next = self.reset.val();
        FrameSink::<128, 5>::link(&mut self.command, &mut self.table_rows.command);
        FrameSource::<128, 5>::link(&mut self.completion, &mut self.table_rows.completion);
        self.table_rows.secret.next = self.secret.val();
        self.table_rows.now.next = self.now.val();
        self.generation.next = self.table_rows.generation.val();

        // Local address: a VIP by destination from outside, a server by source from inside.
        self.table_rows.local_port.next = self.addresses.val().source == bits::<2>(SOURCE_INTERNAL);
        self.table_rows.local_address.next = self.addresses.val().destination_address;
        if self.addresses.val().source == bits::<2>(SOURCE_INTERNAL) {
            self.table_rows.local_address.next = self.addresses.val().source_address;
        }
        self.local_hits[0].d.next = self.table_rows.local_hit.val();
        self.local_indices[0].d.next = self.table_rows.local_index.val();
        for i in 1..3 {
            self.local_hits[i].d.next = self.local_hits[i - 1].q.val();
            self.local_indices[i].d.next = self.local_indices[i - 1].q.val();
        }

        // Lookup. Whose address and port are the client's depends on where the frame came in.
        self.key.next.kind = bits::<4>(KIND_L2TP);
        self.key.next.peer = self.flow.val().peer;
        self.key.next.local = self.table_rows.local_index.val();
        self.key.next.discriminator = bit_cast::<32, 16>(self.flow.val().tunnel);
        self.key.next.reserved = bits::<7>(0);
        if self.flow.val().source == bits::<2>(SOURCE_INTERNAL) {
            self.key.next.address = self.flow.val().destination_address;
            self.key.next.peer_port = self.flow.val().destination_port;
            self.key.next.local_port = self.flow.val().source_port;
        } else {
            self.key.next.address = self.flow.val().source_address;
            self.key.next.peer_port = self.flow.val().source_port;
            self.key.next.local_port = self.flow.val().destination_port;
        }
        self.table_rows.lookup_key.next = self.key.val();
        self.table_rows.lookup_valid.next = self.flow.val().valid;
        self.table_rows.lookup_direct.next = self.flow.val().source == bits::<2>(SOURCE_INJECT);
        self.table_rows.lookup_index.next = self.flow.val().entry;
        self.filter.flow.next = self.flow.val();

        // Service.
        self.table_rows.service_local.next = self.local_indices[0].q.val();
        self.table_rows.service_protocol.next = self.served.val().protocol;
        self.table_rows.service_port.next = self.served.val().port;

        // Classification.
        self.classify.bridge.next = self.bridge.val();
        self.classify.parsed.next = self.parsed.val();
        self.classify.local_hit.next = self.local_hits[2].q.val();
        self.classify.local_index.next = self.local_indices[2].q.val();
        self.classify.service_hit.next = self.table_rows.service_hit.val();
        self.classify.service_kind.next = self.table_rows.service_kind.val();
        self.early_verdict.x.next = self.classify.early.val();
        self.valid_verdict.x.next = self.valid.val();
        self.ttl.next = self.parsed.val().ttl;
        self.carried.next.source = self.parsed.val().source;
        self.carried.next.length = self.parsed.val().length;
        self.carried.next.inject_port = self.parsed.val().inject_port;
        self.carried.next.network_offset = self.parsed.val().network_offset;
        self.carried.next.transport_offset = self.parsed.val().transport_offset;
        self.carried.next.tunnel_offset = self.parsed.val().tunnel_offset;
        self.carried.next.control = self.parsed.val().control;
        self.carried.next.mortal = self.ttl.val().get_bits::<7>(1) == bits::<7>(0);
        self.carried.next.ttl = self.ttl.val() - bits::<8>(1);
        self.carried_verdict.x.next = self.carried.val();

        // Address and next hop, and the checksums.
        self.table_rows.address_index.next = self.table_rows.lookup_ahead.val().local;
        self.table_rows.next_hop_index.next = self.table_rows.lookup_ahead.val().next_hop;
        self.checksum.parsed.next = self.parsed.val();
        self.checksum.action.next = self.table_rows.lookup_ahead.val();
        self.checksum.address.next = self.table_rows.address.val();
        self.hit.d.next = self.table_rows.lookup_done.val() & self.table_rows.lookup_hit.val();
        self.allow.d.next = self.filter.allow.val();
        self.entry.d.next = self.table_rows.lookup_entry.val();
        self.saw.d.next = self.table_rows.lookup_generation.val();
        self.action.d.next = self.table_rows.lookup_action.val();
        self.address.d.next = self.table_rows.address.val();

        // Verdict.
        self.verdict.frame.next = self.valid_verdict.y.val();
        self.verdict.early.next = self.early_verdict.y.val();
        self.verdict.carried.next = self.carried_verdict.y.val();
        self.verdict.hit.next = self.hit.q.val();
        self.verdict.allow.next = self.allow.q.val();
        self.verdict.entry.next = self.entry.q.val();
        self.verdict.action.next = self.action.q.val();
        self.verdict.generation.next = self.saw.q.val();
        self.verdict.next_hop.next = self.table_rows.next_hop.val();
        self.verdict.address.next = self.address.q.val();
        self.verdict.network_checksum.next = self.checksum.network_checksum.val();
        self.verdict.transport_checksum.next = self.checksum.transport_checksum.val();
        self.decided.next = self.verdict.valid.val();
        self.plan.next = self.verdict.plan.val();
        self.dropped.next = self.verdict.dropped.val();
        self.code.next = self.verdict.code.val();
        self.table_rows.count_valid.next = self.verdict.forwarded.val();
        self.table_rows.count_entry.next = self.verdict.plan.val().entry;
        self.table_rows.count_bytes.next = self.verdict.plan.val().length;
    }
}
