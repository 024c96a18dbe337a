//! What is known of a slot while its block is under way.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// The part of a [`super::super::slot::Slot`] that is still asked for behind AES.
#[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
pub struct Waiting {
    pub valid: Bit,
    pub first: Bit,
    pub last: Bit,
    pub seal: Bit,
    pub bad: Bit,
    pub ok: Bit,
    pub text: Bits<14>,
    pub aad: Bits<5>,
}
