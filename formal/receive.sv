// hdl/src/receive/mod.rs, Receive: here of eight beats.
//
//   COUNTED  a frame that enters is kept, or dropped for one reason: one pulse, one clock after its end
//   SOUND    what ended with an error, or began below the least frame and ended there, is not kept
//   READY    it never makes a MAC wait
//   SAFE     what is kept and not read, or may yet be kept, is never written over
//   FITS     a frame overflows only if, with a beat of it or in the two clocks before, six beats or
//            more of the eight were taken
//
// Its owner takes beats of frames that were kept, and no others.
reg inside_frame, entered, pulse, damaged, tiny;
// Beats that are kept; of the frame that comes in; and whether they were many a clock ago.
reg [3:0] kept, coming;
reg many, many_before, lost_frame, tight, tight_end;
wire stores = sink$valid && enters && !lost_frame && !full$q;
wire sure_end = sink$valid && sink$last && enters;
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
  if (store$take) assume (kept != 0);
  many <= kept + coming >= 6;
  many_before <= many;
  if (sink$valid) begin
    lost_frame <= !sink$last && enters && (lost_frame || full$q);
    tight <= !sink$last && enters && (tight || many_before || many || kept + coming >= 6);
  end
  tight_end <= tight || many_before || many || kept + coming >= 6;
  kept <= kept + (sound ? coming + 1'b1 : 4'd0) - store$take;
  coming <= sure_end ? 4'd0 : coming + stores;
  if (reset) begin
    kept <= 0;
    coming <= 0;
    many <= 0;
    many_before <= 0;
    lost_frame <= 0;
    tight <= 0;
  end
  if (!$initstate && !reset) begin
`ifdef SAFE
    assert (kept + coming <= 7);
    assert (3'(ram$write_address - ram$read_address) == kept + coming);
`endif
`ifdef FITS
    if (rx_overflow) assert (tight_end);
`endif
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
    if (inside_frame && entered) assert (lost$q == lost_frame);
    else assert (!lost_frame);
    assert (coming == 0 || inside_frame && entered);
    assert (3'(sound_end$q - read_at$q) == kept);
    if (kept + coming == 7) assert (full$q);
    if (full$q) assert (many || many_before);
    if (filled$q) assert (many);
    if (lost_frame) assert (tight);
    if (!inside_frame) assert (!above$q && !brink$q && !lost$q);
`endif
  end
end
