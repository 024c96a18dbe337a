//! The emitted Verilog, read by Verilator with all warnings, and elaborated by Icarus.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::synth::tools::target;

/// A warning that is allowed: its name, a part of its text, and why.
struct Allowed {
    name: &'static str,
    text: &'static str,
    #[allow(dead_code)] // for the reader
    why: &'static str,
}

const ALLOWED: &[Allowed] =
    &[Allowed { name: "DECLFILENAME", text: "", why: "all modules of a top are in one file" }];

/// What the two find in the Verilog of a top, for simulation and for synthesis.
pub fn lint(verilog: &str) -> Result<Vec<String>> {
    let folder = target().join("lint");
    fs::create_dir_all(&folder)?;
    let file = tempfile::Builder::new().suffix(".v").tempfile_in(&folder)?;
    let file = file.path();
    fs::write(file, verilog)?;
    let mut findings = vec![];
    for define in [None, Some("-DSYNTHESIS")] {
        findings.extend(verilator(file, define)?);
        findings.extend(icarus(file, define)?);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn verilator(file: &Path, define: Option<&str>) -> Result<Vec<String>> {
    let mut command = Command::new("verilator");
    command.args(["--lint-only", "-Wall", "-Wno-fatal", "--top-module", "top"]).args(define);
    let output = command.arg(file).output().context("verilator")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let found = |line: &&str| line.starts_with('%') && !allowed(line);
    Ok(text.lines().filter(found).map(|line| tidy(line, file)).collect())
}

fn allowed(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("%Warning-") else { return false };
    let (name, text) = rest.split_once(':').unwrap_or((rest, ""));
    ALLOWED.iter().any(|row| row.name == name && text.contains(row.text))
}

fn icarus(file: &Path, define: Option<&str>) -> Result<Vec<String>> {
    let mut command = Command::new("iverilog");
    command.args(["-g2012", "-s", "top", "-t", "null"]).args(define);
    let output = command.arg(file).output().context("iverilog")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() && text.is_empty() {
        return Ok(vec![]);
    }
    Ok(text.lines().map(|line| tidy(line, file)).collect())
}

fn tidy(line: &str, file: &Path) -> String {
    line.replace(&file.display().to_string(), "top.v")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(body: &str) -> String {
        format!(
            "module top(input wire clock, input wire [7:0] a, output reg [7:0] y);\n{body}\nendmodule\n"
        )
    }

    #[test]
    fn clean_text_passes_and_planted_faults_do_not() {
        let good = lint(&module("always @(posedge clock) y <= a;")).unwrap();
        assert_eq!(good, Vec::<String>::new());
        let planted = [
            ("always @(posedge clock) y <= {a, a};", "WIDTH"),
            ("reg spare; always @(posedge clock) y <= a;", "UNUSED"),
            ("always @(*) if (clock) y = a;", "LATCH"),
            ("always @(posedge clock) y <= missing;", "missing"),
            (
                "`ifdef SYNTHESIS\nalways @(posedge clock) y <= {a, a};\n`else\nalways @(posedge clock) y <= a;\n`endif",
                "WIDTH",
            ),
        ];
        for (body, says) in planted {
            let found = lint(&module(body)).unwrap();
            assert!(found.iter().any(|line| line.contains(says)), "{body}: {found:?}");
        }
    }
}
