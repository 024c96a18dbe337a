//! The pipeline of fixed latency, but for what *decide* is made of.

use hdl::egress::Egress;
use hdl::emit::verilog_of;
use hdl::parse::Parse;
use hdl::rewrite::Rewrite;

use super::{Fault, Proof, Reach};

/// Its proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "parse",
        verilog: verilog_of::<Parse<128, 5>>,
        rules: include_str!("../../../../formal/parse.sv"),
        properties: &[
            (
                "ON_TIME",
                "what was parsed of a frame comes 11 clocks after its first beat, once, and nothing else \
                 does",
            ),
            ("ARRIVAL", "with it comes what came with that beat"),
            (
                "STATION",
                "it is for whom the destination names; what is from the host, always for this station",
            ),
            (
                "FAULTS",
                "a fault is one that can be found there; of a layer with a fault nothing is told, nor of \
                 one above",
            ),
            ("INSIDE", "the headers that are told of lie in the frame, and the Tunnel ID does"),
            (
                "OFFSETS",
                "an IPv4 header lies behind at most two tags, layer 4 behind 5 to 15 words of it, a Tunnel \
                 ID at one of its two places behind UDP",
            ),
            (
                "AHEAD",
                "of a well-formed L2TP message, what was asked ahead was asked of what is told",
            ),
        ],
        reach: Reach::All(12),
        faults: &[
            Fault {
                property: "ON_TIME",
                find: "frame_3$d[0+:1] = network$frame_out[0+:1] & ~reset",
                replace: "frame_3$d[0+:1] = network$frame_out[0+:1]",
            },
            Fault {
                property: "ARRIVAL",
                find: "arrival_4 = frame_4$q[1+:48]",
                replace: "arrival_4 = frame_3$q[1+:48]",
            },
            Fault {
                property: "STATION",
                find: "own_1_now & (source == 2'h1)",
                replace: "own_1_now",
            },
            Fault {
                property: "FAULTS",
                find: "parsed_q$d[62+:1] = ipv4 & said[5+:1]",
                replace: "parsed_q$d[62+:1] = said[5+:1]",
            },
            Fault {
                property: "INSIDE",
                find: "bad_length$d = (length < ((octets) & 16'hffff)) | (length > ((rest) & 16'hffff))",
                replace: "bad_length$d = length < ((octets) & 16'hffff)",
            },
            Fault {
                property: "OFFSETS",
                find: "bad_words$d = words < 4'h5",
                replace: "bad_words$d = words < 4'h4",
            },
            Fault {
                property: "AHEAD",
                find: "flow[129+:16] = network$segment[64+:16]",
                replace: "flow[129+:16] = network$segment[80+:16]",
            },
        ],
    },
    Proof {
        name: "parse-fields",
        verilog: verilog_of::<Parse<128, 5>>,
        rules: include_str!("../../../../formal/parse.sv"),
        properties: &[(
            "READ",
            "addresses, ports, checksums, TTL, protocol and Tunnel ID are the frame's octets where the \
             offsets say",
        )],
        // Nothing is fed back: what is told depends on the 11 clocks before it.
        reach: Reach::Clocks(15),
        faults: &[Fault {
            property: "READ",
            find: "fine$d = span[0+:2] - 2'h1",
            replace: "fine$d = span[0+:2]",
        }],
    },
    Proof {
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
    },
    Proof {
        name: "egress",
        verilog: verilog_of::<Egress<128, 5, 4, 4>>,
        rules: include_str!("../../../../formal/egress.sv"),
        properties: &[
            (
                "ROUTED",
                "a frame that is to be sent is taken or dropped by the queue of its port; no other frame \
                 is, and none by the other queue",
            ),
            (
                "COUNTED",
                "what was taken is counted once: forwarded, else raw from the host, else bypassed",
            ),
            (
                "HOST",
                "a frame that is to be punted is taken, policed or dropped for want of room, one pulse; \
                 no other is",
            ),
            (
                "STORED",
                "a port's queue stores beats of its own frames, as rewritten; the host's, as received",
            ),
            ("OUT", "what a queue offers is on offer at its port, and taken when that takes it"),
        ],
        reach: Reach::All(4),
        faults: &[
            Fault {
                property: "ROUTED",
                find: "external$accept = plan[0+:1] & ~plan[1+:1]",
                replace: "external$accept = plan[0+:1]",
            },
            Fault {
                property: "COUNTED",
                find: "raw_q$d = accepted & (~rewrite2$q & inject2$q)",
                replace: "raw_q$d = accepted & inject2$q",
            },
            Fault {
                property: "HOST",
                find: "host$plan = plan;",
                replace: "host$plan = plan; host$plan[3+:1] = plan[0+:1];",
            },
            Fault {
                property: "STORED",
                find: "internal$beats$data = rewritten$data",
                replace: "internal$beats$data = received$data",
            },
            Fault {
                property: "OUT",
                find: ".source$ready(tx0$ready)",
                replace: ".source$ready(tx1$ready)",
            },
        ],
    },
];
