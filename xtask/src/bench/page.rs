//! `docs/performance.md`: what the kept run measured.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use spec::limits;

use super::aes_gcm;
use super::report::{LATENCY, Report, Row};

const TEXT: &str = include_str!("page.md");

fn kept_at() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../evidence/bench.json")
}

/// Keeps the figures, and writes the page.
pub fn keep(report: &Report) -> Result<()> {
    let path = kept_at();
    let text = serde_json::to_string_pretty(report)? + "\n";
    fs::write(&path, text).with_context(|| path.display().to_string())?;
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md");
    fs::write(&docs, page()).with_context(|| docs.display().to_string())
}

/// The page of the kept run.
pub fn page() -> String {
    let text = fs::read_to_string(kept_at()).unwrap_or_default();
    let Ok(report) = serde_json::from_str::<Report>(&text) else {
        return String::from("# Performance\n\nNothing kept: `cargo xtask bench --write`.\n");
    };
    let parts = [
        ("{source}", source(&report)),
        ("{stages}", stages()),
        ("{misses}", misses(&report)),
        ("{engines}", aes_gcm::engines()),
        ("{published}", aes_gcm::published()),
        ("{compared}", aes_gcm::compared(&report)),
        ("{tables}", figures(&report)),
    ];
    let fill = |text: String, (mark, part): &(&str, String)| text.replace(mark, part.trim_end());
    parts.iter().fold(TEXT.to_string(), fill)
}

/// For a terminal: the figures and what they miss.
pub fn tables(report: &Report) -> String {
    format!(
        "{}\n{}\nWhat is aimed at and not met\n{}",
        source(report),
        figures(report),
        misses(report)
    )
}

fn source(report: &Report) -> String {
    let mut text = format!("- Host: {}\n- Commit: {}\n", report.host, report.commit);
    let _ = writeln!(text, "- Tools: {}", report.tools.join("; "));
    for skipped in &report.skipped {
        let _ = writeln!(text, "- Not run: {skipped}");
    }
    text
}

/// A stage and its clocks at a width.
type Stage = (&'static str, fn(usize) -> usize);

fn stages() -> String {
    let mut text = String::from("| stage | W=16 | W=64 |\n|---|---|---|\n");
    let rows: [Stage; 8] = [
        ("receive, merge", |_| limits::RECEIVE_CLOCKS),
        ("reassemble", |_| limits::REASSEMBLE_CLOCKS),
        ("open", |_| limits::OPEN_CLOCKS),
        ("parse, the first half of the lookup in it", limits::parse_clocks),
        ("decide, the other half and the filter in it", |_| limits::DECIDE_CLOCKS),
        ("rewrite", |_| limits::REWRITE_CLOCKS),
        ("seal", |_| limits::SEAL_CLOCKS),
        ("queue, send", |_| limits::QUEUE_CLOCKS),
    ];
    for (name, clocks) in rows {
        let _ = writeln!(text, "| {name} | {} | {} |", clocks(16), clocks(64));
    }
    let all = limits::latency_clocks;
    let _ = writeln!(text, "| all | {} | {} |", all(16), all(64));
    text
}

/// Which figures miss.
fn misses(report: &Report) -> String {
    let text: String =
        report.rows.iter().filter_map(Row::miss).map(|miss| format!("- {miss}\n")).collect();
    if text.is_empty() { String::from("Nothing.\n") } else { text }
}

/// A column: its name, and a row's figure.
type Column = (&'static str, fn(&Row) -> Option<String>);

const COLUMNS: &[Column] = &[
    ("", |row| row.case.clone()),
    ("engine", |row| row.engine.clone()),
    ("W", |row| row.width.map(|width| width.to_string())),
    ("size", |row| Some(row.size.as_ref()?.to_string().trim_matches('"').to_string())),
    ("load", |row| row.load.map(|load| load.to_string())),
    ("rows", |row| row.rows.map(|rows| rows.to_string())),
    ("count", |row| row.count.map(|count| count.to_string())),
    ("beats", |row| row.beats_per_packet.map(number)),
    ("clocks a beat", |row| row.clocks_per_beat.map(|clocks| clocks.to_string())),
    ("clocks a packet", |row| row.clocks_per_packet.map(number)),
    ("first in to last out", |row| row.latency_clocks.map(|clocks| clocks.to_string())),
    ("wanted, 40 and the beats", |row| {
        row.latency_clocks.filter(|_| row.engine.is_none())?;
        row.beats_per_packet.map(|beats| number(LATENCY as f64 + beats))
    }),
    ("last in to first out", |row| row.store_and_forward_clocks.map(|clocks| clocks.to_string())),
    ("wanted, 40", |row| row.store_and_forward_clocks.map(|_| LATENCY.to_string())),
    ("clocks a row", |row| row.clocks_per_row.map(number)),
    ("commands a row", |row| row.commands_per_row.map(number)),
    ("tunnels/s", |row| row.tunnels_per_second.map(|rate| format!("{rate:.0}"))),
    ("clocks/s", |row| row.clocks_per_second.map(|rate| format!("{rate:.0}"))),
    ("Gb/s", |row| row.gigabits_per_second.map(number)),
];

/// At most three places.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// A table a bench, with the columns it has figures for.
fn figures(report: &Report) -> String {
    let mut text = String::new();
    for rows in report.rows.chunk_by(|a, b| a.bench == b.bench) {
        let used = |column: &&Column| rows.iter().any(|row| column.1(row).is_some());
        let columns: Vec<&Column> = COLUMNS.iter().filter(used).collect();
        let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
        let _ = writeln!(text, "## {}\n\n| {} |", rows[0].bench, names.join(" | "));
        let _ = writeln!(text, "|{}", "---|".repeat(columns.len()));
        for row in rows {
            let cells: Vec<String> =
                columns.iter().map(|column| column.1(row).unwrap_or_default()).collect();
            let _ = writeln!(text, "| {} |", cells.join(" | "));
        }
        text.push('\n');
    }
    text
}
