//! The AES pipelines against crate `aes`: a block a clock, each with a key of its own.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use ghash::{GHash, universal_hash::UniversalHash};
use hdl::crypto::aes::{Aes14, LATENCY};
use hdl::emit::verilog;
use hdl::leaf::functions::SubBytes;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::round_keys;
use verilate::Design;

fn encrypt(key: &[u8], block: [u8; 16]) -> [u8; 16] {
    let mut block = block.into();
    match key.len() {
        16 => aes::Aes128::new_from_slice(key).unwrap().encrypt_block(&mut block),
        _ => aes::Aes256::new_from_slice(key).unwrap().encrypt_block(&mut block),
    }
    block.into()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks(4).map(|c| u32::from_le_bytes(c.try_into().unwrap())).collect()
}

#[test]
fn a_block_a_clock_with_any_key() {
    let seed = 1;
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let keys: Vec<Vec<u8>> = (0..8)
        .map(|i| (0..if i % 2 == 0 { 16 } else { 32 }).map(|_| rng.random()).collect())
        .collect();
    let text = verilog(&mut Aes14::<SubBytes<16>, 3>::default());
    let mut model = Design::new(&text, "top").model().unwrap();
    let port = |name: &str| model.port(name).unwrap();
    let (clock, block, key, short) = (port("clock"), port("block"), port("key"), port("short"));
    let (enable, address, data) = (port("write_enable"), port("write_address"), port("write_data"));
    let out = port("out");
    for (index, key) in keys.iter().enumerate() {
        for (row, value) in round_keys(key).unwrap().iter().enumerate() {
            model.set(enable, 1 << row);
            model.set(address, index as u64);
            model.set_words(data, &words(value));
            model.tick(clock);
        }
    }
    model.set(enable, 0);
    let mut want: Vec<[u8; 16]> = vec![];
    let mut before = 0;
    for t in 0..2000 {
        let (index, plain): (usize, [u8; 16]) = (rng.random_range(0..8), rng.random());
        model.set_words(block, &words(&plain));
        model.set(key, index as u64);
        model.set(short, before);
        before = u64::from(keys[index].len() == 16);
        model.eval();
        if t >= LATENCY {
            assert_eq!(model.words(out), &words(&want[t - LATENCY])[..], "block {}", t - LATENCY);
        }
        want.push(encrypt(&keys[index], plain));
        model.tick(clock);
    }
}

#[test]
fn the_software_key_schedule() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..200 {
        let key: [u8; 32] = rng.random();
        let block: [u8; 16] = rng.random();
        for key in [&key[..16], &key] {
            let rows = round_keys(key).unwrap();
            let short = key.len() == 16;
            assert_eq!(spec::crypto::encrypt(&rows, short, block), encrypt(key, block));
            let mut h = GHash::new(&encrypt(key, [0; 16]).into());
            h.update(&[spec::crypto::power(&rows, short, 1).into()]);
            assert_eq!(spec::crypto::power(&rows, short, 2), <[u8; 16]>::from(h.finalize()));
        }
    }
    assert!(round_keys(&[0; 24]).is_none());
}
