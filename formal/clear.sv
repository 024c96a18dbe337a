// hdl/src/table/clear.rs, Clear: here of 128 rows.
//
//   ONCE   each row is named once, in order
//   PAUSE  four clocks or more lie from one to the next, and to the first from a reset
//   BUSY   none is while the counters are busy
//   LIVE   it is live only when all have been, and then names none, for good
reg begun, was_live;
reg [2:0] since;
reg [7:0] named;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  since <= strobe ? 3'd1 : since == 4 ? 3'd4 : since + 1'b1;
  if (strobe) named <= named + 1'b1;
  was_live <= live;
  if (reset) begin
    {was_live, named} <= 0;
    since <= 1;
  end
  if (begun && !reset) begin
`ifdef ONCE
    if (strobe) assert (named < 128 && index == named);
`endif
`ifdef PAUSE
    if (strobe) assert (since == 4);
`endif
`ifdef BUSY
    if (busy) assert (!strobe);
`endif
`ifdef LIVE
    assert (live || !was_live);
    if (live) assert (named == 128 && !strobe);
`endif
`ifdef INVARIANTS
    assert (named <= 128 && at$q == named[6:0] && last$q == (named == 128) && live_q$q <= last$q);
    if (named < 128 || !live) assert (since <= 4 && since + pause$q >= 4);
`endif
  end
end
