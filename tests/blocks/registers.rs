//! The register map: every row answers as `spec::register` says.

use sim::rtl::Bus;
use spec::limits::CAPACITY_2K;
use spec::register::{self, Access, REGISTERS};
use verilate::{Design, Model, Port};

struct Bench {
    model: Model,
    bus: Bus,
    clock: Port,
}

impl Bench {
    fn new() -> Self {
        let mut block = hdl::host::Registers::new(16, CAPACITY_2K);
        let verilog = hdl::emit::verilog(&mut block);
        let mut model = Design::new(&verilog, "top").model().unwrap();
        let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
        model.set(reset, 1);
        model.tick(clock);
        model.set(reset, 0);
        let bus = Bus::new(&model).unwrap();
        Self { model, bus, clock }
    }

    fn access(&mut self, address: u32, data: Option<u32>) -> u32 {
        self.bus.begin(&mut self.model, address as u16, data);
        for clocks in 1..100 {
            self.model.tick(self.clock);
            if let Some(read) = self.bus.poll(&mut self.model) {
                assert!(clocks <= 4, "an access takes {clocks} clocks");
                self.model.tick(self.clock);
                return read;
            }
        }
        panic!("no answer at {address:#x}");
    }

    fn get(&self, name: &str) -> u64 {
        self.model.get(self.model.port(name).unwrap())
    }
}

/// Whether the bench would have to play another block to answer.
fn live(name: &str) -> bool {
    ["NOW", "CLOCKS", "COUNTER"].contains(&name)
}

#[test]
fn every_register_resets_reads_and_writes_as_its_row_says() {
    let mut bench = Bench::new();
    let hash = spec::LAYOUT_HASH;
    for row in REGISTERS.iter().filter(|row| !live(row.name)) {
        for address in (row.offset..).step_by(4).take(row.count as usize) {
            let built = match row.name {
                "LAYOUT_LOW" => hash as u32,
                "LAYOUT_HIGH" => (hash >> 32) as u32,
                "WIDTH" => 16,
                "ROWS" => 2048,
                "STASH_ROWS" => 8,
                "LOCAL_ROWS" => 32,
                "SERVICE_ROWS" => 16,
                "NEXT_HOP_ROWS" => 64,
                _ => row.reset,
            };
            assert_eq!(bench.access(address, None), built, "{} after reset", row.name);
            for value in [u32::MAX, address.wrapping_mul(0x9e37_79b9)] {
                bench.access(address, Some(value));
                let expected = match row.access {
                    Access::ReadOnly => built,
                    Access::ReadWrite => value & row.mask,
                    Access::WriteOnly => 0,
                };
                assert_eq!(bench.access(address, None), expected, "{} written", row.name);
            }
        }
    }
    // All of them still stand: no write has reached another register.
    for row in REGISTERS.iter().filter(|row| row.access == Access::ReadWrite) {
        for address in (row.offset..).step_by(4).take(row.count as usize) {
            let value = address.wrapping_mul(0x9e37_79b9) & row.mask;
            assert_eq!(bench.access(address, None), value, "{} at the end", row.name);
        }
    }
}

#[test]
fn addresses_without_a_register_read_zero() {
    let mut bench = Bench::new();
    let end = |row: &register::Register| row.offset + 4 * row.count;
    let known =
        |a: u32| a.is_multiple_of(4) && REGISTERS.iter().any(|r| (r.offset..end(r)).contains(&a));
    for address in (0..0x400).chain([0x1024, 0x8000, 0xfffc, 0xffff]).filter(|a| !known(*a)) {
        bench.access(address, Some(u32::MAX));
        assert_eq!(bench.access(address, None), 0, "at {address:#x}");
    }
}

#[test]
fn what_is_written_reaches_its_wires() {
    let mut bench = Bench::new();
    let words =
        |bench: &Bench, name: &str| bench.model.words(bench.model.port(name).unwrap()).to_vec();
    bench.access(register::CONTROL, Some(register::CONTROL_BRIDGE));
    assert_eq!((bench.get("enable"), bench.get("bridge")), (0, 1));
    bench.access(register::CONTROL, Some(register::CONTROL_ENABLE));
    assert_eq!((bench.get("enable"), bench.get("bridge")), (1, 0));
    for i in 0..4 {
        bench.access(register::SECRET + 4 * i, Some(0x1111_1111 * (i + 1)));
    }
    let secret = [0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444];
    assert_eq!(words(&bench, "secret"), secret);
    for port in 0..2 {
        bench.access(register::MAC_LOW + 4 * port, Some(0x0403_0200 + port));
        bench.access(register::MAC_HIGH + 4 * port, Some(0x0605));
        assert_eq!(bench.get(&format!("mac{port}")), 0x0605_0403_0200 + u64::from(port));
    }
    for i in 0..4 {
        for (at, name, value) in [
            (register::PUNT_RATE, "punt_rate", 0x100),
            (register::PUNT_BURST, "punt_burst", 0x200),
            (register::RING_SIZE_LOG2, "ring_size_log2", 5),
            (register::RING_INDEX, "ring_index", 0x8000_0000),
        ] {
            bench.access(at + 4 * i, Some(value + i));
            assert_eq!(bench.get(&format!("{name}${i}")), u64::from(value + i));
        }
        bench.access(register::RING_BASE_LOW + 4 * i, Some(0x4000_0040 + 64 * i));
        bench.access(register::RING_BASE_HIGH + 4 * i, Some(i));
        let base = u64::from(i) << 32 | u64::from(0x4000_0040 + 64 * i);
        assert_eq!(bench.get(&format!("ring_base${i}")), base);
    }
    bench.access(register::STATUS_LOW, Some(0x80));
    bench.access(register::STATUS_HIGH, Some(9));
    assert_eq!(bench.get("status_address"), 0x9_0000_0080);
    bench.access(register::RING_ENABLE, Some(1));
    assert_eq!(bench.get("ring_enable"), 1);
    bench.access(register::RING_ENABLE, Some(0));
    let running = bench.model.port("running").unwrap();
    bench.model.set(running, 1);
    assert_eq!(bench.access(register::RING_ENABLE, None), 1, "until the rings are quiet");
}

#[test]
fn time_counts_ticks_and_clocks() {
    let mut bench = Bench::new();
    let tick = bench.model.port("tick").unwrap();
    let before = bench.access(register::CLOCKS, None);
    for i in 0..100 {
        bench.model.set(tick, u64::from(i % 3 == 0));
        bench.model.tick(bench.clock);
    }
    bench.model.set(tick, 0);
    assert_eq!(bench.access(register::NOW, None), 34);
    assert_eq!(bench.access(register::CLOCKS, None), before + 100 + 10);
    let generation = bench.model.port("generation").unwrap();
    bench.model.set(generation, 0xabcd);
    assert_eq!(bench.access(register::GENERATION, None), 0xabcd);
}
