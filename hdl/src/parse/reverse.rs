//! A beat with its first octet on top, as numbers are written.

use crate::leaf::{Function, Word};

/// The bytes of `BITS` bits in reverse order.
#[derive(Default, Debug)]
pub struct Reverse<const BITS: usize>;

impl<const BITS: usize> Function for Reverse<BITS> {
    fn model(&self, x: &Word) -> Word {
        let bytes: Vec<u8> = (0..BITS / 8).rev().map(|i| x.byte(i)).collect();
        Word::from_bytes(&bytes)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        let bytes: Vec<String> = (0..BITS / 8).map(|i| format!("v[{} +: 8]", 8 * i)).collect();
        Some(format!("assign f = {{{}}};\n", bytes.join(", ")))
    }
}
