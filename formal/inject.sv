// hdl/src/inject.rs, Inject: here of 8 beats of 16 bytes.
//
//   COUNTED  a frame is kept or dropped: one pulse, two clocks after its last beat
//   SOUND    it is kept exactly if it is undamaged, as long as its descriptor says, of a length that a
//            frame may have, names an entry of 17 bits and no security association, and has not
//            filled the buffer alone before its end
//   SAFE     what is kept and not read yet is never written over, and neither is what may yet be kept
//   READY    the host waits only while the buffer is full, and never in a frame that is lost already
//
// Its owner takes beats of frames that were kept, and no others.
reg begun_g, open_f, unfit_g, long_g, big_g, judged1, judged2, ok1, ok2, full_g, full_own;
reg [13:0] want_g;
reg [14:0] total_g;
reg [3:0] kept, coming;
wire comes = sink$valid && sink$ready;
wire [14:0] total_now = total_g + sink$bytes;
wire too_long = long_g || total_now > want_g;
wire lost = unfit_g || long_g || big_g;
wire stores = comes && open_f && !full_g;
initial begin
  begun_g = 0;
end

always @(posedge clock) begin
  begun_g <= 1;
  if (!begun_g) assume (reset);
  if (sink$valid) assume (sink$bytes <= 16 && (sink$last || sink$bytes == 16));
  if (store$take) assume (kept != 0);
  if (open_f && full_own && kept == 0) big_g <= 1;
  full_own <= kept + coming >= 6 && !judged1 && !reset;
  if (comes) begin
    open_f <= !sink$last;
    if (!open_f) begin
      want_g <= sink$data[13:0];
      unfit_g <= sink$data[13:0] < 14 || sink$data[13:0] > 9022 || sink$data[95:64] != 0 || sink$data[63:32] >= 1 << 17;
      total_g <= 0;
      long_g <= 0;
      big_g <= 0;
    end else if (!lost) begin
      total_g <= total_now;
      long_g <= too_long;
    end
  end
  judged1 <= comes && sink$last;
  judged2 <= judged1;
  ok1 <= open_f && !lost && !too_long && total_now == want_g && !sink$error;
  ok2 <= ok1;
  full_g <= kept + coming >= 6;
  kept <= kept + (judged1 && ok1 ? coming : 4'd0) - store$take;
  coming <= judged1 ? 4'd0 : coming + stores;
  if (reset) begin
    open_f <= 0;
    judged1 <= 0;
    judged2 <= 0;
    full_g <= 0;
    kept <= 0;
    coming <= 0;
  end
  if (begun_g && !reset) begin
`ifdef COUNTED
    assert (injected + inject_bad == {1'b0, judged2});
`endif
`ifdef SOUND
    assert (injected == (judged2 && ok2));
`endif
`ifdef SAFE
    assert (kept + coming <= 7);
    assert (3'(ram$write_address - ram$read_address) == kept + coming);
`endif
`ifdef READY
    assert (sink$ready == (!full_g || open_f && lost));
`endif
`ifdef INVARIANTS
    assert (open$q == open_f && full$q == full_g && bad$q == (open_f && lost));
    assert (judged$q == judged1 && injected_q$q == (judged2 && ok2) && inject_bad_q$q == (judged2 && !ok2));
    if (judged1) assert ((hopeful$q && equal$q) == ok1);
    if (open_f) assert (wanted$q[13:0] == want_g && lane$q == 0 && gathered$q == 0);
    if (open_f && !lost) assert (seen$q == total_g && total_g <= want_g && want_g <= 9022);
    assert (3'(sound_end$q - read_at$q) == kept && kept <= 7);
    if (!full_g) assert (kept + coming <= 6);
`endif
  end
end
