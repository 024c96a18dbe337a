//! The AES-GCM engines.

use hdl::crypto::folded::output::Output as FoldedOutput;
use hdl::crypto::folded::slots::Slots as FoldedSlots;
use hdl::crypto::folded::text::Text as FoldedText;
use hdl::crypto::keys::Keys;
use hdl::emit::verilog;

use super::{Fault, Proof, Reach, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "keys",
        verilog: || verilog(&mut Keys::<1, 4, 5>::default()),
        rules: include_str!("../../../../formal/keys.sv"),
        properties: &[
            (
                "WIPED",
                "behind a reset or a wipe every row of every key is zero until it is written anew",
            ),
            ("BUSY", "a wipe is told from the clock after it was asked for, and ends"),
            ("SHUT", "while it lasts, no memory takes anything but zero"),
            ("PLACE", "a row goes to its own memory, at its own place, and no other does"),
        ],
        reach: Reach::All(20),
        faults: &[
            Fault {
                property: "WIPED",
                find: "if (next_count == 5'h0)",
                replace: "if (next_count == 5'h1f)",
            },
            Fault {
                property: "BUSY",
                find: "if (wipe | reset) begin\n            busy_q$d = 1'b1;",
                replace: "if (wipe | reset) begin\n            busy_q$d = ~wipe;",
            },
            Fault { property: "SHUT", find: "data_q$d = 128'h0;", replace: "" },
            Fault {
                property: "PLACE",
                find: "placed = exponent << key_bits;",
                replace: "placed = exponent;",
            },
        ],
    },
    Proof {
        name: "folded-slots",
        verilog: || verilog(&mut FoldedSlots::<2>::default()),
        rules: include_str!("../../../../formal/folded_slots.sv"),
        properties: &[
            (
                "FRAME",
                "a packet's slots begin with its first and end with the one that its length says, \
                 or, in a bad packet, an earlier one",
            ),
            (
                "BEAT",
                "a beat gives one slot, but for what follows in a packet that was cut; the last \
                 slot of a sealed packet alone may have no beat",
            ),
            (
                "PACE",
                "there is a slot in each turn that has room and a beat, or a slot without one; no \
                 other beat is taken",
            ),
            ("DATA", "a slot has the beat, the number and the request of its packet"),
            (
                "BAD",
                "a last slot is bad exactly if a beat came early, late, damaged or with another \
                 size than was asked for, or in a wipe",
            ),
        ],
        reach: Reach::All(5),
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
        verilog: || verilog(&mut FoldedText::default()),
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
        verilog: || verilog(&mut FoldedOutput::default()),
        rules: include_str!("../../../../formal/folded_output.sv"),
        properties: &[STREAM[0], STREAM[1], STREAM[2], STREAM[3], FRAME, VERDICT, DARK, CREDIT],
        reach: Reach::All(10),
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

/// What the outputs of both engines keep.
const FRAME: (&str, &str) =
    ("FRAME", "a packet gives its beats, the last of which, and no other, is its last one");
const VERDICT: (&str, &str) = (
    "VERDICT",
    "no verdict before a packet's last beat; a good one exactly if it is whole, its key is set, \
     nothing was wiped, and, opened, its tag has been compared and is right",
);
const DARK: (&str, &str) = (
    "DARK",
    "under a key that is not set, or in a wipe, zeros leave; of an opened packet, text alone",
);
const CREDIT: (&str, &str) = (
    "CREDIT",
    "there is a place for every beat of every slot that was let in, and one is let in while there \
     is one more",
);
