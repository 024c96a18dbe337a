//! Packets through the Verilated AES-GCM engines: clocks a packet without a pause, latency unloaded,
//! clocks a second.

use anyhow::{Context, Result, ensure};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tests::gcm::{Answer, Gcm, Stalls};
use tests::gcm_engines::{ENGINES, Engine};
use tests::gcm_random::{keys, packet};

use super::host::{median, seconds};
use super::report::{Report, Row};
use super::rig::imix;
use super::simulate::{CLOCKS, ROUNDS};
use super::software;

/// Bytes of text.
const SIZES: [usize; 12] = [0, 1, 15, 16, 17, 60, 64, 65, 128, 512, 1500, 9000];
/// Beats of a measurement, about.
const BEATS: usize = 2048;
/// Packets whose latency is measured, each alone.
const ALONE: usize = 4;
/// Keys that packets take at random; half of them have 128 bits.
const KEYS: usize = 16;
const SEED: u64 = 1;

/// An engine under simulation.
struct Bench {
    engine: &'static Engine,
    gcm: Gcm,
    keys: Vec<Vec<u8>>,
    random: ChaCha8Rng,
}

/// All engines, then what software does.
pub fn seal(report: &mut Report) -> Result<()> {
    operation(report, true)
}

/// The same, the other way.
pub fn open(report: &mut Report) -> Result<()> {
    operation(report, false)
}

fn operation(report: &mut Report, seal: bool) -> Result<()> {
    for engine in ENGINES {
        let mut bench = Bench::new(engine)?;
        for size in SIZES {
            let count = (BEATS / engine.beats(size)).clamp(16, 256);
            let row = bench.sustained(seal, &vec![size; count])?;
            let (size_told, latency) = (Some(size.into()), Some(bench.alone(seal, size)?));
            report.rows.push(Row { size: size_told, latency_clocks: latency, ..row });
        }
        // the last one as long as the first: so both end as far from the end of their sealed form
        let mut sizes = imix(&mut bench.random, 256);
        sizes.extend(sizes.first().copied());
        let row = bench.sustained(seal, &sizes)?;
        report.rows.push(Row { size: Some("imix".into()), ..row });
    }
    software::run(report, seal)
}

impl Bench {
    fn new(engine: &'static Engine) -> Result<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut gcm = Gcm::new(engine.top);
        ensure!(gcm.width() == engine.width, "{}: {} bytes a beat", engine.top, gcm.width());
        let keys = keys(&mut gcm, &mut random, KEYS);
        Ok(Self { engine, gcm, keys, random })
    }

    /// Queues packets under random keys; what must come out.
    fn push(&mut self, seal: bool, sizes: &[usize]) -> Vec<Answer> {
        let mut wants = Vec::with_capacity(sizes.len());
        for size in sizes {
            let (packet, want) = packet(&mut self.random, &self.keys, *size, seal);
            self.gcm.push(packet);
            wants.push(want);
        }
        wants
    }

    /// Packets without a pause between them, each as crate `aes-gcm` has it. The clocks are those
    /// from the end of the first to the end of the last, as they leave.
    fn sustained(&mut self, seal: bool, sizes: &[usize]) -> Result<Row> {
        let wants = self.push(seal, sizes);
        self.gcm.given.clear();
        self.gcm.run(wants.len(), Stalls::default(), &mut self.random);
        ensure!(self.gcm.answers == wants, "{}: a packet is wrong", self.engine.top);
        self.gcm.answers.clear();
        let (first, last) = self.gcm.given.first().zip(self.gcm.given.last()).context("none")?;
        let beats: usize = sizes[1..].iter().map(|size| self.engine.beats(*size)).sum();
        let packets = (sizes.len() - 1) as f64;
        Ok(Row {
            count: Some(sizes.len()),
            beats_per_packet: Some(beats as f64 / packets),
            clocks_per_beat: Some(self.engine.per_beat),
            clocks_per_packet: Some((last - first) as f64 / packets),
            ..self.row(if seal { "seal" } else { "open" })
        })
    }

    /// Clocks from the first beat taken to the last beat given, of packets that are alone: what the
    /// engine promises.
    fn alone(&mut self, seal: bool, size: usize) -> Result<u64> {
        let promised = self.engine.latency(seal, size) as u64;
        for n in 0..ALONE {
            let wants = self.push(seal, &[size]);
            self.gcm.run(1, Stalls::default(), &mut self.random);
            ensure!(self.gcm.answers == wants, "{}: a packet is wrong", self.engine.top);
            self.gcm.answers.clear();
            let ends = self.gcm.taken.last().zip(self.gcm.given.last());
            let (taken, given) = ends.context("no clocks")?;
            let (top, clocks) = (self.engine.top, given - taken);
            ensure!(clocks == promised, "{top}, size {size}: {clocks} clocks, {promised} promised");
            for _ in 0..20 + n {
                self.gcm.tick(false, true); // no period is met twice
            }
        }
        Ok(promised)
    }

    fn row(&self, bench: &str) -> Row {
        let (engine, width) = (Some(self.engine.top.into()), Some(self.engine.width));
        Row { bench: bench.into(), engine, width, ..Row::default() }
    }
}

/// Clocks a second of each engine, with nothing to do and sealing the IMIX at its full rate.
pub fn simulate(report: &mut Report) -> Result<()> {
    for engine in ENGINES {
        let mut bench = Bench::new(engine)?;
        for case in ["idle", "imix"] {
            let mut rates = Vec::new();
            for _ in 0..ROUNDS {
                let mut sizes = Vec::new();
                if case == "imix" {
                    sizes = imix(&mut bench.random, CLOCKS as usize);
                    let mut clocks = 0;
                    sizes.retain(|size| {
                        let wanted = clocks <= CLOCKS as usize;
                        clocks += engine.clocks(*size);
                        wanted
                    });
                }
                let wants = bench.push(true, &sizes);
                let gcm = &mut bench.gcm;
                let spent = seconds(|| {
                    for _ in 0..CLOCKS {
                        gcm.tick(true, true);
                    }
                });
                rates.push(CLOCKS as f64 / spent);
                gcm.run(wants.len(), Stalls::default(), &mut bench.random);
                ensure!(gcm.answers == wants, "{}: a packet is wrong", engine.top);
                gcm.answers.clear();
            }
            let (case, rate) = (Some(case.into()), Some(median(rates)));
            report.rows.push(Row { case, clocks_per_second: rate, ..bench.row("simulate") });
        }
    }
    Ok(())
}
