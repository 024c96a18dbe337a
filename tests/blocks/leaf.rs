//! Leaves against independent crates: the gates in Icarus, the simulator's form in Verilator.

use aes::Block;
use ghash::{GHash, universal_hash::UniversalHash};
use hdl::emit::verilog_of;
use hdl::leaf::functions::*;
use hdl::leaf::{Function, Leaf, Leaf2, LutRam, Ram, Word};
use rust_hdl::prelude::*;
use tests::icarus;
use verilate::{Design, Model, Port};

fn set(model: &mut Model, port: (Port, usize), value: &Word) {
    if port.1 <= 64 {
        model.set(port.0, value.low(port.1).0[0]);
    } else {
        let words: Vec<u32> =
            (0..port.1.div_ceil(32)).map(|i| (value.0[i / 2] >> (i % 2 * 32)) as u32).collect();
        model.set_words(port.0, &words);
    }
}

fn get(model: &Model, port: (Port, usize)) -> Word {
    if port.1 <= 64 {
        return Word::from_u128(model.get(port.0).into());
    }
    let bytes: Vec<u8> = model.words(port.0).iter().flat_map(|w| w.to_le_bytes()).collect();
    Word::from_bytes(&bytes)
}

/// Offers one vector a clock; each result must come out `latency` clocks after its arguments. Where
/// nothing is expected there is `None`.
fn check(
    name: &str,
    text: &str,
    ins: &[(&str, usize)],
    out: (&str, usize),
    latency: usize,
    vectors: &[(Vec<Word>, Option<Word>)],
) {
    let last = &vectors[vectors.len() - 1].0;
    let args = |t: usize| vectors.get(t).map_or(last, |v| &v.0);
    let clocks = vectors.len() + latency;
    let want = |t: usize| t.checked_sub(latency).and_then(|t| vectors[t].1);

    let mut model = Design::new(text, "top").model().unwrap();
    let clock = model.port("clock").unwrap();
    let ports: Vec<_> = ins.iter().map(|(n, w)| (model.port(n).unwrap(), *w)).collect();
    let result = (model.port(out.0).unwrap(), out.1);
    for t in 0..clocks {
        ports.iter().zip(args(t)).for_each(|(p, x)| set(&mut model, *p, x));
        model.eval();
        if let Some(want) = want(t) {
            assert_eq!(get(&model, result), want, "{name}, vector {}", t - latency);
        }
        model.tick(clock);
    }

    let row = |t: usize| ins.iter().zip(args(t)).map(|(p, x)| hex(x, p.1)).collect();
    let rows: Vec<Vec<String>> = (0..clocks).map(row).collect();
    let seen = icarus::run(name, text, &["SYNTHESIS"], ins, &[out], "0", &rows);
    assert_eq!(seen.len(), clocks);
    for (t, seen) in seen.iter().enumerate() {
        if let Some(want) = want(t) {
            assert_eq!(seen[0], hex(&want, out.1), "gates of {name}, vector {}", t - latency);
        }
    }
}

fn hex(x: &Word, bits: usize) -> String {
    let all: String = x.0.iter().rev().map(|w| format!("{w:016x}")).collect();
    all[all.len() - bits.div_ceil(4)..].to_string()
}

fn random(bits: usize, count: usize) -> impl Iterator<Item = Word> {
    let mut seed = 0x1234_5678_9abc_def1 ^ bits as u64;
    (0..count).map(move |_| Word::random(bits, &mut seed))
}

fn blocks(w: &Word) -> [u8; 16] {
    std::array::from_fn(|i| w.byte(i))
}

/// A leaf against an independent reference.
fn leaf<F: Function, const IN: usize, const OUT: usize, const LAT: usize>(
    name: &str,
    xs: impl Iterator<Item = Word>,
    reference: impl Fn(&Word) -> Word,
) {
    let text = verilog_of::<Leaf<F, IN, OUT, LAT>>();
    let vectors: Vec<_> = xs.map(|x| (vec![x], Some(reference(&x)))).collect();
    check(name, &text, &[("x", IN)], ("y", OUT), LAT, &vectors);
}

#[test]
fn s_boxes_on_all_256_values() {
    let s_box = |x: u8| {
        // SubBytes alone: a round with a zero key on a state of equal bytes, whose MixColumns and
        // ShiftRows change nothing
        let mut block: Block = [x; 16].into();
        aes::hazmat::cipher_round(&mut block, &[0; 16].into());
        block[0]
    };
    let bytes = || (0..=255u8).map(|x| Word::from_bytes(&[x]));
    let reference = |x: &Word| Word::from_bytes(&[s_box(x.byte(0))]);
    leaf::<SubBytes<1>, 8, 8, 4>("tower", bytes(), reference);
    leaf::<SubBytesRom<1>, 8, 8, 1>("rom", bytes(), reference);
}

#[test]
fn crc_of_a_beat() {
    let reference = |x: &Word| Word::from_u128(u128::from(!crc32fast::hash(&blocks(x))));
    // with the register's initial ones moved into the first four bytes
    let ones = Word::from_u128(0xffff_ffff);
    leaf::<CrcData<16>, 128, 32, 0>("crc", random(128, 300), |x| reference(&x.xor(&ones)));
    leaf::<Flat<CrcData<16>>, 128, 32, 2>("crc-flat", random(128, 300), |x| {
        reference(&x.xor(&ones))
    });
}

#[test]
fn middle_rounds_of_aes() {
    let text = verilog_of::<Leaf2<MixKey, 128, 128, 128, 1>>();
    let inverse: Vec<u8> =
        (0..=255).map(|y| (0..=255).find(|x| aes_sbox(*x) == y).expect("a bijection")).collect();
    let vectors: Vec<_> = random(128, 300)
        .zip(random(128, 600).skip(300))
        .map(|(sub, key)| {
            // the crate's round begins with SubBytes: undo it
            let state: [u8; 16] = std::array::from_fn(|i| inverse[sub.byte(i) as usize]);
            let mut block: Block = state.into();
            aes::hazmat::cipher_round(&mut block, &blocks(&key).into());
            (vec![sub, key], Some(Word::from_bytes(&block)))
        })
        .collect();
    check("mix", &text, &[("a", 128), ("b", 128)], ("y", 128), 1, &vectors);
}

fn product(a: &Word, b: &Word) -> Word {
    let mut ghash = GHash::new(&blocks(a).into());
    ghash.update(&[blocks(b).into()]);
    Word::from_bytes(&ghash.finalize())
}

#[test]
fn ghash_products() {
    let text = verilog_of::<Leaf2<GhashMul<8>, 128, 128, 128, 8>>();
    let corners = (0..128).map(Word::basis).zip((0..128).rev().map(Word::basis));
    let pairs = random(128, 300).zip(random(128, 600).skip(300)).chain(corners);
    let vectors: Vec<_> = pairs.map(|(a, b)| (vec![a, b], Some(product(&a, &b)))).collect();
    check("ghash-mul", &text, &[("a", 128), ("b", 128)], ("y", 128), 8, &vectors);
}

#[test]
fn products_of_length_blocks() {
    let text = verilog_of::<Leaf2<LengthMul, 19, 128, 128, 3>>();
    let vectors: Vec<_> = random(19, 400)
        .zip(random(128, 400))
        .map(|(lengths, h)| {
            let (text, aad) = (lengths.0[0] & 0x3fff, lengths.0[0] >> 14);
            let block = (u128::from(aad * 8) << 64 | u128::from(text * 8)).to_be_bytes();
            (vec![lengths, h], Some(product(&Word::from_bytes(&block), &h)))
        })
        .collect();
    check("length-mul", &text, &[("a", 19), ("b", 128)], ("y", 128), 3, &vectors);
}

/// A block's coefficients in the order of their powers, or back.
fn reflect(x: &Word) -> Word {
    Word::from_bytes(&blocks(x).map(u8::reverse_bits))
}

#[test]
fn squares() {
    let reference = |x: &Word| reflect(&product(&reflect(x), &reflect(x)));
    leaf::<Square, 128, 128, 0>("square", random(128, 300), reference);
    leaf::<Reflect, 128, 128, 0>("reflect", random(128, 100), reflect);
}

#[test]
fn products_of_digits() {
    let text = verilog_of::<Leaf2<DigitMul, 26, 128, 153, 0>>();
    let vectors: Vec<_> = random(26, 300)
        .zip(random(128, 300))
        .map(|(digit, x)| {
            let rows = (0..26).filter(|i| digit.bit(*i));
            let sum = rows.fold(Word::default(), |p, i| p.xor(&Word::default().append(i, &x)));
            (vec![digit, x], Some(sum))
        })
        .collect();
    check("digit-mul", &text, &[("a", 26), ("b", 128)], ("y", 153), 0, &vectors);
}

#[test]
fn coefficients_above_an_element() {
    let x64 = reflect(&Word::basis(64));
    let x128 = product(&x64, &x64);
    let reference = |x: &Word| {
        let high = Word::from_u128((128..154).filter(|k| x.bit(*k)).map(|k| 1 << (k - 128)).sum());
        x.low(128).xor(&reflect(&product(&reflect(&high), &x128)))
    };
    leaf::<Reduce, 154, 128, 0>("reduce", random(154, 300), reference);
}

#[test]
fn digits_of_length_blocks() {
    let text = verilog_of::<Leaf2<LengthDigits, 14, 5, 52, 0>>();
    let vectors: Vec<_> = random(19, 400)
        .map(|lengths| {
            let (text, aad) = (lengths.0[0] & 0x3fff, lengths.0[0] >> 14);
            let block = (u128::from(aad * 8) << 64 | u128::from(text * 8)).to_be_bytes();
            let x = reflect(&Word::from_bytes(&block)).u128_at(0);
            let (high, low) = (x >> 104, x >> 52 & 0x3ff_ffff);
            assert_eq!(high << 104 | low << 52, x, "a bit outside both digits");
            let args = [text, aad].map(|v| Word::from_u128(v.into()));
            (args.to_vec(), Some(Word::from_u128(high | low << 26)))
        })
        .collect();
    check("length-digits", &text, &[("a", 14), ("b", 5)], ("y", 52), 0, &vectors);
}

/// Writes and reads at random; `clash` is what a read of the address being written returns. A memory
/// that can hold its output does so now and then.
fn memory(name: &str, text: &str, latency: usize, holds: bool, clash: impl Fn(u64, u64) -> u64) {
    let mut words = [None; 16];
    let mut last = None;
    let vectors: Vec<_> = random(42, 3000)
        .map(|x| {
            let (enable, to, data) = (x.0[0] & 1, x.0[0] >> 1 & 15, x.0[0] >> 5 & 0xffff_ffff);
            let from = x.0[0] >> 37 & 15;
            let old: Option<u64> = words[from as usize];
            let seen = if enable == 1 && to == from { old.map(|o| clash(o, data)) } else { old };
            let read = u64::from(!holds) | x.0[0] >> 41 & 1;
            last = if read == 1 { seen } else { last };
            if enable == 1 {
                words[to as usize] = Some(data);
            }
            let args = [enable, to, data, from, read].map(|v| Word::from_u128(v.into()));
            (
                args[..4 + usize::from(holds)].to_vec(),
                last.map(|s| Word::from_u128((s & 0xffff_ffff).into())),
            )
        })
        .collect();
    let ins = [
        ("write_enable", 1),
        ("write_address", 4),
        ("write_data", 32),
        ("read_address", 4),
        ("read_enable", 1),
    ];
    check(name, text, &ins[..4 + usize::from(holds)], ("read_data", 32), latency, &vectors);
}

#[test]
fn memories() {
    memory("lut-ram", &verilog_of::<LutRam<Bits<32>, 4>>(), 1, true, |old, _| old);
}

#[test]
fn a_clash_in_block_ram_gives_neither_word() {
    // what the leaf documents for simulation; with SYNTHESIS there is no promise to check
    let text = verilog_of::<Ram<Bits<32>, 4>>().replace("ifndef SYNTHESIS", "ifndef NO");
    memory("ram", &text, 2, false, |old, new| (!old & 1) | (!new & !1));
}
