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

`ifdef INVARIANTS
// Where the words are, the oldest first: in the registers from `head` on, or on their way there from
// the RAM, then in it.
(* hierconn, keep *) wire [2:0] \ram.at1 ;
(* hierconn, keep *) wire [1:0] \ram.seen1 , \ram.read ;
(* hierconn, keep *) wire [4:0] \rules.quiet ;
wire [2:0] used = 3'd4 - credit$q, difference = write_at$q - read_at$q;
wire [3:0] stored_count = !stored$q ? 4'd0 : difference == 0 ? 4'd8 : difference;
wire [1:0] watched = head$q + ahead[1:0], distance1 = place1$q - head$q, distance2 = place2$q - head$q;
wire [1:0] kept = watched == 0 ? data0$q : watched == 1 ? data1$q : watched == 2 ? data2$q : data3$q;
integer i;

always @(posedge clock) begin
  assume (\ram.at1 == 3'(read_at$q + (ahead - used)));
  if (!$initstate && !reset) begin
    assert (credit$q <= 4 && tail$q == 2'(head$q + used));
    assert (stored$q || difference == 0);
    assert (inside == used + stored_count);
    assert (!marked || ahead < inside);
    // a word is here before those ahead of it can all have left
    if (stored$q) assert (used >= 3);
    if (read1$q) assert (distance1 >= 2 && distance1 < used);
    if (read2$q) assert (distance2 >= 1 && distance2 < used);
    if (read1$q && read2$q) assert (distance2 < distance1);
    for (i = 0; i < 4; i = i + 1)
      assert ((i < used) == held$q[2'(head$q + i)] + (read1$q && distance1 == i) + (read2$q && distance2 == i));
    if (marked) begin
      if (ahead >= used) assert (\ram.seen1 == mark);
      else if (read1$q && distance1 == ahead) assert (\ram.read == mark);
      else if (read2$q && distance2 == ahead) assert (ram$read_data == mark);
      else assert (kept == mark);
    end
    assert (inside == 0 || inside + \rules.quiet <= 8);
  end
end
`endif
