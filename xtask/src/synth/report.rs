//! The result: `report.json`, and the table that people read.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// Cells by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// LUTs, with those that serve as carry or as memory.
    pub lut: u32,
    /// Flip-flops.
    pub ff: u32,
    /// Block RAMs: of 18 kbit on ECP5, of 36 kbit on Xilinx's.
    pub bram: u32,
    /// UltraRAMs.
    pub uram: u32,
    /// Multipliers.
    pub dsp: u32,
}

/// A clock after routing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clock {
    /// The port that brings it.
    pub name: String,
    /// What it must reach.
    pub constraint_mhz: f64,
    /// What it reaches.
    pub fmax_mhz: f64,
}

/// An instance, with all that it contains.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Block {
    /// The path of instance names below the design; the design itself is `design`.
    pub name: String,
    /// Cells by kind.
    #[serde(flatten)]
    pub used: Used,
    /// The most LUTs between two registers, counted where the path ends.
    pub depth: u32,
    /// The clock that the slowest path ending here allows; known after routing.
    pub fmax_mhz: Option<f64>,
}

/// A path, by its routed delay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Path {
    /// The delay.
    pub ns: f64,
    /// The register where it begins, if known.
    pub from: Option<String>,
    /// The register where it ends.
    pub to: String,
    /// LUTs on it, if known.
    pub levels: Option<u32>,
    /// The part of the delay that is wire, if known.
    pub wire_ns: Option<f64>,
}

/// One run of place and route.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seed {
    /// The seed.
    pub seed: u32,
    /// The slowest clock of the run.
    pub fmax_mhz: f64,
}

/// What is written to `report.json`. `used` leaves the harness out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The top.
    pub name: String,
    /// The part.
    pub part: String,
    /// How far the tools went: `synth`, `route` or `bitstream`.
    pub stage: String,
    /// A hash of the design's Verilog.
    pub verilog: String,
    /// After routing.
    pub clocks: Vec<Clock>,
    /// The design's cells.
    pub used: Used,
    /// The harness's cells: shift registers around the design, which make two pins do.
    pub harness: Used,
    /// What the device holds.
    pub available: Used,
    /// The design and the instances in it, three levels deep.
    pub blocks: Vec<Block>,
    /// The slowest first.
    pub worst_paths: Vec<Path>,
    /// The file, if one was made.
    pub bitstream: Option<String>,
    /// All runs of place and route.
    pub seeds: Vec<Seed>,
    /// The versions of the tools.
    pub tools: BTreeMap<String, String>,
    /// Why the run fails; empty when it passes.
    pub problems: Vec<String>,
}

impl Report {
    /// The slowest clock, if it is routed.
    pub fn slowest(&self) -> Option<&Clock> {
        self.clocks.iter().min_by(|a, b| a.fmax_mhz.total_cmp(&b.fmax_mhz))
    }

    /// Notes what the device or the budget does not hold, and a clock that is missed.
    pub fn judge(&mut self, luts: Option<u32>, brams: Option<u32>) {
        let (used, holds) = (self.used, self.available);
        let rows = [
            ("LUTs", used.lut, holds.lut, luts),
            ("flip-flops", used.ff, holds.ff, None),
            ("block RAMs", used.bram, holds.bram, brams),
            ("UltraRAMs", used.uram, holds.uram, None),
            ("multipliers", used.dsp, holds.dsp, None),
        ];
        for (what, used, holds, budget) in rows {
            if used > holds {
                self.problems.push(format!("{used} {what} do not fit: {} has {holds}", self.part));
            } else if let Some(most) = budget.filter(|most| used > *most) {
                self.problems.push(format!("{used} {what} exceed the budget of {most}"));
            }
        }
        for clock in self.clocks.iter().filter(|clock| clock.fmax_mhz < clock.constraint_mhz) {
            let Clock { name, constraint_mhz, fmax_mhz } = clock;
            self.problems.push(format!("{name} reaches {fmax_mhz:.1} of {constraint_mhz:.0} MHz"));
        }
    }

    /// The table that people read, 80 columns at most.
    pub fn table(&self) -> String {
        let mut text = format!("{} on {}\n", self.name, self.part);
        let columns = ["block", "LUT", "FF", "BRAM", "depth", "MHz"];
        let [name, lut, ff, bram, depth, mhz] = columns;
        let _ = writeln!(text, "{name:<38}{lut:>8}{ff:>8}{bram:>6}{depth:>7}{mhz:>8}");
        for block in &self.blocks {
            let level = block.name.matches('.').count() + usize::from(block.name != "design");
            if level > 2 {
                continue;
            }
            let last = block.name.rsplit('.').next().unwrap_or_default();
            let name: String = format!("{}{last}", "  ".repeat(level)).chars().take(37).collect();
            let Used { lut, ff, bram, .. } = block.used;
            let mhz = block.fmax_mhz.map_or(String::from("-"), |mhz| format!("{mhz:.1}"));
            let depth = block.depth;
            let _ = writeln!(text, "{name:<38}{lut:>8}{ff:>8}{bram:>6}{depth:>7}{mhz:>8}");
        }
        for (name, used) in [("(harness)", self.harness), ("(device)", self.available)] {
            let Used { lut, ff, bram, .. } = used;
            let _ = writeln!(text, "{name:<38}{lut:>8}{ff:>8}{bram:>6}");
        }
        let Used { uram, dsp, .. } = self.available;
        if self.used.uram + self.used.dsp > 0 {
            let _ = writeln!(
                text,
                "UltraRAM {} of {uram}, multipliers {} of {dsp}",
                self.used.uram, self.used.dsp
            );
        }
        for clock in &self.clocks {
            let Clock { name, constraint_mhz, fmax_mhz } = clock;
            let _ = writeln!(text, "{name}: {fmax_mhz:.1} MHz, wanted {constraint_mhz:.0}");
        }
        for path in self.worst_paths.iter().take(5) {
            let from = path.from.as_deref().unwrap_or("...");
            let levels = path.levels.map_or(String::new(), |levels| format!(" {levels} LUTs"));
            let _ = writeln!(text, "{:.2} ns{levels}: {from}\n    -> {}", path.ns, path.to);
        }
        if let Some(file) = &self.bitstream {
            let _ = writeln!(text, "{file}");
        }
        text
    }
}
