//! The linear half of an AES round (FIPS 197 section 5.1), with the round key.

use super::super::{Function, Net, Style, Word};
use super::field::gf_mul;

/// ShiftRows.
pub fn shift_rows(x: &Word) -> Word {
    Word::from_bytes(&std::array::from_fn::<u8, 16, _>(|i| x.byte(5 * i % 16)))
}

/// MixColumns.
pub fn mix_columns(x: &Word) -> Word {
    Word::from_bytes(&std::array::from_fn::<u8, 16, _>(|i| {
        let a = |k: usize| x.byte(i / 4 * 4 + (i + k) % 4) as usize;
        let m = |v, c| gf_mul(v, c, 0x11b, 8);
        (m(a(0), 2) ^ m(a(1), 3) ^ a(2) ^ a(3)) as u8
    }))
}

/// The network of `f` of the state, XORed with the key.
fn keyed(f: impl Fn(&Word) -> Word) -> Net {
    let (mut net, v) = Net::new(256);
    let mixed = net.map(&v[..128], 128, Style::Flat, f);
    let y = (0..128).map(|i| net.xor(mixed[i], v[128 + i])).collect();
    net.finish(y)
}

fn halves(x: &Word) -> (Word, Word) {
    (x.low(128), Word::from_u128(x.u128_at(2)))
}

/// ShiftRows as concatenation of the bytes of `v`.
fn shifted() -> String {
    let byte = |i: usize| format!("v[{} +: 8]", 5 * i % 16 * 8);
    let bytes: Vec<String> = (0..16).rev().map(byte).collect();
    format!("wire [127:0] s = {{{}}};\n", bytes.join(", "))
}

/// A middle round's end, of the state after SubBytes and the round key: ShiftRows, MixColumns,
/// AddRoundKey.
#[derive(Default, Debug)]
pub struct MixKey;

impl Function for MixKey {
    fn model(&self, x: &Word) -> Word {
        let (state, key) = halves(x);
        mix_columns(&shift_rows(&state)).xor(&key)
    }
    fn net(&self, _: usize, _: usize) -> Net {
        keyed(|x| mix_columns(&shift_rows(x)))
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        // A column is a word; a whole one is doubled at once, and its bytes turned by one.
        let column = |c: usize| {
            let at = 32 * c;
            format!(
                "wire [31:0] a{c} = s[{at} +: 32], r{c} = {{a{c}[7:0], a{c}[31:8]}}, h{c} = a{c} ^ r{c};
wire [31:0] d{c} = ((h{c} & 32'h7f7f7f7f) << 1) ^ (((h{c} >> 7) & 32'h01010101) * 32'h1b);
assign f[{at} +: 32] = d{c} ^ r{c} ^ {{h{c}[15:0], h{c}[31:16]}} ^ v[{} +: 32];\n",
                128 + at
            )
        };
        Some(shifted() + &(0..4).map(column).collect::<String>())
    }
}

/// The last round's end: ShiftRows, AddRoundKey.
#[derive(Default, Debug)]
pub struct ShiftKey;

impl Function for ShiftKey {
    fn model(&self, x: &Word) -> Word {
        let (state, key) = halves(x);
        shift_rows(&state).xor(&key)
    }
    fn net(&self, _: usize, _: usize) -> Net {
        keyed(shift_rows)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        Some(shifted() + "assign f = s ^ v[255:128];\n")
    }
}
