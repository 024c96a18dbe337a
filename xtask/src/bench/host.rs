//! Where the figures come from: the machine, the commit, the tools, and time spent.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

/// Processor, cores, operating system.
pub fn host() -> String {
    let field = |path: &str, key: &str, between: char| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.split_once(between));
        line.map(|(_, value)| value.trim().trim_matches('"').to_string())
    };
    let processor = field("/proc/cpuinfo", "model name", ':');
    let processor = processor.unwrap_or_else(|| std::env::consts::ARCH.to_string());
    let system = field("/etc/os-release", "PRETTY_NAME", '=');
    let system = system.unwrap_or_else(|| std::env::consts::OS.to_string());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{processor}, {cores} cores, {system}")
}

/// The commit of the sources, `-dirty` behind it where they differ; what is measured is no source.
pub fn commit() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok().filter(|o| o.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_string())
    };
    let commit = git(&["describe", "--always", "--abbrev=12", "--exclude=*"]);
    let measured = [":(top,exclude)evidence", ":(top,exclude)docs"];
    let changes = git(&[&["status", "--porcelain", "--", ":/"], &measured[..]].concat());
    match (commit, changes.is_some_and(|changes| changes.is_empty())) {
        (Some(commit), true) => commit,
        (Some(commit), false) => commit + "-dirty",
        (None, _) => String::from("unknown"),
    }
}

/// The first line of what each tool says of its version.
pub fn tools() -> Result<Vec<String>> {
    let version = |program: &str| {
        let output =
            Command::new(program).arg("--version").output().context(program.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(text.lines().next().unwrap_or_default().to_string())
    };
    ["rustc", "verilator", "g++"].into_iter().map(version).collect()
}

/// Seconds that `work` keeps this thread on its core: on a machine with other work to do, more of
/// them pass. Where the system does not tell, those that pass.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let spent = || -> Option<u64> {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok()
    };
    let (start, before) = (Instant::now(), spent());
    work();
    let elapsed = start.elapsed().as_secs_f64();
    match (before, spent()) {
        (Some(before), Some(after)) if after > before => (after - before) as f64 * 1e-9,
        _ => elapsed,
    }
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
