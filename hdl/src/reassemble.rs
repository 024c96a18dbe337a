//! *reassemble*: a port's fragments become the packets that they are of.
//!
//! ```text
//!   sink (StoreSink, from receive) ---> source (StoreSource, to open)
//! ```
//!
//! Contract. What waits at `sink` is on offer at `source`, whole frames in order. Frames that are no
//! fragments of the port's own wait for nothing: `spec::limits::REASSEMBLE_CLOCKS` more than without
//! this stage, which is none. Drops nothing.
//!
//! Null stage: it passes all. *parse* knows a fragment and *decide* punts those of a local address,
//! so that the host sees them. What fills it: a buffer of the fragments of a packet, with a time
//! limit; behind it, whole frames on the same stream as those of the port, which keep their turn.
//! Why here: what is opened and what is looked up needs layer 4, which a later fragment has not.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::receive::{StoreSink, StoreSource};
use rust_hdl::prelude::*;

/// One port's.
#[derive(LogicBlock, Default)]
pub struct Reassemble<const D: usize> {
    pub sink: StoreSink<D>,
    pub source: StoreSource<D>,
}

impl<const D: usize> Logic for Reassemble<D> {
    #[hdl_gen]
    fn update(&mut self) {
        self.source.valid.next = self.sink.valid.val();
        self.source.more.next = self.sink.more.val();
        self.source.bytes.next = self.sink.bytes.val();
        self.source.data.next = self.sink.data.val();
        self.sink.start.next = self.source.start.val();
        self.sink.take.next = self.source.take.val();
    }
}
