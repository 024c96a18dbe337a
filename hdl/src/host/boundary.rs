//! The whole host boundary but the event counters.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::host::{Registers, Rings};
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;
use spec::limits::Capacity;

/// `Registers` and `Rings`, joined: see there for every port. `Statistics` stands beside it, where
/// the events are, and is joined by `counter_ask`, `counter_index`, `counter_answer` and
/// `counter_value`.
#[derive(LogicBlock)]
pub struct Host {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
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
    pub tick: Signal<In, Bit>,
    pub generation: Signal<In, Bits<16>>,
    pub counter_ask: Signal<Out, Bit>,
    pub counter_index: Signal<Out, Bits<6>>,
    pub counter_answer: Signal<In, Bit>,
    pub counter_value: Signal<In, Bits<32>>,
    pub now: Signal<Out, Bits<32>>,
    pub enable: Signal<Out, Bit>,
    pub bridge: Signal<Out, Bit>,
    pub secret: Signal<Out, Bits<128>>,
    pub mac0: Signal<Out, Bits<48>>,
    pub mac1: Signal<Out, Bits<48>>,
    pub punt_rate: [Signal<Out, Bits<16>>; 4],
    pub punt_burst: [Signal<Out, Bits<16>>; 4],
    pub command: FrameSource<128, 5>,
    pub completion: FrameSink<128, 5>,
    pub punt: FrameSink<128, 5>,
    pub inject: FrameSource<128, 5>,
    registers: Registers,
    rings: Rings,
}

impl Host {
    /// As [`Registers::new`].
    pub fn new(width: usize, capacity: Capacity) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
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
            tick: Default::default(),
            generation: Default::default(),
            counter_ask: Default::default(),
            counter_index: Default::default(),
            counter_answer: Default::default(),
            counter_value: Default::default(),
            now: Default::default(),
            enable: Default::default(),
            bridge: Default::default(),
            secret: Default::default(),
            mac0: Default::default(),
            mac1: Default::default(),
            punt_rate: Default::default(),
            punt_burst: Default::default(),
            command: Default::default(),
            completion: Default::default(),
            punt: Default::default(),
            inject: Default::default(),
            registers: Registers::new(width, capacity),
            rings: Rings::default(),
        }
    }
}

impl Logic for Host {
    #[hdl_gen]
    fn update(&mut self) {
        self.registers.clock.next = self.clock.val();
        self.registers.reset.next = self.reset.val();
        self.registers.bus_valid.next = self.bus_valid.val();
        self.registers.bus_write.next = self.bus_write.val();
        self.registers.bus_address.next = self.bus_address.val();
        self.registers.bus_data.next = self.bus_data.val();
        self.bus_ready.next = self.registers.bus_ready.val();
        self.bus_read.next = self.registers.bus_read.val();
        self.registers.tick.next = self.tick.val();
        self.registers.generation.next = self.generation.val();
        self.registers.running.next = self.rings.running.val();
        self.registers.counter_answer.next = self.counter_answer.val();
        self.registers.counter_value.next = self.counter_value.val();
        self.counter_ask.next = self.registers.counter_ask.val();
        self.counter_index.next = self.registers.counter_index.val();
        self.now.next = self.registers.now.val();
        self.enable.next = self.registers.enable.val();
        self.bridge.next = self.registers.bridge.val();
        self.secret.next = self.registers.secret.val();
        self.mac0.next = self.registers.mac0.val();
        self.mac1.next = self.registers.mac1.val();
        for i in 0..4 {
            self.punt_rate[i].next = self.registers.punt_rate[i].val();
            self.punt_burst[i].next = self.registers.punt_burst[i].val();
            self.rings.base[i].next = self.registers.ring_base[i].val();
            self.rings.size_log2[i].next = self.registers.ring_size_log2[i].val();
            self.rings.index[i].next = self.registers.ring_index[i].val();
        }
        self.rings.clock.next = self.clock.val();
        self.rings.reset.next = self.reset.val();
        self.rings.enable.next = self.registers.ring_enable.val();
        self.rings.status_address.next = self.registers.status_address.val();
        self.mem_valid.next = self.rings.mem_valid.val();
        self.mem_write.next = self.rings.mem_write.val();
        self.mem_address.next = self.rings.mem_address.val();
        self.mem_data.next = self.rings.mem_data.val();
        self.rings.mem_ready.next = self.mem_ready.val();
        self.rings.mem_read_valid.next = self.mem_read_valid.val();
        self.rings.mem_read_data.next = self.mem_read_data.val();
        FrameSource::<128, 5>::link(&mut self.command, &mut self.rings.command);
        FrameSink::<128, 5>::link(&mut self.completion, &mut self.rings.completion);
        FrameSink::<128, 5>::link(&mut self.punt, &mut self.rings.punt);
        FrameSource::<128, 5>::link(&mut self.inject, &mut self.rings.inject);
    }
}
