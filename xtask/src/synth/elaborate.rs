//! The tier `elaborate`: every top as far as minutes allow.
//!
//! The tops named here are mapped to their device, which tells fit and depth. The others are
//! elaborated: no open wire, no latch, no second driver; `cargo xtask synth` maps them when asked.
//! What was found good is not looked at again until its Verilog or the recipe changes.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};

use anyhow::{Context, Result};
use hdl::tops::{TOPS, Top};

use super::tools::Tools;
use super::{Job, Stage, synthesise, yosys};
use crate::workers;

/// Tops that are mapped, which takes minutes each.
const MAPPED: &[&str] = &["bypass-16", "datapath"];

/// What the result depends on besides the Verilog and the target.
const RECIPE: &[&str] = &[
    include_str!("requirements.txt"),
    include_str!("elaborate.rs"),
    include_str!("harness.rs"),
    include_str!("netlist.rs"),
    include_str!("parts.rs"),
    include_str!("yosys.rs"),
];

/// Tells `judge` of each top, with its problems. Without the tools there is an error, which says
/// how to go on.
pub fn all(mut judge: impl FnMut(&str, Vec<String>)) -> Result<()> {
    let tools = Tools::ready().context("no FPGA tools; `--skip elaborate` goes on without them")?;
    let (long, short): (Vec<&Top>, Vec<&Top>) =
        TOPS.iter().partition(|top| MAPPED.contains(&top.name));
    workers::each(
        long.into_iter().chain(short),
        |top| (top.name, look(&tools, &Job::of(top))),
        |(name, problems)| judge(name, problems.unwrap_or_else(|error| vec![format!("{error:#}")])),
    );
    Ok(())
}

/// The problems of one design.
fn look(tools: &Tools, job: &Job) -> Result<Vec<String>> {
    let mut hasher = DefaultHasher::new(); // the same in all programs of one Rust release
    (&job.verilog, format!("{:?}", job.target), RECIPE).hash(&mut hasher);
    let key = format!("{:016x}", hasher.finish());
    let folder = job.folder().with_extension("elaborate");
    let stamp = folder.join("good");
    if fs::read_to_string(&stamp).is_ok_and(|good| good == key) {
        println!("{}: as before", job.name);
        return Ok(vec![]);
    }
    let problems = if MAPPED.contains(&job.name.as_str()) {
        let report = synthesise(job, Some(Stage::Synth), 1)?;
        print!("{}", report.table());
        report.problems
    } else {
        fs::create_dir_all(&folder)?;
        yosys::elaborate(tools, &job.name, &job.verilog, &folder)?
    };
    if problems.is_empty() {
        fs::create_dir_all(&folder)?;
        fs::write(stamp, key)?;
    }
    Ok(problems)
}
