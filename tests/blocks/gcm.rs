//! The AES-GCM engine against crate `aes-gcm`.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::GcmVerdict;
use tests::gcm::{Answer, Gcm, Packet, Stalls};

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
