//! Between the buffers of frames that came in and *merge*.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// What *merge* must know to read a frame.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Extent {
    /// Beats after the first.
    pub more: Bits<10>,
    /// Bytes of the last beat, 1 to W.
    pub bytes: Bits<7>,
}

/// Whole frames that wait: the side that holds them.
///
/// `valid`: there is a frame, its first beat not yet taken, of this extent. `take` takes its next
/// beat, which is at `data` two clocks later; `start` besides when it is the first. From then on
/// the head is the next frame's, so that takes may follow each other without a gap.
#[derive(LogicInterface, Default)]
#[join = "StoreSink"]
pub struct StoreSource<const D: usize> {
    pub valid: Signal<Out, Bit>,
    pub more: Signal<Out, Bits<10>>,
    pub bytes: Signal<Out, Bits<7>>,
    pub start: Signal<In, Bit>,
    pub take: Signal<In, Bit>,
    pub data: Signal<Out, Bits<D>>,
}

/// Whole frames that wait: the side that reads them.
#[derive(LogicInterface, Default)]
#[join = "StoreSource"]
pub struct StoreSink<const D: usize> {
    pub valid: Signal<In, Bit>,
    pub more: Signal<In, Bits<10>>,
    pub bytes: Signal<In, Bits<7>>,
    pub start: Signal<Out, Bit>,
    pub take: Signal<Out, Bit>,
    pub data: Signal<In, Bits<D>>,
}
