//! What becomes of a frame: *decide*, and what it is made of.

use hdl::decide::{Classify, Decide, Drops, Verdict};
use hdl::emit::verilog_of;

use super::{Fault, Proof, Reach};
use crate::verilog::Module;

/// Its proofs.
pub const PROOFS: &[Proof] = &[
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
                "of injected frames dropped before *merge* and behind it, one is told in each clock, \
                 and none is lost",
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
                find: "bad_now | inject_bad_before | owes",
                replace: "bad_now | inject_bad_before",
            },
            Fault { property: "BOTH", find: "owed$d = more", replace: "owed$d = 16'h1" },
        ],
    },
    Proof {
        name: "decide",
        verilog: || {
            let open = |verilog: String, module| answers_freely(&verilog, module);
            ["top$table_rows", "top$checksum"].into_iter().fold(verilog_of::<Decide<7, 4>>(), open)
        },
        rules: include_str!("../../../../formal/decide.sv"),
        properties: &[
            (
                "ON_TIME",
                "whatever the table answers, a frame is decided 8 clocks after it was parsed, once, and \
                 no other is",
            ),
            ("SAME", "its plan is of that frame: source, length, the headers' places"),
            (
                "FATE",
                "it is dropped, or sent or punted or both: never dropped and sent, never nothing",
            ),
            ("CODED", "what is dropped has a code of the counters of *decide*"),
            ("REWRITTEN", "what is rewritten is sent, and is a well-formed L2TP message"),
        ],
        reach: Reach::All(9),
        faults: &[
            Fault {
                property: "ON_TIME",
                find: "verdict$frame = valid_verdict$y",
                replace: "verdict$frame = valid",
            },
            Fault {
                property: "SAME",
                find: "verdict$carried = carried_verdict$y",
                replace: "verdict$carried = carried",
            },
            Fault {
                property: "FATE",
                find: "early_verdict$x = classify$early",
                replace: "early_verdict$x = classify$early | 27'h41",
            },
            Fault {
                property: "CODED",
                find: "early_verdict$x = classify$early",
                replace: "early_verdict$x = 27'h3f",
            },
            Fault {
                property: "REWRITTEN",
                find: "early_verdict$x = classify$early",
                replace: "early_verdict$x = 27'h100",
            },
        ],
    },
];

/// `verilog` with a module that may do anything: what holds with it does so with the module.
fn answers_freely(verilog: &str, module: &str) -> String {
    let whole = Module::find(verilog, module).unwrap_or_else(|| panic!("no module {module}")).text;
    let line = |line: &str| {
        let line = line.trim();
        let output = line.strip_prefix("output ").and_then(|port| port.split_once(' '));
        match output {
            Some((_, port)) => format!("(* anyseq *) output wire {port}\n"),
            None if line.starts_with("module ") || line.starts_with("input ") => {
                format!("{line}\n")
            }
            None => String::new(),
        }
    };
    verilog.replace(whole, &(whole.lines().map(line).collect::<String>() + "endmodule"))
}
