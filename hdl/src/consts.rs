//! The constants that kernels name.
//!
//! rust-hdl prints a constant's name, not its value. So kernels use the names of this list, always
//! as `bits::<WIDTH>(NAME)`, and [`crate::emit`] puts a literal of that width in their place; a
//! name that is not listed ends the emission. Every value comes from `spec`.

macro_rules! constants {
    ($($name:ident = $value:expr;)*) => {
        $(#[doc = concat!("`", stringify!($value), "`")] pub const $name: u64 = $value as u64;)*
        /// All of them by name.
        pub const ALL: &[(&str, u64)] = &[$((stringify!($name), $name)),*];
    };
}

use spec::command::{Opcode, Status};
use spec::limits;
use spec::limits::TAGS;
use spec::meta::{NO_FAULT, Source, Station};
use spec::register;
use spec::table::{EntryVerdict, Kind, Table};
use spec::verdict::{Class, Drop, Punt};
use spec::wire::{esp, ethernet, gre, ipv4, l2tp, protocol, tcp, udp};

/// The lowest bit of the `bytes` bytes at `at` of a string of `length` bytes, whose first is in the
/// highest bits.
const fn low_bit(length: usize, at: usize, bytes: usize) -> usize {
    8 * (length - at - bytes)
}
/// UDP and the longest L2TP header, in bytes.
pub const SEGMENT: usize = 22;

constants! {
    SOURCE_EXTERNAL = Source::External.code();
    SOURCE_INTERNAL = Source::Internal.code();
    SOURCE_INJECT = Source::Inject.code();
    STATION_GROUP = Station::Group.code();
    STATION_FOREIGN = Station::Foreign.code();
    FAULTLESS = NO_FAULT;
    KIND_NONE = Kind::None.code();
    KIND_L2TP = Kind::L2tp.code();
    ENTRY_FORWARD = EntryVerdict::Forward.code();
    ENTRY_DROP = EntryVerdict::Drop.code();
    DROP_FOREIGN = Drop::Foreign.code();
    DROP_VLAN_DEPTH = Drop::VlanDepth.code();
    DROP_TRUNCATED = Drop::Truncated.code();
    DROP_BAD_VERSION = Drop::BadVersion.code();
    DROP_BAD_IHL = Drop::BadIhl.code();
    DROP_BAD_LENGTH = Drop::BadLength.code();
    DROP_BAD_CHECKSUM = Drop::BadChecksum.code();
    DROP_BAD_L2TP = Drop::BadL2tp.code();
    DROP_RULE = Drop::Rule.code();
    DROP_INJECT_BAD = Drop::InjectBad.code();
    PUNT_GROUP = Punt::Group.code();
    PUNT_NOT_IPV4 = Punt::NotIpv4.code();
    PUNT_HOST = Punt::Host.code();
    PUNT_FRAGMENT = Punt::Fragment.code();
    PUNT_VERSION = Punt::Version.code();
    PUNT_KIND = Punt::Kind.code();
    PUNT_MISS = Punt::Miss.code();
    PUNT_ENTRY = Punt::Entry.code();
    PUNT_NEXT_HOP = Punt::NextHop.code();
    PUNT_TTL = Punt::Ttl.code();
    PUNT_COPY = Punt::Copy.code();
    MIN_FRAME = spec::limits::MIN_FRAME;
    MAX_FRAME = spec::limits::MAX_FRAME;
    HOST_BEAT_BYTES = spec::limits::HOST_BEAT;
    PUNT_UNLIMITED = spec::limits::PUNT_UNLIMITED;
    INJECT_GRACE = spec::limits::INJECT_GRACE;
    CLASS_NEW = Class::New.code();
    CLASS_COPY = Class::Copy.code();
    CLASS_HOST = Class::Host.code();
    CLASS_EXCEPTION = Class::Exception.code();
    NOW = register::NOW;
    GENERATION = register::GENERATION;
    CLOCKS = register::CLOCKS;
    COUNTER = register::COUNTER;
    COUNTER_END = register::COUNTER + 4 * register::COUNTERS;
    OPCODE_WRITE = Opcode::Write.code();
    OPCODE_READ = Opcode::Read.code();
    OPCODE_FENCE = Opcode::Fence.code();
    TABLE_ENTRY = Table::Entry.code();
    TABLE_SLOT = Table::Slot.code();
    TABLE_STASH = Table::Stash.code();
    TABLE_NEXT_HOP = Table::NextHop.code();
    TABLE_LOCAL = Table::Local.code();
    TABLE_SERVICE = Table::Service.code();
    STATUS_DONE = Status::Done.code();
    STATUS_BAD_OPCODE = Status::BadOpcode.code();
    STATUS_BAD_TABLE = Status::BadTable.code();
    STATUS_BAD_INDEX = Status::BadIndex.code();
    STATUS_BAD_LENGTH = Status::BadLength.code();
    STASH_ROWS = limits::STASH_ROWS;
    LOCAL_ROWS = limits::LOCAL_ROWS;
    SERVICE_ROWS = limits::SERVICE_ROWS;
    NEXT_HOP_ROWS = limits::NEXT_HOP_ROWS;
    HOST_BEAT = limits::HOST_BEAT;
    FENCE_CLOCKS = limits::FENCE_CLOCKS;
    STATION_OWN = Station::Own.code();
    ETHERTYPE_VLAN = ethernet::VLAN;
    ETHERTYPE_VLAN_SERVICE = ethernet::VLAN_SERVICE;
    ETHERTYPE_IPV4 = ethernet::IPV4;
    ETHERTYPE_UNTAGGED_AT = low_bit(TAGS, ethernet::TYPE, 2);
    ETHERTYPE_TAGGED_AT = low_bit(TAGS, ethernet::TYPE + ethernet::TAG, 2);
    ETHERTYPE_TWICE_AT = low_bit(TAGS, ethernet::TYPE + 2 * ethernet::TAG, 2);
    UNTAGGED = spec::limits::ETHERNET_HEADER;
    TAGGED = spec::limits::ETHERNET_HEADER + ethernet::TAG;
    TAGGED_TWICE = spec::limits::ETHERNET_HEADER + 2 * ethernet::TAG;
    IPV4_VERSION_AT = low_bit(ipv4::MIN_HEADER, ipv4::VERSION_IHL, 1) + 4;
    IPV4_IHL_AT = low_bit(ipv4::MIN_HEADER, ipv4::VERSION_IHL, 1);
    IPV4_LENGTH_AT = low_bit(ipv4::MIN_HEADER, ipv4::LENGTH, 2);
    IPV4_FRAGMENT_AT = low_bit(ipv4::MIN_HEADER, ipv4::FRAGMENT, 2);
    IPV4_FRAGMENT_MASK = ipv4::FRAGMENT_MASK;
    IPV4_TTL_AT = low_bit(ipv4::MIN_HEADER, ipv4::TTL, 1);
    IPV4_PROTOCOL_AT = low_bit(ipv4::MIN_HEADER, ipv4::PROTOCOL, 1);
    IPV4_CHECKSUM_AT = low_bit(ipv4::MIN_HEADER, ipv4::CHECKSUM, 2);
    IPV4_SOURCE_AT = low_bit(ipv4::MIN_HEADER, ipv4::SOURCE, 4);
    IPV4_DESTINATION_AT = low_bit(ipv4::MIN_HEADER, ipv4::DESTINATION, 4);
    IPV4_MIN_HEADER = ipv4::MIN_HEADER;
    PROTOCOL_UDP = protocol::UDP;
    PROTOCOL_TCP = protocol::TCP;
    PROTOCOL_GRE = protocol::GRE;
    PROTOCOL_ESP = protocol::ESP;
    UDP_HEADER = udp::HEADER;
    TCP_MIN_HEADER = tcp::MIN_HEADER;
    GRE_MIN_HEADER = gre::MIN_HEADER;
    ESP_MIN_HEADER = esp::MIN_HEADER;
    SOURCE_PORT_AT = low_bit(SEGMENT, 0, 2);
    DESTINATION_PORT_AT = low_bit(SEGMENT, 2, 2);
    UDP_LENGTH_AT = low_bit(SEGMENT, udp::LENGTH, 2);
    UDP_CHECKSUM_AT = low_bit(SEGMENT, udp::CHECKSUM, 2);
    TCP_DATA_OFFSET_AT = low_bit(SEGMENT, tcp::DATA_OFFSET, 1) + 4;
    L2TP_MIN_HEADER = l2tp::MIN_HEADER;
    L2TP_T = l2tp::T;
    L2TP_L = l2tp::L;
    L2TP_S = l2tp::S;
    L2TP_O = l2tp::O;
    L2TP_RESERVED = l2tp::RESERVED;
    L2TP_VERSION_MASK = l2tp::VERSION_MASK;
    L2TP_VERSION = l2tp::VERSION;
    L2TP_VERSION_L2F = l2tp::VERSION_L2F;
    L2TP_FLAGS_AT = low_bit(SEGMENT, udp::HEADER, 2);
    L2TP_LENGTH_AT = low_bit(SEGMENT, udp::HEADER + 2, 2);
    L2TP_TUNNEL_AT = low_bit(SEGMENT, udp::HEADER + 2, 2);
    L2TP_TUNNEL_LONG_AT = low_bit(SEGMENT, udp::HEADER + 4, 2);
    L2TP_TUNNEL = udp::HEADER + 2;
    L2TP_TUNNEL_LONG = udp::HEADER + 4;
    L2TP_OFFSET_AT = low_bit(SEGMENT, udp::HEADER + 6, 2);
    L2TP_OFFSET_LONG_AT = low_bit(SEGMENT, udp::HEADER + 8, 2);
    L2TP_OFFSET_SEQUENCE_AT = low_bit(SEGMENT, udp::HEADER + 10, 2);
    L2TP_OFFSET_BOTH_AT = low_bit(SEGMENT, udp::HEADER + 12, 2);
}
