//! Checksums are right after every rewrite of a packet that came with right ones.

use super::common::{self, checksums_are_right};
use model::frame::{L2tp, Udp};
use model::{checksums, parse, rewrite, update};
use proptest::prelude::*;
use spec::meta::{Arrival, Plan};
use spec::table::Action;

/// The words of the example in RFC 1624, section 4.
#[test]
fn the_rfcs_own_example() {
    assert_eq!(update(0xdd2f, &[(0x5555, 0x3285)]), 0x0000);
}

fn rewritten(udp: &Udp, action: &Action, address: u32) -> Vec<u8> {
    let frame = udp.build();
    let arrival = Arrival { length: frame.len() as u16, ..Arrival::default() };
    let parsed = parse(&frame, &arrival, &common::MACS);
    let new = checksums(&parsed, action, address);
    let plan = Plan {
        rewrite: true,
        network_offset: parsed.network_offset,
        transport_offset: parsed.transport_offset,
        ttl: new.ttl,
        network_checksum: new.network,
        outgoing: action.outgoing,
        address,
        source_port: action.source_port,
        destination_port: action.destination_port,
        transport_checksum: new.transport,
        set_tunnel: action.set_discriminator,
        tunnel: action.discriminator as u16,
        tunnel_offset: parsed.tunnel_offset,
        ..Plan::default()
    };
    rewrite(&frame, &plan)
}

/// Words that make sums reach 0 and 0xffff more often than chance would.
fn extreme() -> impl Strategy<Value = u16> {
    prop_oneof![Just(0u16), Just(0xffff), Just(1), Just(0xfffe), any::<u16>()]
}

fn address() -> impl Strategy<Value = u32> {
    (extreme(), extreme()).prop_map(|(high, low)| u32::from(high) << 16 | u32::from(low))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn checksums_stay_right(
        from in (address(), extreme()), to in (address(), extreme()), ttl in 1u8..,
        new in (address(), extreme(), extreme(), extreme()), checksum in any::<bool>(),
        tunnel in extreme(), outgoing in any::<bool>(), set_discriminator in any::<bool>(),
        data in prop::collection::vec(extreme(), 0..3), options in 0..3usize,
    ) {
        let payload = data.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
        let udp = Udp {
            source: from,
            destination: to,
            ttl,
            checksum,
            options: vec![1; 4 * options],
            payload: L2tp::data(tunnel, 0).build(&payload),
            ..Udp::default()
        };
        prop_assert!(checksums_are_right(&udp.build()));
        let (address, source_port, destination_port, discriminator) = new;
        let action = Action {
            outgoing, set_discriminator, source_port, destination_port,
            discriminator: discriminator.into(), ..Action::default()
        };
        let out = rewritten(&udp, &action, address);
        prop_assert!(checksums_are_right(&out));
        let at = 14 + 20 + 4 * options;
        prop_assert_eq!(out[at + 6..at + 8] == [0, 0], !checksum, "0 stays 0, and only 0 does");
        let place = if outgoing { 26 } else { 30 };
        prop_assert_eq!(&out[place..place + 4], &address.to_be_bytes());
        prop_assert_eq!(&out[at..at + 2], &source_port.to_be_bytes());
        prop_assert_eq!(&out[at + 2..at + 4], &destination_port.to_be_bytes());
        prop_assert_eq!(out[22], ttl - 1);
        let want = if set_discriminator { discriminator } else { tunnel };
        prop_assert_eq!(&out[at + 10..at + 12], &want.to_be_bytes());
        prop_assert_eq!(&out[at + 12..], &udp.build()[at + 12..]);
    }
}

/// The check above would notice a checksum that is off by one.
#[test]
fn a_wrong_checksum_is_noticed() {
    let mut frame = Udp { payload: vec![1, 2, 3], ..Udp::default() }.build();
    assert!(checksums_are_right(&frame));
    frame[24] ^= 1;
    assert!(!checksums_are_right(&frame));
    frame[24] ^= 1;
    frame[41] ^= 1;
    assert!(!checksums_are_right(&frame));
}
