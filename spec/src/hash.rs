//! The table's hash: keyed and nonlinear.
//!
//! The 128-bit lookup key is added to a 128-bit secret, each byte goes through the AES S-box, and
//! the parity bytes of a Reed-Solomon code (4 of them, over GF(2^8) with the AES polynomial, code
//! points being powers of 3) are the 32-bit hash. Two keys with equal hashes differ in at least
//! five bytes whose S-box outputs depend on the secret: no difference collides under every secret,
//! as it would with a plain XOR matrix. The hardware builds its gates from these functions.

use crate::limits::Capacity;
use crate::table::Slot;

/// Product in GF(2^8) with the AES polynomial x^8 + x^4 + x^3 + x + 1 (FIPS 197, 4.2).
pub const fn gf256_mul(a: u8, b: u8) -> u8 {
    let (mut product, mut a, mut b) = (0, a, b);
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a = a << 1 ^ if a & 0x80 != 0 { 0x1b } else { 0 };
        b >>= 1;
    }
    product
}

/// The AES S-box from its definition (FIPS 197, 5.1.1): inversion, then an affine map.
pub const SBOX: [u8; 256] = {
    let mut table = [0; 256];
    let mut x = 0;
    while x < 256 {
        let (mut inverse, mut candidate) = (0u8, 1);
        while candidate < 256 {
            if gf256_mul(x as u8, candidate as u8) == 1 {
                inverse = candidate as u8;
            }
            candidate += 1;
        }
        let i = inverse;
        table[x] =
            i ^ i.rotate_left(1) ^ i.rotate_left(2) ^ i.rotate_left(3) ^ i.rotate_left(4) ^ 0x63;
        x += 1;
    }
    table
};

/// Four parity bytes of `bytes`: byte `i` is weighted by `3^(i*k)` in parity `k`.
pub fn compress(bytes: &[u8]) -> [u8; 4] {
    let (mut parity, mut point) = ([0u8; 4], 1u8);
    for byte in bytes {
        let mut term = *byte;
        for p in &mut parity {
            *p ^= term;
            term = gf256_mul(term, point);
        }
        point = gf256_mul(point, 3);
    }
    parity
}

/// What each byte of a masked key adds to the hash: [`compress`] of its S-box output in its place.
static TERMS: [[u32; 256]; 16] = {
    let mut terms = [[0; 256]; 16];
    let (mut i, mut point) = (0, 1);
    while i < 16 {
        let mut byte = 0;
        while byte < 256 {
            let (mut k, mut term, mut parity) = (0, SBOX[byte], [0; 4]);
            while k < 4 {
                parity[k] = term;
                term = gf256_mul(term, point);
                k += 1;
            }
            terms[i][byte] = u32::from_le_bytes(parity);
            byte += 1;
        }
        point = gf256_mul(point, 3);
        i += 1;
    }
    terms
};

/// The hash of a packed [`crate::table::Key`] under a secret: [`compress`] of the S-box outputs of
/// the key XOR the secret, least significant byte first.
pub fn hash(key: &[u8; 16], secret: &[u8; 16]) -> u32 {
    let term = |i: usize| TERMS[i][usize::from(key[i] ^ secret[i])];
    (0..16).fold(0, |hash, i| hash ^ term(i))
}

/// Bits of the hash that choose the first bucket, at most; the bits above are the fingerprint.
pub const BUCKET_BITS_MAX: usize = 32 - FINGERPRINT_BITS;
/// Bits of a slot's fingerprint.
pub const FINGERPRINT_BITS: usize = 18;

/// Where a key may stand: its fingerprint and its bucket in each bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the slot holds of the hash.
    pub fingerprint: u32,
    /// The bucket in bank 0 and the bucket in bank 1.
    pub buckets: [u32; 2],
}

/// The place of a hash: bits 31..14 are the fingerprint; bucket 0 is the low bits; bucket 1 is
/// bucket 0 XOR the fingerprint. They may have the same number: they are in different banks. Were a
/// bit of the difference constant, the buckets would fall apart into halves that cannot help each
/// other out, and the table would be full at 92 % instead of 98 %.
pub fn place(hash: u32, capacity: Capacity) -> Place {
    let mask = capacity.buckets() as u32 - 1;
    let fingerprint = hash >> BUCKET_BITS_MAX;
    let first = hash & mask;
    Place { fingerprint, buckets: [first, other_bucket(first, fingerprint, mask)] }
}

/// The bucket in the other bank, from either of the two: the map is its own inverse.
pub fn other_bucket(bucket: u32, fingerprint: u32, mask: u32) -> u32 {
    (bucket ^ fingerprint) & mask
}

/// The number of a slot in commands: `(bank * buckets + bucket) * 4 + slot`.
pub fn slot_index(capacity: Capacity, bank: usize, bucket: u32, slot: usize) -> u32 {
    ((bank * capacity.buckets() + bucket as usize) * crate::limits::BUCKET_SLOTS + slot) as u32
}

const _: () = assert!(Slot::BITS == 36, "a slot fills a word of a block RAM");
