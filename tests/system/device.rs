//! The soft device under its driver does what the model does; the Verilated ones: see `random`.

use sim::Soft;
use spec::limits::CAPACITY_2K;
use tests::compare::compare;

#[test]
fn the_soft_device_does_what_the_model_does() {
    for seed in 0..3 {
        println!("seed {seed}");
        assert_eq!(compare(Soft::new(CAPACITY_2K), seed, 700, 10_000, 64), Ok(()));
    }
}
