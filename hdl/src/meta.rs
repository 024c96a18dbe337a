//! The records of `spec` as rust-hdl structs: one expansion of the same rows.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// A field's type: a wire, or a vector.
macro_rules! wires {
    (1) => { Bit };
    ($width:literal) => { Bits<$width> };
}

/// A field's value, and where the next one starts.
macro_rules! slice {
    (1 $bits:ident $lsb:ident) => {
        $bits.get_bit($lsb)
    };
    ($width:literal $bits:ident $lsb:ident) => {
        $bits.get_bits::<$width>($lsb)
    };
}

macro_rules! logic_struct {
    ($name:ident { $($field:ident $width:tt,)* }) => {
        /// The record of the same name in `spec`.
        #[derive(Default, PartialEq, LogicStruct, Copy, Clone, Debug)]
        pub struct $name {
            $(pub $field: wires!($width),)*
        }

        /// The record in a vector, the first field lowest.
        impl From<Bits<{ <$name as Synth>::BITS }>> for $name {
            fn from(bits: Bits<{ <$name as Synth>::BITS }>) -> Self {
                let mut record = Self::default();
                let mut lsb = 0;
                $(
                    record.$field = slice!($width bits lsb);
                    lsb += $width;
                )*
                let _ = lsb;
                record
            }
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
