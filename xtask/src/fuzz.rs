//! Tier `fuzz`: each target of `fuzz/` for a while, from its committed seeds.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use crate::workers;

/// The targets, as in `fuzz/Cargo.toml`.
const TARGETS: &[&str] = &["datapath", "l2tp_message", "l2tp_tracker"];
/// Seconds a target.
const SECONDS: u32 = 30;
/// Where cargo-fuzz is installed.
const TOOLS: &str = "target/tools";
/// Its version.
const VERSION: &str = "0.13.2";

/// Installs cargo-fuzz beside the project's other build products, if it is not there.
fn setup() -> Result<()> {
    if Path::new(TOOLS).join("bin/cargo-fuzz").exists() {
        return Ok(());
    }
    println!("installing cargo-fuzz {VERSION} into {TOOLS}");
    let mut install = Command::new("cargo");
    install.args(["install", "--quiet", "--debug", "--locked", "cargo-fuzz", "--version", VERSION]);
    let status = install.args(["--root", TOOLS]).status().context("cargo install cargo-fuzz")?;
    if status.success() { Ok(()) } else { bail!("cargo-fuzz cannot be installed: {status}") }
}

/// Builds the targets, then runs each; `heard` learns whether it found nothing. What they learn
/// goes to `target/corpus`.
pub fn all(mut heard: impl FnMut(bool)) -> Result<()> {
    setup()?;
    let status = cargo_fuzz("build").status().context("cargo fuzz build")?;
    if !status.success() {
        bail!("cargo fuzz build: {status}");
    }
    let mut results = vec![];
    workers::each(TARGETS.iter(), |target| run(target), |result| results.push(result));
    for result in results {
        heard(result?);
    }
    Ok(())
}

fn run(target: &str) -> Result<bool> {
    let learned = format!("target/corpus/{target}");
    fs::create_dir_all(&learned)?;
    let mut fuzz = cargo_fuzz("run");
    fuzz.args([target, &learned]).arg(format!("fuzz/corpus/{target}"));
    fuzz.args(["--", "-print_final_stats=1", "-verbosity=0"]);
    fuzz.arg(format!("-max_total_time={SECONDS}"));
    Ok(fuzz.status().with_context(|| format!("cargo fuzz run {target}"))?.success())
}

fn cargo_fuzz(what: &str) -> Command {
    let mut fuzz = Command::new(Path::new(TOOLS).join("bin/cargo-fuzz"));
    fuzz.args([what, "--sanitizer", "none"]);
    fuzz
}
