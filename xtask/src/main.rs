//! What developers and CI run: `cargo xtask --help`.

mod bench;
mod demo;
mod doc;
mod evidence;
mod formal;
mod fuzz;
mod lint;
mod live;
mod setup;
mod synth;
mod test;
mod verilog;
mod workers;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, tests and shows Tunnel Designator")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures clocks a packet and a row, tunnels and simulated clocks a second
    Bench(bench::Args),
    /// Shows tunnels going through the simulated hardware
    Demo,
    /// Runs the tests; the last line counts them
    Test(test::Args),
    /// Writes the Verilog of a top, or lists the tops
    Emit {
        /// The top's name; without it, all names are listed
        top: Option<String>,
    },
    /// Writes the pages of docs/ that are made from tables
    Doc(doc::Args),
    /// Proves properties of blocks
    Formal(formal::Args),
    /// Refuses kernels that mean something else in Verilog, and Verilog that tools warn of
    Lint(lint::Args),
    /// Runs a seed of the random comparisons again, and records a waveform before its failure
    Wave(evidence::Wave),
    /// Synthesises a top for its device: fit, timing, what each block takes
    Synth(synth::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Bench(args) => bench::run(&args),
        Command::Demo => demo::run(),
        Command::Test(args) => test::run(&args),
        Command::Doc(args) => doc::run(&args),
        Command::Formal(args) => formal::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Synth(args) => synth::run(&args),
        Command::Wave(args) => evidence::wave(&args),
        Command::Emit { top: None } => {
            hdl::tops::TOPS.iter().for_each(|top| println!("{}", top.name));
            Ok(())
        }
        Command::Emit { top: Some(name) } => match hdl::tops::emit(&name) {
            Some(text) => {
                print!("{text}");
                Ok(())
            }
            None => anyhow::bail!("no top {name:?}: `cargo xtask emit` lists them"),
        },
    }
}
