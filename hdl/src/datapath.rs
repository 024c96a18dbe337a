//! The whole device: two ports, the pipeline between them, and the host boundary.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::decide::Decide;
use crate::egress::Egress;
use crate::host::{Host, Statistics};
use crate::ingress::Ingress;
use crate::leaf::Delay;
use crate::meta::Plan;
use crate::parse::Parse;
use crate::rewrite::Rewrite;
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;
use spec::limits::{Capacity, DECIDE_CLOCKS, REWRITE_CLOCKS};

/// ```text
/// rx0,rx1 -> Ingress -+-> Parse -> Decide -> plan -+
///            ^        +-> Delay -> beats ----------+-> Rewrite -> Egress -> tx0,tx1
///            inject                    +-> Delay -> as received --^   |
///            |                                                        punt
///            Host (registers, rings) <--- command, completion (Decide), Statistics
/// ```
///
/// Ports: `rx*`, `tx*`, see [`crate::stream`]; `tick`, high for one clock each
/// `spec::limits::TICK_MICROSECONDS`; the register bus and the memory port, see [`Host`]; and
/// `trace_*`, what was decided about each frame, which only a bench reads.
///
/// From *merge* to *rewrite* nothing stalls: `Parse` and `Decide` take a fixed number of clocks, and
/// the bytes wait in a delay of just as many. Reset has to last [`Self::RESET_CLOCKS`], so that the
/// delays are empty after it; the table clears itself behind that.
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
    egress: Egress<D, C, Q, P>,
    host: Host,
    statistics: Statistics,
    // The beats while their plan is made, and then as received beside *rewrite*.
    wait_data: Delay<Bits<D>, L>,
    wait_bytes: Delay<Bits<C>, L>,
    wait_flags: Delay<Bits<3>, L>,
    flags: Signal<Local, Bits<3>>,
    held_data: [DFF<Bits<D>>; 2],
    held_bytes: [DFF<Bits<C>>; 2],
    held_flags: [DFF<Bits<3>>; 2],
    drops: [Signal<Local, Bit>; 32],
    bad: Signal<Local, Bit>,
    bad_waits: DFF<Bit>,
}
