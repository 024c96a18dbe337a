//! First part of *parse*: the headers side by side, and the tags before the IPv4 header.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use crate::leaf::Leaf;
use crate::meta::Arrival;
use crate::parse::reverse::Reverse;
use crate::stream::BeatSink;
use rust_hdl::prelude::*;

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
    pub network_offset: Bits<5>,
}

/// A shift register of beats. When a frame's first `spec::limits::HEADERS` bytes are in it, or would
/// be if the frame is shorter, they are aligned to where its IPv4 header begins.
///
/// Ports: `sink` and `arrival`, which counts with a first beat; the ports' own MACs, first octet in
/// the lowest byte. Out, one clock after the last of these bytes: `frame`; `packet`, 82 bytes from
/// the IPv4 header on, first octet in the highest byte; `rest`, how many of the frame's bytes that
/// is (meaningless with a fault). Bytes beyond the frame's end are whatever follows it. A frame a
/// clock; the register shifts every clock, so a frame may follow with or without a pause. Reset
/// clears `frame.valid`.
///
/// The tags are compared one clock before the bytes are all there, when they are already in the
/// register (at W=64: on the bus), so that the alignment needs no register of its own.
#[derive(LogicBlock)]
pub struct Window<const D: usize, const C: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: BeatSink<D, C>,
    pub arrival: Signal<In, Arrival>,
    pub mac0: Signal<In, Bits<48>>,
    pub mac1: Signal<In, Bits<48>>,
    pub frame: Signal<Out, Frame>,
    pub packet: Signal<Out, Bits<656>>,
    pub rest: Signal<Out, Bits<14>>,
    /// One beat holds all that tells the tags.
    wide: Constant<Bit>,
    beat_bits: Constant<Bits<11>>,
    headers_at: Constant<Bits<11>>,
    tags_at: Constant<Bits<11>>,
    reverse: Leaf<Reverse<D>, D, D, 0>,
    window: DFF<Bits<768>>,
    joined: Signal<Local, Bits<1280>>,
    headers_low: Signal<Local, Bits<1280>>,
    tags_low: Signal<Local, Bits<1280>>,
    headers: Signal<Local, Bits<832>>,
    tags: Signal<Local, Bits<192>>,
    // What waits until the headers are there; at W=64 only the first of each is used.
    start: Signal<Local, Bit>,
    valid: [DFF<Bit>; 6],
    waiting: [DFF<Arrival>; 6],
    own_0: [DFF<Bit>; 6],
    own_1: [DFF<Bit>; 6],
    group: [DFF<Bit>; 6],
    // The tags, one clock before.
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
    frame_q: DFF<Frame>,
    packet_q: DFF<Bits<656>>,
    rest_q: DFF<Bits<14>>,
}

impl<const D: usize, const C: usize> Default for Window<D, C> {
    fn default() -> Self {
        assert!(D == 128 || D == 512, "the window knows 16 and 64 bytes a beat");
        let (wide, held) = (D == 512, if D == 512 { D } else { 768 });
        Self {
            clock: Default::default(),
            reset: Default::default(),
            sink: Default::default(),
            arrival: Default::default(),
            mac0: Default::default(),
            mac1: Default::default(),
            frame: Default::default(),
            packet: Default::default(),
            rest: Default::default(),
            wide: Constant::new(wide),
            beat_bits: Constant::new((D as u64).into()),
            headers_at: Constant::new(((held + D - 832) as u64).into()),
            tags_at: Constant::new(((held - 8 * TAGS) as u64).into()),
            reverse: Default::default(),
            window: Default::default(),
            joined: Default::default(),
            headers_low: Default::default(),
            tags_low: Default::default(),
            headers: Default::default(),
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
            frame_q: Default::default(),
            packet_q: Default::default(),
            rest_q: Default::default(),
        }
    }
}

impl<const D: usize, const C: usize> Logic for Window<D, C> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, window, tag_0, tag_1, tag_2, ipv4_0, ipv4_1, ipv4_2, short_0, short_1,
            short_2, frame_q, packet_q, rest_q
        );
        self.frame.next = self.frame_q.q.val();
        self.packet.next = self.packet_q.q.val();
        self.rest.next = self.rest_q.q.val();

        // The register, and the two views into it.
        self.reverse.clock.next = self.clock.val();
        self.reverse.x.next = self.sink.data.val();
        self.joined.next = (bit_cast::<1280, 768>(self.window.q.val()) << self.beat_bits.val())
            | bit_cast::<1280, D>(self.reverse.y.val());
        self.window.d.next = self.joined.val().get_bits::<768>(0);
        self.headers_low.next = self.joined.val() >> self.headers_at.val();
        self.headers.next = self.headers_low.val().get_bits::<832>(0);
        self.tags_low.next = self.joined.val() >> self.tags_at.val();
        self.tags.next = self.tags_low.val().get_bits::<192>(0);

        // What waits.
        self.start.next = self.sink.valid.val() & self.sink.first.val();
        for i in 0..6 {
            self.valid[i].clock.next = self.clock.val();
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
            self.waiting[i].d.next = self.waiting[i - 1].q.val();
            self.own_0[i].d.next = self.own_0[i - 1].q.val();
            self.own_1[i].d.next = self.own_1[i - 1].q.val();
            self.group[i].d.next = self.group[i - 1].q.val();
        }
        if self.wide.val() {
            self.arrival_before.next = self.arrival.val();
            self.arrival_now.next = self.waiting[0].q.val();
            self.valid_now.next = self.valid[0].q.val();
            self.own_0_now.next = self.own_0[0].q.val();
            self.own_1_now.next = self.own_1[0].q.val();
            self.group_now.next = self.group[0].q.val();
        } else {
            self.arrival_before.next = self.waiting[4].q.val();
            self.arrival_now.next = self.waiting[5].q.val();
            self.valid_now.next = self.valid[5].q.val();
            self.own_0_now.next = self.own_0[5].q.val();
            self.own_1_now.next = self.own_1[5].q.val();
            self.group_now.next = self.group[5].q.val();
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
            self.packet_q.d.next = self.headers.val().get_bits::<656>(0);
            self.offset.next = bits::<5>(TAGGED_TWICE);
            self.typed.next = self.ipv4_2.q.val();
        } else if self.tag_0.q.val() {
            self.packet_q.d.next = self.headers.val().get_bits::<656>(32);
            self.offset.next = bits::<5>(TAGGED);
            self.typed.next = self.ipv4_1.q.val();
        } else {
            self.packet_q.d.next = self.headers.val().get_bits::<656>(64);
            self.offset.next = bits::<5>(UNTAGGED);
            self.typed.next = self.ipv4_0.q.val();
        }
        self.length.next = self.arrival_now.val().length;
        self.rest_q.d.next = self.length.val() - bit_cast::<14, 5>(self.offset.val());
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
        self.frame_q.d.next.valid = self.valid_now.val() & !self.reset.val();
        self.frame_q.d.next.arrival = self.arrival_now.val();
        self.frame_q.d.next.station = self.station.val();
        self.frame_q.d.next.fault = self.fault.val();
        self.frame_q.d.next.ipv4 = self.typed.val() & (self.fault.val() == bits::<5>(FAULTLESS));
        self.frame_q.d.next.network_offset = self.offset.val();
    }
}
