//! The gates of an AES-GCM engine in Icarus, a second opinion: a few packets, as crate `aes-gcm` has them.

use hdl::crypto::folded::Folded;
use hdl::emit::verilog_of;
use hdl::leaf::functions::SubBytes;
use hdl::tops::emit;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::crypto::GcmVerdict;
use tests::gcm::{Answer, Packet, key_rows};
use tests::gcm_random::packet;
use tests::icarus::{self, Hex, Port};

/// Bytes a beat of the engines here.
const W: usize = 16;
const OUTS: [Port; 7] = [
    ("busy", 1),
    ("sink$ready", 1),
    ("source$valid", 1),
    ("source$last", 1),
    ("source$bytes", 5),
    ("source$data", 128),
    ("verdict", 2),
];
/// While keys are wiped, and while a beat is not taken.
const HOLD: &str = "\\o_busy || (\\i_sink$valid && !\\o_sink$ready )";
/// Clocks without a beat at the end, in which the last packet leaves.
const REST: usize = 300;

fn ins(key_bits: usize) -> [Port<'static>; 18] {
    [
        ("reset", 1),
        ("wipe", 1),
        ("source$ready", 1),
        ("write$enable", 1),
        ("write$key", key_bits),
        ("write$row", 7),
        ("write$data", 128),
        ("sink$valid", 1),
        ("sink$last", 1),
        ("sink$error", 1),
        ("sink$bytes", 5),
        ("sink$data", 128),
        ("request$seal", 1),
        ("request$key", key_bits),
        ("request$nonce", 96),
        ("request$aad", 128),
        ("request$aad_bytes", 5),
        ("request$text_bytes", 14),
    ]
}

/// Bytes as a number, the first one lowest.
fn hex(bytes: &[u8]) -> Hex {
    let digits: Hex = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect();
    if digits.is_empty() { "0".into() } else { digits }
}

/// A row of inputs: these, and zeros.
fn row(ins: &[Port], values: &[(&str, Hex)]) -> Vec<Hex> {
    let value = |name: &str| values.iter().find(|value| value.0 == name).map(|value| &value.1);
    assert!(values.iter().all(|value| ins.iter().any(|port| port.0 == value.0)));
    ins.iter().map(|port| value(port.0).cloned().unwrap_or("0".into())).collect()
}

fn bit(value: bool) -> Hex {
    Hex::from(if value { "1" } else { "0" })
}

/// A row for each beat of a packet.
fn beats(ins: &[Port], packet: &Packet) -> Vec<Vec<Hex>> {
    let count = packet.bytes.len().div_ceil(W).max(1);
    let beat = |at: usize| {
        let bytes = &packet.bytes[W * at..packet.bytes.len().min(W * at + W)];
        let values = [
            ("source$ready", bit(true)),
            ("sink$valid", bit(true)),
            ("sink$last", bit(at + 1 == count)),
            ("sink$error", bit(packet.error)),
            ("sink$bytes", format!("{:x}", bytes.len())),
            ("sink$data", hex(bytes)),
            ("request$seal", bit(packet.seal)),
            ("request$key", format!("{:x}", packet.key)),
            ("request$nonce", hex(&packet.nonce)),
            ("request$aad", hex(&packet.aad)),
            ("request$aad_bytes", format!("{:x}", packet.aad.len())),
            ("request$text_bytes", format!("{:x}", packet.text)),
        ];
        row(ins, &values)
    };
    (0..count).map(beat).collect()
}

/// The packets among the outputs.
fn answers(seen: &[Vec<Hex>]) -> Vec<Answer> {
    let number = |hex: &Hex| usize::from_str_radix(hex, 16).unwrap_or_else(|_| panic!("{hex}"));
    let (mut answers, mut packet) = (vec![], vec![]);
    for row in seen {
        let [_, _, valid, last, bytes, data, verdict] = &row[..] else { panic!("{row:?}") };
        if valid != "1" {
            continue;
        }
        let byte = |i: usize| number(&data[data.len() - 2 * i - 2..][..2].to_string()) as u8;
        packet.extend((0..number(bytes)).map(byte));
        if last == "1" {
            let verdict = GcmVerdict::from_code(number(verdict) as u8);
            answers.push(Answer { bytes: std::mem::take(&mut packet), verdict });
        }
    }
    answers
}

/// Keys of both lengths written, packets sealed, opened, and opened under a wrong tag.
fn compare(name: &str, verilog: &str, key_bits: usize) -> Result<(), String> {
    println!("{name}: seed 1");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let keys: Vec<Vec<u8>> = [32, 16].map(|size| (0..size).map(|_| rng.random()).collect()).into();
    let ins = ins(key_bits);
    let mut rows = vec![row(&ins, &[("reset", bit(true))]), row(&ins, &[])];
    for (index, key) in keys.iter().enumerate() {
        for (number, data) in key_rows(key, 1) {
            let values = [
                ("write$enable", bit(true)),
                ("write$key", format!("{index:x}")),
                ("write$row", format!("{number:x}")),
                ("write$data", hex(&data)),
            ];
            rows.push(row(&ins, &values));
        }
    }
    let mut wants = vec![];
    for (size, seal, right) in
        [(20, true, true), (20, false, true), (20, false, false), (0, true, true)]
    {
        let (mut packet, mut want) = packet(&mut rng, &keys, size, seal);
        if !right {
            *packet.bytes.last_mut().unwrap() ^= 1;
            want.verdict = GcmVerdict::Tag;
        }
        rows.extend(beats(&ins, &packet));
        wants.push(want);
    }
    rows.extend(std::iter::repeat_n(row(&ins, &[("source$ready", bit(true))]), REST));
    let seen = icarus::run(name, verilog, &["SYNTHESIS"], &ins, &OUTS, HOLD, &rows);
    let answers = answers(&seen);
    if answers == wants { Ok(()) } else { Err(format!("{answers:02x?}, not {wants:02x?}")) }
}

#[test]
fn gates_of_the_45f() {
    compare("aes-gcm-45f", &emit("aes-gcm-45f").unwrap(), 6).unwrap();
}

/// With 8 keys: to wipe all 512 takes Icarus half a minute.
#[test]
fn gates_of_the_85f() {
    compare("aes-gcm-85f", &super::gcm::small(), 3).unwrap();
}

/// A gate that is an OR: Verilator never sees it, it gets what `Function::sim` says instead.
#[test]
fn a_wrong_gate_is_noticed() {
    let text = verilog_of::<Folded<SubBytes<16>, 3, 4, 6, 7>>();
    let gates = text.find("`ifdef SYNTHESIS").unwrap();
    let gate = gates + text[gates..].find(" ^ ").unwrap();
    let wrong = format!("{} | {}", &text[..gate], &text[gate + 3..]);
    let found = compare("aes-gcm-45f-fault", &wrong, 3);
    println!("{found:?}");
    assert!(found.is_err());
}
