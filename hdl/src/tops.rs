//! The tops: every design that is emitted, verified or synthesised under a name of its own.

use crate::bypass::Bypass;
use crate::crypto::engine::Engine;
use crate::emit::{verilog, verilog_of};
use crate::leaf::functions::{SubBytes, SubBytesRom};
use crate::target::{ALVEO_U50, ECP5_45F, ECP5_85F, Target};

/// A design under its name: its Verilog is made when asked for.
pub struct Top {
    /// The name on the command line and in the docs.
    pub name: &'static str,
    /// The device it is synthesised for.
    pub target: Target,
    /// Makes the Verilog; the module is called `top`.
    pub verilog: fn() -> String,
}

/// All tops.
pub const TOPS: &[Top] = &[
    Top {
        name: "bypass-16",
        target: ECP5_45F,
        verilog: || verilog(&mut Bypass::<128, 5>::default()),
    },
    Top {
        name: "bypass-64",
        target: ALVEO_U50,
        verilog: || verilog(&mut Bypass::<512, 7>::default()),
    },
    Top {
        name: "aes-gcm-85f",
        target: ECP5_85F.at(200).within(34_000, 208),
        verilog: verilog_of::<Engine<SubBytes<16>, 1, 128, 5, 9, 4, 13>>,
    },
    Top {
        name: "aes-gcm-64",
        target: ALVEO_U50,
        verilog: verilog_of::<Engine<SubBytesRom<16>, 4, 512, 7, 9, 6, 15>>,
    },
];

/// The Verilog of the top called `name`.
pub fn emit(name: &str) -> Option<String> {
    TOPS.iter().find(|top| top.name == name).map(|top| (top.verilog)())
}
