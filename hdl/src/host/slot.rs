//! Where a ring's slot lies in host memory.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// Ports: a ring's base, the logarithm of its slots, an index; `address` of the index's slot, two
/// clocks after the last change of them.
///
/// Masking with shifting, and adding, are a stage each.
#[derive(LogicBlock)]
pub struct Slot {
    pub clock: Signal<In, Clock>,
    pub base: Signal<In, Bits<64>>,
    pub size_log2: Signal<In, Bits<4>>,
    pub index: Signal<In, Bits<32>>,
    pub address: Signal<Out, Bits<64>>,
    above: Signal<Local, Bits<16>>,
    number: Signal<Local, Bits<16>>,
    offset: DFF<Bits<32>>,
    sum: DFF<Bits<64>>,
    stride_log2: Constant<Bits<32>>,
}

impl Slot {
    /// Slots `stride` bytes apart, a power of two of at most 64 KiB.
    pub fn new(stride: usize) -> Self {
        assert!(stride.is_power_of_two() && stride <= 65536, "slots {stride} bytes apart");
        Self {
            clock: Default::default(),
            base: Default::default(),
            size_log2: Default::default(),
            index: Default::default(),
            address: Default::default(),
            above: Default::default(),
            number: Default::default(),
            offset: Default::default(),
            sum: Default::default(),
            stride_log2: Constant::new(u64::from(stride.ilog2()).into()),
        }
    }
}

impl Logic for Slot {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, offset, sum);
        self.above.next = bits::<16>(0xffff) << bit_cast::<16, 4>(self.size_log2.val());
        self.number.next = self.index.val().get_bits::<16>(0) & (!self.above.val());
        self.offset.d.next = bit_cast::<32, 16>(self.number.val()) << self.stride_log2.val();
        self.sum.d.next = self.base.val() + bit_cast::<64, 32>(self.offset.q.val());
        self.address.next = self.sum.q.val();
    }
}
