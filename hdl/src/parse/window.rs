//! First part of *parse*: the headers side by side, and the tags before the IPv4 header.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::leaf::Leaf;
use crate::meta::Arrival;
use crate::parse::reverse::Reverse;
use crate::stream::BeatSink;
use rust_hdl::prelude::*;
use spec::limits::{ASK_AHEAD, HEADERS, TAGS, parse_clocks};
use spec::wire::ipv4;

/// Where an IPv4 header without options ends behind two tags.
const NETWORK_END: usize = TAGGED_TWICE as usize + ipv4::MIN_HEADER;

/// What goes with a frame through *parse* besides its fields.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Frame {
    pub valid: Bit,
    pub arrival: Arrival,
    pub station: Bits<2>,
    /// A `Drop` code of the tags, or of the IPv4 header once that has been judged; or NO_FAULT.
    pub fault: Bits<5>,
    /// The EtherType is IPv4, and there is no such fault.
    pub ipv4: Bit,
    pub tags: Bits<2>,
    pub network_offset: Bits<5>,
}

/// A shift register of beats, seen at three places: where a frame's tags are, a clock later its IPv4
/// header, and all its headers when its first `spec::limits::HEADERS` bytes are there, or would be if
/// the frame is shorter.
///
/// Ports: `sink` and `arrival`, which counts with a first beat; the ports' own MACs, first octet in
/// the lowest byte. Out, `parse_clocks` less ASK_AHEAD after the first beat: `frame`; `header`, the
/// 20 bytes of the IPv4 header, first octet in the highest byte; `rest`, how many of the frame's bytes
/// lie from there on (meaningless with a fault); and from the register itself `headers`, 90 bytes
/// from where an IPv4 header without tags begins. Bytes beyond the frame's end are whatever follows
/// it. A frame a clock; the register shifts every clock, so a frame may follow with or without a
/// pause. Reset clears `frame.valid`.
///
/// Only the 20 bytes are aligned: they tell where layer 4 is, while the rest is still coming in. At
/// W=16 they wait three clocks for it, at W=64 all headers wait one clock for them.
#[derive(LogicBlock)]
pub struct Window<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: BeatSink<D, C>,
    pub arrival: Signal<In, Arrival>,
    pub mac0: Signal<In, Bits<48>>,
    pub mac1: Signal<In, Bits<48>>,
    pub frame: Signal<Out, Frame>,
    pub header: Signal<Out, Bits<160>>,
    pub rest: Signal<Out, Bits<14>>,
    pub headers: Signal<Out, Bits<720>>,
    /// One beat holds all that tells the tags.
    wide: Constant<Bit>,
    beat_bits: Constant<Bits<11>>,
    headers_at: Constant<Bits<11>>,
    network_at: Constant<Bits<11>>,
    tags_at: Constant<Bits<11>>,
    reverse: Leaf<Reverse<D>, D, D, 0>,
    window: DFF<Bits<1024>>,
    joined: Signal<Local, Bits<1536>>,
    headers_low: Signal<Local, Bits<1536>>,
    network_low: Signal<Local, Bits<1536>>,
    tags_low: Signal<Local, Bits<1536>>,
    network: Signal<Local, Bits<224>>,
    tags: Signal<Local, Bits<192>>,
    // What waits for the IPv4 header; at W=64 only the first of each is used.
    start: Signal<Local, Bit>,
    valid: [DFF<Bit>; 6],
    waiting: [DFF<Arrival>; 2],
    own_0: [DFF<Bit>; 2],
    own_1: [DFF<Bit>; 2],
    group: [DFF<Bit>; 2],
    // The tags.
    arrival_before: Signal<Local, Arrival>,
    length_before: Signal<Local, Bits<14>>,
    type_0: Signal<Local, Bits<16>>,
    type_1: Signal<Local, Bits<16>>,
    type_2: Signal<Local, Bits<16>>,
    tag_0: DFF<Bit>,
    tag_1: DFF<Bit>,
    tag_2: DFF<Bit>,
    ipv4_0: DFF<Bit>,
    ipv4_1: DFF<Bit>,
    ipv4_2: DFF<Bit>,
    short_0: DFF<Bit>,
    short_1: DFF<Bit>,
    short_2: DFF<Bit>,
    // The alignment.
    valid_now: Signal<Local, Bit>,
    arrival_now: Signal<Local, Arrival>,
    own_0_now: Signal<Local, Bit>,
    own_1_now: Signal<Local, Bit>,
    group_now: Signal<Local, Bit>,
    destination: Signal<Local, Bits<48>>,
    source: Signal<Local, Bits<2>>,
    length: Signal<Local, Bits<14>>,
    station: Signal<Local, Bits<2>>,
    fault: Signal<Local, Bits<5>>,
    cut: Signal<Local, Bit>,
    offset: Signal<Local, Bits<5>>,
    typed: Signal<Local, Bit>,
    aligned: Signal<Local, Frame>,
    // The IPv4 header, and what waits with it for all headers; at W=64 only the first is used.
    frames: [DFF<Frame>; 4],
    network_headers: [DFF<Bits<160>>; 4],
    rests: [DFF<Bits<14>>; 4],
}

impl<const D: usize, const C: usize> Default for Window<D, C> {
    fn default() -> Self {
        assert!(D == 128 || D == 512, "the window knows 16 and 64 bytes a beat");
        let (wide, width) = (D == 512, D / 8);
        // The lowest bit of what ends at a byte, so many clocks after the first beat.
        let low = |clock: usize, end: usize| (8 * ((clock + 1) * width - end)) as u64;
        let tagged = TAGS.div_ceil(width) - 1;
        let all = parse_clocks(width) - ASK_AHEAD;
        Self {
            clock: Default::default(),
            reset: Default::default(),
            sink: Default::default(),
            arrival: Default::default(),
            mac0: Default::default(),
            mac1: Default::default(),
            frame: Default::default(),
            header: Default::default(),
            rest: Default::default(),
            headers: Default::default(),
            wide: Constant::new(wide),
            beat_bits: Constant::new((D as u64).into()),
            headers_at: Constant::new(low(all, HEADERS).into()),
            network_at: Constant::new(low(tagged + 1, NETWORK_END).into()),
            tags_at: Constant::new(low(tagged, TAGS).into()),
            reverse: Default::default(),
            window: Default::default(),
            joined: Default::default(),
            headers_low: Default::default(),
            network_low: Default::default(),
            tags_low: Default::default(),
            network: Default::default(),
            tags: Default::default(),
            start: Default::default(),
            valid: std::array::from_fn(|_| Default::default()),
            waiting: std::array::from_fn(|_| Default::default()),
            own_0: std::array::from_fn(|_| Default::default()),
            own_1: std::array::from_fn(|_| Default::default()),
            group: std::array::from_fn(|_| Default::default()),
            arrival_before: Default::default(),
            length_before: Default::default(),
            type_0: Default::default(),
            type_1: Default::default(),
            type_2: Default::default(),
            tag_0: Default::default(),
            tag_1: Default::default(),
            tag_2: Default::default(),
            ipv4_0: Default::default(),
            ipv4_1: Default::default(),
            ipv4_2: Default::default(),
            short_0: Default::default(),
            short_1: Default::default(),
            short_2: Default::default(),
            valid_now: Default::default(),
            arrival_now: Default::default(),
            own_0_now: Default::default(),
            own_1_now: Default::default(),
            group_now: Default::default(),
            destination: Default::default(),
            source: Default::default(),
            length: Default::default(),
            station: Default::default(),
            fault: Default::default(),
            cut: Default::default(),
            offset: Default::default(),
            typed: Default::default(),
            aligned: Default::default(),
            frames: Default::default(),
            network_headers: Default::default(),
            rests: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize> Logic for Window<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, window, tag_0, tag_1, tag_2, ipv4_0, ipv4_1, ipv4_2, short_0, short_1,
            short_2
        );
        for i in 0..4 {
            self.frames[i].clock.next = self.clock.val();
            self.network_headers[i].clock.next = self.clock.val();
            self.rests[i].clock.next = self.clock.val();
        }

        // The register, and the three views into it.
        self.reverse.clock.next = self.clock.val();
        self.reverse.x.next = self.sink.data.val();
        self.joined.next = (bit_cast::<1536, 1024>(self.window.q.val()) << self.beat_bits.val())
            | bit_cast::<1536, D>(self.reverse.y.val());
        self.window.d.next = self.joined.val().get_bits::<1024>(0);
        self.headers_low.next = self.joined.val() >> self.headers_at.val();
        self.headers.next = self.headers_low.val().get_bits::<720>(0);
        self.network_low.next = self.joined.val() >> self.network_at.val();
        self.network.next = self.network_low.val().get_bits::<224>(0);
        self.tags_low.next = self.joined.val() >> self.tags_at.val();
        self.tags.next = self.tags_low.val().get_bits::<192>(0);

        // What waits.
        self.start.next = self.sink.valid.val() & self.sink.first.val();
        for i in 0..6 {
            self.valid[i].clock.next = self.clock.val();
        }
        for i in 0..2 {
            self.waiting[i].clock.next = self.clock.val();
            self.own_0[i].clock.next = self.clock.val();
            self.own_1[i].clock.next = self.clock.val();
            self.group[i].clock.next = self.clock.val();
        }
        self.valid[0].d.next = self.start.val() & !self.reset.val();
        self.waiting[0].d.next = self.arrival.val();
        self.destination.next = self.sink.data.val().get_bits::<48>(0);
        self.own_0[0].d.next = self.destination.val() == self.mac0.val();
        self.own_1[0].d.next = self.destination.val() == self.mac1.val();
        self.group[0].d.next = self.destination.val().get_bit(0);
        for i in 1..6 {
            self.valid[i].d.next = self.valid[i - 1].q.val() & !self.reset.val();
        }
        self.waiting[1].d.next = self.waiting[0].q.val();
        self.own_0[1].d.next = self.own_0[0].q.val();
        self.own_1[1].d.next = self.own_1[0].q.val();
        self.group[1].d.next = self.group[0].q.val();
        if self.wide.val() {
            self.arrival_before.next = self.arrival.val();
            self.arrival_now.next = self.waiting[0].q.val();
            self.valid_now.next = self.valid[1].q.val();
            self.own_0_now.next = self.own_0[0].q.val();
            self.own_1_now.next = self.own_1[0].q.val();
            self.group_now.next = self.group[0].q.val();
        } else {
            self.arrival_before.next = self.waiting[0].q.val();
            self.arrival_now.next = self.waiting[1].q.val();
            self.valid_now.next = self.valid[5].q.val();
            self.own_0_now.next = self.own_0[1].q.val();
            self.own_1_now.next = self.own_1[1].q.val();
            self.group_now.next = self.group[1].q.val();
        }

        // The tags. A type that the frame's end cuts off tells nothing.
        self.length_before.next = self.arrival_before.val().length;
        self.type_0.next = self.tags.val().get_bits::<16>(bits::<8>(ETHERTYPE_UNTAGGED_AT).index());
        self.type_1.next = self.tags.val().get_bits::<16>(bits::<8>(ETHERTYPE_TAGGED_AT).index());
        self.type_2.next = self.tags.val().get_bits::<16>(bits::<8>(ETHERTYPE_TWICE_AT).index());
        self.tag_0.d.next = (self.type_0.val() == bits::<16>(ETHERTYPE_VLAN))
            | (self.type_0.val() == bits::<16>(ETHERTYPE_VLAN_SERVICE));
        self.ipv4_0.d.next = self.type_0.val() == bits::<16>(ETHERTYPE_IPV4);
        self.short_0.d.next = self.length_before.val() < bits::<14>(UNTAGGED);
        self.tag_1.d.next = (self.type_1.val() == bits::<16>(ETHERTYPE_VLAN))
            | (self.type_1.val() == bits::<16>(ETHERTYPE_VLAN_SERVICE));
        self.ipv4_1.d.next = self.type_1.val() == bits::<16>(ETHERTYPE_IPV4);
        self.short_1.d.next = self.length_before.val() < bits::<14>(TAGGED);
        self.tag_2.d.next = (self.type_2.val() == bits::<16>(ETHERTYPE_VLAN))
            | (self.type_2.val() == bits::<16>(ETHERTYPE_VLAN_SERVICE));
        self.ipv4_2.d.next = self.type_2.val() == bits::<16>(ETHERTYPE_IPV4);
        self.short_2.d.next = self.length_before.val() < bits::<14>(TAGGED_TWICE);

        // The alignment.
        self.cut.next = self.short_0.q.val()
            | (self.tag_0.q.val() & self.short_1.q.val())
            | (self.tag_0.q.val() & self.tag_1.q.val() & self.short_2.q.val());
        if self.tag_0.q.val() & self.tag_1.q.val() {
            self.network_headers[0].d.next = self.network.val().get_bits::<160>(0);
            self.aligned.next.tags = bits::<2>(2);
            self.offset.next = bits::<5>(TAGGED_TWICE);
            self.typed.next = self.ipv4_2.q.val();
        } else if self.tag_0.q.val() {
            self.network_headers[0].d.next = self.network.val().get_bits::<160>(32);
            self.aligned.next.tags = bits::<2>(1);
            self.offset.next = bits::<5>(TAGGED);
            self.typed.next = self.ipv4_1.q.val();
        } else {
            self.network_headers[0].d.next = self.network.val().get_bits::<160>(64);
            self.aligned.next.tags = bits::<2>(0);
            self.offset.next = bits::<5>(UNTAGGED);
            self.typed.next = self.ipv4_0.q.val();
        }
        self.length.next = self.arrival_now.val().length;
        self.rests[0].d.next = self.length.val() - bit_cast::<14, 5>(self.offset.val());
        self.fault.next = bits::<5>(FAULTLESS);
        if self.cut.val() {
            self.fault.next = bits::<5>(DROP_TRUNCATED);
        } else if self.tag_0.q.val() & self.tag_1.q.val() & self.tag_2.q.val() {
            self.fault.next = bits::<5>(DROP_VLAN_DEPTH);
        }

        // Whom the destination names; an injected frame is nobody's.
        self.source.next = self.arrival_now.val().source;
        self.station.next = bits::<2>(STATION_FOREIGN);
        if (self.source.val() == bits::<2>(SOURCE_INJECT))
            | (self.own_0_now.val() & (self.source.val() == bits::<2>(SOURCE_EXTERNAL)))
            | (self.own_1_now.val() & (self.source.val() == bits::<2>(SOURCE_INTERNAL)))
        {
            self.station.next = bits::<2>(STATION_OWN);
        } else if self.group_now.val() {
            self.station.next = bits::<2>(STATION_GROUP);
        }
        self.aligned.next.valid = false;
        self.aligned.next.arrival = self.arrival_now.val();
        self.aligned.next.station = self.station.val();
        self.aligned.next.fault = self.fault.val();
        self.aligned.next.ipv4 = self.typed.val() & (self.fault.val() == bits::<5>(FAULTLESS));
        self.aligned.next.network_offset = self.offset.val();
        self.frames[0].d.next = self.aligned.val();

        // The wait for all headers.
        for i in 1..4 {
            self.frames[i].d.next = self.frames[i - 1].q.val();
            self.network_headers[i].d.next = self.network_headers[i - 1].q.val();
            self.rests[i].d.next = self.rests[i - 1].q.val();
        }
        if self.wide.val() {
            self.frame.next = self.frames[0].q.val();
            self.header.next = self.network_headers[0].q.val();
            self.rest.next = self.rests[0].q.val();
        } else {
            self.frame.next = self.frames[3].q.val();
            self.header.next = self.network_headers[3].q.val();
            self.rest.next = self.rests[3].q.val();
        }
        self.frame.next.valid = self.valid_now.val();
    }
}
