//! AES-GCM (NIST SP 800-38D): [`engine`] at full and half rate, [`folded`] at a seventh of it.

/// `Self` with the fields in braces as given, and all others, listed after them, by default: what
/// `derive(Default)` cannot do for a block with a constant.
macro_rules! with_defaults {
    ({ $($field:ident: $value:expr,)* } $($other:ident),* $(,)?) => {
        Self { $($field: $value,)* $($other: Default::default(),)* }
    };
}

pub mod aes;
pub mod engine;
pub mod folded;
pub mod gcm;
pub mod ghash;
pub mod half;
pub mod keys;
pub mod lane;
pub mod mark;
pub mod output;
pub mod ring;
pub mod round;
pub mod slot;
pub mod slots;
pub mod tag;
pub mod text;
