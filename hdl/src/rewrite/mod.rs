//! *rewrite*: the new checksums, and the new bytes.
mod checksum;
mod lane;
mod lanes;
pub use checksum::Checksum;
pub use lanes::Rewrite;
