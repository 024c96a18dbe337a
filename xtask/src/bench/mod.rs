//! `cargo xtask bench`: how many clocks packets and rows take, and how fast the slow path, AES-GCM in
//! software and the simulation are.

mod aes_gcm;
mod engine;
mod forward;
pub mod host;
pub mod page;
mod report;
mod rig;
mod setup;
mod simulate;
mod software;
mod table;

use std::process::Command;

use anyhow::{Context, Result, bail};

use report::Report;

/// What is run, and what becomes of the figures.
#[derive(clap::Args)]
pub struct Args {
    /// Prints the figures as JSON
    #[arg(long)]
    json: bool,
    /// Keeps the figures and writes docs/performance.md from them
    #[arg(long)]
    write: bool,
    /// Only these benches, separated by commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// A bench, and what adds to the report: both rows of a name are run.
type Bench = (&'static str, fn(&mut Report) -> Result<()>);

const BENCHES: &[Bench] = &[
    ("forward", forward::forward),
    ("lookup", forward::lookup),
    ("open", engine::open),
    ("seal", engine::seal),
    ("table", table::run),
    ("setup", setup::run),
    ("simulate", simulate::run),
    ("simulate", engine::simulate),
];

/// Runs the benches. What is not built for speed starts the same command as what is.
pub fn run(args: &Args) -> Result<()> {
    if let Some(name) = args.only.iter().find(|name| !BENCHES.iter().any(|row| row.0 == **name)) {
        let mut names: Vec<&str> = BENCHES.iter().map(|row| row.0).collect();
        names.dedup();
        bail!("no bench {name:?}: there are {}", names.join(", "));
    }
    if args.write && !args.only.is_empty() {
        bail!("--write keeps the figures of all benches: not together with --only");
    }
    if cfg!(debug_assertions) {
        return again();
    }
    crate::setup::simulation()?;
    let mut report = Report::new()?;
    for (name, bench) in BENCHES {
        if args.only.is_empty() || args.only.iter().any(|only| only == name) {
            eprintln!("{name}");
            bench(&mut report).with_context(|| format!("bench {name}"))?;
        }
    }
    if args.write {
        page::keep(&report)?;
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", page::tables(&report));
    }
    Ok(())
}

/// The same command line, built for speed.
fn again() -> Result<()> {
    let cargo = ["run", "--release", "--quiet", "--package", "xtask", "--"];
    let status = Command::new("cargo").args(cargo).args(std::env::args_os().skip(1)).status()?;
    if !status.success() {
        std::process::exit(status.code().unwrap_or(1));
    }
    Ok(())
}
