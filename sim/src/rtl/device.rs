//! The Verilated device behind the driver's transport.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

use driver::{Memory, Transport, TransportError};
use verilate::{Design, Error, Model, Port, Trace as Format};

use super::decision::{Decision, Trace};
use super::recording::Recording;
use super::wire::{Input, Output};
use super::{Bus, MemoryPort};
use crate::{Device, HostMemory, Sent};

/// Clocks of a [`Transport::relax`].
const RELAX: u64 = 64;
/// Clocks without a move on any wire after which nothing is left inside: longer than the pipeline,
/// a fence and the status block's pause together.
const QUIET: u64 = 256;
/// Clocks of reset, and clocks for the tables to clear themselves.
const RESET: u64 = 64;
const CLEAR: u64 = 4096;
/// Clocks after which a register that has not answered never will.
const BUS: u64 = 10_000;
/// Clocks until memory answers a read, as long as a PCIe round trip.
const MEMORY: u64 = 60;

/// What holds the wires up in one clock; by default nothing does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalls {
    /// No new beat comes in at the port.
    pub pause: [bool; 2],
    /// The port's link takes no beat.
    pub busy: [bool; 2],
    /// Memory takes no request.
    pub memory: bool,
    /// Clocks until memory answers what it is asked now.
    pub latency: u64,
}

impl Default for Stalls {
    fn default() -> Self {
        Self { pause: [false; 2], busy: [false; 2], memory: false, latency: MEMORY }
    }
}

/// A Verilated top with the ports of `hdl::datapath::Datapath`.
///
/// Time passes in register accesses, [`Transport::relax`], [`Device::advance`] and [`Device::tick`]
/// only. Frames enter back to back; where both ports have some, each gets every other clock, as two
/// links that share a pipeline would, with a clock in 32 left for the host unless
/// [`Rtl::leave_host`] says otherwise.
pub struct Rtl {
    model: Model,
    clock: Port,
    tick: Port,
    bus: Bus,
    port: MemoryPort,
    memory: HostMemory,
    inputs: [Input; 2],
    outputs: [Output; 2],
    host_share: bool,
    stalls: Option<Box<dyn FnMut() -> Stalls>>,
    trace: Trace,
    decisions: Option<VecDeque<Decision>>,
    recording: Option<Recording>,
    clocks: u64,
    /// The clock of the last move on any wire.
    moved: u64,
}

impl Rtl {
    /// The top of that name in `hdl::tops`, after its reset.
    pub fn new(top: &str) -> Result<Self, Error> {
        Self::from_verilog(&emit(top)?)
    }

    /// The same, which will record a waveform of some clocks.
    pub fn recording(top: &str, file: &Path, clocks: Range<u64>) -> Result<Self, Error> {
        let mut rtl = Self::of(&Design::new(&emit(top)?, "top").traced(Format::Fst))?;
        rtl.recording = Some(Recording::new(file.into(), clocks));
        Ok(rtl)
    }

    /// The module `top` of a text.
    pub fn from_verilog(verilog: &str) -> Result<Self, Error> {
        Self::of(&Design::new(verilog, "top"))
    }

    fn of(design: &Design) -> Result<Self, Error> {
        let model = design.model()?;
        let (clock, reset) = (model.port("clock")?, model.port("reset")?);
        let mut rtl = Self {
            clock,
            tick: model.port("tick")?,
            bus: Bus::new(&model)?,
            port: MemoryPort::new(&model)?,
            memory: HostMemory::default(),
            inputs: [Input::new(&model, "rx0")?, Input::new(&model, "rx1")?],
            outputs: [Output::new(&model, "tx0")?, Output::new(&model, "tx1")?],
            host_share: true,
            stalls: None,
            trace: Trace::new(&model)?,
            decisions: None,
            recording: None,
            clocks: 0,
            moved: 0,
            model,
        };
        rtl.model.set(reset, 1);
        (0..RESET).for_each(|_| rtl.model.tick(clock));
        rtl.model.set(reset, 0);
        (0..CLEAR).for_each(|_| rtl.model.tick(clock));
        Ok(rtl)
    }

    /// Whether a clock in 32 is left for the host: at first it is. Without, frames enter at the
    /// full rate, which shows what the pipeline sustains.
    pub fn leave_host(&mut self, share: bool) {
        self.host_share = share;
    }

    /// From now on `stalls` is asked at each clock, and the ports take no turns of their own.
    pub fn stall(&mut self, stalls: impl FnMut() -> Stalls + 'static) {
        self.stalls = Some(Box::new(stalls));
    }

    /// What has been decided since the last call, frame by frame; the first call begins to watch.
    pub fn decisions(&mut self) -> VecDeque<Decision> {
        self.decisions.replace(VecDeque::new()).unwrap_or_default()
    }

    /// The clock at which the last beat of the latest whole frame was accepted at `port`.
    pub fn completed(&self, port: usize) -> Option<u64> {
        self.inputs[port].completed
    }

    /// One clock.
    fn step(&mut self) {
        let Self { model, inputs, outputs, port, .. } = self;
        let now = self.clocks;
        if let Some(recording) = &self.recording
            && !recording.clock(model, now).expect("a file that can be written")
        {
            self.recording = None;
        }
        let stalls = match &mut self.stalls {
            Some(stalls) => stalls(),
            None => {
                let both = !inputs[0].is_empty() && !inputs[1].is_empty();
                let host = self.host_share && now.is_multiple_of(32);
                let turn = (now & 1) as usize;
                Stalls { pause: [0, 1].map(|i| host || both && turn != i), ..Stalls::default() }
            }
        };
        let mut moves = false;
        if !(inputs[0].is_empty() && inputs[1].is_empty()) {
            for (input, pause) in inputs.iter_mut().zip(stalls.pause) {
                input.clock(model, now, pause);
            }
            moves = true;
        }
        for (output, busy) in outputs.iter_mut().zip(stalls.busy) {
            moves |= output.clock(model, now, !busy);
        }
        moves |= port.clock(model, &mut self.memory, !stalls.memory, stalls.latency);
        if let Some(decisions) = &mut self.decisions {
            decisions.extend(self.trace.sample(model, now));
        }
        self.model.tick(self.clock);
        self.clocks += 1;
        if moves {
            self.moved = self.clocks;
        }
    }

    fn access(&mut self, offset: u32, data: Option<u32>) -> Result<u32, TransportError> {
        let known = offset.is_multiple_of(4);
        let address =
            u16::try_from(offset).ok().filter(|_| known).ok_or(TransportError::Register(offset))?;
        self.bus.begin(&mut self.model, address, data);
        for _ in 0..BUS {
            self.step();
            if let Some(read) = self.bus.poll(&mut self.model) {
                if data.is_some() {
                    self.moved = self.clocks; // it may have set something off
                }
                return Ok(read);
            }
        }
        Err(TransportError::Gone)
    }
}

impl Transport for Rtl {
    fn read32(&mut self, offset: u32) -> Result<u32, TransportError> {
        self.access(offset, None)
    }

    fn write32(&mut self, offset: u32, value: u32) -> Result<(), TransportError> {
        self.access(offset, Some(value)).map(|_| ())
    }

    fn allocate(&mut self, len: usize) -> Result<Memory, TransportError> {
        Ok(self.memory.allocate(len))
    }

    fn read(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), TransportError> {
        self.memory.read(memory, offset, bytes)
    }

    fn write(
        &mut self,
        memory: &Memory,
        offset: usize,
        bytes: &[u8],
    ) -> Result<(), TransportError> {
        self.memory.write(memory, offset, bytes)
    }

    fn relax(&mut self) -> Result<(), TransportError> {
        self.advance(RELAX);
        Ok(())
    }
}

impl Device for Rtl {
    fn send(&mut self, port: usize, frame: &[u8], error: bool) {
        self.inputs[port].push(frame, error);
        self.moved = self.clocks;
    }

    fn receive(&mut self, port: usize) -> Option<Sent> {
        self.outputs[port].frames.pop_front()
    }

    fn accepted(&self, port: usize) -> Option<u64> {
        self.inputs[port].accepted
    }

    fn advance(&mut self, clocks: u64) {
        for _ in 0..clocks {
            self.step();
        }
    }

    fn idle(&self) -> bool {
        self.clocks - self.moved >= QUIET
    }

    fn tick(&mut self, count: u32) {
        self.model.set(self.tick, 1);
        self.advance(count.into());
        self.model.set(self.tick, 0);
    }

    fn clocks(&self) -> Option<u64> {
        Some(self.clocks)
    }
}

/// The Verilog of a top.
fn emit(top: &str) -> Result<String, Error> {
    let names = || hdl::tops::TOPS.iter().map(|top| top.name).collect();
    hdl::tops::emit(top).ok_or_else(|| Error::Port(top.into(), names()))
}
