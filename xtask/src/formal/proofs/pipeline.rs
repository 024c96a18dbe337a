//! The pipeline of fixed latency.

use hdl::decide::{Classify, Drops, Verdict};
use hdl::emit::verilog_of;
use hdl::parse::Parse;
use hdl::rewrite::Rewrite;

use super::{Fault, Proof, Reach};

/// Its proofs.
pub const PROOFS: &[Proof] = &[
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
        name: "classify",
        verilog: verilog_of::<Classify>,
        rules: include_str!("../../../../formal/classify.sv"),
        properties: &[
            (
                "ONE",
                "at most one of ask, drop, bypass and raw; of a frame of the host, which alone is \
                 direct, one of ask, drop and raw",
            ),
            (
                "ASKED",
                "the lookup decides about well-formed L2TP alone, for a local address or from the host",
            ),
            (
                "PASSED",
                "raw is a frame of the host that is not to be forwarded; bypassed, with bridging, any \
                 other that is for another station",
            ),
            ("CODED", "what is dropped has a code of the counters of *decide*"),
            (
                "PUNTED",
                "any other frame has a reason and that reason's class; with ask, those of a miss",
            ),
        ],
        reach: Reach::All(2),
        faults: &[
            Fault { property: "ONE", find: "early_q$d[8+:1] = 1'b0;", replace: "" },
            Fault {
                property: "ASKED",
                find: "parsed[29+:1] & parsed[219+:1]",
                replace: "parsed[29+:1]",
            },
            Fault {
                property: "PASSED",
                find: "early_q$d[6+:1] = bridge;",
                replace: "early_q$d[6+:1] = 1'b1;",
            },
            Fault {
                property: "CODED",
                find: "early_q$d[1+:5] = 5'h4;",
                replace: "early_q$d[1+:5] = 5'h3;",
            },
            Fault { property: "PUNTED", find: "inner[14+:1] = 1'b0;", replace: "" },
        ],
    },
    Proof {
        name: "verdict",
        verilog: verilog_of::<Verdict>,
        rules: include_str!("../../../../formal/verdict.sv"),
        properties: &[
            ("ON_TIME", "a frame is decided a clock after it was asked about, and no other is"),
            (
                "FATE",
                "it is dropped, or sent or punted or both: never dropped and sent, never nothing",
            ),
            (
                "COPY",
                "sent and punted is a copy, of a forwarded control message whose entry wants copies",
            ),
            (
                "FORWARD",
                "what is rewritten, and counted for its entry, is sent: the entry was found, its next \
                 hop is in use, the TTL is 2 or more; filter and entry say so, or the host does",
            ),
            ("HOST", "nothing of the host is punted"),
            (
                "CODED",
                "the code of a drop is the classification's, Rule of an entry found, or InjectBad of a \
                 frame of the host",
            ),
            (
                "PORT",
                "forwarded, a frame goes to its next hop's port; raw, to the one that it names; \
                 bypassed, to the other one",
            ),
            ("CLASS", "a punted frame has its reason's class"),
        ],
        reach: Reach::All(2),
        faults: &[
            Fault {
                property: "ON_TIME",
                find: "valid_q$d = frame & ~reset",
                replace: "valid_q$d = frame & hit & ~reset",
            },
            Fault {
                property: "FATE",
                find: "~(early[0+:1] | early[6+:1] | early[7+:1])",
                replace: "~(early[6+:1] | early[7+:1])",
            },
            Fault {
                property: "COPY",
                find: "copy = action[3+:1] & carried[36+:1]",
                replace: "copy = action[3+:1]",
            },
            Fault { property: "FORWARD", find: "forward = hit & usable", replace: "forward = hit" },
            Fault {
                property: "HOST",
                find: "if (early[8+:1] & early[9+:1])",
                replace: "if (early[8+:1] & early[9+:1] & hit)",
            },
            Fault { property: "CODED", find: "drop_code = 5'hc;", replace: "" },
            Fault { property: "PORT", find: "~source[32'h0]", replace: "source[32'h0]" },
            Fault {
                property: "CLASS",
                find: "(asked & ~hit) & carried[36+:1]",
                replace: "asked & ~hit",
            },
        ],
    },
    Proof {
        name: "drops",
        verilog: verilog_of::<Drops>,
        rules: include_str!("../../../../formal/drops.sv"),
        properties: &[
            ("ONE", "a drop gives one pulse of one line, that of its code, a clock later"),
            ("NONE", "no line tells what did not happen"),
            (
                "BOTH",
                "of injected frames dropped before *merge* and behind it, each in no two clocks in a \
                 row, none is lost",
            ),
        ],
        reach: Reach::All(2),
        faults: &[
            Fault {
                property: "ONE",
                find: "truncated_q$d = dropped & (code == 5'h6)",
                replace: "truncated_q$d = dropped & (code == 5'h7)",
            },
            Fault {
                property: "NONE",
                find: "rule_q$d = dropped & (code == 5'hc)",
                replace: "rule_q$d = code == 5'hc",
            },
            Fault {
                property: "BOTH",
                find: "bad_now | inject_bad_before | waits$q",
                replace: "bad_now | inject_bad_before",
            },
        ],
    },
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
];
