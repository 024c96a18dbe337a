//! `cargo xtask synth`: a top through yosys and nextpnr, judged by fit, timing and warnings.

mod harness;
mod netlist;
mod parts;
mod place;
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

/// What to synthesise, and how far.
#[derive(clap::Args)]
pub struct Args {
    /// A top; `list` or nothing lists them with their devices. A file `X.v` with a module `top`
    /// is synthesised as `X`, for the device of the top `bypass-16`
    name: Option<String>,
    /// How far; by default as far as the tools here take the device
    #[arg(long)]
    stage: Option<Stage>,
    /// Place and route this many times, and keep the fastest
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    seeds: u32,
    /// Another device than the top's own, by its order code
    #[arg(long)]
    part: Option<String>,
    /// Another clock than the top's own, in MHz
    #[arg(long)]
    mhz: Option<u32>,
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

/// Maps every top to its device, and tells `judge` of each one's problems. Without the tools
/// there is an error, which says how to go on.
pub fn all(mut judge: impl FnMut(&Top, Vec<String>)) -> Result<()> {
    Tools::ready().context("no FPGA tools; `--skip elaborate` goes on without them")?;
    for top in TOPS {
        eprintln!("{} for {}", top.name, top.target.part);
        match synthesise(&Job::of(top), Some(Stage::Synth), 1) {
            Ok(report) => {
                print!("{}", report.table());
                judge(top, report.problems);
            }
            Err(error) => judge(top, vec![format!("{error:#}")]),
        }
    }
    Ok(())
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
    let warnings = yosys::synthesise(&tools, part, &job.verilog, &folder)?;
    let netlist = Netlist::read(&fs::read_to_string(folder.join(yosys::NETLIST))?)?;
    let mut report = start(&job.name, part, stage, &netlist, warnings)?;
    if let (Family::Ecp5(options), true) = (part.family, stage > Stage::Synth) {
        let mut best: Option<(u32, place::Run)> = None;
        for seed in 1..=seeds {
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
    name: &str,
    part: &Part,
    stage: Stage,
    netlist: &Netlist,
    problems: Vec<String>,
) -> Result<Report> {
    let (blocks, harness) = netlist.blocks()?;
    let used = blocks.iter().find(|block| block.name == harness::DESIGN);
    Ok(Report {
        name: name.into(),
        part: part.name.into(),
        stage: format!("{stage:?}").to_lowercase(),
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

/// These need the tools: the tier `elaborate` runs them, `unit` does not.
#[cfg(test)]
mod with_tools {
    use super::*;
    use hdl::target::{ECP5_45F, Target};

    /// A counter and its sum: small, and with a path that no device runs at 5 GHz.
    const COUNTER: &str = "module top(clock,x,y);
    input wire clock;
    input wire [31:0] x;
    output reg [31:0] y;
    always @(posedge clock) y <= y + x;
endmodule
";
    const LOOSE: &str = "module top(clock,x,y);
    input wire clock;
    input wire [1:0] x;
    output reg [1:0] y;
    wire open;
    always @(posedge clock) y <= {^x, open};
endmodule
";
    const LATCH: &str = "module top(clock,x,y);
    input wire clock;
    input wire x;
    output reg y;
    always @(*) if (clock) y = x;
endmodule
";
    const LOOP: &str = "module top(clock,x,y);
    input wire clock;
    input wire x;
    output wire y;
    wire a;
    assign a = ~(a & x);
    assign y = a;
endmodule
";

    fn job(name: &str, target: Target, verilog: &str) -> Job {
        Job { name: name.into(), target, verilog: verilog.into() }
    }

    fn problems(name: &str, target: Target, verilog: &str) -> Vec<String> {
        match synthesise(&job(name, target, verilog), None, 1) {
            Ok(report) => report.problems,
            Err(error) => vec![format!("{error:#}")],
        }
    }

    #[test]
    fn a_good_top_passes_and_the_same_input_gives_the_same_bits() {
        let bits = ["test-twice", "test-twice-more"].map(|name| {
            let job = job(name, ECP5_45F, COUNTER);
            let report = synthesise(&job, Some(Stage::Bitstream), 2).unwrap();
            assert!(report.problems.is_empty(), "{:?}", report.problems);
            assert_eq!(report.used.ff, 32);
            assert_eq!((report.seeds.len(), report.clocks.len()), (2, 1));
            assert_eq!(report.clocks[0].name, harness::CLOCK);
            fs::read(job.folder().join(report.bitstream.unwrap())).unwrap()
        });
        assert!(bits[0].len() > 1000);
        assert!(bits[0] == bits[1], "two runs give two bitstreams");
    }

    #[test]
    fn a_missed_clock_is_a_problem() {
        let found = problems("test-fast", ECP5_45F.at(5000), COUNTER);
        assert!(found.iter().any(|text| text.contains("of 5000 MHz")), "{found:?}");
    }

    #[test]
    fn an_exceeded_budget_is_a_problem() {
        let found = problems("test-large", ECP5_45F.within(10, 0), COUNTER);
        assert!(found.iter().any(|text| text.contains("exceed the budget of 10")), "{found:?}");
    }

    #[test]
    fn an_open_wire_a_latch_and_a_loop_are_problems() {
        let faults = [
            ("test-open", LOOSE, "no driver"),
            ("test-latch", LATCH, "Latch inferred"),
            ("test-loop", LOOP, "combinational loop"),
        ];
        for (name, verilog, says) in faults {
            let found = problems(name, ECP5_45F, verilog);
            assert!(found.iter().any(|text| text.contains(says)), "{name}: {found:?}");
        }
    }
}
