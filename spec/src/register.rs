//! The register map: 32-bit registers on a bus of byte addresses. Reads have no side effects.

/// Who may do what with a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The host reads it.
    ReadOnly,
    /// The host reads and writes it.
    ReadWrite,
    /// The host writes it; it reads as zero (secrets).
    WriteOnly,
}

/// A row of the map: one register, or an array of them.
#[derive(Clone, Copy, Debug)]
pub struct Register {
    /// The name, as the constant here.
    pub name: &'static str,
    /// Byte address of the first.
    pub offset: u32,
    /// How many there are, four bytes apart.
    pub count: u32,
    /// Who may do what.
    pub access: Access,
    /// The bits that exist; the others read as zero, whatever was written.
    pub mask: u32,
    /// The value after reset, unless the build gives it.
    pub reset: u32,
    /// What it says.
    pub says: &'static str,
}

macro_rules! registers {
    ($($name:ident $offset:literal [$count:expr] $access:ident $mask:literal $reset:literal
        $says:literal;)*) => {
        /// All registers, in order of address.
        pub const REGISTERS: &[Register] = &[$(Register {
            name: stringify!($name),
            offset: $offset,
            count: $count,
            access: Access::$access,
            mask: $mask,
            reset: $reset,
            says: $says,
        }),*];
        $(#[doc = $says] pub const $name: u32 = $offset;)*
    };
}

/// `ID` reads this: "TDSG".
pub const ID_VALUE: u32 = u32::from_be_bytes(*b"TDSG");
/// `CONTROL`: frames enter from the ports.
pub const CONTROL_ENABLE: u32 = 1;
/// `CONTROL`: frames for foreign stations are bridged to the other port, else dropped.
pub const CONTROL_BRIDGE: u32 = 2;

registers! {
    ID 0x000 [1] ReadOnly 0xffff_ffff 0x54445347 "identifies the device";
    LAYOUT_LOW 0x004 [1] ReadOnly 0xffff_ffff 0 "bits 31..0 of the layout hash";
    LAYOUT_HIGH 0x008 [1] ReadOnly 0xffff_ffff 0 "bits 63..32 of the layout hash";
    WIDTH 0x00c [1] ReadOnly 0xffff_ffff 0 "W: bytes a beat of the datapath";
    ROWS 0x010 [1] ReadOnly 0xffff_ffff 0 "entries, and slots";
    STASH_ROWS 0x014 [1] ReadOnly 0xffff_ffff 0 "rows of the stash";
    LOCAL_ROWS 0x018 [1] ReadOnly 0xffff_ffff 0 "rows of the local address table";
    SERVICE_ROWS 0x01c [1] ReadOnly 0xffff_ffff 0 "rows of the service table";
    NEXT_HOP_ROWS 0x020 [1] ReadOnly 0xffff_ffff 0 "rows of the next hop table";
    CONTROL 0x024 [1] ReadWrite 3 0 "bit 0 enable, bit 1 bridge";
    NOW 0x028 [1] ReadOnly 0xffff_ffff 0 "ticks since reset";
    GENERATION 0x02c [1] ReadOnly 0xffff 0 "WRITE commands executed, modulo 65536";
    CLOCKS 0x030 [1] ReadOnly 0xffff_ffff 0 "clocks since reset; wraps";
    SECRET 0x040 [4] WriteOnly 0xffff_ffff 0 "the hash secret, lowest word first; set before the first row";
    MAC_LOW 0x050 [2] ReadWrite 0xffff_ffff 0 "octets 0 to 3 of a port's MAC, the first in the lowest byte";
    MAC_HIGH 0x058 [2] ReadWrite 0xffff 0 "octets 4 and 5 of a port's MAC, the first in the lowest byte";
    PUNT_RATE 0x060 [4] ReadWrite 0xffff 0xffff "frames of a class that each tick adds to its bucket; 65535: no limit";
    PUNT_BURST 0x070 [4] ReadWrite 0xffff 0xffff "the most that a class's bucket holds";
    RING_BASE_LOW 0x100 [4] ReadWrite 0xffff_ffc0 0 "bits 31..0 of a ring's address in host memory; multiple of 64";
    RING_BASE_HIGH 0x110 [4] ReadWrite 0xffff_ffff 0 "bits 63..32 of that address";
    RING_SIZE_LOG2 0x120 [4] ReadWrite 0xf 0 "slots of a ring, as a power of two, at most 15";
    RING_INDEX 0x130 [4] ReadWrite 0xffff_ffff 0 "the host's index: producer of command and inject, consumer of completion and punt";
    STATUS_LOW 0x140 [1] ReadWrite 0xffff_ffc0 0 "bits 31..0 of the status block's address; multiple of 64";
    STATUS_HIGH 0x144 [1] ReadWrite 0xffff_ffff 0 "bits 63..32 of that address";
    RING_ENABLE 0x148 [1] ReadWrite 1 0 "bit 0: the rings run; 0 resets the device's indices, and reads 0 once its last access of host memory has ended";
    COUNTER 0x200 [COUNTERS] ReadOnly 0xffff_ffff 0 "event counters, see Counter; they wrap";
}

codes! {
    /// The event counters: each counts at most one a clock.
    Counter {
        Received0 = 0 "frames taken into the external port's buffer";
        Received1 = 1 "frames taken into the internal port's buffer";
        Injected = 2 "frames taken from the host";
        Forwarded = 3 "frames of a tunnel given to an egress queue, injected ones included";
        Bypassed = 4 "frames bridged";
        Raw = 5 "injected frames sent raw";
        PuntedNew = 6 "frames queued for the host, class new";
        PuntedCopy = 7 "copies queued for the host";
        PuntedHost = 8 "frames queued for the host, class host";
        PuntedException = 9 "frames queued for the host, class exception";
        Sent0 = 10 "frames sent at the external port";
        Sent1 = 11 "frames sent at the internal port";
        RxError0 = 12 "Drop::RxError, external port";
        RxError1 = 13 "Drop::RxError, internal port";
        Runt0 = 14 "Drop::Runt, external port";
        Runt1 = 15 "Drop::Runt, internal port";
        Giant0 = 16 "Drop::Giant, external port";
        Giant1 = 17 "Drop::Giant, internal port";
        RxOverflow0 = 18 "Drop::RxOverflow, external port";
        RxOverflow1 = 19 "Drop::RxOverflow, internal port";
        Foreign = 20 "Drop::Foreign";
        VlanDepth = 21 "Drop::VlanDepth";
        Truncated = 22 "Drop::Truncated";
        BadVersion = 23 "Drop::BadVersion";
        BadIhl = 24 "Drop::BadIhl";
        BadLength = 25 "Drop::BadLength";
        BadChecksum = 26 "Drop::BadChecksum";
        BadL2tp = 27 "Drop::BadL2tp";
        Rule = 28 "Drop::Rule";
        PolicedNew = 29 "Drop::PolicedNew";
        PolicedCopy = 30 "Drop::PolicedCopy";
        PolicedHost = 31 "Drop::PolicedHost";
        PolicedException = 32 "Drop::PolicedException";
        PuntFull = 33 "Drop::PuntFull";
        CopyFull = 34 "Drop::CopyFull";
        QueueFull0 = 35 "Drop::QueueFull, external port";
        QueueFull1 = 36 "Drop::QueueFull, internal port";
        InjectBad = 37 "Drop::InjectBad";
        NoSeal = 38 "Drop::NoSeal";
    }
}

/// Number of event counters.
pub const COUNTERS: u32 = Counter::ALL.len() as u32;

const _: () = {
    let mut i = 1;
    while i < REGISTERS.len() {
        let before = &REGISTERS[i - 1];
        assert!(before.offset + 4 * before.count <= REGISTERS[i].offset, "registers overlap");
        i += 1;
    }
};
