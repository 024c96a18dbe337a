//! First half of *decide*: what a packet is, and whether the table's answer counts.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::Parsed;
use rust_hdl::prelude::*;

/// What is known before the lookup answers. At most one of `drop`, `bypass`, `raw`, `ask` is set;
/// with none of them the frame is punted for `reason`. `ask`: the lookup decides.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Early {
    pub drop: Bit,
    pub code: Bits<5>,
    pub bypass: Bit,
    pub raw: Bit,
    pub ask: Bit,
    pub direct: Bit,
    pub reason: Bits<4>,
    /// Punted for `reason`, it is of the host's class.
    pub host: Bit,
    pub kind: Bits<4>,
    pub local: Bits<8>,
}

/// Steps 2 to 7 of `spec::verdict`.
///
/// Ports: a parsed frame with the answers of the local address table and the service table about
/// it; out, one clock later, `early`. A frame a clock, no stall. Reset: none is needed, the output
/// follows the inputs.
///
/// One register stage: the longest path is the chain of questions, each a multiplexer of a few
/// bits.
#[derive(LogicBlock, Default)]
pub struct Classify {
    pub clock: Signal<In, Clock>,
    pub bridge: Signal<In, Bit>,
    pub parsed: Signal<In, Parsed>,
    pub local_hit: Signal<In, Bit>,
    pub local_index: Signal<In, Bits<8>>,
    pub service_hit: Signal<In, Bit>,
    pub service_kind: Signal<In, Bits<4>>,
    pub early: Signal<Out, Early>,
    early_q: DFF<Early>,
    inject: Signal<Local, Bit>,
    serviced: Signal<Local, Bit>,
    tunnel: Signal<Local, Early>,
    inner: Signal<Local, Early>,
}

impl Logic for Classify {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, early_q);
        self.early.next = self.early_q.q.val();
        self.inject.next = self.parsed.val().source == bits::<2>(SOURCE_INJECT);
        self.serviced.next =
            self.service_hit.val() & (self.parsed.val().source == bits::<2>(SOURCE_EXTERNAL));

        // Step 7: the kind.
        self.tunnel.next.drop = false;
        self.tunnel.next.code = bits::<5>(DROP_BAD_L2TP);
        self.tunnel.next.bypass = false;
        self.tunnel.next.raw = false;
        self.tunnel.next.ask = false;
        self.tunnel.next.direct = false;
        self.tunnel.next.reason = bits::<4>(PUNT_HOST);
        self.tunnel.next.host = true;
        self.tunnel.next.kind = bits::<4>(KIND_NONE);
        self.tunnel.next.local = self.local_index.val();
        if self.serviced.val() {
            self.tunnel.next.kind = self.service_kind.val();
            self.tunnel.next.reason = bits::<4>(PUNT_KIND);
            self.tunnel.next.host = false;
            if self.service_kind.val() == bits::<4>(KIND_L2TP) {
                if self.parsed.val().l2tp {
                    self.tunnel.next.ask = true;
                    self.tunnel.next.reason = bits::<4>(PUNT_MISS);
                } else if self.parsed.val().l2f {
                    self.tunnel.next.reason = bits::<4>(PUNT_VERSION);
                } else {
                    self.tunnel.next.drop = true;
                }
            }
        } else if self.parsed.val().l2tp & self.parsed.val().l2tp_clean {
            self.tunnel.next.kind = bits::<4>(KIND_L2TP);
            self.tunnel.next.ask = true;
            self.tunnel.next.reason = bits::<4>(PUNT_MISS);
            self.tunnel.next.host = false;
        }

        // Steps 3 to 6, the first that applies.
        self.inner.next.drop = false;
        self.inner.next.code = bits::<5>(DROP_BAD_L2TP);
        self.inner.next.bypass = false;
        self.inner.next.raw = false;
        self.inner.next.ask = false;
        self.inner.next.direct = false;
        self.inner.next.reason = bits::<4>(PUNT_HOST);
        self.inner.next.host = true;
        self.inner.next.kind = bits::<4>(KIND_NONE);
        self.inner.next.local = self.local_index.val();
        if self.parsed.val().network_fault != bits::<5>(FAULTLESS) {
            self.inner.next.drop = true;
            self.inner.next.code = self.parsed.val().network_fault;
        } else if !self.parsed.val().ipv4 {
            self.inner.next.reason = bits::<4>(PUNT_NOT_IPV4);
        } else if !self.local_hit.val() {
            self.inner.next.reason = bits::<4>(PUNT_HOST);
        } else if self.parsed.val().fragment {
            self.inner.next.reason = bits::<4>(PUNT_FRAGMENT);
            self.inner.next.host = false;
        } else if self.parsed.val().transport_fault != bits::<5>(FAULTLESS) {
            self.inner.next.drop = true;
            self.inner.next.code = self.parsed.val().transport_fault;
        } else if self.parsed.val().transport {
            self.inner.next = self.tunnel.val();
        }

        // Step 2, and injected frames.
        self.early_q.d.next = self.inner.val();
        if self.inject.val() {
            self.early_q.d.next.raw = !self.parsed.val().inject_forward;
            self.early_q.d.next.ask = self.parsed.val().inject_forward & self.parsed.val().l2tp;
            self.early_q.d.next.direct = true;
            self.early_q.d.next.drop = self.parsed.val().inject_forward & !self.parsed.val().l2tp;
            self.early_q.d.next.code = bits::<5>(DROP_INJECT_BAD);
            self.early_q.d.next.bypass = false;
            self.early_q.d.next.kind = bits::<4>(KIND_L2TP);
        } else if self.parsed.val().station == bits::<2>(STATION_FOREIGN) {
            self.early_q.d.next.ask = false;
            self.early_q.d.next.bypass = self.bridge.val();
            self.early_q.d.next.drop = !self.bridge.val();
            self.early_q.d.next.code = bits::<5>(DROP_FOREIGN);
            self.early_q.d.next.kind = bits::<4>(KIND_NONE);
        } else if self.parsed.val().station == bits::<2>(STATION_GROUP) {
            self.early_q.d.next.ask = false;
            self.early_q.d.next.drop = false;
            self.early_q.d.next.reason = bits::<4>(PUNT_GROUP);
            self.early_q.d.next.host = true;
            self.early_q.d.next.kind = bits::<4>(KIND_NONE);
        }
    }
}
