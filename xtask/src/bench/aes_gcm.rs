//! The AES-GCM part of `docs/performance.md`: the engines as routed, other cores, software.

use std::fmt::Write;

use ::tests::gcm_engines::{ENGINES, Engine};
use hdl::tops::TOPS;
use serde::Deserialize;

use super::report::Report;
use super::software::{CRATE, OPENSSL, SIZES};
use crate::synth::page::kept;

/// What others have made.
#[derive(Deserialize)]
struct Published {
    core: Vec<Core>,
}

/// A core that went through the same tools.
#[derive(Deserialize)]
struct Core {
    name: String,
    does: String,
    mhz: f64,
    lut: u32,
    clocks_per_block: u32,
    origin: String,
}

const PUBLISHED: &str = include_str!("published.toml");

/// What an engine's kept synthesis measured.
struct Routed {
    mhz: Option<f64>,
    lut: u32,
    bram: u32,
}

fn routed(engine: &Engine) -> Option<Routed> {
    let report = kept().into_iter().find(|report| report.name == engine.top)?;
    let mhz = report.slowest().map(|clock| clock.fmax_mhz);
    Some(Routed { mhz, lut: report.used.lut, bram: report.used.bram })
}

/// Gb/s of `bytes` in `clocks` of so many MHz.
fn rate(mhz: f64, bytes: usize, clocks: f64) -> f64 {
    mhz * 8e-3 * bytes as f64 / clocks
}

/// What is not known is a dash.
fn cell(value: Option<f64>, places: usize) -> String {
    value.map_or(String::from("-"), |value| format!("{value:.places$}"))
}

/// A row an engine; one whose device the tools here do not route has no clock.
pub fn engines() -> String {
    let mut text = String::from(
        "| engine | part | MHz | Gb/s | LUT | block RAM | Gb/s per kLUT | clocks |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for engine in ENGINES {
        let part = TOPS.iter().find(|top| top.name == engine.top).map_or("-", |t| t.target.part);
        let routed = routed(engine);
        let mhz = routed.as_ref().and_then(|routed| routed.mhz);
        let speed = mhz.map(|mhz| rate(mhz, engine.width, engine.per_beat as f64));
        let lut = routed.as_ref().map(|routed| f64::from(routed.lut));
        let bram = routed.as_ref().map(|routed| f64::from(routed.bram));
        let density = speed.zip(lut).map(|(speed, lut)| 1e3 * speed / lut);
        let _ = writeln!(
            text,
            "| {} | {part} | {} | {} | {} | {} | {} | {} |",
            engine.top,
            cell(mhz, 1),
            cell(speed, 2),
            cell(lut, 0),
            cell(bram, 0),
            cell(density, 3),
            engine.latency(true, 0)
        );
    }
    text
}

/// A row a core.
pub fn published() -> String {
    let mut text = String::from(
        "| core | does | MHz | clocks a block | Gb/s | LUT4 | Gb/s per kLUT | origin |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    let Published { core } = toml::from_str(PUBLISHED).expect("a table that a test reads");
    for Core { name, does, mhz, lut, clocks_per_block, origin } in core {
        let speed = rate(mhz, 16, clocks_per_block.into());
        let density = 1e3 * speed / f64::from(lut);
        let _ = writeln!(
            text,
            "| {name} | {does} | {mhz} | {clocks_per_block} | {speed:.2} | {lut} | {density:.3} | {origin} |"
        );
    }
    text
}

/// A row a size: the engines at their routed clock, and software.
pub fn compared(report: &Report) -> String {
    let row = |size: usize, column: &str| {
        report.rows.iter().find(|row| {
            let name = row.engine.as_ref().or(row.case.as_ref());
            row.bench == "seal"
                && row.size == Some(size.into())
                && name.is_some_and(|n| n == column)
        })
    };
    let mut text = String::from("| size |");
    for name in ENGINES.iter().map(|engine| engine.top).chain([OPENSSL, CRATE]) {
        let _ = write!(text, " {name} |");
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(ENGINES.len() + 2));
    for size in SIZES {
        let _ = write!(text, "| {size} |");
        for engine in ENGINES {
            let clocks = row(size, engine.top).and_then(|row| row.clocks_per_packet);
            let mhz = routed(engine).and_then(|routed| routed.mhz);
            let speed = mhz.zip(clocks).map(|(mhz, clocks)| rate(mhz, size, clocks));
            let _ = write!(text, " {} |", cell(speed, 2));
        }
        for name in [OPENSSL, CRATE] {
            let speed = row(size, name).and_then(|row| row.gigabits_per_second);
            let _ = write!(text, " {} |", cell(speed, 2));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::Row;

    const EMPTY: &str = r#"{"host": "", "commit": "", "tools": [], "rows": [], "skipped": []}"#;

    #[test]
    fn every_core_is_on_the_page() {
        let Published { core } = toml::from_str(PUBLISHED).unwrap();
        assert_eq!(published().lines().count(), 2 + core.len());
        assert!(core.iter().all(|core| !core.origin.is_empty() && core.clocks_per_block > 0));
    }

    #[test]
    fn a_row_is_found_by_its_size_and_name() {
        let row = Row {
            bench: "seal".into(),
            case: Some(CRATE.into()),
            size: Some(64.into()),
            gigabits_per_second: Some(2.5),
            ..Row::default()
        };
        let other = Row { size: Some(1500.into()), bench: "open".into(), ..row.clone() };
        let rows = vec![other, row];
        let report = Report { rows, ..serde_json::from_str(EMPTY).unwrap() };
        let text = compared(&report);
        let unknown = "- | ".repeat(ENGINES.len() + 1);
        assert!(text.contains(&format!("\n| 64 | {unknown}2.50 |\n")), "{text}");
        assert!(text.contains(&format!("\n| 1500 | {unknown}- |\n")), "{text}");
    }

    #[test]
    fn a_block_a_clock_at_200_mhz_is_25_6_gb_a_second() {
        assert!((rate(200.0, 16, 1.0) - 25.6).abs() < 1e-9);
    }
}
