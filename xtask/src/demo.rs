//! `cargo xtask demo`: L2TP conversations through the Verilated datapath, with both tables shown.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup;

/// A conversation, and what it shows.
struct Scene {
    says: &'static str,
    capture: &'static str,
}

const SCENES: &[Scene] = &[
    Scene {
        says: "The example: a client calls the VIP, its server answers from a port of its own.",
        capture: "tests/captures/synthesised-l2tp-port-elsewhere.pcap",
    },
    Scene {
        says: "Six real clients (xl2tpd, pppd) at once, two of whom lose their first packets.",
        capture: "tests/captures/six-clients.pcap",
    },
];

/// Installs what is missing, builds, and plays the scenes.
pub fn run() -> Result<()> {
    setup::simulation()?;
    println!("building the command and the hardware's model (a minute, the first time)");
    let built = Command::new("cargo").args(["build", "--quiet", "--package", "host-cli"]).status();
    if !built.context("cargo build")?.success() {
        bail!("the command does not build");
    }
    for (number, scene) in (1..).zip(SCENES) {
        println!("\n== {number}. {}\n   {}\n", scene.says, scene.capture);
        let mut replay = designator()?;
        replay.args(["replay", "--watch", "--device", "rtl", "--config", "examples/seed.toml"]);
        let status = replay.args(["--conversation", scene.capture]).status()?;
        if !status.success() {
            bail!("{}: {status}", scene.capture);
        }
    }
    println!("\nEvery frame that left was held against the capture. After set-up the host");
    println!("is not asked: `fast path` counts what the hardware forwarded by itself.");
    Ok(())
}

/// The command as built, with the cache of Verilated models beside it.
pub fn designator() -> Result<Command> {
    let here = std::env::current_dir()?;
    let mut command = Command::new(here.join("target/debug/designator"));
    command.env("VERILATE_CACHE", here.join("target/verilate"));
    Ok(command)
}
