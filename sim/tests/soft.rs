//! The soft device as the host sees it: registers, rings, status block.

use driver::{Memory, Transport};
use model::frame::{L2tp, Udp};
use sim::{Device, Soft};
use spec::LAYOUT_HASH;
use spec::command::{COMMAND, COMPLETION, Command, Completion, Opcode, Status};
use spec::host::{
    COMMAND_STRIDE, FRAME_STRIDE, InjectDescriptor, PuntDescriptor, Ring, StatusBlock,
};
use spec::limits::CAPACITY_2K;
use spec::register::*;
use spec::table::{Local, Table};
use spec::verdict::{Class, Punt};

const SLOTS_LOG2: usize = 2;
const SLOTS: u32 = 1 << SLOTS_LOG2;

/// Rings of four slots and their indices on the host's side.
struct Host {
    soft: Soft,
    status: Memory,
    rings: [Memory; 4],
    indices: [u32; 4],
}

impl Host {
    fn new() -> Self {
        let mut soft = Soft::new(CAPACITY_2K);
        let status = soft.allocate(StatusBlock::LEN).unwrap();
        let strides = [COMMAND_STRIDE, COMMAND_STRIDE, FRAME_STRIDE, FRAME_STRIDE];
        let rings = strides.map(|stride| soft.allocate(stride << SLOTS_LOG2).unwrap());
        for (at, ring) in (0u32..).zip(&rings) {
            soft.write32(RING_BASE_LOW + 4 * at, ring.address as u32).unwrap();
            soft.write32(RING_BASE_HIGH + 4 * at, (ring.address >> 32) as u32).unwrap();
            soft.write32(RING_SIZE_LOG2 + 4 * at, SLOTS_LOG2 as u32).unwrap();
        }
        soft.write32(STATUS_LOW, status.address as u32).unwrap();
        soft.write32(STATUS_HIGH, (status.address >> 32) as u32).unwrap();
        soft.write32(RING_ENABLE, 1).unwrap();
        soft.write32(MAC_LOW, 2).unwrap();
        soft.write32(MAC_HIGH, 0x0100).unwrap();
        soft.write32(CONTROL, CONTROL_ENABLE).unwrap();
        Self { soft, status, rings, indices: [0; 4] }
    }

    fn status(&mut self) -> StatusBlock {
        let mut bytes = [0; StatusBlock::LEN];
        self.soft.read(&self.status, 0, &mut bytes).unwrap();
        StatusBlock::unpack(&bytes)
    }

    fn slot(&self, ring: Ring, stride: usize) -> usize {
        (self.indices[usize::from(ring.code())] % SLOTS) as usize * stride
    }

    fn next(&mut self, ring: Ring) {
        let at = ring.code();
        let index = &mut self.indices[usize::from(at)];
        *index = index.wrapping_add(1);
        self.soft.write32(RING_INDEX + 4 * u32::from(at), *index).unwrap();
    }

    fn command(&mut self, header: Command, data: &[u8]) {
        let mut bytes = [0; COMMAND];
        bytes[..Command::LEN].copy_from_slice(&header.pack());
        bytes[Command::LEN..][..data.len()].copy_from_slice(data);
        let offset = self.slot(Ring::Command, COMMAND_STRIDE);
        self.soft.write(&self.rings[0], offset, &bytes).unwrap();
        self.next(Ring::Command);
    }

    fn completion(&mut self) -> Completion {
        let mut bytes = [0; COMPLETION];
        let offset = self.slot(Ring::Completion, COMMAND_STRIDE);
        self.soft.read(&self.rings[1], offset, &mut bytes).unwrap();
        self.next(Ring::Completion);
        Completion::unpack(&bytes)
    }

    fn punt(&mut self) -> (PuntDescriptor, Vec<u8>) {
        let offset = self.slot(Ring::Punt, FRAME_STRIDE);
        let mut head = [0; PuntDescriptor::LEN];
        self.soft.read(&self.rings[2], offset, &mut head).unwrap();
        let descriptor = PuntDescriptor::unpack(&head);
        let mut frame = vec![0; descriptor.length.into()];
        self.soft.read(&self.rings[2], offset + head.len(), &mut frame).unwrap();
        self.next(Ring::Punt);
        (descriptor, frame)
    }

    fn inject(&mut self, descriptor: InjectDescriptor, frame: &[u8]) {
        let offset = self.slot(Ring::Inject, FRAME_STRIDE);
        let bytes = [&descriptor.pack(), frame].concat();
        self.soft.write(&self.rings[3], offset, &bytes).unwrap();
        self.next(Ring::Inject);
    }
}

fn arp(n: u8) -> Vec<u8> {
    Udp::default().ethernet(0x0806, &[n; 28])
}

fn fence(tag: u16) -> Command {
    Command { opcode: Opcode::Fence as u8, tag, ..Command::default() }
}

#[test]
fn registers_are_as_their_rows_say() {
    let mut soft = Soft::new(CAPACITY_2K);
    for row in REGISTERS {
        for offset in (0..row.count).map(|index| row.offset + 4 * index) {
            let before = soft.read32(offset).unwrap();
            soft.write32(offset, 0x1234_5678).unwrap();
            let after = soft.read32(offset).unwrap();
            match row.access {
                Access::ReadOnly => assert_eq!(before, after, "{}", row.name),
                Access::WriteOnly => assert_eq!((before, after), (0, 0), "{}", row.name),
                Access::ReadWrite => {
                    assert_eq!((before, after), (row.reset, 0x1234_5678 & row.mask), "{}", row.name)
                }
            }
        }
    }
    let hash = [LAYOUT_LOW, LAYOUT_HIGH].map(|offset| soft.read32(offset).unwrap());
    assert_eq!(u64::from(hash[1]) << 32 | u64::from(hash[0]), LAYOUT_HASH);
    assert_eq!(soft.read32(ID).unwrap(), ID_VALUE);
    assert_eq!(soft.read32(ROWS).unwrap(), CAPACITY_2K.rows() as u32);
    assert_eq!(soft.read32(0xfffc).unwrap(), 0);
    assert!(soft.read32(2).is_err() && soft.write32(1 << 16, 0).is_err());
}

#[test]
fn punts_wait_for_room_in_the_ring_and_arrive_in_order() {
    let mut host = Host::new();
    host.soft.tick(77);
    (0..10).for_each(|n| host.soft.send(0, &arp(n), false));
    assert!(!host.soft.idle());
    host.soft.advance(1);
    assert!(host.soft.idle());
    assert_eq!(host.status().punt, SLOTS);
    for n in 0..10 {
        let (descriptor, frame) = host.punt();
        assert_eq!(frame, arp(n));
        assert_eq!((descriptor.reason, descriptor.timestamp), (Punt::NotIpv4 as u8, 77));
        host.soft.relax().unwrap();
    }
    assert_eq!((host.status().punt, host.soft.idle()), (10, true));
    assert_eq!(host.soft.read32(COUNTER + 4 * Counter::PuntedHost as u32).unwrap(), 10);
}

#[test]
fn a_flood_of_one_class_leaves_room_for_the_others() {
    let mut host = Host::new();
    let vip = Local { valid: true, address: Udp::default().destination.0, ..Local::default() };
    let row =
        Command { opcode: Opcode::Write as u8, table: Table::Local as u8, ..Command::default() };
    host.command(row, &vip.pack());
    host.soft.advance(1);
    let sccrq = L2tp::control(0, 0, 0, 0).build(&[0x80, 8, 0, 0, 0, 0, 0, 1]);
    let sccrq = Udp { payload: sccrq, ..Udp::default() }.build();
    (0..10_000).for_each(|n| host.soft.send(0, &arp(n as u8), false));
    host.soft.send(0, &sccrq, false);
    host.soft.advance(1);
    let lost = host.soft.read32(COUNTER + 4 * Counter::PuntFull as u32).unwrap();
    assert!(lost > 1000);
    let mut last = None;
    for _ in lost..10_001 {
        last = Some(host.punt());
        host.soft.relax().unwrap();
    }
    let (descriptor, frame) = last.unwrap();
    assert_eq!((descriptor.class, frame), (Class::New as u8, sccrq));
    assert!(host.soft.idle());
}

#[test]
fn commands_wait_for_room_for_their_completions() {
    let mut host = Host::new();
    let table = Table::NextHop as u8;
    host.command(Command { opcode: Opcode::Read as u8, table, count: 6, ..fence(1) }, &[]);
    host.command(fence(2), &[]);
    host.soft.relax().unwrap();
    assert_eq!((host.status().command, host.status().completion), (1, SLOTS));
    for index in 0..6 {
        let completion = host.completion();
        assert_eq!((completion.tag, completion.index), (1, index));
        assert_eq!((completion.status, completion.last), (Status::Done as u8, index == 5));
        host.soft.relax().unwrap();
    }
    assert_eq!((host.completion().tag, host.status().command), (2, 2));
    assert!(host.soft.idle());
}

#[test]
fn the_host_injects_a_raw_frame_at_either_port() {
    let mut host = Host::new();
    for port in [0, 1, 1] {
        let frame = arp(port);
        let length = frame.len() as u16;
        host.inject(InjectDescriptor { length, port, ..InjectDescriptor::default() }, &frame);
        host.soft.relax().unwrap();
        assert_eq!(host.soft.receive(port.into()).unwrap().bytes, frame);
        assert_eq!(host.soft.receive(usize::from(port ^ 1)), None);
    }
    host.inject(InjectDescriptor { length: 16383, ..InjectDescriptor::default() }, &[]);
    host.soft.relax().unwrap();
    assert_eq!(host.status().inject, 4);
    assert_eq!(host.soft.read32(COUNTER + 4 * Counter::InjectBad as u32).unwrap(), 1);
}

#[test]
fn stopped_rings_start_anew_and_the_table_stays() {
    let mut host = Host::new();
    host.command(Command { tag: 9, ..fence(0) }, &[]);
    host.soft.relax().unwrap();
    assert_eq!(host.completion().tag, 9);
    host.soft.write32(RING_ENABLE, 0).unwrap();
    host.indices = [0; 4];
    (0..4).for_each(|ring| host.soft.write32(RING_INDEX + 4 * ring, 0).unwrap());
    host.soft.send(0, &arp(1), false);
    host.soft.advance(1);
    host.soft.write32(RING_ENABLE, 1).unwrap();
    host.command(fence(10), &[]);
    host.soft.relax().unwrap();
    assert_eq!(host.status(), StatusBlock { command: 1, completion: 1, punt: 1, inject: 0 });
    assert_eq!((host.completion().tag, host.punt().1), (10, arp(1)));
}
