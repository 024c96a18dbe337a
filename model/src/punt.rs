//! *punt*: the way to the host, policed and queued by class.

use std::collections::VecDeque;

use spec::host::PuntDescriptor;
use spec::limits::HOST_BEAT;
use spec::meta::Plan;
use spec::table::Kind;
use spec::verdict::{CLASSES, Class, Drop, Punt};

/// A token bucket a class, in frames.
#[derive(Clone, Debug)]
pub struct Police {
    /// Register `PUNT_RATE`: tokens that a tick adds; [`Self::UNLIMITED`]: frames need none.
    pub rate: [u16; CLASSES],
    /// Register `PUNT_BURST`: the most that a bucket holds.
    pub burst: [u16; CLASSES],
    tokens: [u16; CLASSES],
}

impl Police {
    /// The rate that is no limit.
    pub const UNLIMITED: u16 = 0xffff;

    /// Takes a token for a frame, if it needs one and there is one.
    pub fn admit(&mut self, class: Class) -> bool {
        let class = usize::from(class.code());
        if self.rate[class] == Self::UNLIMITED {
            return true;
        }
        let admitted = self.tokens[class] > 0;
        self.tokens[class] -= u16::from(admitted);
        admitted
    }

    /// A tick: the buckets fill up to their burst, and a bucket above it falls to it.
    pub fn tick(&mut self) {
        for class in 0..CLASSES {
            let more = self.tokens[class].saturating_add(self.rate[class]);
            self.tokens[class] = more.min(self.burst[class]);
        }
    }
}

impl Default for Police {
    /// As after reset: no limit, full buckets.
    fn default() -> Self {
        Self { rate: [0xffff; CLASSES], burst: [0xffff; CLASSES], tokens: [0xffff; CLASSES] }
    }
}

/// A frame for the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Punted {
    /// What the hardware knows about it.
    pub descriptor: PuntDescriptor,
    /// The frame as it came in.
    pub frame: Vec<u8>,
}

impl Punted {
    /// The descriptor of a plan at tick `now`.
    pub fn new(plan: &Plan, frame: &[u8], now: u32) -> Self {
        let descriptor = PuntDescriptor {
            length: plan.length,
            source: plan.source,
            reason: plan.reason,
            class: plan.class,
            copy: plan.copy,
            hit: plan.hit,
            kind: plan.kind,
            local: plan.local,
            network_offset: plan.network_offset,
            transport_offset: plan.transport_offset,
            entry: plan.entry,
            timestamp: now,
            generation: plan.generation.into(),
            ..PuntDescriptor::default()
        };
        Self { descriptor, frame: frame.to_vec() }
    }

    /// The same with zero in every field of the descriptor that it does not need, see
    /// [`crate::canonical`].
    pub fn canonical(mut self) -> Self {
        let descriptor = &mut self.descriptor;
        if descriptor.kind == Kind::None as u8 {
            descriptor.local = 0;
        }
        if !descriptor.hit {
            descriptor.entry = 0;
            if descriptor.reason != Punt::Miss as u8 {
                descriptor.generation = 0;
            }
        }
        self
    }

    /// Beats of the punt stream: the descriptor's and the frame's.
    pub fn beats(&self) -> usize {
        PuntDescriptor::LEN / HOST_BEAT + self.frame.len().div_ceil(HOST_BEAT)
    }

    fn class(&self) -> usize {
        usize::from(self.descriptor.class)
    }
}

/// Frames on their way to the host, in order. A class may hold a quarter of the room.
#[derive(Clone, Debug)]
pub struct PuntQueue {
    frames: VecDeque<Punted>,
    used: [usize; CLASSES],
    quarter: usize,
}

impl PuntQueue {
    /// A queue with room for so many beats of the punt stream.
    pub fn new(beats: usize) -> Self {
        Self { frames: VecDeque::new(), used: [0; CLASSES], quarter: beats / CLASSES }
    }

    /// Queues a frame, or says that there is no room.
    pub fn push(&mut self, punted: Punted) -> Result<(), Drop> {
        let used = &mut self.used[punted.class()];
        if *used + punted.beats() > self.quarter {
            return Err(if punted.descriptor.copy { Drop::CopyFull } else { Drop::PuntFull });
        }
        *used += punted.beats();
        self.frames.push_back(punted);
        Ok(())
    }

    /// The oldest frame.
    pub fn pop(&mut self) -> Option<Punted> {
        let punted = self.frames.pop_front()?;
        self.used[punted.class()] -= punted.beats();
        Some(punted)
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}
