//! The pipeline of fixed latency.

use hdl::emit::verilog_of;
use hdl::rewrite::Rewrite;

use super::{Fault, Proof, Reach};

/// Its proofs.
pub const PROOFS: &[Proof] = &[Proof {
    name: "rewrite",
    verilog: verilog_of::<Rewrite<128, 5, 4>>,
    rules: include_str!("../../../../formal/rewrite.sv"),
    properties: &[
        (
            "ON_TIME",
            "a beat leaves two clocks after it came, with its byte count, first and last, and \
                 no other does",
        ),
        ("PLANNED", "with it leaves the plan that came with its frame"),
        ("PLAIN", "a frame whose plan has no `rewrite` leaves as it came"),
        ("FIELDS", "in any other, each byte of a field is the plan's"),
        ("REST", "and each byte that no field covers is as it came"),
    ],
    reach: Reach::All(3),
    faults: &[
        Fault {
            property: "ON_TIME",
            find: "bytes_out$d = bytes_q$q",
            replace: "bytes_out$d = sink$bytes",
        },
        Fault {
            property: "PLANNED",
            find: "plan_out_q$d = plan_q$q",
            replace: "plan_out_q$d = plan",
        },
        Fault {
            property: "PLAIN",
            find: "active = sink$valid & plan_now[85+:1]",
            replace: "active = sink$valid",
        },
        Fault { property: "FIELDS", find: "if (plan_now[206+:1])", replace: "if (1'b1)" },
        Fault { property: "REST", find: "if (plan_now[287+:1])", replace: "if (1'b1)" },
    ],
}];
