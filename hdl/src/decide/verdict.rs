//! Second half of *decide*: the verdict, and the plan for the frame's bytes.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::decide::classify::Early;
use crate::meta::{Action, NextHop, Parsed, Plan};
use rust_hdl::prelude::*;

/// Steps 8 and 9 of `spec::verdict`.
///
/// Ports: everything about one frame, aligned: what `Classify` said, the lookup's answer, the next
/// hop, the new address and the checksums computed from it. Out, two clocks later: `plan` with
/// `valid`; `dropped` with `code`; and `forwarded`, on which the entry counts. A frame a clock, no stall. Reset clears `valid` and the events.
///
/// The first stage answers the questions one beside the other, the second makes the plan from the
/// answers: the wide fields of the plan pass one multiplexer.
#[derive(LogicBlock, Default)]
pub struct Verdict {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub frame: Signal<In, Bit>,
    pub early: Signal<In, Early>,
    pub parsed: Signal<In, Parsed>,
    pub hit: Signal<In, Bit>,
    pub entry: Signal<In, Bits<17>>,
    pub action: Signal<In, Action>,
    pub generation: Signal<In, Bits<16>>,
    pub next_hop: Signal<In, NextHop>,
    pub address: Signal<In, Bits<32>>,
    pub ttl: Signal<In, Bits<8>>,
    pub network_checksum: Signal<In, Bits<16>>,
    pub transport_checksum: Signal<In, Bits<16>>,
    pub plan: Signal<Out, Plan>,
    pub valid: Signal<Out, Bit>,
    pub dropped: Signal<Out, Bit>,
    pub code: Signal<Out, Bits<5>>,
    pub forwarded: Signal<Out, Bit>,
    // First stage.
    old_ttl: Signal<Local, Bits<8>>,
    source: Signal<Local, Bits<2>>,
    discriminator: Signal<Local, Bits<32>>,
    mortal: Signal<Local, Bit>,
    usable: Signal<Local, Bit>,
    frame_q: DFF<Bit>,
    early_q: DFF<Early>,
    forward_q: DFF<Bit>,
    copy_q: DFF<Bit>,
    drop_q: DFF<Bit>,
    code_q: DFF<Bits<5>>,
    punt_q: DFF<Bit>,
    reason_q: DFF<Bits<4>>,
    base_q: DFF<Plan>,
    // Second stage.
    punt_class: Signal<Local, Bits<2>>,
    plan_q: DFF<Plan>,
    valid_q: DFF<Bit>,
    dropped_q: DFF<Bit>,
    drop_code_q: DFF<Bits<5>>,
    forwarded_q: DFF<Bit>,
    control_q: DFF<Bit>,
}

impl Logic for Verdict {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            frame_q,
            early_q,
            forward_q,
            copy_q,
            drop_q,
            code_q,
            punt_q,
            reason_q,
            base_q,
            plan_q,
            valid_q,
            dropped_q,
            drop_code_q,
            forwarded_q,
            control_q
        );
        self.plan.next = self.plan_q.q.val();
        self.valid.next = self.valid_q.q.val();
        self.dropped.next = self.dropped_q.q.val();
        self.code.next = self.drop_code_q.q.val();
        self.forwarded.next = self.forwarded_q.q.val();

        // First stage: which verdict.
        self.old_ttl.next = self.parsed.val().ttl;
        self.source.next = self.parsed.val().source;
        self.discriminator.next = self.action.val().discriminator;
        self.mortal.next = self.old_ttl.val().get_bits::<7>(1) == bits::<7>(0);
        self.usable.next = self.next_hop.val().valid & !self.mortal.val();
        self.frame_q.d.next = self.frame.val();
        self.early_q.d.next = self.early.val();
        self.control_q.d.next = self.parsed.val().control;
        self.forward_q.d.next = false;
        self.copy_q.d.next = false;
        self.drop_q.d.next = self.early.val().drop;
        self.code_q.d.next = self.early.val().code;
        self.punt_q.d.next = false;
        self.reason_q.d.next = self.early.val().reason;
        if self.early.val().ask & self.early.val().direct {
            self.code_q.d.next = bits::<5>(DROP_INJECT_BAD);
            self.forward_q.d.next = self.hit.val() & self.usable.val();
            self.drop_q.d.next = !(self.hit.val() & self.usable.val());
        } else if self.early.val().ask & self.hit.val() {
            if self.action.val().verdict == bits::<2>(ENTRY_DROP) {
                self.drop_q.d.next = true;
                self.code_q.d.next = bits::<5>(DROP_RULE);
            } else if self.action.val().verdict != bits::<2>(ENTRY_FORWARD) {
                self.punt_q.d.next = true;
                self.reason_q.d.next = bits::<4>(PUNT_ENTRY);
            } else if !self.next_hop.val().valid {
                self.punt_q.d.next = true;
                self.reason_q.d.next = bits::<4>(PUNT_NEXT_HOP);
            } else if self.mortal.val() {
                self.punt_q.d.next = true;
                self.reason_q.d.next = bits::<4>(PUNT_TTL);
            } else {
                self.forward_q.d.next = true;
                self.copy_q.d.next = self.action.val().copy_control & self.parsed.val().control;
            }
        } else if !(self.early.val().drop | self.early.val().bypass | self.early.val().raw) {
            self.punt_q.d.next = true;
        }

        // First stage: the plan's fields, as they are when the frame is forwarded.
        self.base_q.d.next.send = false;
        self.base_q.d.next.port = self.next_hop.val().port;
        self.base_q.d.next.inject = self.early.val().direct;
        self.base_q.d.next.punt = false;
        self.base_q.d.next.copy = false;
        self.base_q.d.next.reason = self.early.val().reason;
        self.base_q.d.next.class = bits::<2>(CLASS_EXCEPTION);
        self.base_q.d.next.length = self.parsed.val().length;
        self.base_q.d.next.source = self.parsed.val().source;
        self.base_q.d.next.hit = self.hit.val() & self.early.val().ask;
        self.base_q.d.next.entry = self.entry.val();
        self.base_q.d.next.generation = self.generation.val();
        self.base_q.d.next.kind = self.early.val().kind;
        self.base_q.d.next.local = self.early.val().local;
        self.base_q.d.next.network_offset = self.parsed.val().network_offset;
        self.base_q.d.next.transport_offset = self.parsed.val().transport_offset;
        self.base_q.d.next.rewrite = false;
        self.base_q.d.next.destination_mac = self.next_hop.val().destination;
        self.base_q.d.next.source_mac = self.next_hop.val().source;
        self.base_q.d.next.ttl = self.ttl.val();
        self.base_q.d.next.network_checksum = self.network_checksum.val();
        self.base_q.d.next.outgoing = self.action.val().outgoing;
        self.base_q.d.next.address = self.address.val();
        self.base_q.d.next.source_port = self.action.val().source_port;
        self.base_q.d.next.destination_port = self.action.val().destination_port;
        self.base_q.d.next.transport_checksum = self.transport_checksum.val();
        self.base_q.d.next.set_tunnel = self.action.val().set_discriminator;
        self.base_q.d.next.tunnel = self.discriminator.val().get_bits::<16>(0);
        self.base_q.d.next.tunnel_offset = self.parsed.val().tunnel_offset;
        if self.early.val().raw {
            self.base_q.d.next.port = self.parsed.val().inject_port;
        } else if self.early.val().bypass {
            self.base_q.d.next.port = !self.source.val().get_bit(0);
        }

        // Second stage: the class, and the plan.
        self.punt_class.next = bits::<2>(CLASS_EXCEPTION);
        if self.copy_q.q.val() {
            self.punt_class.next = bits::<2>(CLASS_COPY);
        } else if (self.reason_q.q.val() == bits::<4>(PUNT_GROUP))
            | (self.reason_q.q.val() == bits::<4>(PUNT_NOT_IPV4))
            | (self.reason_q.q.val() == bits::<4>(PUNT_HOST))
        {
            self.punt_class.next = bits::<2>(CLASS_HOST);
        } else if self.early_q.q.val().ask & !self.base_q.q.val().hit & self.control_q.q.val() {
            self.punt_class.next = bits::<2>(CLASS_NEW);
        }
        self.plan_q.d.next = self.base_q.q.val();
        self.plan_q.d.next.send =
            self.forward_q.q.val() | self.early_q.q.val().bypass | self.early_q.q.val().raw;
        self.plan_q.d.next.inject = self.early_q.q.val().direct;
        self.plan_q.d.next.rewrite = self.forward_q.q.val();
        self.plan_q.d.next.punt = self.punt_q.q.val() | self.copy_q.q.val();
        self.plan_q.d.next.copy = self.copy_q.q.val();
        self.plan_q.d.next.class = self.punt_class.val();
        self.plan_q.d.next.reason = self.reason_q.q.val();
        if self.copy_q.q.val() {
            self.plan_q.d.next.reason = bits::<4>(PUNT_COPY);
        }
        self.valid_q.d.next = self.frame_q.q.val() & !self.reset.val();
        self.dropped_q.d.next = self.frame_q.q.val() & self.drop_q.q.val() & !self.reset.val();
        self.drop_code_q.d.next = self.code_q.q.val();
        self.forwarded_q.d.next = self.frame_q.q.val() & self.forward_q.q.val() & !self.reset.val();
    }
}
