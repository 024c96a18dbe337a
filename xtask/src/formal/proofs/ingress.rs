//! The way into the pipeline.

use hdl::emit::verilog_of;
use hdl::inject::Inject;
use hdl::merge::Merge;
use hdl::receive::Receive;

use super::{Fault, Proof, Reach};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "receive",
        verilog: verilog_of::<Receive<128, 5, 3>>,
        rules: include_str!("../../../../formal/receive.sv"),
        properties: &[
            ("COUNTED", "a frame that enters is kept, or dropped for one reason: one pulse"),
            ("SOUND", "a frame that ended with an error, or is a runt, is not kept"),
            ("READY", "it never makes a MAC wait"),
            ("SAFE", "what is kept and not read, or may yet be kept, is never written over"),
            (
                "FITS",
                "a frame overflows only if all but two beats were taken, with a beat of it or in \
                 the two clocks before",
            ),
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
            Fault { property: "SAFE", find: " | (second_write == read_at$q)", replace: "" },
            Fault { property: "FITS", find: "full$d = filled$q", replace: "full$d = 1'b1" },
        ],
    },
    Proof {
        name: "inject",
        verilog: verilog_of::<Inject<128, 3>>,
        rules: include_str!("../../../../formal/inject.sv"),
        properties: &[
            ("COUNTED", "a frame that ends is kept or dropped: one pulse"),
            (
                "SOUND",
                "it is kept exactly if it is undamaged, as its descriptor says, may be sent so, and \
                 does not fill the buffer alone",
            ),
            ("SAFE", "what is kept and not read, or may yet be kept, is never written over"),
            ("READY", "the host waits only while the buffer is full, not in a frame that is lost"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "COUNTED",
                find: "inject_bad_q$d = judged$q & ~sound",
                replace: "inject_bad_q$d = judged$q",
            },
            Fault {
                property: "SOUND",
                find: "hopeful$d = open$q & (~bad$q & ~sink$error)",
                replace: "hopeful$d = open$q & ~bad$q",
            },
            Fault { property: "SAFE", find: " | (second_write == read_at$q)", replace: "" },
            Fault {
                property: "READY",
                find: "ready = ~full$q | bad$q",
                replace: "ready = ~full$q",
            },
        ],
    },
    Proof {
        name: "merge",
        verilog: verilog_of::<Merge<128, 5>>,
        rules: include_str!("../../../../formal/merge.sv"),
        properties: &[
            (
                "WHOLE",
                "a frame that is begun is taken to its end, none from another store meanwhile, and \
                 none where none waits",
            ),
            ("BUSY", "a beat is taken in every clock in which there is one"),
            ("DATA", "three clocks later it leaves as its store gave it, with its frame's arrival"),
            ("FAIR", "where frames of both ports wait, the port that was served last waits"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "WHOLE",
                find: "closing$d = left$q == 10'h1",
                replace: "closing$d = left$q == 10'h2",
            },
            Fault {
                property: "BUSY",
                find: "busy$d = go & ~last",
                replace: "busy$d = go & ~last & ~rx0$start",
            },
            Fault {
                property: "DATA",
                find: "out_last$d = read2$q[2+:1]",
                replace: "out_last$d = read1$q[2+:1]",
            },
            Fault { property: "FAIR", find: "turn$d = 1'b1", replace: "turn$d = 1'b0" },
        ],
    },
];
