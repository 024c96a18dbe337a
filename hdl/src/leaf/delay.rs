//! A delay of a fixed number of clocks, in memory instead of registers.

use rust_hdl::prelude::*;
use std::collections::VecDeque;

/// `y` is `x` of `N` clocks ago, for `N` of at least 3.
///
/// A memory is written round and round, and read `N - 2` words behind the write, so that a word is
/// never read and written in the same clock; the read is registered twice. One bit vector a clock,
/// no reset: what entered before a reset comes out after it, unless the reset lasts `N` clocks.
///
/// A wide or long delay takes block RAM: with `BLOCK` in any case, otherwise the synthesiser chooses;
/// `N` registers of the same width would take `N` flip-flops a bit.
#[derive(LogicBlock, Default)]
pub struct Delay<T: Synth, const N: usize, const BLOCK: bool = false> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The value now.
    pub x: Signal<In, T>,
    /// The value `N` clocks ago.
    pub y: Signal<Out, T>,
    _held: VecDeque<T>,
}

impl<T: Synth, const N: usize, const BLOCK: bool> Logic for Delay<T, N, BLOCK> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self._held.push_back(self.x.val());
            if self._held.len() >= N {
                self.y.next = self._held.pop_front().unwrap_or_default();
            }
        }
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        assert!(N >= 3, "a memory cannot delay by {N} clocks: use registers");
        let (top, behind) = (T::BITS - 1, N - 2);
        let bits = (behind + 1).next_power_of_two().ilog2().max(1);
        let last = (1 << bits) - 1;
        let style = if BLOCK { ", ram_style = \"block\"" } else { "" };
        Verilog::Custom(format!(
            r#"(* no_rw_check{style} *) reg [{top}:0] mem [0:{last}];
reg [{top}:0] read;
reg [{high}:0] at, from;
integer i;
initial begin
  at = {bits}'d{behind};
  from = 0;
  read = 0;
  y = 0;
  for (i = 0; i <= {last}; i = i + 1) mem[i] = 0;
end
always @(posedge clock) begin
  at <= at + {bits}'d1;
  from <= from + {bits}'d1;
  mem[at] <= x;
  read <= mem[from];
  y <= read;
end"#,
            high = bits - 1,
        ))
    }
}
