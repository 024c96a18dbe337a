//! What the AES-GCM engine promises besides right answers: its rate, its latency, and that keys go.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::{GcmVerdict, TAG, TEXT_MAX};
use tests::gcm::{Gcm, Packet, Stalls};
use tests::gcm_engines::{ENGINES, tops};

fn packet(rng: &mut ChaCha8Rng, key: usize, size: usize, seal: bool) -> Packet {
    let aad: Vec<u8> = (0..16).map(|_| rng.random()).collect();
    let bytes = (0..size + if seal { 0 } else { TAG }).map(|_| rng.random()).collect();
    Packet { seal, key, nonce: rng.random(), aad, bytes, text: size, error: false }
}

/// Packets of one size, back to back under changing keys: each takes the clocks of its sealed beats.
#[test]
fn a_packet_takes_its_sealed_beats() {
    for engine in ENGINES {
        let top = engine.top;
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut gcm = Gcm::new(top);
        (0..8).for_each(|k| gcm.set_key(k, &[k as u8; 32][..if k % 2 == 0 { 16 } else { 32 }]));
        for seal in [true, false] {
            for size in (0..=4 * gcm.width() + 1).chain([1500, TEXT_MAX]) {
                let count = 12;
                for key in 0..count {
                    gcm.push(packet(&mut rng, key % 8, size, seal));
                }
                gcm.taken.clear();
                gcm.given.clear();
                gcm.run(count, Stalls::default(), &mut rng);
                gcm.answers.clear();
                let clocks = |list: &[u64]| list[count - 1] - list[0];
                let want = ((count - 1) * engine.clocks(size)) as u64;
                assert_eq!(clocks(&gcm.taken), want, "{top}: {size} bytes in, seal {seal}");
                assert_eq!(clocks(&gcm.given), want, "{top}: {size} bytes out, seal {seal}");
            }
        }
    }
}

/// A mix of sizes and directions: no clock is lost between any two.
#[test]
fn a_mix_takes_the_sum_of_its_beats() {
    for engine in ENGINES {
        let top = engine.top;
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut gcm = Gcm::new(top);
        (0..8).for_each(|k| gcm.set_key(k, &[k as u8; 32]));
        let mut clocks = 0;
        let count = 1000;
        for i in 0..count {
            let size = rng.random_range(0..200);
            let seal = rng.random();
            gcm.push(packet(&mut rng, i % 8, size, seal));
            clocks += if i + 1 < count { engine.clocks(size) as u64 } else { 0 };
        }
        gcm.run(count, Stalls::default(), &mut rng);
        assert_eq!(gcm.taken[count - 1] - gcm.taken[0], clocks, "{top}");
    }
}

/// Unloaded: from the first beat taken to the last beat given.
#[test]
fn latency() {
    for engine in ENGINES {
        let top = engine.top;
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut gcm = Gcm::new(top);
        gcm.set_key(0, &[1; 32]);
        for seal in [true, false] {
            for size in [0, 1, 16, 17, 47, 48, 49, 64, 1500, TEXT_MAX] {
                gcm.push(packet(&mut rng, 0, size, seal));
                gcm.run(1, Stalls::default(), &mut rng);
                gcm.answers.clear();
                let (taken, given) = (gcm.taken.pop().unwrap(), gcm.given.pop().unwrap());
                let want = engine.latency(seal, size) as u64;
                assert_eq!(given - taken, want, "{top}: {size} bytes, seal {seal}");
            }
        }
    }
}

/// A source that takes nothing until all is full, and then all.
#[test]
fn a_long_stall_loses_nothing() {
    for top in tops() {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut gcm = Gcm::new(top);
        gcm.set_key(0, &[1; 32]);
        for size in [TEXT_MAX, 0, 16, 0, 1, TEXT_MAX] {
            gcm.push(packet(&mut rng, 0, size, true));
        }
        (0..20_000).for_each(|_| {
            gcm.tick(true, false);
        });
        gcm.run(6, Stalls::default(), &mut rng);
        assert!(gcm.answers.iter().all(|a| a.verdict == GcmVerdict::Good), "{top}");
    }
}

/// A wipe takes the keys from packets under way too, and the next ones find none.
#[test]
fn wiped_keys_are_gone() {
    for top in tops() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let mut gcm = Gcm::new(top);
        for started in [0, 1, 3, 40, 120] {
            gcm.set_key(5, &[1; 32]);
            (0..2).for_each(|_| gcm.push(packet(&mut rng, 5, TEXT_MAX, true)));
            (0..started).for_each(|_| {
                gcm.tick(true, true);
            });
            gcm.wipe();
            gcm.run(2, Stalls::default(), &mut rng);
            let mut verdicts: Vec<GcmVerdict> = gcm.answers.drain(..).map(|a| a.verdict).collect();
            let last = verdicts.pop();
            assert_eq!(last, Some(GcmVerdict::Key), "{top}: the packet behind");
            assert_ne!(verdicts, [GcmVerdict::Good], "{top}: the packet under way");
        }
        // a key that is set again is a new one: nothing of the old one is left
        gcm.set_key(5, &[2; 16]);
        gcm.push(packet(&mut rng, 5, 100, true));
        gcm.run(1, Stalls::default(), &mut rng);
        assert_eq!(gcm.answers.pop_front().unwrap().verdict, GcmVerdict::Good);
    }
}

/// Text under a key that is not set does not come out, in whatever state the rows of the key are.
#[test]
fn nothing_comes_out_without_a_key() {
    for top in tops() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut gcm = Gcm::new(top);
        gcm.set_key(1, &[1; 32]);
        gcm.write_row(1, spec::crypto::KEY_ROW_ATTRIBUTES, &[0; 16]);
        for (i, seal) in [true, false, true, false].into_iter().enumerate() {
            gcm.push(packet(&mut rng, i / 2, 333, seal));
        }
        gcm.run(4, Stalls::default(), &mut rng);
        for answer in gcm.answers.drain(..) {
            assert_eq!(answer.verdict, GcmVerdict::Key);
            assert!(answer.bytes.iter().all(|b| *b == 0), "{top}");
        }
    }
}

/// A reset in mid-packet: what was under way never comes out, and the next packet is whole.
#[test]
fn a_reset_forgets_what_was_under_way() {
    for top in tops() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for started in [1, 5, 60, 130] {
            let mut gcm = Gcm::new(top);
            gcm.set_key(0, &[1; 32]);
            (0..40).for_each(|_| gcm.push(packet(&mut rng, 0, 70, true)));
            (0..started).for_each(|_| {
                gcm.tick(true, true);
            });
            gcm.forget();
            gcm.reset();
            assert!(gcm.answers.is_empty(), "{top}: a packet from before the reset");
            gcm.set_key(0, &[1; 32]);
            gcm.push(packet(&mut rng, 0, 70, true));
            gcm.run(1, Stalls::default(), &mut rng);
            let answer = gcm.answers.pop_front().unwrap();
            assert_eq!((answer.verdict, answer.bytes.len()), (GcmVerdict::Good, 86), "{top}");
        }
    }
}
