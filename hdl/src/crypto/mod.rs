//! AES-GCM (NIST SP 800-38D): [`engine`] at full rate, [`folded`] in a fraction of the area.

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
pub mod ghash;
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
