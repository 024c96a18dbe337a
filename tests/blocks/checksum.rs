//! *rewrite*, checksums: against the model, and each against a sum from scratch.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::{ACTION_CLOCKS, CHECKSUM_CLOCKS};
use spec::meta::Parsed;
use spec::table::Action;
use std::collections::VecDeque;
use tests::wires::Wire;
use verilate::Design;

/// Words that lie at the edges of one's complement sums, and any others.
fn word(rng: &mut ChaCha8Rng) -> u16 {
    match rng.random_range(0..6) {
        0 => 0,
        1 => 0xffff,
        2 => 1,
        3 => 0xfffe,
        _ => rng.random(),
    }
}

fn address(rng: &mut ChaCha8Rng) -> u32 {
    u32::from(word(rng)) << 16 | u32::from(word(rng))
}

/// The one's complement sum of `words`, carries added as they come.
fn ones(words: &[u16]) -> u16 {
    words.iter().fold(0u16, |sum, word| {
        let (sum, carry) = sum.overflowing_add(*word);
        sum + u16::from(carry)
    })
}

/// The words that the checksum covers and the rewrite may change, before and after.
fn covered(parsed: &Parsed, action: &Action, address: u32) -> (Vec<u16>, Vec<u16>) {
    let halves = |a: u32| [(a >> 16) as u16, a as u16];
    let old = if action.outgoing { parsed.source_address } else { parsed.destination_address };
    let tunnel = if action.set_discriminator { action.discriminator as u16 } else { parsed.tunnel };
    let before = [parsed.source_port, parsed.destination_port, parsed.tunnel];
    let after = [action.source_port, action.destination_port, tunnel];
    ([&halves(old)[..], &before].concat(), [&halves(address)[..], &after].concat())
}

#[test]
fn checksums_equal_the_models_and_a_sum_from_scratch() {
    let verilog = hdl::emit::verilog_of::<hdl::rewrite::Checksum>();
    let mut model = Design::new(&verilog, "top").model().unwrap();
    let clock = model.port("clock").unwrap();
    let wire = |name| Wire::new(&model, name);
    let (parsed_in, action_in, address_in) = (wire("parsed"), wire("action"), wire("address"));
    let outputs = ["network_checksum", "transport_checksum"].map(wire);
    let seed = 1;
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut expected = VecDeque::new();
    // What comes after the parsed frame, each in its clock.
    let mut actions: VecDeque<Action> = vec![Action::default(); ACTION_CLOCKS].into();
    let mut addresses: VecDeque<u32> = vec![0; ACTION_CLOCKS + 1].into();
    for round in 0..100_000 {
        let mut parsed = Parsed {
            source_address: address(&mut rng),
            destination_address: address(&mut rng),
            source_port: word(&mut rng),
            destination_port: word(&mut rng),
            tunnel: word(&mut rng),
            ttl: rng.random_range(1..=255),
            protocol: rng.random(),
            network_checksum: word(&mut rng),
            ..Parsed::default()
        };
        let action = Action {
            outgoing: rng.random(),
            set_discriminator: rng.random(),
            source_port: word(&mut rng),
            destination_port: word(&mut rng),
            discriminator: u32::from(word(&mut rng)),
            ..Action::default()
        };
        let new = address(&mut rng);
        let (before, after) = covered(&parsed, &action, new);
        // What else the UDP checksum covers: one word stands for it.
        let rest = rng.random_range(1..=0xffff);
        let right = match !ones(&[&before[..], &[rest]].concat()) {
            0 => 0xffff,
            checksum => checksum,
        };
        let kind = rng.random_range(0..3);
        parsed.transport_checksum = [right, 0, word(&mut rng)][kind];
        parsed_in.set(&mut model, &parsed.pack());
        actions.push_back(action);
        action_in.set(&mut model, &actions.pop_front().unwrap().pack());
        addresses.push_back(new);
        address_in.set(&mut model, &addresses.pop_front().unwrap().to_le_bytes());

        let sums = model::checksums(&parsed, &action, new);
        if kind == 0 {
            assert_eq!(ones(&[&after[..], &[rest, sums.transport]].concat()), 0xffff, "{parsed:?}");
            assert_ne!(sums.transport, 0, "a UDP checksum of zero says that there is none");
        }
        expected.push_back([sums.network, sums.transport]);
        model.tick(clock);
        if expected.len() == ACTION_CLOCKS + CHECKSUM_CLOCKS {
            model.eval();
            let got = outputs.map(|wire| wire.number(&model) as u16);
            assert_eq!(Some(got), expected.pop_front(), "round {round}");
        }
    }
}
