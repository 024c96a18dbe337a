//! The small AES-GCM engine.

use hdl::crypto::folded::output::Output;
use hdl::crypto::folded::slots::Slots;
use hdl::crypto::folded::text::Text;
use hdl::emit::verilog_of;

use super::crypto::{CREDIT, DARK, FRAME, SLOTS, VERDICT};
use super::{Fault, Proof, Reach, STREAM};

/// Its proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "folded-slots",
        verilog: verilog_of::<Slots<2>>,
        rules: include_str!("../../../../formal/folded_slots.sv"),
        properties: &[
            SLOTS[0],
            SLOTS[1],
            SLOTS[2],
            SLOTS[3],
            (
                "PACE",
                "there is a slot in each turn that has room and a beat, or a slot without one; no \
                 other beat is taken",
            ),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault { property: "FRAME", find: "first$d = ~open$q", replace: "first$d = ~ended$q" },
            Fault { property: "BEAT", find: "drain$d = cut & ~last$q", replace: "drain$d = cut" },
            Fault {
                property: "PACE",
                find: "issue = going$q",
                replace: "issue = going$q & ~error$q",
            },
            Fault {
                property: "DATA",
                find: "beat_q$d = sink$data",
                replace: "beat_q$d = request$aad",
            },
            Fault {
                property: "BAD",
                find: "(error$q | (bytes$q != want$q))",
                replace: "(error$q)",
            },
        ],
    },
    Proof {
        name: "folded-text",
        verilog: verilog_of::<Text>,
        rules: include_str!("../../../../formal/folded_text.sv"),
        properties: &[
            ("HIDDEN", "where the key is not set, no byte is text"),
            ("MASK", "where it is, all are, but for those behind a packet's end"),
        ],
        reach: Reach::All(12),
        faults: &[
            Fault { property: "HIDDEN", find: "if (~slot[5+:1])", replace: "if (1'b0)" },
            Fault {
                property: "MASK",
                find: "if (slot[2+:1] & (tail != 4'h0))",
                replace: "if (tail != 4'h0)",
            },
        ],
    },
    Proof {
        name: "folded-output",
        verilog: verilog_of::<Output>,
        rules: include_str!("../../../../formal/folded_output.sv"),
        properties: &[STREAM[0], STREAM[1], STREAM[2], STREAM[3], FRAME, VERDICT, DARK, CREDIT],
        reach: Reach::All(5),
        faults: &[
            Fault {
                property: "STABLE",
                find: "pop = offer$q & source$ready",
                replace: "pop = offer$q",
            },
            Fault {
                property: "ORDER",
                find: "marks$write_address = at$q[0+:4]",
                replace: "marks$write_address = 4'h1",
            },
            Fault {
                property: "COUNT",
                find: "offer$d = from_after != at$q",
                replace: "offer$d = from$q != at$q",
            },
            Fault {
                property: "DRAIN",
                find: "offer$d = from_after != at$q",
                replace: "offer$d = (from_after != at$q) & write",
            },
            Fault {
                property: "FRAME",
                find: "ends = behind$q | shorter",
                replace: "ends = shorter",
            },
            Fault {
                property: "VERDICT",
                find: "wrong$d = differs",
                replace: "wrong$d = differs & text[0]",
            },
            Fault {
                property: "DARK",
                find: "show = slot[3+:1] & slot[5+:1] & ~spoil",
                replace: "show = slot[3+:1] & ~spoil",
            },
            Fault { property: "CREDIT", find: "under_way != 5'h10", replace: "under_way != 5'h1" },
        ],
    },
];
