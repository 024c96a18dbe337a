//! What has to be on the machine before anything runs: found, or installed from Debian.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program, and the Debian packages that bring it.
struct Tool {
    program: &'static str,
    packages: &'static [&'static str],
}

const SIMULATION: &[Tool] = &[
    Tool { program: "verilator", packages: &["verilator", "zlib1g-dev"] },
    Tool { program: "iverilog", packages: &["iverilog"] },
    Tool { program: "g++", packages: &["g++"] },
    Tool { program: "make", packages: &["make"] },
];

const DECODER: &[Tool] = &[Tool { program: "tshark", packages: &["tshark"] }];

/// What the live scenarios run on; the daemons themselves come with `tests/live/setup.sh`.
const LIVE: &[Tool] = &[
    Tool { program: "python3", packages: &["python3"] },
    Tool { program: "ip", packages: &["iproute2"] },
    Tool { program: "unshare", packages: &["util-linux"] },
    Tool { program: "sysctl", packages: &["procps"] },
];

/// Installs what the live scenarios need and the machine lacks, saying so.
pub fn live() -> Result<()> {
    install(LIVE)
}

/// Installs what simulation needs and the machine lacks, saying so.
pub fn simulation() -> Result<()> {
    install(SIMULATION)
}

/// Installs tshark, the decoder that tests ask, where it is missing, saying so.
pub fn decoder() -> Result<()> {
    install(DECODER)
}

/// Installs Python with its `venv` where it is missing, saying so.
pub fn python() -> Result<()> {
    let mut import = Command::new("python3");
    import.args(["-c", "import ensurepip, venv"]).stdout(Stdio::null()).stderr(Stdio::null());
    if import.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let packages = ["python3", "python3-venv"];
    eprintln!("installing {}", packages.join(" "));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages.as_slice()].concat())
}

fn install(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !present(tool.program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages).copied().collect();
    println!("installing {}", packages.join(" "));
    apt(&["update", "-qq"])?;
    apt(&[&["install", "-y", "-qq", "--no-install-recommends"], packages.as_slice()].concat())
}

/// Whether `program` is on the search path.
pub fn present(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Runs apt-get, with sudo where this is not root.
fn apt(args: &[&str]) -> Result<()> {
    if !present("apt-get") {
        bail!("apt-get is not here: install verilator, iverilog, g++, make and zlib by hand");
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n");
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("apt-get");
        sudo
    };
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}
