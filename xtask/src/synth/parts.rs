//! The devices: what they hold, and how the tools are told of them.

use anyhow::{Result, bail};

use super::report::Used;

/// Which tools take a device how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Through place and route to a bitstream; the options of `nextpnr-ecp5`.
    Ecp5(&'static [&'static str]),
    /// Synthesis only; the family of `synth_xilinx`.
    Xilinx(&'static str),
}

/// A device.
pub struct Part {
    /// The order code: device, speed grade, package.
    pub name: &'static str,
    /// Its tools.
    pub family: Family,
    /// What it holds.
    pub available: Used,
}

const fn holds(lut: u32, ff: u32, bram: u32, uram: u32, dsp: u32) -> Used {
    Used { lut, ff, bram, uram, dsp }
}

/// Block RAMs are of 18 kbit on ECP5 and of 36 kbit on Xilinx's.
const PARTS: &[Part] = &[
    Part {
        name: "LFE5UM5G-45F-8BG381C",
        family: Family::Ecp5(&["--um5g-45k", "--speed", "8", "--package", "CABGA381"]),
        available: holds(43_848, 43_848, 108, 0, 72),
    },
    Part {
        name: "LFE5U-85F-8BG381C",
        family: Family::Ecp5(&["--85k", "--speed", "8", "--package", "CABGA381"]),
        available: holds(83_640, 83_640, 208, 0, 156),
    },
    Part {
        name: "XC7A200T-2FBG484I",
        family: Family::Xilinx("xc7"),
        available: holds(134_600, 269_200, 365, 0, 740),
    },
    Part {
        name: "XCU50-2FSVH2104-E",
        family: Family::Xilinx("xcup"),
        available: holds(871_680, 1_743_360, 1_344, 640, 5_952),
    },
];

/// The device of that order code.
pub fn part(name: &str) -> Result<&'static Part> {
    match PARTS.iter().find(|part| part.name == name) {
        Some(part) => Ok(part),
        None => bail!("no device {name:?} among those that the tools know here"),
    }
}

/// What a mapped cell counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Combinational; this many LUTs.
    Lut(u32),
    /// A link of a carry chain; this many LUTs. The chain itself counts as no level.
    Carry(u32),
    /// A multiplexer or buffer between LUTs.
    Free,
    /// A memory of LUTs, read combinationally; this many LUTs.
    LutRam(u32),
    /// A register, or a shift register that takes this many LUTs.
    Register(u32),
    /// Block RAM, in halves.
    Bram(u32),
    /// UltraRAM.
    Uram,
    /// A multiplier.
    Dsp,
    /// Pads, clocks, hard blocks: not counted, and paths end there.
    Hard,
}

/// What a cell of that type counts as; `None` if the type is not known here.
pub fn cell(kind: &str) -> Option<Cell> {
    Some(match kind {
        "LUT4" | "LUT1" | "LUT2" | "LUT3" | "LUT5" | "LUT6" | "INV" => Cell::Lut(1),
        "CCU2C" => Cell::Carry(2),
        "CARRY4" | "CARRY8" => Cell::Carry(0), // its LUTs are cells of their own
        "PFUMX" | "L6MUX21" | "MUXF7" | "MUXF8" | "MUXF9" => Cell::Free,
        "TRELLIS_DPR16X4" => Cell::LutRam(6), // four, and two of the slice that writes
        "RAM32X1D" | "RAM64X1D" => Cell::LutRam(2),
        "RAM128X1D" => Cell::LutRam(4),
        "RAM32M" | "RAM64M" => Cell::LutRam(4),
        "RAM32M16" | "RAM64M8" => Cell::LutRam(8),
        "TRELLIS_FF" | "FDRE" | "FDSE" | "FDCE" | "FDPE" => Cell::Register(0),
        "SRL16E" | "SRLC16E" | "SRLC32E" => Cell::Register(1),
        "DP16KD" | "PDPW16KD" | "RAMB36E1" | "RAMB36E2" => Cell::Bram(2),
        "RAMB18E1" | "RAMB18E2" => Cell::Bram(1),
        "URAM288" => Cell::Uram,
        "MULT18X18D" | "DSP48E1" | "DSP48E2" => Cell::Dsp,
        "VCC" | "GND" | "IBUF" | "OBUF" | "BUFG" | "DCCA" | "TRELLIS_IO" | "EHXPLLL" => Cell::Hard,
        _ => return None,
    })
}
