//! The tops: every design that is emitted, verified or synthesised under a name of its own.

use crate::bypass::Bypass;
use crate::crypto::engine::{Engine, HalfEngine};
use crate::crypto::folded::Folded;
use crate::datapath::Datapath;
use crate::emit::verilog_of;
use crate::leaf::functions::{SubBytes, SubBytesRom};
use crate::target::{ALVEO_U50, ECP5_45F, ECP5_85F, Target};
use spec::limits::{DECIDE_CLOCKS, parse_clocks};

/// Clocks of *parse* and *decide* at 16 bytes a beat.
const L16: usize = parse_clocks(16) + DECIDE_CLOCKS;
/// The same at 64.
const L64: usize = parse_clocks(64) + DECIDE_CLOCKS;
/// The device that is simulated, 16 bytes a beat: 2 k rows, buffers for many of the longest frames.
type Datapath16 = Datapath<128, 5, 4, 12, 11, 12, 12, 11, 8, L16>;
/// The same at 64 bytes a beat.
type Datapath64 = Datapath<512, 7, 16, 10, 9, 10, 10, 11, 8, L64>;
/// The device of the ECP5-45F: 2 k rows, buffers of 4 KB.
type Datapath45f = Datapath<128, 5, 4, 8, 8, 8, 8, 11, 8, L16>;

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
    Top { name: "bypass-16", target: ECP5_45F, verilog: verilog_of::<Bypass<128, 5>> },
    Top { name: "bypass-64", target: ALVEO_U50, verilog: verilog_of::<Bypass<512, 7>> },
    Top {
        name: "aes-gcm-85f",
        target: ECP5_85F.at(200).within(34_000, 208).seeded(3),
        verilog: verilog_of::<Engine<SubBytes<16>, 1, 128, 5, 9, 4, 13>>,
    },
    Top {
        name: "aes-gcm-half",
        target: ECP5_85F.at(200),
        verilog: verilog_of::<HalfEngine<SubBytes<16>, 8, 4, 12, 9>>,
    },
    Top {
        name: "aes-gcm-45f",
        target: ECP5_45F.at(170).within(9_000, 20),
        verilog: verilog_of::<Folded<SubBytes<16>, 6, 7, 9, 10>>,
    },
    Top {
        name: "aes-gcm-64",
        target: ALVEO_U50,
        verilog: verilog_of::<Engine<SubBytesRom<16>, 4, 512, 7, 9, 6, 15>>,
    },
    Top { name: "datapath-16", target: ECP5_85F, verilog: verilog_of::<Datapath16> },
    Top { name: "datapath-64", target: ALVEO_U50, verilog: verilog_of::<Datapath64> },
    Top { name: "datapath", target: ECP5_45F, verilog: verilog_of::<Datapath45f> },
];

/// The Verilog of the top called `name`.
pub fn emit(name: &str) -> Option<String> {
    TOPS.iter().find(|top| top.name == name).map(|top| (top.verilog)())
}
