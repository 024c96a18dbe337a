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
use spec::meta::{NO_FAULT, Source, Station};
use spec::register;
use spec::table::{EntryVerdict, Kind, Table};
use spec::verdict::{Class, Drop, Punt};

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
}
