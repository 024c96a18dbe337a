//! Public formats, as far as the datapath knows them. Multi-byte fields are big-endian on the wire.

/// Ethernet (IEEE 802.3) and VLAN tags (IEEE 802.1Q).
pub mod ethernet {
    /// Offset of the EtherType in an untagged frame.
    pub const TYPE: usize = 12;
    /// A C-VLAN tag's type.
    pub const VLAN: u16 = 0x8100;
    /// An S-VLAN tag's type (802.1ad).
    pub const VLAN_SERVICE: u16 = 0x88a8;
    /// Length of a tag.
    pub const TAG: usize = 4;
    /// IPv4.
    pub const IPV4: u16 = 0x0800;
    /// ARP.
    pub const ARP: u16 = 0x0806;
    /// IPv6.
    pub const IPV6: u16 = 0x86dd;
}

/// IPv4 (RFC 791). Offsets from the start of its header.
pub mod ipv4 {
    /// Version (high nibble) and header length in words (low nibble).
    pub const VERSION_IHL: usize = 0;
    /// Total length.
    pub const LENGTH: usize = 2;
    /// Identification.
    pub const ID: usize = 4;
    /// Flags (3 bits) and fragment offset (13 bits).
    pub const FRAGMENT: usize = 6;
    /// The More Fragments flag and the offset, in the word at [`FRAGMENT`].
    pub const FRAGMENT_MASK: u16 = 0x3fff;
    /// Time to live.
    pub const TTL: usize = 8;
    /// Protocol.
    pub const PROTOCOL: usize = 9;
    /// Header checksum.
    pub const CHECKSUM: usize = 10;
    /// Source address.
    pub const SOURCE: usize = 12;
    /// Destination address.
    pub const DESTINATION: usize = 16;
    /// The shortest header.
    pub const MIN_HEADER: usize = 20;
}

/// IP protocol numbers.
pub mod protocol {
    /// ICMP.
    pub const ICMP: u8 = 1;
    /// TCP.
    pub const TCP: u8 = 6;
    /// UDP.
    pub const UDP: u8 = 17;
    /// GRE (RFC 2784, RFC 2637).
    pub const GRE: u8 = 47;
    /// ESP (RFC 4303).
    pub const ESP: u8 = 50;
}

/// UDP (RFC 768).
pub mod udp {
    /// Header length.
    pub const HEADER: usize = 8;
    /// Offset of the length.
    pub const LENGTH: usize = 4;
    /// Offset of the checksum; 0 on the wire means there is none.
    pub const CHECKSUM: usize = 6;
}

/// TCP (RFC 9293).
pub mod tcp {
    /// The shortest header.
    pub const MIN_HEADER: usize = 20;
    /// Offset of the byte whose high nibble is the header length in words.
    pub const DATA_OFFSET: usize = 12;
    /// Offset of the checksum.
    pub const CHECKSUM: usize = 16;
}

/// GRE: the four bytes that every version has.
pub mod gre {
    /// The shortest header.
    pub const MIN_HEADER: usize = 4;
}

/// ESP: SPI and sequence number.
pub mod esp {
    /// The shortest header.
    pub const MIN_HEADER: usize = 8;
}

/// L2TPv2 (RFC 2661, 3.1 and 4). The first word holds flags and version.
pub mod l2tp {
    /// The well-known UDP port.
    pub const PORT: u16 = 1701;
    /// Type: 1 is a control message.
    pub const T: u16 = 0x8000;
    /// The Length field is present.
    pub const L: u16 = 0x4000;
    /// Ns and Nr are present.
    pub const S: u16 = 0x0800;
    /// The Offset Size field is present.
    pub const O: u16 = 0x0200;
    /// Priority (data messages only).
    pub const P: u16 = 0x0100;
    /// Bits that must be zero.
    pub const RESERVED: u16 = 0x34f0;
    /// The version's bits.
    pub const VERSION_MASK: u16 = 0x000f;
    /// The version of L2TPv2.
    pub const VERSION: u16 = 2;
    /// The version that L2F has in the same place (RFC 2341).
    pub const VERSION_L2F: u16 = 1;
    /// Flags, Tunnel ID and Session ID: the shortest header.
    pub const MIN_HEADER: usize = 6;
    /// A control message's header: all of flags, Length, Tunnel ID, Session ID, Ns, Nr.
    pub const CONTROL_HEADER: usize = 12;

    /// An AVP's header: flags and length, Vendor ID, Attribute Type (RFC 2661, 4.1).
    pub const AVP_HEADER: usize = 6;
    /// AVP: mandatory, in the first word.
    pub const AVP_M: u16 = 0x8000;
    /// AVP: hidden.
    pub const AVP_H: u16 = 0x4000;
    /// AVP: reserved bits; an AVP with one of them set is an unrecognised one.
    pub const AVP_RESERVED: u16 = 0x3c00;
    /// AVP: its length, header included.
    pub const AVP_LENGTH: u16 = 0x03ff;
    /// The Vendor ID of the attributes that the IETF defines.
    pub const AVP_IETF: u16 = 0;
    /// Attribute: Message Type; the first AVP of every message.
    pub const MESSAGE_TYPE: u16 = 0;
    /// Attribute: Result Code.
    pub const RESULT_CODE: u16 = 1;
    /// Attribute: Protocol Version.
    pub const PROTOCOL_VERSION: u16 = 2;
    /// Attribute: Framing Capabilities.
    pub const FRAMING: u16 = 3;
    /// Attribute: Host Name.
    pub const HOST_NAME: u16 = 7;
    /// Attribute: Assigned Tunnel ID.
    pub const ASSIGNED_TUNNEL: u16 = 9;

    /// Message: Start-Control-Connection-Request.
    pub const SCCRQ: u16 = 1;
    /// Message: Start-Control-Connection-Reply.
    pub const SCCRP: u16 = 2;
    /// Message: Start-Control-Connection-Connected.
    pub const SCCCN: u16 = 3;
    /// Message: Stop-Control-Connection-Notification.
    pub const STOP_CCN: u16 = 4;
    /// Message: Hello.
    pub const HELLO: u16 = 6;
    /// Message: Incoming-Call-Connected.
    pub const ICCN: u16 = 12;

    /// Result of StopCCN: a general error, which the error code names (RFC 2661, 4.4.2).
    pub const RESULT_ERROR: u16 = 2;
    /// Error code: insufficient resources.
    pub const ERROR_RESOURCES: u16 = 4;
    /// Error code: try another.
    pub const ERROR_TRY_ANOTHER: u16 = 7;
    /// Seconds that a control connection's state is kept after StopCCN (RFC 2661, 5.7).
    pub const HOLD_SECONDS: u64 = 31;
}
