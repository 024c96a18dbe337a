//! The hardware's hash, fast: sixteen look-ups instead of arithmetic in GF(2^8).

use spec::hash::{SBOX, compress};

/// [`spec::hash::hash`] under one secret.
pub struct Hasher {
    /// What byte `i` of the key adds to the hash, for each of its values.
    terms: Box<[[u32; 256]; 16]>,
}

impl Hasher {
    /// The tables of a secret: the hash is linear behind the S-boxes.
    pub fn new(secret: &[u8; 16]) -> Self {
        let mut terms = Box::new([[0; 256]; 16]);
        for (i, term) in terms.iter_mut().enumerate() {
            for (value, term) in term.iter_mut().enumerate() {
                let mut bytes = [0; 16];
                bytes[i] = SBOX[value ^ usize::from(secret[i])];
                *term = u32::from_le_bytes(compress(&bytes));
            }
        }
        Self { terms }
    }

    /// The hash of a packed key.
    pub fn hash(&self, key: &[u8; 16]) -> u32 {
        let terms = self.terms.iter().zip(key).map(|(term, byte)| term[usize::from(*byte)]);
        terms.fold(0, |hash, term| hash ^ term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_hash_of_spec(key: [u8; 16], secret: [u8; 16]) {
            prop_assert_eq!(Hasher::new(&secret).hash(&key), spec::hash::hash(&key, &secret));
        }
    }
}
