//! Ports of a Verilated block that are no frame stream: records, and the beat bus.

use verilate::{Model, Port};

/// A port that holds a record of `spec`, or a number.
#[derive(Clone, Copy)]
pub struct Wire {
    port: Port,
    bits: u32,
}

impl Wire {
    /// The port called `name`. Panics where there is none.
    pub fn new(model: &Model, name: &str) -> Self {
        let row = model.ports().find(|row| row.0 == name);
        let bits = row.unwrap_or_else(|| panic!("no port {name}")).1;
        Self { port: model.port(name).expect("found above"), bits }
    }

    /// Sets the port from the record's bytes in memory.
    pub fn set(&self, model: &mut Model, bytes: &[u8]) {
        let byte = |i: usize| bytes.get(i).copied().unwrap_or_default();
        if self.bits <= 64 {
            model.set(self.port, u64::from_le_bytes(std::array::from_fn(byte)));
        } else {
            let word =
                |i: u32| u32::from_le_bytes(std::array::from_fn(|k| byte(i as usize * 4 + k)));
            let words: Vec<u32> = (0..self.bits.div_ceil(32)).map(word).collect();
            model.set_words(self.port, &words);
        }
    }

    /// The port's value as bytes in memory.
    pub fn get(&self, model: &Model) -> Vec<u8> {
        if self.bits <= 64 {
            model.get(self.port).to_le_bytes().to_vec()
        } else {
            model.words(self.port).iter().flat_map(|word| word.to_le_bytes()).collect()
        }
    }

    /// The port's value as a number of at most 64 bits.
    pub fn number(&self, model: &Model) -> u64 {
        model.get(self.port)
    }
}

/// One beat of a frame on a beat bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The frame's bytes in this beat.
    pub bytes: Vec<u8>,
    /// It is the frame's first.
    pub first: bool,
    /// It is the frame's last.
    pub last: bool,
}

/// The beats of a frame.
pub fn beats(frame: &[u8], width: usize) -> Vec<Beat> {
    let count = frame.len().div_ceil(width);
    let beat = |(i, bytes): (usize, &[u8])| Beat {
        bytes: bytes.to_vec(),
        first: i == 0,
        last: i + 1 == count,
    };
    frame.chunks(width).enumerate().map(beat).collect()
}

/// A beat bus (`hdl::stream::BeatSink` or `BeatSource`).
pub struct BeatBus {
    data: Wire,
    bytes: Wire,
    first: Wire,
    last: Wire,
    valid: Wire,
}

impl BeatBus {
    /// The bus called `name`.
    pub fn new(model: &Model, name: &str) -> Self {
        let wire = |field: &str| Wire::new(model, &format!("{name}${field}"));
        Self {
            data: wire("data"),
            bytes: wire("bytes"),
            first: wire("first"),
            last: wire("last"),
            valid: wire("valid"),
        }
    }

    /// Bytes of a whole beat.
    pub fn width(&self) -> usize {
        self.data.bits as usize / 8
    }

    /// Gives a beat for one clock, or none. Bytes beyond a beat's own are `filler`; with no beat,
    /// all but `valid` is made of it.
    pub fn drive(&self, model: &mut Model, beat: Option<&Beat>, filler: u8) {
        let mut data = vec![filler; self.width()];
        if let Some(beat) = beat {
            data[..beat.bytes.len()].copy_from_slice(&beat.bytes);
        }
        let bytes = beat.map_or(filler as usize % self.width(), |beat| beat.bytes.len());
        self.data.set(model, &data);
        self.bytes.set(model, &[bytes as u8]);
        self.first.set(model, &[beat.map_or(filler & 1, |beat| beat.first.into())]);
        self.last.set(model, &[beat.map_or(filler >> 1 & 1, |beat| beat.last.into())]);
        self.valid.set(model, &[beat.is_some().into()]);
    }

    /// The beat that the settled bus gives.
    pub fn sample(&self, model: &Model) -> Option<Beat> {
        (self.valid.number(model) != 0).then(|| {
            let mut bytes = self.data.get(model);
            bytes.truncate(self.bytes.number(model) as usize);
            let (first, last) = (self.first.number(model) != 0, self.last.number(model) != 0);
            Beat { bytes, first, last }
        })
    }
}
