//! Devices under their driver do what the model does.

use sim::{Rtl, Soft};
use spec::limits::CAPACITY_2K;
use tests::compare::compare;

#[test]
fn the_soft_device_does_what_the_model_does() {
    for seed in 0..3 {
        println!("seed {seed}");
        assert_eq!(compare(Soft::new(CAPACITY_2K), seed, 700, 10_000, 64), Ok(()));
    }
}

/// Random frames, right and wrong, through the Verilated device of a width.
fn the_verilated_device_does_what_the_model_does(top: &str) {
    for seed in 0..3 {
        println!("{top}, seed {seed}");
        assert_eq!(compare(Rtl::new(top).unwrap(), seed, 700, 3000, 8), Ok(()));
    }
}

#[test]
fn the_narrow_device_does_what_the_model_does() {
    the_verilated_device_does_what_the_model_does("datapath-16");
}

#[test]
fn the_wide_device_does_what_the_model_does() {
    the_verilated_device_does_what_the_model_does("datapath-64");
}
