//! Changes of the tables, at random, by the driver, while frames are under way.

use driver::Device;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::table::{Local, NextHop, Service, Table};

use super::board::Board;
use super::tap::Tap;
use super::{Result, says};
use crate::command::Request;
use crate::traffic::{Farm, Tunnel};

/// Tunnels that something was just done to.
const HOT: usize = 6;
/// Tunnels taken out that may come back.
const GONE: usize = 20;

/// Fills the table, and then keeps changing it.
pub struct Churn {
    random: ChaCha8Rng,
    /// Rows when it is full.
    rows: usize,
    gone: Vec<Tunnel>,
    /// Rows of the small tables, as the farm has them.
    small: Vec<Request>,
    /// The one that is not so now.
    altered: Option<Request>,
    /// A small table was written to, and no fence waited for.
    unfenced: bool,
    /// Changes made.
    pub changes: u64,
}

impl Churn {
    /// Fills up to so many rows.
    pub fn new(seed: u64, farm: &Farm, rows: usize) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            rows,
            gone: Vec::new(),
            small: farm.commands.clone(),
            altered: None,
            unfenced: false,
            changes: 0,
        }
    }

    /// Whether the table has been filled.
    pub fn full(&self, device: &Device<Tap>) -> bool {
        device.table().len() + 2 > self.rows
    }

    /// A change, or a few while the table is not full.
    pub fn step(&mut self, device: &mut Device<Tap>, farm: &mut Farm, board: &mut Board) -> Result {
        self.changes += 1;
        if !self.full(device) {
            for _ in 0..self.random.random_range(1..5) {
                self.insert(device, farm, board)?;
            }
            return Ok(());
        }
        match self.random.random_range(0..20) {
            0..8 => {
                self.remove(device, farm, board)?;
                self.insert(device, farm, board)
            }
            8..13 => self.update(device, farm),
            13..18 => self.small(device),
            18 => device.settle().map_err(says),
            _ => {
                let tunnel = farm.tunnels.choose(&mut self.random).expect("a tunnel");
                device.counters(tunnel.entries[0]).map(drop).map_err(says)
            }
        }
    }

    /// Adds both rows of a tunnel.
    fn insert(&mut self, device: &mut Device<Tap>, farm: &mut Farm, board: &mut Board) -> Result {
        let back = !self.gone.is_empty() && self.random.random_bool(0.3);
        let mut tunnel = if back {
            self.gone.swap_remove(self.random.random_range(0..self.gone.len()))
        } else {
            farm.invent(&mut self.random)
        };
        let actions = tunnel.actions(&mut self.random);
        for (i, (key, action)) in tunnel.keys().into_iter().zip(actions).enumerate() {
            let entry = device.insert(&key, &action).map_err(says)?;
            tunnel.entries[i] = entry;
            board.change(device.transport().written, key, Some(entry));
        }
        farm.tunnels.push(tunnel);
        heat(farm, tunnel);
        Ok(())
    }

    fn remove(&mut self, device: &mut Device<Tap>, farm: &mut Farm, board: &mut Board) -> Result {
        let tunnel = farm.tunnels.swap_remove(self.random.random_range(0..farm.tunnels.len()));
        for key in tunnel.keys() {
            board.change(device.transport().written + 1, key, None);
            device.remove(&key).map_err(says)?;
        }
        heat(farm, tunnel);
        self.gone.push(tunnel);
        if self.gone.len() > GONE {
            self.gone.remove(0);
        }
        Ok(())
    }

    /// Changes what is done with a tunnel's packets.
    fn update(&mut self, device: &mut Device<Tap>, farm: &mut Farm) -> Result {
        let tunnel = *farm.tunnels.choose(&mut self.random).expect("a tunnel");
        let actions = tunnel.actions(&mut self.random);
        for (key, action) in tunnel.keys().iter().zip(actions) {
            device.update(key, &action).map_err(says)?;
        }
        heat(farm, tunnel);
        Ok(())
    }

    /// Changes a row of a small table, or puts it right again. A fence lies between two of these.
    fn small(&mut self, device: &mut Device<Tap>) -> Result {
        if self.unfenced {
            device.settle().map_err(says)?;
        }
        self.unfenced = true;
        let random = &mut self.random;
        let usual = *self.small.choose(random).expect("some");
        let request = match self.altered.take_if(|_| random.random_bool(0.8)) {
            Some(usual) => usual,
            None if self.altered.is_some() => return Ok(()),
            None => {
                self.altered = Some(usual);
                alter(random, &usual)
            }
        };
        let (row, data) = (request.header.index as usize, &request.data);
        match Table::from_code(request.header.table) {
            Some(Table::Local) => device.set_local(row, Local::unpack(data)),
            Some(Table::Service) => device.set_service(row, Service::unpack(data)),
            _ => device.set_next_hop(row, NextHop::unpack(data)),
        }
        .map_err(says)
    }
}

/// Another row in the place of this one.
fn alter(random: &mut ChaCha8Rng, usual: &Request) -> Request {
    let (index, data) = (usual.header.index, &usual.data);
    let table = Table::from_code(usual.header.table).expect("a table");
    match table {
        Table::Local => {
            let row = Local::unpack(data);
            let row = match random.random_range(0..3) {
                0 => Local { valid: false, ..row },
                1 => Local { port: 1 - row.port, ..row },
                _ => Local { address: row.address ^ 0x80, ..row },
            };
            Request::write(table, index, &row.pack())
        }
        Table::Service => {
            let row = Service::unpack(data);
            let row = match random.random_range(0..3) {
                0 => Service { valid: false, ..row },
                1 => Service { kind: random.random_range(0..6), ..row },
                _ => Service { port: random.random(), ..row },
            };
            Request::write(table, index, &row.pack())
        }
        _ => {
            let row = NextHop::unpack(data);
            let mac = random.random_range(0..1 << 48);
            let row = match random.random_range(0..4) {
                0 => NextHop { valid: !row.valid, ..row },
                1 => NextHop { port: 1 - row.port, ..row },
                2 => NextHop { source: mac, ..row },
                _ => NextHop { destination: mac, ..row },
            };
            Request::write(table, index, &row.pack())
        }
    }
}

fn heat(farm: &mut Farm, tunnel: Tunnel) {
    farm.hot.push_back(tunnel);
    if farm.hot.len() > HOT {
        farm.hot.pop_front();
    }
}
