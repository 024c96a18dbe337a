//! The AES pipelines against crate `aes`: a block a clock, each with a key of its own.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use ghash::{GHash, universal_hash::UniversalHash};
use hdl::crypto::aes::{self as aes14, Aes14};
use hdl::crypto::ring::{self, Aes2, Aes7};
use hdl::emit::verilog_of;
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

/// Encrypts random blocks under random keys, one every `14 / rounds` clocks.
fn pipeline(text: &str, rounds: usize, key_bits: usize) {
    let (seed, every) = (rounds as u64, 14 / rounds);
    println!("{rounds} rounds, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let size = |i: usize| if i.is_multiple_of(2) { 16 } else { 32 };
    let keys: Vec<Vec<u8>> = (0..8).map(|i| (0..size(i)).map(|_| rng.random()).collect()).collect();
    let mut model = Design::new(text, "top").model().unwrap();
    let port = |name: &str| model.port(name).unwrap();
    let (clock, block, key, short) = (port("clock"), port("block"), port("key"), port("short"));
    let (enable, address, data) = (port("write_enable"), port("write_address"), port("write_data"));
    let out = port("out");
    let latency = if rounds == 14 { aes14::LATENCY } else { ring::LATENCY };
    // a ring is told of each block, and gets the first round key 2 clocks after it
    let ring = model.port("enter").ok().map(|enter| (enter, port("white")));
    for (index, key) in keys.iter().enumerate() {
        for (row, value) in round_keys(key).unwrap().iter().enumerate() {
            let (memory, pass) = match (row, ring) {
                (0, None) => (0, 0),
                (0, Some(_)) => continue,
                (r, None) => (r, 0),
                (r, Some(_)) => ((r - 1) % rounds, (r - 1) / rounds),
            };
            model.set(enable, 1 << memory);
            model.set(address, (index | pass << key_bits) as u64);
            model.set_words(data, &words(value));
            model.tick(clock);
        }
    }
    model.set(enable, 0);
    let mut want: Vec<Option<[u8; 16]>> = vec![];
    let mut before = 0;
    let mut whites = [[0; 16]; 3];
    for t in 0..2000 {
        // now and then a block is missing
        let here = t % every == 0 && rng.random_ratio(9, 10);
        let (index, plain): (usize, [u8; 16]) = (rng.random_range(0..8), rng.random());
        model.set_words(block, &words(&plain));
        model.set(key, index as u64);
        model.set(short, before);
        whites = [round_keys(&keys[index]).unwrap()[0], whites[0], whites[1]];
        if let Some((enter, white)) = ring {
            model.set(enter, here.into());
            model.set_words(white, &words(&whites[2]));
        }
        before = u64::from(keys[index].len() == 16);
        model.eval();
        if let Some(Some(want)) = t.checked_sub(latency).map(|t| want[t]) {
            assert_eq!(model.words(out), &words(&want)[..], "block of clock {}", t - latency);
        }
        want.push(here.then(|| encrypt(&keys[index], plain)));
        model.tick(clock);
    }
}

#[test]
fn fourteen_rounds_take_a_block_a_clock() {
    pipeline(&verilog_of::<Aes14<SubBytes<16>, 3>>(), 14, 3);
}

#[test]
fn seven_rounds_take_a_block_in_two_clocks() {
    pipeline(&verilog_of::<Aes7<SubBytes<16>, 3, 4>>(), 7, 3);
}

#[test]
fn two_rounds_take_a_block_in_seven_clocks() {
    pipeline(&verilog_of::<Aes2<SubBytes<16>, 3, 6>>(), 2, 3);
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
