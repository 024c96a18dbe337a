//! Multiplication in GHASH's field GF(2^128) (NIST SP 800-38D section 6.3).
//!
//! In a block, the coefficient of x^k is bit `k ^ 7`: byte 0 is first, its most significant bit x^0.

use super::super::{Function, Id, Net, Style, Word};

/// An element with the coefficient of x^k in bit k.
pub(super) fn plain(x: u128) -> u128 {
    u128::from_le_bytes(x.to_le_bytes().map(u8::reverse_bits))
}

/// Product of two blocks.
pub fn ghash_mul(a: u128, b: u128) -> u128 {
    let (a, b) = (plain(a), plain(b));
    let step = |r: u128, i: u32| (r << 1) ^ ((r >> 127) * 0x87) ^ ((b >> i & 1) * a);
    plain((0..128).rev().fold(0, step))
}

/// Product of two blocks: Karatsuba down to products of `LEAF` bits, combinations shared.
#[derive(Default, Debug)]
pub struct GhashMul<const LEAF: usize>;

impl<const LEAF: usize> Function for GhashMul<LEAF> {
    fn model(&self, x: &Word) -> Word {
        Word::from_u128(ghash_mul(x.u128_at(0), x.u128_at(2)))
    }
    fn net(&self, _: usize, outputs: usize) -> Net {
        let (mut net, v) = Net::new(256);
        let operand = |at: usize| (0..128).map(|k| v[at + (k ^ 7)]).collect::<Vec<_>>();
        let p = karatsuba(&mut net, &operand(0), &operand(128), LEAF);
        let reduce = |p: &Word| {
            let step = |r: u128, k: usize| (r << 1) ^ ((r >> 127) * 0x87) ^ p.bit(k) as u128;
            Word::from_u128(plain((0..255).rev().fold(0, step)))
        };
        let y = net.map(&p, outputs, Style::Shared, reduce);
        net.finish(y)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        Some(windows(&swap("v", 0), &swap("v", 128), 128))
    }
}

/// The product of a length block (64 bits of AAD length, 64 of text length, both in bits) and a
/// block. Inputs: bytes of text (14 bits), bytes of AAD (5 bits), the block.
///
/// Only 19 bits of a length block ever differ from zero, so this costs a sixth of [`GhashMul`] and
/// lets a packet take no more multiplications than its sealed form has blocks.
#[derive(Default, Debug)]
pub struct LengthMul;

/// Bits of the text's length in bytes, of the AAD's length in bytes.
const TEXT: usize = 14;
const AAD: usize = 5;

impl Function for LengthMul {
    fn model(&self, x: &Word) -> Word {
        let low = x.0[0];
        let (text, aad) = (low & ((1 << TEXT) - 1), low >> TEXT & ((1 << AAD) - 1));
        let lengths = (u128::from(aad) << 64 | u128::from(text)) << 3;
        let h = (0..128).filter(|i| x.bit(TEXT + AAD + i)).fold(0, |h, i| h | 1u128 << i);
        Word::from_u128(ghash_mul(lengths.swap_bytes(), h))
    }
    fn net(&self, inputs: usize, outputs: usize) -> Net {
        let (mut net, v) = Net::new(inputs);
        // coefficients, the lowest power first: a length's least significant bit is its highest
        let text: Vec<Id> = v[..TEXT].iter().rev().copied().collect();
        let aad: Vec<Id> = v[TEXT..TEXT + AAD].iter().rev().copied().collect();
        let h: Vec<Id> = (0..128).map(|k| v[TEXT + AAD + (k ^ 7)]).collect();
        let mut parts = polynomial(&mut net, &text, &h);
        parts.extend(polynomial(&mut net, &aad, &h));
        // the highest powers are x^124 and x^60: three bits of each half are below a byte
        let (text_at, aad_at) = (125 - TEXT, 61 - AAD);
        let y = net.map(&parts, outputs, Style::Shared, |p| {
            let bit = |k: usize| {
                let at = |from: usize, part: usize, width: usize| {
                    (from..from + width).contains(&k) && p.bit(part + k - from)
                };
                at(text_at, 0, TEXT + 127) ^ at(aad_at, TEXT + 127, AAD + 127)
            };
            let step = |r: u128, k: usize| (r << 1) ^ ((r >> 127) * 0x87) ^ bit(k) as u128;
            Word::from_u128(plain((0..255).rev().fold(0, step)))
        });
        net.finish(y)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        let lengths = "{56'd0, v[18:14], 3'd0, 47'd0, v[13:0], 3'd0}";
        Some(windows(&swap("v", TEXT + AAD), lengths, 128))
    }
}

/// The block in 128 bits from `at`, byte 0 most significant: the coefficient of x^k is bit 127 - k.
fn swap(name: &str, at: usize) -> String {
    let bytes: Vec<String> = (0..16).map(|i| format!("{name}[{} +: 8]", at + 8 * i)).collect();
    format!("{{{}}}", bytes.join(", "))
}

/// Verilog for simulators: `f` is the product of `a` and `b`, four bits of `b` a step.
fn windows(a: &str, b: &str, bits: usize) -> String {
    let table = |n: u64| -> u64 {
        // four shifts of a remainder: x^128 = x^7 + x^2 + x + 1
        (0..4).fold(n, |z, _| (z >> 1) ^ ((z & 1) * (0xe1 << 12))) >> 4
    };
    let remainders: String = (0..16).map(|n| format!("  r[{n}] = 16'h{:x};\n", table(n))).collect();
    let steps: String = (0..bits / 4)
        .map(|k| {
            format!("  z = {{4'd0, z[127:4]}} ^ {{r[z[3:0]], 112'd0}} ^ m[q[{} +: 4]];\n", 4 * k)
        })
        .collect();
    let half =
        |from: &str| format!("{{1'b0, {from}[127:1]}} ^ ({from}[0] ? {{8'he1, 120'd0}} : 128'd0)");
    let sums: String = (3..16usize)
        .filter(|n| !n.is_power_of_two())
        .map(|n| format!("  m[{n}] = m[{}] ^ m[{}];\n", 1 << n.ilog2(), n - (1 << n.ilog2())))
        .collect();
    format!(
        "wire [127:0] q = {b};
reg [15:0] r [0:15];
reg [127:0] m [0:15], z;
initial begin
{remainders}end
always @(*) begin
  m[0] = 128'd0;
  m[8] = {a};
  m[4] = {};
  m[2] = {};
  m[1] = {};
{sums}  z = 128'd0;
{steps}end
assign f = {};\n",
        half("m[8]"),
        half("m[4]"),
        half("m[2]"),
        swap("z", 0),
    )
}

/// Appends the carry-less product of two vectors, each output a sum of products.
pub(super) fn polynomial(net: &mut Net, a: &[Id], b: &[Id]) -> Vec<Id> {
    net.bilinear(a, b, a.len() + b.len() - 1, |x, y| {
        let rows = (0..a.len()).filter(|i| x.bit(*i));
        rows.fold(Word::default(), |p, i| p.xor(&Word::default().append(i, y)))
    })
}

/// Appends the carry-less product of two vectors of equal, even width.
fn karatsuba(net: &mut Net, a: &[Id], b: &[Id], leaf: usize) -> Vec<Id> {
    let (w, h) = (a.len(), a.len() / 2);
    if w <= leaf {
        return polynomial(net, a, b);
    }
    let fold =
        |net: &mut Net, x: &[Id]| -> Vec<Id> { (0..h).map(|i| net.xor(x[i], x[i + h])).collect() };
    let (sa, sb) = (fold(net, a), fold(net, b));
    let mut parts = karatsuba(net, &a[..h], &b[..h], leaf);
    parts.extend(karatsuba(net, &a[h..], &b[h..], leaf));
    parts.extend(karatsuba(net, &sa, &sb, leaf));
    net.map(&parts, 2 * w - 1, Style::Shared, |p| {
        let part = |k: usize, at: usize| {
            let bits = (0..w - 1).filter(|i| p.bit(k * (w - 1) + i));
            bits.fold(Word::default(), |o, i| o.xor(&Word::basis(at + i)))
        };
        let places = [(0, 0), (0, h), (1, h), (2, h), (1, w)];
        places.iter().fold(Word::default(), |o, (k, at)| o.xor(&part(*k, *at)))
    })
}
