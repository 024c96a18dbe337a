//! What travels beside a frame's bytes through the fixed-latency pipeline, from merge to rewrite.

codes! {
    /// Where a frame comes from.
    Source {
        External = 0 "the external port: clients";
        Internal = 1 "the internal port: servers";
        Inject = 2 "the host";
    }
}

record! { ($)
    /// Known when a frame enters the pipeline; valid with its first beat.
    Arrival, arrival_rows {
        source: 2 u8 "see Source";
        length: 14 u16 "bytes of the frame, without FCS";
        peer: 13 u16 "of the security association that it came under, as in Key; 0 in the clear";
        inject_forward: 1 bool "from the host: 1 forward by entry, 0 raw to a port";
        inject_port: 1 u8 "raw: egress port";
        entry: 17 u32 "forward: the entry";
    }
}

codes! {
    /// Whom the destination MAC names; the first that applies.
    Station {
        Own = 0 "the port at which the frame arrived";
        Group = 1 "a multicast or broadcast group";
        Foreign = 2 "another station";
    }
}

/// The fault field of [`Parsed`] where there is none; other values are codes of `Drop`.
pub const NO_FAULT: u8 = 31;

record! { ($)
    /// What the parser read. A field whose layer has a fault, or is not there, is zero; only
    /// `transport_offset` is layer 3's, set with every IPv4 header without fault. Without one,
    /// `transport_fault` is NO_FAULT.
    ///
    /// An L2TPv2 header is well-formed if: the UDP payload has 6 bytes or more and the version is
    /// 2; a control message has L and S and not O; the header with the optional fields that its
    /// flags announce lies in the payload; the Length, if there, lies between header plus Offset
    /// Size and the payload's length; without Length, header plus Offset Size lie in the payload.
    Parsed, parsed_rows {
        source: 2 u8 "from Arrival";
        length: 14 u16 "from Arrival";
        peer: 13 u16 "from Arrival";
        inject_forward: 1 bool "from Arrival";
        inject_port: 1 u8 "from Arrival";
        entry: 17 u32 "from Arrival";
        station: 2 u8 "see Station; Own for injected frames";
        network_fault: 5 u8 "Drop code of tags and IPv4 header, or NO_FAULT";
        ipv4: 1 bool "an IPv4 header without fault";
        fragment: 1 bool "More Fragments, or an offset: the fields of layer 4 are zero";
        transport_fault: 5 u8 "Drop code of layer 4, or NO_FAULT";
        transport: 1 bool "UDP, TCP, GRE or ESP, without fault";
        network_offset: 5 u8 "of the IPv4 header: 14, 18 or 22";
        transport_offset: 7 u8 "of layer 4: network_offset + 20..60";
        source_address: 32 u32 "first octet in the highest byte";
        destination_address: 32 u32 "first octet in the highest byte";
        protocol: 8 u8 "IP protocol number";
        ttl: 8 u8 "as received";
        network_checksum: 16 u16 "IPv4 header checksum, as received";
        source_port: 16 u16 "UDP or TCP; else 0";
        destination_port: 16 u16 "UDP or TCP; else 0";
        transport_checksum: 16 u16 "UDP; else 0";
        l2tp: 1 bool "the UDP payload is a well-formed L2TPv2 header, reserved bits ignored";
        l2tp_clean: 1 bool "and its reserved bits are zero";
        l2f: 1 bool "the UDP payload has 6 bytes or more and version 1 in that place";
        control: 1 bool "an L2TP control message";
        tunnel: 16 u16 "L2TP Tunnel ID";
        tunnel_offset: 7 u8 "of the Tunnel ID in the frame";
    }
}

record! { ($)
    /// What is to be done with a frame's bytes; valid with its first beat at *rewrite*. `rewrite`
    /// and `send`: forwarded, with `punt` and `copy` copied too; `send` alone: raw (`inject`) or
    /// bypassed; `punt` alone: punted; neither: dropped.
    Plan, plan_rows {
        send: 1 bool "to an egress queue";
        port: 1 u8 "which";
        inject: 1 bool "the frame came from the host: it may use the guaranteed share";
        punt: 1 bool "to the punt queue, as received";
        copy: 1 bool "that is a copy of a frame which is sent";
        reason: 4 u8 "see Punt";
        class: 2 u8 "see Class";
        length: 14 u16 "bytes of the frame";
        source: 2 u8 "see Source";
        hit: 1 bool "the lookup found an entry";
        entry: 17 u32 "that entry";
        generation: 16 u16 "commit generation that the lookup used";
        kind: 4 u8 "see Kind";
        local: 8 u8 "index in the local address table, if `kind` is not None";
        network_offset: 5 u8 "as parsed";
        transport_offset: 7 u8 "as parsed";
        rewrite: 1 bool "all that follows applies";
        destination_mac: 48 u64 "first octet in the lowest byte";
        source_mac: 48 u64 "first octet in the lowest byte";
        ttl: 8 u8 "new";
        network_checksum: 16 u16 "new";
        outgoing: 1 bool "0: `address` is the new destination; 1: the new source";
        address: 32 u32 "new";
        source_port: 16 u16 "new";
        destination_port: 16 u16 "new";
        transport_checksum: 16 u16 "new UDP checksum";
        set_tunnel: 1 bool "the L2TP Tunnel ID is rewritten";
        tunnel: 16 u16 "new";
        tunnel_offset: 7 u8 "of the Tunnel ID";
        sa: 13 u16 "security association to seal with; 0: none";
    }
}
