//! The functions of the datapath as leaves. Byte 0 of a beat or block is bits 7..0 of its vector.

mod aes;
mod crc;
mod digit;
mod field;
mod ghash;
mod hash;
mod plain;
mod sbox;

pub use aes::{MixKey, ShiftKey, mix_columns, shift_rows};
pub use crc::{CrcAdvance, CrcData, CrcRetreat, crc_advance, crc_retreat};
pub use digit::{DigitMul, LengthDigits, Reduce, Reflect, Square};
pub use field::gf_mul;
pub use ghash::{GhashMul, LengthMul, ghash_mul};
pub use hash::Compress;
pub use plain::{Below, Differ, Flat, MaskBytes, Spread, Wires};
pub use sbox::{SubBytes, SubBytesRom, aes_sbox};
