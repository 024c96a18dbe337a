//! A small memory in LUTs: one write port, one read port, one clock, data one clock after the
//! address, held while `read_enable` is low.

use rust_hdl::prelude::*;

/// `1 << A` words of type `D`.
///
/// A read and a write of one address in one clock returns the old word. Uninitialised: a word must be
/// written before it is read.
#[derive(LogicBlock, Default)]
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

impl<D: Synth, const A: usize> Logic for LutRam<D, A> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self._words.resize(1 << A, D::default());
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
            (1 << A) - 1
        ))
    }
}
