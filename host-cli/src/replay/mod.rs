//! A captured conversation goes through the device, packet by packet, and every frame that leaves
//! is held against the capture.
//!
//! The capture was taken in front of a NAT that stood in the designator's place. A packet to a VIP
//! enters at the external port and has to leave at the internal one, its destination rewritten; a
//! packet from a VIP enters at the internal port as the server's that the designator chose for its
//! tunnel, and has to leave at the external one as it was captured.

mod compare;
mod farm;
mod packet;
mod report;

use std::{
    collections::HashSet,
    fs, io,
    net::{Ipv4Addr, SocketAddrV4},
    path::Path,
    time::Duration,
};

use ports::capture::{self, Captured, Writer};
use sim::Device;

use crate::engine::{Engine, Exit, Outcome};
use compare::compare;
use farm::Seen;
use packet::View;
pub use report::{Latency, Mismatch, Report, ServerReport};

/// Why a replay could not go on; mismatches are a result, not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A capture cannot be read or written.
    #[error(transparent)]
    Capture(#[from] capture::Error),
    /// A result cannot be written.
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    /// The device has failed.
    #[error(transparent)]
    Engine(#[from] crate::engine::Error),
}

const EXTERNAL: usize = 0;
const INTERNAL: usize = 1;
/// The MACs of the stations beyond the ports: a router on the clients' side, the servers.
const STATIONS: [[u8; 6]; 2] = [[2, 0, 0, 0, 1, 1], [2, 0, 0, 0, 2, 1]];

/// By that station, whatever the address.
fn exit(port: usize) -> Exit {
    Exit { port: port as u8, station: Ipv4Addr::UNSPECIFIED, mac: STATIONS[port] }
}

/// What a captured packet is for a replay.
enum Role {
    /// To a VIP.
    Inward(View),
    /// From a VIP.
    Outward(View),
    /// Neither.
    Other,
}

/// A replay under way.
pub struct Replay<D: Device> {
    engine: Engine<D>,
    vips: HashSet<Ipv4Addr>,
    macs: [[u8; 6]; 2],
    seen: Seen,
    report: Report,
    mismatches: Vec<Mismatch>,
    latencies: Vec<u64>,
    out: Option<[Writer; 2]>,
}

impl<D: Device> Replay<D> {
    /// Through `engine`, whose ports have these MACs; frames that leave are written to `out`.
    pub fn new(
        mut engine: Engine<D>,
        vips: impl IntoIterator<Item = Ipv4Addr>,
        macs: [[u8; 6]; 2],
        out: Option<&Path>,
    ) -> Result<Self, Error> {
        while let Some(server) = engine.next_wanted() {
            engine.learn(&[(server, exit(INTERNAL))])?;
        }
        let writers = out.map(|folder| {
            fs::create_dir_all(folder).map_err(|e| Error::Io(folder.display().to_string(), e))?;
            let writer = |name| Writer::create(&folder.join(name)).map_err(Error::from);
            Ok::<_, Error>([writer("external.pcap")?, writer("internal.pcap")?])
        });
        Ok(Self {
            engine,
            vips: vips.into_iter().collect(),
            macs,
            seen: Seen::default(),
            report: Report::default(),
            mismatches: Vec::new(),
            latencies: Vec::new(),
            out: writers.transpose()?,
        })
    }

    /// Sends all packets; `watch` sees the engine after each.
    pub fn run(
        &mut self,
        packets: &[Captured],
        mut watch: impl FnMut(&mut Engine<D>),
    ) -> Result<(), Error> {
        for (index, captured) in packets.iter().enumerate() {
            let late = self.engine.pass_time(captured.time)?;
            self.unexpected(index + 1, captured.time, late)?;
            self.packet(index + 1, captured)?;
            watch(&mut self.engine);
        }
        Ok(())
    }

    /// The result, and what differed.
    pub fn finish(mut self) -> Result<(Report, Vec<Mismatch>), Error> {
        for writer in self.out.take().into_iter().flatten() {
            writer.finish()?;
        }
        let servers = self.engine.servers();
        self.report.tunnels = servers.iter().map(|server| server.opened).sum();
        self.report.servers = servers
            .iter()
            .map(|server| ServerReport {
                address: *server.end.ip(),
                weight: server.weight,
                tunnels: server.opened,
                packets: server.packets,
                bytes: server.bytes,
            })
            .collect();
        self.report.mismatches = self.mismatches.len() as u64;
        self.report.clocks = self.engine.clocks();
        self.report.latency_clocks = Latency::of(self.latencies);
        Ok((self.report, self.mismatches))
    }

    fn role(&self, frame: &[u8]) -> Role {
        match View::of(frame) {
            Some(view) if self.vips.contains(view.destination.ip()) => Role::Inward(view),
            Some(view) if self.vips.contains(view.source.ip()) => Role::Outward(view),
            _ => Role::Other,
        }
    }

    fn packet(&mut self, index: usize, captured: &Captured) -> Result<(), Error> {
        match self.role(&captured.frame) {
            Role::Other => self.report.ignored += 1,
            Role::Inward(view) => {
                self.report.packets += 1;
                self.engine.learn(&[(*view.source.ip(), exit(EXTERNAL))])?;
                let frame = self.entering(EXTERNAL, captured.frame.clone());
                self.engine.send(EXTERNAL, &frame);
                let outcome = self.engine.settle(captured.time)?;
                self.inward(index, &view, &captured.frame, &outcome);
                self.write(captured.time, &outcome)?;
                self.count(index, EXTERNAL, &outcome);
            }
            Role::Outward(view) => {
                self.report.packets += 1;
                let message = view.l2tp(&captured.frame);
                let tunnel = message.as_ref().map(|message| message.tunnel);
                let server = tunnel.and_then(|tunnel| self.seen.server(&view, tunnel));
                let (Some(message), Some(server)) = (message, server) else {
                    self.report.unmatched += 1;
                    return Ok(());
                };
                if let Some(id) = message.answer() {
                    self.seen.answer(view.destination, message.tunnel, view.source.port(), id);
                }
                let mut frame = self.entering(INTERNAL, captured.frame.clone());
                let end = SocketAddrV4::new(server, view.source.port());
                view.readdress(&mut frame, true, end);
                self.engine.send(INTERNAL, &frame);
                let outcome = self.engine.settle(captured.time)?;
                if !outcome.handled() {
                    self.expect(index, EXTERNAL, &captured.frame, &outcome);
                }
                self.write(captured.time, &outcome)?;
                self.count(index, INTERNAL, &outcome);
            }
        }
        Ok(())
    }

    /// The frame as it comes in at a port of the device.
    fn entering(&self, port: usize, mut frame: Vec<u8>) -> Vec<u8> {
        frame[..6].copy_from_slice(&self.macs[port]);
        frame
    }

    /// Checks what left for a packet to the VIP.
    fn inward(&mut self, index: usize, view: &View, captured: &[u8], outcome: &Outcome) {
        let request = view.l2tp(captured).and_then(|message| message.request());
        let message = view.l2tp(captured);
        let known = message.and_then(|m| self.seen.destination(view, m.tunnel));
        let left = outcome.sent.iter().find(|(port, _)| *port == INTERNAL);
        let chosen = left.and_then(|(_, sent)| View::of(&sent.bytes)).map(|view| view.destination);
        let destination = match (request, known, chosen) {
            (Some(id), _, Some(chosen)) => {
                // A request goes where it went first, unless that server has died since.
                let before = self.seen.repeated(view.source, id);
                let before = before.filter(|server| self.engine.is_up(*server));
                self.seen.request(view.source, id, *chosen.ip());
                SocketAddrV4::new(before.unwrap_or(*chosen.ip()), chosen.port())
            }
            (_, Some(known), _) if !outcome.handled() => known,
            (_, _, Some(chosen)) => chosen,
            // Nothing left, and nothing says that it should have.
            _ => return,
        };
        let mut expected = captured.to_vec();
        view.readdress(&mut expected, false, destination);
        self.expect(index, INTERNAL, &expected, outcome);
    }

    /// Exactly one frame has to have left, at this port, equal to this one.
    fn expect(&mut self, index: usize, port: usize, expected: &[u8], outcome: &Outcome) {
        match outcome.sent.as_slice() {
            [(at, sent)] if *at == port => {
                for (field, expected, got) in compare(expected, &sent.bytes) {
                    self.mismatches.push(Mismatch { index, field, expected, got });
                }
            }
            [] => self.differ(index, "frame", &compare::hex(expected), "none"),
            sent => {
                let got =
                    sent.iter().map(|(at, sent)| format!("{at}: {}", compare::hex(&sent.bytes)));
                let got: Vec<String> = got.collect();
                self.differ(index, "frames", "one", &got.join(", "));
            }
        }
    }

    fn differ(&mut self, index: usize, field: &str, expected: &str, got: &str) {
        let (field, expected, got) = (field.into(), expected.into(), got.into());
        self.mismatches.push(Mismatch { index, field, expected, got });
    }

    /// Frames that left between two packets.
    fn unexpected(&mut self, index: usize, time: Duration, outcome: Outcome) -> Result<(), Error> {
        for (port, sent) in &outcome.sent {
            self.differ(
                index,
                "frame before",
                "none",
                &format!("{port}: {}", compare::hex(&sent.bytes)),
            );
        }
        self.write(time, &outcome)
    }

    /// Which way the packet went.
    fn count(&mut self, index: usize, port: usize, outcome: &Outcome) {
        self.report.copied += outcome.copies;
        match outcome {
            Outcome { sent, punts: 0, bypassed, .. } if !sent.is_empty() => {
                if *bypassed {
                    self.report.bypassed += 1;
                } else {
                    self.report.fast_path += 1;
                    let accepted = self.engine.accepted(port);
                    let left = sent[0].1.clock;
                    self.latencies
                        .extend(left.zip(accepted).map(|(left, accepted)| left - accepted));
                }
            }
            Outcome { sent, .. } if !sent.is_empty() => self.report.slow_path += 1,
            Outcome { to_host, .. } if *to_host > 0 => self.report.punted_to_host += 1,
            Outcome { dropped: Some(reason), .. } => {
                *self.report.dropped.entry(reason.clone()).or_default() += 1;
            }
            _ => {
                *self.report.dropped.entry("unaccounted".into()).or_default() += 1;
                self.differ(index, "packet", "a way", "none");
            }
        }
    }

    fn write(&mut self, time: Duration, outcome: &Outcome) -> Result<(), Error> {
        let Some(writers) = &mut self.out else { return Ok(()) };
        for (port, sent) in &outcome.sent {
            writers[*port].write(time, &sent.bytes)?;
        }
        Ok(())
    }
}
