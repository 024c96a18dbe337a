//! `cargo xtask synth`: a top through yosys and nextpnr, judged by fit, timing and warnings.

pub mod elaborate;
mod harness;
mod netlist;
pub mod page;
mod parts;
mod place;
mod ram_registers;
mod report;
pub mod tools;
mod yosys;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use hdl::target::{ECP5_45F, Target};
use hdl::tops::{TOPS, Top};

use netlist::Netlist;
use parts::{Family, Part, part};
use report::{Report, Seed};
use tools::Tools;

use crate::evidence::hash;

/// What to synthesise, and how far.
#[derive(clap::Args)]
pub struct Args {
    /// A top; `list` or nothing lists them with their devices. A file `X.v` with a module `top`
    /// is synthesised as `X`, for the device of the top `bypass-16`
    name: Option<String>,
    /// How far; by default as far as the tools here take the device
    #[arg(long)]
    stage: Option<Stage>,
    /// Place and route with this many seeds, from the top's own, and keep the fastest
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    seeds: u32,
    /// Another device than the top's own, by its order code
    #[arg(long)]
    part: Option<String>,
    /// Another clock than the top's own, in MHz
    #[arg(long)]
    mhz: Option<u32>,
    /// Keep the report under `evidence/`, where docs/synthesis.md has its figures from
    #[arg(long)]
    keep: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// How far the tools go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Stage {
    /// The mapped netlist: cells and depth.
    Synth,
    /// Placed, routed, timed.
    Route,
    /// And packed.
    Bitstream,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    let Some(name) = args.name.as_deref().filter(|name| *name != "list") else {
        for top in TOPS {
            let target = top.target;
            println!("{:<20} {:<22} {} MHz", top.name, target.part, target.mhz);
        }
        return Ok(());
    };
    let mut job = Job::named(name)?;
    if let Some(name) = &args.part {
        job.target = Target { part: part(name)?.name, luts: None, brams: None, ..job.target };
    }
    job.target.mhz = args.mhz.unwrap_or(job.target.mhz);
    let report = synthesise(&job, args.stage, args.seeds)?;
    if args.keep {
        page::keep(&report)?;
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", report.table());
    }
    if report.problems.is_empty() {
        return Ok(());
    }
    bail!("{name}:\n  {}", report.problems.join("\n  "))
}

/// What is synthesised.
pub struct Job {
    /// The name of its folder.
    pub name: String,
    /// For what.
    pub target: Target,
    /// The text, with a module `top`.
    pub verilog: String,
}

impl Job {
    fn of(top: &Top) -> Self {
        Self { name: top.name.into(), target: top.target, verilog: (top.verilog)() }
    }

    fn named(name: &str) -> Result<Self> {
        if let Some(stem) = name.strip_suffix(".v") {
            let verilog = fs::read_to_string(name).with_context(|| name.to_string())?;
            let name = stem.rsplit('/').next().unwrap_or(stem).into();
            return Ok(Self { name, target: ECP5_45F, verilog });
        }
        let Some(top) = TOPS.iter().find(|top| top.name == name) else {
            bail!("no top {name:?}: `cargo xtask synth list` lists them");
        };
        Ok(Self::of(top))
    }

    /// Where its files are kept.
    pub fn folder(&self) -> PathBuf {
        tools::target().join("synth").join(&self.name)
    }
}

/// Takes a design through the tools, and writes `report.json`.
pub fn synthesise(job: &Job, stage: Option<Stage>, seeds: u32) -> Result<Report> {
    let part = part(job.target.part)?;
    let furthest =
        if matches!(part.family, Family::Ecp5(_)) { Stage::Bitstream } else { Stage::Synth };
    let stage = stage.unwrap_or(furthest.min(Stage::Route));
    if stage > furthest {
        bail!("the tools take {} no further than synthesis", part.name);
    }
    let tools = Tools::ready()?;
    let folder = job.folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?; // nothing of an earlier run may pass for this one's
    }
    fs::create_dir_all(&folder)?;
    let warnings = yosys::synthesise(&tools, part, job, &folder)?;
    let netlist = Netlist::read(&fs::read_to_string(folder.join(yosys::NETLIST))?)?;
    let mut report = start(job, part, stage, &netlist, warnings)?;
    if let (Family::Ecp5(options), true) = (part.family, stage > Stage::Synth) {
        let mut best: Option<(u32, place::Run)> = None;
        for seed in (job.target.seed..).take(seeds as usize) {
            let run = place::route(&tools, options, job.target.mhz, seed, &folder)?;
            report.seeds.push(Seed { seed, fmax_mhz: run.mhz });
            if best.as_ref().is_none_or(|(_, best)| run.mhz > best.mhz) {
                best = Some((seed, run));
            }
        }
        let (seed, run) = best.context("no seed")?;
        report.clocks = run.clocks();
        report.worst_paths = run.worst_paths(20);
        run.rate(&netlist, &mut report.blocks);
        report.problems.extend(run.warnings);
        if stage == Stage::Bitstream {
            report.bitstream = Some(place::pack(&tools, seed, &folder)?);
        }
    }
    report.judge(job.target.luts, job.target.brams);
    fs::write(folder.join("report.json"), serde_json::to_string_pretty(&report)? + "\n")?;
    Ok(report)
}

fn start(
    job: &Job,
    part: &Part,
    stage: Stage,
    netlist: &Netlist,
    problems: Vec<String>,
) -> Result<Report> {
    let (blocks, harness) = netlist.blocks()?;
    let used = blocks.iter().find(|block| block.name == harness::DESIGN);
    Ok(Report {
        name: job.name.clone(),
        part: part.name.into(),
        stage: format!("{stage:?}").to_lowercase(),
        verilog: hash::verilog(&job.verilog),
        clocks: vec![],
        used: used.context("no design in the netlist")?.used,
        harness,
        available: part.available,
        blocks,
        worst_paths: vec![],
        bitstream: None,
        seeds: vec![],
        tools: Tools::versions().map(|(name, version)| (name.into(), version.into())).collect(),
        problems,
    })
}

#[cfg(test)]
mod with_tools;
