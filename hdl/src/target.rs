//! What a top is synthesised for, and what it must reach there.

/// A device, and the figures that synthesis holds a top to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The part's order code: device, speed grade, package.
    pub part: &'static str,
    /// The rate that each clock must reach after routing, in MHz.
    pub mhz: u32,
    /// The most LUTs that the design may take; none: what the device has.
    pub luts: Option<u32>,
    /// The most block RAMs that the design may take; none: what the device has.
    pub brams: Option<u32>,
    /// The seed that place and route begin with: results differ from one to the next.
    pub seed: u32,
}

impl Target {
    const fn of(part: &'static str, mhz: u32) -> Self {
        Self { part, mhz, luts: None, brams: None, seed: 1 }
    }
    /// The same device with another clock.
    pub const fn at(self, mhz: u32) -> Self {
        Self { mhz, ..self }
    }
    /// The same with at most so many LUTs and block RAMs.
    pub const fn within(self, luts: u32, brams: u32) -> Self {
        Self { luts: Some(luts), brams: Some(brams), ..self }
    }
    /// The same, begun with that seed.
    pub const fn seeded(self, seed: u32) -> Self {
        Self { seed, ..self }
    }
}

/// The device of the ECP5-5G Versa board.
pub const ECP5_45F: Target = Target::of("LFE5UM5G-45F-8BG381C", 125);
/// The largest ECP5.
pub const ECP5_85F: Target = Target::of("LFE5U-85F-8BG381C", 125);
/// The device of the AX7203 board: utilisation only.
pub const ARTIX_200T: Target = Target::of("XC7A200T-2FBG484I", 125);
/// The device of the Alveo U50: utilisation only.
pub const ALVEO_U50: Target = Target::of("XCU50-2FSVH2104-E", 250);
