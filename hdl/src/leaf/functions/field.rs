//! Small binary fields.

/// Product in GF(2^m) modulo `poly`, which has its leading bit.
pub const fn gf_mul(a: usize, b: usize, poly: usize, m: usize) -> usize {
    let (mut r, mut i) = (0, m);
    while i > 0 {
        i -= 1;
        r = (r << 1) ^ ((r >> (m - 1) & 1) * poly) ^ ((b >> i & 1) * a);
    }
    r & ((1 << m) - 1)
}

/// The inverse in that field; that of zero is zero.
pub fn gf_inv(a: usize, poly: usize, m: usize) -> usize {
    (0..1 << m).find(|b| gf_mul(a, *b, poly, m) == 1).unwrap_or(0)
}
