//! TTL and checksums of a frame that is forwarded.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::meta::{Action, Parsed};
use rust_hdl::prelude::*;

/// The new TTL, IPv4 header checksum and UDP checksum, by RFC 1624, equation 3.
///
/// Ports: what was parsed, the entry's action and the address that it writes, all aligned; out,
/// `spec::limits::CHECKSUM_CLOCKS` later: `ttl`, one less; `network_checksum` for the new address and
/// TTL; `transport_checksum` for the new address (pseudo header), both ports, and the Tunnel ID if
/// the action sets it. A UDP checksum of 0 (none) stays 0, and one that becomes 0 is written as
/// 0xffff (RFC 768). A frame a clock. No reset: the outputs follow the inputs.
///
/// HC' = ~(~HC + ~m + m'), summed as integers and folded once at the end: the sum is never 0, so
/// the fold has one result whatever the order of the terms. For the TTL's word, ~m + m' is 0xfeff
/// at every TTL but 0, with which no frame is forwarded.
///
/// Two adders in a row in each of the first two stages; the third adds the carries twice, with and
/// without the end-around carry, and chooses.
#[derive(LogicBlock, Default)]
pub struct Checksum {
    pub clock: Signal<In, Clock>,
    pub parsed: Signal<In, Parsed>,
    pub action: Signal<In, Action>,
    pub address: Signal<In, Bits<32>>,
    pub ttl: Signal<Out, Bits<8>>,
    pub network_checksum: Signal<Out, Bits<16>>,
    pub transport_checksum: Signal<Out, Bits<16>>,
    // First stage: the differences.
    old_address: Signal<Local, Bits<32>>,
    old_high: Signal<Local, Bits<16>>,
    old_low: Signal<Local, Bits<16>>,
    old_source: Signal<Local, Bits<16>>,
    old_destination: Signal<Local, Bits<16>>,
    old_tunnel: Signal<Local, Bits<16>>,
    old_network: Signal<Local, Bits<16>>,
    old_transport: Signal<Local, Bits<16>>,
    discriminator: Signal<Local, Bits<32>>,
    old_sum: Signal<Local, Bits<17>>,
    new_sum: Signal<Local, Bits<17>>,
    source_sum: Signal<Local, Bits<17>>,
    destination_sum: Signal<Local, Bits<17>>,
    tunnel_sum: Signal<Local, Bits<17>>,
    tunnel_used: Signal<Local, Bits<17>>,
    address_change: DFF<Bits<18>>,
    port_change: DFF<Bits<18>>,
    tunnel_change: DFF<Bits<18>>,
    ttl_change: DFF<Bits<17>>,
    ttl_first: DFF<Bits<8>>,
    none_first: DFF<Bit>,
    // Second stage: the sums.
    flow_sum: Signal<Local, Bits<19>>,
    network_sum: DFF<Bits<19>>,
    transport_sum: DFF<Bits<20>>,
    ttl_second: DFF<Bits<8>>,
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
    ttl_q: DFF<Bits<8>>,
}

impl Logic for Checksum {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            address_change,
            port_change,
            tunnel_change,
            ttl_change,
            ttl_first,
            none_first,
            network_sum,
            transport_sum,
            ttl_second,
            none_second,
            network_q,
            transport_q,
            ttl_q
        );
        self.ttl.next = self.ttl_q.q.val();
        self.network_checksum.next = self.network_q.q.val();
        self.transport_checksum.next = self.transport_q.q.val();

        // First stage. Complements are named: an operand is widened before it is inverted otherwise.
        if self.action.val().outgoing {
            self.old_address.next = self.parsed.val().source_address;
        } else {
            self.old_address.next = self.parsed.val().destination_address;
        }
        self.old_high.next = !self.old_address.val().get_bits::<16>(16);
        self.old_low.next = !self.old_address.val().get_bits::<16>(0);
        self.old_source.next = !self.parsed.val().source_port;
        self.old_destination.next = !self.parsed.val().destination_port;
        self.old_tunnel.next = !self.parsed.val().tunnel;
        self.old_network.next = !self.parsed.val().network_checksum;
        self.old_transport.next = !self.parsed.val().transport_checksum;
        self.discriminator.next = self.action.val().discriminator;
        self.old_sum.next =
            bit_cast::<17, 16>(self.old_high.val()) + bit_cast::<17, 16>(self.old_low.val());
        self.new_sum.next = bit_cast::<17, 16>(self.address.val().get_bits::<16>(16))
            + bit_cast::<17, 16>(self.address.val().get_bits::<16>(0));
        self.source_sum.next = bit_cast::<17, 16>(self.old_source.val())
            + bit_cast::<17, 16>(self.action.val().source_port);
        self.destination_sum.next = bit_cast::<17, 16>(self.old_destination.val())
            + bit_cast::<17, 16>(self.action.val().destination_port);
        self.tunnel_sum.next = bit_cast::<17, 16>(self.old_tunnel.val())
            + bit_cast::<17, 16>(self.discriminator.val().get_bits::<16>(0));
        self.tunnel_used.next = bits::<17>(0);
        if self.action.val().set_discriminator {
            self.tunnel_used.next = self.tunnel_sum.val();
        }
        self.address_change.d.next =
            bit_cast::<18, 17>(self.old_sum.val()) + bit_cast::<18, 17>(self.new_sum.val());
        self.port_change.d.next = bit_cast::<18, 17>(self.source_sum.val())
            + bit_cast::<18, 17>(self.destination_sum.val());
        self.tunnel_change.d.next = bit_cast::<18, 17>(self.tunnel_used.val())
            + bit_cast::<18, 16>(self.old_transport.val());
        self.ttl_change.d.next = bit_cast::<17, 16>(self.old_network.val()) + bits::<17>(0xfeff);
        self.ttl_first.d.next = self.parsed.val().ttl - bits::<8>(1);
        self.none_first.d.next = self.parsed.val().transport_checksum == bits::<16>(0);

        // Second stage.
        self.network_sum.d.next = bit_cast::<19, 18>(self.address_change.q.val())
            + bit_cast::<19, 17>(self.ttl_change.q.val());
        self.flow_sum.next = bit_cast::<19, 18>(self.address_change.q.val())
            + bit_cast::<19, 18>(self.port_change.q.val());
        self.transport_sum.d.next = bit_cast::<20, 19>(self.flow_sum.val())
            + bit_cast::<20, 18>(self.tunnel_change.q.val());
        self.ttl_second.d.next = self.ttl_first.q.val();
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
        self.ttl_q.d.next = self.ttl_second.q.val();
    }
}
