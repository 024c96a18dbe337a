//! How fast the Verilated datapath runs, without a trace, on one core.

use anyhow::Result;
use sim::Device;

use super::host::{median, seconds};
use super::report::{Report, Row};
use super::rig::{Rig, imix};

/// Clocks of a round.
pub const CLOCKS: u64 = 60_000;
/// Rounds of which the middle one counts.
pub const ROUNDS: usize = 5;

/// The datapath of both widths, with nothing to do and with a beat of the IMIX at every clock.
pub fn run(report: &mut Report) -> Result<()> {
    for width in [16, 64] {
        let mut rig = Rig::new(width)?;
        rig.fill(rig.rows(0.95))?;
        for case in ["idle", "imix"] {
            let mut rates = Vec::new();
            for _ in 0..ROUNDS {
                if case == "imix" {
                    let mut beats = 0;
                    for size in imix(&mut rig.random, CLOCKS as usize) {
                        let frame = rig.frame(size, None);
                        rig.device.transport().send(0, &frame, false);
                        beats += rig.beats(size);
                        if beats > CLOCKS {
                            break;
                        }
                    }
                }
                let rtl = rig.device.transport();
                rates.push(CLOCKS as f64 / seconds(|| rtl.advance(CLOCKS)));
                while !rtl.idle() {
                    rtl.advance(64);
                }
                while rtl.receive(1).is_some() {}
            }
            report.rows.push(Row {
                bench: "simulate".into(),
                case: Some(case.into()),
                width: Some(width),
                clocks_per_second: Some(median(rates)),
                ..Row::default()
            });
        }
    }
    Ok(())
}
