//! The emitted Verilog, read by Verilator with all warnings, and elaborated by Icarus.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::synth::tools::target;

/// A warning that is allowed: its name, what its text must be like, and why.
pub struct Allowed {
    /// The name that Verilator gives it.
    pub name: &'static str,
    like: fn(&Warning) -> bool,
    /// The reason.
    pub why: &'static str,
}

/// All that is allowed.
pub const ALLOWED: &[Allowed] = &[
    Allowed { name: "DECLFILENAME", like: |_| true, why: "all modules of a top are in one file" },
    Allowed {
        name: "WIDTH",
        like: |warning| warning.kernel,
        why: "kernels have their widths from Rust's types; casts are printed as masks and bare \
              literals with 32 bits, and what that could change is refused in the kernel. Leaf text \
              has no types: it is held to this",
    },
    Allowed {
        name: "UNUSEDSIGNAL",
        like: |warning| warning.kernel && warning.text.starts_with("Bits of signal"),
        why: "records and rows are passed whole",
    },
    Allowed {
        name: "UNUSEDSIGNAL",
        like: |warning| warning.kernel && warning.signal().contains('$'),
        why: "an instance's output, an interface's wire or an array's element",
    },
    Allowed {
        name: "UNOPTFLAT",
        like: |warning| warning.kernel,
        why: "a kernel is one always block, so that two blocks that hand each other a request and \
              a grant look like a loop; a real one is refused at synthesis",
    },
    Allowed {
        name: "UNSIGNED",
        like: |warning| warning.kernel,
        why: "a comparison with a parameter, which is 0 in one of the instances",
    },
    Allowed {
        name: "VARHIDDEN",
        like: |_| true,
        why: "an instance and a port in it may have the same name",
    },
    Allowed {
        name: "SYMRSVDWORD",
        like: |_| true,
        why: "Verilator renames what is a keyword of C++",
    },
];

/// A warning of Verilator's.
pub struct Warning<'a> {
    name: &'a str,
    text: &'a str,
    /// Whether it is in a module that a kernel was printed as.
    kernel: bool,
}

impl<'a> Warning<'a> {
    /// Reads `%Warning-NAME: FILE:LINE:COLUMN: TEXT`.
    fn read(line: &'a str, verilog: &str) -> Option<Self> {
        let (name, rest) = line.strip_prefix("%Warning-")?.split_once(": ")?;
        let (place, text) = rest.split_once(": ")?;
        let at: usize = place.split(':').nth(1)?.parse().ok()?;
        let before: Vec<&str> = verilog.lines().take(at).collect();
        let start = before.iter().rposition(|line| line.starts_with("module "))?;
        let module = verilog.lines().skip(start).take_while(|line| !line.starts_with("endmodule"));
        let kernel = module.map(str::trim).any(|line| line == "// Update code");
        Some(Self { name, text, kernel })
    }

    /// The signal that it names.
    fn signal(&self) -> &str {
        self.text.split('\'').nth(1).unwrap_or_default()
    }
}

/// What the two find in the Verilog of a top, for simulation and for synthesis.
pub fn lint(verilog: &str) -> Result<Vec<String>> {
    let folder = target().join("lint");
    fs::create_dir_all(&folder)?;
    let file = tempfile::Builder::new().suffix(".v").tempfile_in(&folder)?;
    let file = file.path();
    fs::write(file, verilog)?;
    let mut findings = vec![];
    for define in [None, Some("-DSYNTHESIS")] {
        findings.extend(verilator(file, verilog, define)?);
        findings.extend(icarus(file, define)?);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn verilator(file: &Path, verilog: &str, define: Option<&str>) -> Result<Vec<String>> {
    let mut command = Command::new("verilator");
    command.args(["--lint-only", "-Wall", "-Wno-fatal", "--top-module", "top"]).args(define);
    let output = command.arg(file).output().context("verilator")?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let allowed = |line: &str| {
        let warning = Warning::read(line, verilog);
        warning.is_some_and(|w| ALLOWED.iter().any(|row| row.name == w.name && (row.like)(&w)))
    };
    let found = text.lines().filter(|line| line.starts_with('%') && !allowed(line));
    Ok(found.map(|line| tidy(line, file)).collect())
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

    fn module(kind: &str, body: &str) -> String {
        format!(
            "module top(clock,a,y);\n    input wire clock;\n    input wire [7:0] a;\n    \
             output reg [7:0] y;\n    // Update code{kind}\n    {body}\nendmodule\n"
        )
    }

    #[test]
    fn clean_text_passes_and_planted_faults_do_not() {
        let good = "always @(posedge clock) y <= a;";
        assert_eq!(lint(&module("", good)).unwrap(), Vec::<String>::new());
        let planted = [
            ("reg spare; always @(posedge clock) y <= a;", "UNUSED"),
            ("always @(*) if (clock) y = a;", "LATCH"),
            ("always @(posedge clock) y <= missing;", "missing"),
            ("always @(posedge clock) begin y <= a; y = a; end", "BLKANDNBLK"),
        ];
        for kind in ["", " (custom)"] {
            for (body, says) in planted {
                let found = lint(&module(kind, body)).unwrap();
                assert!(found.iter().any(|line| line.contains(says)), "{body}: {found:?}");
            }
        }
    }

    #[test]
    fn widths_are_the_kernels_own_affair_and_not_the_leaves() {
        let wide = "always @(posedge clock) y <= a + 32'h1;";
        assert_eq!(lint(&module("", wide)).unwrap(), Vec::<String>::new());
        for body in [
            wide,
            &format!("`ifdef SYNTHESIS\n{wide}\n`else\nalways @(posedge clock) y <= a;\n`endif"),
        ] {
            let found = lint(&module(" (custom)", body)).unwrap();
            assert!(found.iter().any(|line| line.contains("WIDTH")), "{body}: {found:?}");
        }
    }
}
