//! Limits and latencies: sizes that a build chooses, and clocks that a stage takes.

use crate::verdict::CLASSES;

/// Bytes of an Ethernet header without tags.
pub const ETHERNET_HEADER: usize = 14;
/// The shortest frame that is not a runt, in bytes without FCS: an Ethernet header.
pub const MIN_FRAME: usize = ETHERNET_HEADER;
/// The longest frame that is not a giant, in bytes without FCS: 9000 bytes of IP, header, 2 tags.
pub const MAX_FRAME: usize = 9022;
/// VLAN tags that the parser steps over; a frame with more is dropped.
pub const VLAN_TAGS: usize = 2;

/// Entries in the stash, the CAM of the table.
pub const STASH_ROWS: usize = 8;
/// Slots in a bucket.
pub const BUCKET_SLOTS: usize = 4;
/// Banks of buckets: a key has one bucket in each.
pub const BANKS: usize = 2;
/// Rows of the local address table: VIPs and servers.
pub const LOCAL_ROWS: usize = 32;
/// Rows of the service table.
pub const SERVICE_ROWS: usize = 16;
/// Rows of the next hop table.
pub const NEXT_HOP_ROWS: usize = 64;

/// Bytes that hold every header the parser reads: two tags, the longest IPv4 header, UDP, L2TP.
pub const HEADERS: usize = 104;
/// Bytes that tell the tags: an Ethernet header with two tags, and the type after them.
pub const TAGS: usize = 24;
/// Clocks from a frame's first beat to its fields behind *parse*, at `width` bytes a beat: until
/// all headers are there, and the IPv4 header two clocks after the tags; and the stages of layer 4.
pub const fn parse_clocks(width: usize) -> usize {
    let (headers, network) = (HEADERS.div_ceil(width) - 1, TAGS.div_ceil(width) - 1 + 2);
    (if headers > network { headers } else { network }) + ASK_AHEAD
}
/// Clocks before a frame's fields at which *parse* gives its addresses to *decide*.
pub const ASK_AHEAD: usize = 5;
/// The same of its ports and its Tunnel ID: the key.
pub const KEY_AHEAD: usize = 3;
/// The same of its protocol and destination port.
pub const SERVICE_AHEAD: usize = 2;
/// Clocks from an action to the checksums computed for it.
pub const CHECKSUM_CLOCKS: usize = 3;
/// Clocks that *reassemble* adds to a frame that is no fragment; nothing is reassembled yet.
pub const REASSEMBLE_CLOCKS: usize = 0;
/// Clocks that *open* adds to a frame that came in the clear; nothing is opened yet.
pub const OPEN_CLOCKS: usize = 0;
/// Clocks that *seal* adds to a frame that leaves in the clear; nothing is sealed yet.
pub const SEAL_CLOCKS: usize = 0;
/// Clocks that a beat takes through *rewrite*.
pub const REWRITE_CLOCKS: usize = 2;

/// The host's guaranteed share of the datapath while ports have frames: a beat in `1 <<` this.
pub const INJECT_SHARE_LOG2: usize = 6;
/// Clocks that an injected frame may wait for its turn without losing of that share.
pub const INJECT_GRACE: usize = 1024;
/// Clocks from a frame's last beat at *receive* to its first beat out of *merge*, while idle.
pub const RECEIVE_CLOCKS: usize = 4;
/// The same from the host's stream at *inject*.
pub const INJECT_CLOCKS: usize = 5;
/// Clocks from a punted frame's first beat to its descriptor's at the punt stream, while idle.
pub const PUNT_CLOCKS: usize = 4;
/// The police rate that is no limit; after reset, a bucket holds as many tokens.
pub const PUNT_UNLIMITED: u16 = 0xffff;
/// What the host lets through to itself: frames of each class a tick.
///
/// - New: 225,000 tunnels a second ask and are answered, two frames each, and no more.
/// - Copy: such a set-up makes a copy of each tunnel's SCCCN; the rest is for calls, Hellos and what
///   ends tunnels.
/// - Host, Exception: ARP and Linux's own traffic; fragments, and data that no row knows.
///
/// Together 900, what a core takes that sets up 300,000 tunnels a second, with three frames each: no
/// class can keep such a one from another.
pub const PUNT_RATES: [u16; CLASSES] = [450, 300, 75, 75];
/// The most that a class's bucket holds: a tick's share, the least with which its rate is reached.
/// What comes faster than the host takes it has to fit into the class's quarter of the queue.
pub const PUNT_BURSTS: [u16; CLASSES] = PUNT_RATES;
/// Clocks from a frame's first beat at *queue* to its first beat at the egress port, while idle.
pub const QUEUE_CLOCKS: usize = 2;

/// Clocks from a frame's last beat in to its first beat out, at `width` bytes a beat, alone in the
/// datapath (RFC 1242, 3.8: store and forward).
pub const fn latency_clocks(width: usize) -> usize {
    RECEIVE_CLOCKS
        + REASSEMBLE_CLOCKS
        + OPEN_CLOCKS
        + parse_clocks(width)
        + DECIDE_CLOCKS
        + REWRITE_CLOCKS
        + SEAL_CLOCKS
        + QUEUE_CLOCKS
}

/// Bytes a beat on the host's streams and its memory port, at every datapath width.
pub const HOST_BEAT: usize = 16;
/// Real time that a tick stands for, in microseconds. A 32-bit tick count wraps after 49 days.
pub const TICK_MICROSECONDS: u64 = 1000;

/// Depths of a table build: what differs from device to device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Address bits of the entry memory: `1 << rows` entries, as many slots.
    pub rows_log2: usize,
}

impl Capacity {
    /// Entries, and slots in all buckets together.
    pub const fn rows(self) -> usize {
        1 << self.rows_log2
    }
    /// Buckets in a bank.
    pub const fn buckets(self) -> usize {
        self.rows() / (BANKS * BUCKET_SLOTS)
    }
    /// Address bits of a bucket.
    pub const fn bucket_bits(self) -> usize {
        self.rows_log2 - (BANKS * BUCKET_SLOTS).ilog2() as usize
    }
}

/// The table of the ECP5-45F build, and of the simulated device: 2048 rows.
pub const CAPACITY_2K: Capacity = Capacity { rows_log2: 11 };

/// Clocks from a key to its hash.
pub const HASH_CLOCKS: usize = 3;
/// Clocks from a lookup's key, or an entry's number, to the answer; the action is there one before.
pub const LOOKUP_CLOCKS: usize = 9;
/// Clocks from a packet's addresses and ports to the filter's say: it is asked with the lookup, and
/// answers with it.
pub const FILTER_CLOCKS: usize = LOOKUP_CLOCKS;
/// Clocks from an address and a port to the local address's index.
pub const LOCAL_CLOCKS: usize = 2;
/// Clocks from a VIP, protocol and port to the service's kind.
pub const SERVICE_CLOCKS: usize = 2;
/// Clocks from a local address's index to the address.
pub const ADDRESS_CLOCKS: usize = 1;
/// Clocks from a next hop's index to the next hop.
pub const NEXT_HOP_CLOCKS: usize = 2;
/// Clocks that a FENCE waits: more than from a lookup's key to the last use of what it found.
pub const FENCE_CLOCKS: usize = 64;
/// Clocks from the answers of the local address and service tables to the classification.
pub const CLASSIFY_CLOCKS: usize = 1;
/// Clocks from the next hop to the plan.
pub const VERDICT_CLOCKS: usize = 1;
/// Clocks from a parsed frame to the action of its entry: of local address and lookup, those that
/// *parse* does not hide.
pub const ACTION_CLOCKS: usize = LOCAL_CLOCKS + LOOKUP_CLOCKS - 1 - ASK_AHEAD;
/// Clocks from a parsed frame to its plan.
pub const DECIDE_CLOCKS: usize = ACTION_CLOCKS + NEXT_HOP_CLOCKS + VERDICT_CLOCKS;
