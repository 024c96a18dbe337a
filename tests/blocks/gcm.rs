//! The AES-GCM engine against crate `aes-gcm`.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use hdl::crypto::engine::Engine;
use hdl::emit::verilog_of;
use hdl::leaf::functions::SubBytes;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::{GcmVerdict, TEXT_MAX};
use tests::gcm::{Answer, Gcm, Packet, Stalls, TOPS};

/// `text` sealed, the tag behind it.
fn sealed(key: &[u8], nonce: &[u8; 12], aad: &[u8], text: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: text, aad };
    match key.len() {
        16 => Aes128Gcm::new_from_slice(key).unwrap().encrypt(&(*nonce).into(), payload).unwrap(),
        _ => Aes256Gcm::new_from_slice(key).unwrap().encrypt(&(*nonce).into(), payload).unwrap(),
    }
}

/// A packet of `size` bytes of text, and what must come of it.
fn packet(rng: &mut ChaCha8Rng, keys: &[Vec<u8>], size: usize, seal: bool) -> (Packet, Answer) {
    let key = rng.random_range(0..keys.len());
    let nonce: [u8; 12] = rng.random();
    let aad: Vec<u8> = (0..rng.random_range(0..=16)).map(|_| rng.random()).collect();
    let text: Vec<u8> = (0..size).map(|_| rng.random()).collect();
    let sealed = sealed(&keys[key], &nonce, &aad, &text);
    let (bytes, out) = if seal { (text, sealed) } else { (sealed, text) };
    let packet = Packet { seal, key, nonce, aad, bytes, text: size, error: false };
    (packet, Answer { bytes: out, verdict: GcmVerdict::Good })
}

fn keys(gcm: &mut Gcm, rng: &mut ChaCha8Rng, count: usize) -> Vec<Vec<u8>> {
    let key = |i: usize| -> usize { if i.is_multiple_of(2) { 32 } else { 16 } };
    let keys: Vec<Vec<u8>> =
        (0..count).map(|i| (0..key(i)).map(|_| rng.random()).collect()).collect();
    keys.iter().enumerate().for_each(|(i, key)| gcm.set_key(i, key));
    keys
}

/// A tail of every kind, and the sizes around a beat's edge; now and then a long one.
fn size(rng: &mut ChaCha8Rng, width: usize) -> usize {
    match rng.random_range(0..10) {
        0 => rng.random_range(0..=TEXT_MAX),
        1..4 => (rng.random_range(0..4) * width + rng.random_range(0..3)).saturating_sub(1),
        _ => rng.random_range(0..6 * width),
    }
}

/// What a damaged packet is damaged in, and what must come of it.
fn damage(rng: &mut ChaCha8Rng, packet: &mut Packet, set: usize, width: usize) -> GcmVerdict {
    let beats = packet.bytes.len().div_ceil(width).max(1);
    match rng.random_range(0..6) {
        // a bit of text, tag or additional data
        0 if !packet.seal => {
            let at = rng.random_range(0..packet.bytes.len());
            packet.bytes[at] ^= 1 << rng.random_range(0..8);
            GcmVerdict::Tag
        }
        1 if !packet.seal && !packet.aad.is_empty() => {
            let at = rng.random_range(0..packet.aad.len());
            packet.aad[at] ^= 1 << rng.random_range(0..8);
            GcmVerdict::Tag
        }
        // a key that was never set
        2 => {
            packet.key = set + rng.random_range(0..4);
            GcmVerdict::Key
        }
        // cut short by whole beats: an abort
        3 if beats > 1 => {
            packet.bytes.truncate(rng.random_range(1..beats) * width);
            packet.error = rng.random();
            GcmVerdict::Cut
        }
        // longer or shorter than was said
        4 => {
            packet.text = rng.random_range(0..=packet.text + 2 * width).min(TEXT_MAX);
            let sealed = if packet.seal { 0 } else { 16 };
            if packet.text + sealed == packet.bytes.len() {
                packet.text += 1;
            }
            GcmVerdict::Cut
        }
        _ => {
            packet.error = true;
            GcmVerdict::Cut
        }
    }
}

/// Random packets in both directions under random keys and stalls, some of them damaged. The first
/// one that comes out wrong.
fn compare(gcm: &mut Gcm, seed: u64, count: usize, stalls: Stalls) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let set = gcm.keys().min(24) - 4;
    let keys = keys(gcm, &mut rng, set);
    let mut done = 0;
    while done < count {
        let mut wants = vec![];
        for _ in 0..(count - done).min(1000) {
            let size = size(&mut rng, gcm.width());
            let seal = rng.random();
            let (mut packet, mut want) = packet(&mut rng, &keys, size, seal);
            if rng.random_ratio(1, 5) {
                want.verdict = damage(&mut rng, &mut packet, set, gcm.width());
            }
            gcm.push(packet);
            wants.push(want);
        }
        gcm.run(wants.len(), stalls, &mut rng);
        assert_eq!(gcm.waiting(), 0);
        for (answer, want) in gcm.answers.drain(..).zip(&wants) {
            let same = match want.verdict {
                GcmVerdict::Good => answer.bytes == want.bytes,
                GcmVerdict::Key => answer.bytes.iter().all(|b| *b == 0),
                GcmVerdict::Tag => answer.bytes.len() == want.bytes.len(),
                GcmVerdict::Cut => true,
            };
            if answer.verdict != want.verdict || !same {
                return Err(format!("packet {done}: {:?}, not {:?}", answer.verdict, want.verdict));
            }
            done += 1;
        }
    }
    Ok(())
}

/// `GCM_PACKETS` asks for another number of packets a setting.
fn random(top: &str, seed: u64, stalls: Stalls) {
    let count = std::env::var("GCM_PACKETS").map_or(400, |n| n.parse().expect("a number"));
    println!("{top}: seed {seed}, {count} packets, {stalls:?}");
    let mut gcm = Gcm::new(top);
    compare(&mut gcm, seed, count, stalls).unwrap();
}

/// The engine of the 85F with fewer keys: quick to wipe.
pub fn small() -> String {
    verilog_of::<Engine<SubBytes<16>, 1, 128, 5, 3, 4, 7>>()
}

#[test]
fn planted_faults_are_noticed() {
    let text = small();
    let stalls = Stalls { idle: 20, busy: 20 };
    compare(&mut Gcm::of(&text), 1, 200, stalls).unwrap();
    let faults = [
        ("a length block with a bit too many", "47'd0, v[13:0], 3'd0", "48'd0, v[13:0], 2'd0"),
        ("a tail that begins a byte early", "~(16'hffff << v)", "~(16'hffff << v) >> 1"),
    ];
    for (fault, right, wrong) in faults {
        assert!(text.contains(right), "{fault}: no such text");
        let found = compare(&mut Gcm::of(&text.replace(right, wrong)), 1, 200, stalls);
        println!("{fault}: {found:?}");
        assert!(found.is_err(), "{fault} is not noticed");
    }
}

#[test]
fn random_packets() {
    for top in TOPS {
        let stalls = [(0, 0), (50, 0), (0, 50), (30, 70), (90, 0), (0, 95)];
        for (seed, (idle, busy)) in (1..).zip(stalls) {
            random(top, seed, Stalls { idle, busy });
        }
    }
}

#[test]
fn one_packet_of_each_size() {
    let mut gcm = Gcm::new("aes-gcm-85f");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let keys = keys(&mut gcm, &mut rng, 4);
    for seal in [true, false] {
        for size in 0..300 {
            let (packet, want) = packet(&mut rng, &keys, size, seal);
            gcm.push(packet);
            gcm.run(1, Stalls::default(), &mut rng);
            assert_eq!(gcm.answers.pop_front().unwrap(), want, "seal {seal}, {size} bytes");
        }
    }
}
