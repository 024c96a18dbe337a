//! The frame stream between blocks: beats of W bytes with a valid/ready handshake.
//!
//! A frame starts at byte 0 of a beat; byte 0 is bits 7..0. `bytes` is W on all beats but the
//! last, and 1 to W there. `error` counts on the last beat: the frame arrived damaged. A beat
//! moves when `valid` and `ready` are both high at the rising edge; `valid` never waits for
//! `ready`, and a beat that is offered stays unchanged until it is taken.
//!
//! `D` is the width of the data in bits, `C` that of the byte count: 128 and 5 at W=16, 512 and 7
//! at W=64.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// The side of a frame stream that offers beats.
#[derive(LogicInterface, Default)]
#[join = "FrameSink"]
pub struct FrameSource<const D: usize, const C: usize> {
    pub data: Signal<Out, Bits<D>>,
    pub bytes: Signal<Out, Bits<C>>,
    pub last: Signal<Out, Bit>,
    pub error: Signal<Out, Bit>,
    pub valid: Signal<Out, Bit>,
    pub ready: Signal<In, Bit>,
}

/// The side of a frame stream that takes beats.
#[derive(LogicInterface, Default)]
#[join = "FrameSource"]
pub struct FrameSink<const D: usize, const C: usize> {
    pub data: Signal<In, Bits<D>>,
    pub bytes: Signal<In, Bits<C>>,
    pub last: Signal<In, Bit>,
    pub error: Signal<In, Bit>,
    pub valid: Signal<In, Bit>,
    pub ready: Signal<Out, Bit>,
}

/// The side of a beat bus that gives beats: the form frames have inside the fixed-latency pipeline,
/// where nothing stalls. A frame's beats follow each other without a gap.
#[derive(LogicInterface, Default)]
#[join = "BeatSink"]
pub struct BeatSource<const D: usize, const C: usize> {
    pub data: Signal<Out, Bits<D>>,
    pub bytes: Signal<Out, Bits<C>>,
    pub first: Signal<Out, Bit>,
    pub last: Signal<Out, Bit>,
    pub valid: Signal<Out, Bit>,
}

/// The side of a beat bus that takes beats, each at once.
#[derive(LogicInterface, Default)]
#[join = "BeatSource"]
pub struct BeatSink<const D: usize, const C: usize> {
    pub data: Signal<In, Bits<D>>,
    pub bytes: Signal<In, Bits<C>>,
    pub first: Signal<In, Bit>,
    pub last: Signal<In, Bit>,
    pub valid: Signal<In, Bit>,
}
