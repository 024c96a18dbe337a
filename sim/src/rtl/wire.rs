//! The wires of a port: frames in and out of a Verilated top, without allocation a clock.

use std::collections::VecDeque;

use verilate::{Error, Model, Port};

use crate::Sent;

/// Beats of at most 64 bytes.
const WORDS: usize = 16;

/// Towards a sink: whole frames, back to back.
pub struct Input {
    data: Port,
    bytes: Port,
    last: Port,
    error: Port,
    valid: Port,
    ready: Port,
    width: usize,
    queue: VecDeque<(Vec<u8>, bool)>,
    /// Bytes of the first frame that are on the wire or behind.
    done: usize,
    offered: bool,
    /// The beat on the wire was not taken: it stays.
    held: bool,
    /// The clock of the latest frame's first beat.
    pub accepted: Option<u64>,
    /// The clock of the latest whole frame's last beat.
    pub completed: Option<u64>,
}

impl Input {
    /// The sink called `name`.
    pub fn new(model: &Model, name: &str) -> Result<Self, Error> {
        let port = |wire: &str| model.port(&format!("{name}${wire}"));
        let data = format!("{name}$data");
        let width = model.ports().find(|port| port.0 == data).map_or(0, |port| port.1 as usize / 8);
        assert!(width <= 4 * WORDS, "a beat of {width} bytes");
        Ok(Self {
            data: port("data")?,
            bytes: port("bytes")?,
            last: port("last")?,
            error: port("error")?,
            valid: port("valid")?,
            ready: port("ready")?,
            width,
            queue: VecDeque::new(),
            done: 0,
            offered: false,
            held: false,
            accepted: None,
            completed: None,
        })
    }

    /// Adds a frame.
    pub fn push(&mut self, frame: &[u8], error: bool) {
        assert!(!frame.is_empty(), "a frame without bytes has no beat");
        self.queue.push_back((frame.to_vec(), error));
    }

    /// Whether nothing is on the wire or waits for it.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty() && !self.offered
    }

    /// Sets the wires for the coming edge. With `pause` no new beat is offered.
    pub fn clock(&mut self, model: &mut Model, now: u64, pause: bool) {
        if (pause && !self.held) || self.queue.is_empty() {
            if self.offered {
                model.set(self.valid, 0);
                self.offered = false;
            }
            return;
        }
        let Some((frame, error)) = self.queue.front() else { return };
        let beat = &frame[self.done..frame.len().min(self.done + self.width)];
        let last = self.done + beat.len() == frame.len();
        let mut bytes = [0; 4 * WORDS];
        bytes[..beat.len()].copy_from_slice(beat);
        let mut words = [0u32; WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        model.set_words(self.data, &words[..self.width / 4]);
        model.set(self.bytes, beat.len() as u64);
        model.set(self.last, last.into());
        model.set(self.error, (last && *error).into());
        model.set(self.valid, 1);
        self.offered = true;
        self.held = model.get(self.ready) == 0;
        if self.held {
            return;
        }
        if self.done == 0 {
            self.accepted = Some(now);
        }
        self.done += self.width;
        if last {
            self.completed = Some(now);
            self.queue.pop_front();
            self.done = 0;
        }
    }
}

/// From a source.
pub struct Output {
    data: Port,
    bytes: Port,
    last: Port,
    valid: Port,
    ready: Port,
    was_ready: bool,
    frame: Vec<u8>,
    /// The clock of that frame's first beat.
    first: u64,
    /// Whole frames, the oldest first.
    pub frames: VecDeque<Sent>,
}

impl Output {
    /// The source called `name`.
    pub fn new(model: &Model, name: &str) -> Result<Self, Error> {
        let port = |wire: &str| model.port(&format!("{name}${wire}"));
        Ok(Self {
            data: port("data")?,
            bytes: port("bytes")?,
            last: port("last")?,
            valid: port("valid")?,
            ready: port("ready")?,
            was_ready: false,
            frame: Vec::new(),
            first: 0,
            frames: VecDeque::new(),
        })
    }

    /// Sets `ready` for the coming edge, and takes the beat that moves then. Whether there is one,
    /// moving or not.
    pub fn clock(&mut self, model: &mut Model, now: u64, ready: bool) -> bool {
        if ready != self.was_ready {
            model.set(self.ready, ready.into());
            self.was_ready = ready;
        }
        if model.get(self.valid) == 0 {
            return false;
        }
        if !ready {
            return true;
        }
        if self.frame.is_empty() {
            self.first = now;
        }
        let mut bytes = [[0; 4]; WORDS];
        for (bytes, word) in bytes.iter_mut().zip(model.words(self.data)) {
            *bytes = word.to_le_bytes();
        }
        self.frame.extend_from_slice(&bytes.as_flattened()[..model.get(self.bytes) as usize]);
        if model.get(self.last) != 0 {
            // A copy of the right size: what is assembled here never grows again.
            let bytes = self.frame.clone();
            self.frame.clear();
            self.frames.push_back(Sent { bytes, first: Some(self.first), clock: Some(now) });
        }
        true
    }
}
