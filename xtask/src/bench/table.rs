//! Rows through the command ring.

use anyhow::{Context, Result};
use driver::Transport;
use sim::Device;
use spec::register::GENERATION;

use super::report::{Report, Row};
use super::rig::Rig;

/// How full the table is.
const LOAD: f64 = 0.95;
/// Rows of a measurement.
const ROWS: usize = 1900;

/// Filling to the load, changing rows there, and taking out one for each that is added.
pub fn run(report: &mut Report) -> Result<()> {
    for width in [16, 64] {
        let mut rig = Rig::new(width)?;
        let rows = rig.rows(LOAD);
        report.rows.push(measure(&mut rig, "fill", rows, 1, |rig, _| rig.insert())?);
        report.rows.push(measure(&mut rig, "update", ROWS, 1, |rig, n| {
            let key = rig.keys[n % rig.keys.len()];
            let action = rig.action(&key);
            rig.device.update(&key, &action)?;
            Ok(())
        })?);
        report.rows.push(measure(&mut rig, "replace", ROWS, 2, |rig, _| {
            rig.remove()?;
            rig.insert()
        })?);
    }
    Ok(())
}

/// Clocks from the first doorbell to the fence behind the last row, all that the driver waits
/// included, of `count` changes of so many `rows` each.
fn measure(
    rig: &mut Rig,
    case: &str,
    count: usize,
    rows: usize,
    mut change: impl FnMut(&mut Rig, usize) -> Result<()>,
) -> Result<Row> {
    rig.device.settle()?;
    let before = state(rig)?;
    for n in 0..count {
        change(rig, n)?;
    }
    rig.device.settle()?;
    let after = state(rig)?;
    let commands = (after.1 as u16).wrapping_sub(before.1 as u16);
    let count = count * rows;
    Ok(Row {
        bench: "table".into(),
        case: Some(case.into()),
        width: Some(rig.width),
        load: Some(LOAD),
        rows: Some(rig.keys.len()),
        count: Some(count),
        clocks_per_row: Some((after.0 - before.0) as f64 / count as f64),
        commands_per_row: Some(f64::from(commands) / count as f64),
        ..Row::default()
    })
}

/// Clocks, and commands executed.
fn state(rig: &mut Rig) -> Result<(u64, u32)> {
    let rtl = rig.device.transport();
    let generation = rtl.read32(GENERATION)?;
    Ok((rtl.clocks().context("no clocks")?, generation))
}
