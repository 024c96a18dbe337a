//! `designator run`: the device between the two sides of a network.

mod neighbours;
mod pace;
mod side;
mod socket;

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use ports::{FramePort, Tap};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sim::Device;

use crate::{
    answers,
    api::Stats,
    cli::Run,
    engine::{self, Engine, Exit},
};
use neighbours::Neighbours;
use pace::Pace;
use side::Side;
use socket::Request;
pub use socket::Socket;

/// Names of the TAP devices, external and internal.
const TAPS: [&str; 2] = ["dsg-ext", "dsg-int"];
/// Bytes of an IP packet that the TAP devices take.
const MTU: u16 = 1500;
/// Frames taken from a TAP device before the others have their turn.
const TURN: usize = 64;
/// Clocks that the device runs in a turn.
const CLOCKS: u64 = 512;
/// The longest wait for something to do.
const WAIT: Duration = Duration::from_millis(5);

/// Why the daemon has ended, or did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An interface, a TAP device, the socket.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The device.
    #[error(transparent)]
    Engine(#[from] engine::Error),
}

/// Everything that the loop serves.
pub struct Daemon<D: Device> {
    engine: Engine<D>,
    sides: [Side; 2],
    taps: [Tap; 2],
    neighbours: Neighbours,
    /// Time starts when the daemon does.
    start: Instant,
    refused: u64,
    paces: [Pace; 2],
    /// Frames for the kernel that it did not take.
    lost: u64,
    _silenced: Vec<Silenced>,
}

impl<D: Device> Daemon<D> {
    /// Takes the interfaces and makes the TAP devices.
    pub fn start(mut engine: Engine<D>, macs: [[u8; 6]; 2], args: &Run) -> Result<Self, Error> {
        let sides = [Side::open(&args.external, macs[0])?, Side::open(&args.internal, macs[1])?];
        for (names, tap) in [&args.external, &args.internal].into_iter().zip(TAPS) {
            if names.is_empty() {
                tracing::warn!("no interface on the side of {tap}");
            }
        }
        let names = args.external.iter().chain(&args.internal);
        let silenced = names.map(|name| Silenced::new(name)).collect::<io::Result<_>>()?;
        let tap = |side: usize| {
            Tap::create(TAPS[side], macs[side], MTU).map_err(|error| match error.kind() {
                io::ErrorKind::ResourceBusy => {
                    io::Error::new(error.kind(), format!("{error}; is another daemon running?"))
                }
                _ => error,
            })
        };
        let taps = [tap(0)?, tap(1)?];
        let neighbours = Neighbours::start([taps[0].index()?, taps[1].index()?])?;
        let width = engine.driver().info().width;
        Ok(Self {
            engine,
            sides,
            taps,
            neighbours,
            start: Instant::now(),
            refused: 0,
            paces: [(); 2].map(|()| Pace::new(width, CLOCKS)),
            lost: 0,
            _silenced: silenced,
        })
    }

    /// Serves until SIGINT or SIGTERM. `kind` is what `device info` calls the device.
    pub fn run(mut self, socket: &Path, kind: &'static str) -> Result<(), Error> {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::flag::register(signal, stop.clone())?;
        }
        let (_socket, requests) = Socket::listen(socket)?;
        tracing::info!("running, socket {}", socket.display());
        let mut frame = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let mut busy = self.take_frames(&mut frame)?;
            self.engine.advance_to(self.start.elapsed())?;
            busy |= self.engine.work(CLOCKS)?;
            busy |= self.give_frames()?;
            busy |= self.routes()?;
            while let Ok(request) = requests.try_recv() {
                self.answer(kind, request)?;
            }
            for (time, event) in self.engine.events() {
                tracing::info!(at = time.as_secs_f64(), "{event:?}");
            }
            if !busy && self.engine.idle() {
                self.wait()?;
            }
        }
        Ok(())
    }

    fn take_frames(&mut self, frame: &mut Vec<u8>) -> Result<bool, Error> {
        let mut any = false;
        for port in 0..2 {
            let pace = &mut self.paces[port];
            pace.turn();
            while pace.room() && self.sides[port].receive(frame)? {
                any = true;
                pace.given(frame.len());
                self.engine.send(port, frame);
            }
            for _ in 0..TURN {
                if !self.engine.room() || !self.taps[port].receive(frame)? {
                    break;
                }
                any = true;
                self.engine.inject(port as u8, frame)?;
            }
        }
        self.warn_of_offloads();
        Ok(any)
    }

    fn give_frames(&mut self) -> Result<bool, Error> {
        let mut any = false;
        for port in 0..2 {
            while let Some(sent) = self.engine.receive(port) {
                any = true;
                self.sides[port].send(&sent.bytes)?;
            }
        }
        while let Some((port, frame)) = self.engine.next_to_host() {
            any = true;
            self.lost += u64::from(!self.taps[usize::from(port)].send(&frame)?);
        }
        Ok(any)
    }

    fn routes(&mut self) -> Result<bool, Error> {
        for address in self.engine.forgotten() {
            self.neighbours.forget(address);
        }
        while let Some(address) = self.engine.next_wanted() {
            self.neighbours.ask(address);
        }
        let mut ways: Vec<_> = std::iter::from_fn(|| self.neighbours.next()).collect();
        ways.retain(|(address, _)| self.engine.asks(*address)); // not forgotten meanwhile
        if ways.is_empty() {
            return Ok(false);
        }
        for (address, exit) in &ways {
            let Exit { port, station, mac } = exit;
            tracing::info!("{address} by port {port}, {station}, {mac:02x?}");
        }
        self.engine.learn(&ways)?;
        Ok(true)
    }

    /// Says once more that an interface joins frames, whenever it has done so again.
    fn warn_of_offloads(&mut self) {
        let ports = self.sides.iter().flat_map(Side::interfaces);
        let refused = ports.clone().map(|port| port.refused.segments + port.refused.checksum).sum();
        if refused > self.refused {
            self.refused = refused;
            for port in ports.filter(|port| port.refused.segments > 0) {
                tracing::warn!("{}: joined frames are refused; run: {}", port.name(), port.cure());
            }
        }
    }

    /// Answers one request; an asker that is gone does not matter.
    fn answer(&mut self, kind: &'static str, request: Request) -> Result<(), Error> {
        let engine = &mut self.engine;
        match request {
            Request::Virtuals(to) => drop(to.send(answers::virtuals(engine))),
            Request::Servers(to) => drop(to.send(answers::servers(engine))),
            Request::Add(change, to) => drop(to.send(answers::add(engine, &change)?)),
            Request::Set(change, to) => drop(to.send(answers::set(engine, &change)?)),
            Request::Remove(change, to) => drop(to.send(answers::remove(engine, &change)?)),
            Request::Table(to) => drop(to.send(answers::table(engine)?)),
            Request::Stats(to) => {
                let lost = self.lost + self.sides.iter().map(|side| side.lost).sum::<u64>();
                drop(to.send(Stats { lost, ..answers::stats(engine)? }));
            }
            Request::Device(to) => drop(to.send(answers::device(engine, kind))),
        }
        Ok(())
    }

    fn wait(&self) -> Result<(), Error> {
        let interfaces = self.sides.iter().flat_map(Side::interfaces);
        let mut ready: Vec<PollFd> =
            interfaces.map(|port| PollFd::new(port, PollFlags::IN)).collect();
        ready.extend(self.taps.iter().map(|tap| PollFd::new(tap, PollFlags::IN)));
        let wait = Timespec { tv_sec: 0, tv_nsec: WAIT.subsec_nanos().into() };
        match poll(&mut ready, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(io::Error::from(error).into()),
        }
    }
}

/// An interface on which the kernel does not answer ARP, until this value goes: it would answer for
/// the addresses of the TAP devices, with the wrong MAC (arp_ignore in ip-sysctl).
struct Silenced {
    path: String,
    before: String,
}

impl Silenced {
    fn new(interface: &str) -> io::Result<Self> {
        let path = format!("/proc/sys/net/ipv4/conf/{interface}/arp_ignore");
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
        let before = fs::read_to_string(&path).map_err(named)?;
        fs::write(&path, "8").map_err(named)?;
        Ok(Self { path, before })
    }
}

impl Drop for Silenced {
    fn drop(&mut self) {
        // The interface may be gone.
        let _ = fs::write(&self.path, &self.before);
    }
}
