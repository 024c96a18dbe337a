//! The mapped netlist: cells and logic depth of each instance.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::harness::{DESIGN, NAME};
use super::parts::{Cell, cell};
use super::report::{Block, Used};

#[derive(Deserialize)]
struct File {
    modules: HashMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: BTreeMap<String, Instance>,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(rename = "type")]
    kind: String,
    attributes: HashMap<String, String>,
    port_directions: HashMap<String, String>,
    connections: HashMap<String, Vec<Bit>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Bit {
    Net(u32),
    Constant(#[allow(dead_code)] String),
}

/// What a block holds; block RAMs in halves.
#[derive(Clone, Copy, Default)]
struct Sum {
    used: Used,
    bram_halves: u32,
    depth: u32,
}

/// A flat netlist of the harness and the design in it.
pub struct Netlist {
    names: Vec<String>,
    cells: Vec<Node>,
    drivers: HashMap<u32, usize>,
}

struct Node {
    kind: Cell,
    /// The instance that the cell is in, by the path of names; empty for the harness.
    block: Vec<String>,
    inputs: Vec<(String, u32)>,
}

impl Netlist {
    /// Reads what yosys wrote.
    pub fn read(json: &str) -> Result<Self> {
        let mut file: File = serde_json::from_str(json).context("the netlist")?;
        let module = file.modules.remove(NAME).context("no harness in the netlist")?;
        let mut netlist = Self { names: vec![], cells: vec![], drivers: HashMap::new() };
        for (name, instance) in module.cells {
            if instance.kind.starts_with('$') && instance.kind == "$scopeinfo" {
                continue;
            }
            let Some(kind) = cell(&instance.kind) else {
                bail!("{name}: a cell of unknown type {}", instance.kind);
            };
            let mut inputs = vec![];
            for (port, bits) in instance.connections {
                let output = instance.port_directions.get(&port).is_some_and(|d| d == "output");
                for bit in bits {
                    match bit {
                        Bit::Net(net) if output => {
                            netlist.drivers.insert(net, netlist.cells.len());
                        }
                        Bit::Net(net) => inputs.push((port.clone(), net)),
                        Bit::Constant(_) => {}
                    }
                }
            }
            inputs.sort();
            let block = block(instance.attributes.get("hdlname").map(String::as_str), &name);
            netlist.cells.push(Node { kind, block, inputs });
            netlist.names.push(name);
        }
        Ok(netlist)
    }

    /// The instance path of a cell, by the cell's name; the parts that place and route adds to a
    /// name are allowed for.
    pub fn block_of(&self, name: &str) -> Option<&[String]> {
        let found =
            self.names.binary_search_by(|known| known.as_str().cmp(name)).ok().or_else(|| {
                let stem = &name[..name.rfind('$')?];
                self.names.binary_search_by(|known| known.as_str().cmp(stem)).ok()
            })?;
        Some(&self.cells[found].block)
    }

    /// The design and its instances, then what the harness takes.
    pub fn blocks(&self) -> Result<(Vec<Block>, Used)> {
        let levels = self.levels()?;
        let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
        let mut harness = Sum::default();
        for node in &self.cells {
            if node.block.is_empty() {
                harness.count(node.kind);
            }
            for length in 1..=node.block.len().min(4) {
                sums.entry(node.block[..length].to_vec()).or_default().count(node.kind);
            }
            for (port, net) in &node.inputs {
                let Some(driver) = self.drivers.get(net) else { continue };
                if !ends(node.kind, port) {
                    continue;
                }
                // What ends in the harness is charged to the block that drives it.
                let owner =
                    if node.block.is_empty() { &self.cells[*driver].block } else { &node.block };
                for length in 1..=owner.len().min(4) {
                    let sum = sums.entry(owner[..length].to_vec()).or_default();
                    sum.depth = sum.depth.max(levels[*driver]);
                }
            }
        }
        let block = |(path, sum): (Vec<String>, Sum)| {
            let name = if path.len() == 1 { DESIGN.into() } else { path[1..].join(".") };
            Block { name, used: sum.used(), depth: sum.depth, fmax_mhz: None }
        };
        let blocks = sums.into_iter().map(block);
        let logic = |block: &Block| block.used.lut + block.used.bram + block.used.uram > 0;
        Ok((blocks.filter(|block| logic(block) || block.name == DESIGN).collect(), harness.used()))
    }

    /// The LUTs on the longest way from a register to each cell's output.
    fn levels(&self) -> Result<Vec<u32>> {
        const OPEN: u32 = u32::MAX;
        const ENTERED: u32 = u32::MAX - 1;
        let mut levels = vec![OPEN; self.cells.len()];
        for start in 0..self.cells.len() {
            let mut stack = vec![start];
            while let Some(&index) = stack.last() {
                let node = &self.cells[index];
                let through = node.inputs.iter().filter(|(port, _)| !ends(node.kind, port));
                let through =
                    through.filter_map(|(port, net)| Some((port, *self.drivers.get(net)?)));
                if levels[index] == OPEN {
                    levels[index] = ENTERED;
                    for (_, driver) in through {
                        match levels[driver] {
                            OPEN => stack.push(driver),
                            ENTERED => {
                                let (a, b) = (&self.names[index], &self.names[driver]);
                                bail!("a combinational loop through {a} and {b}");
                            }
                            _ => {}
                        }
                    }
                    continue;
                }
                stack.pop();
                if levels[index] != ENTERED {
                    continue;
                }
                let step = |port: &str| match node.kind {
                    Cell::Free => 0,
                    Cell::Carry(_) if matches!(port, "CIN" | "CI" | "CI_TOP" | "CYINIT") => 0,
                    _ => 1,
                };
                levels[index] = through.map(|(port, d)| levels[d] + step(port)).max().unwrap_or(0);
            }
        }
        Ok(levels)
    }
}

/// Whether a path ends at that input: it is clocked.
fn ends(kind: Cell, port: &str) -> bool {
    match kind {
        Cell::Lut(_) | Cell::Carry(_) | Cell::Free | Cell::Dsp => false,
        Cell::LutRam(_) => {
            !(port.starts_with("RAD") || port.starts_with("DPRA") || port.starts_with("ADDR"))
        }
        Cell::Register(0) | Cell::Bram(_) | Cell::Uram | Cell::Hard => true,
        Cell::Register(_) => !port.starts_with('A'), // the tap of a shift register
    }
}

/// The instance path of a cell: from the attribute that flattening leaves, else from its name.
fn block(hdlname: Option<&str>, name: &str) -> Vec<String> {
    let mut path: Vec<String> = match hdlname {
        Some(words) => words.split(' ').map(String::from).collect(),
        None => {
            let name = name.trim_start_matches("$flatten").replace('\\', "");
            let name = name.split(".$").next().unwrap_or_default();
            name.split('.').map(String::from).chain([String::new()]).collect()
        }
    };
    path.pop();
    if path.first().is_some_and(|first| first == DESIGN) { path } else { vec![] }
}

impl Sum {
    fn count(&mut self, kind: Cell) {
        let used = &mut self.used;
        match kind {
            Cell::Lut(n) | Cell::Carry(n) | Cell::LutRam(n) => used.lut += n,
            Cell::Register(0) => used.ff += 1,
            Cell::Register(n) => used.lut += n,
            Cell::Bram(halves) => self.bram_halves += halves,
            Cell::Uram => used.uram += 1,
            Cell::Dsp => used.dsp += 1,
            Cell::Free | Cell::Hard => {}
        }
    }
    fn used(&self) -> Used {
        Used { bram: self.bram_halves.div_ceil(2), ..self.used }
    }
}
