//! *open*: what came under a security association is decrypted.

/// A frame that goes on, and under whose association it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The frame in the clear.
    pub frame: &'a [u8],
    /// The peer, as in `Key`; 0: it came in the clear.
    pub peer: u16,
}

/// Nothing is opened yet: every frame came in the clear.
pub fn open(frame: &[u8]) -> Opened<'_> {
    Opened { frame, peer: 0 }
}
