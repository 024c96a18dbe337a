//! The whole device: two ports, the pipeline between them, and the host boundary.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::decide::{Decide, Drops};
use crate::egress::Egress;
use crate::host::{Host, Statistics};
use crate::ingress::Ingress;
use crate::leaf::Delay;
use crate::meta::Plan;
use crate::parse::Parse;
use crate::rewrite::Rewrite;
use crate::seal::Seal;
use crate::stream::{BeatSource, FrameSink, FrameSource};
use rust_hdl::prelude::*;
use spec::limits::{Capacity, DECIDE_CLOCKS, REWRITE_CLOCKS, SEAL_CLOCKS, parse_clocks};

/// ```text
/// rx0,rx1 -> Ingress -+-> Parse -> Decide -> plan -+
///            ^        +-> Delay -> beats ----------+-> Rewrite -> Seal -> Egress -> tx0,tx1
///            inject                    +-> Delay -> as received ----------^   |
///            |                                                                punt
///            Host (registers, rings) <--- command, completion (Decide), Statistics
/// ```
///
/// Ports: `rx*`, `tx*`, see [`crate::stream`]; `tick`, high for one clock each
/// `spec::limits::TICK_MICROSECONDS`; the register bus and the memory port, see [`Host`]; and
/// `trace_*`, what was decided about each frame, which only a bench reads.
///
/// From *merge* to *rewrite* nothing stalls: `Parse` and `Decide` take a fixed number of clocks, and
/// the bytes wait in a delay of just as many. Reset has to last `L` and a few clocks (64 are enough),
/// so that the delays are empty after it; the table clears itself behind that.
///
/// Parameters: `D` bits a beat, `C` of its byte count, `K` words of 32 bits; `A` and `I` address
/// bits of the receive and inject buffers, `Q` and `P` of the egress and punt queues, in beats; `R`
/// and `B` bits of an entry's index and of a bucket's; `L` clocks of `Parse` and `Decide` together.
#[derive(LogicBlock)]
pub struct Datapath<
    const D: usize,
    const C: usize,
    const K: usize,
    const A: usize,
    const I: usize,
    const Q: usize,
    const P: usize,
    const R: usize,
    const B: usize,
    const L: usize,
> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub tick: Signal<In, Bit>,
    pub rx0: FrameSink<D, C>,
    pub rx1: FrameSink<D, C>,
    pub tx0: FrameSource<D, C>,
    pub tx1: FrameSource<D, C>,
    pub bus_valid: Signal<In, Bit>,
    pub bus_write: Signal<In, Bit>,
    pub bus_address: Signal<In, Bits<16>>,
    pub bus_data: Signal<In, Bits<32>>,
    pub bus_ready: Signal<Out, Bit>,
    pub bus_read: Signal<Out, Bits<32>>,
    pub mem_valid: Signal<Out, Bit>,
    pub mem_write: Signal<Out, Bit>,
    pub mem_address: Signal<Out, Bits<64>>,
    pub mem_data: Signal<Out, Bits<128>>,
    pub mem_ready: Signal<In, Bit>,
    pub mem_read_valid: Signal<In, Bit>,
    pub mem_read_data: Signal<In, Bits<128>>,
    pub trace_valid: Signal<Out, Bit>,
    pub trace_plan: Signal<Out, Plan>,
    pub trace_dropped: Signal<Out, Bit>,
    pub trace_code: Signal<Out, Bits<5>>,
    ingress: Ingress<D, C, A, I>,
    parse: Parse<D, C>,
    decide: Decide<R, B>,
    rewrite: Rewrite<D, C, K>,
    seal: Seal<D, C>,
    egress: Egress<D, C, Q, P>,
    host: Host,
    statistics: Statistics,
    dropped: Drops,
    // The beats while their plan is made, and then as received beside *rewrite*.
    wait_data: Delay<Bits<D>, L>,
    wait_bytes: Delay<Bits<C>, L>,
    wait_flags: Delay<Bits<3>, L>,
    first_flag: Signal<Local, Bits<3>>,
    last_flag: Signal<Local, Bits<3>>,
    valid_flag: Signal<Local, Bits<3>>,
    held_data: [DFF<Bits<D>>; 2],
    held_bytes: [DFF<Bits<C>>; 2],
    held_flags: [DFF<Bits<3>>; 2],
}

impl<
    const D: usize,
    const C: usize,
    const K: usize,
    const A: usize,
    const I: usize,
    const Q: usize,
    const P: usize,
    const R: usize,
    const B: usize,
    const L: usize,
> Default for Datapath<D, C, K, A, I, Q, P, R, B, L>
{
    fn default() -> Self {
        let capacity = Capacity { rows_log2: R };
        assert!(
            D == 32 * K && D == 8 << (C - 1),
            "{D} bits are not {K} words and {C} bits of count"
        );
        assert!(
            B == capacity.bucket_bits(),
            "{R} bits of index leave {} for a bucket",
            capacity.bucket_bits()
        );
        assert!(
            L == parse_clocks(D / 8) + DECIDE_CLOCKS,
            "parse and decide take {} clocks",
            parse_clocks(D / 8) + DECIDE_CLOCKS
        );
        const {
            assert!(
                REWRITE_CLOCKS + SEAL_CLOCKS == 2,
                "what is held beside rewrite is held two clocks"
            )
        };
        Self {
            clock: Default::default(),
            reset: Default::default(),
            tick: Default::default(),
            rx0: Default::default(),
            rx1: Default::default(),
            tx0: Default::default(),
            tx1: Default::default(),
            bus_valid: Default::default(),
            bus_write: Default::default(),
            bus_address: Default::default(),
            bus_data: Default::default(),
            bus_ready: Default::default(),
            bus_read: Default::default(),
            mem_valid: Default::default(),
            mem_write: Default::default(),
            mem_address: Default::default(),
            mem_data: Default::default(),
            mem_ready: Default::default(),
            mem_read_valid: Default::default(),
            mem_read_data: Default::default(),
            trace_valid: Default::default(),
            trace_plan: Default::default(),
            trace_dropped: Default::default(),
            trace_code: Default::default(),
            ingress: Default::default(),
            parse: Default::default(),
            decide: Default::default(),
            rewrite: Default::default(),
            seal: Default::default(),
            egress: Default::default(),
            host: Host::new(D / 8, capacity),
            statistics: Default::default(),
            dropped: Default::default(),
            wait_data: Default::default(),
            wait_bytes: Default::default(),
            wait_flags: Default::default(),
            first_flag: Default::default(),
            last_flag: Default::default(),
            valid_flag: Default::default(),
            held_data: Default::default(),
            held_bytes: Default::default(),
            held_flags: Default::default(),
        }
    }
}

impl<
    const D: usize,
    const C: usize,
    const K: usize,
    const A: usize,
    const I: usize,
    const Q: usize,
    const P: usize,
    const R: usize,
    const B: usize,
    const L: usize,
> Logic for Datapath<D, C, K, A, I, Q, P, R, B, L>
{
    #[hdl_gen]
    fn update(&mut self) {
        clock!(
            self, clock, ingress, parse, decide, rewrite, seal, egress, host, statistics, dropped,
            wait_data, wait_bytes, wait_flags
        );
        for i in 0..2 {
            self.held_data[i].clock.next = self.clock.val();
            self.held_bytes[i].clock.next = self.clock.val();
            self.held_flags[i].clock.next = self.clock.val();
        }
        self.ingress.reset.next = self.reset.val();
        self.parse.reset.next = self.reset.val();
        self.decide.reset.next = self.reset.val();
        self.rewrite.reset.next = self.reset.val();
        self.seal.reset.next = self.reset.val();
        self.egress.reset.next = self.reset.val();
        self.host.reset.next = self.reset.val();
        self.statistics.reset.next = self.reset.val();
        self.dropped.reset.next = self.reset.val();

        // The ports, the register bus, the memory.
        FrameSink::<D, C>::link(&mut self.rx0, &mut self.ingress.rx0);
        FrameSink::<D, C>::link(&mut self.rx1, &mut self.ingress.rx1);
        FrameSource::<D, C>::link(&mut self.tx0, &mut self.egress.tx0);
        FrameSource::<D, C>::link(&mut self.tx1, &mut self.egress.tx1);
        self.host.bus_valid.next = self.bus_valid.val();
        self.host.bus_write.next = self.bus_write.val();
        self.host.bus_address.next = self.bus_address.val();
        self.host.bus_data.next = self.bus_data.val();
        self.bus_ready.next = self.host.bus_ready.val();
        self.bus_read.next = self.host.bus_read.val();
        self.mem_valid.next = self.host.mem_valid.val();
        self.mem_write.next = self.host.mem_write.val();
        self.mem_address.next = self.host.mem_address.val();
        self.mem_data.next = self.host.mem_data.val();
        self.host.mem_ready.next = self.mem_ready.val();
        self.host.mem_read_valid.next = self.mem_read_valid.val();
        self.host.mem_read_data.next = self.mem_read_data.val();

        // The host's settings and streams.
        self.host.tick.next = self.tick.val();
        self.host.generation.next = self.decide.generation.val();
        self.ingress.enable.next = self.host.enable.val();
        self.parse.mac0.next = self.host.mac0.val();
        self.parse.mac1.next = self.host.mac1.val();
        self.decide.bridge.next = self.host.bridge.val();
        self.decide.secret.next = self.host.secret.val();
        self.decide.now.next = self.host.now.val();
        self.egress.now.next = self.host.now.val();
        self.egress.tick.next = self.tick.val();
        for i in 0..4 {
            self.egress.punt_rate[i].next = self.host.punt_rate[i].val();
            self.egress.punt_burst[i].next = self.host.punt_burst[i].val();
        }
        FrameSource::<128, 5>::join(&mut self.host.command, &mut self.decide.command);
        FrameSource::<128, 5>::join(&mut self.decide.completion, &mut self.host.completion);
        FrameSource::<128, 5>::join(&mut self.host.inject, &mut self.ingress.inject);
        FrameSource::<128, 5>::join(&mut self.egress.punt, &mut self.host.punt);

        // The beats go to *parse*, and wait.
        self.parse.sink.data.next = self.ingress.beats.data.val();
        self.parse.sink.bytes.next = self.ingress.beats.bytes.val();
        self.parse.sink.first.next = self.ingress.beats.first.val();
        self.parse.sink.last.next = self.ingress.beats.last.val();
        self.parse.sink.valid.next = self.ingress.beats.valid.val();
        self.parse.arrival.next = self.ingress.arrival.val();
        self.wait_data.x.next = self.ingress.beats.data.val();
        self.wait_bytes.x.next = self.ingress.beats.bytes.val();
        self.first_flag.next = bits::<3>(0);
        if self.ingress.beats.first.val() {
            self.first_flag.next = bits::<3>(1);
        }
        self.last_flag.next = bits::<3>(0);
        if self.ingress.beats.last.val() {
            self.last_flag.next = bits::<3>(2);
        }
        self.valid_flag.next = bits::<3>(0);
        if self.ingress.beats.valid.val() {
            self.valid_flag.next = bits::<3>(4);
        }
        self.wait_flags.x.next =
            self.first_flag.val() | self.last_flag.val() | self.valid_flag.val();

        self.decide.valid.next = self.parse.parsed_valid.val();
        self.decide.parsed.next = self.parse.parsed.val();
        self.decide.addresses.next = self.parse.addresses.val();
        self.decide.flow.next = self.parse.flow.val();
        self.decide.served.next = self.parse.served.val();

        // Plan and beats meet.
        self.rewrite.plan.next = self.decide.plan.val();
        self.rewrite.sink.data.next = self.wait_data.y.val();
        self.rewrite.sink.bytes.next = self.wait_bytes.y.val();
        self.rewrite.sink.first.next = self.wait_flags.y.val().get_bit(0);
        self.rewrite.sink.last.next = self.wait_flags.y.val().get_bit(1);
        self.rewrite.sink.valid.next = self.wait_flags.y.val().get_bit(2);
        self.held_data[0].d.next = self.wait_data.y.val();
        self.held_bytes[0].d.next = self.wait_bytes.y.val();
        self.held_flags[0].d.next = self.wait_flags.y.val();
        self.held_data[1].d.next = self.held_data[0].q.val();
        self.held_bytes[1].d.next = self.held_bytes[0].q.val();
        self.held_flags[1].d.next = self.held_flags[0].q.val();
        BeatSource::<D, C>::join(&mut self.rewrite.source, &mut self.seal.sink);
        self.seal.plan.next = self.rewrite.plan_out.val();
        BeatSource::<D, C>::join(&mut self.seal.source, &mut self.egress.rewritten);
        self.egress.plan.next = self.seal.plan_out.val();
        self.egress.received.data.next = self.held_data[1].q.val();
        self.egress.received.bytes.next = self.held_bytes[1].q.val();
        self.egress.received.first.next = self.held_flags[1].q.val().get_bit(0);
        self.egress.received.last.next = self.held_flags[1].q.val().get_bit(1);
        self.egress.received.valid.next = self.held_flags[1].q.val().get_bit(2);

        self.trace_valid.next = self.decide.decided.val();
        self.trace_plan.next = self.decide.plan.val();
        self.trace_dropped.next = self.decide.dropped.val();
        self.trace_code.next = self.decide.code.val();

        // What is counted.
        self.dropped.dropped.next = self.decide.dropped.val();
        self.dropped.code.next = self.decide.code.val();
        self.dropped.inject_bad_before.next = self.ingress.inject_bad.val();
        self.statistics.ask.next = self.host.counter_ask.val();
        self.statistics.index.next = self.host.counter_index.val();
        self.host.counter_answer.next = self.statistics.answer.val();
        self.host.counter_value.next = self.statistics.value.val();
        self.statistics.received0.next = self.ingress.received0.val();
        self.statistics.received1.next = self.ingress.received1.val();
        self.statistics.injected.next = self.ingress.injected.val();
        self.statistics.rx_error0.next = self.ingress.rx_error0.val();
        self.statistics.rx_error1.next = self.ingress.rx_error1.val();
        self.statistics.runt0.next = self.ingress.runt0.val();
        self.statistics.runt1.next = self.ingress.runt1.val();
        self.statistics.giant0.next = self.ingress.giant0.val();
        self.statistics.giant1.next = self.ingress.giant1.val();
        self.statistics.rx_overflow0.next = self.ingress.rx_overflow0.val();
        self.statistics.rx_overflow1.next = self.ingress.rx_overflow1.val();
        self.statistics.foreign.next = self.dropped.foreign.val();
        self.statistics.vlan_depth.next = self.dropped.vlan_depth.val();
        self.statistics.truncated.next = self.dropped.truncated.val();
        self.statistics.bad_version.next = self.dropped.bad_version.val();
        self.statistics.bad_ihl.next = self.dropped.bad_ihl.val();
        self.statistics.bad_length.next = self.dropped.bad_length.val();
        self.statistics.bad_checksum.next = self.dropped.bad_checksum.val();
        self.statistics.bad_l2tp.next = self.dropped.bad_l2tp.val();
        self.statistics.rule.next = self.dropped.rule.val();
        self.statistics.inject_bad.next = self.dropped.inject_bad.val();
        self.statistics.no_seal.next = self.seal.no_seal.val();
        self.statistics.forwarded.next = self.egress.forwarded.val();
        self.statistics.bypassed.next = self.egress.bypassed.val();
        self.statistics.raw.next = self.egress.raw.val();
        self.statistics.sent0.next = self.egress.sent0.val();
        self.statistics.sent1.next = self.egress.sent1.val();
        self.statistics.queue_full0.next = self.egress.queue_full0.val();
        self.statistics.queue_full1.next = self.egress.queue_full1.val();
        self.statistics.punted_new.next = self.egress.punted_new.val();
        self.statistics.punted_copy.next = self.egress.punted_copy.val();
        self.statistics.punted_host.next = self.egress.punted_host.val();
        self.statistics.punted_exception.next = self.egress.punted_exception.val();
        self.statistics.policed_new.next = self.egress.policed_new.val();
        self.statistics.policed_copy.next = self.egress.policed_copy.val();
        self.statistics.policed_host.next = self.egress.policed_host.val();
        self.statistics.policed_exception.next = self.egress.policed_exception.val();
        self.statistics.punt_full.next = self.egress.punt_full.val();
        self.statistics.copy_full.next = self.egress.copy_full.val();
    }
}
