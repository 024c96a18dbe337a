//! Tunnels set up by the slow path and the driver, on one core.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use control::bench::{Batch, config};
use control::{Control, Hop, RowId, TableFull};
use driver::{Config, Device as Driver, Inject};
use sim::{Device as _, Soft};
use spec::limits::Capacity;
use spec::table::{Action, Counters, Key, Local, NextHop, Service};

use super::host::{median, seconds};
use super::report::{Report, Row};

/// Rounds of which the middle one counts.
const ROUNDS: usize = 7;
/// Injected frames after which the driver's main loop comes round.
const POLL: usize = 32;

/// The slow path over the driver and the soft device, in a small table and a large one; and the
/// slow path alone, over a device that only numbers rows.
pub fn run(report: &mut Report) -> Result<()> {
    for (rows_log2, tunnels) in [(11, 900), (17, 20_000)] {
        let capacity = Capacity { rows_log2 };
        let hardware = Hardware::new(capacity)?;
        let rate = rate(hardware, tunnels, |hardware| {
            while !hardware.device.idle() && hardware.failure.is_none() {
                hardware.poll();
            }
            hardware.failure.take().map_or(Ok(()), |error| Err(error.into()))
        })?;
        report.rows.push(row("control, driver, soft device", capacity, tunnels, rate));
    }
    let capacity = Capacity { rows_log2: 17 };
    let rate = rate(Numbers::new(capacity), 20_000, |_| Ok(()))?;
    let mut alone = row("control alone", capacity, 20_000, rate);
    alone.rows = None;
    report.rows.push(alone);
    Ok(())
}

fn row(case: &str, capacity: Capacity, tunnels: u32, rate: f64) -> Row {
    Row {
        bench: "setup".into(),
        case: Some(case.into()),
        rows: Some(capacity.rows()),
        count: Some(tunnels as usize),
        tunnels_per_second: Some(rate),
        ..Row::default()
    }
}

/// Tunnels a second: SCCRQ, SCCRP and SCCCN of each, until `settle` finds the device at rest.
fn rate<D: control::Device>(
    mut device: D,
    tunnels: u32,
    settle: impl Fn(&mut D) -> Result<()>,
) -> Result<f64> {
    let mut now = Duration::ZERO;
    let control = Control::new(now, &config(), &mut device);
    let mut control = control.map_err(|fault| anyhow!("{fault:?}"))?;
    settle(&mut device)?;
    let batch = Batch::new(tunnels);
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let (mut open, mut settled) = (None, Ok(()));
        let spent = seconds(|| {
            open = Some(batch.open(now, &mut control, &mut device));
            settled = settle(&mut device);
        });
        settled?;
        if let Some(open) = open {
            ensure!(open.tunnels() == tunnels as usize, "{} tunnels", open.tunnels());
            now = batch.close(open, now, &mut control, &mut device);
        }
        settle(&mut device)?;
        ensure!(control.tunnel_count() == 0, "{} tunnels are left", control.tunnel_count());
        rates.push(f64::from(tunnels) / spent);
    }
    Ok(median(rates))
}

/// A way to every address: the farm's network is behind port 1.
fn hop(address: Ipv4Addr) -> Hop {
    let port = u8::from(address.octets()[0] == 10);
    Hop { index: port, port, destination: [2, 0, 0, 0, 1, port], source: [2, 0, 0, 0, 0, port] }
}

/// The driver over the soft device.
struct Hardware {
    device: Driver<Soft>,
    injected: usize,
    failure: Option<driver::Error>,
}

impl Hardware {
    fn new(capacity: Capacity) -> Result<Self> {
        let mut device = Driver::open(Soft::new(capacity), &[7; 16], &Config::default())?;
        for port in 0..2 {
            let octets = |mac: [u8; 6]| mac.iter().rev().fold(0, |w, b| w << 8 | u64::from(*b));
            let Hop { destination, source, .. } = hop(Ipv4Addr::new(port * 10, 0, 0, 0));
            let (destination, source) = (octets(destination), octets(source));
            let row = NextHop { valid: true, port, destination, source, reserved: 0 };
            device.set_next_hop(port.into(), row)?;
        }
        device.registers().set_control(true, false)?;
        device.settle()?;
        Ok(Self { device, injected: 0, failure: None })
    }

    fn keep<T: Default>(&mut self, result: Result<T, driver::Error>) -> T {
        result.unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            T::default()
        })
    }

    fn poll(&mut self) {
        let result = self.device.poll();
        self.keep(result);
        for port in 0..2 {
            while self.device.transport().receive(port).is_some() {}
        }
    }

    fn inject(&mut self, how: Inject, frame: &[u8]) {
        let result = self.device.inject(how, frame);
        self.keep(result);
        self.injected += 1;
        if self.injected.is_multiple_of(POLL) {
            self.poll();
        }
    }
}

impl control::Device for Hardware {
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull> {
        self.device.insert(key, action).map(RowId).map_err(|_| TableFull)
    }
    fn update(&mut self, row: RowId, action: &Action) {
        if let Some((key, _)) = self.device.table().row(row.0) {
            let result = self.device.update(&key, action);
            self.keep(result);
        }
    }
    fn remove(&mut self, row: RowId) {
        if let Some((key, _)) = self.device.table().row(row.0) {
            let result = self.device.remove(&key);
            self.keep(result);
        }
    }
    fn set_local(&mut self, index: u8, row: Local) {
        let result = self.device.set_local(index.into(), row);
        self.keep(result);
    }
    fn set_service(&mut self, index: u8, row: Service) {
        let result = self.device.set_service(index.into(), row);
        self.keep(result);
    }
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        Some(hop(address))
    }
    fn inject_forward(&mut self, row: RowId, frame: &[u8]) {
        self.inject(Inject::Forward(row.0), frame);
    }
    fn inject_raw(&mut self, port: u8, frame: &[u8]) {
        self.inject(Inject::Raw(port), frame);
    }
    fn counters(&mut self, row: RowId) -> Counters {
        let result = self.device.counters(row.0);
        self.keep(result)
    }
    fn to_host(&mut self, _port: u8, _frame: &[u8]) {}
}

/// Rows that are numbers, and nothing else.
struct Numbers(VecDeque<u32>);

impl Numbers {
    fn new(capacity: Capacity) -> Self {
        Self((0..capacity.rows() as u32).collect())
    }
}

impl control::Device for Numbers {
    fn insert(&mut self, _key: &Key, _action: &Action) -> Result<RowId, TableFull> {
        self.0.pop_front().map(RowId).ok_or(TableFull)
    }
    fn update(&mut self, _row: RowId, _action: &Action) {}
    fn remove(&mut self, row: RowId) {
        self.0.push_back(row.0);
    }
    fn set_local(&mut self, _index: u8, _row: Local) {}
    fn set_service(&mut self, _index: u8, _row: Service) {}
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop> {
        Some(hop(address))
    }
    fn inject_forward(&mut self, _row: RowId, _frame: &[u8]) {}
    fn inject_raw(&mut self, _port: u8, _frame: &[u8]) {}
    fn counters(&mut self, _row: RowId) -> Counters {
        Counters::default()
    }
    fn to_host(&mut self, _port: u8, _frame: &[u8]) {}
}
