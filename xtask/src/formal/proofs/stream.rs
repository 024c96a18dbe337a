//! Blocks that move beats and frames.

use hdl::bypass::Skid;
use hdl::emit::verilog;
use hdl::queue::Fifo;
use hdl::receive::Receive;
use rust_hdl::prelude::Bits;

use super::{Fault, Proof, Reach, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "skid",
        verilog: || verilog(&mut Skid::<128, 5>::default()),
        rules: include_str!("../../../../formal/skid.sv"),
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
        rules: include_str!("../../../../formal/fifo.sv"),
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
        rules: include_str!("../../../../formal/receive.sv"),
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
