//! A harness of three pins around a top, so that any top fits any package.

use std::fmt::Write;

use anyhow::{Result, bail};

use crate::verilog::{Module, modules};

/// The module that the tools take as top.
pub const NAME: &str = "harness";
/// The design's instance in it.
pub const DESIGN: &str = "design";
/// The clock's port, of the design and of the harness.
pub const CLOCK: &str = "clock";

/// `text` with the harness, and with the attribute that keeps its blocks apart until mapping.
///
/// Inputs come from a shift register, outputs are folded to one pin by a registered XOR tree, so
/// that only the design's own paths are timed, and nothing in it can be optimised away.
pub fn around(text: &str) -> Result<String> {
    let Some(top) = Module::find(text, "top") else { bail!("no module `top`") };
    let mut links = format!(".{CLOCK}({CLOCK})");
    let (mut inputs, mut outputs) = (0, 0);
    for port in top.ports().iter().filter(|port| port.name != CLOCK) {
        let (from, at) = if port.input { ("v", &mut inputs) } else { ("y", &mut outputs) };
        write!(links, ",\n  .{}({from}[{at} +: {}])", port.name, port.width)?;
        *at += port.width;
    }
    if inputs == 0 || outputs == 0 {
        bail!("a top without inputs or without outputs has no timing");
    }
    let mut folds = String::new();
    let (mut source, mut width, mut stage) = (String::from("r"), outputs, 0);
    let mut registers = String::new();
    while width > 1 {
        stage += 1;
        let next = width.div_ceil(4);
        writeln!(registers, "reg [{}:0] g{stage};", next - 1)?;
        for i in 0..next {
            let high = (4 * i + 3).min(width - 1);
            writeln!(folds, "  g{stage}[{i}] <= ^{source}[{high}:{}];", 4 * i)?;
        }
        (source, width) = (format!("g{stage}"), next);
    }
    let mut all = String::new();
    for module in modules(text) {
        if module.is_block() {
            all += "(* keep_hierarchy *)\n";
        }
        all += module.text;
        all += "\n\n";
    }
    write!(
        all,
        "module {NAME}(input wire {CLOCK}, input wire d, output reg q);\n\
         reg [{inputs}:0] v;\nwire [{}:0] y;\nreg [{}:0] r;\n{registers}\
         always @(posedge {CLOCK}) begin\n  v <= {{v[{}:0], d}};\n  r <= y;\n{folds}  q <= {source};\nend\n\
         top {DESIGN}(\n  {links});\nendmodule\n",
        outputs - 1,
        outputs - 1,
        inputs - 1,
    )?;
    Ok(all)
}
