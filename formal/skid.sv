// hdl/src/bypass.rs, Skid: two places, the output register and the held beat.
wire [134:0] in_beat = {sink$data, sink$bytes, sink$last, sink$error};
wire [134:0] out_beat = {source$data, source$bytes, source$last, source$error};
wire [134:0] held_beat = {held_data$q, held_bytes$q, held_last$q, held_error$q};
wire [1:0] inside, ahead;
wire marked;
wire [134:0] mark;

stream_rules #(.W(135), .C(2), .LATENCY(2)) rules (
  .clock(clock), .reset(reset),
  .in_valid(sink$valid), .in_ready(sink$ready), .in_beat(in_beat), .in_note(1'b0),
  .out_valid(source$valid), .out_ready(source$ready), .out_beat(out_beat),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(mark)
);

`ifdef INVARIANTS
always @(posedge clock) if (!$initstate) begin
  assert (inside == valid$q + held$q);
  assert (!held$q || valid$q);
  assert (!marked || ahead < inside);
  if (marked && ahead == 0) assert (out_beat == mark);
  if (marked && ahead == 1) assert (held_beat == mark);
end
`endif
