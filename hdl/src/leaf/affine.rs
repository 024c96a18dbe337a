//! Maps that are affine over GF(2), read off a function, and the compact forms for simulators.

use super::word::Word;
use std::fmt::Write;

/// The constant and the columns of an affine map, read off by evaluating zero and the basis vectors;
/// `None` if random vectors show that it is not affine over GF(2).
pub fn affine(inputs: usize, f: impl Fn(&Word) -> Word) -> Option<(Word, Vec<Word>)> {
    let zero = f(&Word::default());
    let cols: Vec<Word> = (0..inputs).map(|i| f(&Word::basis(i)).xor(&zero)).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let fits = (0..256).all(|_| {
        let x = Word::random(inputs, &mut seed);
        f(&x) == (0..inputs).filter(|i| x.bit(*i)).fold(zero, |y, i| y.xor(&cols[i]))
    });
    fits.then_some((zero, cols))
}

/// Verilog that drives `f` from `v` with one masked parity per output, if `model` is affine.
pub fn masks(inputs: usize, outputs: usize, model: impl Fn(&Word) -> Word) -> Option<String> {
    let (zero, cols) = affine(inputs, model)?;
    let row = |o: usize| {
        let hex = |d: usize| {
            (0..4).fold(0, |h, k| h | (cols.get(4 * d + k).is_some_and(|c| c.bit(o)) as u32) << k)
        };
        let digits: String =
            (0..inputs.div_ceil(4)).rev().map(|d| format!("{:x}", hex(d))).collect();
        let invert = if zero.bit(o) { "~" } else { "" };
        format!("assign f[{o}] = {invert}^(v & {inputs}'h{digits});\n")
    };
    Some((0..outputs).map(row).collect())
}

/// Verilog that drives `f` from `v` with the same table on every lane of `width` bits.
pub fn tables(inputs: usize, width: usize, table: impl Fn(usize) -> usize) -> String {
    let mut t = format!("reg [{0}:0] lut [0:{1}];\ninitial begin\n", width - 1, (1 << width) - 1);
    for x in 0..1 << width {
        writeln!(t, "  lut[{x}] = {width}'d{};", table(x)).expect("a string");
    }
    t += "end\n";
    let lane = |i: usize| format!("lut[v[{} +: {width}]]", i * width);
    let lanes: Vec<String> = (0..inputs / width).rev().map(lane).collect();
    t + &format!("assign f = {{{}}};\n", lanes.join(", "))
}
