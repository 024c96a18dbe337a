//! Part of *parse*: the IPv4 header, and the alignment to layer 4.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::parse::window::Frame;
use rust_hdl::prelude::*;

/// What an IPv4 header says; meaningless without one.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Fields {
    pub fragment: Bit,
    pub transport_offset: Bits<7>,
    pub source_address: Bits<32>,
    pub destination_address: Bits<32>,
    pub protocol: Bits<8>,
    pub ttl: Bits<8>,
    pub checksum: Bits<16>,
}

/// Judges an IPv4 header (all but its checksum) and finds layer 4 behind it.
///
/// Ports: what `Window` gives, and `span`, the words of tags and IPv4 header; out, two clocks later:
/// `frame_out`, with the first fault of header and lengths; `fields`; `segment`, 22 bytes from layer
/// 4 on, first octet in the highest byte; `payload`, the bytes of the packet behind its IPv4 header.
/// The last three are meaningless unless `frame_out.ipv4`. A frame a clock. Reset clears
/// `frame_out.valid`.
///
/// Layer 4 lies 5 to 17 words into the headers: the first stage shifts by 0, 4, 8 or 12 words beyond
/// 5, the second by 0 to 3.
#[derive(LogicBlock, Default)]
pub struct Network {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub frame: Signal<In, Frame>,
    pub header: Signal<In, Bits<160>>,
    pub rest: Signal<In, Bits<14>>,
    pub headers: Signal<In, Bits<720>>,
    pub span: Signal<In, Bits<5>>,
    pub frame_out: Signal<Out, Frame>,
    pub fields: Signal<Out, Fields>,
    pub segment: Signal<Out, Bits<176>>,
    pub payload: Signal<Out, Bits<16>>,
    // First stage.
    version: Signal<Local, Bits<4>>,
    words: Signal<Local, Bits<4>>,
    octets: Signal<Local, Bits<6>>,
    length: Signal<Local, Bits<16>>,
    flags: Signal<Local, Bits<16>>,
    tail: Signal<Local, Bits<272>>,
    frame_q: DFF<Frame>,
    fields_q: DFF<Fields>,
    coarse: DFF<Bits<272>>,
    fine: DFF<Bits<2>>,
    payload_q: DFF<Bits<16>>,
    short: DFF<Bit>,
    bad_version: DFF<Bit>,
    bad_words: DFF<Bit>,
    cut: DFF<Bit>,
    bad_length: DFF<Bit>,
    // Second stage.
    fault: Signal<Local, Bits<5>>,
    frame_out_q: DFF<Frame>,
    fields_out_q: DFF<Fields>,
    segment_q: DFF<Bits<176>>,
    payload_out_q: DFF<Bits<16>>,
}

impl Logic for Network {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            frame_q,
            fields_q,
            coarse,
            fine,
            payload_q,
            short,
            bad_version,
            bad_words,
            cut,
            bad_length,
            frame_out_q,
            fields_out_q,
            segment_q,
            payload_out_q
        );
        self.frame_out.next = self.frame_out_q.q.val();
        self.fields.next = self.fields_out_q.q.val();
        self.segment.next = self.segment_q.q.val();
        self.payload.next = self.payload_out_q.q.val();

        // First stage: the fields, and the questions about them.
        self.version.next = self.header.val().get_bits::<4>(bits::<8>(IPV4_VERSION_AT).index());
        self.words.next = self.header.val().get_bits::<4>(bits::<8>(IPV4_IHL_AT).index());
        self.length.next = self.header.val().get_bits::<16>(bits::<8>(IPV4_LENGTH_AT).index());
        self.flags.next = self.header.val().get_bits::<16>(bits::<8>(IPV4_FRAGMENT_AT).index());
        self.octets.next = bit_cast::<6, 4>(self.words.val()) << 2;
        self.frame_q.d.next = self.frame.val();
        self.frame_q.d.next.valid = self.frame.val().valid & !self.reset.val();
        self.fields_q.d.next.fragment =
            (self.flags.val() & bits::<16>(IPV4_FRAGMENT_MASK)) != bits::<16>(0);
        self.fields_q.d.next.transport_offset =
            bit_cast::<7, 5>(self.frame.val().network_offset) + bit_cast::<7, 6>(self.octets.val());
        self.fields_q.d.next.source_address =
            self.header.val().get_bits::<32>(bits::<8>(IPV4_SOURCE_AT).index());
        self.fields_q.d.next.destination_address =
            self.header.val().get_bits::<32>(bits::<8>(IPV4_DESTINATION_AT).index());
        self.fields_q.d.next.protocol =
            self.header.val().get_bits::<8>(bits::<8>(IPV4_PROTOCOL_AT).index());
        self.fields_q.d.next.ttl = self.header.val().get_bits::<8>(bits::<8>(IPV4_TTL_AT).index());
        self.fields_q.d.next.checksum =
            self.header.val().get_bits::<16>(bits::<8>(IPV4_CHECKSUM_AT).index());
        self.short.d.next = self.rest.val() < bits::<14>(IPV4_MIN_HEADER);
        self.bad_version.d.next = self.version.val() != bits::<4>(4);
        self.bad_words.d.next = self.words.val() < bits::<4>(5);
        self.cut.d.next = self.rest.val() < bit_cast::<14, 6>(self.octets.val());
        self.bad_length.d.next = (self.length.val() < bit_cast::<16, 6>(self.octets.val()))
            | (self.length.val() > bit_cast::<16, 14>(self.rest.val()));
        self.payload_q.d.next = self.length.val() - bit_cast::<16, 6>(self.octets.val());

        // First stage: whole steps of four words.
        self.tail.next = bit_cast::<272, 176>(self.headers.val().get_bits::<176>(0)) << 96;
        if self.span.val() > bits::<5>(16) {
            self.coarse.d.next = self.tail.val();
        } else if self.span.val() > bits::<5>(12) {
            self.coarse.d.next = self.headers.val().get_bits::<272>(32);
        } else if self.span.val() > bits::<5>(8) {
            self.coarse.d.next = self.headers.val().get_bits::<272>(160);
        } else {
            self.coarse.d.next = self.headers.val().get_bits::<272>(288);
        }
        self.fine.d.next = self.span.val().get_bits::<2>(0) - bits::<2>(1);

        // Second stage: the words that remain.
        if self.fine.q.val() == bits::<2>(0) {
            self.segment_q.d.next = self.coarse.q.val().get_bits::<176>(96);
        } else if self.fine.q.val() == bits::<2>(1) {
            self.segment_q.d.next = self.coarse.q.val().get_bits::<176>(64);
        } else if self.fine.q.val() == bits::<2>(2) {
            self.segment_q.d.next = self.coarse.q.val().get_bits::<176>(32);
        } else {
            self.segment_q.d.next = self.coarse.q.val().get_bits::<176>(0);
        }

        // Second stage: the first fault.
        self.fault.next = bits::<5>(FAULTLESS);
        if self.short.q.val() {
            self.fault.next = bits::<5>(DROP_TRUNCATED);
        } else if self.bad_version.q.val() {
            self.fault.next = bits::<5>(DROP_BAD_VERSION);
        } else if self.bad_words.q.val() {
            self.fault.next = bits::<5>(DROP_BAD_IHL);
        } else if self.cut.q.val() {
            self.fault.next = bits::<5>(DROP_TRUNCATED);
        } else if self.bad_length.q.val() {
            self.fault.next = bits::<5>(DROP_BAD_LENGTH);
        }
        self.frame_out_q.d.next = self.frame_q.q.val();
        self.frame_out_q.d.next.valid = self.frame_q.q.val().valid & !self.reset.val();
        if self.frame_q.q.val().ipv4 {
            self.frame_out_q.d.next.fault = self.fault.val();
            self.frame_out_q.d.next.ipv4 = self.fault.val() == bits::<5>(FAULTLESS);
        }
        self.fields_out_q.d.next = self.fields_q.q.val();
        self.payload_out_q.d.next = self.payload_q.q.val();
    }
}
