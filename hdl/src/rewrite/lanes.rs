//! The new bytes of a frame, put in as its beats pass.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::meta::Plan;
use crate::rewrite::lane::{Lane, Values};
use crate::stream::{BeatSink, BeatSource};
use rust_hdl::prelude::*;

/// Writes a plan's fields into a frame: MAC addresses, TTL, IPv4 header checksum, one address, both
/// ports, UDP checksum, and the L2TP Tunnel ID where the plan says so.
///
/// Ports: `sink` with `plan`, which counts with a frame's first beat; `source` with `plan_out`,
/// both `spec::limits::REWRITE_CLOCKS` later. One beat a clock, frames back to back. A frame whose
/// plan has no `rewrite` passes unchanged. `K` is the number of 4-byte words in a beat, `D / 32`.
/// Reset clears `source.valid`. Drops nothing.
///
/// Every field lies on one half of the words: with an IPv4 header at 14, 18 or 22 and of whole
/// words, TTL, the address's upper half and the source port lie on the second half, header checksum,
/// lower half, destination port and UDP checksum on the first; only the Tunnel ID may lie on either.
/// So a lane has four or five sources, not nine. The first stage compares positions and registers
/// one select bit a field and word, the second is the multiplexer.
#[derive(LogicBlock)]
pub struct Rewrite<const D: usize, const C: usize, const K: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: BeatSink<D, C>,
    pub plan: Signal<In, Plan>,
    pub source: BeatSource<D, C>,
    pub plan_out: Signal<Out, Plan>,
    words: Constant<Bits<6>>,
    // First stage: which word of the beat holds which field.
    start: Signal<Local, Bit>,
    plan_now: Signal<Local, Plan>,
    base_now: Signal<Local, Bits<6>>,
    active: Signal<Local, Bit>,
    network_offset: Signal<Local, Bits<5>>,
    transport_offset: Signal<Local, Bits<7>>,
    tunnel_offset: Signal<Local, Bits<7>>,
    network_word: Signal<Local, Bits<6>>,
    transport_word: Signal<Local, Bits<6>>,
    tunnel_word: Signal<Local, Bits<6>>,
    /// Word of the IPv4 header's second word, third word, ..., from the beat's first word.
    place_2: Signal<Local, Bits<6>>,
    place_3: Signal<Local, Bits<6>>,
    place_4: Signal<Local, Bits<6>>,
    place_5: Signal<Local, Bits<6>>,
    /// The same from layer 4.
    place_t1: Signal<Local, Bits<6>>,
    place_t2: Signal<Local, Bits<6>>,
    base: DFF<Bits<6>>,
    plan_q: DFF<Plan>,
    data_q: DFF<Bits<D>>,
    bytes_q: DFF<Bits<C>>,
    first_q: DFF<Bit>,
    last_q: DFF<Bit>,
    valid_q: DFF<Bit>,
    at_mac: DFF<Bit>,
    at_ttl: DFF<Bits<16>>,
    at_checksum: DFF<Bits<16>>,
    at_high: DFF<Bits<16>>,
    at_low: DFF<Bits<16>>,
    at_source: DFF<Bits<16>>,
    at_destination: DFF<Bits<16>>,
    at_transport: DFF<Bits<16>>,
    at_tunnel_first: DFF<Bits<16>>,
    at_tunnel_second: DFF<Bits<16>>,
    // Second stage: values in the order of the wire, first octet in the lowest byte.
    macs: Signal<Local, Bits<96>>,
    address: Signal<Local, Bits<32>>,
    checksum: Signal<Local, Bits<16>>,
    source_port: Signal<Local, Bits<16>>,
    destination_port: Signal<Local, Bits<16>>,
    transport: Signal<Local, Bits<16>>,
    tunnel: Signal<Local, Bits<16>>,
    values: Signal<Local, Values>,
    lanes: [Lane<D>; K],
    beat: Signal<Local, Bits<D>>,
    data_out: DFF<Bits<D>>,
    bytes_out: DFF<Bits<C>>,
    first_out: DFF<Bit>,
    last_out: DFF<Bit>,
    valid_out: DFF<Bit>,
    plan_out_q: DFF<Plan>,
}

impl<const D: usize, const C: usize, const K: usize> Default for Rewrite<D, C, K> {
    fn default() -> Self {
        assert_eq!(D, 32 * K, "K is the number of words in a beat");
        Self {
            words: Constant::new((K as u64).into()),
            clock: Default::default(),
            reset: Default::default(),
            sink: Default::default(),
            plan: Default::default(),
            source: Default::default(),
            plan_out: Default::default(),
            start: Default::default(),
            plan_now: Default::default(),
            base_now: Default::default(),
            active: Default::default(),
            network_offset: Default::default(),
            transport_offset: Default::default(),
            tunnel_offset: Default::default(),
            network_word: Default::default(),
            transport_word: Default::default(),
            tunnel_word: Default::default(),
            place_2: Default::default(),
            place_3: Default::default(),
            place_4: Default::default(),
            place_5: Default::default(),
            place_t1: Default::default(),
            place_t2: Default::default(),
            base: Default::default(),
            plan_q: Default::default(),
            data_q: Default::default(),
            bytes_q: Default::default(),
            first_q: Default::default(),
            last_q: Default::default(),
            valid_q: Default::default(),
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
            macs: Default::default(),
            address: Default::default(),
            checksum: Default::default(),
            source_port: Default::default(),
            destination_port: Default::default(),
            transport: Default::default(),
            tunnel: Default::default(),
            values: Default::default(),
            lanes: std::array::from_fn(|_| Default::default()),
            beat: Default::default(),
            data_out: Default::default(),
            bytes_out: Default::default(),
            first_out: Default::default(),
            last_out: Default::default(),
            valid_out: Default::default(),
            plan_out_q: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize, const K: usize> Logic for Rewrite<D, C, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            base,
            plan_q,
            data_q,
            bytes_q,
            first_q,
            last_q,
            valid_q,
            at_mac,
            at_ttl,
            at_checksum,
            at_high,
            at_low,
            at_source,
            at_destination,
            at_transport,
            at_tunnel_first,
            at_tunnel_second,
            data_out,
            bytes_out,
            first_out,
            last_out,
            valid_out,
            plan_out_q
        );
        self.source.data.next = self.data_out.q.val();
        self.source.bytes.next = self.bytes_out.q.val();
        self.source.first.next = self.first_out.q.val();
        self.source.last.next = self.last_out.q.val();
        self.source.valid.next = self.valid_out.q.val();
        self.plan_out.next = self.plan_out_q.q.val();

        // First stage: the plan and the position of this beat.
        self.start.next = self.sink.valid.val() & self.sink.first.val();
        self.plan_now.next = self.plan_q.q.val();
        self.base_now.next = self.base.q.val();
        if self.start.val() {
            self.plan_now.next = self.plan.val();
            self.base_now.next = bits::<6>(0);
        }
        self.plan_q.d.next = self.plan_now.val();
        self.base.d.next = self.base_now.val();
        if self.sink.valid.val() & !self.base_now.val().get_bit(5) {
            self.base.d.next = self.base_now.val() + self.words.val();
        }
        self.data_q.d.next = self.sink.data.val();
        self.bytes_q.d.next = self.sink.bytes.val();
        self.first_q.d.next = self.sink.first.val();
        self.last_q.d.next = self.sink.last.val();
        self.valid_q.d.next = self.sink.valid.val();

        // First stage: positions, in words from the beat's start; 32 and more is outside.
        self.network_offset.next = self.plan_now.val().network_offset;
        self.transport_offset.next = self.plan_now.val().transport_offset;
        self.tunnel_offset.next = self.plan_now.val().tunnel_offset;
        self.network_word.next =
            bit_cast::<6, 3>(self.network_offset.val().get_bits::<3>(2)) - self.base_now.val();
        self.transport_word.next =
            bit_cast::<6, 5>(self.transport_offset.val().get_bits::<5>(2)) - self.base_now.val();
        self.tunnel_word.next =
            bit_cast::<6, 5>(self.tunnel_offset.val().get_bits::<5>(2)) - self.base_now.val();
        self.place_2.next = self.network_word.val() + bits::<6>(2);
        self.place_3.next = self.network_word.val() + bits::<6>(3);
        self.place_4.next = self.network_word.val() + bits::<6>(4);
        self.place_5.next = self.network_word.val() + bits::<6>(5);
        self.place_t1.next = self.transport_word.val() + bits::<6>(1);
        self.place_t2.next = self.transport_word.val() + bits::<6>(2);
        self.active.next = self.sink.valid.val() & self.plan_now.val().rewrite;
        self.at_mac.d.next = self.active.val() & self.sink.first.val();
        self.at_ttl.d.next = bits::<16>(0);
        self.at_checksum.d.next = bits::<16>(0);
        self.at_high.d.next = bits::<16>(0);
        self.at_low.d.next = bits::<16>(0);
        self.at_source.d.next = bits::<16>(0);
        self.at_destination.d.next = bits::<16>(0);
        self.at_transport.d.next = bits::<16>(0);
        self.at_tunnel_first.d.next = bits::<16>(0);
        self.at_tunnel_second.d.next = bits::<16>(0);
        if self.active.val() {
            self.at_ttl.d.next = bits::<16>(1) << self.place_2.val();
            self.at_checksum.d.next = bits::<16>(1) << self.place_3.val();
            if self.plan_now.val().outgoing {
                self.at_high.d.next = bits::<16>(1) << self.place_3.val();
                self.at_low.d.next = bits::<16>(1) << self.place_4.val();
            } else {
                self.at_high.d.next = bits::<16>(1) << self.place_4.val();
                self.at_low.d.next = bits::<16>(1) << self.place_5.val();
            }
            self.at_source.d.next = bits::<16>(1) << self.transport_word.val();
            self.at_destination.d.next = bits::<16>(1) << self.place_t1.val();
            self.at_transport.d.next = bits::<16>(1) << self.place_t2.val();
            if self.plan_now.val().set_tunnel {
                if self.tunnel_offset.val().get_bit(1) {
                    self.at_tunnel_second.d.next = bits::<16>(1) << self.tunnel_word.val();
                } else {
                    self.at_tunnel_first.d.next = bits::<16>(1) << self.tunnel_word.val();
                }
            }
        }

        // Second stage: values as they stand on the wire.
        self.macs.next = bit_cast::<96, 48>(self.plan_q.q.val().destination_mac)
            | (bit_cast::<96, 48>(self.plan_q.q.val().source_mac) << 48);
        self.address.next = self.plan_q.q.val().address;
        self.values.next.ttl = self.plan_q.q.val().ttl;
        self.values.next.high = (bit_cast::<16, 8>(self.address.val().get_bits::<8>(16)) << 8)
            | bit_cast::<16, 8>(self.address.val().get_bits::<8>(24));
        self.values.next.low = (bit_cast::<16, 8>(self.address.val().get_bits::<8>(0)) << 8)
            | bit_cast::<16, 8>(self.address.val().get_bits::<8>(8));
        self.checksum.next = self.plan_q.q.val().network_checksum;
        self.values.next.checksum = (self.checksum.val() << 8) | (self.checksum.val() >> 8);
        self.source_port.next = self.plan_q.q.val().source_port;
        self.values.next.source = (self.source_port.val() << 8) | (self.source_port.val() >> 8);
        self.destination_port.next = self.plan_q.q.val().destination_port;
        self.values.next.destination =
            (self.destination_port.val() << 8) | (self.destination_port.val() >> 8);
        self.transport.next = self.plan_q.q.val().transport_checksum;
        self.values.next.transport = (self.transport.val() << 8) | (self.transport.val() >> 8);
        self.tunnel.next = self.plan_q.q.val().tunnel;
        self.values.next.tunnel = (self.tunnel.val() << 8) | (self.tunnel.val() >> 8);

        // Second stage: the lanes, chained into a beat.
        for i in 0..K {
            self.lanes[i].word.next = self.data_q.q.val().get_bits::<32>(32 * i);
            self.lanes[i].values.next = self.values.val();
            self.lanes[i].at_mac.next = false;
            self.lanes[i].at_ttl.next = self.at_ttl.q.val().get_bit(i);
            self.lanes[i].at_checksum.next = self.at_checksum.q.val().get_bit(i);
            self.lanes[i].at_high.next = self.at_high.q.val().get_bit(i);
            self.lanes[i].at_low.next = self.at_low.q.val().get_bit(i);
            self.lanes[i].at_source.next = self.at_source.q.val().get_bit(i);
            self.lanes[i].at_destination.next = self.at_destination.q.val().get_bit(i);
            self.lanes[i].at_transport.next = self.at_transport.q.val().get_bit(i);
            self.lanes[i].at_tunnel_first.next = self.at_tunnel_first.q.val().get_bit(i);
            self.lanes[i].at_tunnel_second.next = self.at_tunnel_second.q.val().get_bit(i);
            self.lanes[i].mac.next = bits::<32>(0);
        }
        for i in 0..3 {
            self.lanes[i].at_mac.next = self.at_mac.q.val();
            self.lanes[i].mac.next = self.macs.val().get_bits::<32>(32 * i);
        }
        self.lanes[0].chain.next = bits::<D>(0);
        for i in 1..K {
            self.lanes[i].chain.next = self.lanes[i - 1].chained.val();
            self.beat.next = self.lanes[i].chained.val();
        }
        self.data_out.d.next = self.beat.val();
        self.bytes_out.d.next = self.bytes_q.q.val();
        self.first_out.d.next = self.first_q.q.val();
        self.last_out.d.next = self.last_q.q.val();
        self.valid_out.d.next = self.valid_q.q.val();
        self.plan_out_q.d.next = self.plan_q.q.val();
        if self.reset.val() {
            self.valid_q.d.next = false;
            self.valid_out.d.next = false;
        }
    }
}
