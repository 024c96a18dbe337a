//! One number for all layouts: a device built from other rows has another.

use crate::record::{Codes, Record};
use crate::register::{Counter, REGISTERS};
use crate::{command, host, limits, meta, table, verdict};

/// All records, for the docs and the hash.
pub const RECORDS: &[Record] = &[
    table::Key::RECORD,
    table::Action::RECORD,
    table::Slot::RECORD,
    table::StashRow::RECORD,
    table::Counters::RECORD,
    table::NextHop::RECORD,
    table::Local::RECORD,
    table::Service::RECORD,
    table::SecurityAssociation::RECORD,
    command::Command::RECORD,
    command::Completion::RECORD,
    host::PuntDescriptor::RECORD,
    host::InjectDescriptor::RECORD,
    host::StatusBlock::RECORD,
    meta::Arrival::RECORD,
    meta::Parsed::RECORD,
    meta::Plan::RECORD,
];

/// All numbered lists, for the docs and the hash.
pub const CODES: &[Codes] = &[
    table::Kind::LIST,
    table::EntryVerdict::LIST,
    table::Table::LIST,
    command::Opcode::LIST,
    command::Status::LIST,
    host::Ring::LIST,
    meta::Source::LIST,
    meta::Station::LIST,
    verdict::Drop::LIST,
    verdict::Punt::LIST,
    verdict::Class::LIST,
    Counter::LIST,
];

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// FNV-1a, 64 bits.
const fn add(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(PRIME);
        i += 1;
    }
    hash
}

const fn add_number(hash: u64, number: usize) -> u64 {
    add(hash, &(number as u64).to_le_bytes())
}

/// Over every record, register, code and limit; meanings are not part of it.
pub const LAYOUT_HASH: u64 = {
    let mut hash = OFFSET;
    let mut i = 0;
    while i < RECORDS.len() {
        hash = add(hash, RECORDS[i].name.as_bytes());
        let mut k = 0;
        while k < RECORDS[i].fields.len() {
            let field = RECORDS[i].fields[k];
            hash = add_number(add_number(add(hash, field.name.as_bytes()), field.lsb), field.width);
            k += 1;
        }
        i += 1;
    }
    let mut i = 0;
    while i < REGISTERS.len() {
        let row = REGISTERS[i];
        hash = add_number(add(hash, row.name.as_bytes()), row.offset as usize);
        hash = add_number(add_number(hash, row.count as usize), row.access as usize);
        hash = add_number(hash, row.mask as usize);
        i += 1;
    }
    let mut i = 0;
    while i < CODES.len() {
        let mut k = 0;
        while k < CODES[i].codes.len() {
            let code = CODES[i].codes[k];
            hash = add_number(add(hash, code.name.as_bytes()), code.code as usize);
            k += 1;
        }
        i += 1;
    }
    let limits = [
        limits::STASH_ROWS,
        limits::BUCKET_SLOTS,
        limits::BANKS,
        host::COMMAND_STRIDE,
        host::FRAME_STRIDE,
        limits::MAX_FRAME,
        crate::hash::FINGERPRINT_BITS,
    ];
    let mut i = 0;
    while i < limits.len() {
        hash = add_number(hash, limits[i]);
        i += 1;
    }
    hash
};
