//! The register map of `spec::register` behind a 32-bit bus.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::consts::*;
use rust_hdl::prelude::*;
use spec::limits::{self, Capacity};
use spec::register::{Access, REGISTERS};
use std::array::from_fn;

/// Words that the host writes: rows of the map in order, arrays spread out.
const WORDS: usize = 36;
/// Words that the build gives.
const FIXED: usize = 9;

/// Where the kernel finds what it hands on; compared with the map when a block is made.
const PLACES: [(&str, usize); 13] = [
    ("CONTROL", 0),
    ("SECRET", 1),
    ("MAC_LOW", 5),
    ("MAC_HIGH", 7),
    ("PUNT_RATE", 9),
    ("PUNT_BURST", 13),
    ("RING_BASE_LOW", 17),
    ("RING_BASE_HIGH", 21),
    ("RING_SIZE_LOG2", 25),
    ("RING_INDEX", 29),
    ("STATUS_LOW", 33),
    ("STATUS_HIGH", 34),
    ("RING_ENABLE", 35),
];

/// Ports: the bus, `bus_valid`, `bus_write`, `bus_address` (bytes) and `bus_data`, held until
/// `bus_ready` is high for one clock, when `bus_read` is valid; what the datapath and the rings are
/// told; `generation` and `running` to be read; `counter_ask` with `counter_index`, held until
/// `counter_answer`.
///
/// An access takes 5 clocks, a counter as long as `Statistics` takes. Reads change nothing. Bits and
/// addresses that do not exist read as 0, and so does what is written only. Reset gives every
/// register the value of its row.
///
/// Decoding, selecting and joining are a stage each: the bus is slow anyway, and no path crosses
/// more than one of them.
#[derive(LogicBlock)]
pub struct Registers {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub bus_valid: Signal<In, Bit>,
    pub bus_write: Signal<In, Bit>,
    pub bus_address: Signal<In, Bits<16>>,
    pub bus_data: Signal<In, Bits<32>>,
    pub bus_ready: Signal<Out, Bit>,
    pub bus_read: Signal<Out, Bits<32>>,
    pub tick: Signal<In, Bit>,
    pub generation: Signal<In, Bits<16>>,
    /// The rings may still reach for host memory.
    pub running: Signal<In, Bit>,
    pub counter_ask: Signal<Out, Bit>,
    pub counter_index: Signal<Out, Bits<6>>,
    pub counter_answer: Signal<In, Bit>,
    pub counter_value: Signal<In, Bits<32>>,
    pub now: Signal<Out, Bits<32>>,
    pub enable: Signal<Out, Bit>,
    pub bridge: Signal<Out, Bit>,
    pub secret: Signal<Out, Bits<128>>,
    /// First octet in the lowest byte.
    pub mac0: Signal<Out, Bits<48>>,
    pub mac1: Signal<Out, Bits<48>>,
    pub punt_rate: [Signal<Out, Bits<16>>; 4],
    pub punt_burst: [Signal<Out, Bits<16>>; 4],
    pub ring_base: [Signal<Out, Bits<64>>; 4],
    pub ring_size_log2: [Signal<Out, Bits<4>>; 4],
    pub ring_index: [Signal<Out, Bits<32>>; 4],
    pub status_address: Signal<Out, Bits<64>>,
    pub ring_enable: Signal<Out, Bit>,
    words: [DFF<Bits<32>>; WORDS],
    hit: [DFF<Bit>; WORDS],
    fixed_hit: [DFF<Bit>; FIXED],
    now_hit: DFF<Bit>,
    clocks_hit: DFF<Bit>,
    generation_hit: DFF<Bit>,
    counter_hit: DFF<Bit>,
    ticks: DFF<Bits<32>>,
    clocks: DFF<Bits<32>>,
    /// 0 idle, 1 decode, 2 select or write, 3 join or wait for a counter.
    stage: DFF<Bits<2>>,
    write: DFF<Bit>,
    address: DFF<Bits<16>>,
    data: DFF<Bits<32>>,
    part: [DFF<Bits<32>>; 6],
    fixed_part: DFF<Bits<32>>,
    live_part: DFF<Bits<32>>,
    read: DFF<Bits<32>>,
    ready: DFF<Bit>,
    gated: [Signal<Local, Bits<32>>; WORDS],
    offset: Signal<Local, Bits<16>>,
    at: [Constant<Bits<16>>; WORDS],
    mask: [Constant<Bits<32>>; WORDS],
    shown: [Constant<Bits<32>>; WORDS],
    initial: [Constant<Bits<32>>; WORDS],
    fixed_at: [Constant<Bits<16>>; FIXED],
    fixed: [Constant<Bits<32>>; FIXED],
}

impl Registers {
    /// The map of a datapath of `width` bytes a beat with a table of `capacity`.
    pub fn new(width: usize, capacity: Capacity) -> Self {
        let spread = |access: fn(Access) -> bool| {
            let rows = REGISTERS.iter().filter(move |row| access(row.access));
            rows.flat_map(|row| (0..row.count).map(move |i| (row, row.offset + 4 * i)))
        };
        let words: Vec<_> = spread(|access| access != Access::ReadOnly).collect();
        assert_eq!(words.len(), WORDS, "words that the host writes");
        for (name, place) in PLACES {
            assert!(words[place].0.name == name, "{name} is not word {place}");
            assert!(place == 0 || words[place - 1].0.name != name, "{name} begins before {place}");
        }
        let fixed = [
            ("ID", spec::register::ID_VALUE),
            ("LAYOUT_LOW", spec::LAYOUT_HASH as u32),
            ("LAYOUT_HIGH", (spec::LAYOUT_HASH >> 32) as u32),
            ("WIDTH", width as u32),
            ("ROWS", capacity.rows() as u32),
            ("STASH_ROWS", limits::STASH_ROWS as u32),
            ("LOCAL_ROWS", limits::LOCAL_ROWS as u32),
            ("SERVICE_ROWS", limits::SERVICE_ROWS as u32),
            ("NEXT_HOP_ROWS", limits::NEXT_HOP_ROWS as u32),
        ];
        let offset = |name: &str| {
            let row = REGISTERS.iter().find(|row| row.name == name);
            row.unwrap_or_else(|| panic!("no register {name}")).offset
        };
        Self {
            clock: Default::default(),
            reset: Default::default(),
            bus_valid: Default::default(),
            bus_write: Default::default(),
            bus_address: Default::default(),
            bus_data: Default::default(),
            bus_ready: Default::default(),
            bus_read: Default::default(),
            tick: Default::default(),
            generation: Default::default(),
            running: Default::default(),
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
            ring_base: Default::default(),
            ring_size_log2: Default::default(),
            ring_index: Default::default(),
            status_address: Default::default(),
            ring_enable: Default::default(),
            words: from_fn(|_| Default::default()),
            hit: from_fn(|_| Default::default()),
            fixed_hit: Default::default(),
            now_hit: Default::default(),
            clocks_hit: Default::default(),
            generation_hit: Default::default(),
            counter_hit: Default::default(),
            ticks: Default::default(),
            clocks: Default::default(),
            stage: Default::default(),
            write: Default::default(),
            address: Default::default(),
            data: Default::default(),
            part: Default::default(),
            fixed_part: Default::default(),
            live_part: Default::default(),
            read: Default::default(),
            ready: Default::default(),
            gated: from_fn(|_| Default::default()),
            offset: Default::default(),
            at: from_fn(|i| Constant::new(u64::from(words[i].1).into())),
            mask: from_fn(|i| Constant::new(u64::from(words[i].0.mask).into())),
            shown: from_fn(|i| {
                let hidden = words[i].0.access == Access::WriteOnly;
                Constant::new(if hidden { 0u64 } else { u64::from(words[i].0.mask) }.into())
            }),
            initial: from_fn(|i| Constant::new(u64::from(words[i].0.reset).into())),
            fixed_at: from_fn(|i| Constant::new(u64::from(offset(fixed[i].0)).into())),
            fixed: from_fn(|i| Constant::new(u64::from(fixed[i].1).into())),
        }
    }
}

impl Logic for Registers {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, ticks, clocks, stage, write, address, data, read, ready);
        dff_setup!(self, clock, now_hit, clocks_hit, generation_hit, counter_hit);
        dff_setup!(self, clock, fixed_part, live_part);
        for i in 0..36 {
            self.words[i].clock.next = self.clock.val();
            self.words[i].d.next = self.words[i].q.val();
            self.hit[i].clock.next = self.clock.val();
            self.hit[i].d.next = self.address.q.val() == self.at[i].val();
        }
        for i in 0..9 {
            self.fixed_hit[i].clock.next = self.clock.val();
            self.fixed_hit[i].d.next = self.address.q.val() == self.fixed_at[i].val();
        }
        self.now_hit.d.next = self.address.q.val() == bits::<16>(NOW);
        self.clocks_hit.d.next = self.address.q.val() == bits::<16>(CLOCKS);
        self.generation_hit.d.next = self.address.q.val() == bits::<16>(GENERATION);
        self.counter_hit.d.next = (self.address.q.val() >= bits::<16>(COUNTER))
            & (self.address.q.val() < bits::<16>(COUNTER_END))
            & (self.address.q.val().get_bits::<2>(0) == bits::<2>(0));

        self.clocks.d.next = self.clocks.q.val() + bits::<32>(1);
        if self.tick.val() {
            self.ticks.d.next = self.ticks.q.val() + bits::<32>(1);
        }

        // The host's words: selected in groups of six.
        for i in 0..36 {
            self.gated[i].next = bits::<32>(0);
            if self.hit[i].q.val() {
                self.gated[i].next = self.words[i].q.val() & self.shown[i].val();
            }
        }
        if self.hit[35].q.val() & self.running.val() {
            self.gated[35].next = bits::<32>(1);
        }
        for i in 0..6 {
            self.part[i].clock.next = self.clock.val();
            self.part[i].d.next = self.gated[6 * i].val()
                | self.gated[6 * i + 1].val()
                | self.gated[6 * i + 2].val()
                | self.gated[6 * i + 3].val()
                | self.gated[6 * i + 4].val()
                | self.gated[6 * i + 5].val();
        }
        self.fixed_part.d.next = bits::<32>(0);
        for i in 0..9 {
            if self.fixed_hit[i].q.val() {
                self.fixed_part.d.next = self.fixed[i].val();
            }
        }
        self.live_part.d.next = bits::<32>(0);
        if self.now_hit.q.val() {
            self.live_part.d.next = self.ticks.q.val();
        }
        if self.clocks_hit.q.val() {
            self.live_part.d.next = self.clocks.q.val();
        }
        if self.generation_hit.q.val() {
            self.live_part.d.next = bit_cast::<32, 16>(self.generation.val());
        }

        self.ready.d.next = false;
        if self.stage.q.val() == bits::<2>(0) {
            if self.bus_valid.val() & !self.ready.q.val() {
                self.write.d.next = self.bus_write.val();
                self.address.d.next = self.bus_address.val();
                self.data.d.next = self.bus_data.val();
                self.stage.d.next = bits::<2>(1);
            }
        } else if self.stage.q.val() == bits::<2>(1) {
            self.stage.d.next = bits::<2>(2);
        } else if self.stage.q.val() == bits::<2>(2) {
            self.stage.d.next = bits::<2>(3);
            for i in 0..36 {
                if self.write.q.val() & self.hit[i].q.val() {
                    self.words[i].d.next = self.data.q.val() & self.mask[i].val();
                }
            }
        } else if !self.counter_hit.q.val() | self.write.q.val() {
            self.read.d.next = self.part[0].q.val()
                | self.part[1].q.val()
                | self.part[2].q.val()
                | self.part[3].q.val()
                | self.part[4].q.val()
                | self.part[5].q.val()
                | self.fixed_part.q.val()
                | self.live_part.q.val();
            self.ready.d.next = true;
            self.stage.d.next = bits::<2>(0);
        } else if self.counter_answer.val() {
            self.read.d.next = self.counter_value.val();
            self.ready.d.next = true;
            self.stage.d.next = bits::<2>(0);
        }
        self.bus_ready.next = self.ready.q.val();
        self.bus_read.next = self.read.q.val();
        self.counter_ask.next =
            (self.stage.q.val() == bits::<2>(3)) & self.counter_hit.q.val() & !self.write.q.val();
        self.offset.next = self.address.q.val() - bits::<16>(COUNTER);
        self.counter_index.next = self.offset.val().get_bits::<6>(2);

        self.now.next = self.ticks.q.val();
        self.enable.next = self.words[0].q.val().get_bit(0);
        self.bridge.next = self.words[0].q.val().get_bit(1);
        self.secret.next = bit_cast::<128, 32>(self.words[1].q.val())
            | (bit_cast::<128, 32>(self.words[2].q.val()) << bits::<128>(32))
            | (bit_cast::<128, 32>(self.words[3].q.val()) << bits::<128>(64))
            | (bit_cast::<128, 32>(self.words[4].q.val()) << bits::<128>(96));
        self.mac0.next = bit_cast::<48, 32>(self.words[5].q.val())
            | (bit_cast::<48, 32>(self.words[7].q.val()) << bits::<48>(32));
        self.mac1.next = bit_cast::<48, 32>(self.words[6].q.val())
            | (bit_cast::<48, 32>(self.words[8].q.val()) << bits::<48>(32));
        for i in 0..4 {
            self.punt_rate[i].next = self.words[i + 9].q.val().get_bits::<16>(0);
            self.punt_burst[i].next = self.words[i + 13].q.val().get_bits::<16>(0);
            self.ring_size_log2[i].next = self.words[i + 25].q.val().get_bits::<4>(0);
            self.ring_index[i].next = self.words[i + 29].q.val();
        }
        self.ring_base[0].next = bit_cast::<64, 32>(self.words[17].q.val())
            | (bit_cast::<64, 32>(self.words[21].q.val()) << bits::<64>(32));
        self.ring_base[1].next = bit_cast::<64, 32>(self.words[18].q.val())
            | (bit_cast::<64, 32>(self.words[22].q.val()) << bits::<64>(32));
        self.ring_base[2].next = bit_cast::<64, 32>(self.words[19].q.val())
            | (bit_cast::<64, 32>(self.words[23].q.val()) << bits::<64>(32));
        self.ring_base[3].next = bit_cast::<64, 32>(self.words[20].q.val())
            | (bit_cast::<64, 32>(self.words[24].q.val()) << bits::<64>(32));
        self.status_address.next = bit_cast::<64, 32>(self.words[33].q.val())
            | (bit_cast::<64, 32>(self.words[34].q.val()) << bits::<64>(32));
        self.ring_enable.next = self.words[35].q.val().get_bit(0);

        if self.reset.val() {
            self.ticks.d.next = bits::<32>(0);
            self.clocks.d.next = bits::<32>(0);
            self.stage.d.next = bits::<2>(0);
            self.ready.d.next = false;
            for i in 0..36 {
                self.words[i].d.next = self.initial[i].val();
            }
        }
    }
}
