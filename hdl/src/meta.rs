//! The records of `spec` as rust-hdl structs: one expansion of the same rows.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// A field's type: a wire, or a vector.
macro_rules! wires {
    (1) => { Bit };
    ($width:literal) => { Bits<$width> };
}

macro_rules! logic_struct {
    ($name:ident { $($field:ident $width:tt,)* }) => {
        /// The record of the same name in `spec`.
        #[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
        pub struct $name {
            $(pub $field: wires!($width),)*
        }
    };
}

spec::key_rows!(logic_struct);
spec::action_rows!(logic_struct);
spec::slot_rows!(logic_struct);
spec::stash_rows!(logic_struct);
spec::counter_rows!(logic_struct);
spec::next_hop_rows!(logic_struct);
spec::local_rows!(logic_struct);
spec::service_rows!(logic_struct);
spec::command_rows!(logic_struct);
spec::completion_rows!(logic_struct);
spec::punt_descriptor_rows!(logic_struct);
spec::inject_descriptor_rows!(logic_struct);
spec::arrival_rows!(logic_struct);
spec::parsed_rows!(logic_struct);
spec::plan_rows!(logic_struct);
