//! Icarus Verilog as second simulator: a vector a clock into module `top`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A port of `top`: its name and its bits.
pub type Port<'a> = (&'a str, usize);

/// A number of any width in hex digits.
pub type Hex = String;

/// Clocks in which a row is taken, or else all ends.
const PATIENCE: usize = 100_000;

/// Runs `top` for one clock a row: `rows` holds the inputs, in the order of `ins`. Gives the settled
/// outputs of each clock, before its rising edge, in the order of `outs`; unknown bits are `x`.
///
/// `hold` is an expression in Verilog of inputs `\i_NAME` and outputs `\o_NAME`: a row stays for
/// another clock while it is true. `defines` are set for the preprocessor. `name` is that of the folder under `target`.
pub fn run(
    name: &str,
    verilog: &str,
    defines: &[&str],
    ins: &[Port],
    outs: &[Port],
    hold: &str,
    rows: &[Vec<Hex>],
) -> Vec<Vec<Hex>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/icarus").join(name);
    std::fs::create_dir_all(&folder).expect("a folder under target");
    let mut memory = String::new();
    for row in rows {
        for (hex, (port, width)) in row.iter().zip(ins) {
            assert!(hex.len() <= width.div_ceil(4), "{port} cannot hold {hex}");
            write!(memory, "{hex:0>0$} ", width.div_ceil(4)).expect("a string");
        }
        memory.push('\n');
    }
    let files = [("top.v", verilog), ("bench.v", &bench(ins, outs, hold, rows.len()))];
    for (file, text) in files.into_iter().chain([("in.hex", memory.as_str())]) {
        std::fs::write(folder.join(file), text).expect("a file under target");
    }
    let defines = defines.iter().map(|d| format!("-D{d}"));
    let args = ["-g2012", "-o", "bench", "bench.v", "top.v"].map(String::from);
    tool(&folder, "iverilog", defines.chain(args));
    let out = tool(&folder, "vvp", ["-n".into(), "bench".into()].into_iter());
    let text = String::from_utf8_lossy(&out.stdout);
    let lines = text.lines().filter(|line| line.starts_with("= "));
    let seen: Vec<Vec<Hex>> =
        lines.map(|line| line[2..].split(' ').map(String::from).collect()).collect();
    assert!(text.lines().any(|line| line == "end"), "{text}");
    seen
}

/// The bench: reads a row's inputs one after the other from a file, prints the outputs.
fn bench(ins: &[Port], outs: &[Port], hold: &str, rows: usize) -> String {
    let mut declared = String::new();
    let (mut links, mut scans, mut format, mut args) = (vec![], String::new(), vec![], vec![]);
    for (name, width) in ins {
        writeln!(declared, "  reg [{}:0] \\i_{name} ;", width - 1).expect("a string");
        links.push(format!(".\\{name} (\\i_{name} )"));
        writeln!(scans, "      n = $fscanf(file, \"%h\", \\i_{name} );").expect("a string");
    }
    for (name, width) in outs {
        writeln!(declared, "  wire [{}:0] \\o_{name} ;", width - 1).expect("a string");
        links.push(format!(".\\{name} (\\o_{name} )"));
        format.push("%h");
        args.push(format!("\\o_{name} "));
    }
    format!(
        "module bench;
  reg clock = 0, hold;
  integer file, n, row, clocks;
{declared}  top dut(.clock(clock), {});
  initial begin
    file = $fopen(\"in.hex\", \"r\");
    for (row = 0; row < {rows}; row = row + 1) begin
{scans}      hold = 1;
      for (clocks = 0; hold && clocks < {PATIENCE}; clocks = clocks + 1) begin
        #1 $display(\"= {}\", {});
        hold = {hold};
        #1 clock = 1;
        #1 clock = 0;
      end
      if (hold) $finish;
    end
    $display(\"end\");
    $finish;
  end
endmodule\n",
        links.join(", "),
        format.join(" "),
        args.join(", ")
    )
}

fn tool(folder: &Path, program: &str, args: impl Iterator<Item = String>) -> Output {
    let out = Command::new(program).args(args).current_dir(folder).output().expect(program);
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    out
}
