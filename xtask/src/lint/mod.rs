//! `cargo xtask lint`: what the kernels and their Verilog may not contain.
//!
//! A kernel (`#[hdl_gen]`) is run as Rust and printed as Verilog, and five kinds of expression mean
//! something else there, without a word from any tool. They are refused here ([`operators`],
//! [`order`]). The emitted Verilog is then read by Verilator and by Icarus ([`emitted`]).

pub mod emitted;
mod kernels;
mod operators;
mod order;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{setup, workers};

/// One thing that is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The line in the file.
    pub line: usize,
    /// Which rule.
    pub rule: Rule,
    /// What was found.
    pub text: String,
}

/// The rules for kernels: the last is about the order of statements, the others about expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// `a & b == c`: no parentheses are printed, and Verilog's precedence differs.
    Mixed,
    /// `w + 1 == r`: literals are printed with 32 bits, so the sum does not wrap.
    Compared,
    /// `bit_cast::<16, 8>(a + b)`: the sum is made at the wider width.
    Cast,
    /// `a + b + c`, `(a + b) >> 1`, `x.get_bit(a + b)`: intermediate results do not wrap.
    Several,
    /// `x.val().field.get_bit(0)`: printed as `x[..][..]`, which only some tools read.
    Part,
    /// A signal of this kernel is read before its last write: Rust reads the settled value.
    Order,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Mixed, Self::Compared, Self::Cast, Self::Several, Self::Part, Self::Order];

    /// What is wrong, and what to do.
    pub fn says(self) -> &'static str {
        match self {
            Self::Mixed => "unlike operators side by side: parenthesise",
            Self::Compared => "arithmetic inside a comparison: give it a Local of its width first",
            Self::Cast => "arithmetic inside a cast: give it a Local of its width first",
            Self::Several => {
                "an intermediate result that does not wrap: give it a Local of its width first"
            }
            Self::Part => "a part of a part: give the first a Local",
            Self::Order => "read before it is written: in Verilog the order of statements counts",
        }
    }
}

/// Lints all kernels of the workspace and the Verilog of all tops; `judge` hears of each file and
/// each top, with what is wrong.
pub fn all(mut judge: impl FnMut(&str, Vec<String>)) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace");
    let mut files = vec![];
    for folder in ["hdl/src", "tests"] {
        kernels::files(&root.join(folder), &mut files)?;
    }
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        let say = |f: Finding| format!("{name}:{}: {}: {}", f.line, f.rule.says(), f.text);
        match kernels::lint(&text) {
            Ok(None) => {}
            Ok(Some(findings)) => judge(&name, findings.into_iter().map(say).collect()),
            Err(error) => judge(&name, vec![format!("{name}: {error}")]),
        }
    }
    let mut failed = None;
    workers::each(
        hdl::tops::TOPS.iter(),
        |top| (top.name, emitted::lint(&(top.verilog)())),
        |(name, found)| match found {
            Ok(findings) => judge(name, findings),
            Err(error) => failed = Some(error),
        },
    );
    failed.map_or(Ok(()), Err)
}

/// What to lint.
#[derive(clap::Args)]
pub struct Args {
    /// A file of emitted Verilog with a module `top`; without it, all kernels and all tops
    file: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<()> {
    setup::simulation()?;
    let (mut clean, mut wrong) = (0, 0);
    let judge = |name: &str, findings: Vec<String>| {
        if findings.is_empty() {
            clean += 1;
            return;
        }
        wrong += 1;
        println!("{name}:\n  {}", findings.join("\n  "));
    };
    match &args.file {
        None => all(judge)?,
        Some(file) => judge_file(file, judge)?,
    }
    println!("{clean} clean, {wrong} not");
    if wrong > 0 {
        bail!("{wrong} not clean");
    }
    Ok(())
}

fn judge_file(file: &Path, mut judge: impl FnMut(&str, Vec<String>)) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    judge(&file.display().to_string(), emitted::lint(&text)?);
    Ok(())
}
