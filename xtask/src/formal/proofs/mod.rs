//! The blocks with proofs.

mod crypto;
mod decide;
mod folded;
mod host;
mod ingress;
mod pipeline;
mod stream;
mod table;

/// A block, what it keeps, and how far that is shown.
pub struct Proof {
    /// The name on the command line.
    pub name: &'static str,
    /// Makes the block's Verilog; the module is called `top`.
    pub verilog: fn() -> String,
    /// Verilog put at the end of `top`: it sees the block's inner signals.
    pub rules: &'static str,
    /// What is kept: a macro that the rules know, and what it says.
    pub properties: &'static [(&'static str, &'static str)],
    /// How far.
    pub reach: Reach,
    /// A fault for each property, which only its check need notice.
    pub faults: &'static [Fault],
}

/// How far a proof goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// For all time: an induction over these clocks, and twice as many from reset.
    All(u32),
    /// For this many clocks from reset.
    Clocks(u32),
}

impl Reach {
    /// In words.
    pub fn says(self) -> String {
        match self {
            Self::All(clocks) => format!("for all time (induction over {clocks} clocks)"),
            Self::Clocks(clocks) => format!("for {clocks} clocks from reset"),
        }
    }

    /// The clocks from reset.
    pub fn clocks(self) -> u32 {
        match self {
            Self::All(clocks) => 2 * clocks,
            Self::Clocks(clocks) => clocks,
        }
    }
}

/// A change to the Verilog that breaks a property.
pub struct Fault {
    /// The property.
    pub property: &'static str,
    /// The text that is replaced.
    pub find: &'static str,
    /// By what.
    pub replace: &'static str,
}

/// In place of a fault's property: no fault, but a change that goes with each of the proof's faults, so
/// that they show soon enough after a reset.
pub const SOONER: &str = "";

/// What `formal/rules.sv` knows.
const STREAM: &[(&str, &str)] = &[
    ("STABLE", "a beat that is offered stays, unchanged, until it is taken"),
    ("ORDER", "what comes in goes out as it came, in order"),
    ("COUNT", "nothing goes out that did not come in; what is inside is bounded"),
    ("DRAIN", "left alone, the block empties"),
];

/// All proofs.
pub fn all() -> impl Iterator<Item = &'static Proof> {
    let groups = [
        stream::PROOFS,
        ingress::PROOFS,
        host::PROOFS,
        crypto::PROOFS,
        folded::PROOFS,
        pipeline::PROOFS,
        decide::PROOFS,
        table::PROOFS,
    ];
    groups.into_iter().flatten()
}
