//! The figures of a run, and which of them miss what is aimed at.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::host;

/// Clocks that a hit may take besides its packet's beats, unloaded.
pub const LATENCY: u64 = 40;
/// Clocks that a row may take through the command ring.
pub const ROW_CLOCKS: f64 = 8.0;
/// Tunnels a second to be set up on one core.
pub const TUNNELS: f64 = 225_000.0;
/// Clocks a second of the Verilated datapath at [`SIMULATED_WIDTH`], on one core.
pub const CLOCKS: f64 = 1_000_000.0;
/// Clocks a second of a Verilated AES-GCM engine of that width, on one core.
pub const ENGINE_CLOCKS: f64 = 300_000.0;
/// The width that [`CLOCKS`] and [`ENGINE_CLOCKS`] are about.
pub const SIMULATED_WIDTH: usize = 16;

/// All figures, and where they come from.
#[derive(Serialize, Deserialize)]
pub struct Report {
    /// Processor, cores that are online, operating system.
    pub host: String,
    /// The commit; `-dirty` behind it: with changes.
    pub commit: String,
    /// Versions of the tools that built what was measured.
    pub tools: Vec<String>,
    /// The figures.
    pub rows: Vec<Row>,
    /// Benches that were not run, and why.
    pub skipped: Vec<String>,
}

/// A figure; what a bench does not measure is absent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// forward, lookup, open, seal, table, setup or simulate.
    pub bench: String,
    /// What was measured, where a bench measures several things.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The AES-GCM engine that was measured, by its top; absent: the datapath, or software.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Bytes a beat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// Bytes of a frame without FCS, for AES-GCM of text; or "imix".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Value>,
    /// Rows in use, as a fraction of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
    /// Rows in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    /// Packets, rows or tunnels that the figure is the mean of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Beats of a packet, the mean of them; for AES-GCM of its sealed form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beats_per_packet: Option<f64>,
    /// Clocks that an engine has for a beat; absent: one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_per_beat: Option<usize>,
    /// Clocks a packet in a row without a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_per_packet: Option<f64>,
    /// Clocks from the first beat accepted to the last beat out, unloaded; the longest seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_clocks: Option<u64>,
    /// Clocks from the last beat accepted to the first beat out, unloaded (RFC 1242, 3.8, store and
    /// forward); the longest seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_and_forward_clocks: Option<u64>,
    /// Clocks a row through the command ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_per_row: Option<f64>,
    /// Commands a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commands_per_row: Option<f64>,
    /// Tunnels a second, on one core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnels_per_second: Option<f64>,
    /// Clocks a second, on one core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_per_second: Option<f64>,
    /// Bits of text a second, in units of 10^9, of software on one core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gigabits_per_second: Option<f64>,
}

impl Report {
    /// Without figures yet.
    pub fn new() -> Result<Self> {
        Ok(Self {
            host: host::host(),
            commit: host::commit(),
            tools: host::tools()?,
            rows: Vec::new(),
            skipped: vec![String::from(
                "open and seal of the datapath: it has no stage yet that opens or seals ESP",
            )],
        })
    }
}

impl Row {
    /// What is aimed at and not met.
    pub fn miss(&self) -> Option<String> {
        let bench = match &self.case {
            Some(case) => format!("{}, {case}", self.bench),
            None => self.bench.clone(),
        };
        let mut name = bench;
        if let Some(engine) = &self.engine {
            name += &format!(", {engine}");
        }
        if let Some(width) = self.width {
            name += &format!(", W={width}");
        }
        if let Some(size) = &self.size {
            name += &format!(", size {}", size.as_str().map_or(size.to_string(), String::from));
        }
        if let Some(load) = self.load {
            name += &format!(", load {load}");
        }
        let mut misses = Vec::new();
        if let (Some(clocks), Some(beats)) = (self.clocks_per_packet, self.beats_per_packet)
            && clocks > beats * self.clocks_per_beat.unwrap_or(1) as f64
        {
            misses.push(format!("{clocks:.3} clocks a packet of {beats:.3} beats"));
        }
        if let (Some(clocks), Some(beats)) = (self.latency_clocks, self.beats_per_packet)
            && self.engine.is_none() // an engine has what it promises, or its bench fails
            && clocks as f64 > LATENCY as f64 + beats
        {
            let most = LATENCY as f64 + beats;
            misses.push(format!("{clocks} clocks from first in to last out, {most} wanted"));
        }
        if let Some(clocks) = self.store_and_forward_clocks.filter(|clocks| *clocks > LATENCY) {
            misses.push(format!("{clocks} clocks from last in to first out, {LATENCY} wanted"));
        }
        if let Some(clocks) = self.clocks_per_row.filter(|clocks| *clocks > ROW_CLOCKS) {
            misses.push(format!("{clocks:.2} clocks a row, {ROW_CLOCKS} wanted"));
        }
        if let Some(rate) = self.tunnels_per_second.filter(|rate| *rate < TUNNELS) {
            misses.push(format!("{rate:.0} tunnels a second, {TUNNELS:.0} wanted"));
        }
        let wanted = if self.engine.is_some() { ENGINE_CLOCKS } else { CLOCKS };
        if self.width == Some(SIMULATED_WIDTH)
            && let Some(rate) = self.clocks_per_second.filter(|rate| *rate < wanted)
        {
            misses.push(format!("{rate:.0} clocks a second, {wanted:.0} wanted"));
        }
        (!misses.is_empty()).then(|| format!("{name}: {}", misses.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miss_is_told_and_a_hit_is_not() {
        let row = Row {
            bench: "forward".into(),
            beats_per_packet: Some(4.0),
            clocks_per_packet: Some(4.0),
            latency_clocks: Some(44),
            ..Row::default()
        };
        assert_eq!(row.miss(), None);
        let bubble = Row { clocks_per_packet: Some(4.001), ..row.clone() };
        assert!(bubble.miss().is_some());
        let late = Row { latency_clocks: Some(45), ..row };
        assert!(late.miss().is_some());
        let engine = Some(String::from("aes-gcm-45f"));
        let row = Row { engine, clocks_per_beat: Some(7), ..late };
        let engine = Row { clocks_per_packet: Some(28.0), ..row.clone() };
        assert_eq!(engine.miss(), None);
        let bubble = Row { clocks_per_packet: Some(28.001), ..row.clone() };
        assert!(bubble.miss().is_some_and(|miss| miss.contains("aes-gcm-45f")));
        let width = Some(SIMULATED_WIDTH);
        let quick = Row { width, clocks_per_second: Some(ENGINE_CLOCKS), ..row };
        assert_eq!(quick.miss(), None);
        let slow = Row { engine: None, clocks_per_packet: None, latency_clocks: None, ..quick };
        assert!(slow.miss().is_some());
        let slow = Row { tunnels_per_second: Some(TUNNELS - 1.0), ..Row::default() };
        assert!(slow.miss().is_some());
        let slow = Row { clocks_per_row: Some(8.1), ..Row::default() };
        assert!(slow.miss().is_some());
    }
}
