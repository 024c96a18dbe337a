//! Vectors side by side: wires only, which a kernel cannot write.

use rust_hdl::prelude::*;

/// `whole` is `parts`, the first one least significant. `D` is `P * N`.
#[derive(LogicBlock)]
pub struct Join<const N: usize, const P: usize, const D: usize> {
    /// The parts.
    pub parts: [Signal<In, Bits<P>>; N],
    /// All of them.
    pub whole: Signal<Out, Bits<D>>,
}

impl<const N: usize, const P: usize, const D: usize> Default for Join<N, P, D> {
    fn default() -> Self {
        assert!(D == P * N, "{N} parts of {P} bits are not {D} bits");
        Self { parts: std::array::from_fn(|_| Default::default()), whole: Default::default() }
    }
}

impl<const N: usize, const P: usize, const D: usize> Logic for Join<N, P, D> {
    fn update(&mut self) {
        let bit = |i: usize| self.parts[i / P].val().get_bit(i % P);
        let whole = (0..D).fold(Bits::<D>::default(), |w, i| w.replace_bit(i, bit(i)));
        self.whole.next = whole;
    }
    fn connect(&mut self) {
        self.whole.connect();
    }
    fn hdl(&self) -> Verilog {
        let parts: Vec<String> = (0..N).rev().map(|i| format!("parts${i}")).collect();
        // A wrapper without cores: unlike `Custom` it makes the output a net.
        Verilog::Wrapper(Wrapper {
            code: format!("assign whole = {{{}}};\n", parts.join(", ")),
            cores: String::new(),
        })
    }
}
