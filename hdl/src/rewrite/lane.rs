//! One word of a beat on its way through *rewrite*.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// New values of the fields, each as it stands on the wire: first octet in the lowest byte.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Values {
    pub ttl: Bits<8>,
    pub checksum: Bits<16>,
    pub high: Bits<16>,
    pub low: Bits<16>,
    pub source: Bits<16>,
    pub destination: Bits<16>,
    pub transport: Bits<16>,
    pub tunnel: Bits<16>,
}

/// The multiplexer of one word, and its place in the beat: `chained` is `chain`, one word lower,
/// with the new word on top. Of the fields at most one is `at_` each half. Combinational; for use inside a block.
#[derive(LogicBlock)]
pub struct Lane<const D: usize> {
    pub word: Signal<In, Bits<32>>,
    pub mac: Signal<In, Bits<32>>,
    pub values: Signal<In, Values>,
    pub at_mac: Signal<In, Bit>,
    pub at_ttl: Signal<In, Bit>,
    pub at_checksum: Signal<In, Bit>,
    pub at_high: Signal<In, Bit>,
    pub at_low: Signal<In, Bit>,
    pub at_source: Signal<In, Bit>,
    pub at_destination: Signal<In, Bit>,
    pub at_transport: Signal<In, Bit>,
    pub at_tunnel_first: Signal<In, Bit>,
    pub at_tunnel_second: Signal<In, Bit>,
    pub chain: Signal<In, Bits<D>>,
    pub chained: Signal<Out, Bits<D>>,
    top: Constant<Bits<10>>,
    ttl: Signal<Local, Bits<16>>,
    first: Signal<Local, Bits<16>>,
    second: Signal<Local, Bits<16>>,
    whole: Signal<Local, Bits<32>>,
}

impl<const D: usize> Default for Lane<D> {
    fn default() -> Self {
        Self {
            word: Default::default(),
            mac: Default::default(),
            values: Default::default(),
            at_mac: Default::default(),
            at_ttl: Default::default(),
            at_checksum: Default::default(),
            at_high: Default::default(),
            at_low: Default::default(),
            at_source: Default::default(),
            at_destination: Default::default(),
            at_transport: Default::default(),
            at_tunnel_first: Default::default(),
            at_tunnel_second: Default::default(),
            chain: Default::default(),
            chained: Default::default(),
            top: Constant::new((D as u64 - 32).into()),
            ttl: Default::default(),
            first: Default::default(),
            second: Default::default(),
            whole: Default::default(),
        }
    }
}

impl<const D: usize> Logic for Lane<D> {
    #[hdl_gen]
    fn update(&mut self) {
        // The protocol follows the TTL and stays.
        self.ttl.next = (bit_cast::<16, 8>(self.word.val().get_bits::<8>(24)) << 8)
            | bit_cast::<16, 8>(self.values.val().ttl);
        self.first.next = self.word.val().get_bits::<16>(0);
        self.second.next = self.word.val().get_bits::<16>(16);
        if self.at_checksum.val() {
            self.first.next = self.values.val().checksum;
        }
        if self.at_low.val() {
            self.first.next = self.values.val().low;
        }
        if self.at_destination.val() {
            self.first.next = self.values.val().destination;
        }
        if self.at_transport.val() {
            self.first.next = self.values.val().transport;
        }
        if self.at_tunnel_first.val() {
            self.first.next = self.values.val().tunnel;
        }
        if self.at_ttl.val() {
            self.second.next = self.ttl.val();
        }
        if self.at_high.val() {
            self.second.next = self.values.val().high;
        }
        if self.at_source.val() {
            self.second.next = self.values.val().source;
        }
        if self.at_tunnel_second.val() {
            self.second.next = self.values.val().tunnel;
        }
        self.whole.next =
            bit_cast::<32, 16>(self.first.val()) | (bit_cast::<32, 16>(self.second.val()) << 16);
        if self.at_mac.val() {
            self.whole.next = self.mac.val();
        }
        self.chained.next =
            (self.chain.val() >> 32) | (bit_cast::<D, 32>(self.whole.val()) << self.top.val());
    }
}
