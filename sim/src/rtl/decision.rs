//! What a Verilated datapath says it has decided, frame by frame: its ports `trace_*`.

use spec::meta::Plan;
use verilate::{Error, Model, Port};

/// A frame's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The clock at which it was given.
    pub clock: u64,
    /// The plan; of a dropped frame only source, length and generation.
    pub plan: Plan,
    /// The code of the drop.
    pub dropped: Option<u8>,
}

/// The ports.
pub struct Trace {
    valid: Port,
    plan: Port,
    dropped: Port,
    code: Port,
}

impl Trace {
    /// The ports of a datapath.
    pub fn new(model: &Model) -> Result<Self, Error> {
        Ok(Self {
            valid: model.port("trace_valid")?,
            plan: model.port("trace_plan")?,
            dropped: model.port("trace_dropped")?,
            code: model.port("trace_code")?,
        })
    }

    /// The verdict of this clock.
    pub fn sample(&self, model: &Model, clock: u64) -> Option<Decision> {
        (model.get(self.valid) != 0).then(|| {
            let words = model.words(self.plan).iter().flat_map(|word| word.to_le_bytes());
            let bytes: Vec<u8> = words.collect();
            let dropped = (model.get(self.dropped) != 0).then(|| model.get(self.code) as u8);
            Decision { clock, plan: Plan::unpack(&bytes), dropped }
        })
    }
}
