//! Checksums of a frame that is forwarded.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Delay;
use crate::meta::{Action, Parsed};
use rust_hdl::prelude::*;
use spec::limits::{ACTION_CLOCKS, CHECKSUM_CLOCKS};

/// The sums of what the old words have to do with the new checksums.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct OldSums {
    /// IPv4 header checksum, TTL's word, and the source or the destination address.
    pub network_source: Bits<18>,
    pub network_destination: Bits<18>,
    /// UDP checksum, ports, and the source or the destination address.
    pub transport_source: Bits<19>,
    pub transport_destination: Bits<19>,
    /// The Tunnel ID's complement.
    pub tunnel: Bits<16>,
    /// There is no UDP checksum.
    pub none: Bit,
}

// Two clocks of sums, and the wait for the action; then three of the new checksums.
const WAIT: usize = ACTION_CLOCKS - 2;
const _: () = assert!(CHECKSUM_CLOCKS == 3);

/// The new IPv4 header checksum and UDP checksum, by RFC 1624, equation 3.
///
/// Ports: what was parsed; `spec::limits::ACTION_CLOCKS` later the entry's action; a clock after that
/// the address that it writes. Out, `CHECKSUM_CLOCKS` after the action: `network_checksum` for the
/// new address and a TTL of one less; `transport_checksum` for the new address (pseudo header), both
/// ports, and the Tunnel ID if the action sets it. A UDP checksum of 0 (none) stays 0, and one that
/// becomes 0 is written as 0xffff (RFC 768). A frame a clock. No reset: the outputs follow the
/// inputs.
///
/// HC' = ~(~HC + ~m + m'), summed as integers and folded once at the end: the sum is never 0, so
/// the fold has one result whatever the order of the terms. For the TTL's word, ~m + m' is 0xfeff
/// at every TTL but 0, with which no frame is forwarded.
///
/// What the old words add is summed while the lookup is under way, for either address, as the action
/// says which is rewritten. Two adders in a row in each stage; the last adds the carries twice, with
/// and without the end-around carry, and chooses.
#[derive(LogicBlock, Default)]
pub struct Checksum {
    pub clock: Signal<In, Clock>,
    pub parsed: Signal<In, Parsed>,
    pub action: Signal<In, Action>,
    pub address: Signal<In, Bits<32>>,
    pub network_checksum: Signal<Out, Bits<16>>,
    pub transport_checksum: Signal<Out, Bits<16>>,
    // Before the action: the old words.
    source_address: Signal<Local, Bits<32>>,
    destination_address: Signal<Local, Bits<32>>,
    source_high: Signal<Local, Bits<16>>,
    source_low: Signal<Local, Bits<16>>,
    destination_high: Signal<Local, Bits<16>>,
    destination_low: Signal<Local, Bits<16>>,
    old_source: Signal<Local, Bits<16>>,
    old_destination: Signal<Local, Bits<16>>,
    old_network: Signal<Local, Bits<16>>,
    source_sum: DFF<Bits<17>>,
    destination_sum: DFF<Bits<17>>,
    network_base: DFF<Bits<17>>,
    port_base: DFF<Bits<17>>,
    transport_base: DFF<Bits<16>>,
    tunnel_base: DFF<Bits<16>>,
    none_base: DFF<Bit>,
    flow_base: Signal<Local, Bits<18>>,
    sums: DFF<OldSums>,
    waiting: Delay<OldSums, WAIT>,
    // First stage: the new words but for the address.
    discriminator: Signal<Local, Bits<32>>,
    ports: Signal<Local, Bits<17>>,
    tunnel_sum: Signal<Local, Bits<17>>,
    tunnel_used: Signal<Local, Bits<17>>,
    change: DFF<Bits<18>>,
    network_old: DFF<Bits<18>>,
    transport_old: DFF<Bits<19>>,
    none_first: DFF<Bit>,
    // Second stage: the sums.
    new_sum: Signal<Local, Bits<17>>,
    flow_sum: Signal<Local, Bits<20>>,
    network_sum: DFF<Bits<19>>,
    transport_sum: DFF<Bits<20>>,
    none_second: DFF<Bit>,
    // Third stage: the folds.
    network_fold: Signal<Local, Bits<17>>,
    network_carry: Signal<Local, Bits<5>>,
    network_around: Signal<Local, Bits<17>>,
    network_folded: Signal<Local, Bits<16>>,
    transport_fold: Signal<Local, Bits<17>>,
    transport_carry: Signal<Local, Bits<5>>,
    transport_around: Signal<Local, Bits<17>>,
    transport_folded: Signal<Local, Bits<16>>,
    network_q: DFF<Bits<16>>,
    transport_q: DFF<Bits<16>>,
}

impl Logic for Checksum {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            source_sum,
            destination_sum,
            network_base,
            port_base,
            transport_base,
            tunnel_base,
            none_base,
            sums,
            change,
            network_old,
            transport_old,
            none_first,
            network_sum,
            transport_sum,
            none_second,
            network_q,
            transport_q
        );
        self.waiting.clock.next = self.clock.val();
        self.network_checksum.next = self.network_q.q.val();
        self.transport_checksum.next = self.transport_q.q.val();

        // The old words. Complements are named: an operand is widened before it is inverted otherwise.
        self.source_address.next = self.parsed.val().source_address;
        self.destination_address.next = self.parsed.val().destination_address;
        self.source_high.next = !self.source_address.val().get_bits::<16>(16);
        self.source_low.next = !self.source_address.val().get_bits::<16>(0);
        self.destination_high.next = !self.destination_address.val().get_bits::<16>(16);
        self.destination_low.next = !self.destination_address.val().get_bits::<16>(0);
        self.old_source.next = !self.parsed.val().source_port;
        self.old_destination.next = !self.parsed.val().destination_port;
        self.old_network.next = !self.parsed.val().network_checksum;
        self.source_sum.d.next =
            bit_cast::<17, 16>(self.source_high.val()) + bit_cast::<17, 16>(self.source_low.val());
        self.destination_sum.d.next = bit_cast::<17, 16>(self.destination_high.val())
            + bit_cast::<17, 16>(self.destination_low.val());
        self.network_base.d.next = bit_cast::<17, 16>(self.old_network.val()) + bits::<17>(0xfeff);
        self.port_base.d.next = bit_cast::<17, 16>(self.old_source.val())
            + bit_cast::<17, 16>(self.old_destination.val());
        self.transport_base.d.next = !self.parsed.val().transport_checksum;
        self.tunnel_base.d.next = !self.parsed.val().tunnel;
        self.none_base.d.next = self.parsed.val().transport_checksum == bits::<16>(0);

        // Their sums.
        self.sums.d.next.network_source = bit_cast::<18, 17>(self.source_sum.q.val())
            + bit_cast::<18, 17>(self.network_base.q.val());
        self.sums.d.next.network_destination = bit_cast::<18, 17>(self.destination_sum.q.val())
            + bit_cast::<18, 17>(self.network_base.q.val());
        self.flow_base.next = bit_cast::<18, 17>(self.port_base.q.val())
            + bit_cast::<18, 16>(self.transport_base.q.val());
        self.sums.d.next.transport_source =
            bit_cast::<19, 17>(self.source_sum.q.val()) + bit_cast::<19, 18>(self.flow_base.val());
        self.sums.d.next.transport_destination = bit_cast::<19, 17>(self.destination_sum.q.val())
            + bit_cast::<19, 18>(self.flow_base.val());
        self.sums.d.next.tunnel = self.tunnel_base.q.val();
        self.sums.d.next.none = self.none_base.q.val();
        self.waiting.x.next = self.sums.q.val();

        // First stage.
        if self.action.val().outgoing {
            self.network_old.d.next = self.waiting.y.val().network_source;
            self.transport_old.d.next = self.waiting.y.val().transport_source;
        } else {
            self.network_old.d.next = self.waiting.y.val().network_destination;
            self.transport_old.d.next = self.waiting.y.val().transport_destination;
        }
        self.discriminator.next = self.action.val().discriminator;
        self.ports.next = bit_cast::<17, 16>(self.action.val().source_port)
            + bit_cast::<17, 16>(self.action.val().destination_port);
        self.tunnel_sum.next = bit_cast::<17, 16>(self.waiting.y.val().tunnel)
            + bit_cast::<17, 16>(self.discriminator.val().get_bits::<16>(0));
        self.tunnel_used.next = bits::<17>(0);
        if self.action.val().set_discriminator {
            self.tunnel_used.next = self.tunnel_sum.val();
        }
        self.change.d.next =
            bit_cast::<18, 17>(self.ports.val()) + bit_cast::<18, 17>(self.tunnel_used.val());
        self.none_first.d.next = self.waiting.y.val().none;

        // Second stage.
        self.new_sum.next = bit_cast::<17, 16>(self.address.val().get_bits::<16>(16))
            + bit_cast::<17, 16>(self.address.val().get_bits::<16>(0));
        self.network_sum.d.next =
            bit_cast::<19, 18>(self.network_old.q.val()) + bit_cast::<19, 17>(self.new_sum.val());
        self.flow_sum.next = bit_cast::<20, 19>(self.transport_old.q.val())
            + bit_cast::<20, 18>(self.change.q.val());
        self.transport_sum.d.next = self.flow_sum.val() + bit_cast::<20, 17>(self.new_sum.val());
        self.none_second.d.next = self.none_first.q.val();

        // Third stage.
        self.network_fold.next = bit_cast::<17, 16>(self.network_sum.q.val().get_bits::<16>(0))
            + bit_cast::<17, 3>(self.network_sum.q.val().get_bits::<3>(16));
        self.network_carry.next =
            bit_cast::<5, 3>(self.network_sum.q.val().get_bits::<3>(16)) + bits::<5>(1);
        self.network_around.next = bit_cast::<17, 16>(self.network_sum.q.val().get_bits::<16>(0))
            + bit_cast::<17, 5>(self.network_carry.val());
        self.network_folded.next = self.network_fold.val().get_bits::<16>(0);
        if self.network_fold.val().get_bit(16) {
            self.network_folded.next = self.network_around.val().get_bits::<16>(0);
        }
        self.network_q.d.next = !self.network_folded.val();
        self.transport_fold.next = bit_cast::<17, 16>(self.transport_sum.q.val().get_bits::<16>(0))
            + bit_cast::<17, 4>(self.transport_sum.q.val().get_bits::<4>(16));
        self.transport_carry.next =
            bit_cast::<5, 4>(self.transport_sum.q.val().get_bits::<4>(16)) + bits::<5>(1);
        self.transport_around.next =
            bit_cast::<17, 16>(self.transport_sum.q.val().get_bits::<16>(0))
                + bit_cast::<17, 5>(self.transport_carry.val());
        self.transport_folded.next = self.transport_fold.val().get_bits::<16>(0);
        if self.transport_fold.val().get_bit(16) {
            self.transport_folded.next = self.transport_around.val().get_bits::<16>(0);
        }
        self.transport_q.d.next = !self.transport_folded.val();
        if self.none_second.q.val() {
            self.transport_q.d.next = bits::<16>(0);
        } else if self.transport_fold.val() == bits::<17>(0xffff) {
            self.transport_q.d.next = bits::<16>(0xffff);
        }
    }
}
