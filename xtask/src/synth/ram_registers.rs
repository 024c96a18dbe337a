//! Registers right behind a block RAM of the ECP5 move into it.
//!
//! A block RAM has output registers, but yosys leaves them unused. Without them its outputs come several
//! ns after the clock, which is most of what 200 MHz allow; with them as soon as any register's.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::harness::NAME;

/// The sides whose outputs are one port.
const APART: &[&[&str]] = &[&["A"], &["B"]];
const TOGETHER: &[&[&str]] = &[&["A", "B"]];

/// A register that only copies its input: no enable, no reset.
struct Register {
    cell: String,
    clock: Value,
    out: Value,
}

/// The netlist with all registers moved for which that changes nothing, and how many RAMs took them:
/// every output in use must lead to such a register, and to nothing else.
pub fn absorb(netlist: &str) -> Result<(String, usize)> {
    let mut file: Value = serde_json::from_str(netlist).context("the netlist")?;
    let module = &mut file["modules"][NAME];
    let mut readers: HashMap<u64, usize> = HashMap::new();
    let ports = module["ports"].as_object().into_iter().flat_map(Map::values);
    for net in ports.flat_map(|port| nets(&port["bits"])) {
        *readers.entry(net).or_default() += 1;
    }
    let cells = module["cells"].as_object_mut().context("no harness in the netlist")?;
    let mut registers: HashMap<u64, Register> = HashMap::new();
    for (name, cell) in cells.iter() {
        for (port, bits) in cell["connections"].as_object().context("no connections")? {
            if cell["port_directions"][port] == "input" {
                nets(bits).for_each(|net| *readers.entry(net).or_default() += 1);
            }
        }
        if let Some((net, register)) = register(name, cell) {
            registers.insert(net, register);
        }
    }
    let mut taken = 0;
    let mut gone = vec![];
    for ram in cells.values_mut().filter(|cell| cell["type"] == "DP16KD") {
        // with 36 bits the outputs of both sides are one port, of side B's clock
        let pair = ["36", "00000000000000000000000000100100"];
        let wide = pair.iter().any(|width| ram["parameters"]["DATA_WIDTH_B"] == *width);
        for side in if wide { TOGETHER } else { APART } {
            let clock = &ram["connections"][format!("CLK{}", side[side.len() - 1])];
            let outs = ram["connections"].as_object().into_iter().flatten().filter(|(port, _)| {
                side.iter().any(|letter| port.starts_with(&format!("DO{letter}")))
            });
            let used = outs.filter_map(|(port, bits)| Some((port.clone(), nets(bits).next()?)));
            let used: Vec<(String, u64)> =
                used.filter(|(_, net)| readers.contains_key(net)).collect();
            let moved: Option<Vec<(String, &Register)>> = used
                .into_iter()
                .map(|(port, net)| {
                    let register = registers.get(&net).filter(|r| r.clock == *clock)?;
                    (readers[&net] == 1).then_some((port, register))
                })
                .collect();
            let Some(moved) = moved.filter(|list| !list.is_empty()) else { continue };
            for (port, register) in moved {
                ram["connections"][port] = register.out.clone();
                gone.push(register.cell.clone());
            }
            for letter in *side {
                ram["parameters"][format!("REGMODE_{letter}")] = json!("OUTREG");
                ram["connections"][format!("OCE{letter}")] = json!(["1"]);
            }
            taken += 1;
        }
    }
    for name in gone {
        cells.remove(&name);
    }
    Ok((file.to_string(), taken))
}

fn nets(bits: &Value) -> impl Iterator<Item = u64> {
    bits.as_array().into_iter().flatten().filter_map(Value::as_u64)
}

fn register(name: &str, cell: &Value) -> Option<(u64, Register)> {
    let (set, wires) = (&cell["parameters"], &cell["connections"]);
    let plain = cell["type"] == "TRELLIS_FF"
        && set["CEMUX"].as_str().is_some_and(|mux| mux.trim() == "1")
        && set["CLKMUX"] == "CLK"
        && set["REGSET"] == "RESET"
        && [json!(null), json!([]), json!(["0"])].contains(&wires["LSR"]);
    let register =
        || Register { cell: name.into(), clock: wires["CLK"].clone(), out: wires["Q"].clone() };
    plain.then(|| nets(&wires["DI"]).next().map(|net| (net, register())))?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A RAM of 18 bits, side B read by a register; `ff` and `extra` change that.
    fn netlist(ff: Value, extra: Value) -> String {
        let mut cells = json!({
            "ram": {
                "type": "DP16KD",
                "parameters": {"DATA_WIDTH_B": "18", "REGMODE_B": "NOREG"},
                "port_directions": {"CLKB": "input", "DOB0": "output"},
                "connections": {"CLKB": [2], "DOB0": [3], "OCEB": ["0"]}
            },
            "ff": {
                "type": "TRELLIS_FF",
                "parameters": {"CEMUX": "1 ", "CLKMUX": "CLK", "REGSET": "RESET"},
                "port_directions": {"CLK": "input", "DI": "input", "Q": "output"},
                "connections": {"CLK": [2], "DI": [3], "Q": [4]}
            }
        });
        for (key, value) in ff.as_object().into_iter().flatten() {
            let (at, key) = key.split_once('.').expect("a place");
            cells["ff"][at][key] = value.clone();
        }
        let more = extra.as_object().cloned().unwrap_or_default();
        cells.as_object_mut().expect("cells").extend(more);
        json!({"modules": {NAME: {"ports": {"q": {"bits": [4]}}, "cells": cells}}}).to_string()
    }

    #[test]
    fn a_register_moves_into_the_ram() {
        let (text, taken) = absorb(&netlist(json!({}), json!({}))).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        let cells = &file["modules"][NAME]["cells"];
        assert_eq!((taken, &cells["ff"]), (1, &Value::Null));
        assert_eq!(cells["ram"]["connections"]["DOB0"], json!([4]));
        assert_eq!(cells["ram"]["connections"]["OCEB"], json!(["1"]));
        assert_eq!(cells["ram"]["parameters"]["REGMODE_B"], "OUTREG");
    }

    #[test]
    fn a_register_that_does_more_than_copy_stays() {
        let changes = [
            json!({"parameters.CEMUX": "CE"}),
            json!({"connections.LSR": [9]}),
            json!({"connections.CLK": [8]}),
            json!({"parameters.REGSET": "SET"}),
            json!({"connections.DI": [7]}),
        ];
        for change in changes {
            assert_eq!(absorb(&netlist(change.clone(), json!({}))).unwrap().1, 0, "{change}");
        }
        let reader = json!({"lut": {
            "type": "LUT4", "parameters": {}, "port_directions": {"A": "input"},
            "connections": {"A": [3]}
        }});
        assert_eq!(absorb(&netlist(json!({}), reader)).unwrap().1, 0, "another reader");
    }
}
