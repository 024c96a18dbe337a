// hdl/src/queue/fifo.rs, Fifo: here eight words of two bits, four of which may be in the RAM alone.
//
//   PROMPT  while a word is inside, the oldest is on offer: no bubble at any fill
//
// Its owner pops only what is valid, and pushes only while there is room.
wire [3:0] inside, ahead;
wire marked;
wire [1:0] mark;
(* anyseq *) wire ready;

stream_rules #(.W(2), .C(8), .LATENCY(8)) rules (
  .clock(clock), .reset(reset),
  .in_valid(push), .in_ready(1'b1), .in_beat(word), .in_note(1'b0),
  .out_valid(valid), .out_ready(ready), .out_beat(data),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(mark)
);

always @(posedge clock) begin
  assume (pop == (ready && valid));
  if (push) assume (inside < 8);
`ifdef PROMPT
  if (!$initstate && !reset && inside != 0) assert (valid);
`endif
end
