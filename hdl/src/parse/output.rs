//! *parse* as a whole, and its last stage.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::meta::{Arrival, Parsed};
use crate::parse::ahead::{Addresses, Flow, Served};
use crate::parse::header_sum::HeaderSum;
use crate::parse::network::{Fields, Network};
use crate::parse::transport::{Segment, Transport};
use crate::parse::window::{Frame, Window};
use crate::stream::BeatSink;
use rust_hdl::prelude::*;

/// Reads the fields of each frame that passes: tags, IPv4, UDP, TCP, GRE, ESP, L2TP.
///
/// Ports: `sink`, and `arrival`, which counts with a first beat and holds the frame's true length;
/// `mac0` and `mac1`, the external and the internal port's own address, first octet in the lowest
/// byte. Out: `parsed` with `parsed_valid`, `spec::limits::parse_clocks` after the first beat: 11 at
/// W=16, 7 at W=64; and before it, each a clock of its own, what `decide` asks about the same frame:
/// `addresses` ASK_AHEAD, `flow` KEY_AHEAD, `served` SERVICE_AHEAD clocks before. A frame a clock, with or without pauses between frames, none inside. Reset
/// clears `parsed_valid`; it must last one clock for each of latency. Drops nothing: a fault is a
/// field, and steps 3, 4 and 6 of `spec::verdict` tell which comes first.
///
/// Bytes are read where a header would have them and judged by the lengths afterwards: what lies
/// beyond a frame's end is other frames' bytes, and no field of it leaves this block.
#[derive(LogicBlock, Default)]
pub struct Parse<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: BeatSink<D, C>,
    pub arrival: Signal<In, Arrival>,
    pub mac0: Signal<In, Bits<48>>,
    pub mac1: Signal<In, Bits<48>>,
    pub parsed: Signal<Out, Parsed>,
    pub parsed_valid: Signal<Out, Bit>,
    pub addresses: Signal<Out, Addresses>,
    pub flow: Signal<Out, Flow>,
    pub served: Signal<Out, Served>,
    span: Signal<Local, Bits<5>>,
    words: Signal<Local, Bits<4>>,
    frame_now: Signal<Local, Frame>,
    arrival_now: Signal<Local, Arrival>,
    frame_2: Signal<Local, Frame>,
    arrival_2: Signal<Local, Arrival>,
    flags: Signal<Local, Bits<16>>,
    window: Window<D, C>,
    network: Network,
    header_sum: HeaderSum,
    transport: Transport,
    // What waits for layer 4.
    frame_3: DFF<Frame>,
    fields_3: DFF<Fields>,
    frame_4: DFF<Frame>,
    fields_4: DFF<Fields>,
    // The last stage.
    arrival_4: Signal<Local, Arrival>,
    said: Signal<Local, Segment>,
    ipv4: Signal<Local, Bit>,
    l2tp: Signal<Local, Bit>,
    parsed_q: DFF<Parsed>,
    valid_q: DFF<Bit>,
}

impl<const D: usize, const C: usize> Logic for Parse<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, frame_3, fields_3, frame_4, fields_4, parsed_q, valid_q);
        self.parsed.next = self.parsed_q.q.val();
        self.parsed_valid.next = self.valid_q.q.val();
        BeatSink::<D, C>::link(&mut self.sink, &mut self.window.sink);
        self.window.clock.next = self.clock.val();
        self.window.reset.next = self.reset.val();
        self.window.arrival.next = self.arrival.val();
        self.window.mac0.next = self.mac0.val();
        self.window.mac1.next = self.mac1.val();
        self.network.clock.next = self.clock.val();
        self.network.reset.next = self.reset.val();
        self.frame_now.next = self.window.frame.val();
        self.words.next = self.window.header.val().get_bits::<4>(bits::<8>(IPV4_IHL_AT).index());
        self.span.next =
            bit_cast::<5, 4>(self.words.val()) + bit_cast::<5, 2>(self.frame_now.val().tags);
        self.network.frame.next = self.frame_now.val();
        self.network.header.next = self.window.header.val();
        self.network.rest.next = self.window.rest.val();
        self.network.headers.next = self.window.headers.val();
        self.network.span.next = self.span.val();
        self.header_sum.clock.next = self.clock.val();
        self.header_sum.headers.next = self.window.headers.val();
        self.header_sum.tags.next = self.frame_now.val().tags;
        self.header_sum.span.next = self.span.val();
        self.transport.clock.next = self.clock.val();
        self.transport.present.next =
            self.network.frame_out.val().ipv4 & !self.network.fields.val().fragment;
        self.transport.fields.next = self.network.fields.val();
        self.transport.segment.next = self.network.segment.val();
        self.transport.payload.next = self.network.payload.val();
        self.frame_3.d.next = self.network.frame_out.val();
        self.frame_3.d.next.valid = self.network.frame_out.val().valid & !self.reset.val();
        self.fields_3.d.next = self.network.fields.val();
        self.frame_4.d.next = self.frame_3.q.val();
        self.frame_4.d.next.valid = self.frame_3.q.val().valid & !self.reset.val();
        self.fields_4.d.next = self.fields_3.q.val();

        // What is asked before.
        self.arrival_now.next = self.frame_now.val().arrival;
        self.addresses.next.source = self.arrival_now.val().source;
        self.addresses.next.source_address =
            self.window.header.val().get_bits::<32>(bits::<8>(IPV4_SOURCE_AT).index());
        self.addresses.next.destination_address =
            self.window.header.val().get_bits::<32>(bits::<8>(IPV4_DESTINATION_AT).index());
        self.frame_2.next = self.network.frame_out.val();
        self.arrival_2.next = self.frame_2.val().arrival;
        self.flow.next.valid = (self.frame_2.val().valid & self.frame_2.val().ipv4)
            & (!self.network.fields.val().fragment
                & (self.network.fields.val().protocol == bits::<8>(PROTOCOL_UDP)));
        self.flow.next.source = self.arrival_2.val().source;
        self.flow.next.peer = self.arrival_2.val().peer;
        self.flow.next.entry = self.arrival_2.val().entry;
        self.flow.next.source_address = self.network.fields.val().source_address;
        self.flow.next.destination_address = self.network.fields.val().destination_address;
        self.flow.next.source_port =
            self.network.segment.val().get_bits::<16>(bits::<8>(SOURCE_PORT_AT).index());
        self.flow.next.destination_port =
            self.network.segment.val().get_bits::<16>(bits::<8>(DESTINATION_PORT_AT).index());
        self.flags.next =
            self.network.segment.val().get_bits::<16>(bits::<8>(L2TP_FLAGS_AT).index());
        self.flow.next.tunnel =
            self.network.segment.val().get_bits::<16>(bits::<8>(L2TP_TUNNEL_AT).index());
        if (self.flags.val() & bits::<16>(L2TP_L)) != bits::<16>(0) {
            self.flow.next.tunnel =
                self.network.segment.val().get_bits::<16>(bits::<8>(L2TP_TUNNEL_LONG_AT).index());
        }
        self.served.next.protocol = self.fields_3.q.val().protocol;
        self.served.next.port = self.transport.port.val();

        // The last stage. Each layer counts only if those below it do.
        self.said.next = self.transport.said.val();
        self.arrival_4.next = self.frame_4.q.val().arrival;
        self.ipv4.next = self.frame_4.q.val().ipv4 & self.header_sum.good.val();
        self.l2tp.next = self.ipv4.val()
            & self.said.val().shaped
            & (self.said.val().span <= bit_cast::<17, 16>(self.said.val().length));
        self.valid_q.d.next = self.frame_4.q.val().valid & !self.reset.val();
        self.parsed_q.d.next.source = self.arrival_4.val().source;
        self.parsed_q.d.next.length = self.arrival_4.val().length;
        self.parsed_q.d.next.peer = self.arrival_4.val().peer;
        self.parsed_q.d.next.inject_forward = self.arrival_4.val().inject_forward;
        self.parsed_q.d.next.inject_port = self.arrival_4.val().inject_port;
        self.parsed_q.d.next.entry = self.arrival_4.val().entry;
        self.parsed_q.d.next.station = self.frame_4.q.val().station;
        self.parsed_q.d.next.network_fault = self.frame_4.q.val().fault;
        if self.frame_4.q.val().ipv4 & !self.header_sum.good.val() {
            self.parsed_q.d.next.network_fault = bits::<5>(DROP_BAD_CHECKSUM);
        }
        self.parsed_q.d.next.ipv4 = self.ipv4.val();
        self.parsed_q.d.next.fragment = self.ipv4.val() & self.fields_4.q.val().fragment;
        self.parsed_q.d.next.transport = self.ipv4.val() & self.said.val().known;
        self.parsed_q.d.next.transport_fault = bits::<5>(FAULTLESS);
        self.parsed_q.d.next.network_offset = bits::<5>(0);
        self.parsed_q.d.next.transport_offset = bits::<7>(0);
        self.parsed_q.d.next.source_address = bits::<32>(0);
        self.parsed_q.d.next.destination_address = bits::<32>(0);
        self.parsed_q.d.next.protocol = bits::<8>(0);
        self.parsed_q.d.next.ttl = bits::<8>(0);
        self.parsed_q.d.next.network_checksum = bits::<16>(0);
        self.parsed_q.d.next.source_port = bits::<16>(0);
        self.parsed_q.d.next.destination_port = bits::<16>(0);
        self.parsed_q.d.next.transport_checksum = bits::<16>(0);
        if self.ipv4.val() {
            self.parsed_q.d.next.transport_fault = self.said.val().fault;
            self.parsed_q.d.next.network_offset = self.frame_4.q.val().network_offset;
            self.parsed_q.d.next.transport_offset = self.fields_4.q.val().transport_offset;
            self.parsed_q.d.next.source_address = self.fields_4.q.val().source_address;
            self.parsed_q.d.next.destination_address = self.fields_4.q.val().destination_address;
            self.parsed_q.d.next.protocol = self.fields_4.q.val().protocol;
            self.parsed_q.d.next.ttl = self.fields_4.q.val().ttl;
            self.parsed_q.d.next.network_checksum = self.fields_4.q.val().checksum;
            self.parsed_q.d.next.source_port = self.said.val().source_port;
            self.parsed_q.d.next.destination_port = self.said.val().destination_port;
            self.parsed_q.d.next.transport_checksum = self.said.val().checksum;
        }
        self.parsed_q.d.next.l2f = self.ipv4.val() & self.said.val().l2f;
        self.parsed_q.d.next.l2tp = self.l2tp.val();
        self.parsed_q.d.next.l2tp_clean = self.l2tp.val() & self.said.val().clean;
        self.parsed_q.d.next.control = self.l2tp.val() & self.said.val().control;
        self.parsed_q.d.next.tunnel = bits::<16>(0);
        self.parsed_q.d.next.tunnel_offset = bits::<7>(0);
        if self.l2tp.val() {
            self.parsed_q.d.next.tunnel = self.said.val().tunnel;
            self.parsed_q.d.next.tunnel_offset = self.said.val().tunnel_offset;
        }
    }
}
