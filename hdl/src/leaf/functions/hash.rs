//! The linear part of the keyed hash: key added, a row of S-boxes ([`super::SubBytes`]), this.

use super::super::{Function, Word};
use super::field::gf_mul;

/// `N` bytes to 4: the parity check of a Reed-Solomon code, so that two inputs that differ have
/// equal outputs only if they differ in at least 5 bytes.
#[derive(Default, Debug)]
pub struct Compress<const N: usize>;

impl<const N: usize> Function for Compress<N> {
    fn model(&self, x: &Word) -> Word {
        let (mut y, mut point) = ([0u8; 4], 1);
        for i in 0..N {
            let mut term = x.byte(i) as usize;
            for y in y.iter_mut() {
                *y ^= term as u8;
                term = gf_mul(term, point, 0x11b, 8);
            }
            point = gf_mul(point, 3, 0x11b, 8);
        }
        Word::from_bytes(&y)
    }
}
