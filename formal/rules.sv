// What every stream block keeps, from its sink to its source. A beat is all its wires in one
// vector; it moves when valid and ready are both high.
//
//   STABLE  a beat that is offered stays, unchanged, until it is taken
//   ORDER   a beat that came in goes out as it came, after those before it and before those after
//   COUNT   no beat goes out that did not come in, and at most C are inside
//   DRAIN   with nothing offered and the source ready for LATENCY clocks, nothing is inside
//
// The solver chooses which beat is marked, so what holds for it holds for each. `inside`, `ahead`
// and `mark` are for the invariants of a block; `note` is what a block's own rules said of the beat.
module stream_rules #(parameter W = 8, C = 2, LATENCY = 2, N = 1, B = $clog2(C + 2)) (
  input wire clock,
  input wire reset,
  input wire in_valid,
  input wire in_ready,
  input wire [W-1:0] in_beat,
  input wire [N-1:0] in_note,
  input wire out_valid,
  input wire out_ready,
  input wire [W-1:0] out_beat,
  output reg [B-1:0] inside,  // beats in the block
  output reg marked,          // one of them is marked
  output reg [B-1:0] ahead,   // beats before it
  output reg [W-1:0] mark,    // the marked beat as it came in
  output reg [N-1:0] note,    // what was said of it then
  output wire leaves          // it goes out in this clock
);
  (* anyseq *) wire pick;
  wire in = in_valid & in_ready;
  wire out = out_valid & out_ready;
  assign leaves = marked & out & ahead == 0;
  reg begun, stalled_in, stalled_out;
  reg [W-1:0] old_in, old_out;
  reg [$clog2(LATENCY + 1):0] quiet;

  initial begin
    begun = 0;
    inside = 0;
    marked = 0;
    stalled_in = 0;
    stalled_out = 0;
    quiet = 0;
  end

  always @(posedge clock) begin
    begun <= 1;
    if (!begun) assume (reset);
    stalled_in <= in_valid & ~in_ready & ~reset;
    stalled_out <= out_valid & ~out_ready & ~reset;
    old_in <= in_beat;
    old_out <= out_beat;
    if (reset) begin
      inside <= 0;
      marked <= 0;
      quiet <= 0;
    end else begin
      inside <= inside + in - out;
      if (!marked && pick && in) begin
        marked <= 1;
        mark <= in_beat;
        note <= in_note;
        ahead <= inside - out;
      end else if (marked && out) begin
        if (ahead == 0) marked <= 0;
        else ahead <= ahead - 1'b1;
      end
      if (in_valid || !out_ready) quiet <= 0;
      else if (quiet != LATENCY) quiet <= quiet + 1'b1;
    end
    if (begun && !reset) begin
      if (stalled_in) assume (in_valid && in_beat == old_in);
`ifdef STABLE
      if (stalled_out) assert (out_valid && out_beat == old_out);
`endif
`ifdef ORDER
      if (leaves) assert (out_beat == mark);
`endif
`ifdef COUNT
      if (out) assert (inside != 0);
      assert (inside <= C);
`endif
`ifdef DRAIN
      if (quiet == LATENCY) assert (inside == 0);
`endif
    end
  end
endmodule
