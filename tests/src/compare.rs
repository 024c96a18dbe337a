//! A device under its real driver, beside the model.

use driver::{Config, Device, Inject, Transport};
use spec::limits::{MAX_FRAME, MIN_FRAME};
use spec::register::GENERATION;
use spec::table::{Action, Key, Local, NextHop, Service, Table};

use crate::scoreboard::Scoreboard;
use crate::traffic::{Arriving, Farm, MACS, Traffic};

/// What differs, or what the driver could not do.
type Result<T = ()> = std::result::Result<T, String>;

fn says(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Runs `count` random frames through a fresh device with `tunnels` tunnels and compares everything
/// that leaves it, and every counter. At most `window` frames are under way in it.
///
/// The driver injects nothing whose descriptor does not fit: such frames are left out.
pub fn compare<D: sim::Device>(
    device: D,
    seed: u64,
    tunnels: usize,
    count: usize,
    window: usize,
) -> Result {
    let mut traffic = Traffic::new(seed, tunnels);
    let mut board = Scoreboard::new(&traffic.farm);
    let config = Config::default();
    let mut device = Device::open(device, &traffic.farm.secret, &config).map_err(says)?;
    tell(&mut device, &traffic.farm)?;
    board.model.tables.generation = device.transport().read32(GENERATION).map_err(says)? as u16;
    for _ in 0..count {
        let arriving = traffic.arriving();
        match &arriving {
            Arriving::Port { port, frame, error } => {
                board.enters(&arriving);
                device.transport().send(*port, frame, *error);
            }
            Arriving::Inject { descriptor, frame } => {
                let sizes = MIN_FRAME..=MAX_FRAME;
                let fits = usize::from(descriptor.length) == frame.len() && descriptor.sa == 0;
                if !fits || !sizes.contains(&frame.len()) || descriptor.entry >= 1 << 17 {
                    continue;
                }
                board.enters(&arriving);
                let how = match descriptor.forward {
                    true => Inject::Forward(descriptor.entry),
                    false => Inject::Raw(descriptor.port),
                };
                device.inject(how, frame).map_err(says)?;
            }
        }
        step(&mut device, &mut board)?;
        while board.waiting() > window && !rests(&mut device) {
            step(&mut device, &mut board)?;
        }
    }
    while !rests(&mut device) {
        step(&mut device, &mut board)?;
    }
    step(&mut device, &mut board)?;
    let counters = device.registers().counters().map_err(says)?;
    board.end(|wanted| counters.iter().find(|row| row.0 == wanted).map_or(0, |row| row.1))?;
    for flow in device.flows().map_err(says)? {
        let expected = board.counters(flow.entry);
        if flow.counters != expected {
            return Err(format!("entry {}: {:?}, not {expected:?}", flow.entry, flow.counters));
        }
    }
    Ok(())
}

/// Tells a device of the farm, through the driver's own table.
pub fn tell<T: Transport>(device: &mut Device<T>, farm: &Farm) -> Result {
    for request in &farm.commands {
        let (index, data) = (request.header.index, &request.data);
        let row = index as usize;
        match Table::from_code(request.header.table) {
            Some(Table::Local) => device.set_local(row, Local::unpack(data)).map_err(says)?,
            Some(Table::Service) => device.set_service(row, Service::unpack(data)).map_err(says)?,
            Some(Table::NextHop) => {
                device.set_next_hop(row, NextHop::unpack(data)).map_err(says)?;
            }
            Some(Table::Entry) => {
                let (key, action) = (Key::unpack(data), Action::unpack(&data[Key::LEN..]));
                let entry = device.insert(&key, &action).map_err(says)?;
                if entry != index {
                    return Err(format!("the driver numbers entry {index} {entry}"));
                }
            }
            // Where rows stand is the driver's own business.
            _ => {}
        }
    }
    device.settle().map_err(says)?;
    let mut registers = device.registers();
    for (port, mac) in MACS.into_iter().enumerate() {
        registers.set_mac(port, mac).map_err(says)?;
    }
    registers.set_control(true, true).map_err(says)
}

fn rests<D: sim::Device>(device: &mut Device<D>) -> bool {
    device.idle() && device.transport().idle()
}

/// Lets the device work, and takes what has left it.
fn step<D: sim::Device>(device: &mut Device<D>, board: &mut Scoreboard) -> Result {
    device.poll().map_err(says)?;
    for port in 0..2 {
        while let Some(sent) = device.transport().receive(port) {
            board.sent(port, &sent.bytes)?;
        }
    }
    while let Some(punted) = device.punted().map_err(says)? {
        board.punted(&punted.descriptor, &punted.frame)?;
    }
    Ok(())
}
