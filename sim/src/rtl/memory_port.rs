//! The memory port of a Verilated top, served from host memory.

use std::collections::VecDeque;

use verilate::{Error, Model, Port};

use crate::HostMemory;

/// Takes requests, one a clock at most, and answers reads in order. Used once a clock, before it:
/// [`Self::clock`]. A top's outputs do not depend on its inputs but through registers, so the wires
/// read here are those of the coming edge.
pub struct MemoryPort {
    valid: Port,
    write: Port,
    address: Port,
    data: Port,
    ready: Port,
    read_valid: Port,
    read_data: Port,
    /// Answers under way: the clock at which each is due, and its words.
    answers: VecDeque<(u64, [u32; 4])>,
    now: u64,
    was_ready: bool,
    was_answering: bool,
}

impl MemoryPort {
    /// The wires called `mem_valid` and so on.
    pub fn new(model: &Model) -> Result<Self, Error> {
        Ok(Self {
            valid: model.port("mem_valid")?,
            write: model.port("mem_write")?,
            address: model.port("mem_address")?,
            data: model.port("mem_data")?,
            ready: model.port("mem_ready")?,
            read_valid: model.port("mem_read_valid")?,
            read_data: model.port("mem_read_data")?,
            answers: VecDeque::new(),
            now: 0,
            was_ready: false,
            was_answering: false,
        })
    }

    /// Sets the wires for the coming clock, and does what was asked if `ready`. A read is answered
    /// `latency` clocks later, or as soon as the answers before it are out. Whether anything moves,
    /// or will.
    pub fn clock(
        &mut self,
        model: &mut Model,
        memory: &mut HostMemory,
        ready: bool,
        latency: u64,
    ) -> bool {
        self.now += 1;
        let asked = model.get(self.valid) != 0;
        if ready != self.was_ready {
            model.set(self.ready, ready.into());
            self.was_ready = ready;
        }
        if ready && asked {
            let address = model.get(self.address);
            if model.get(self.write) != 0 {
                let to = memory.device_mut(address, 16);
                for (bytes, word) in to.chunks_exact_mut(4).zip(model.words(self.data)) {
                    bytes.copy_from_slice(&word.to_le_bytes());
                }
            } else {
                let from = memory.device(address, 16);
                let word =
                    |i: usize| u32::from_le_bytes([from[i], from[i + 1], from[i + 2], from[i + 3]]);
                self.answers.push_back((self.now + latency, [word(0), word(4), word(8), word(12)]));
            }
        }
        match self.answers.front() {
            Some((due, words)) if *due <= self.now => {
                model.set_words(self.read_data, words);
                model.set(self.read_valid, 1);
                self.was_answering = true;
                self.answers.pop_front();
            }
            _ if self.was_answering => {
                model.set(self.read_valid, 0);
                self.was_answering = false;
            }
            _ => {}
        }
        asked || self.was_answering || !self.answers.is_empty()
    }

    /// Whether every read has been answered and no request waits.
    pub fn idle(&self, model: &Model) -> bool {
        self.answers.is_empty() && !self.was_answering && model.get(self.valid) == 0
    }
}
