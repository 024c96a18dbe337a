//! Second half of *decide*: the verdict, and the plan for the frame's bytes.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::decide::classify::Early;
use crate::meta::{Action, NextHop, Plan};
use rust_hdl::prelude::*;

/// What the verdict needs of a parsed frame.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Carried {
    pub source: Bits<2>,
    pub length: Bits<14>,
    pub inject_port: Bit,
    pub network_offset: Bits<5>,
    pub transport_offset: Bits<7>,
    pub tunnel_offset: Bits<7>,
    pub control: Bit,
    /// TTL 0 or 1; and one less.
    pub mortal: Bit,
    pub ttl: Bits<8>,
}

/// Steps 8 and 9 of `spec::verdict`.
///
/// Ports: everything about one frame, aligned: what `Classify` said, the lookup's answer, the
/// filter's, the next hop and the new address; and a clock later the checksums. Out, one clock
/// later: `plan` with `valid`; `dropped` with `code`; and `forwarded`, on which the entry counts. A
/// frame a clock, no stall. Reset clears `valid` and the events.
///
/// One register stage: the questions are answered one beside the other, most of them before, and
/// the wide fields of the plan pass no multiplexer. The checksums are registered where they are made.
#[derive(LogicBlock, Default)]
pub struct Verdict {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub frame: Signal<In, Bit>,
    pub early: Signal<In, Early>,
    pub carried: Signal<In, Carried>,
    pub hit: Signal<In, Bit>,
    pub allow: Signal<In, Bit>,
    pub entry: Signal<In, Bits<17>>,
    pub action: Signal<In, Action>,
    pub generation: Signal<In, Bits<16>>,
    pub next_hop: Signal<In, NextHop>,
    pub address: Signal<In, Bits<32>>,
    pub network_checksum: Signal<In, Bits<16>>,
    pub transport_checksum: Signal<In, Bits<16>>,
    pub plan: Signal<Out, Plan>,
    pub valid: Signal<Out, Bit>,
    pub dropped: Signal<Out, Bit>,
    pub code: Signal<Out, Bits<5>>,
    pub forwarded: Signal<Out, Bit>,
    source: Signal<Local, Bits<2>>,
    discriminator: Signal<Local, Bits<32>>,
    usable: Signal<Local, Bit>,
    asked: Signal<Local, Bit>,
    forward: Signal<Local, Bit>,
    copy: Signal<Local, Bit>,
    drop: Signal<Local, Bit>,
    drop_code: Signal<Local, Bits<5>>,
    punt: Signal<Local, Bit>,
    reason: Signal<Local, Bits<4>>,
    punt_class: Signal<Local, Bits<2>>,
    plan_q: DFF<Plan>,
    valid_q: DFF<Bit>,
    dropped_q: DFF<Bit>,
    drop_code_q: DFF<Bits<5>>,
    forwarded_q: DFF<Bit>,
}

impl Logic for Verdict {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, plan_q, valid_q, dropped_q, drop_code_q, forwarded_q);
        self.plan.next = self.plan_q.q.val();
        self.plan.next.network_checksum = self.network_checksum.val();
        self.plan.next.transport_checksum = self.transport_checksum.val();
        self.valid.next = self.valid_q.q.val();
        self.dropped.next = self.dropped_q.q.val();
        self.code.next = self.drop_code_q.q.val();
        self.forwarded.next = self.forwarded_q.q.val();

        // Which verdict.
        self.source.next = self.carried.val().source;
        self.discriminator.next = self.action.val().discriminator;
        self.usable.next = self.next_hop.val().valid & !self.carried.val().mortal;
        self.asked.next = self.early.val().ask & !self.early.val().direct;
        self.forward.next = false;
        self.copy.next = false;
        self.drop.next = self.early.val().drop;
        self.drop_code.next = self.early.val().code;
        self.punt.next = false;
        self.reason.next = self.early.val().reason;
        if self.early.val().ask & self.early.val().direct {
            self.drop_code.next = bits::<5>(DROP_INJECT_BAD);
            self.forward.next = self.hit.val() & self.usable.val();
            self.drop.next = !(self.hit.val() & self.usable.val());
        } else if self.early.val().ask & self.hit.val() {
            if !self.allow.val() | (self.action.val().verdict == bits::<2>(ENTRY_DROP)) {
                self.drop.next = true;
                self.drop_code.next = bits::<5>(DROP_RULE);
            } else if self.action.val().verdict != bits::<2>(ENTRY_FORWARD) {
                self.punt.next = true;
                self.reason.next = bits::<4>(PUNT_ENTRY);
            } else if !self.next_hop.val().valid {
                self.punt.next = true;
                self.reason.next = bits::<4>(PUNT_NEXT_HOP);
            } else if self.carried.val().mortal {
                self.punt.next = true;
                self.reason.next = bits::<4>(PUNT_TTL);
            } else {
                self.forward.next = true;
                self.copy.next = self.action.val().copy_control & self.carried.val().control;
            }
        } else if !(self.early.val().drop | self.early.val().bypass | self.early.val().raw) {
            self.punt.next = true;
        }
        self.punt_class.next = bits::<2>(CLASS_EXCEPTION);
        if self.copy.val() {
            self.reason.next = bits::<4>(PUNT_COPY);
            self.punt_class.next = bits::<2>(CLASS_COPY);
        } else if self.early.val().host {
            self.punt_class.next = bits::<2>(CLASS_HOST);
        } else if (self.asked.val() & !self.hit.val()) & self.carried.val().control {
            self.punt_class.next = bits::<2>(CLASS_NEW);
        }

        // The plan.
        self.plan_q.d.next.send =
            self.forward.val() | self.early.val().bypass | self.early.val().raw;
        self.plan_q.d.next.port = self.next_hop.val().port;
        self.plan_q.d.next.inject = self.early.val().direct;
        self.plan_q.d.next.punt = self.punt.val() | self.copy.val();
        self.plan_q.d.next.copy = self.copy.val();
        self.plan_q.d.next.reason = self.reason.val();
        self.plan_q.d.next.class = self.punt_class.val();
        self.plan_q.d.next.length = self.carried.val().length;
        self.plan_q.d.next.source = self.carried.val().source;
        self.plan_q.d.next.hit = self.hit.val() & self.early.val().ask;
        self.plan_q.d.next.entry = self.entry.val();
        self.plan_q.d.next.generation = self.generation.val();
        self.plan_q.d.next.kind = self.early.val().kind;
        self.plan_q.d.next.local = self.early.val().local;
        self.plan_q.d.next.network_offset = self.carried.val().network_offset;
        self.plan_q.d.next.transport_offset = self.carried.val().transport_offset;
        self.plan_q.d.next.rewrite = self.forward.val();
        self.plan_q.d.next.destination_mac = self.next_hop.val().destination;
        self.plan_q.d.next.source_mac = self.next_hop.val().source;
        self.plan_q.d.next.ttl = self.carried.val().ttl;
        self.plan_q.d.next.network_checksum = bits::<16>(0);
        self.plan_q.d.next.outgoing = self.action.val().outgoing;
        self.plan_q.d.next.address = self.address.val();
        self.plan_q.d.next.source_port = self.action.val().source_port;
        self.plan_q.d.next.destination_port = self.action.val().destination_port;
        self.plan_q.d.next.transport_checksum = bits::<16>(0);
        self.plan_q.d.next.set_tunnel = self.action.val().set_discriminator;
        self.plan_q.d.next.tunnel = self.discriminator.val().get_bits::<16>(0);
        self.plan_q.d.next.tunnel_offset = self.carried.val().tunnel_offset;
        self.plan_q.d.next.sa = self.action.val().sa;
        if self.early.val().raw {
            self.plan_q.d.next.port = self.carried.val().inject_port;
        } else if self.early.val().bypass {
            self.plan_q.d.next.port = !self.source.val().get_bit(0);
        }
        self.valid_q.d.next = self.frame.val() & !self.reset.val();
        self.dropped_q.d.next = self.frame.val() & self.drop.val() & !self.reset.val();
        self.drop_code_q.d.next = self.drop_code.val();
        self.forwarded_q.d.next = self.frame.val() & self.forward.val() & !self.reset.val();
    }
}
