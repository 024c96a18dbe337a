//! A Verilated device whose rings are watched: what its driver tells it, in order.

use std::collections::VecDeque;

use driver::{Memory, Transport, TransportError};
use sim::Rtl;
use spec::command::COMMAND;
use spec::host::{FRAME_STRIDE, InjectDescriptor, Ring};
use spec::register::RING_BASE_LOW;

/// The driver's way to the device.
pub struct Tap {
    /// The device.
    pub rtl: Rtl,
    /// Commands that were put into their ring, and not yet taken from here.
    pub commands: VecDeque<[u8; COMMAND]>,
    /// Commands that ever were.
    pub written: u64,
    /// Frames that were put into their ring: as long as their descriptors say, if a slot holds that.
    pub injected: VecDeque<(InjectDescriptor, Vec<u8>)>,
    /// Descriptors to be put in place of the driver's, which makes no wrong ones: a frame each.
    pub forged: VecDeque<InjectDescriptor>,
    bases: [u32; Ring::ALL.len()],
}

impl Tap {
    /// A device that no driver has opened yet.
    pub fn new(rtl: Rtl) -> Self {
        Self {
            rtl,
            commands: VecDeque::new(),
            written: 0,
            injected: VecDeque::new(),
            forged: VecDeque::new(),
            bases: [0; Ring::ALL.len()],
        }
    }

    /// Whether this is the ring's memory.
    fn is(&self, memory: &Memory, ring: Ring) -> bool {
        self.bases[usize::from(ring.code())] == memory.address as u32
    }

    /// The driver has put a frame into a slot.
    fn inject(&mut self, memory: &Memory, slot: usize) -> Result<(), TransportError> {
        if let Some(descriptor) = self.forged.pop_front() {
            self.rtl.write(memory, slot, &descriptor.pack())?;
        }
        let mut bytes = [0; InjectDescriptor::LEN];
        self.rtl.read(memory, slot, &mut bytes)?;
        let descriptor = InjectDescriptor::unpack(&bytes);
        let room = FRAME_STRIDE - InjectDescriptor::LEN;
        let mut frame = vec![0; usize::from(descriptor.length).min(room)];
        self.rtl.read(memory, slot + InjectDescriptor::LEN, &mut frame)?;
        self.injected.push_back((descriptor, frame));
        Ok(())
    }
}

impl Transport for Tap {
    fn read32(&mut self, offset: u32) -> Result<u32, TransportError> {
        self.rtl.read32(offset)
    }

    fn write32(&mut self, offset: u32, value: u32) -> Result<(), TransportError> {
        let ring = offset.wrapping_sub(RING_BASE_LOW) as usize / 4;
        if let Some(base) = self.bases.get_mut(ring) {
            *base = value;
        }
        self.rtl.write32(offset, value)
    }

    fn allocate(&mut self, len: usize) -> Result<Memory, TransportError> {
        self.rtl.allocate(len)
    }

    fn read(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        self.rtl.read(memory, offset, bytes)
    }

    fn write(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        self.rtl.write(memory, offset, bytes)?;
        if self.is(memory, Ring::Inject) {
            self.inject(memory, offset)?;
        } else if self.is(memory, Ring::Command) {
            self.commands.push_back(bytes.try_into().expect("a whole command"));
            self.written += 1;
        }
        Ok(())
    }

    fn relax(&mut self) -> Result<(), TransportError> {
        self.rtl.relax()
    }
}
