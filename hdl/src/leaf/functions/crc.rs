//! CRC-32 of Ethernet's FCS (IEEE 802.3 section 3.2.9), reflected, without the inversion at either
//! end. A frame of any length takes [`CrcData`] and [`CrcAdvance`] on whole beats, the last one
//! filled with zeros, and then [`CrcRetreat`] for the bytes that it did not have.

use super::super::{Function, Word};

const POLYNOMIAL: u32 = 0xedb8_8320;

/// The register after `bytes`.
pub fn crc_advance(state: u32, bytes: &[u8]) -> u32 {
    let bit = |s: u32, _| s >> 1 ^ if s & 1 == 1 { POLYNOMIAL } else { 0 };
    bytes.iter().fold(state, |s, b| (0..8).fold(s ^ *b as u32, bit))
}

/// The register before `n` zero bytes.
pub fn crc_retreat(state: u32, n: usize) -> u32 {
    (0..8 * n).fold(state, |s, _| {
        let top = s >> 31;
        (s ^ if top == 1 { POLYNOMIAL } else { 0 }) << 1 | top
    })
}

fn word(x: u32) -> Word {
    Word::from_u128(x as u128)
}

/// The part of a beat of `N` bytes in the next register.
#[derive(Default, Debug)]
pub struct CrcData<const N: usize>;

impl<const N: usize> Function for CrcData<N> {
    fn model(&self, x: &Word) -> Word {
        let bytes: [u8; N] = std::array::from_fn(|i| x.byte(i));
        word(crc_advance(0, &bytes))
    }
}

/// The part of the old register: `N` zero bytes further.
#[derive(Default, Debug)]
pub struct CrcAdvance<const N: usize>;

impl<const N: usize> Function for CrcAdvance<N> {
    fn model(&self, x: &Word) -> Word {
        word(crc_advance(x.0[0] as u32, &[0; N]))
    }
}

/// `N` zero bytes back.
#[derive(Default, Debug)]
pub struct CrcRetreat<const N: usize>;

impl<const N: usize> Function for CrcRetreat<N> {
    fn model(&self, x: &Word) -> Word {
        word(crc_retreat(x.0[0] as u32, N))
    }
}
