//! The host boundary: descriptors of the packet streams, and rings in host memory.
//!
//! Inside, the host is four streams of 16-byte beats (punt, inject, command, completion) and a
//! 32-bit register bus. The first adaptor puts the streams into rings over a memory port.
//!
//! A ring is `1 << log2` slots of equal stride. Its producer and its consumer count slots with
//! free-running 32-bit indices; the slot of index `i` is `i mod size`; it is full when the two
//! differ by its size. The host's indices are registers (doorbells); the device writes its own
//! into the status block, always after the data that they announce.

record! { ($)
    /// Before a punted frame: two beats.
    PuntDescriptor, punt_descriptor_rows {
        length: 14 u16 "bytes of the frame that follows";
        source: 2 u8 "where it came in, see meta::Source";
        reason: 4 u8 "see verdict::Punt";
        class: 2 u8 "see verdict::Class";
        copy: 1 bool "the frame itself was forwarded";
        hit: 1 bool "`entry` is valid";
        kind: 4 u8 "see table::Kind";
        reserved: 4 u8 "zero";
        local: 8 u8 "index in the local address table, if `kind` is not None";
        network_offset: 8 u8 "of the IPv4 header; 0: none";
        transport_offset: 8 u8 "of layer 4; 0: none";
        sa: 8 u8 "zero";
        entry: 32 u32 "the entry that the lookup found";
        timestamp: 32 u32 "the tick count when the frame was queued";
        generation: 32 u32 "commit generation that the lookup used";
        reserved_low: 64 u64 "zero";
        reserved_high: 32 u32 "zero";
    }
}

record! { ($)
    /// Before an injected frame: one beat.
    InjectDescriptor, inject_descriptor_rows {
        length: 14 u16 "bytes of the frame that follows";
        forward: 1 bool "1: rewritten and sent by `entry`; 0: raw to `port`";
        port: 1 u8 "raw: egress port";
        reserved: 16 u16 "zero";
        entry: 32 u32 "forward: the entry";
        sa: 32 u32 "seal with this security association; 0: none";
        reserved_high: 32 u32 "zero";
    }
}

codes! {
    /// The rings.
    Ring {
        Command = 0 "host to device, command::COMMAND bytes in slots of 64";
        Completion = 1 "device to host, command::COMPLETION bytes in slots of 64";
        Punt = 2 "device to host, descriptor and frame in slots of FRAME_STRIDE";
        Inject = 3 "host to device, descriptor and frame in slots of FRAME_STRIDE";
    }
}

/// Bytes from slot to slot in the command and completion rings.
pub const COMMAND_STRIDE: usize = 64;
/// Bytes from slot to slot in the punt and inject rings.
pub const FRAME_STRIDE: usize = 16384;

record! { ($)
    /// What the device writes into host memory: 16 bytes.
    StatusBlock, status_rows {
        command: 32 u32 "commands executed or taken: the consumer's index";
        completion: 32 u32 "completions written: the producer's index";
        punt: 32 u32 "frames written: the producer's index";
        inject: 32 u32 "frames taken: the consumer's index";
    }
}
