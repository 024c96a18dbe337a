//! The slow path's state, and what becomes of a punted frame.

use crate::affinity::Groups;
use crate::config::{Config, Limits};
use crate::count::{Count, Counts};
use crate::device::Device;
use crate::event::Event;
use crate::farm::Farm;
use crate::registry::Registry;
use crate::validate::{Fault, Place};
use spec::host::PuntDescriptor;
use spec::meta::Source;
use spec::table::Kind;
use spec::verdict::Punt;
use std::collections::VecDeque;
use std::time::Duration;

/// Events that are kept until they are taken; older ones give way.
const EVENTS: usize = 1024;

/// The slow path.
#[derive(Debug)]
pub struct Control {
    pub(crate) limits: Limits,
    pub(crate) farm: Farm,
    pub(crate) registry: Registry,
    pub(crate) groups: Groups,
    pub(crate) counts: Counts,
    events: VecDeque<(Duration, Event)>,
    /// A frame that is being rewritten.
    pub(crate) buffer: Vec<u8>,
}

impl Control {
    /// A slow path without tunnels. The services and addresses of the configuration are written to
    /// the device.
    ///
    /// # Errors
    /// The first fault of the configuration; then nothing has been written.
    pub fn new(
        now: Duration,
        config: &Config,
        device: &mut dyn Device,
    ) -> Result<Self, (Place, Fault)> {
        if let Some(first) = config.validate().into_iter().next() {
            return Err(first);
        }
        let whole = Place { service: 0, server: None };
        let farm = Farm::new(now, config, device).map_err(|fault| (whole, fault))?;
        Ok(Self {
            limits: config.limits,
            farm,
            registry: Registry::default(),
            groups: Groups::default(),
            counts: Counts::default(),
            events: VecDeque::new(),
            buffer: Vec::new(),
        })
    }

    /// Takes a punted frame, or a copy of a forwarded one. Bad input is counted.
    pub fn punted(
        &mut self,
        now: Duration,
        descriptor: &PuntDescriptor,
        frame: &[u8],
        device: &mut dyn Device,
    ) {
        self.counts.add(Count::Punted);
        let from_host = descriptor.source == Source::Inject.code();
        let tunnel = descriptor.kind == Kind::L2tp.code();
        match Punt::from_code(descriptor.reason) {
            Some(Punt::Copy) if tunnel => {
                self.counts.add(Count::Copied);
                // What the host injected it has read before.
                if !from_host {
                    self.l2tp(now, Punt::Copy, descriptor, frame, device);
                }
            }
            Some(Punt::Group | Punt::NotIpv4 | Punt::Host) if !from_host => {
                self.counts.add(Count::ToHost);
                device.to_host(descriptor.source, frame);
            }
            Some(reason @ (Punt::Miss | Punt::NextHop)) if tunnel && !from_host => {
                self.l2tp(now, reason, descriptor, frame, device);
            }
            Some(Punt::Entry) => self.counts.add(Count::RulePunt),
            Some(Punt::Fragment) => self.counts.add(Count::Fragment),
            Some(Punt::Version | Punt::Kind) => self.counts.add(Count::Unsupported),
            Some(Punt::Ttl) => self.counts.add(Count::TtlExceeded),
            _ => self.counts.add(Count::BadPacket),
        }
    }

    /// The counters.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Takes the events since the last call, with their times; at most the latest 1024.
    pub fn events(&mut self) -> impl Iterator<Item = (Duration, Event)> + '_ {
        self.events.drain(..)
    }

    pub(crate) fn event(&mut self, now: Duration, event: Event) {
        if self.events.len() == EVENTS {
            self.events.pop_front();
        }
        self.events.push_back((now, event));
    }
}
