//! The hash alone: equal to `spec::hash`, a key a clock.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::HASH_CLOCKS;
use verilate::Design;

use super::bench::words;

#[test]
fn the_hash_is_that_of_spec() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let verilog = hdl::emit::verilog_of::<hdl::table::Hash>();
    let mut model = Design::new(&verilog, "top").model().unwrap();
    let [clock, key, secret, hash] =
        ["clock", "key", "secret", "hash"].map(|name| model.port(name).unwrap());
    for _ in 0..4 {
        let secret_bytes: [u8; 16] = rng.random();
        model.set_words(secret, &words(&secret_bytes));
        let mut keys = vec![];
        for i in 0..5000 {
            let bytes: [u8; 16] = rng.random();
            keys.push(bytes);
            model.set_words(key, &words(&bytes));
            model.eval();
            if i >= HASH_CLOCKS {
                let wanted = spec::hash::hash(&keys[i - HASH_CLOCKS], &secret_bytes);
                assert_eq!(model.get(hash) as u32, wanted);
            }
            model.tick(clock);
        }
    }
}
