//! The small tables: local addresses, services, next hops; and what READ gives of them.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::cam::Cam;
use super::forward::ForwardRam;
use super::write::Write;
use crate::leaf::{LutRam, Ram};
use crate::meta::{Local as LocalRow, NextHop, Service};
use rust_hdl::prelude::*;

/// Which local address a packet is of, which service it is for, an address by its index, a next
/// hop by its index. Each answers a question a clock, after a fixed time: `LOCAL_CLOCKS`,
/// `SERVICE_CLOCKS`, `ADDRESS_CLOCKS` and `NEXT_HOP_CLOCKS` of `spec::limits`.
///
/// Of several rows that match, the lowest wins. An index that has no row gives address 0, and a
/// next hop that is not valid. A WRITE (`write`) is seen by the questions of the next clock, one for
/// a next hop of the same one.
#[derive(LogicBlock, Default)]
pub struct SmallTables {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub local_address: Signal<In, Bits<32>>,
    pub local_port: Signal<In, Bit>,
    pub local_hit: Signal<Out, Bit>,
    pub local_index: Signal<Out, Bits<8>>,
    pub service_local: Signal<In, Bits<8>>,
    pub service_protocol: Signal<In, Bits<8>>,
    pub service_port: Signal<In, Bits<16>>,
    pub service_hit: Signal<Out, Bit>,
    pub service_kind: Signal<Out, Bits<4>>,
    pub address_index: Signal<In, Bits<8>>,
    pub address: Signal<Out, Bits<32>>,
    pub next_hop_index: Signal<In, Bits<8>>,
    pub next_hop: Signal<Out, NextHop>,
    pub write: Signal<In, Write>,
    low: Signal<Local, Bits<128>>,
    local_bits: Signal<Local, Bits<64>>,
    service_bits: Signal<Local, Bits<64>>,
    local_row: Signal<Local, LocalRow>,
    service_row: Signal<Local, Service>,
    index: Signal<Local, Bits<17>>,
    locals: Cam<33, 8, 32, 5>,
    services: Cam<32, 4, 16, 4>,
    addresses: LutRam<Bits<32>, 5>,
    next_hops: ForwardRam<NextHop, 6>,
    no_address: DFF<Bit>,
    no_next_hop1: DFF<Bit>,
    no_next_hop2: DFF<Bit>,
}

const _: () = {
    use spec::limits::*;
    assert!(LOCAL_ROWS == 32 && SERVICE_ROWS == 16 && NEXT_HOP_ROWS == 64);
    assert!(LOCAL_CLOCKS == 2 && SERVICE_CLOCKS == 2);
    assert!(ADDRESS_CLOCKS == 1 && NEXT_HOP_CLOCKS == 2);
};

impl Logic for SmallTables {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, no_address, no_next_hop1, no_next_hop2);
        self.low.next = self.write.val().low;
        self.local_bits.next = self.low.val().get_bits::<64>(0);
        self.local_row.next = self.local_bits.val().into();
        self.service_bits.next = self.low.val().get_bits::<64>(0);
        self.service_row.next = self.service_bits.val().into();
        self.index.next = self.write.val().index;

        self.locals.clock.next = self.clock.val();
        self.locals.reset.next = self.reset.val();
        self.locals.write.next = self.write.val().local;
        self.locals.row.next = self.index.val().get_bits::<5>(0);
        self.locals.used.next = self.local_row.val().valid;
        self.locals.key.next = (bit_cast::<33, 32>(self.local_row.val().address) << 1)
            | bit_cast::<33, 1>(self.local_row.val().port.into());
        self.locals.payload.next = self.index.val().get_bits::<8>(0);
        self.locals.probe.next = (bit_cast::<33, 32>(self.local_address.val()) << 1)
            | bit_cast::<33, 1>(self.local_port.val().into());
        self.local_hit.next = self.locals.hit.val();
        self.local_index.next = self.locals.found.val();

        self.services.clock.next = self.clock.val();
        self.services.reset.next = self.reset.val();
        self.services.write.next = self.write.val().service;
        self.services.row.next = self.index.val().get_bits::<4>(0);
        self.services.used.next = self.service_row.val().valid;
        self.services.key.next = (bit_cast::<32, 8>(self.service_row.val().local) << 24)
            | (bit_cast::<32, 8>(self.service_row.val().protocol) << 16)
            | bit_cast::<32, 16>(self.service_row.val().port);
        self.services.payload.next = self.service_row.val().kind;
        self.services.probe.next = (bit_cast::<32, 8>(self.service_local.val()) << 24)
            | (bit_cast::<32, 8>(self.service_protocol.val()) << 16)
            | bit_cast::<32, 16>(self.service_port.val());
        self.service_hit.next = self.services.hit.val();
        self.service_kind.next = self.services.found.val();

        self.addresses.clock.next = self.clock.val();
        self.addresses.read_enable.next = true;
        self.addresses.write_enable.next = self.write.val().local;
        self.addresses.write_address.next = self.index.val().get_bits::<5>(0);
        self.addresses.write_data.next = self.local_row.val().address;
        self.addresses.read_address.next = self.address_index.val().get_bits::<5>(0);
        self.no_address.d.next = self.address_index.val().get_bits::<3>(5) != bits::<3>(0);
        self.address.next = self.addresses.read_data.val();
        if self.no_address.q.val() {
            self.address.next = bits::<32>(0);
        }

        self.next_hops.clock.next = self.clock.val();
        self.next_hops.write_enable.next = self.write.val().next_hop;
        self.next_hops.write_address.next = self.index.val().get_bits::<6>(0);
        self.next_hops.write_data.next = self.low.val().into();
        self.next_hops.read_address.next = self.next_hop_index.val().get_bits::<6>(0);
        self.no_next_hop1.d.next = self.next_hop_index.val().get_bits::<2>(6) != bits::<2>(0);
        self.no_next_hop2.d.next = self.no_next_hop1.q.val();
        self.next_hop.next = self.next_hops.read_data.val();
        if self.no_next_hop2.q.val() {
            self.next_hop.next.valid = false;
        }
    }
}

/// The rows of the small tables and of the stash, as they were written, for READ: their memories
/// have no read port to spare.
///
/// `address` is the row's number among them all (bits 6..0: next hops from 0, local addresses from
/// 64, services from 96, the stash from 112) and which 16 bytes (bit 7); `data` comes two clocks
/// later. A row that is being written must not be read.
#[derive(LogicBlock, Default)]
pub struct Mirror {
    pub clock: Signal<In, Clock>,
    pub write: Signal<In, Write>,
    pub address: Signal<In, Bits<8>>,
    pub data: Signal<Out, Bits<128>>,
    ram: Ram<Bits<128>, 8>,
    second: DFF<Bit>,
}

impl Logic for Mirror {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, second);
        self.ram.clock.next = self.clock.val();
        self.second.d.next = self.write.val().small;
        self.ram.write_enable.next = self.write.val().small | self.second.q.val();
        self.ram.write_address.next = bit_cast::<8, 7>(self.write.val().row);
        self.ram.write_data.next = self.write.val().low;
        if self.second.q.val() {
            self.ram.write_address.next = bit_cast::<8, 7>(self.write.val().row) | 128;
            self.ram.write_data.next = self.write.val().high;
        }
        self.ram.read_address.next = self.address.val();
        self.data.next = self.ram.read_data.val();
    }
}
