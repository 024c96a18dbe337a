//! Blocks that move beats and frames.

use hdl::bypass::Skid;
use hdl::emit::verilog_of;
use hdl::punt::PuntQueue;
use hdl::queue::{Fifo, Queue};
use rust_hdl::prelude::Bits;

use super::{Fault, Proof, Reach, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "skid",
        verilog: verilog_of::<Skid<128, 5>>,
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
        verilog: verilog_of::<Fifo<Bits<2>, 3>>,
        rules: include_str!("../../../../formal/fifo.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            STREAM[3],
            ("PROMPT", "while a word is inside, the oldest is on offer"),
        ],
        reach: Reach::All(6),
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
        name: "queue",
        verilog: verilog_of::<Queue<128, 5, 4>>,
        rules: include_str!("../../../../formal/queue.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            ("COUNTED", "a frame that is offered is taken, or dropped: one pulse"),
            ("WHOLE", "a frame that is taken is stored whole, any other not at all"),
            (
                "ROOM",
                "a frame is taken exactly if it fits what is free, or, unless it is the host's, \
                 what is free but for a quarter",
            ),
            ("SENT", "a frame that has left is counted"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "STABLE",
                find: "pop = fifo$valid & source$ready",
                replace: "pop = fifo$valid",
            },
            Fault {
                property: "ORDER",
                find: "source$bytes = fifo$data[128+:5]",
                replace: "source$bytes = width",
            },
            Fault {
                property: "COUNT",
                find: "source$valid = fifo$valid",
                replace: "source$valid = 1'b1",
            },
            Fault {
                property: "COUNTED",
                find: "queue_full_q$d = offered$q & ~fits",
                replace: "queue_full_q$d = offered$q",
            },
            Fault { property: "WHOLE", find: "(taking$q & ~first$q)", replace: "taking$q" },
            Fault { property: "ROOM", find: "claim$d = with_reserve", replace: "claim$d = count" },
            Fault { property: "SENT", find: "sent_q$d = pop & at_end", replace: "sent_q$d = pop" },
        ],
    },
    Proof {
        name: "punt",
        verilog: verilog_of::<PuntQueue<128, 5, 4>>,
        rules: include_str!("../../../../formal/punt.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            (
                "COUNTED",
                "a frame for the host is taken, policed, or dropped for want of room: one pulse, \
                 that of its class",
            ),
            (
                "WHOLE",
                "a frame that is taken is stored whole, with one descriptor; any other not at all",
            ),
            ("FRAMED", "two beats of a descriptor lead each frame, and its last beat is the last"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "STABLE",
                find: "go = ~out_valid$q | punt$ready",
                replace: "go = 1'b1",
            },
            Fault {
                property: "ORDER",
                find: "remaining = tail - lane_bytes",
                replace: "remaining = 7'h10",
            },
            Fault { property: "COUNT", find: "if (words$valid) begin", replace: "if (1'b1) begin" },
            Fault {
                property: "COUNTED",
                find: "copy_full = full & head2$q[22+:1]",
                replace: "copy_full = full",
            },
            Fault { property: "WHOLE", find: "(taking$q & ~first2$q)", replace: "taking$q" },
            Fault { property: "FRAMED", find: "out_last$d = 1'b0;", replace: "out_last$d = 1'b1;" },
        ],
    },
];
