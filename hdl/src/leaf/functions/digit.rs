//! The steps of a digit-serial multiplication in GHASH's field (NIST SP 800-38D section 6.3).
//!
//! Here an element has the coefficient of x^k in bit k, unlike in a block: [`Reflect`] leads from one to
//! the other. A digit is [`DIGIT`] coefficients, so that an element has 5 digits.

use super::super::{Function, Net, Word};
use super::ghash::{ghash_mul, plain, polynomial};

/// Coefficients in a digit.
pub const DIGIT: usize = 26;
/// Bits of a length block that can differ from zero: bytes of text, bytes of additional data.
const TEXT: usize = 14;
const AAD: usize = 5;

/// A block to coefficients, or back: the bits of each byte reversed.
#[derive(Default, Debug)]
pub struct Reflect;

impl Function for Reflect {
    fn model(&self, x: &Word) -> Word {
        Word::from_u128(plain(x.u128_at(0)))
    }
    fn sim(&self, inputs: usize, _: usize) -> Option<String> {
        let bits: Vec<String> = (0..inputs).rev().map(|i| format!("v[{}]", i ^ 7)).collect();
        Some(format!("assign f = {{{}}};\n", bits.join(", ")))
    }
}

/// A digit times an element, not reduced: `DIGIT + 127` coefficients. Inputs: digit, element.
#[derive(Default, Debug)]
pub struct DigitMul;

impl Function for DigitMul {
    fn model(&self, x: &Word) -> Word {
        let element = (0..128).filter(|k| x.bit(DIGIT + k));
        element.fold(Word::default(), |p, k| p.xor(&Word::default().append(k, &x.low(DIGIT))))
    }
    fn net(&self, inputs: usize, _: usize) -> Net {
        let (mut net, v) = Net::new(inputs);
        let y = polynomial(&mut net, &v[..DIGIT], &v[DIGIT..]);
        net.finish(y)
    }
    fn sim(&self, _: usize, outputs: usize) -> Option<String> {
        // two coefficients of the digit a step
        let element = format!("v[{DIGIT} +: 128]");
        let step = |k: usize| format!("  z = (z << 2) ^ m[v[{} +: 2]];\n", 2 * k);
        let steps: String = (0..DIGIT / 2).rev().map(step).collect();
        let high = outputs - 1;
        Some(format!(
            "reg [{high}:0] m [0:3], z;\nalways @(*) begin\n  m[0] = 0;\n  m[1] = {{{}'d0, {element}}};\n  \
             m[2] = m[1] << 1;\n  m[3] = m[1] ^ m[2];\n  z = 0;\n{steps}end\nassign f = z;\n",
            outputs - 128
        ))
    }
}

/// `DIGIT + 128` coefficients to the element that they stand for.
#[derive(Default, Debug)]
pub struct Reduce;

impl Function for Reduce {
    fn model(&self, x: &Word) -> Word {
        let step = |r: u128, k: usize| (r << 1) ^ ((r >> 127) * 0x87) ^ x.bit(k) as u128;
        Word::from_u128((0..DIGIT + 128).rev().fold(0, step))
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        // x^128 = x^7 + x^2 + x + 1; the digit's own overflow fits below x^128
        Some(format!(
            "wire [127:0] h = {{{}'d0, v[128 +: {DIGIT}]}};\n\
             assign f = v[127:0] ^ h ^ (h << 1) ^ (h << 2) ^ (h << 7);\n",
            128 - DIGIT
        ))
    }
}

/// An element times itself, which is linear.
#[derive(Default, Debug)]
pub struct Square;

impl Function for Square {
    fn model(&self, x: &Word) -> Word {
        let block = plain(x.u128_at(0));
        Word::from_u128(plain(ghash_mul(block, block)))
    }
}

/// A length block as the two digits of it that can differ from zero. Inputs: bytes of text (14 bits),
/// bytes of additional data (5 bits). Outputs: the digit of x^104 and above (text), that of x^52 and
/// above (additional data).
#[derive(Default, Debug)]
pub struct LengthDigits;

impl Function for LengthDigits {
    fn model(&self, x: &Word) -> Word {
        // lengths in bits, the highest power of x least significant
        let place = |from: usize, bits: usize, power: usize| {
            let set = (0..bits).filter(move |i| x.bit(from + i));
            set.fold(0, |d, i| d | 1u128 << (power - 3 - i))
        };
        let (text, aad) = (place(0, TEXT, 127 - 4 * DIGIT), place(TEXT, AAD, 63 - 2 * DIGIT));
        Word::from_u128(text | aad << DIGIT)
    }
}
