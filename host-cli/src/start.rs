//! The commands that bring a device up themselves: `run` and `replay`.

use std::{fs, io::IsTerminal, process::ExitCode, time::Duration};

use driver::Device as Driver;
use indicatif::{ProgressBar, ProgressStyle};
use sim::{Device, Soft};
use spec::limits::{CAPACITY_2K, PUNT_BURSTS, PUNT_RATES};
use spec::verdict::Class;

use crate::{
    Failure, answers,
    api::TableRow,
    cli::{Cli, DeviceKind, Replay as ReplayArgs, Run},
    config::{self, Loaded},
    daemon::{Daemon, Socket},
    engine::{self, Engine},
    replay::{Mismatch, Replay, Report},
    say, show,
};

/// `designator run`
pub fn run(cli: &Cli, args: &Run) -> Result<(), Failure> {
    let loaded = config::load(&args.config)?;
    match args.device {
        DeviceKind::Model => serve(cli, args, &loaded, Soft::new(CAPACITY_2K), "model"),
        DeviceKind::Rtl => serve(cli, args, &loaded, rtl()?, "rtl"),
    }
}

fn serve<D: Device>(
    cli: &Cli,
    args: &Run,
    loaded: &Loaded,
    device: D,
    kind: &'static str,
) -> Result<(), Failure> {
    // A device that a daemon has is left alone.
    Socket::free(&cli.socket).map_err(failed)?;
    let engine = open(device, loaded, Duration::ZERO, true).map_err(failed)?;
    let daemon = Daemon::start(engine, loaded.macs, args).map_err(failed)?;
    daemon.run(&cli.socket, kind).map_err(failed)
}

/// `designator replay`: exit status 1 when anything differs.
pub fn replay(cli: &Cli, args: &ReplayArgs) -> Result<ExitCode, Failure> {
    let loaded = config::load(&args.config)?;
    let (report, mismatches) = match args.device {
        DeviceKind::Model => converse(args, &loaded, Soft::new(CAPACITY_2K))?,
        DeviceKind::Rtl => converse(args, &loaded, rtl()?)?,
    };
    if let Some(folder) = &args.out {
        let path = folder.join("mismatches.json");
        let text = serde_json::to_string_pretty(&mismatches).expect("strings are JSON");
        fs::write(&path, text + "\n")
            .map_err(|error| failed(format!("{}: {error}", path.display())))?;
    }
    if cli.json {
        say(serde_json::to_string_pretty(&report).expect("numbers are JSON") + "\n");
    } else {
        say(show::replay(&report, &mismatches));
    }
    Ok(if mismatches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn converse<D: Device>(
    args: &ReplayArgs,
    loaded: &Loaded,
    device: D,
) -> Result<(Report, Vec<Mismatch>), Failure> {
    let packets = ports::capture::read(&args.conversation).map_err(failed)?;
    let start = packets.first().map_or(Duration::ZERO, |packet| packet.time);
    let engine = open(device, loaded, start, false).map_err(failed)?;
    let vips = loaded.control.virtuals.iter().map(|service| service.address);
    let mut replay = Replay::new(engine, vips, loaded.macs, args.out.as_deref()).map_err(failed)?;
    let bar = if args.watch { ProgressBar::hidden() } else { progress(packets.len() as u64) };
    let mut watch = args.watch.then(Watch::default);
    let step = |engine: &mut Engine<D>| {
        bar.inc(1);
        if let Some(watch) = &mut watch {
            watch.step(engine);
        }
    };
    replay.run(&packets, step).map_err(failed)?;
    bar.finish_and_clear();
    if let Some(watch) = watch {
        watch.finish().map_err(failed)?;
    }
    replay.finish().map_err(failed)
}

/// Prints the seed's two tables: the first at once, the second row by row and whole at the end.
#[derive(Default)]
struct Watch {
    started: bool,
    rows: Vec<TableRow>,
    /// The first error: a step cannot return it.
    failure: Option<engine::Error>,
}

impl Watch {
    fn step<D: Device>(&mut self, engine: &mut Engine<D>) {
        if !self.started {
            self.started = true;
            let services = show::virtual_list(&answers::virtuals(engine));
            say(format_args!("{services}\nrows, as they are made:\n"));
        }
        let rows = match answers::table(engine) {
            Ok(rows) => rows,
            Err(error) => {
                self.failure.get_or_insert(error);
                return;
            }
        };
        let same = |a: &TableRow, b: &TableRow| {
            (a.source, a.source_port, a.destination, a.destination_port, a.discriminator)
                == (b.source, b.source_port, b.destination, b.destination_port, b.discriminator)
        };
        for row in rows.iter().filter(|row| !self.rows.iter().any(|old| same(old, row))) {
            let (from, to) =
                ((row.source, row.source_port), (row.destination, row.destination_port));
            say(format_args!("  {}  {}:{} -> {}:{}\n", row.direction, from.0, from.1, to.0, to.1));
        }
        self.rows = rows;
    }

    fn finish(self) -> Result<(), engine::Error> {
        let rows = show::table_dump(&self.rows);
        say(format_args!("\nthe table after the last packet:\n{rows}\n"));
        self.failure.map_or(Ok(()), Err)
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(packets: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} packets, {eta} left");
    ProgressBar::new(packets).with_style(style.expect("a template"))
}

/// The Verilated hardware.
fn rtl() -> Result<sim::Rtl, Failure> {
    sim::Rtl::new("datapath-16").map_err(failed)
}

/// Opens a device and starts the slow path on it.
pub fn open<D: Device>(
    device: D,
    loaded: &Loaded,
    now: Duration,
    bridge: bool,
) -> Result<Engine<D>, engine::Error> {
    let mut driver = Driver::open(device, &secret(), &driver::Config::default())?;
    for (port, mac) in loaded.macs.iter().enumerate() {
        driver.registers().set_mac(port, *mac)?;
    }
    for ((class, _), (rate, burst)) in Class::ALL.iter().zip(PUNT_RATES.iter().zip(PUNT_BURSTS)) {
        driver.registers().police(*class, *rate, burst)?;
    }
    driver.registers().set_control(true, bridge)?;
    Engine::new(now, driver, &loaded.control, loaded.macs)
}

/// A fresh secret for the table's hash.
fn secret() -> [u8; 16] {
    rand::random()
}

fn failed(error: impl ToString) -> Failure {
    Failure::Failed(miette::Report::msg(error.to_string()))
}
