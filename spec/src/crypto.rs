//! The AES-GCM engine: sizes, the rows of a key memory, and what software writes into them.
//!
//! A key has [`KEY_ROWS`] rows of 16 bytes, byte 0 in bits 7..0:
//!
//! | row | contents |
//! |---|---|
//! | 0..=14 | round keys, see [`round_keys`] |
//! | [`KEY_ROW_ATTRIBUTES`] | bit 0: the key is set; bit 1: it has 128 bits |
//! | [`KEY_ROW_POWERS`]` + e` | the hash key to the power e, see [`power`], from 1 |
//!
//! Rows may come in any order, the attributes last. A wipe clears all rows of all keys. An engine takes
//! no notice of powers that it does not read, see [`powers`]; that with 2 rounds reads the first alone.

/// Bytes in a block of AES and GHASH.
pub const BLOCK: usize = 16;
/// Bytes in a tag.
pub const TAG: usize = 16;
/// The most bytes of additional data.
pub const AAD_MAX: usize = 16;
/// The most bytes of text in a packet, sealed or opened.
pub const TEXT_MAX: usize = 9000;

/// Rows of a key.
pub const KEY_ROWS: usize = 128;
/// Rows of round keys.
pub const ROUND_KEYS: usize = 15;
/// The row with bit 0, the key is set, and bit 1, it has 128 bits.
pub const KEY_ROW_ATTRIBUTES: usize = 15;
/// The row before that of the hash key.
pub const KEY_ROW_POWERS: usize = 64;
/// Bit of the attributes: the key is set. Without it every packet fails.
pub const KEY_SET: u8 = 1;
/// Bit of the attributes: the key has 128 bits.
pub const KEY_SHORT: u8 = 2;

/// Slots between two blocks of a packet that meet in the same accumulator of the full-rate GHASH: its
/// multiplier's latency, and that of the memory behind it. A slot has a block a lane.
pub const GHASH_STRIDE: usize = 11;
/// Clocks of the engine with 14 rounds, unloaded, from the clock in which a packet's first beat is
/// taken to the one in which the first beat of its sealed form would be given, less one.
pub const GCM_LATENCY_14: usize = 107;
/// Clocks of the engine with 7 rounds for each beat of a packet's sealed form.
pub const GCM_CLOCKS_7: usize = 2;
/// As [`GCM_LATENCY_14`], of the engine with 7 rounds, which is the same but for its AES.
pub const GCM_LATENCY_7: usize = GCM_LATENCY_14;
/// Clocks of the engine with 2 rounds for each beat of a packet's sealed form.
pub const GCM_CLOCKS_2: usize = 7;
/// As [`GCM_LATENCY_14`], of the engine with 2 rounds.
pub const GCM_LATENCY_2: usize = 97;
/// The highest power of the hash key that an engine of so many lanes reads.
pub const fn powers(lanes: usize) -> usize {
    lanes * GHASH_STRIDE + 1
}

/// What the engine says of a packet at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GcmVerdict {
    /// Sealed, or opened and authentic.
    Good,
    /// Opened, and the tag is wrong.
    Tag,
    /// No such key.
    Key,
    /// The packet ended early or late, or with an error.
    Cut,
}

impl GcmVerdict {
    /// The verdict for a code of two bits.
    pub const fn from_code(code: u8) -> Self {
        match code & 3 {
            0 => Self::Good,
            1 => Self::Tag,
            2 => Self::Key,
            _ => Self::Cut,
        }
    }
    /// The code.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// `x * y` in the field of AES.
const fn times(mut x: u8, mut y: u8) -> u8 {
    let mut sum = 0;
    while y > 0 {
        if y & 1 == 1 {
            sum ^= x;
        }
        x = (x << 1) ^ if x & 0x80 == 0 { 0 } else { 0x1b };
        y >>= 1;
    }
    sum
}

/// The S-box of AES (FIPS 197 section 5.1.1).
pub const SBOX: [u8; 256] = {
    let mut table = [0x63; 256];
    let mut x = 1;
    while x < 256 {
        // the inverse is the power of 254
        let (mut inverse, mut i) = (1, 0);
        while i < 254 {
            inverse = times(inverse, x as u8);
            i += 1;
        }
        let i = inverse;
        table[x] =
            i ^ i.rotate_left(1) ^ i.rotate_left(2) ^ i.rotate_left(3) ^ i.rotate_left(4) ^ 0x63;
        x += 1;
    }
    table
};

/// The rows of round keys for a key of 16 or 32 bytes (FIPS 197 section 5.2); `None` for any other
/// length.
///
/// A key of 16 bytes has 11 round keys: they are rows 4 to 14, and the first one is row 0 too.
pub fn round_keys(key: &[u8]) -> Option<[[u8; BLOCK]; ROUND_KEYS]> {
    let (words, first) = match key.len() {
        16 => (4, 4),
        32 => (8, 0),
        _ => return None,
    };
    let mut rows = [[0; BLOCK]; ROUND_KEYS];
    let put = |rows: &mut [[u8; BLOCK]; ROUND_KEYS], i: usize, word: [u8; 4]| {
        rows[first + i / 4][i % 4 * 4..][..4].copy_from_slice(&word);
    };
    let get = |rows: &[[u8; BLOCK]; ROUND_KEYS], i: usize| -> [u8; 4] {
        let row = &rows[first + i / 4];
        core::array::from_fn(|b| row[i % 4 * 4 + b])
    };
    let mut constant = 1;
    for i in 0..4 * (ROUND_KEYS - first) {
        if i < words {
            put(&mut rows, i, core::array::from_fn(|b| key[4 * i + b]));
            continue;
        }
        let mut t = get(&rows, i - 1);
        if i % words == 0 {
            t.rotate_left(1);
            t = t.map(|x| SBOX[x as usize]);
            t[0] ^= constant;
            constant = times(constant, 2);
        } else if words == 8 && i % 8 == 4 {
            t = t.map(|x| SBOX[x as usize]);
        }
        let old = get(&rows, i - words);
        put(&mut rows, i, core::array::from_fn(|b| old[b] ^ t[b]));
    }
    rows[0] = rows[first];
    Some(rows)
}

/// A block under the round keys of [`round_keys`]; `short` for those of 16 bytes.
pub fn encrypt(rows: &[[u8; BLOCK]; ROUND_KEYS], short: bool, block: [u8; BLOCK]) -> [u8; BLOCK] {
    let mut state: [u8; BLOCK] = core::array::from_fn(|i| block[i] ^ rows[0][i]);
    for (r, key) in rows.iter().enumerate().skip(if short { 5 } else { 1 }) {
        let s: [u8; BLOCK] = core::array::from_fn(|i| SBOX[state[5 * i % 16] as usize]);
        state = core::array::from_fn(|i| {
            let a = |k: usize| s[i / 4 * 4 + (i + k) % 4];
            let last = r == ROUND_KEYS - 1;
            key[i] ^ if last { s[i] } else { times(a(0), 2) ^ times(a(1), 3) ^ a(2) ^ a(3) }
        });
    }
    state
}

/// Product of two blocks in GHASH's field (NIST SP 800-38D section 6.3). A block is the number of
/// its bytes, the first most significant: the coefficient of x^0 is bit 127.
pub fn product(a: u128, mut b: u128) -> u128 {
    let mut sum = 0;
    for i in 0..128 {
        if a >> (127 - i) & 1 == 1 {
            sum ^= b;
        }
        b = (b >> 1) ^ if b & 1 == 1 { 0xe1 << 120 } else { 0 };
    }
    sum
}

/// The hash key of the round keys, that is the zero block encrypted, to the power `e`, from 1.
pub fn power(rows: &[[u8; BLOCK]; ROUND_KEYS], short: bool, e: usize) -> [u8; BLOCK] {
    let h = u128::from_be_bytes(encrypt(rows, short, [0; BLOCK]));
    (1..e).fold(h, |p, _| product(p, h)).to_be_bytes()
}
