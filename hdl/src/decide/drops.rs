//! From a drop's code to the event counters' lines.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use rust_hdl::prelude::*;

/// Ports: `dropped` with `code`, and `inject_bad_before`, a drop of an injected frame that was seen
/// before *merge*; out, one clock later, a line for each counter that *decide* owns. `inject_bad`
/// has two sources: where both say it at once, one is owed until a clock in which neither does. None
/// is lost as long as fewer than 65536 are owed; the inject buffer holds fewer frames. Reset clears all.
#[derive(LogicBlock, Default)]
pub struct Drops {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub dropped: Signal<In, Bit>,
    pub code: Signal<In, Bits<5>>,
    pub inject_bad_before: Signal<In, Bit>,
    pub foreign: Signal<Out, Bit>,
    pub vlan_depth: Signal<Out, Bit>,
    pub truncated: Signal<Out, Bit>,
    pub bad_version: Signal<Out, Bit>,
    pub bad_ihl: Signal<Out, Bit>,
    pub bad_length: Signal<Out, Bit>,
    pub bad_checksum: Signal<Out, Bit>,
    pub bad_l2tp: Signal<Out, Bit>,
    pub rule: Signal<Out, Bit>,
    pub inject_bad: Signal<Out, Bit>,
    foreign_q: DFF<Bit>,
    vlan_depth_q: DFF<Bit>,
    truncated_q: DFF<Bit>,
    bad_version_q: DFF<Bit>,
    bad_ihl_q: DFF<Bit>,
    bad_length_q: DFF<Bit>,
    bad_checksum_q: DFF<Bit>,
    bad_l2tp_q: DFF<Bit>,
    rule_q: DFF<Bit>,
    inject_bad_q: DFF<Bit>,
    owed: DFF<Bits<16>>,
    bad_now: Signal<Local, Bit>,
    owes: Signal<Local, Bit>,
    more: Signal<Local, Bits<16>>,
    fewer: Signal<Local, Bits<16>>,
}

impl Logic for Drops {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            foreign_q,
            vlan_depth_q,
            truncated_q,
            bad_version_q,
            bad_ihl_q,
            bad_length_q,
            bad_checksum_q,
            bad_l2tp_q,
            rule_q,
            inject_bad_q,
            owed
        );
        self.foreign.next = self.foreign_q.q.val();
        self.vlan_depth.next = self.vlan_depth_q.q.val();
        self.truncated.next = self.truncated_q.q.val();
        self.bad_version.next = self.bad_version_q.q.val();
        self.bad_ihl.next = self.bad_ihl_q.q.val();
        self.bad_length.next = self.bad_length_q.q.val();
        self.bad_checksum.next = self.bad_checksum_q.q.val();
        self.bad_l2tp.next = self.bad_l2tp_q.q.val();
        self.rule.next = self.rule_q.q.val();
        self.inject_bad.next = self.inject_bad_q.q.val();
        self.foreign_q.d.next = self.dropped.val() & (self.code.val() == bits::<5>(DROP_FOREIGN));
        self.vlan_depth_q.d.next =
            self.dropped.val() & (self.code.val() == bits::<5>(DROP_VLAN_DEPTH));
        self.truncated_q.d.next =
            self.dropped.val() & (self.code.val() == bits::<5>(DROP_TRUNCATED));
        self.bad_version_q.d.next =
            self.dropped.val() & (self.code.val() == bits::<5>(DROP_BAD_VERSION));
        self.bad_ihl_q.d.next = self.dropped.val() & (self.code.val() == bits::<5>(DROP_BAD_IHL));
        self.bad_length_q.d.next =
            self.dropped.val() & (self.code.val() == bits::<5>(DROP_BAD_LENGTH));
        self.bad_checksum_q.d.next =
            self.dropped.val() & (self.code.val() == bits::<5>(DROP_BAD_CHECKSUM));
        self.bad_l2tp_q.d.next = self.dropped.val() & (self.code.val() == bits::<5>(DROP_BAD_L2TP));
        self.rule_q.d.next = self.dropped.val() & (self.code.val() == bits::<5>(DROP_RULE));
        self.bad_now.next = self.dropped.val() & (self.code.val() == bits::<5>(DROP_INJECT_BAD));
        self.owes.next = self.owed.q.val() != bits::<16>(0);
        self.more.next = self.owed.q.val() + 1;
        self.fewer.next = self.owed.q.val() - 1;
        self.inject_bad_q.d.next =
            self.bad_now.val() | self.inject_bad_before.val() | self.owes.val();
        if self.bad_now.val() & self.inject_bad_before.val() {
            self.owed.d.next = self.more.val();
        } else if self.owes.val() & !self.bad_now.val() & !self.inject_bad_before.val() {
            self.owed.d.next = self.fewer.val();
        }
        if self.reset.val() {
            self.foreign_q.d.next = false;
            self.vlan_depth_q.d.next = false;
            self.truncated_q.d.next = false;
            self.bad_version_q.d.next = false;
            self.bad_ihl_q.d.next = false;
            self.bad_length_q.d.next = false;
            self.bad_checksum_q.d.next = false;
            self.bad_l2tp_q.d.next = false;
            self.rule_q.d.next = false;
            self.inject_bad_q.d.next = false;
            self.owed.d.next = bits::<16>(0);
        }
    }
}
