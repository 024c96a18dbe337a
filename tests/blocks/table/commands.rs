//! WRITE, READ, FENCE and everything that a command can have wrong.

use rand::Rng;
use spec::command::{Command, DATA, Opcode, Status};
use spec::limits::{
    CAPACITY_2K, FENCE_CLOCKS, LOCAL_ROWS, NEXT_HOP_ROWS, SERVICE_ROWS, STASH_ROWS,
};
use spec::table::{Action, Key, Local, NextHop, Service, Slot, StashRow, Table};
use tests::command::Request;

use super::bench::{Bench, Question, Random};

const ROWS: u32 = CAPACITY_2K.rows() as u32;

/// Every table, its rows, and the bytes of a row that are kept.
const TABLES: [(Table, u32, usize); 6] = [
    (Table::Entry, ROWS, Key::LEN + Action::LEN),
    (Table::Slot, ROWS, Slot::LEN),
    (Table::Stash, STASH_ROWS as u32, StashRow::LEN),
    (Table::NextHop, NEXT_HOP_ROWS as u32, NextHop::LEN),
    (Table::Local, LOCAL_ROWS as u32, Local::LEN),
    (Table::Service, SERVICE_ROWS as u32, Service::LEN),
];

/// A row's data with its reserved bits zero.
fn row(bench: &mut Bench, table: Table, len: usize) -> [u8; DATA] {
    let mut data = [0; DATA];
    bench.rng.fill(&mut data[..len]);
    if table == Table::Slot {
        data[Slot::LEN - 1] &= 0x0f;
    }
    if table == Table::Entry {
        data[..16].copy_from_slice(&Key::random(&mut bench.rng).pack());
        data[16..].copy_from_slice(&Action::random(&mut bench.rng).pack());
    }
    data
}

#[test]
fn every_row_of_every_table_reads_as_written() {
    let mut bench = Bench::new(21);
    bench.stall = 50;
    let mut rows = vec![];
    for (table, count, len) in TABLES {
        for index in 0..count {
            let data = row(&mut bench, table, len);
            bench.push(&Request::write(table, index, &data));
            rows.push((table, index, data));
        }
    }
    for (table, count, _) in TABLES {
        bench.push(&Request::read(table, 0, count as u16).tag(count as u16));
    }
    for (table, index, data) in rows {
        let answer = bench.wait();
        let header = answer.header;
        let (_, count, _) = TABLES[usize::from(table.code())];
        assert_eq!((header.table, header.index), (table.code(), index));
        assert_eq!((header.status, header.opcode), (Status::Done.code(), Opcode::Read.code()));
        assert_eq!((header.tag, header.last), (count as u16, index == count - 1));
        assert_eq!(u32::from(header.generation), TABLES.iter().map(|table| table.1).sum::<u32>());
        assert_eq!(answer.data, data, "{table:?} {index}");
    }
    // A reset clears them all.
    bench.reset();
    for (table, count, _) in TABLES {
        bench.push(&Request::read(table, 0, count as u16));
        for _ in 0..count {
            let answer = bench.wait();
            assert_eq!(answer.data, [0; DATA]);
            assert_eq!(answer.header.generation, 0);
        }
    }
}

#[test]
fn faults_are_answered_and_change_nothing() {
    let mut bench = Bench::new(22);
    let expect = |bench: &mut Bench, request: Request, status: Status| {
        let answer = bench.execute(request);
        let header = answer.header;
        assert_eq!(header.status, status.code(), "{request:?}");
        assert!(header.last);
        assert_eq!(header.opcode, request.header.opcode);
        assert_eq!((header.table, header.index), (request.header.table, request.header.index));
        let read = status == Status::Done && header.opcode == Opcode::Read.code();
        assert!(read || answer.data == [0; DATA]);
    };
    let bare = |opcode, table| Request {
        header: Command { opcode, table, ..Command::default() },
        data: [0; DATA],
    };
    for opcode in [0, 4, 129, 255] {
        expect(&mut bench, bare(opcode, 0), Status::BadOpcode);
    }
    for opcode in [Opcode::Write, Opcode::Read] {
        for table in [6, 64, 255] {
            expect(&mut bench, bare(opcode.code(), table), Status::BadTable);
        }
    }
    for (table, count, _) in TABLES {
        for index in [count, count + 1, 1 << 17, 1 << 31, u32::MAX] {
            expect(&mut bench, Request::write(table, index, &[0xff; 32]), Status::BadIndex);
            expect(&mut bench, Request::read(table, index, 1), Status::BadIndex);
        }
        expect(&mut bench, Request::read(table, count - 1, 1), Status::Done);
        expect(&mut bench, Request::read(table, count - 1, 0), Status::Done);
        // The rows there are, then one completion for the first that is not.
        bench.push(&Request::read(table, count - 2, 5));
        for (index, last) in [(count - 2, false), (count - 1, false), (count, true)] {
            let header = bench.wait().header;
            let status = if last { Status::BadIndex } else { Status::Done };
            let wanted = (index, last, status.code());
            assert_eq!((header.index, header.last, header.status), wanted);
        }
    }
    // A slot that is placed must exist as well; nothing is written else.
    for slot in [ROWS, ROWS + 1, (1 << 17) - 1] {
        let request = Request::write(Table::Entry, 1, &[0xff; 32]).place(slot, 0x155);
        expect(&mut bench, request, Status::BadIndex);
        // Only a WRITE of an entry places one.
        expect(
            &mut bench,
            Request { header: Command { table: 6, ..request.header }, ..request },
            Status::BadTable,
        );
        expect(
            &mut bench,
            Request {
                header: Command { opcode: Opcode::Read.code(), ..request.header },
                ..request
            },
            Status::Done,
        );
    }
    // A command of another length, whatever its last beat, and the one behind it.
    for len in [1, 15, 16, 17, 31, 32, 33, 47, 49, 63, 64, 65, 80, 200] {
        let mut bytes = Request::write(Table::Slot, 1, &[0xff; 32]).tag(9).bytes();
        bytes.resize(len, 0xff);
        bench.push_bytes(bytes);
        let header = bench.wait().header;
        assert_eq!(header.status, Status::BadLength.code(), "{len} bytes");
        expect(&mut bench, Request::fence(), Status::Done);
    }
    let answer = bench.execute(Request::read(Table::Slot, 1, 1));
    assert_eq!((answer.header.generation, answer.data), (0, [0; DATA]), "nothing was written");
    assert_eq!(bench.execute(Request::read(Table::Entry, 1, 1)).data, [0; DATA]);
}

#[test]
fn an_entry_is_written_with_its_slot() {
    let mut bench = Bench::new(25);
    for slot in (0..ROWS).step_by(37).chain([ROWS - 1]) {
        let (entry, fingerprint) =
            (bench.rng.random_range(0..ROWS), bench.rng.random::<u32>() >> 14);
        let data = row(&mut bench, Table::Entry, Key::LEN + Action::LEN);
        let before = bench.get("generation");
        let answer =
            bench.execute(Request::write(Table::Entry, entry, &data).place(slot, fingerprint));
        assert_eq!(u64::from(answer.header.generation), before + 1, "one WRITE");
        assert_eq!(bench.execute(Request::read(Table::Entry, entry, 1)).data, data);
        let answer = bench.execute(Request::read(Table::Slot, slot, 1));
        assert_eq!(Slot::unpack(&answer.data), Slot { valid: true, fingerprint, entry });
        // A slot that is not placed stays as it is, whatever the header says of it.
        let mut request = Request::write(Table::NextHop, 3, &data[..16]).place(slot, 0);
        bench.execute(request);
        request = Request::write(Table::Entry, entry, &data).place(slot, 0);
        request.header.place = false;
        bench.execute(request);
        let answer = bench.execute(Request::read(Table::Slot, slot, 1));
        assert_eq!(Slot::unpack(&answer.data), Slot { valid: true, fingerprint, entry });
    }
}

#[test]
fn a_write_takes_four_clocks_and_says_when_it_is_done() {
    let mut bench = Bench::new(23);
    bench.execute(Request::fence());
    let writes = 1000;
    for _ in 0..writes {
        let index = bench.rng.random_range(0..ROWS);
        let table = if bench.rng.random() { Table::Entry } else { Table::Slot };
        let mut request = Request::write(table, index, &[1; 4]);
        if bench.rng.random() {
            request = request.place(index, 1);
        }
        bench.push(&request);
    }
    let start = bench.clocks;
    while !bench.is_idle() {
        bench.clock(Some(Question::Entry(0)));
    }
    assert_eq!(bench.clocks - start, 4 * writes - 1);
    let answer = bench.execute(Request::write(Table::Slot, 0, &[]));
    assert_eq!(u64::from(answer.header.generation), writes + 1);
    bench.clock(None);
    assert_eq!(bench.get("generation"), writes + 1);
}

#[test]
fn a_fence_waits_for_the_pipeline() {
    let mut bench = Bench::new(24);
    bench.execute(Request::fence());
    bench.push(&Request::fence());
    while !bench.is_idle() {
        bench.clock(None);
    }
    let start = bench.clocks;
    bench.wait();
    assert!(bench.clocks - start > FENCE_CLOCKS as u64);
}
