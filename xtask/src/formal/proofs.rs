//! The blocks with proofs.

use hdl::bypass::Skid;
use hdl::emit::verilog;
use hdl::queue::Fifo;
use hdl::receive::Receive;
use rust_hdl::prelude::Bits;

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

/// What `formal/rules.sv` knows.
const STREAM: &[(&str, &str)] = &[
    ("STABLE", "a beat that is offered stays, unchanged, until it is taken"),
    ("ORDER", "what comes in goes out as it came, in order"),
    ("COUNT", "nothing goes out that did not come in; what is inside is bounded"),
    ("DRAIN", "left alone, the block empties"),
];

/// All proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "skid",
        verilog: || verilog(&mut Skid::<128, 5>::default()),
        rules: include_str!("../../../formal/skid.sv"),
        properties: STREAM,
        reach: Reach::All(6),
        faults: &[
            Fault {
                property: "STABLE",
                find: "if (source$ready | ~valid$q)",
                replace: "if (source$ready | ~valid$q | held$q)",
            },
            Fault {
                property: "ORDER",
                find: "data$d = held_data$q;",
                replace: "data$d = sink$data;",
            },
            Fault { property: "COUNT", find: "held$d = 1'b0;\n            end", replace: "end" },
            Fault { property: "DRAIN", find: "valid$d = 1'b1;", replace: "valid$d = 1'b0;" },
        ],
    },
    Proof {
        name: "fifo",
        verilog: || verilog(&mut Fifo::<Bits<2>, 3>::default()),
        rules: include_str!("../../../formal/fifo.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            STREAM[3],
            ("PROMPT", "while a word is inside, the oldest is on offer"),
        ],
        reach: Reach::Clocks(12),
        faults: &[
            Fault {
                property: "STABLE",
                find: "come = 4'h1 << tail$q;",
                replace: "come = 4'h1 << head$q;",
            },
            Fault {
                property: "ORDER",
                find: "place2$d = place1$q;",
                replace: "place2$d = tail$q;",
            },
            Fault {
                property: "COUNT",
                find: "held$d = (held$q & ~gone)",
                replace: "held$d = (held$q)",
            },
            Fault { property: "DRAIN", find: "come = 4'h1 << tail$q;", replace: "come = 4'h0;" },
            Fault {
                property: "PROMPT",
                find: "read2$d = read1$q;",
                replace: "read2$d = read1$q & ~push;",
            },
        ],
    },
    Proof {
        name: "receive",
        verilog: || verilog(&mut Receive::<128, 5, 3>::default()),
        rules: include_str!("../../../formal/receive.sv"),
        properties: &[
            ("COUNTED", "a frame that enters is kept, or dropped for one reason: one pulse"),
            ("SOUND", "a frame that ended with an error, or is a runt, is not kept"),
            ("READY", "it never makes a MAC wait"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "COUNTED",
                find: "rx_error_q$d = ends & sink$error",
                replace: "rx_error_q$d = ends",
            },
            Fault {
                property: "SOUND",
                find: "sound = (ends & ~sink$error)",
                replace: "sound = (ends)",
            },
            Fault { property: "READY", find: "sink$ready = 1'b1", replace: "sink$ready = ~open$q" },
        ],
    },
];
