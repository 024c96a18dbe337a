//! *open*: a port's ESP packets are decrypted; what was in them goes on.
//!
//! ```text
//!   sink (StoreSink, from reassemble) ---> source (StoreSource, to merge), peer
//! ```
//!
//! Contract. What waits at `sink` is on offer at `source`, whole frames. `peer` counts with the head
//! at `source`, as its extent does: the peer of the security association under which it came, as in
//! `spec::table::Key`, or 0 in the clear. A frame in the clear waits for no other that is being
//! opened: `spec::limits::OPEN_CLOCKS` more than without this stage, which is none. Drops nothing.
//!
//! Null stage: nothing is opened, so every frame came in the clear, and ESP goes the way of all. The
//! peer goes from here through merge and parse into the key: an entry of a peer is hit only by what
//! was opened under that peer's association. What fills it: a lane beside the plain one, entered by
//! frames of the port's own address whose SPI has a row; an engine; the replay window; and the
//! choice at `source` between the two lanes. Why here: what was opened meets the one parser and the
//! one table like any other frame, and nothing goes round.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::receive::{StoreSink, StoreSource};
use rust_hdl::prelude::*;

/// One port's.
#[derive(LogicBlock, Default)]
pub struct Open<const D: usize> {
    pub sink: StoreSink<D>,
    pub source: StoreSource<D>,
    pub peer: Signal<Out, Bits<13>>,
}

impl<const D: usize> Logic for Open<D> {
    #[hdl_gen]
    fn update(&mut self) {
        self.source.valid.next = self.sink.valid.val();
        self.source.more.next = self.sink.more.val();
        self.source.bytes.next = self.sink.bytes.val();
        self.source.data.next = self.sink.data.val();
        self.sink.start.next = self.source.start.val();
        self.sink.take.next = self.source.take.val();
        self.peer.next = bits::<13>(0);
    }
}
