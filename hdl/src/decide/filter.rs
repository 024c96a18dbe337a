//! *filter*: the rules of the firewall, beside the lookup.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Delay;
use crate::parse::Flow;
use rust_hdl::prelude::*;
use spec::limits::FILTER_CLOCKS;

/// Whether a packet may pass.
///
/// Ports: `flow`, what the lookup is asked; `allow`, `spec::limits::FILTER_CLOCKS` later, with the
/// lookup's answer, so that it adds no clock. A question a clock, no stall. `allow` is low where
/// there was no question. No reset: an answer counts only with a frame.
///
/// Null stage: whatever asks may pass. What fills it: the rules' ranges of addresses and ports,
/// compared side by side; the first that matches decides. The generation of the rules that approved
/// an entry is in its action.
#[derive(LogicBlock, Default)]
pub struct Filter {
    pub clock: Signal<In, Clock>,
    pub flow: Signal<In, Flow>,
    pub allow: Signal<Out, Bit>,
    waiting: Delay<Bit, FILTER_CLOCKS>,
}

impl Logic for Filter {
    #[hdl_gen]
    fn update(&mut self) {
        self.waiting.clock.next = self.clock.val();
        self.waiting.x.next = self.flow.val().valid;
        self.allow.next = self.waiting.y.val();
    }
}
