//! The connection table's rows: key, action, slot, stash, counters; and the small tables beside it.

codes! {
    /// What a packet is, once the service table or the shape of its payload has told.
    Kind {
        None = 0 "no tunnel's";
        L2tp = 1 "L2TPv2 (RFC 2661)";
        Pptp = 2 "PPTP (RFC 2637): control connection or GRE version 1";
        Ike = 3 "IKE (RFC 7296) on UDP 500 or 4500";
        Esp = 4 "ESP (RFC 4303), bare or in UDP (RFC 3948)";
        L2f = 5 "L2F (RFC 2341)";
    }
}

record! { ($)
    /// What a packet is looked up by. An IPv6 build widens `address` to 128 bits.
    ///
    /// From a client: `address` and `peer_port` are the packet's source, `local` is the VIP,
    /// `local_port` the destination port. From a server: `address` and `peer_port` are the
    /// destination (the client), `local` is the server, `local_port` the source port.
    Key, key_rows {
        kind: 4 u8 "service kind, see Kind";
        peer: 13 u16 "from the security association, stable over rekeying; 0 in the clear";
        address: 32 u32 "the client's address";
        local: 8 u8 "index of the VIP or the server in the local address table";
        peer_port: 16 u16 "the client's port; 0 where there are none";
        local_port: 16 u16 "the port at the VIP or the server";
        discriminator: 32 u32 "L2TP Tunnel ID, PPTP Call ID, ESP SPI";
        reserved: 7 u8 "zero";
    }
}

codes! {
    /// What an entry does with its packets.
    EntryVerdict {
        Forward = 0 "rewrite and forward";
        Punt = 1 "to the slow path";
        Drop = 2 "drop, counted as `rule`";
    }
}

record! { ($)
    /// What is done with a packet whose key this is.
    Action, action_rows {
        verdict: 2 u8 "see EntryVerdict";
        outgoing: 1 bool "0: the destination address is rewritten; 1: the source address";
        copy_control: 1 bool "L2TP control messages (T bit) are also copied to the slow path";
        set_discriminator: 1 bool "the discriminator is rewritten too";
        server: 8 u8 "the tunnel's server, for the host's accounts; the hardware ignores it";
        local: 8 u8 "index in the local address table of the address written into the packet";
        next_hop: 8 u8 "index in the next hop table: MAC addresses and egress port";
        source_port: 16 u16 "new source port";
        destination_port: 16 u16 "new destination port";
        discriminator: 32 u32 "new discriminator";
        sa: 13 u16 "security association to seal with; 0: none";
        mtu: 4 u8 "MTU class; 0: no limit";
        generation: 8 u8 "generation of the rules that approved this row";
        reserved: 10 u16 "zero";
    }
}

record! { ($)
    /// A slot of a bucket: which entry may hold a key with this fingerprint.
    Slot, slot_rows {
        valid: 1 bool "the slot is in use";
        fingerprint: 18 u32 "bits 31..14 of the key's hash";
        entry: 17 u32 "index of the entry";
    }
}

record! { ($)
    /// A row of the stash: it compares the whole key and wins over the buckets.
    StashRow, stash_rows {
        valid: 1 bool "the row is in use";
        entry: 17 u32 "index of the entry";
        reserved: 14 u16 "zero";
        key_low: 64 u64 "bits 63..0 of the key";
        key_high: 64 u64 "bits 127..64 of the key";
    }
}

record! { ($)
    /// What has passed by an entry.
    Counters, counter_rows {
        packets: 40 u64 "packets forwarded; wraps";
        bytes: 48 u64 "bytes of their frames as received, without FCS; wraps";
        last_seen: 32 u32 "the tick count at the last of them";
        reserved: 8 u8 "zero";
    }
}

record! { ($)
    /// How a frame leaves.
    NextHop, next_hop_rows {
        valid: 1 bool "the row is in use; a packet that needs an unused one is punted";
        port: 1 u8 "egress port: 0 external, 1 internal";
        destination: 48 u64 "destination MAC, first octet in the lowest byte";
        source: 48 u64 "source MAC, first octet in the lowest byte";
        reserved: 30 u32 "zero";
    }
}

record! { ($)
    /// An address that belongs to the farm: a VIP is matched by destination at the external port,
    /// a server by source at the internal port.
    Local, local_rows {
        valid: 1 bool "the row is in use";
        port: 1 u8 "the port at which it is matched: 0 a VIP, 1 a server";
        address: 32 u32 "IPv4 address, first octet in the highest byte";
        reserved: 30 u32 "zero";
    }
}

record! { ($)
    /// A service: packets from clients to this VIP, protocol and port are of this kind.
    Service, service_rows {
        valid: 1 bool "the row is in use";
        kind: 4 u8 "see Kind";
        local: 8 u8 "index of the VIP in the local address table";
        protocol: 8 u8 "IP protocol number";
        port: 16 u16 "destination port; 0 for protocols without ports";
        reserved: 27 u32 "zero";
    }
}

record! { ($)
    /// A security association's row; reserved until ESP is opened and sealed.
    SecurityAssociation, sa_rows {
        valid: 1 bool "the row is in use";
        reserved: 31 u32 "zero";
    }
}

codes! {
    /// The tables that commands name.
    Table {
        Entry = 0 "key and action; READ gives the counters too";
        Slot = 1 "slots, numbered (bank * buckets + bucket) * 4 + slot";
        Stash = 2 "the stash";
        NextHop = 3 "next hops";
        Local = 4 "local addresses";
        Service = 5 "services";
    }
}
