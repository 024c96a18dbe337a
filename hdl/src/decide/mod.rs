//! *match* and *decide*: from a parsed frame to the plan for its bytes.
#![allow(missing_docs)] // the derive macros expand to items without docs

mod classify;
mod drops;
mod verdict;

pub use classify::{Classify, Early};
pub use drops::Drops;
pub use verdict::Verdict;

use crate::consts::*;
use crate::leaf::Delay;
use crate::meta::{Action, NextHop, Parsed, Plan};
use crate::rewrite::Checksum;
use crate::stream::{FrameSink, FrameSource};
use crate::table::Table;
use rust_hdl::prelude::*;
use spec::limits::{
    ADDRESS_CLOCKS, CHECKSUM_CLOCKS, CLASSIFY_CLOCKS, DECIDE_CLOCKS, LOCAL_CLOCKS, LOOKUP_CLOCKS,
    NEXT_HOP_CLOCKS, SERVICE_CLOCKS, VERDICT_CLOCKS,
};

// Clocks after `valid`, at which each step has its question.
const SERVICE_AT: usize = LOCAL_CLOCKS;
const CLASSIFY_AT: usize = SERVICE_AT + SERVICE_CLOCKS;
const LOOKUP_AT: usize = CLASSIFY_AT + CLASSIFY_CLOCKS;
const ADDRESS_AT: usize = LOOKUP_AT + LOOKUP_CLOCKS;
const CHECKSUM_AT: usize = ADDRESS_AT + ADDRESS_CLOCKS;
const VERDICT_AT: usize = CHECKSUM_AT + CHECKSUM_CLOCKS;

// The steps below are wired for these.
const _: () = assert!(LOCAL_CLOCKS == 2 && SERVICE_CLOCKS == 2 && CLASSIFY_CLOCKS == 1);
const _: () = assert!(ADDRESS_CLOCKS == 2 && NEXT_HOP_CLOCKS == 2 && CHECKSUM_CLOCKS >= 3);
const _: () = assert!(VERDICT_AT + VERDICT_CLOCKS == DECIDE_CLOCKS);

/// Which local address, which service, which entry, which verdict.
///
/// Ports: `parsed` with `valid`; `spec::limits::DECIDE_CLOCKS` later `plan` with `decided`,
/// and `code` with `dropped`. A frame a clock, no stall: the rate cannot depend on what is
/// in the table. The streams `command` and `completion` are the table's, see [`Table`]. Reset clears
/// the table; it has to last `DECIDE_CLOCKS` for the pipeline to be empty after it.
///
/// | clock | step |
/// |---|---|
/// | 0 | local address, by the address that is ours on this side |
/// | 2 | service, by local address, protocol and port |
/// | 4 | classification and key |
/// | 5 | lookup |
/// | 17 | address and next hop of the entry found |
/// | 19 | checksums |
/// | 22 | verdict and plan |
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
    pub valid: Signal<In, Bit>,
    pub parsed: Signal<In, Parsed>,
    pub decided: Signal<Out, Bit>,
    pub plan: Signal<Out, Plan>,
    pub dropped: Signal<Out, Bit>,
    pub code: Signal<Out, Bits<5>>,
    table_rows: Table<R, B>,
    classify: Classify,
    checksum: Checksum,
    verdict: Verdict,
    // The frame's fields on their way beside the steps.
    protocol1: DFF<Bits<8>>,
    protocol2: DFF<Bits<8>>,
    port1: DFF<Bits<16>>,
    port2: DFF<Bits<16>>,
    local_hit1: DFF<Bit>,
    local_hit2: DFF<Bit>,
    local_index1: DFF<Bits<8>>,
    local_index2: DFF<Bits<8>>,
    parsed_classify: Delay<Parsed, { CLASSIFY_AT }>,
    entry_lookup: DFF<Bits<17>>,
    asked_direct: Signal<Local, Bit>,
    parsed_checksum: Delay<Parsed, { CHECKSUM_AT - CLASSIFY_AT }>,
    parsed_verdict: Delay<Parsed, { VERDICT_AT - CHECKSUM_AT }>,
    early_verdict: Delay<Early, { VERDICT_AT - LOOKUP_AT }>,
    valid_lookup: Delay<Bit, { LOOKUP_AT }>,
    valid_verdict: Delay<Bit, { VERDICT_AT - LOOKUP_AT }>,
    hit_verdict: Delay<Bit, { VERDICT_AT - ADDRESS_AT }>,
    entry_verdict: Delay<Bits<17>, { VERDICT_AT - ADDRESS_AT }>,
    generation_verdict: Delay<Bits<16>, { VERDICT_AT - ADDRESS_AT }>,
    action1: DFF<Action>,
    action2: DFF<Action>,
    action_verdict: Delay<Action, { VERDICT_AT - CHECKSUM_AT }>,
    next_hop_verdict: Delay<NextHop, { VERDICT_AT - CHECKSUM_AT }>,
    address_verdict: Delay<Bits<32>, { VERDICT_AT - CHECKSUM_AT }>,
}

impl<const R: usize, const B: usize> Logic for Decide<R, B> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            protocol1,
            protocol2,
            port1,
            port2,
            local_hit1,
            local_hit2,
            local_index1,
            local_index2,
            entry_lookup,
            action1,
            action2
        );
        clock!(
            self,
            clock,
            table_rows,
            classify,
            checksum,
            verdict,
            parsed_classify,
            parsed_checksum,
            parsed_verdict,
            early_verdict,
            valid_lookup,
            valid_verdict,
            hit_verdict,
            entry_verdict,
            generation_verdict,
            action_verdict,
            next_hop_verdict,
            address_verdict
        );
        self.table_rows.reset.next = self.reset.val();
        self.verdict.reset.next = self.reset.val();
        FrameSink::<128, 5>::link(&mut self.command, &mut self.table_rows.command);
        FrameSource::<128, 5>::link(&mut self.completion, &mut self.table_rows.completion);
        self.table_rows.secret.next = self.secret.val();
        self.table_rows.now.next = self.now.val();
        self.generation.next = self.table_rows.generation.val();

        // Local address: a VIP by destination from outside, a server by source from inside.
        self.table_rows.local_port.next = self.parsed.val().source == bits::<2>(SOURCE_INTERNAL);
        self.table_rows.local_address.next = self.parsed.val().destination_address;
        if self.parsed.val().source == bits::<2>(SOURCE_INTERNAL) {
            self.table_rows.local_address.next = self.parsed.val().source_address;
        }
        self.protocol1.d.next = self.parsed.val().protocol;
        self.protocol2.d.next = self.protocol1.q.val();
        self.port1.d.next = self.parsed.val().destination_port;
        self.port2.d.next = self.port1.q.val();
        self.parsed_classify.x.next = self.parsed.val();
        self.valid_lookup.x.next = self.valid.val();

        // Service.
        self.table_rows.service_local.next = self.table_rows.local_index.val();
        self.table_rows.service_protocol.next = self.protocol2.q.val();
        self.table_rows.service_port.next = self.port2.q.val();
        self.local_hit1.d.next = self.table_rows.local_hit.val();
        self.local_hit2.d.next = self.local_hit1.q.val();
        self.local_index1.d.next = self.table_rows.local_index.val();
        self.local_index2.d.next = self.local_index1.q.val();

        // Classification.
        self.classify.bridge.next = self.bridge.val();
        self.classify.parsed.next = self.parsed_classify.y.val();
        self.classify.local_hit.next = self.local_hit2.q.val();
        self.classify.local_index.next = self.local_index2.q.val();
        self.classify.service_hit.next = self.table_rows.service_hit.val();
        self.classify.service_kind.next = self.table_rows.service_kind.val();
        self.entry_lookup.d.next = self.parsed_classify.y.val().entry;
        self.parsed_checksum.x.next = self.parsed_classify.y.val();

        // Lookup.
        self.asked_direct.next = self.classify.early.val().direct;
        self.table_rows.lookup_valid.next =
            self.valid_lookup.y.val() & self.classify.early.val().ask;
        self.table_rows.lookup_key.next = self.classify.key.val();
        self.table_rows.lookup_direct.next = self.asked_direct.val();
        self.table_rows.lookup_index.next = self.entry_lookup.q.val();
        self.early_verdict.x.next = self.classify.early.val();
        self.valid_verdict.x.next = self.valid_lookup.y.val();

        // Address and next hop.
        self.table_rows.address_index.next = self.table_rows.lookup_action.val().local;
        self.table_rows.next_hop_index.next = self.table_rows.lookup_action.val().next_hop;
        self.hit_verdict.x.next =
            self.table_rows.lookup_done.val() & self.table_rows.lookup_hit.val();
        self.entry_verdict.x.next = self.table_rows.lookup_entry.val();
        self.generation_verdict.x.next = self.table_rows.lookup_generation.val();
        self.action1.d.next = self.table_rows.lookup_action.val();
        self.action2.d.next = self.action1.q.val();

        // Checksums.
        self.checksum.parsed.next = self.parsed_checksum.y.val();
        self.checksum.action.next = self.action2.q.val();
        self.checksum.address.next = self.table_rows.address.val();
        self.parsed_verdict.x.next = self.parsed_checksum.y.val();
        self.action_verdict.x.next = self.action2.q.val();
        self.next_hop_verdict.x.next = self.table_rows.next_hop.val();
        self.address_verdict.x.next = self.table_rows.address.val();

        // Verdict.
        self.verdict.frame.next = self.valid_verdict.y.val();
        self.verdict.early.next = self.early_verdict.y.val();
        self.verdict.parsed.next = self.parsed_verdict.y.val();
        self.verdict.hit.next = self.hit_verdict.y.val();
        self.verdict.entry.next = self.entry_verdict.y.val();
        self.verdict.action.next = self.action_verdict.y.val();
        self.verdict.generation.next = self.generation_verdict.y.val();
        self.verdict.next_hop.next = self.next_hop_verdict.y.val();
        self.verdict.address.next = self.address_verdict.y.val();
        self.verdict.ttl.next = self.checksum.ttl.val();
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
