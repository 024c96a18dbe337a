// hdl/src/crypto/output.rs, Output: here of 16 bytes a beat, and 16 beats in its large memory.
//
// Which beats the slots ask for is worked out here from the ports alone; those and no others leave
// (STABLE, ORDER, COUNT of `rules.sv`); besides,
//
//   VERDICT  no verdict before a packet's last beat; and a good one exactly if it is whole, its key is
//            set, nothing was wiped, and, opened, its tag has been compared and is right
//   CREDIT   the beats that slots were promised and those in the large memory are never so many that it
//            is full; with less than a quarter of them there is room
//   PROMPT   with the source ready, a beat whose verdict is known is on offer WAY clocks later, or one
//            before it
//
// As in its engine: a slot is made if there was room in one of the 8 clocks before, and comes later, as
// long after as it likes; a packet's slots begin with its first one and end with its last one; in what
// blocks differ is told 2 clocks after their slot; a wipe outlasts what is under way.
localparam D = $bits(source$data), C = $bits(source$bytes), BYTES = D / 8, B = D + C + 3;
localparam FAR = 16, WAY = 7;
wire given = slot[0], opens = slot[1], closes = slot[2];

// The clock's beat, if it has one: a packet ends in the clock behind its last slot, but where it is
// opened and the rest of its tag has the last slot to itself, with that slot.
reg [40:0] before;
wire behind = before[0] && before[2];
wire short_here = closes && !slot[3] && !opens && !slot[4] && slot[16:6] == 0;
wire short_then = !before[3] && !before[1] && !before[4] && before[16:6] == 0;
wire gives = behind ? !short_then : given && !opens;
wire ends_here = behind || short_here;
wire [40:0] packet = behind ? before : slot;
wire [14:0] length = packet[35:22] + (packet[3] ? 15'd16 : 15'd0);
wire [C-1:0] size_here = !ends_here ? BYTES : length == 0 ? 0 : (length - 1'b1) % BYTES + 1'b1;

// The same, three clocks later, when all has been compared. What the first lane tells in the clock
// behind a packet's last slot is that packet's.
reg [2:0] gave, single, after_other, opened;
reg [B-1:0] beat1, beat2, beat3;
reg others1, others2, first1, first2, behind_before;
wire unequal = single[2] ? others1 || first1 || first_differs : others2 || first1 || first2 && !after_other[2];
wire told = beat3[2] && opened[2] && beat3[1:0] == 0 && unequal;
wire [1:0] verdict3 = told ? 2'd1 : beat3[1:0];
wire [1:0] verdict_last = source$last ? verdict : 2'd0;
wire leaves, sound;
wire [5:0] inside, ahead;
wire marked_one;
wire [B-1:0] marked_beat;

reg begun, open_s, spoil_before;
reg [5:0] coming, places;
reg [7:0] had_room;
reg [3:0] unserved;
reg [2:0] low;
initial begin
  begun = 0;
  single = 0;
  before = 0;
  {others1, others2, first1, first2} = 0;
end

stream_rules #(.W(B), .C(32), .LATENCY(63)) rules (
  .clock(clock), .reset(reset),
  .in_valid(gave[2]), .in_ready(1'b1), .in_beat({beat3[B-1:2], verdict3}),
  .in_note(beat3[2] && verdict3 == 0),
  .out_valid(source$valid), .out_ready(source$ready),
  .out_beat({source$data, source$bytes, source$last, verdict_last}),
  .inside(inside), .marked(marked_one), .ahead(ahead), .mark(marked_beat),
  .note(sound), .leaves(leaves)
);

always @(posedge clock) begin
  begun <= 1;
  spoil_before <= spoil;
  if (begun) begin
    if (given) assume (coming != 0 && opens == !open_s);
    if (made) assume (room || had_room != 0);
    if (spoil_before && !spoil) assume (coming == 0 && !open_s && !behind);
  end
  had_room <= {had_room[6:0], room};
  coming <= coming + made - given;
  if (given) open_s <= !closes;
  before <= slot;
  behind_before <= behind;
  gave <= {gave[1:0], gives};
  single <= {single[1:0], !behind};
  after_other <= {after_other[1:0], behind_before};
  opened <= {opened[1:0], !packet[3]};
  beat1 <= {beat, size_here, ends_here,
    !ends_here ? 2'd0 : packet[4] ? 2'd3 : !packet[5] || spoil ? 2'd2 : 2'd0};
  beat2 <= beat1;
  beat3 <= beat2;
  {others2, others1} <= {others1, others_differ};
  {first2, first1} <= {first1, first_differs};
  places <= places + made - read - (behind && short_then);
  low <= places >= FAR / 4 ? 3'd0 : low == 4 ? 3'd4 : low + 1'b1;
  unserved <= !source$ready || source$valid || inside == 0 ? 4'd0 : unserved + 1'b1;
  if (reset) begin
    coming <= 0;
    open_s <= 0;
    before[0] <= 0;
    behind_before <= 0;
    gave <= 0;
    had_room <= 0;
    places <= 0;
    low <= 0;
    unserved <= 0;
  end
  if (begun && !reset) begin
`ifdef VERDICT
    if (source$valid) assert (source$error == (source$last && verdict != 0));
    if (leaves && source$last) assert (source$error == !sound);
`endif
`ifdef CREDIT
    assert (places < FAR);
    if (low == 4) assert (room);
`endif
`ifdef PROMPT
    assert (unserved <= WAY);
`endif
  end
end

`ifdef INVARIANTS
// The beats by where they are, the oldest first: on offer, near, read from the large memory for one or
// two clocks, in it, and on their way to it.
(* hierconn, keep *) wire [3:0] \beats.at0 , \beats.at1 , \marks.at1 , \near.at1 , \near_marks.at1 ;
(* hierconn, keep *) wire [D-1:0] \beats.seen0 , \beats.seen1 , \near.seen1 , \beats.read ;
(* hierconn, keep *) wire [9:0] \marks.seen1 , \near_marks.seen1 , \marks.read ;
wire [3:0] far_count = mark_at$q - from$q, near_count = near_at$q - near_from$q;
wire [5:0] to_near = offer$q, to_read2 = to_near + near_count, to_read1 = to_read2 + read2$q;
wire [5:0] to_far = to_read1 + read1$q, to_then = to_far + far_count;
wire [5:0] to_marked = to_then + marked_then$q, to_fourth = to_marked + marked$q;
wire [3:0] in_far = from$q + (ahead - to_far);

function [C+2:0] meta(input [9:0] of);
  meta = {of[C-1:0], of[7], of[7] ? of[9:8] : 2'd0};
endfunction
wire [2:0] rank = near_count != 0 ? 1 : read2$q ? 2 : read1$q ? 3 : far_count != 0 ? 4
  : marked_then$q ? 5 : marked$q ? 6 : 7;
integer i;

always @(posedge clock) begin
  assume (\beats.at0 == 4'(data_at$q - 1'b1));
  assume (\beats.at1 == in_far && \marks.at1 == in_far);
  assume (\near.at1 == 4'(near_from$q + (ahead - to_near)) && \near_marks.at1 == \near.at1 );
  if (begun && !reset) begin
    // what is under way to the large memory
    assert (previous$q[0] == before[0]);
    if (before[0]) assert (previous$q == before);
    assert (early1$q[0] == gave[0] && early2$q[0] == gave[1] && early3$q[0] == gave[2]);
    assert (early1$q[10] == single[0] && early2$q[10] == single[1] && early3$q[10] == single[2]);
    if (gave[0]) assert (early1$q[13] == opened[0] && early1$q[9] == beat1[2] && beat_q$q == beat1[B-1-:D]
      && count == beat1[3+:C] && beat1[1:0] == (beat1[2] ? early1$q[12:11] : 0));
    if (gave[1]) assert (early2$q[13] == opened[1] && early2$q[9] == beat2[2] && beat_then$q == beat2[B-1-:D]
      && early2$q[7:1] == beat2[3+:C] && beat2[1:0] == (beat2[2] ? early2$q[12:11] : 0));
    if (gave[2]) assert (early3$q[13] == opened[2] && early3$q[9] == beat3[2] && \beats.seen0 == beat3[B-1-:D]
      && early3$q[7:1] == beat3[3+:C] && beat3[1:0] == (beat3[2] ? early3$q[12:11] : 0));
    assert (here$q == (others1 || first1 && single[2]));
    assert (differs$q == (others2 || first1 || first2 && early4$q[10]));
    if (gave[2] && !single[2]) assert (after_other[2] == !early4$q[10]);
    if (gave[1] && !single[1]) assert (after_other[1] == !single[2]);
    if (gave[0] && !single[0]) assert (after_other[0] == !single[1]);
    if (behind) assert (behind_before == !single[0]);
    // counts
    assert (data_at$q == 4'(mark_at$q + marked_then$q + marked$q + early4$q[0] + gave[2]));
    assert (inside == to_fourth + early4$q[0]);
    assert (!marked_one || ahead < inside);
    assert (coming < FAR);
    assert (places == coming + open_s + behind + gave[0] + gave[1] + gave[2] + early4$q[0]
      + marked$q + marked_then$q + far_count);
    assert (10'(free$q + freed$q + read1$q + refund$q + places - made_q$q) == FAR);
    assert (idle$q == !offer$q);
    assert (near_held$q == near_count + read1$q + read2$q + moved$q && near_held$q <= 14);
    if (near_room$q) assert (near_held$q <= 13);
    else assert (near_held$q >= 12 || inside == 0 && !read1$q);
    assert (some$q == (near_count != 0) && near_behind$q == 4'(near_from$q + 1'b1));
    if (room) assert (places <= 6);
    for (i = 0; i < 8; i = i + 1) if (had_room[i]) assert (places <= 7 + i);
    if (!offer$q && inside != 0) assert (unserved + rank <= WAY);
    // the marked beat
    if (marked_one) begin
      if (ahead < to_near)
        assert ({source$data, source$bytes, source$last, verdict_last} == marked_beat);
      else if (ahead < to_read2)
        assert ({\near.seen1 , meta(\near_marks.seen1 )} == marked_beat);
      else if (ahead < to_read1)
        assert ({beats$read_data, meta(marks$read_data)} == marked_beat);
      else if (ahead < to_far)
        assert ({\beats.read , meta(\marks.read )} == marked_beat);
      else if (ahead < to_then)
        assert ({\beats.seen1 , meta(\marks.seen1 )} == marked_beat);
      else if (ahead < to_marked)
        assert ({\beats.seen1 , meta(mark_then$q)} == marked_beat);
      else if (ahead < to_fourth)
        assert ({\beats.seen1 , meta(mark_q$q)} == marked_beat);
      else
        assert ({\beats.seen1 , meta(mark)} == marked_beat);
      if (marked_beat[2]) assert (sound == (marked_beat[1:0] == 0));
    end
  end
end
`endif
