//! What is known of a beat on its way out of the full-rate engine, besides its data.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// What belongs to a beat besides its data.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Mark {
    pub bytes: Bits<7>,
    pub last: Bit,
    /// A code of `GcmVerdict`.
    pub verdict: Bits<2>,
}

/// What is known of a beat before the tags have been compared.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Early {
    pub there: Bit,
    /// Bytes, at first those of a last beat that is not full.
    pub mark: Bits<7>,
    /// No byte at all, if this is the last beat.
    pub none: Bit,
    pub last: Bit,
    /// The beat is that of the last slot, not of the clock after it.
    pub short: Bit,
    pub verdict: Bits<2>,
    /// The tag counts.
    pub open: Bit,
}
