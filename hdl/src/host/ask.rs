//! A request for the memory port.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// `request` when all three are high, in the same clock. A block of its own, so that a simulator
/// sees that a request does not depend on the grant that answers it.
#[derive(LogicBlock, Default)]
pub struct Ask {
    pub open: Signal<In, Bit>,
    pub run: Signal<In, Bit>,
    pub there: Signal<In, Bit>,
    pub request: Signal<Out, Bit>,
}

impl Logic for Ask {
    #[hdl_gen]
    fn update(&mut self) {
        self.request.next = self.open.val() & self.run.val() & self.there.val();
    }
}
