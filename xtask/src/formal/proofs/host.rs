//! The host's rings.

use hdl::emit::verilog;
use hdl::host::{Fetch, Store};

use super::{Fault, Proof, Reach, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "store",
        verilog: || verilog(&mut Store::punt()),
        rules: include_str!("../../../../formal/store.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            (
                "PLACE",
                "a frame's beats go to one slot, one behind the other, the next frame's to the next slot",
            ),
            ("SPARED", "no slot is written that the host has not given back"),
            ("TOLD", "a slot is produced when its last beat has been written, and no sooner"),
        ],
        reach: Reach::All(3),
        faults: &[
            Fault {
                property: "STABLE",
                find: "ask$there = skid$source$valid",
                replace: "ask$there = skid$source$valid & sink$valid",
            },
            Fault {
                property: "ORDER",
                find: "data = skid$source$data",
                replace: "data = sink$data",
            },
            Fault {
                property: "COUNT",
                find: "ask$there = skid$source$valid",
                replace: "ask$there = 1'b1",
            },
            Fault { property: "PLACE", find: "settle$d = 2'h2", replace: "settle$d = 2'h0" },
            Fault {
                property: "SPARED",
                find: "full$d = (ahead$q >>",
                replace: "full$d = (32'h0 >>",
            },
            Fault {
                property: "TOLD",
                find: "at$d = slot$address;",
                replace: "at$d = slot$address; counted$d = counted$q + 1;",
            },
        ],
    },
    Proof {
        name: "fetch",
        verilog: || verilog(&mut Fetch::<4>::inject()),
        rules: include_str!("../../../../formal/fetch.sv"),
        properties: &[
            STREAM[0],
            STREAM[1],
            STREAM[2],
            ("FRAMED", "a descriptor leads each frame, which has the beats and bytes that it says"),
            ("ROOM", "there is a place for every beat that has been asked for"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "STABLE",
                find: "valid$d = filled$q != removed_next",
                replace: "valid$d = (filled$q != removed_next) & ~response",
            },
            Fault {
                property: "ORDER",
                find: "fifo$read_address = read_next",
                replace: "fifo$read_address = read_at$q",
            },
            Fault {
                property: "COUNT",
                find: "valid$d = filled$q != removed_next",
                replace: "valid$d = filled$q != removed$q",
            },
            Fault {
                property: "FRAMED",
                find: "out_left$d = out_left$q - 11'h1",
                replace: "out_left$d = out_left$q - 11'h2",
            },
            Fault { property: "ROOM", find: "room$d = stored < full", replace: "room$d = 1'b1" },
        ],
    },
];
