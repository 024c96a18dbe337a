//! Records: rows of fields, packed without holes, the first field in the lowest bits.

/// A field's place in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name, as in the record's struct.
    pub name: &'static str,
    /// Its lowest bit.
    pub lsb: usize,
    /// Its width in bits, at most 64.
    pub width: usize,
    /// What it says.
    pub says: &'static str,
}

/// A record's name, purpose and fields: what the docs and the layout hash are made from.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// The struct's name.
    pub name: &'static str,
    /// What it is for.
    pub says: &'static str,
    /// Its fields, in order.
    pub fields: &'static [Field],
}

/// A code of a numbered list.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    /// The number.
    pub code: u8,
    /// The variant's name.
    pub name: &'static str,
    /// What it means.
    pub says: &'static str,
}

/// A numbered list, for the docs and the layout hash.
#[derive(Clone, Copy, Debug)]
pub struct Codes {
    /// The enum's name.
    pub name: &'static str,
    /// What it is for.
    pub says: &'static str,
    /// Its codes, in order.
    pub codes: &'static [Code],
}

/// Lays fields end to end.
pub(crate) const fn place<const N: usize>(
    rows: [(&'static str, usize, &'static str); N],
) -> [Field; N] {
    let mut fields = [Field { name: "", lsb: 0, width: 0, says: "" }; N];
    let (mut i, mut lsb) = (0, 0);
    while i < N {
        let (name, width, says) = rows[i];
        assert!(width > 0 && width <= 64, "a field has 1 to 64 bits");
        fields[i] = Field { name, lsb, width, says };
        lsb += width;
        i += 1;
    }
    fields
}

/// A field's value as bits and back.
pub(crate) trait Value {
    /// The value in the low bits.
    fn to_bits(self) -> u64;
    /// The value of the low bits.
    fn from_bits(bits: u64) -> Self;
}

macro_rules! values {
    ($($ty:ty)*) => { $(impl Value for $ty {
        fn to_bits(self) -> u64 {
            self as u64
        }
        fn from_bits(bits: u64) -> Self {
            bits as $ty
        }
    })* };
}
values!(u8 u16 u32 u64);

impl Value for bool {
    fn to_bits(self) -> u64 {
        self as u64
    }
    fn from_bits(bits: u64) -> Self {
        bits & 1 == 1
    }
}

/// Writes the low `width` bits of `value` at bit `lsb`.
#[inline(always)] // with its places known, a field is a few shifts
pub(crate) fn put(bytes: &mut [u8], lsb: usize, width: usize, value: u64) {
    let (first, shift) = (lsb / 8, lsb % 8);
    let mask = u128::from(u64::MAX >> (64 - width)) << shift;
    let bits = u128::from(value) << shift & mask;
    for (i, byte) in bytes[first..(lsb + width).div_ceil(8)].iter_mut().enumerate() {
        *byte = *byte & !(mask >> (8 * i)) as u8 | (bits >> (8 * i)) as u8;
    }
}

/// Reads `width` bits at bit `lsb`.
#[inline(always)]
pub(crate) fn get(bytes: &[u8], lsb: usize, width: usize) -> u64 {
    let (first, shift) = (lsb / 8, lsb % 8);
    let mut bits = 0u128;
    for (i, byte) in bytes[first..(lsb + width).div_ceil(8)].iter().enumerate() {
        bits |= u128::from(*byte) << (8 * i);
    }
    (bits >> shift) as u64 & u64::MAX >> (64 - width)
}

/// Declares a record: `record! { ($) /// docs \n Name, name_rows { field: width type "meaning"; } }`.
///
/// It makes the struct `Name` with `pack`, `unpack`, `FIELDS`, `BITS`, `LEN`, and the macro
/// `name_rows!(m)`, which hands `Name { field width, ... }` to the macro `m`: so the hardware
/// declares the same record without repeating it.
macro_rules! record {
    (($d:tt) $(#[doc = $doc:literal])* $name:ident, $rows:ident {
        $($field:ident: $width:tt $ty:ident $says:literal;)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name {
            $(#[doc = $says] pub $field: $ty,)*
        }

        impl $name {
            /// The fields, lowest first.
            pub const FIELDS: &'static [$crate::Field] =
                &$crate::record::place([$((stringify!($field), $width, $says)),*]);
            /// The record's width in bits.
            pub const BITS: usize = 0 $(+ $width)*;
            /// The record's length in bytes, when packed.
            pub const LEN: usize = Self::BITS.div_ceil(8);
            /// Name and fields, for the docs and the layout hash.
            pub const RECORD: $crate::Record = $crate::Record {
                name: stringify!($name),
                says: concat!($($doc, "\n"),*),
                fields: Self::FIELDS,
            };

            /// The record in memory. A value wider than its field is a fault of the caller.
            pub fn pack(&self) -> [u8; Self::LEN] {
                let mut bytes = [0; Self::LEN];
                let mut lsb = 0;
                $(
                    let bits = $crate::record::Value::to_bits(self.$field);
                    debug_assert!(
                        $width == 64 || bits >> ($width % 64) == 0,
                        concat!(stringify!($name), ".", stringify!($field), " is too wide")
                    );
                    $crate::record::put(&mut bytes, lsb, $width, bits);
                    lsb += $width;
                )*
                let _ = lsb;
                bytes
            }

            /// The record from memory; bytes past [`Self::LEN`] are not read.
            pub fn unpack(bytes: &[u8]) -> Self {
                let mut lsb = 0;
                let mut next = |width: usize| {
                    lsb += width;
                    $crate::record::get(bytes, lsb - width, width)
                };
                Self { $($field: $crate::record::Value::from_bits(next($width)),)* }
            }
        }

        /// Hands the record's rows to a macro.
        #[macro_export]
        macro_rules! $rows {
            ($d m:ident) => { $d m! { $name { $($field $width,)* } } };
        }
    };
}

/// Declares a numbered list: `codes! { /// docs \n Name: u8 { Variant = 1 "meaning"; } }`.
macro_rules! codes {
    ($(#[doc = $doc:literal])* $name:ident {
        $($variant:ident = $code:literal $says:literal;)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name {
            $(#[doc = $says] $variant = $code,)*
        }

        impl $name {
            /// All of them, with their meanings, in order.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $says)),*];

            /// Name and codes, for the docs and the layout hash.
            pub const LIST: $crate::Codes = $crate::Codes {
                name: stringify!($name),
                says: concat!($($doc, "\n"),*),
                codes: &[$($crate::Code {
                    code: $code,
                    name: stringify!($variant),
                    says: $says,
                }),*],
            };

            /// The one with this code.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The code.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The name in JSON and in tables: `snake_case` of the variant is made by the caller.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }
    };
}
