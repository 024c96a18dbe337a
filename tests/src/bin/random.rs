//! The long random comparisons, seed by seed: what `cargo xtask test --tier full` and
//! `cargo xtask wave` run. The last line on standard output is a summary in JSON.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use sim::Rtl;
use spec::register::Counter;
use tests::gcm::Gcm;
use tests::gcm_random::{STALLS, compare};
use tests::random::{Tally, record, run};

/// Clocks before a failure that are recorded, and after it.
const BEFORE: u64 = 3000;
const AFTER: u64 = 100;

#[derive(Parser)]
struct Args {
    /// A top: `datapath-16`, `aes-gcm-85f`
    top: String,
    /// Seeds, from 0 on
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Packets of each seed
    #[arg(long)]
    packets: u64,
    /// For AES-GCM: one packet in so many has any size from 0 to 9000
    #[arg(long, default_value_t = 50)]
    long: u32,
    /// Records the clocks before the failure of a seed, or these
    #[arg(long)]
    wave: Option<PathBuf>,
    /// The first clock that is recorded
    #[arg(long, requires = "wave")]
    clock: Option<u64>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(file) = &args.wave {
        return wave(&args, file);
    }
    let bar = ProgressBar::new(args.seeds * args.packets).with_style(ProgressStyle::with_template(
        "{msg} {bar:30} {human_pos}/{human_len} {elapsed} (ETA {eta})",
    )?);
    bar.set_message(args.top.clone());
    let summary = if recorded(&args.top) { datapath(&args, &bar)? } else { engine(&args, &bar)? };
    bar.finish_and_clear();
    println!("{summary}");
    Ok(())
}

/// Whether this is a whole device: those have waveforms, engines do not.
fn recorded(top: &str) -> bool {
    top.starts_with("datapath")
}

fn seeds(args: &Args) -> Range<u64> {
    args.from..args.from + args.seeds
}

/// Runs one seed, and says how to run it again if it fails or panics.
fn seed<T>(args: &Args, seed: u64, run: impl FnOnce() -> Result<T, String>) -> Result<T> {
    let Args { top, packets, long, .. } = args;
    let what = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(what)) => what,
        Err(_) => "panic".into(),
    };
    let again = if recorded(top) {
        format!("cargo xtask wave {seed} --top {top} --packets {packets}")
    } else {
        let program = "cargo run --package tests --bin random --";
        format!("{program} {top} --from {seed} --packets {packets} --long {long}")
    };
    Err(anyhow!("{top}, seed {seed}: {what}\nagain: {again}"))
}

/// Random frames through the whole device.
fn datapath(args: &Args, bar: &ProgressBar) -> Result<Value> {
    let mut all = Tally::default();
    let mut counters: BTreeMap<String, u64> = BTreeMap::new();
    for number in seeds(args) {
        let rtl = Rtl::new(&args.top).map_err(|error| anyhow!("{error}"))?;
        let tally = seed(args, number, || {
            run(rtl, number, args.packets, None, |frames| bar.inc(frames))
                .map_err(|failure| format!("clock {}: {}", failure.clock, failure.what))
        })?;
        all.frames += tally.frames;
        all.clocks += tally.clocks;
        all.commands += tally.commands;
        all.changes += tally.changes;
        all.lookups += tally.lookups;
        all.between += tally.between;
        for (counter, count) in tally.counters {
            *counters.entry(format!("{counter:?}")).or_default() += u64::from(count);
        }
    }
    // Whatever can happen has happened.
    let never = [Counter::RxOverflow0, Counter::RxOverflow1].map(|counter| format!("{counter:?}"));
    let missing: Vec<&String> = counters
        .iter()
        .filter(|row| *row.1 == 0 && !never.contains(row.0))
        .map(|row| row.0)
        .collect();
    ensure!(args.seeds < 20 || missing.is_empty(), "never counted: {missing:?}");
    Ok(json!({
        "seeds": args.seeds, "frames": all.frames, "clocks": all.clocks, "commands": all.commands,
        "table_changes": all.changes, "lookups": all.lookups, "between_writes": all.between,
        "counters": counters,
    }))
}

/// Random packets through an AES-GCM engine, against crate `aes-gcm`.
fn engine(args: &Args, bar: &ProgressBar) -> Result<Value> {
    let mut clocks = 0;
    for number in seeds(args) {
        let stalls = STALLS[number as usize % STALLS.len()];
        clocks += seed(args, number, || {
            let mut gcm = Gcm::new(&args.top);
            let count = args.packets as usize;
            compare(&mut gcm, number, count, stalls, args.long, |packets| bar.inc(packets))?;
            Ok(gcm.clocks)
        })?;
    }
    Ok(json!({ "seeds": args.seeds, "packets": args.seeds * args.packets, "clocks": clocks }))
}

/// Records a seed of the datapath: around its failure, or from a clock on.
fn wave(args: &Args, file: &Path) -> Result<()> {
    let Args { top, from: seed, packets, .. } = args;
    if !recorded(top) {
        bail!("{top} is not recorded: without --wave its seed runs again");
    }
    let rtl = || Rtl::new(top).map_err(|error| anyhow!("{error}"));
    let clocks = match args.clock {
        Some(clock) => clock..clock + BEFORE,
        None => match run(rtl()?, *seed, *packets, None, |_| {}) {
            Ok(tally) => {
                bail!("{top}, seed {seed}: right for {} clocks; --clock N records", tally.clocks)
            }
            Err(failure) => {
                println!("{top}, seed {seed}, clock {}: {}", failure.clock, failure.what);
                failure.clock.saturating_sub(BEFORE)..failure.clock + AFTER
            }
        },
    };
    std::fs::create_dir_all(file.parent().context("a file's folder")?)?;
    let what = format!("clocks {} to {}", clocks.start, clocks.end);
    record(top, *seed, *packets, clocks, file).map_err(|error| anyhow!("{error}"))?;
    println!("{}: {what}", file.display());
    Ok(())
}
