// hdl/src/queue/mod.rs, Queue: here of 16 beats of 16 bytes.
//
// The beats of the frames that are taken leave (STABLE, ORDER, COUNT of `rules.sv`); besides,
//
//   COUNTED  a frame for this queue is taken or dropped: one pulse, two clocks after its first beat
//   WHOLE    a frame that is taken is stored whole, any other not at all
//   ROOM     a frame is taken exactly if it fits what is free, or, of the host's, what is free but for a
//            quarter that is theirs
//   SENT     a frame that has left is counted
//
// The pipeline gives frames, each with as many beats as its length says. For all time the block's Fifo
// is taken as its own proof shows it: in order, stable, nothing that did not come in.
reg begun, in_frame, seen1, first_1, last_1, seen2, first_2, offer1, offer2, host1, left1;
reg taken2, pushed2, fit2, gone, halted;
reg [132:0] old_fifo;
reg [127:0] data1;
reg [4:0] bytes1;
reg [10:0] to_come, beats1, owed;
wire [10:0] beats_now = (length + 15'd15) >> 4;
wire [4:0] inside, ahead;
wire marked;
wire [133:0] marked_beat;
wire [10:0] room_now = 11'd15 - inside - owed - left1;
wire fit_now = offer1 && beats1 + (host1 ? 11'd0 : 11'd4) <= room_now;
initial begin
  begun = 0;
  halted = 0;
end

stream_rules #(.W(134), .C(16), .LATENCY(16)) rules (
  .clock(clock), .reset(reset),
  .in_valid(push), .in_ready(1'b1), .in_beat({data1, bytes1, last_1}), .in_note(1'b0),
  .out_valid(source$valid), .out_ready(source$ready),
  .out_beat({source$data, source$bytes, source$last}),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(marked_beat)
);

always @(posedge clock) begin
  begun <= 1;
  if (begun && !reset && beats$valid) begin
    assume (beats$first == !in_frame);
    if (beats$first) assume (length != 0);
    assume (beats$last == (beats$first ? beats_now == 1 : to_come == 1));
    if (beats$last) assume (beats$bytes >= 1 && beats$bytes <= 16);
    else assume (beats$bytes == 16);
  end
  if (beats$valid) begin
    in_frame <= !beats$last;
    to_come <= (beats$first ? beats_now : to_come) - 1'b1;
  end
  seen1 <= beats$valid;
  first_1 <= beats$first;
  last_1 <= beats$last;
  data1 <= beats$data;
  bytes1 <= beats$bytes;
  offer1 <= beats$valid && beats$first && accept;
  beats1 <= beats_now;
  host1 <= inject;
  seen2 <= seen1;
  first_2 <= first_1;
  offer2 <= offer1;
  pushed2 <= push;
  fit2 <= fit_now;
  left1 <= source$valid && source$ready;
  halted <= source$valid && !source$ready && !reset;
  old_fifo <= fifo$data;
  gone <= source$valid && source$ready && source$last;
  if (seen2 && first_2) taken2 <= accepted;
  owed <= owed + (fit_now ? beats1 : 11'd0) - push;
  if (reset) begin
    in_frame <= 0;
    seen1 <= 0;
    seen2 <= 0;
    offer1 <= 0;
    offer2 <= 0;
    taken2 <= 0;
    pushed2 <= 0;
    fit2 <= 0;
    left1 <= 0;
    gone <= 0;
    owed <= 0;
  end
  if (begun && !reset) begin
`ifdef COUNTED
    assert (accepted + queue_full == {1'b0, offer2});
`endif
`ifdef WHOLE
    assert (pushed2 == (seen2 && (first_2 ? accepted : taken2)));
`endif
`ifdef ROOM
    assert (accepted == fit2 && inside <= 15);
`endif
`ifdef SENT
    assert (sent == gone);
`endif
`ifdef INVARIANTS
    assume (!fifo$valid || inside != 0);
    if (halted) assume (fifo$valid && fifo$data == old_fifo);
    if (marked && ahead == 0)
      assume (fifo$data == {marked_beat[0] ? marked_beat[5:1] : 5'd0, marked_beat[133:6]});
    assert (valid$q == seen1 && offered$q == offer1);
    if (seen1) assert (first$q == first_1 && word$q == {last_1 ? bytes1 : 5'd0, data1});
    if (seen1) assert (bytes1 >= 1 && bytes1 <= 16 && (last_1 || bytes1 == 16));
    if (offer1) assert (seen1 && first_1 && needed$q == beats1 && claim$q == beats1 + (host1 ? 0 : 4));
    assert (taking$q == (seen2 && first_2 ? accepted : taken2));
    assert (accepted_q$q == fit2 && queue_full_q$q == (offer2 && !fit2));
    assert (left$q == left1 && sent_q$q == gone);
    if (in_frame) assert (to_come != 0);
    if (seen1) assert (last_1 == !in_frame);
    if (seen1 && first_1) assert (owed == 0 && (!offer1 || beats1 == (in_frame ? to_come : 0) + 1));
    else assert (owed == (taking$q ? (in_frame ? to_come : 0) + seen1 : 0));
    assert (free$q + inside + owed + left1 == 15 && free$q <= 15);
    if (marked) assert (marked_beat[5:1] >= 1 && marked_beat[5:1] <= 16 && (marked_beat[0] || marked_beat[5:1] == 16));
`endif
  end
end
