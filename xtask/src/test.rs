//! `cargo xtask test`: the tiers, and the count at the end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use indicatif::HumanDuration;

use crate::{doc, evidence, formal, fuzz as fuzzing, lint, setup, synth};

/// Which tiers to run.
#[derive(clap::Args)]
pub struct Args {
    /// Only these tiers, separated by commas
    #[arg(long, value_delimiter = ',')]
    tier: Vec<String>,
    /// All tiers but these, separated by commas
    #[arg(long, value_delimiter = ',')]
    skip: Vec<String>,
    /// Evidence must not be stale
    #[arg(long)]
    release: bool,
    /// Tier full: also what has been run before and is as it was
    #[arg(long)]
    again: bool,
}

/// Tests counted by one command.
#[derive(Default)]
struct Count {
    passed: u64,
    failed: u64,
}

impl Count {
    /// Counts one thing that was looked at, and prints what is wrong with it.
    fn judge(&mut self, name: &str, problems: &[String]) {
        if problems.is_empty() {
            self.passed += 1;
        } else {
            self.failed += 1;
            println!("{name}:\n  {}", problems.join("\n  "));
        }
    }
}

/// A part of the tests that can be asked for or skipped by name.
struct Tier {
    name: &'static str,
    says: &'static str,
    run: fn(&mut Count, &Args) -> Result<()>,
}

const TIERS: &[Tier] = &[
    Tier { name: "lint", says: "formatting, clippy, docs, kernels, Verilog", run: check_sources },
    Tier { name: "unit", says: "every crate's own tests", run: unit },
    Tier { name: "block", says: "Verilated blocks", run: block },
    Tier { name: "system", says: "model and device against tshark and captures", run: system },
    Tier { name: "vectors", says: "the engines against published AES-GCM vectors", run: vectors },
    Tier { name: "live", says: "real daemons, the designator between them", run: live },
    Tier { name: "fuzz", says: "parser, datapath and tracker under any input", run: fuzz },
    Tier { name: "elaborate", says: "every top mapped to its device", run: elaborate },
    Tier { name: "formal", says: "properties of blocks", run: formal },
    Tier { name: FULL, says: "the long runs whose evidence is stale", run: full },
];
/// The tests of blocks, and those of them that take their truth from published vectors.
const BLOCKS: &str = "cargo test --package tests --test blocks --no-fail-fast --";
const VECTORS: &str = "gcm_vectors::";
/// The tier that runs only when it is asked for.
const FULL: &str = "full";

/// Runs the tiers asked for, and prints what ran and the count.
pub fn run(args: &Args) -> Result<()> {
    for name in args.tier.iter().chain(&args.skip) {
        if !TIERS.iter().any(|tier| tier.name == name) {
            let names: Vec<&str> = TIERS.iter().map(|tier| tier.name).collect();
            bail!("no tier {name:?}: there are {}", names.join(", "));
        }
    }
    setup::simulation()?;
    let asked = |tier: &Tier| {
        let listed = |names: &[String]| names.iter().any(|name| name == tier.name);
        let daily = args.tier.is_empty() && tier.name != FULL;
        (daily || listed(&args.tier)) && !listed(&args.skip)
    };
    let (chosen, skipped): (Vec<&Tier>, Vec<&Tier>) = TIERS.iter().partition(|tier| asked(tier));
    let mut total = Count::default();
    for tier in &chosen {
        println!("== {}: {}", tier.name, tier.says);
        let (start, mut count) = (Instant::now(), Count::default());
        if let Err(error) = (tier.run)(&mut count, args) {
            println!("{0}: {error:#} (`--skip {0}` leaves it out)", tier.name);
            count.failed = count.failed.max(1);
        }
        if count.passed + count.failed == 0 {
            println!("{}: checked nothing", tier.name);
            count.failed = 1;
        }
        let took = HumanDuration(start.elapsed());
        println!("== {}: {} passed, {} failed, {took}", tier.name, count.passed, count.failed);
        total.passed += count.passed;
        total.failed += count.failed;
    }
    let names = |tiers: &[&Tier]| tiers.iter().map(|tier| tier.name).collect::<Vec<_>>().join(" ");
    println!("ran: {}", names(&chosen));
    if !skipped.is_empty() {
        println!("skipped: {}", names(&skipped));
    }
    for standing in evidence::standings()? {
        if let Some(why) = standing.stale {
            println!("STALE {}: {why}", standing.name);
            total.failed += u64::from(args.release);
        }
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

fn check_sources(count: &mut Count, _: &Args) -> Result<()> {
    check(count, "cargo fmt --all --check")?;
    check(count, "cargo clippy --quiet --workspace --all-targets -- -D warnings")?;
    println!("$ cargo xtask doc --check");
    doc::check(|name, problems| count.judge(name, &problems));
    println!("$ cargo xtask lint");
    lint::all(|name, findings| count.judge(name, &findings))
}

fn unit(count: &mut Count, _: &Args) -> Result<()> {
    cargo_test(count, "cargo test --workspace --exclude tests --no-fail-fast -- --skip with_tools")
}

fn block(count: &mut Count, _: &Args) -> Result<()> {
    cargo_test(count, &format!("{BLOCKS} --skip {VECTORS}"))
}

fn vectors(count: &mut Count, _: &Args) -> Result<()> {
    cargo_test(count, &format!("{BLOCKS} {VECTORS}"))
}

fn system(count: &mut Count, _: &Args) -> Result<()> {
    setup::decoder()?;
    cargo_test(count, "cargo test --package tests --test system --no-fail-fast")
}

fn live(count: &mut Count, _: &Args) -> Result<()> {
    crate::live::run(|line| {
        println!("{line}");
        count.passed += u64::from(line.starts_with("  PASS"));
        count.failed += u64::from(line.starts_with("  FAIL"));
    })
}

fn fuzz(count: &mut Count, _: &Args) -> Result<()> {
    fuzzing::all(|clean| match clean {
        true => count.passed += 1,
        false => count.failed += 1,
    })
}

fn elaborate(count: &mut Count, _: &Args) -> Result<()> {
    // The packages of tier unit: others would be built with other features, from the start.
    let line = "cargo test --workspace --exclude tests --bin xtask -- synth::with_tools";
    // The tops first: a test would install the tools without a word.
    synth::elaborate::all(|name, problems| count.judge(name, &problems))?;
    cargo_test(count, line)
}

fn formal(count: &mut Count, _: &Args) -> Result<()> {
    formal::each(|_| true, |name, problems| count.judge(name, &problems)).map(drop)
}

fn full(count: &mut Count, args: &Args) -> Result<()> {
    evidence::run(args.again, |name, problems| count.judge(name, &problems))
}

/// A command that counts as one test.
fn check(count: &mut Count, line: &str) -> Result<()> {
    println!("$ {line}");
    let status = command(line).status().with_context(|| line.to_string())?;
    if status.success() {
        count.passed += 1;
    } else {
        count.failed += 1;
    }
    Ok(())
}

/// A `cargo test`, whose `test result:` lines are counted.
fn cargo_test(count: &mut Count, line: &str) -> Result<()> {
    println!("$ {line}");
    let mut child = command(line).stdout(Stdio::piped()).spawn().context(line.to_string())?;
    let mut failed = 0;
    for text in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        let text = text?;
        println!("{text}");
        if let Some(result) = text.strip_prefix("test result: ") {
            let number = |what: &str| -> u64 {
                let before = result.split(what).next().unwrap_or_default();
                before.rsplit([' ', '.']).find_map(|word| word.parse().ok()).unwrap_or(0)
            };
            count.passed += number(" passed");
            failed += number(" failed");
        }
    }
    // A build that fails, or a test program that dies, has no line to count.
    let died = !child.wait()?.success() && failed == 0;
    count.failed += failed + u64::from(died);
    Ok(())
}

fn command(line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words);
    command
}
