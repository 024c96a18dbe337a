// hdl/src/receive/mod.rs, Receive: here of eight beats.
//
//   COUNTED  a frame that enters is kept, or dropped for one reason: one pulse, one clock after its end
//   SOUND    what ended with an error, or began below the least frame and ended there, is not kept
//   READY    it never makes a MAC wait
reg inside_frame, entered, pulse, damaged, tiny;
initial begin
  inside_frame = 0;
  entered = 0;
  pulse = 0;
  damaged = 0;
  tiny = 0;
end
wire enters = inside_frame ? entered : enable;
wire ends_here = sink$valid && sink$last;

always @(posedge clock) begin
  if ($initstate) assume (reset);
  if (reset) begin
    inside_frame <= 0;
    pulse <= 0;
  end else begin
    if (sink$valid) begin
      inside_frame <= !sink$last;
      entered <= enters;
    end
    pulse <= ends_here && enters;
    damaged <= ends_here && sink$error;
    tiny <= ends_here && !inside_frame && sink$bytes < 14;
  end
  if (!$initstate && !reset) begin
`ifdef COUNTED
    assert (received + rx_error + runt + giant + rx_overflow == {2'b0, pulse});
`endif
`ifdef SOUND
    if (pulse && (damaged || tiny)) assert (!received);
`endif
`ifdef READY
    assert (sink$ready);
`endif
`ifdef INVARIANTS
    assert (open$q == inside_frame);
    if (inside_frame) assert (skip$q == !entered);
    if (!inside_frame) assert (!above$q && !brink$q && !lost$q);
`endif
  end
end
