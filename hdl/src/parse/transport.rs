//! Part of *parse*: layer 4, and the L2TP header in UDP.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::parse::network::Fields;
use rust_hdl::prelude::*;

/// What layer 4 says. Fields that are not there are zero, but for those of L2TP: they count if the
/// header is `shaped` and `span` fits into `length`.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Segment {
    /// A `Drop` code, or NO_FAULT.
    pub fault: Bits<5>,
    /// UDP, TCP, GRE or ESP, without fault.
    pub known: Bit,
    pub source_port: Bits<16>,
    pub destination_port: Bits<16>,
    pub checksum: Bits<16>,
    pub l2f: Bit,
    /// UDP whose payload begins as an L2TPv2 header, with a Length that fits or none.
    pub shaped: Bit,
    /// Header and Offset Size, in bytes.
    pub span: Bits<17>,
    /// Length of the L2TP message: its own, or the payload's if it has none.
    pub length: Bits<16>,
    pub clean: Bit,
    pub control: Bit,
    pub tunnel: Bits<16>,
    pub tunnel_offset: Bits<7>,
}

/// Judges the header of layer 4 and reads the L2TP header in UDP.
///
/// Ports: `present`, there is an IPv4 header without fault (so far) and the packet is no fragment;
/// `fields`, `segment` and `payload` from `Network`; out, two clocks later, `said`; a clock before it
/// `port`, the destination port or 0, which counts if `said` is without fault. A frame a clock.
/// No reset: the output follows the input.
///
/// The first stage takes all fields at the places that the flags name, the second compares sizes;
/// the sum of header and Offset Size is compared behind this block, a stage later.
#[derive(LogicBlock, Default)]
pub struct Transport {
    pub clock: Signal<In, Clock>,
    pub present: Signal<In, Bit>,
    pub fields: Signal<In, Fields>,
    pub segment: Signal<In, Bits<176>>,
    pub payload: Signal<In, Bits<16>>,
    pub port: Signal<Out, Bits<16>>,
    pub said: Signal<Out, Segment>,
    // First stage: the header.
    protocol: Signal<Local, Bits<8>>,
    is_udp: Signal<Local, Bit>,
    is_tcp: Signal<Local, Bit>,
    is_gre: Signal<Local, Bit>,
    is_esp: Signal<Local, Bit>,
    udp_length: Signal<Local, Bits<16>>,
    tcp_words: Signal<Local, Bits<4>>,
    tcp_header: Signal<Local, Bits<6>>,
    known: DFF<Bit>,
    udp: DFF<Bit>,
    ports: DFF<Bit>,
    short: DFF<Bit>,
    bad_udp: DFF<Bit>,
    bad_tcp: DFF<Bit>,
    source_port: DFF<Bits<16>>,
    destination_port: DFF<Bits<16>>,
    checksum: DFF<Bits<16>>,
    // First stage: L2TP.
    flags: Signal<Local, Bits<16>>,
    has_length: Signal<Local, Bit>,
    has_sequence: Signal<Local, Bit>,
    has_offset: Signal<Local, Bit>,
    is_control: Signal<Local, Bit>,
    version: Signal<Local, Bits<16>>,
    length_size: Signal<Local, Bits<4>>,
    sequence_size: Signal<Local, Bits<4>>,
    offset_size: Signal<Local, Bits<4>>,
    fixed_size: Signal<Local, Bits<4>>,
    optional_size: Signal<Local, Bits<4>>,
    inner: DFF<Bits<16>>,
    header: DFF<Bits<4>>,
    offset: DFF<Bits<16>>,
    long: DFF<Bit>,
    length: DFF<Bits<16>>,
    tunnel: DFF<Bits<16>>,
    transport_offset: DFF<Bits<7>>,
    shaped: DFF<Bit>,
    l2f: DFF<Bit>,
    clean: DFF<Bit>,
    control: DFF<Bit>,
    // Second stage.
    good: Signal<Local, Bit>,
    length_fits: Signal<Local, Bit>,
    said_q: DFF<Segment>,
}

impl Logic for Transport {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            known,
            udp,
            ports,
            short,
            bad_udp,
            bad_tcp,
            source_port,
            destination_port,
            checksum,
            inner,
            header,
            offset,
            long,
            length,
            tunnel,
            transport_offset,
            shaped,
            l2f,
            clean,
            control,
            said_q
        );
        self.said.next = self.said_q.q.val();
        self.port.next = bits::<16>(0);
        if self.ports.q.val() {
            self.port.next = self.destination_port.q.val();
        }

        // First stage: the header.
        self.protocol.next = self.fields.val().protocol;
        self.is_udp.next = self.protocol.val() == bits::<8>(PROTOCOL_UDP);
        self.is_tcp.next = self.protocol.val() == bits::<8>(PROTOCOL_TCP);
        self.is_gre.next = self.protocol.val() == bits::<8>(PROTOCOL_GRE);
        self.is_esp.next = self.protocol.val() == bits::<8>(PROTOCOL_ESP);
        self.known.d.next = self.present.val()
            & (self.is_udp.val() | self.is_tcp.val() | self.is_gre.val() | self.is_esp.val());
        self.udp.d.next = self.is_udp.val();
        self.ports.d.next = self.is_udp.val() | self.is_tcp.val();
        self.short.d.next = (self.is_udp.val() & (self.payload.val() < bits::<16>(UDP_HEADER)))
            | (self.is_tcp.val() & (self.payload.val() < bits::<16>(TCP_MIN_HEADER)))
            | (self.is_gre.val() & (self.payload.val() < bits::<16>(GRE_MIN_HEADER)))
            | (self.is_esp.val() & (self.payload.val() < bits::<16>(ESP_MIN_HEADER)));
        self.udp_length.next = self.segment.val().get_bits::<16>(bits::<8>(UDP_LENGTH_AT).index());
        self.bad_udp.d.next = self.is_udp.val()
            & ((self.udp_length.val() < bits::<16>(UDP_HEADER))
                | (self.udp_length.val() > self.payload.val()));
        self.tcp_words.next =
            self.segment.val().get_bits::<4>(bits::<8>(TCP_DATA_OFFSET_AT).index());
        self.tcp_header.next = bit_cast::<6, 4>(self.tcp_words.val()) << 2;
        self.bad_tcp.d.next = self.is_tcp.val()
            & ((self.tcp_header.val() < bits::<6>(TCP_MIN_HEADER))
                | (bit_cast::<16, 6>(self.tcp_header.val()) > self.payload.val()));
        self.source_port.d.next =
            self.segment.val().get_bits::<16>(bits::<8>(SOURCE_PORT_AT).index());
        self.destination_port.d.next =
            self.segment.val().get_bits::<16>(bits::<8>(DESTINATION_PORT_AT).index());
        self.checksum.d.next =
            self.segment.val().get_bits::<16>(bits::<8>(UDP_CHECKSUM_AT).index());

        // First stage: the flags of L2TP, and the fields at the places that they name.
        self.flags.next = self.segment.val().get_bits::<16>(bits::<8>(L2TP_FLAGS_AT).index());
        self.is_control.next = (self.flags.val() & bits::<16>(L2TP_T)) != bits::<16>(0);
        self.has_length.next = (self.flags.val() & bits::<16>(L2TP_L)) != bits::<16>(0);
        self.has_sequence.next = (self.flags.val() & bits::<16>(L2TP_S)) != bits::<16>(0);
        self.has_offset.next = (self.flags.val() & bits::<16>(L2TP_O)) != bits::<16>(0);
        self.version.next = self.flags.val() & bits::<16>(L2TP_VERSION_MASK);
        self.l2f.d.next = self.version.val() == bits::<16>(L2TP_VERSION_L2F);
        self.shaped.d.next = (self.version.val() == bits::<16>(L2TP_VERSION))
            & (!self.is_control.val()
                | (self.has_length.val() & self.has_sequence.val() & !self.has_offset.val()));
        self.clean.d.next = (self.flags.val() & bits::<16>(L2TP_RESERVED)) == bits::<16>(0);
        self.control.d.next = self.is_control.val();
        self.inner.d.next = self.udp_length.val() - bits::<16>(UDP_HEADER);
        self.length_size.next = bits::<4>(0);
        self.sequence_size.next = bits::<4>(0);
        self.offset_size.next = bits::<4>(0);
        self.long.d.next = self.has_length.val();
        self.length.d.next = self.segment.val().get_bits::<16>(bits::<8>(L2TP_LENGTH_AT).index());
        self.tunnel.d.next = self.segment.val().get_bits::<16>(bits::<8>(L2TP_TUNNEL_AT).index());
        if self.has_length.val() {
            self.length_size.next = bits::<4>(2);
            self.tunnel.d.next =
                self.segment.val().get_bits::<16>(bits::<8>(L2TP_TUNNEL_LONG_AT).index());
        }
        if self.has_sequence.val() {
            self.sequence_size.next = bits::<4>(4);
        }
        self.offset.d.next = bits::<16>(0);
        if self.has_offset.val() {
            self.offset_size.next = bits::<4>(2);
            if self.has_length.val() & self.has_sequence.val() {
                self.offset.d.next =
                    self.segment.val().get_bits::<16>(bits::<8>(L2TP_OFFSET_BOTH_AT).index());
            } else if self.has_sequence.val() {
                self.offset.d.next =
                    self.segment.val().get_bits::<16>(bits::<8>(L2TP_OFFSET_SEQUENCE_AT).index());
            } else if self.has_length.val() {
                self.offset.d.next =
                    self.segment.val().get_bits::<16>(bits::<8>(L2TP_OFFSET_LONG_AT).index());
            } else {
                self.offset.d.next =
                    self.segment.val().get_bits::<16>(bits::<8>(L2TP_OFFSET_AT).index());
            }
        }
        // The sizes of S and O have no bit in common.
        self.fixed_size.next = bits::<4>(L2TP_MIN_HEADER) + self.length_size.val();
        self.optional_size.next = self.sequence_size.val() | self.offset_size.val();
        self.header.d.next = self.fixed_size.val() + self.optional_size.val();
        self.transport_offset.d.next = self.fields.val().transport_offset;

        // Second stage.
        self.good.next = self.known.q.val()
            & !self.short.q.val()
            & !self.bad_udp.q.val()
            & !self.bad_tcp.q.val();
        self.said_q.d.next.fault = bits::<5>(FAULTLESS);
        if self.known.q.val() & self.short.q.val() {
            self.said_q.d.next.fault = bits::<5>(DROP_TRUNCATED);
        } else if self.known.q.val() & (self.bad_udp.q.val() | self.bad_tcp.q.val()) {
            self.said_q.d.next.fault = bits::<5>(DROP_BAD_LENGTH);
        }
        self.said_q.d.next.known = self.good.val();
        self.said_q.d.next.source_port = bits::<16>(0);
        self.said_q.d.next.destination_port = bits::<16>(0);
        if self.good.val() & self.ports.q.val() {
            self.said_q.d.next.source_port = self.source_port.q.val();
            self.said_q.d.next.destination_port = self.destination_port.q.val();
        }
        self.said_q.d.next.checksum = bits::<16>(0);
        if self.good.val() & self.udp.q.val() {
            self.said_q.d.next.checksum = self.checksum.q.val();
        }
        self.said_q.d.next.l2f = self.good.val()
            & self.udp.q.val()
            & self.l2f.q.val()
            & (self.inner.q.val() >= bits::<16>(L2TP_MIN_HEADER));
        self.length_fits.next = !self.long.q.val() | (self.length.q.val() <= self.inner.q.val());
        self.said_q.d.next.shaped =
            self.good.val() & self.udp.q.val() & self.shaped.q.val() & self.length_fits.val();
        self.said_q.d.next.span =
            bit_cast::<17, 16>(self.offset.q.val()) + bit_cast::<17, 4>(self.header.q.val());
        self.said_q.d.next.length = self.inner.q.val();
        self.said_q.d.next.tunnel_offset = self.transport_offset.q.val() + bits::<7>(L2TP_TUNNEL);
        if self.long.q.val() {
            self.said_q.d.next.length = self.length.q.val();
            self.said_q.d.next.tunnel_offset =
                self.transport_offset.q.val() + bits::<7>(L2TP_TUNNEL_LONG);
        }
        self.said_q.d.next.clean = self.clean.q.val();
        self.said_q.d.next.control = self.control.q.val();
        self.said_q.d.next.tunnel = self.tunnel.q.val();
    }
}
