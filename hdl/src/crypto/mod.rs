//! AES-GCM (NIST SP 800-38D) at full rate.

pub mod aes;
pub mod round;
