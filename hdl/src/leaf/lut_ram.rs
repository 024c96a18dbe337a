//! A small memory in LUTs: one write port, one read port, one clock, data one clock after the
//! address, held while `read_enable` is low.

use rust_hdl::prelude::*;

/// `1 << A` words of type `D`, or fewer ([`Self::new`]): sixteen are the grain of an ECP5's.
///
/// A read and a write of one address in one clock returns the old word. Uninitialised: a word must be
/// written before it is read.
#[derive(LogicBlock)]
pub struct LutRam<D: Synth, const A: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Write at this edge.
    pub write_enable: Signal<In, Bit>,
    /// Where.
    pub write_address: Signal<In, Bits<A>>,
    /// What.
    pub write_data: Signal<In, D>,
    /// Read at this edge.
    pub read_enable: Signal<In, Bit>,
    /// Where.
    pub read_address: Signal<In, Bits<A>>,
    /// The word last read.
    pub read_data: Signal<Out, D>,
    _words: Vec<D>,
}

impl<D: Synth, const A: usize> Default for LutRam<D, A> {
    fn default() -> Self {
        Self::new(1 << A)
    }
}

impl<D: Synth, const A: usize> LutRam<D, A> {
    /// A memory of so many words; other addresses must not be used.
    pub fn new(words: usize) -> Self {
        assert!((1..=1 << A).contains(&words), "{words} words with {A} bits of address");
        Self {
            clock: Default::default(),
            write_enable: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            read_enable: Default::default(),
            read_address: Default::default(),
            read_data: Default::default(),
            _words: vec![D::default(); words],
        }
    }
}

impl<D: Synth, const A: usize> Logic for LutRam<D, A> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            if self.read_enable.val() {
                self.read_data.next = self._words[self.read_address.val().index()];
            }
            if self.write_enable.val() {
                self._words[self.write_address.val().index()] = self.write_data.val();
            }
        }
    }
    fn connect(&mut self) {
        self.read_data.connect();
    }
    fn hdl(&self) -> Verilog {
        Verilog::Custom(format!(
            r#"(* ram_style = "distributed" *) reg [{}:0] mem [0:{}];
always @(posedge clock) begin
  if (write_enable) mem[write_address] <= write_data;
  if (read_enable) read_data <= mem[read_address];
end"#,
            D::BITS - 1,
            self._words.len() - 1
        ))
    }
}
