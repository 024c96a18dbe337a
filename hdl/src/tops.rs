//! The tops: every design that is emitted, verified or synthesised under a name of its own.

use crate::bypass::Bypass;
use crate::emit::verilog;

/// A design under its name: its Verilog is made when asked for.
pub struct Top {
    /// The name on the command line and in the docs.
    pub name: &'static str,
    /// Makes the Verilog; the module is called `top`.
    pub verilog: fn() -> String,
}

/// All tops.
pub const TOPS: &[Top] = &[
    Top { name: "bypass-16", verilog: || verilog(&mut Bypass::<128, 5>::default()) },
    Top { name: "bypass-64", verilog: || verilog(&mut Bypass::<512, 7>::default()) },
];

/// The Verilog of the top called `name`.
pub fn emit(name: &str) -> Option<String> {
    TOPS.iter().find(|top| top.name == name).map(|top| (top.verilog)())
}
