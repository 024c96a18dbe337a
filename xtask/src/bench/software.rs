//! AES-GCM in software, on one core of this machine: what the engines stand beside.

use std::process::Command;

use aes_gcm::aead::KeyInit;
use aes_gcm::{AeadInOut, Aes256Gcm};
use anyhow::{Context, Result, anyhow, bail, ensure};

use super::host::{median, seconds};
use super::report::{Report, Row};

/// Bytes of text.
pub const SIZES: [usize; 3] = [64, 1500, 9000];
/// What is measured, as `case` names it.
pub const OPENSSL: &str = "openssl speed -evp aes-256-gcm";
/// Called in this process, a packet a call.
pub const CRATE: &str = "crate aes-gcm";
/// Bytes of text of a round.
const BYTES: usize = 16 << 20;
/// Rounds of which the middle one counts.
const ROUNDS: usize = 5;

/// AES-256 at each size: OpenSSL's own benchmark, where it is installed, and the crate.
pub fn run(report: &mut Report, seal: bool) -> Result<()> {
    let bench = if seal { "seal" } else { "open" };
    match version() {
        Ok(version) => {
            if !report.tools.contains(&version) {
                report.tools.push(version);
            }
            for size in SIZES {
                report.rows.push(row(bench, OPENSSL, size, openssl(seal, size)?));
            }
        }
        Err(error) => report.skipped.push(format!("{bench}, {OPENSSL}: {error:#}")),
    }
    for size in SIZES {
        report.rows.push(row(bench, CRATE, size, library(seal, size)?));
    }
    Ok(())
}

fn row(bench: &str, case: &str, size: usize, bytes_a_second: f64) -> Row {
    Row {
        bench: bench.into(),
        case: Some(case.into()),
        size: Some(size.into()),
        gigabits_per_second: Some(8e-9 * bytes_a_second),
        ..Row::default()
    }
}

/// What the program says of itself.
fn version() -> Result<String> {
    let output = Command::new("openssl").arg("version").output().context("openssl")?;
    ensure!(output.status.success(), "openssl version: {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().into())
}

/// Bytes a second: of the processor time that it took, as it counts by itself.
fn openssl(seal: bool, size: usize) -> Result<f64> {
    let mut command = Command::new("openssl");
    command.args(["speed", "-mr", "-seconds", "1", "-evp", "aes-256-gcm"]);
    command.args(["-bytes", &size.to_string()]);
    if !seal {
        command.arg("-decrypt");
    }
    let output = command.output().context("openssl")?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    rate(&String::from_utf8_lossy(&output.stdout)).with_context(|| format!("{command:?}"))
}

/// The figure of its line `+F:number:name:bytes a second`.
fn rate(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("+F:")?.rsplit(':').next()?.parse().ok())
}

/// Bytes a second of packets under one key, each with its nonce and 8 bytes of additional data.
fn library(seal: bool, size: usize) -> Result<f64> {
    let cipher = Aes256Gcm::new(&[1; 32].into());
    let (mut nonce, aad) = ([0; 12], [3; 8]);
    let failed = |_| anyhow!("aes-gcm");
    let mut sealed = vec![2; size];
    let tag = cipher.encrypt_inout_detached(&nonce.into(), &aad, sealed.as_mut_slice().into());
    let tag = tag.map_err(failed)?;
    let mut text = sealed.clone();
    let (count, mut rates, mut good) = (BYTES / size, Vec::new(), true);
    for _ in 0..ROUNDS {
        let spent = seconds(|| {
            for n in 0..count {
                let buffer = text.as_mut_slice();
                good &= if seal {
                    nonce[..8].copy_from_slice(&n.to_le_bytes());
                    cipher.encrypt_inout_detached(&nonce.into(), &aad, buffer.into()).is_ok()
                } else {
                    buffer.copy_from_slice(&sealed);
                    cipher.decrypt_inout_detached(&nonce.into(), &aad, buffer.into(), &tag).is_ok()
                };
            }
        });
        rates.push((count * size) as f64 / spent);
    }
    ensure!(good, "crate aes-gcm refuses a packet");
    ensure!(seal || text == vec![2; size], "crate aes-gcm opens wrongly");
    Ok(median(rates))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openssls_figure_is_read() {
        let text = "+DT:AES-256-GCM:1:1500\n+R:622602:AES-256-GCM:0.480000\n+H:1500\n\
                    +F:25:AES-256-GCM:1945631250.00\n";
        assert_eq!(rate(text), Some(1_945_631_250.0));
        assert_eq!(rate("+H:1500\n"), None);
    }
}
