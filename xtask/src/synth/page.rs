//! `docs/synthesis.md`: the flow, and what it measured.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use hdl::tops::TOPS;

use super::report::Report;
use super::tools::Tools;
use crate::formal::proofs;
use crate::lint::Rule;
use crate::lint::emitted::ALLOWED;

const TEXT: &str = include_str!("page.md");

/// Where kept reports are.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("evidence")
}

/// Keeps a report for the page.
pub fn keep(report: &Report) -> Result<()> {
    fs::create_dir_all(folder())?;
    let path = folder().join(format!("synth-{}.json", report.name));
    fs::write(&path, serde_json::to_string_pretty(report)? + "\n")
        .with_context(|| path.display().to_string())
}

/// The kept reports, in the order of the tops.
pub fn kept() -> Vec<Report> {
    let read = |name: &str| {
        let text = fs::read_to_string(folder().join(format!("synth-{name}.json"))).ok()?;
        serde_json::from_str(&text).ok()
    };
    TOPS.iter().filter_map(|top| read(top.name)).collect()
}

/// The page: the text, with its `{tables}` filled in.
pub fn page() -> String {
    let mut text = TEXT.to_string();
    let tables = [
        ("{tops}", tops()),
        ("{figures}", figures()),
        ("{tools}", tools()),
        ("{rules}", rules()),
        ("{allowed}", allowed()),
        ("{proofs}", proved()),
    ];
    for (mark, table) in tables {
        text = text.replace(mark, table.trim_end());
    }
    text
}

fn tops() -> String {
    let mut text = String::from(
        "| top | part | MHz | LUTs at most | block RAMs at most |\n|---|---|---|---|---|\n",
    );
    let most = |limit: Option<u32>| limit.map_or(String::from("the device's"), |n| n.to_string());
    for top in TOPS {
        let target = top.target;
        let (luts, brams) = (most(target.luts), most(target.brams));
        let _ = writeln!(
            text,
            "| {} | {} | {} | {luts} | {brams} |",
            top.name, target.part, target.mhz
        );
    }
    text
}

fn figures() -> String {
    let mut text = String::from(
        "| top | part | LUT | FF | block RAM | depth | MHz | wanted | Verilog |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for report in kept() {
        let Report { name, part, used, verilog, .. } = &report;
        let depth = report.blocks.first().map_or(0, |block| block.depth);
        let (mhz, wanted) =
            report.slowest().map_or((String::from("-"), String::from("-")), |clock| {
                (format!("{:.1}", clock.fmax_mhz), format!("{:.0}", clock.constraint_mhz))
            });
        let (lut, ff, bram) = (used.lut, used.ff, used.bram);
        let hash = &verilog[..8.min(verilog.len())];
        let _ = writeln!(
            text,
            "| {name} | {part} | {lut} | {ff} | {bram} | {depth} | {mhz} | {wanted} | {hash} |"
        );
    }
    text
}

fn tools() -> String {
    let row = |(name, version): (&str, &str)| format!("| {name} | {version} |\n");
    String::from("| wheel | version |\n|---|---|\n")
        + &Tools::versions().map(row).collect::<String>()
}

fn rules() -> String {
    Rule::ALL.iter().map(|rule| format!("- {}.\n", rule.says())).collect()
}

fn allowed() -> String {
    let row = |row: &crate::lint::emitted::Allowed| format!("| {} | {} |\n", row.name, row.why);
    String::from("| warning | why it is allowed |\n|---|---|\n")
        + &ALLOWED.iter().map(row).collect::<String>()
}

fn proved() -> String {
    let mut text = String::from("| block | property | shown |\n|---|---|---|\n");
    for proof in proofs::all() {
        for (name, says) in proof.properties {
            let _ = writeln!(text, "| {} | {name}: {says} | {} |", proof.name, proof.reach.says());
        }
    }
    text
}
