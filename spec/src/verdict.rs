//! What becomes of a frame, why, and in which order the questions are asked.
//!
//! Each frame ends in exactly one of: forwarded, bypassed, punted, dropped with a reason. A copy
//! for the slow path comes besides. The order, which model and hardware share:
//!
//! 1. *receive*: `RxError`, `Runt`, `Giant`, `RxOverflow`. While `CONTROL.enable` is 0 no frame
//!    enters, and none is counted.
//! 2. Destination MAC: for another station, bypass (with `CONTROL.bridge`) or `Foreign`; a group
//!    address goes to the host (`Group`); the port's own goes on. Injected frames skip this step.
//! 3. Up to two VLAN tags (0x8100, 0x88a8): a third tag's type is `VlanDepth`. A type that the
//!    frame's end cuts off is `Truncated`. EtherType other than IPv4: to the host (`NotIpv4`).
//! 4. IPv4: fewer than 20 bytes left, `Truncated`; `BadVersion`; `BadIhl`; a header longer than
//!    what is left, `Truncated`; total length against header and frame, `BadLength`;
//!    `BadChecksum`.
//! 5. Local address (a VIP by destination from outside, a server by source from inside): none:
//!    to the host (`Host`). A fragment of a local address: punted (`Fragment`).
//! 6. UDP, TCP, GRE, ESP: fewer bytes in the packet (not the frame) than the shortest header,
//!    `Truncated`; UDP length or TCP data offset against header and packet, `BadLength`. Other
//!    protocols: to the host (`Host`).
//! 7. Kind: from the service table (from outside); else L2TP when the UDP payload is a well-formed
//!    L2TPv2 header and its reserved bits are zero; else none: to the host (`Host`). A service of
//!    kind L2TP whose payload is no well-formed L2TPv2 header, reserved bits ignored: L2F is punted
//!    (`Version`), anything else is `BadL2tp`. A service of another kind has no fast path yet:
//!    punted (`Kind`).
//! 8. Lookup. A miss is punted (`Miss`): class `New` for L2TP control, `Exception` for data.
//! 9. The filter's or the entry's verdict: `Rule`, or punted (`Entry`). Its next hop unused: punted
//!    (`NextHop`). TTL 0 or 1: punted (`Ttl`). Else forwarded, and copied when the entry says so and
//!    the packet is L2TP control. What the entry's security association should seal does not leave
//!    in the clear: `NoSeal`, while nothing seals.
//! 10. A punt or copy beyond its class's police rate: `PolicedNew` ...; for want of room in the
//!     punt queue: `PuntFull`; a copy: counted as lost. No room at the egress port: `QueueFull`.
//!
//! An injected frame takes none of these steps but the last: raw, it goes to its port as it is;
//! forward, it is rewritten and sent by its entry whatever the entry's verdict, and never copied.
//! It is `InjectBad` if its descriptor does not fit: another length than the frame's, an entry beyond
//! 17 bits, or a security association, as nothing seals yet; and, to be forwarded, if it is no well-formed L2TP packet in IPv4 and UDP (`Parsed.l2tp`), if the
//! entry was never written or its next hop is not in use, or with TTL 0 or 1.
//!
//! The packets and bytes of an entry count what is forwarded by it, injected frames included,
//! before the say of *seal* and of the egress queue.

codes! {
    /// Why a frame was dropped. Each has a counter of its name, or one for each port.
    Drop {
        RxError = 0 "received with an error";
        Runt = 1 "shorter than an Ethernet header";
        Giant = 2 "longer than the longest frame";
        RxOverflow = 3 "no room in the receive buffer";
        Foreign = 4 "for another station, while bridging is off";
        VlanDepth = 5 "more than two VLAN tags";
        Truncated = 6 "a header ends beyond the frame or its packet";
        BadVersion = 7 "EtherType IPv4, version not 4";
        BadIhl = 8 "IPv4 header length below 20 bytes";
        BadLength = 9 "a length field contradicts its container";
        BadChecksum = 10 "IPv4 header checksum";
        BadL2tp = 11 "to an L2TP service, not an L2TPv2 header";
        Rule = 12 "the entry says drop, or the filter";
        PolicedNew = 13 "beyond the rate of class new";
        PolicedCopy = 14 "a copy beyond its class's rate (the packet itself went on)";
        PolicedHost = 15 "beyond the rate of class host";
        PolicedException = 16 "beyond the rate of class exception";
        PuntFull = 17 "no room in the punt queue";
        CopyFull = 18 "a copy without room in the punt queue (the packet itself went on)";
        QueueFull = 19 "no room in the egress queue";
        InjectBad = 20 "an injected frame that its descriptor does not fit";
        NoSeal = 21 "to leave sealed, and nothing seals yet";
    }
}

codes! {
    /// Why a frame was punted.
    Punt {
        Group = 0 "a group MAC address";
        NotIpv4 = 1 "own MAC, EtherType not IPv4 (ARP, IPv6, ...)";
        Host = 2 "own MAC, no tunnel's: Linux routes it";
        Fragment = 3 "a fragment of or for a local address";
        Version = 4 "to an L2TP service, header version 1 (L2F)";
        Kind = 5 "a tunnel kind without a fast path";
        Miss = 6 "no entry has its key";
        Entry = 7 "the entry says punt";
        NextHop = 8 "the entry's next hop is not in use";
        Ttl = 9 "TTL 0 or 1";
        Copy = 10 "a copy of a forwarded control message";
    }
}

codes! {
    /// The classes in which punted frames are policed and queued, apart from one another.
    Class {
        New = 0 "new tunnels";
        Copy = 1 "copies of control messages";
        Host = 2 "the host's own traffic";
        Exception = 3 "the rest";
    }
}

/// Number of punt classes.
pub const CLASSES: usize = Class::ALL.len();

impl Punt {
    /// The class of a punted frame; `control` is an L2TP control message.
    pub const fn class(self, control: bool) -> Class {
        match self {
            Self::Group | Self::NotIpv4 | Self::Host => Class::Host,
            Self::Copy => Class::Copy,
            Self::Miss if control => Class::New,
            _ => Class::Exception,
        }
    }
}
