//! Random packets for an AES-GCM engine, and what crate `aes-gcm` makes of them.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::{AAD_MAX, GcmVerdict, TEXT_MAX};

use crate::gcm::{Answer, Gcm, Packet, Stalls};

/// `text` sealed, the tag behind it.
fn sealed(key: &[u8], nonce: &[u8; 12], aad: &[u8], text: &[u8]) -> Vec<u8> {
    let payload = Payload { msg: text, aad };
    match key.len() {
        16 => Aes128Gcm::new_from_slice(key).unwrap().encrypt(&(*nonce).into(), payload).unwrap(),
        _ => Aes256Gcm::new_from_slice(key).unwrap().encrypt(&(*nonce).into(), payload).unwrap(),
    }
}

/// A packet of `size` bytes of text, and what must come of it.
pub fn packet(rng: &mut ChaCha8Rng, keys: &[Vec<u8>], size: usize, seal: bool) -> (Packet, Answer) {
    let key = rng.random_range(0..keys.len());
    let nonce: [u8; 12] = rng.random();
    let aad: Vec<u8> = (0..rng.random_range(0..=AAD_MAX)).map(|_| rng.random()).collect();
    let text: Vec<u8> = (0..size).map(|_| rng.random()).collect();
    let sealed = sealed(&keys[key], &nonce, &aad, &text);
    let (bytes, out) = if seal { (text, sealed) } else { (sealed, text) };
    let packet = Packet { seal, key, nonce, aad, bytes, text: size, error: false };
    (packet, Answer { bytes: out, verdict: GcmVerdict::Good })
}

/// Sets so many random keys, of both lengths by turns.
pub fn keys(gcm: &mut Gcm, rng: &mut ChaCha8Rng, count: usize) -> Vec<Vec<u8>> {
    let key = |i: usize| -> usize { if i.is_multiple_of(2) { 32 } else { 16 } };
    let keys: Vec<Vec<u8>> =
        (0..count).map(|i| (0..key(i)).map(|_| rng.random()).collect()).collect();
    keys.iter().enumerate().for_each(|(i, key)| gcm.set_key(i, key));
    keys
}

/// One size in `long` is any that a packet may have. Of the others a third lie around the edges of the
/// first beats; the rest are shorter than six beats, with tails of every kind.
fn size(rng: &mut ChaCha8Rng, width: usize, long: u32) -> usize {
    if rng.random_ratio(1, long) {
        return rng.random_range(0..=TEXT_MAX);
    }
    match rng.random_range(0..9) {
        0..3 => (rng.random_range(0..4) * width + rng.random_range(0..3)).saturating_sub(1),
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

/// Stalls that engines are tried under, one a seed.
pub const STALLS: [Stalls; 6] = [
    Stalls { idle: 0, busy: 0 },
    Stalls { idle: 50, busy: 0 },
    Stalls { idle: 0, busy: 50 },
    Stalls { idle: 30, busy: 70 },
    Stalls { idle: 90, busy: 0 },
    Stalls { idle: 0, busy: 95 },
];
/// Clocks in which any engine reads the rest of a packet.
const REST: usize = 10 * TEXT_MAX;
/// Packets under the same keys.
const BATCH: usize = 1000;

/// Random packets in both directions under random keys and stalls, one in five damaged; the keys
/// change from packet to packet, and all are new after every [`BATCH`]. One packet in `long` has any
/// size. The first one that comes out wrong; `seen` is told of those that are right.
pub fn compare(
    gcm: &mut Gcm,
    seed: u64,
    count: usize,
    stalls: Stalls,
    long: u32,
    mut seen: impl FnMut(u64),
) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let set = gcm.keys().min(24) - 4;
    let mut done = 0;
    while done < count {
        let keys = keys(gcm, &mut rng, set);
        let mut wants = vec![];
        for _ in 0..(count - done).min(BATCH) {
            let size = size(&mut rng, gcm.width(), long);
            let seal = rng.random();
            let (mut packet, mut want) = packet(&mut rng, &keys, size, seal);
            if rng.random_ratio(1, 5) {
                want.verdict = damage(&mut rng, &mut packet, set, gcm.width());
            }
            gcm.push(packet);
            wants.push(want);
        }
        gcm.run(wants.len(), stalls, &mut rng);
        // One that is longer than was said has its verdict before its end, and is read to there.
        for _ in 0..REST {
            gcm.tick(true, true);
            if gcm.waiting() == 0 {
                break;
            }
        }
        if (gcm.waiting(), gcm.answers.len()) != (0, wants.len()) {
            return Err(format!("{} packets are not taken", gcm.waiting()));
        }
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
        seen(wants.len() as u64);
    }
    Ok(())
}
