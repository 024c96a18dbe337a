//! Runs too long for every day, and what is left of them: `evidence/ITEM.json`, with a hash of what was
//! run. Where that hash is no longer the one of what stands here, the evidence is stale.

pub mod hash;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bench::host;

/// A random comparison with the Verilog of a top, by `tests/src/bin/random.rs`.
struct Item {
    name: &'static str,
    top: &'static str,
    /// Seeds, packets of each, and what else the program is told.
    arguments: &'static str,
    /// The sources that make what the top is compared with.
    judges: &'static [&'static str],
}

/// The model, and what drives the device.
const DATAPATH: &[&str] = &[
    "spec/src",
    "model/src",
    "driver/src",
    "sim/src/rtl",
    "tests/src/traffic",
    "tests/src/random",
];
const GCM: &[&str] = &["spec/src/crypto.rs", "tests/src/gcm.rs", "tests/src/gcm_random.rs"];

const MILLION: &str = "--seeds 40 --packets 25000";

const ITEMS: &[Item] = &[
    Item { name: "datapath-random-16", top: "datapath-16", arguments: MILLION, judges: DATAPATH },
    Item { name: "datapath-random-64", top: "datapath-64", arguments: MILLION, judges: DATAPATH },
    Item { name: "gcm-random-85f", top: "aes-gcm-85f", arguments: MILLION, judges: GCM },
    Item { name: "gcm-random-half", top: "aes-gcm-half", arguments: MILLION, judges: GCM },
    Item { name: "gcm-random-45f", top: "aes-gcm-45f", arguments: MILLION, judges: GCM },
    Item { name: "gcm-random-64", top: "aes-gcm-64", arguments: MILLION, judges: GCM },
];

/// What a run leaves.
#[derive(Serialize, Deserialize)]
struct Evidence {
    item: String,
    /// Of the Verilog, the recipe and the judging sources, comments aside.
    hash: String,
    recipe: String,
    covers: Vec<String>,
    passed: bool,
    result: Value,
    when: String,
    seconds: u64,
    commit: String,
    host: String,
    tools: Vec<String>,
}

/// How an item stands: its name, and why it is stale if it is.
pub struct Standing {
    /// The name.
    pub name: String,
    /// Why it is stale.
    pub stale: Option<String>,
}

fn folder() -> PathBuf {
    root().join("evidence")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace")
}

/// The Verilog of tops, each made once.
#[derive(Default)]
struct Tops(HashMap<String, String>);

impl Tops {
    fn get(&mut self, top: &str) -> Result<&str> {
        if !self.0.contains_key(top) {
            let verilog = hdl::tops::emit(top).with_context(|| format!("no top {top:?}"))?;
            self.0.insert(top.into(), verilog);
        }
        Ok(&self.0[top])
    }
}

impl Item {
    fn recipe(&self) -> String {
        format!("cargo run --quiet --package tests --bin random -- {} {}", self.top, self.arguments)
    }

    fn hash(&self, tops: &mut Tops) -> Result<String> {
        hash::of(tops.get(self.top)?, &self.recipe(), root(), self.judges)
    }

    fn path(&self) -> PathBuf {
        folder().join(format!("{}.json", self.name))
    }

    fn stale(&self, tops: &mut Tops) -> Result<Option<String>> {
        let Ok(text) = fs::read_to_string(self.path()) else {
            return Ok(Some("has not been run".into()));
        };
        let evidence: Evidence = serde_json::from_str(&text).context(self.name)?;
        Ok(if evidence.hash != self.hash(tops)? {
            Some(format!("what was run on {} has changed", evidence.when))
        } else if !evidence.passed {
            Some(format!("failed on {}", evidence.when))
        } else {
            None
        })
    }

    /// Runs it, and writes what came of it.
    fn run(&self, tops: &mut Tops) -> Result<Vec<String>> {
        let (hash, recipe, start) = (self.hash(tops)?, self.recipe(), Instant::now());
        println!("$ {recipe}");
        let mut words = recipe.split(' ');
        let mut command = Command::new(words.next().expect("a program"));
        let output =
            command.args(words).stderr(Stdio::inherit()).output().context(recipe.clone())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().last().unwrap_or_default();
        let result: Option<Value> = serde_json::from_str(last).ok();
        let passed = output.status.success() && result.is_some();
        if let Some(result) = &result {
            println!("{result}");
        }
        let evidence = Evidence {
            item: self.name.into(),
            hash,
            recipe,
            covers: [format!("Verilog of {}", self.top)]
                .into_iter()
                .chain(self.judges.iter().map(|path| path.to_string()))
                .collect(),
            passed,
            result: result.unwrap_or_default(),
            when: now()?,
            seconds: start.elapsed().as_secs(),
            commit: host::commit(),
            host: host::host(),
            tools: host::tools()?,
        };
        fs::create_dir_all(folder())?;
        fs::write(self.path(), serde_json::to_string_pretty(&evidence)? + "\n")?;
        Ok(if passed { vec![] } else { vec![format!("failed: {}", output.status)] })
    }
}

/// Runs every item that is stale, or all of them; tells `judge` of each, with its problems.
pub fn run(again: bool, mut judge: impl FnMut(&str, Vec<String>)) -> Result<()> {
    let mut tops = Tops::default();
    for item in ITEMS {
        if !again && item.stale(&mut tops)?.is_none() {
            println!("{}: as before", item.name);
            judge(item.name, vec![]);
        } else {
            judge(item.name, item.run(&mut tops)?);
        }
    }
    for name in synthesised()? {
        if !again && synthesis(&name, &mut tops)?.is_none() {
            println!("synth-{name}: as before");
            judge(&name, vec![]);
        } else {
            let run = ["xtask", "synth", &name, "--keep"];
            let status = Command::new("cargo").args(run).status().context("cargo xtask synth")?;
            let failed = format!("cargo {}: {status}", run.join(" "));
            judge(&name, (!status.success()).then_some(failed).into_iter().collect());
        }
    }
    Ok(())
}

/// How all items stand, kept reports of syntheses among them.
pub fn standings() -> Result<Vec<Standing>> {
    let mut tops = Tops::default();
    let mut all = vec![];
    for item in ITEMS {
        all.push(Standing { name: item.name.into(), stale: item.stale(&mut tops)? });
    }
    for name in synthesised()? {
        let stale = synthesis(&name, &mut tops)?;
        all.push(Standing { name: format!("synth-{name}"), stale });
    }
    Ok(all)
}

/// The tops of which a synthesis is kept.
fn synthesised() -> Result<Vec<String>> {
    let mut names = vec![];
    for file in fs::read_dir(folder())? {
        let name = file?.file_name().to_string_lossy().into_owned();
        let top = name.strip_prefix("synth-").and_then(|name| name.strip_suffix(".json"));
        names.extend(top.map(String::from));
    }
    names.sort();
    Ok(names)
}

/// Why a kept synthesis is stale, if it is: its report has the hash of the Verilog alone.
fn synthesis(name: &str, tops: &mut Tops) -> Result<Option<String>> {
    let path = folder().join(format!("synth-{name}.json"));
    let report: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    let verilog = tops.get(name)?;
    let current = report["verilog"] == hash::verilog(verilog);
    Ok((!current).then(|| "its Verilog has changed".into()))
}

fn now() -> Result<String> {
    let output = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output()?;
    ensure!(output.status.success(), "date: {}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).trim().into())
}

/// Which seed is to be seen again.
#[derive(clap::Args)]
pub struct Wave {
    /// The seed, as a failing run has printed it
    seed: u64,
    /// The top it was run on
    #[arg(long, default_value = "datapath-16")]
    top: String,
    /// Packets of a seed
    #[arg(long, default_value_t = 25_000)]
    packets: u64,
    /// Records from this clock on instead of before the failure
    #[arg(long)]
    clock: Option<u64>,
}

/// Runs a seed of the datapath again, and records a waveform.
pub fn wave(args: &Wave) -> Result<()> {
    let Wave { seed, top, packets, clock } = args;
    let file = root().join(format!("target/wave/{top}-{seed}.fst"));
    let mut run = Command::new("cargo");
    run.args(["run", "--quiet", "--package", "tests", "--bin", "random", "--", top]);
    run.args(["--from", &seed.to_string(), "--packets", &packets.to_string()]);
    run.arg("--wave").arg(&file);
    run.args(clock.map(|clock| format!("--clock={clock}")));
    let status = run.status().context("cargo run")?;
    if status.success() { Ok(()) } else { bail!("no waveform") }
}
