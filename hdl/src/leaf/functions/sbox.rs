//! The S-box of AES (FIPS 197 section 5.1.1): as composite field, for 4-input LUTs, and as table.

use super::super::{Function, Id, Net, Style, Word, tables};
use super::field::{gf_inv, gf_mul};

/// The polynomial of AES, x^8 + x^4 + x^3 + x + 1.
const AES: usize = 0x11b;
/// That of the subfield, x^4 + x + 1.
const SUB: usize = 0x13;

/// The S-box, from its definition: inversion, then an affine map.
pub fn aes_sbox(x: u8) -> u8 {
    static TABLE: std::sync::OnceLock<[u8; 256]> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        std::array::from_fn(|x| {
            let i = gf_inv(x, AES, 8) as u8;
            (1..5).fold(i, |s, r| s ^ i.rotate_left(r)) ^ 0x63
        })
    })[x as usize]
}

/// GF(2^8) as GF((2^4)^2): `(h, l)` stands for `h y + l` with `y^2 = y + lambda`.
struct Tower {
    lambda: usize,
    /// The images of the 256 elements of AES's field.
    image: Vec<usize>,
}

impl Tower {
    /// The isomorphism whose two linear maps, in and (through the S-box's affine map) out, have the
    /// fewest ones.
    fn best() -> &'static Self {
        static BEST: std::sync::OnceLock<Tower> = std::sync::OnceLock::new();
        BEST.get_or_init(|| {
            let irreducible = |l: &usize| (0..16).all(|t| mul4(t, t) ^ t ^ l != 0);
            let all = (1..16).filter(irreducible).flat_map(|lambda| {
                (2..256).filter_map(move |root| Self::new(lambda, root)).map(|t| (t.cost(), t))
            });
            all.min_by_key(|t| t.0).expect("an isomorphism").1
        })
    }
    /// The one that takes AES's x to `root`, if that is a root of AES's polynomial.
    fn new(lambda: usize, root: usize) -> Option<Self> {
        let mul = |a: usize, b: usize| {
            let (ah, al, bh, bl) = (a >> 4, a & 15, b >> 4, b & 15);
            (mul4(ah, bl) ^ mul4(al, bh) ^ mul4(ah, bh)) << 4
                | (mul4(al, bl) ^ mul4(mul4(ah, bh), lambda))
        };
        let powers: Vec<usize> =
            (0..9).scan(1, |p, _| Some(std::mem::replace(p, mul(*p, root)))).collect();
        if powers[8] ^ powers[4] ^ powers[3] ^ powers[1] ^ powers[0] != 0 {
            return None;
        }
        let image = |x: usize| (0..8).filter(|i| x >> i & 1 == 1).fold(0, |t, i| t ^ powers[i]);
        Some(Self { lambda, image: (0..256).map(image).collect() })
    }
    fn back(&self, q: usize) -> usize {
        self.image.iter().position(|v| *v == q).expect("a bijection")
    }
    /// The S-box after its own inversion has been undone: an affine map from the tower.
    fn out(&self, q: usize) -> usize {
        aes_sbox(gf_inv(self.back(q), AES, 8) as u8) as usize
    }
    fn cost(&self) -> u32 {
        let ones = |i: usize| {
            self.image[1 << i].count_ones() + (self.out(1 << i) ^ self.out(0)).count_ones()
        };
        (0..8).map(ones).sum()
    }
    /// Appends the S-box: every step in the subfield has 8 inputs or fewer.
    fn append(&self, net: &mut Net, x: &[Id]) -> Vec<Id> {
        let word = |v: usize| Word::from_u128(v as u128);
        let product = |net: &mut Net, a: &[Id], b: &[Id]| {
            net.bilinear(a, b, 4, |a, b| word(mul4(a.0[0] as usize, b.0[0] as usize)))
        };
        let q = net.map(x, 8, Style::Shared, |x| word(self.image[x.byte(0) as usize]));
        let (low, high) = q.split_at(4);
        let sum: Vec<Id> = (0..4).map(|i| net.xor(high[i], low[i])).collect();
        let square = net.map(high, 4, Style::Flat, |h| {
            let h = h.0[0] as usize;
            word(mul4(mul4(h, h), self.lambda))
        });
        let cross = product(net, low, &sum);
        let norm: Vec<Id> = (0..4).map(|i| net.xor(square[i], cross[i])).collect();
        let inverse = net.table(&norm, 4, |d| gf_inv(d, SUB, 4));
        let mut q = product(net, &inverse, &sum);
        q.extend(product(net, &inverse, high));
        net.map(&q, 8, Style::Shared, |q| word(self.out(q.byte(0) as usize)))
    }
}

fn mul4(a: usize, b: usize) -> usize {
    gf_mul(a, b, SUB, 4)
}

fn bytes<const N: usize>(x: &Word) -> Word {
    Word::from_bytes(&std::array::from_fn::<u8, N, _>(|i| aes_sbox(x.byte(i))))
}

fn each_byte(inputs: usize, mut f: impl FnMut(&mut Net, &[Id]) -> Vec<Id>) -> Net {
    let (mut net, v) = Net::new(inputs);
    let y = v.chunks(8).flat_map(|x| f(&mut net, x)).collect();
    net.finish(y)
}

/// The S-box on `N` bytes, in the composite field: 74 LUT4 a byte. Made for a latency of 4.
#[derive(Default, Debug)]
pub struct SubBytes<const N: usize>;

impl<const N: usize> Function for SubBytes<N> {
    fn model(&self, x: &Word) -> Word {
        bytes::<N>(x)
    }
    fn net(&self, inputs: usize, _: usize) -> Net {
        each_byte(inputs, |net, x| Tower::best().append(net, x))
    }
    fn sim(&self, inputs: usize, _: usize) -> Option<String> {
        Some(tables(inputs, 8, |v| aes_sbox(v as u8) as usize))
    }
}

/// The S-box on `N` bytes, as tables: for LUTs of 6 inputs (on LUT4, 319 a byte).
#[derive(Default, Debug)]
pub struct SubBytesRom<const N: usize>;

impl<const N: usize> Function for SubBytesRom<N> {
    fn model(&self, x: &Word) -> Word {
        bytes::<N>(x)
    }
    fn net(&self, inputs: usize, _: usize) -> Net {
        each_byte(inputs, |net, x| net.table(x, 8, |v| aes_sbox(v as u8) as usize))
    }
    fn sim(&self, inputs: usize, _: usize) -> Option<String> {
        Some(tables(inputs, 8, |v| aes_sbox(v as u8) as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_the_s_box_on_all_256() {
        let (tower, table) = (SubBytes::<1>.net(8, 8), SubBytesRom::<1>.net(8, 8));
        for x in 0..=255u8 {
            let ins: Vec<u64> = (0..8).map(|i| u64::from(x >> i & 1)).collect();
            let value = |net: &Net| -> u64 {
                net.eval(&ins).iter().enumerate().map(|(o, y)| (y & 1) << o).sum()
            };
            assert_eq!(value(&tower), u64::from(aes_sbox(x)), "{x:#x}");
            assert_eq!(value(&table), u64::from(aes_sbox(x)), "{x:#x}");
        }
    }

    #[test]
    fn the_s_box_is_that_of_fips_197() {
        // section 5.1.1's example, and the corners of its figure 7
        let rows = [(0x53, 0xed), (0x00, 0x63), (0x0f, 0x76), (0xf0, 0x8c), (0xff, 0x16)];
        assert!(rows.iter().all(|(x, y)| aes_sbox(*x) == *y));
    }
}
