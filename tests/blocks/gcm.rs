//! The AES-GCM engine against crate `aes-gcm`.

use hdl::crypto::engine::Engine;
use hdl::crypto::folded::Folded;
use hdl::emit::verilog_of;
use hdl::leaf::functions::SubBytes;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use spec::crypto::GcmVerdict;
use tests::gcm::{Gcm, Stalls};
use tests::gcm_engines::{ENGINES, tops};
use tests::gcm_random::{STALLS, compare, keys, packet};

/// Packets of a setting; `cargo xtask test --tier full` runs a million.
const COUNT: usize = 400;
/// One packet in so many has any size.
const LONG: u32 = 10;

fn random(top: &str, seed: u64, stalls: Stalls) {
    println!("{top}: seed {seed}, {stalls:?}");
    compare(&mut Gcm::new(top), seed, COUNT, stalls, LONG, |_| {}).unwrap();
}

/// The engine of the 85F with fewer keys: quick to wipe.
pub fn small() -> String {
    verilog_of::<Engine<SubBytes<16>, 1, 128, 5, 3, 4, 7>>()
}

#[test]
fn planted_faults_are_noticed() {
    let stalls = Stalls { idle: 20, busy: 20 };
    // with fewer keys than on their boards: quick to wipe
    let full = small();
    let folded = verilog_of::<Folded<SubBytes<16>, 3, 4, 6, 7>>();
    for text in [&full, &folded] {
        compare(&mut Gcm::of(text), 1, 200, stalls, LONG, |_| {}).unwrap();
    }
    let (late, early) = ("~(16'hffff << v)", "~(16'hffff << v) >> 1");
    let (digit, half) = ("m[3] = m[1] ^ m[2]", "m[3] = m[1]");
    let faults = [
        (
            "a length block with a bit too many",
            &full,
            "47'd0, v[13:0], 3'd0",
            "48'd0, v[13:0], 2'd0",
        ),
        ("a tail that begins a byte early", &full, late, early),
        ("a tail that begins a byte early", &folded, late, early),
        ("a digit of which one coefficient in three is lost", &folded, digit, half),
        (
            "a hash key that is not squared",
            &folded,
            "factor$d = square$y",
            "factor$d = reflect_key$y",
        ),
    ];
    for (fault, text, right, wrong) in faults {
        assert!(text.contains(right), "{fault}: no such text");
        let mut gcm = Gcm::of(&text.replace(right, wrong));
        let found = compare(&mut gcm, 1, 200, stalls, LONG, |_| {});
        println!("{fault}: {found:?}");
        assert!(found.is_err(), "{fault} is not noticed");
    }
}

#[test]
fn random_packets() {
    for engine in ENGINES {
        for (seed, stalls) in (1..).zip(STALLS) {
            random(engine.top, seed, stalls);
        }
    }
}

/// The random packets found it: such a packet has its verdict long before its end.
#[test]
fn a_packet_longer_than_was_said_is_read_to_its_end() {
    for top in tops() {
        let mut gcm = Gcm::new(top);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let keys = keys(&mut gcm, &mut rng, 2);
        let (mut long, _) = packet(&mut rng, &keys, 8000, false);
        long.text = 100;
        let (next, want) = packet(&mut rng, &keys, 90, true);
        gcm.push(long);
        gcm.push(next);
        gcm.run(1, Stalls { idle: 50, busy: 0 }, &mut rng);
        assert_eq!(gcm.answers.pop_front().map(|answer| answer.verdict), Some(GcmVerdict::Cut));
        assert_eq!(gcm.waiting(), 2, "{top}: the verdict comes first");
        gcm.run(1, Stalls::default(), &mut rng);
        assert_eq!(gcm.answers.pop_front(), Some(want), "{top}: the packet behind");
    }
}

#[test]
fn one_packet_of_each_size() {
    for top in ["aes-gcm-85f", "aes-gcm-half", "aes-gcm-45f"] {
        let mut gcm = Gcm::new(top);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let keys = keys(&mut gcm, &mut rng, 4);
        for seal in [true, false] {
            for size in 0..300 {
                let (packet, want) = packet(&mut rng, &keys, size, seal);
                gcm.push(packet);
                gcm.run(1, Stalls::default(), &mut rng);
                let answer = gcm.answers.pop_front().unwrap();
                assert_eq!(answer, want, "{top}: seal {seal}, {size} bytes");
            }
        }
    }
}
