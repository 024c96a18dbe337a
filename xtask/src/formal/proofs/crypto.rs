//! The full-rate AES-GCM engine, and what both engines have.

use hdl::crypto::keys::Keys;
use hdl::crypto::output::Output;
use hdl::crypto::slots::Slots;
use hdl::crypto::text::Text;
use hdl::emit::{verilog, verilog_of};

use super::{Fault, Proof, Reach, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "keys",
        verilog: verilog_of::<Keys<1, 4, 5>>,
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
                find: "ends$d = count$q == almost_full;",
                replace: "ends$d = count$q == almost_full - 1'b1;",
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
        name: "slots",
        verilog: verilog_of::<Slots<128, 5, 2>>,
        rules: include_str!("../../../../formal/slots.sv"),
        properties: SLOTS_NOW,
        reach: Reach::All(3),
        faults: SLOTS_FAULTS,
    },
    Proof {
        name: "slots-wide",
        verilog: verilog_of::<Slots<512, 7, 2>>,
        rules: include_str!("../../../../formal/slots.sv"),
        properties: SLOTS_NOW,
        reach: Reach::All(3),
        faults: SLOTS_FAULTS,
    },
    Proof {
        name: "text",
        verilog: || verilog(&mut Text::<1>::new(0)),
        rules: include_str!("../../../../formal/text.sv"),
        properties: &[
            (
                "DARK",
                "what is under a key that is not set leaves as zeros, and so does all in a wipe",
            ),
            ("OPENED", "of an opened packet no tag leaves, neither the one that came nor its own"),
        ],
        // Nothing is fed back: what leaves depends on the 20 clocks before it.
        reach: Reach::Clocks(40),
        faults: &[
            Fault {
                property: "DARK",
                find: "shows$d = sealing$q & ok$q",
                replace: "shows$d = sealing$q",
            },
            Fault {
                property: "OPENED",
                find: "shows$d = sealing$q & ok$q",
                replace: "shows$d = ok$q",
            },
        ],
    },
    Proof {
        name: "output",
        verilog: verilog_of::<Output<128, 5, 4>>,
        rules: include_str!("../../../../formal/output.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            VERDICT,
            (
                "CREDIT",
                "the beats that slots were promised, and those in the large memory, never fill it; \
                 with less than a quarter of them there is room",
            ),
            (
                "PROMPT",
                "with the source ready, a beat whose verdict is known is on offer 7 clocks later, \
                 or one before it",
            ),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "STABLE",
                find: "near$read_enable = pop",
                replace: "near$read_enable = 1'b1",
            },
            Fault {
                property: "ORDER",
                find: "beats$write_data = beat_then$q",
                replace: "beats$write_data = beat_q$q",
            },
            Fault { property: "COUNT", find: "offer$d = some$q", replace: "offer$d = 1'b1" },
            Fault { property: "VERDICT", find: ") | others_differ;", replace: ");" },
            Fault { property: "CREDIT", find: "free$q >= 10'hd", replace: "free$q >= 10'h11" },
            Fault {
                property: "PROMPT",
                find: "marked$d = early4$q[0+:1]",
                replace: "marked$d = early4$q[0+:1] & early4$q[9+:1]",
            },
        ],
    },
];

/// What the slots of both engines keep.
pub const SLOTS: &[(&str, &str)] = &[
    (
        "FRAME",
        "a packet's slots begin with its first and end with the one that its length says, or, in \
         a bad packet, an earlier one",
    ),
    (
        "BEAT",
        "a beat gives one slot, but for what follows in a packet that was cut; the last slot of a \
         sealed packet alone may have no beat",
    ),
    ("DATA", "a slot has the beat, the number and the request of its packet"),
    (
        "BAD",
        "a last slot is bad exactly if a beat came early, late, damaged or with another size than \
         was asked for, or in a wipe",
    ),
];

/// What those of the full rate keep.
const SLOTS_NOW: &[(&str, &str)] = &[
    SLOTS[0],
    SLOTS[1],
    SLOTS[2],
    SLOTS[3],
    (
        "READY",
        "a beat is taken where there was room, but not between a last beat whose tag needs a slot \
         of its own and that slot's clock",
    ),
];
const SLOTS_FAULTS: &[Fault] = &[
    Fault { property: "READY", find: "ready$d = go & ~over_next", replace: "ready$d = go" },
    Fault { property: "FRAME", find: "now$d[2+:1] = ends", replace: "now$d[2+:1] = cut" },
    Fault {
        property: "BEAT",
        find: "coming1$d[1+:1] = over$q & turn",
        replace: "coming1$d[1+:1] = 1'b0",
    },
    Fault { property: "DATA", find: "key_out$d = key3$q", replace: "key_out$d = key2$q" },
    Fault { property: "BAD", find: "size3$q != want3$q", replace: "size3$q[0] != want3$q[0]" },
];

/// What the outputs of both engines keep.
pub const FRAME: (&str, &str) =
    ("FRAME", "a packet gives its beats, the last of which, and no other, is its last one");
pub const VERDICT: (&str, &str) = (
    "VERDICT",
    "no verdict before a packet's last beat; a good one exactly if it is whole, its key is set, \
     nothing was wiped, and, opened, its tag has been compared and is right",
);
pub const DARK: (&str, &str) = (
    "DARK",
    "under a key that is not set, or in a wipe, zeros leave; of an opened packet, text alone",
);
pub const CREDIT: (&str, &str) = (
    "CREDIT",
    "there is a place for every beat of every slot that was let in, and one is let in while there \
     is one more",
);
