//! Tests that need the tools: the tier `elaborate` runs them, `unit` does not.

use super::report::Used;
use super::*;
use hdl::target::{ECP5_45F, Target};

/// A counter and its sum: small, and with a path that no device runs at 5 GHz.
const COUNTER: &str = "module top(clock,x,y);
    input wire clock;
    input wire [31:0] x;
    output reg [31:0] y;
    always @(posedge clock) y <= y + x;
endmodule
";
const LOOSE: &str = "module top(clock,x,y);
    input wire clock;
    input wire [1:0] x;
    output reg [1:0] y;
    wire open;
    always @(posedge clock) y <= {^x, open};
endmodule
";
const LATCH: &str = "module top(clock,x,y);
    input wire clock;
    input wire x;
    output reg y;
    always @(*) if (clock) y = x;
endmodule
";
const LOOP: &str = "module top(clock,x,y);
    input wire clock;
    input wire x;
    output wire y;
    wire a;
    assign a = ~(a & x);
    assign y = a;
endmodule
";

fn job(name: &str, target: Target, verilog: &str) -> Job {
    Job { name: name.into(), target, verilog: verilog.into() }
}

fn problems(name: &str, target: Target, verilog: &str, stage: Stage) -> Vec<String> {
    match synthesise(&job(name, target, verilog), Some(stage), 1) {
        Ok(report) => report.problems,
        Err(error) => vec![format!("{error:#}")],
    }
}

#[test]
fn a_good_top_passes_and_the_same_input_gives_the_same_bits() {
    let bits = ["test-twice", "test-twice-more"].map(|name| {
        let job = job(name, ECP5_45F, COUNTER);
        let report = synthesise(&job, Some(Stage::Bitstream), 2).unwrap();
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        assert_eq!(report.used.ff, 32);
        assert_eq!((report.seeds.len(), report.clocks.len()), (2, 1));
        assert_eq!(report.clocks[0].name, harness::CLOCK);
        fs::read(job.folder().join(report.bitstream.unwrap())).unwrap()
    });
    assert!(bits[0].len() > 1000);
    assert!(bits[0] == bits[1], "two runs give two bitstreams");
}

#[test]
fn a_missed_clock_is_a_problem() {
    let found = problems("test-fast", ECP5_45F.at(5000), COUNTER, Stage::Route);
    assert!(found.iter().any(|text| text.contains("of 5000 MHz")), "{found:?}");
}

#[test]
fn an_exceeded_budget_is_a_problem() {
    let found = problems("test-large", ECP5_45F.within(10, 0), COUNTER, Stage::Synth);
    assert!(found.iter().any(|text| text.contains("exceed the budget of 10")), "{found:?}");
}

#[test]
fn an_open_wire_a_latch_and_a_loop_are_problems() {
    let faults = [
        ("test-open", LOOSE, "no driver"),
        ("test-latch", LATCH, "Latch inferred"),
        ("test-loop", LOOP, "combinational loop"),
    ];
    for (name, verilog, says) in faults {
        let found = problems(name, ECP5_45F, verilog, Stage::Synth);
        assert!(found.iter().any(|text| text.contains(says)), "{name}: {found:?}");
    }
}

/// What must come out is known without the tools: a LUT has four inputs, a block RAM 512 words of
/// 36 bits.
#[test]
fn cells_and_depth_are_counted_right() {
    let text = "module top(clock,x,y);
    input wire clock;
    input wire [46:0] x;
    output reg [36:0] y;
    reg [15:0] a;
    (* no_rw_check, ram_style = \"block\" *) reg [35:0] memory [0:511];
    always @(posedge clock) begin
        a <= x[15:0];
        y[36] <= ^a;
        if (x[46]) memory[x[45:37]] <= x[35:0];
        y[35:0] <= memory[x[8:0]];
    end
endmodule
";
    let report = synthesise(&job("test-count", ECP5_45F, text), Some(Stage::Synth), 1).unwrap();
    let Used { lut, ff, bram, .. } = report.used;
    assert_eq!((bram, report.blocks[0].depth), (1, 2), "{:?}", report.blocks);
    assert!((5..=6).contains(&lut) && ff >= 17, "{lut} LUTs, {ff} flip-flops");
}
