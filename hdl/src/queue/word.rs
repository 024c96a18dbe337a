//! A beat as the frame memories store it.

use rust_hdl::core::ast::VerilogLiteral;
use rust_hdl::core::type_descriptor::{TypeDescriptor, TypeField, TypeKind};
use rust_hdl::prelude::*;

/// Data, and what is told of the frame's end: `tail` is 0 on all beats but the last, and the number
/// of bytes (1 to W) there.
///
/// A struct in one vector, `data` lowest, as the derive macro makes for structs without parameters.
#[derive(Default, PartialEq, Copy, Clone, Debug)]
pub struct Word<const D: usize, const C: usize> {
    /// The bytes.
    pub data: Bits<D>,
    /// 0, or the bytes of the last beat.
    pub tail: Bits<C>,
}

/// Places of the fields: what kernels call when they name one.
#[allow(missing_docs)]
impl<const D: usize, const C: usize> Word<D, C> {
    pub fn get_my_width_data(&self) -> usize {
        D
    }
    pub fn get_my_offset_data(&self) -> usize {
        0
    }
    pub fn get_my_width_tail(&self) -> usize {
        C
    }
    pub fn get_my_offset_tail(&self) -> usize {
        D
    }
    fn whole<const N: usize>(&self) -> VerilogLiteral {
        (bit_cast::<N, D>(self.data) | (bit_cast::<N, C>(self.tail) << D as u64)).into()
    }
}

impl<const D: usize, const C: usize> Synth for Word<D, C> {
    const BITS: usize = D + C;

    fn descriptor() -> TypeDescriptor {
        let field = |name: &str, kind| Box::new(TypeField { fieldname: name.into(), kind });
        TypeDescriptor {
            name: "Word".into(),
            kind: TypeKind::Composite(vec![
                field("data", Bits::<D>::descriptor()),
                field("tail", Bits::<C>::descriptor()),
            ]),
        }
    }

    fn vcd(self) -> VCDValue {
        VCDValue::Composite(vec![Box::new(self.data.vcd()), Box::new(self.tail.vcd())])
    }

    fn verilog(self) -> VerilogLiteral {
        match D + C {
            133 => self.whole::<133>(),
            519 => self.whole::<519>(),
            _ => panic!("a beat is 16 or 64 bytes, not {D} bits with a count of {C}"),
        }
    }
}
