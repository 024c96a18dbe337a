//! Random frames through the Verilated device, with stalls, and tables that change: the short form of
//! what `cargo xtask test --tier full` runs a million frames of.

use sim::Rtl;
use spec::table::Table;
use tests::random::{Fault, run};

/// Frames of a seed.
const FRAMES: u64 = 4000;

fn seeds(top: &str, count: u64) {
    for seed in 0..count {
        let result = run(Rtl::new(top).unwrap(), seed, FRAMES, None, |_| {});
        match result {
            Ok(tally) => println!("{top}, seed {seed}: {} clocks", tally.clocks),
            Err(failure) => panic!(
                "{top}, seed {seed}, clock {}: {}\n`cargo xtask wave {seed} --top {top}` records it",
                failure.clock, failure.what
            ),
        }
    }
}

#[test]
fn the_narrow_device_decides_and_sends_as_the_model() {
    seeds("datapath-16", 6);
}

#[test]
fn the_wide_device_decides_and_sends_as_the_model() {
    seeds("datapath-64", 6);
}

/// What the bench does wrong on purpose, in seeds that lose nothing, is noticed.
#[test]
fn the_comparison_notices_every_fault() {
    let lost = [Table::Entry, Table::Slot, Table::NextHop, Table::Local, Table::Service];
    let others = [Fault::LostFrame, Fault::LostPunt, Fault::ChangedBit, Fault::LostArrival];
    for fault in lost.map(Fault::LostWrite).into_iter().chain(others) {
        let rtl = Rtl::new("datapath-16").unwrap();
        let found = run(rtl, 0, 3 * FRAMES, Some(fault), |_| {});
        let failure = found.expect_err(&format!("{fault:?} is not noticed"));
        println!("{fault:?}: clock {}: {:.200}", failure.clock, failure.what);
    }
}
