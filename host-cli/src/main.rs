//! The `designator` command.

mod answers;
mod api;
mod cli;
mod client;
mod config;
mod daemon;
mod engine;
mod replay;
mod show;
mod start;
#[cfg(test)]
mod tests;

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    process::{ExitCode, exit},
};

use clap::Parser;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::{Refusal, ServerChange},
    cli::{Cli, Command, Config, Device, Server, Table, Virtual},
    client::Daemon,
};

/// What a user got wrong: exit status 2; everything else that fails has 1.
enum Failure {
    Usage(miette::Report),
    Failed(miette::Report),
}

impl From<client::Error> for Failure {
    fn from(error: client::Error) -> Self {
        Self::Failed(miette::Report::msg(error.to_string()))
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        Self::Usage(match error {
            config::Error::Rejected(rejected) => miette::Report::new(*rejected),
            other => miette::Report::msg(other.to_string()),
        })
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(cli.verbose);
    match run(&cli) {
        Ok(status) => status,
        Err(failure) => {
            let (report, status) = match &failure {
                Failure::Usage(report) => (report, 2),
                Failure::Failed(report) => (report, 1),
            };
            if cli.json {
                say(error_json(report) + "\n");
            } else {
                eprintln!("{report:?}");
            }
            ExitCode::from(status)
        }
    }
}

/// Prints text. A reader that is gone has what it wanted; that the rest cannot be written is a
/// failure.
fn say(text: impl Display) {
    match write!(io::stdout(), "{text}").and_then(|()| io::stdout().flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit(0),
        Err(error) => {
            eprintln!("standard output: {error}");
            exit(1)
        }
    }
}

/// An error as JSON; a rejected configuration with all its places.
fn error_json(report: &miette::Report) -> String {
    let json = match report.downcast_ref::<config::Rejected>() {
        Some(rejected) => serde_json::to_string(&serde_json::json!({
            "error": report.to_string(),
            "problems": rejected.rows(),
        })),
        None => serde_json::to_string(&Refusal { error: report.to_string() }),
    };
    json.expect("strings and numbers are JSON")
}

fn start_log(verbose: u8) {
    let level = ["warn", "info", "debug"][usize::from(verbose.min(2))];
    let colours = io::stderr().is_terminal();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colours)
        .init();
}

fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    match &cli.command {
        Command::Run(args) => start::run(cli, args)?,
        Command::Replay(args) => return start::replay(cli, args),
        Command::Virtual(Virtual::List) => ask(cli, "virtual", |v: &Vec<_>| show::virtual_list(v))?,
        Command::Server(Server::List) => ask(cli, "server", |v: &Vec<_>| show::server_list(v))?,
        Command::Server(change) => change_farm(cli, change)?,
        Command::Table(Table::Dump) => ask(cli, "table", |v: &Vec<_>| show::table_dump(v))?,
        Command::Stats => ask(cli, "stats", show::stats)?,
        Command::Device(Device::Info) => ask(cli, "device", show::device_info)?,
        Command::Config(Config::Check { file }) => {
            config::load(file)?;
            if cli.json {
                say("{\"problems\":[]}\n");
            } else {
                say(format_args!("{}: good\n", file.display()));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what the daemon says of `what`: as a table, or as the JSON that it is.
fn ask<T: Serialize + DeserializeOwned>(
    cli: &Cli,
    what: &str,
    show: fn(&T) -> String,
) -> Result<(), Failure> {
    let value: T = Daemon::at(&cli.socket)?.get(what)?;
    if cli.json {
        say(serde_json::to_string_pretty(&value).expect("what was JSON is JSON") + "\n");
    } else {
        say(show(&value));
    }
    Ok(())
}

fn change_farm(cli: &Cli, command: &Server) -> Result<(), Failure> {
    let (method, service, server, weight, kill) = match command {
        Server::Add { service, server, weight } => {
            (Method::POST, service, server, Some(*weight), false)
        }
        Server::Set { service, server, weight } => {
            (Method::PATCH, service, server, Some(*weight), false)
        }
        Server::Remove { kill, service, server } => (Method::DELETE, service, server, None, *kill),
        Server::List => unreachable!("answered by ask"),
    };
    let change = ServerChange {
        address: service.address,
        port: service.port,
        server: server.address,
        server_port: server.port,
        weight,
        kill,
    };
    Daemon::at(&cli.socket)?.change(method, "server", &change)?;
    if cli.json {
        say("{}\n");
    }
    Ok(())
}
