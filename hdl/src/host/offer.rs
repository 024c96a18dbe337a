//! The beat that a ring from host to device offers.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// Ports: whether a frame is `open` and its beat `valid`, or an `abort` ends it; the beats `left` of
/// the frame, 0 at its first, and the bytes of its `tail`; the `length` that the beat would name if
/// it were a descriptor. Out, in the same clock: `offered`, `last`, `bytes`; and what a first beat
/// says of the frame: `beats` behind it and the bytes of the last.
///
/// A block of its own, so that a simulator sees that none of it depends on the stream's `ready`.
#[derive(LogicBlock, Default)]
pub struct Offer {
    /// Frames are commands: two beats behind the first.
    pub command: Signal<In, Bit>,
    pub open: Signal<In, Bit>,
    pub valid: Signal<In, Bit>,
    pub abort: Signal<In, Bit>,
    pub left: Signal<In, Bits<11>>,
    pub tail: Signal<In, Bits<5>>,
    pub length: Signal<In, Bits<14>>,
    pub offered: Signal<Out, Bit>,
    pub last: Signal<Out, Bit>,
    pub bytes: Signal<Out, Bits<5>>,
    pub beats: Signal<Out, Bits<11>>,
    pub beats_tail: Signal<Out, Bits<5>>,
    rounded: Signal<Local, Bits<15>>,
    count: Signal<Local, Bits<11>>,
    rest: Signal<Local, Bits<5>>,
}

impl Logic for Offer {
    #[hdl_gen]
    fn update(&mut self) {
        self.rounded.next = bit_cast::<15, 14>(self.length.val()) + bits::<15>(15);
        self.count.next = self.rounded.val().get_bits::<11>(4);
        self.rest.next = bit_cast::<5, 4>(self.length.val().get_bits::<4>(0));
        if self.length.val().get_bits::<4>(0) == bits::<4>(0) {
            self.rest.next = bits::<5>(16);
        }
        if self.rounded.val().get_bit(14) {
            self.count.next = bits::<11>(1023);
            self.rest.next = bits::<5>(16);
        }
        if self.command.val() {
            self.count.next = bits::<11>(2);
            self.rest.next = bits::<5>(16);
        }
        self.beats.next = self.count.val();
        self.beats_tail.next = self.rest.val();

        self.offered.next = (self.open.val() & self.valid.val()) | self.abort.val();
        self.bytes.next = bits::<5>(16);
        self.last.next = false;
        if self.abort.val() {
            self.last.next = true;
        } else if self.left.val() == bits::<11>(1) {
            self.last.next = true;
            self.bytes.next = self.tail.val();
        } else if self.left.val() == bits::<11>(0) {
            self.last.next = self.count.val() == bits::<11>(0);
        }
    }
}
