//! Packets through the Verilated datapath: clocks a packet at the full rate, latency unloaded.

use anyhow::{Context, Result, ensure};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use sim::Device;
use spec::limits::latency_clocks;

use super::report::{Report, Row};
use super::rig::{Rig, SHORTEST_HIT, imix};

/// How full the table is; 0: but for the one row that is hit.
pub const LOADS: [f64; 3] = [0.0, 0.5, 0.95];
/// Beats of a measurement, about.
const BEATS: usize = 16_384;
/// Packets whose latency is measured, each alone.
const ALONE: usize = 8;

/// The sizes at a width, in bytes without FCS.
fn sizes(width: usize) -> Vec<usize> {
    let mut sizes = vec![60, 64, 65, width - 1, width, width + 1, 128, 512, 1500, 9000];
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// All sizes at all loads, both widths.
pub fn forward(report: &mut Report) -> Result<()> {
    for width in [16, 64] {
        let mut rig = Rig::new(width)?;
        for load in LOADS {
            rig.fill(rig.rows(load))?;
            for size in sizes(width) {
                let count = (BEATS / size.div_ceil(width)).clamp(64, 2048);
                let mut row = sustained(&mut rig, &vec![size; count], load)?;
                (row.latency_clocks, row.store_and_forward_clocks) = alone(&mut rig, size)?;
                row.size = Some(size.into());
                let bypass = size < SHORTEST_HIT;
                row.case = Some(String::from(if bypass { "bypass" } else { "hit" }));
                report.rows.push(row);
            }
            let sizes = imix(&mut rig.random, 1024);
            let row = sustained(&mut rig, &sizes, load)?;
            let (case, size) = (Some("hit".into()), Some("imix".into()));
            report.rows.push(Row { case, size, ..row });
        }
    }
    Ok(())
}

/// Frames without a pause between them. The clocks are those from the end of the first to the end
/// of the last, as they leave.
fn sustained(rig: &mut Rig, sizes: &[usize], load: f64) -> Result<Row> {
    let frames: Vec<Vec<u8>> = sizes.iter().map(|size| rig.frame(*size, None)).collect();
    clocks(rig, &frames, load)
}

fn clocks(rig: &mut Rig, frames: &[Vec<u8>], load: f64) -> Result<Row> {
    let sent = rig.pass(frames)?;
    let ends = sent.first().zip(sent.last()).context("no frames")?;
    let (first, last) = ends.0.clock.zip(ends.1.clock).context("no clocks")?;
    let beats: u64 = frames[1..].iter().map(|frame| rig.beats(frame.len())).sum();
    let packets = (frames.len() - 1) as f64;
    Ok(Row {
        bench: "forward".into(),
        width: Some(rig.width),
        load: Some(load),
        rows: Some(rig.keys.len()),
        count: Some(frames.len()),
        beats_per_packet: Some(beats as f64 / packets),
        clocks_per_packet: Some((last - first) as f64 / packets),
        ..Row::default()
    })
}

/// The longest latencies of frames that are alone in the device: from the first beat in to the last
/// out, and from the last in to the first out.
fn alone(rig: &mut Rig, size: usize) -> Result<(Option<u64>, Option<u64>)> {
    let (mut through, mut stored) = (0, 0);
    for n in 0..ALONE {
        let frame = rig.frame(size, None);
        let sent = rig.pass(&[frame])?;
        let rtl = rig.device.transport();
        let first_in = rtl.accepted(0).context("no clock")?;
        let last_in = rtl.completed(0).context("no clock")?;
        let (first_out, last_out) = sent[0].first.zip(sent[0].clock).context("no clocks")?;
        ensure!(last_in - first_in + 1 == size.div_ceil(rig.width) as u64, "not taken at once");
        let spec = latency_clocks(rig.width) as u64;
        ensure!(first_out - last_in == spec, "{} clocks, {spec} told", first_out - last_in);
        through = through.max(last_out - first_in);
        stored = stored.max(first_out - last_in);
        rtl.advance(300 + n as u64); // nothing is left inside, and no period is met twice
    }
    Ok((Some(through), Some(stored)))
}

/// A lookup a clock: frames of one beat, every row in random order, many times.
pub fn lookup(report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(64)?;
    for load in LOADS {
        rig.fill(rig.rows(load))?;
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let mut keys = Vec::new();
        while keys.len() < 8192 {
            let mut all = rig.keys.clone();
            all.shuffle(&mut random);
            keys.extend(all);
        }
        let frames: Vec<Vec<u8>> = keys.into_iter().map(|key| rig.frame(60, Some(key))).collect();
        let row = clocks(&mut rig, &frames, load)?;
        report.rows.push(Row { bench: "lookup".into(), size: Some(60.into()), ..row });
    }
    Ok(())
}
