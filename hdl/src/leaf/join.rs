//! Blocks of 128 bits side by side: wires only, which a kernel cannot write.

use rust_hdl::prelude::*;

/// `whole` is `parts`, the first one least significant. `D` is `128 * N`.
#[derive(LogicBlock)]
pub struct Join<const N: usize, const D: usize> {
    /// The parts.
    pub parts: [Signal<In, Bits<128>>; N],
    /// All of them.
    pub whole: Signal<Out, Bits<D>>,
}

impl<const N: usize, const D: usize> Default for Join<N, D> {
    fn default() -> Self {
        assert!(D == 128 * N, "{N} blocks of 128 bits are not {D} bits");
        Self { parts: std::array::from_fn(|_| Default::default()), whole: Default::default() }
    }
}

impl<const N: usize, const D: usize> Logic for Join<N, D> {
    fn update(&mut self) {
        let bit = |i: usize| self.parts[i / 128].val().get_bit(i % 128);
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
