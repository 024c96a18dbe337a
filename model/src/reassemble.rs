//! *reassemble*: fragments become the packets that they are of.

/// The frame that goes on; `None`: it waits for others. Nothing is reassembled yet: fragments go on
/// and are punted.
pub fn reassemble(frame: &[u8]) -> Option<&[u8]> {
    Some(frame)
}
