//! The commands that change the table.

use hdl::emit::verilog_of;
use hdl::table::answer::Answer;
use hdl::table::clear::Clear;
use hdl::table::collect::Collect;
use hdl::table::commands::Commands;

use super::{Fault, Proof, Reach, SOONER, STREAM};

/// Their proofs.
pub const PROOFS: &[Proof] = &[
    Proof {
        name: "collect",
        verilog: verilog_of::<Collect>,
        rules: include_str!("../../../../formal/collect.sv"),
        properties: &[
            ("READY", "a beat is taken exactly while it runs and no command is kept"),
            ("KEPT", "a command is kept from the clock after its last beat until it is done"),
            ("WHOLE", "it is whole exactly if it was three beats, the last of them of 16 bytes"),
            (
                "PARTS",
                "header, low and high are its three beats, each until that beat of the next one; only a \
                 step changes the header; before the first command, low and high are zero",
            ),
        ],
        reach: Reach::All(3),
        faults: &[
            Fault { property: "READY", find: "ready = run & ~full_q$q", replace: "ready = run" },
            Fault { property: "KEPT", find: "if (done)", replace: "if (done & ~step)" },
            Fault { property: "WHOLE", find: "& (command$bytes == 5'h10)", replace: "" },
            Fault { property: "PARTS", find: "if (step)", replace: "if (step | done)" },
        ],
    },
    Proof {
        name: "answer",
        verilog: verilog_of::<Answer>,
        rules: include_str!("../../../../formal/answer.sv"),
        properties: &[
            STREAM[0],
            (
                "PACE",
                "a beat is put on offer in the clock behind each in which it runs, is not done and has \
                 room, and in no other",
            ),
            (
                "PARTS",
                "a completion is four whole beats, in order: its head, then the row's parts or zeros",
            ),
            ("LAST", "the fourth is its last, and no other"),
            ("DONE", "it is done in the clock in which that one comes on offer, and in no other"),
        ],
        reach: Reach::All(3),
        faults: &[
            Fault {
                property: "STABLE",
                find: "if (run & ~done_q$q & (~out_valid$q | completion$ready))",
                replace: "if (run & ~done_q$q)",
            },
            Fault { property: "PACE", find: "run & ~done_q$q &", replace: "run &" },
            Fault { property: "PARTS", find: "if (has_row)", replace: "if (1'b1)" },
            Fault {
                property: "LAST",
                find: "out_last$d = beat$q == 2'h3",
                replace: "out_last$d = beat$q == 2'h2",
            },
            Fault {
                property: "DONE",
                find: "done_q$d = beat$q == 2'h3",
                replace: "done_q$d = beat$q == 2'h2",
            },
        ],
    },
    Proof {
        name: "clear",
        verilog: verilog_of::<Clear<7>>,
        rules: include_str!("../../../../formal/clear.sv"),
        properties: &[
            ("ONCE", "after a reset each row is named once, in order"),
            ("PAUSE", "four clocks or more lie from one to the next"),
            ("BUSY", "none is named while the counters are busy"),
            ("LIVE", "it is live only when all have been, and then names none, for good"),
        ],
        reach: Reach::All(2),
        faults: &[
            Fault {
                property: "ONCE",
                find: "index = ((at$q) & 17'h1ffff)",
                replace: "index = ((next_at) & 17'h1ffff)",
            },
            Fault {
                property: "PAUSE",
                find: "pause$d = 2'h3;\n            end",
                replace: "pause$d = 2'h2;\n            end",
            },
            Fault { property: "BUSY", find: "& ~busy", replace: "" },
            Fault {
                property: "LIVE",
                find: "last$d = next_at == 7'h0",
                replace: "last$d = next_at == 7'h2",
            },
        ],
    },
    Proof {
        name: "commands",
        verilog: verilog_of::<Commands<7>>,
        rules: include_str!("../../../../formal/commands.sv"),
        properties: &[
            (
                "CLEARED",
                "until it is live there are no strobes but those of a row that is cleared, in all tables",
            ),
            (
                "TAKEN",
                "a beat of a command is taken exactly while it is live and no command is kept",
            ),
            (
                "STRUCK",
                "a strobe is of a WRITE that may be made, once for each, and of its table, row and data, \
                 never while the counters are busy; `generation` counts them",
            ),
            ("APART", "strobes are four clocks apart, and all else holds in the clock behind one"),
            (
                "ANSWER",
                "a completion's head is that of the command that is kept, with the right status; a WRITE \
                 that is done has none unless it asks for it, and has been made before",
            ),
            ("ENDED", "a command is kept to the end of its completions, each of four beats"),
            ("ROWS", "of a READ, the rest of a completion is what the memories said, else zeros"),
            ("FENCE", "a FENCE that is done is answered 64 clocks or more after it was read"),
        ],
        reach: Reach::All(2),
        faults: &[
            Fault {
                property: SOONER,
                find: "last$d = next_at == 7'h0",
                replace: "last$d = next_at == 7'h1",
            },
            Fault { property: "CLEARED", find: "strobes$d[4+:1] = 1'b1;", replace: "" },
            Fault {
                property: "TAKEN",
                find: "collect$run = clear$live",
                replace: "collect$run = 1'b1",
            },
            Fault { property: "STRUCK", find: "& ~busy;", replace: ";" },
            Fault {
                property: "APART",
                find: "strobes$d[6+:1] = 1'b0;",
                replace: "strobes$d[7:6] = 2'h0;",
            },
            Fault { property: "ANSWER", find: "if (~collect$whole)", replace: "if (1'b0)" },
            Fault {
                property: "ENDED",
                find: "out_last$d = beat$q == 2'h3",
                replace: "out_last$d = beat$q == 2'h0",
            },
            Fault {
                property: "ROWS",
                find: "if (mirror$q == 3'h3)",
                replace: "if (mirror$q == 3'h2)",
            },
            Fault { property: "FENCE", find: "left$d = 7'h40", replace: "left$d = 7'h8" },
        ],
    },
];
