//! Frame streams of a Verilated top, from the bench's side (the contract: `hdl::stream`).
//!
//! A [`FrameInput`] and a [`FrameOutput`] are used once a clock: `drive` before the clock sets the
//! inputs, `sample` after the settled evaluation notes what moves at the coming edge.

use std::collections::VecDeque;

use verilate::{Error, Model, Port};

/// A frame with the flag that it arrived damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// From the destination MAC to the last byte before the FCS.
    pub bytes: Vec<u8>,
    /// A receive error: the MAC's CRC check failed.
    pub error: bool,
}

impl From<Vec<u8>> for Frame {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, error: false }
    }
}

struct Wires {
    data: Port,
    bytes: Port,
    last: Port,
    error: Port,
    valid: Port,
    ready: Port,
    /// W, the bytes of a whole beat.
    width: usize,
}

impl Wires {
    fn find(model: &Model, name: &str) -> Result<Self, Error> {
        let port = |wire: &str| model.port(&format!("{name}${wire}"));
        let data = format!("{name}$data");
        let width = model.ports().find(|p| p.0 == data).map_or(0, |p| p.1 as usize / 8);
        Ok(Self {
            data: port("data")?,
            bytes: port("bytes")?,
            last: port("last")?,
            error: port("error")?,
            valid: port("valid")?,
            ready: port("ready")?,
            width,
        })
    }
}

/// Offers frames to a top's sink, beat by beat.
pub struct FrameInput {
    wires: Wires,
    queue: VecDeque<Frame>,
    /// Bytes of the first frame that the top has taken.
    done: usize,
    offered: bool,
}

impl FrameInput {
    /// The input called `name`.
    pub fn new(model: &Model, name: &str) -> Result<Self, Error> {
        Ok(Self {
            wires: Wires::find(model, name)?,
            queue: VecDeque::new(),
            done: 0,
            offered: false,
        })
    }

    /// Adds a frame of at least one byte.
    pub fn push(&mut self, frame: impl Into<Frame>) {
        let frame = frame.into();
        assert!(!frame.bytes.is_empty(), "a frame without bytes has no beat");
        self.queue.push_back(frame);
    }

    /// Whether all frames have been taken.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Sets the wires. With `pause`, no new beat is offered; one on offer stays.
    pub fn drive(&mut self, model: &mut Model, pause: bool) {
        let w = &self.wires;
        if let (Some(frame), true) = (self.queue.front(), self.offered || !pause) {
            let beat = &frame.bytes[self.done..frame.bytes.len().min(self.done + w.width)];
            let last = self.done + beat.len() == frame.bytes.len();
            let mut words = vec![0u32; w.width / 4];
            for (i, byte) in beat.iter().enumerate() {
                words[i / 4] |= u32::from(*byte) << (i % 4 * 8);
            }
            model.set_words(w.data, &words);
            model.set(w.bytes, beat.len() as u64);
            model.set(w.last, last.into());
            model.set(w.error, (last && frame.error).into());
            self.offered = true;
        }
        model.set(w.valid, self.offered.into());
    }

    /// After the settled evaluation: whether the beat moves at the coming edge.
    pub fn sample(&mut self, model: &Model) -> bool {
        if !self.offered || model.get(self.wires.ready) == 0 {
            return false;
        }
        self.offered = false;
        self.done += self.wires.width;
        if self.queue.front().is_some_and(|frame| self.done >= frame.bytes.len()) {
            self.queue.pop_front();
            self.done = 0;
        }
        true
    }
}

/// Takes frames from a top's source.
pub struct FrameOutput {
    wires: Wires,
    frame: Vec<u8>,
    /// Whole frames, the oldest first.
    pub frames: VecDeque<Frame>,
}

impl FrameOutput {
    /// The output called `name`.
    pub fn new(model: &Model, name: &str) -> Result<Self, Error> {
        Ok(Self { wires: Wires::find(model, name)?, frame: Vec::new(), frames: VecDeque::new() })
    }

    /// Sets `ready`.
    pub fn drive(&mut self, model: &mut Model, ready: bool) {
        model.set(self.wires.ready, ready.into());
    }

    /// After the settled evaluation: whether a beat moves at the coming edge.
    pub fn sample(&mut self, model: &Model) -> bool {
        let w = &self.wires;
        if model.get(w.valid) == 0 || model.get(w.ready) == 0 {
            return false;
        }
        let (count, last) = (model.get(w.bytes) as usize, model.get(w.last) != 0);
        assert!(count == w.width || (last && (1..w.width).contains(&count)), "{count} bytes");
        let words = model.words(w.data);
        self.frame.extend((0..count).map(|i| (words[i / 4] >> (i % 4 * 8)) as u8));
        if last {
            let error = model.get(w.error) != 0;
            self.frames.push_back(Frame { bytes: std::mem::take(&mut self.frame), error });
        }
        true
    }
}
