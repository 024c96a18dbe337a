// hdl/src/punt/mod.rs, PuntQueue: here of 16 beats of 16 bytes.
//
// The beats of the frames that are taken leave, each frame's behind two of a descriptor (STABLE, ORDER,
// COUNT of `rules.sv`); besides,
//
//   COUNTED  a frame for the host is taken, policed or dropped for want of room: one pulse, that of its
//            class, two clocks after its first beat
//   WHOLE    a frame that is taken is stored whole, with one descriptor; any other not at all
//   FRAMED   two beats of a descriptor lead each frame, and the frame's last beat is the last
//
// The pipeline gives frames, each with as many beats as its length says. For all time the block's Fifos
// are taken as their own proof shows them: in order, stable, nothing that did not come in. Which
// descriptor leads which frame is left to the bench.
reg begun, in_frame, seen1, first_1, last_1, seen2, first_2, last_2, offer1, offer2, copy1, copy2;
reg taken_2, halted, waits;
reg [1:0] class1, class2, index;
reg [127:0] data1, data2;
reg [4:0] bytes1, bytes2;
reg [10:0] to_come, beats1;
reg [132:0] old_word;
reg [133:0] old_out;
wire [10:0] beats_now = (plan[11+:14] + 15'd15) >> 4;
wire [4:0] inside, ahead;
wire marked;
wire [133:0] marked_beat;
wire out = punt$valid && punt$ready;
wire frame_out = punt$valid && index == 2;
wire [3:0] punted_by = {punted$3, punted$2, punted$1, punted$0};
wire [3:0] policed_by = {policed$3, policed$2, policed$1, policed$0};
wire taken_now = seen2 && (first_2 ? punted_by != 0 : taken_2);
wire [133:0] offered_beat = {punt$data, punt$bytes, punt$last};
`ifdef INVARIANTS
(* hierconn, keep *) wire [15:0] \class$0.room$q , \class$1.room$q , \class$2.room$q , \class$3.room$q ;
(* hierconn, keep *) wire \class$0.left$q , \class$1.left$q , \class$2.left$q , \class$3.left$q ;
// Beats of the frame that is being taken which are still to be stored.
wire [10:0] behind = seen1 && first_1 ? 11'd0 : (in_frame ? to_come : 11'd0) + seen1;
wire [10:0] owed = taken_now || !seen2 && taken_2 ? behind + seen2 : 11'd0;
wire [17:0] rooms = \class$0.room$q + \class$1.room$q + \class$2.room$q + \class$3.room$q ;
wire [2:0] lefts = \class$0.left$q + \class$1.left$q + \class$2.left$q + \class$3.left$q ;
`endif
initial begin
  begun = 0;
  halted = 0;
  waits = 0;
end

stream_rules #(.W(134), .C(17), .LATENCY(24)) rules (
  .clock(clock), .reset(reset),
  .in_valid(words$push), .in_ready(1'b1), .in_beat({data2, bytes2, last_2}), .in_note(1'b0),
  .out_valid(frame_out), .out_ready(punt$ready), .out_beat(offered_beat),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(marked_beat)
);

always @(posedge clock) begin
  begun <= 1;
  if (begun && !reset && beats$valid) begin
    assume (beats$first == !in_frame);
    if (beats$first) assume (plan[11+:14] != 0);
    assume (beats$last == (beats$first ? beats_now == 1 : to_come == 1));
    if (beats$last) assume (beats$bytes >= 1 && beats$bytes <= 16);
    else assume (beats$bytes == 16);
  end
  if (beats$valid) begin
    in_frame <= !beats$last;
    to_come <= (beats$first ? beats_now : to_come) - 1'b1;
  end
  {seen2, seen1} <= {seen1, beats$valid};
  {first_2, first_1} <= {first_1, beats$first};
  {last_2, last_1} <= {last_1, beats$last};
  {data2, data1} <= {data1, beats$data};
  {bytes2, bytes1} <= {bytes1, beats$bytes};
  {offer2, offer1} <= {offer1, beats$valid && beats$first && plan[3]};
  {copy2, copy1} <= {copy1, plan[4]};
  {class2, class1} <= {class1, plan[10:9]};
  beats1 <= beats_now;
  if (seen2) taken_2 <= taken_now;
  waits <= punt$valid && !punt$ready && !reset;
  old_out <= offered_beat;
  halted <= words$valid && !words$pop && !reset;
  old_word <= words$data;
  if (out) index <= punt$last ? 2'd0 : index == 2 ? 2'd2 : index + 1'b1;
  if (reset) begin
    in_frame <= 0;
    {seen1, seen2, offer1, offer2, taken_2} <= 0;
    index <= 0;
  end
  if (begun && !reset) begin
`ifdef STABLE
    if (waits) assert (punt$valid && offered_beat == old_out);
`endif
`ifdef COUNTED
    assert (punted_by == (offer2 && punted_by != 0 ? 4'd1 << class2 : 4'd0));
    assert (policed_by == (offer2 && policed_by != 0 ? 4'd1 << class2 : 4'd0));
    assert ((punted_by != 0) + (policed_by != 0) + punt_full + copy_full == {1'b0, offer2});
    if (punt_full || copy_full) assert (copy_full == copy2);
`endif
`ifdef WHOLE
    assert (words$push == taken_now);
    assert (heads$push == (punted_by != 0));
`endif
`ifdef FRAMED
    if (punt$valid && index != 2) assert (!punt$last && punt$bytes == 16);
    assert (!punt$error);
`endif
`ifdef INVARIANTS
    assume (!words$valid || inside != frame_out);
    if (halted) assume (words$valid && words$data == old_word);
    if (marked && ahead == frame_out)
      assume (words$data == {marked_beat[0] ? marked_beat[5:1] : 5'd0, marked_beat[133:6]});
    assert (valid1$q == seen1 && offered$q == offer1 && valid2$q == seen2);
    if (seen1) assert (first1$q == first_1 && word1$q == {last_1 ? bytes1 : 5'd0, data1});
    if (seen2) assert (first2$q == first_2 && word2$q == {last_2 ? bytes2 : 5'd0, data2});
    if (seen1) assert (bytes1 >= 1 && bytes1 <= 16 && (last_1 || bytes1 == 16));
    if (seen2) assert (bytes2 >= 1 && bytes2 <= 16 && (last_2 || bytes2 == 16));
    if (offer1) assert (seen1 && first_1 && needed$q == beats1 && head1$q[22] == copy1 && head1$q[21:20] == class1);
    if (offer2) assert (seen2 && first_2 && head2$q[22] == copy2);
    assert (taking$q == taken_2);
    if (marked) assert (ahead < inside);
    if (marked && ahead == 0 && frame_out) assert (offered_beat == marked_beat);
    if (marked) assert (marked_beat[5:1] >= 1 && marked_beat[5:1] <= 16 && (marked_beat[0] || marked_beat[5:1] == 16));
    assert (index <= 2 && (phase$q != 2 || lane$q == 0));
    if (index == 0) assert (phase$q == punt$valid);
    if (index == 1) assert (punt$valid && phase$q == 2);
    if (index == 2) assert (phase$q == (punt$valid && punt$last ? 0 : 2));
    if (frame_out) assert (inside != 0);
    if (in_frame) assert (to_come != 0);
    if (seen1) assert (last_1 == !in_frame);
    if (seen2) assert (last_2 == (seen1 ? first_1 : !in_frame));
    if (seen1 && first_1) assert (beats1 == (in_frame ? to_come : 11'd0) + 1'b1);
    assert (\class$0.room$q <= 16 && \class$1.room$q <= 16 && \class$2.room$q <= 16 && \class$3.room$q <= 16);
    assert (rooms + lefts + owed + inside - frame_out == 16);
`endif
  end
end
