//! Tier `live`: real L2TP daemons in User-Mode Linux, the designator between them on real links.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{demo, setup};

/// The kit's folder for what it downloads and writes.
const WORK: &str = "target/live";

/// Runs the scenario; each of its lines is told to `line`, its checks are counted there.
pub fn run(mut line: impl FnMut(&str)) -> Result<()> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    if !root {
        bail!("needs root, for network namespaces and TAP devices: run as root");
    }
    if !Path::new("/dev/net/tun").exists() {
        bail!("needs /dev/net/tun: load the module tun");
    }
    setup::live()?;
    succeed(Command::new("cargo").args(["build", "--quiet", "--package", "host-cli"]))?;
    succeed(Command::new("tests/live/setup.sh").arg(WORK))?;
    // The model is built before the peers start: they do not wait for a compiler.
    let mut warm = demo::designator()?;
    warm.args(["replay", "--device", "rtl", "--config", "examples/seed.toml", "--conversation"]);
    succeed(warm.arg("tests/captures/uml-l2tp.pcap").stdout(Stdio::null()))?;

    let here = std::env::current_dir()?;
    let mut script = Command::new("tests/live/run-l2tp.sh");
    script.arg(WORK).env("DESIGNATOR_BIN", here.join("target/debug/designator"));
    script.env("DEVICE", "rtl").env("VERILATE_CACHE", here.join("target/verilate"));
    let mut child = script.stdout(Stdio::piped()).spawn().context("tests/live/run-l2tp.sh")?;
    for text in BufReader::new(child.stdout.take().expect("a pipe")).lines() {
        line(&text?);
    }
    // A failed check has its line; a script that died without one has not.
    match child.wait()?.code() {
        Some(0 | 1) => Ok(()),
        status => bail!("tests/live/run-l2tp.sh ended with {status:?}"),
    }
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if status.success() { Ok(()) } else { bail!("{command:?}: {status}") }
}
