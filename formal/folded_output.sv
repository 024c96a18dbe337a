// hdl/src/crypto/folded/output.rs, Output: besides what `rules.sv` says of the beats that are written,
//
//   FRAME    a packet gives its beats, the last of which, and no other, is its last one
//   VERDICT  no verdict before a packet's last beat; and a good one exactly if it is whole, its key is
//            set, nothing was wiped, and, opened, its tag has been compared and is right
//   DARK     under a key that is not set, or in a wipe, zeros leave; of an opened packet, text alone
//   CREDIT   there is a place for every beat of every slot that was let in, and one is let in while
//            there is one more
//
// As in its engine: a slot is made in clock 1 if there was room in clock 6, and comes later, as long
// after as it likes; it stands for 7 clocks; a packet's slots begin with its first one and end with
// its last one; text is masked where the key is not set; a wipe outlasts what is under way.
wire valid = slot[0], first = slot[1], last = slot[2], seal = slot[3], bad = slot[4], ok = slot[5];
wire short = last && !seal && !first && !bad;
wire [135:0] in_beat = {beats$write_data, marks$write_data};
wire [135:0] out_beat = {source$data, verdict, source$last, source$bytes};
wire [4:0] inside, ahead;
wire marked, leaves;
wire [135:0] marked_beat;
wire sound, dark;
reg begun, after_reset, let, open, ended, spoilt, spoil_before, differed;
reg [1:0] owed;
reg [4:0] coming;
reg [6:0] old_turn;
reg [40:0] old_slot;
reg [5:0] old_places;

stream_rules #(.W(136), .C(16), .LATENCY(17), .N(2)) rules (
  .clock(clock), .reset(reset),
  .in_valid(write), .in_ready(1'b1), .in_beat(in_beat),
  .in_note({!bad && ok && !spoil && !spoilt && (seal || !differed), !ok || spoil}),
  .out_valid(source$valid), .out_ready(source$ready), .out_beat(out_beat),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(marked_beat),
  .note({sound, dark}), .leaves(leaves)
);

genvar i;
wire [127:0] text_bits;
generate for (i = 0; i < 16; i = i + 1) begin : spread_mask
  assign text_bits[8 * i +: 8] = {8{mask[i]}};
end endgenerate

// Slots that were made and have not come; beats that are owed for those that have.
wire [5:0] places = inside + coming + owed;
initial begin
  begun = 0;
  after_reset = 1;
end

always @(posedge clock) begin
  begun <= 1;
  after_reset <= reset;
  old_turn <= turn;
  old_places <= places;
  old_slot <= {mask, slot};
  spoil_before <= spoil;
  if (begun) begin
    assume ($onehot(turn));
    if (!after_reset) assume (turn == {old_turn[5:0], old_turn[6]});
    if (after_reset) assume (!valid);
    else if (!turn[6]) assume ({mask, slot} == old_slot);
    if (turn[6] && valid) assume (coming != 0 && first == !open);
    if (made) assume (turn[1] && let);
    if (!ok) assume (mask == 0);
    if (spoil_before && !spoil) assume (coming == 0 && owed == 0);
  end
  if (reset) begin
    let <= 0;
    open <= 0;
    ended <= 1;
    spoilt <= 0;
    owed <= 0;
    coming <= 0;
  end else begin
    if (turn[6]) let <= room;
    else if (turn[1]) let <= 0;
    coming <= coming + made - (turn[6] && valid);
    owed <= owed + (turn[6] && valid) - write - (turn[4] && valid && short);
    if (turn[5] && valid) open <= !last;
    if (turn[3]) differed <= differs;
    if (turn[6] && valid && first) begin
      ended <= 0;
      spoilt <= 0;
    end else if (write) begin
      ended <= mark[5];
      spoilt <= spoilt || spoil;
    end
  end
  if (begun && !reset) begin
`ifdef FRAME
    if (write) assert (!ended);
    if (turn[6]) assert (ended == !open);
`endif
`ifdef VERDICT
    if (source$valid) assert (source$error == (source$last && verdict != 0));
    if (leaves && source$last) assert (source$error == !sound);
`endif
`ifdef DARK
    if (leaves && dark) assert (source$data == 0);
    if (write && !seal) assert ((beats$write_data & ~text_bits) == 0);
`endif
`ifdef CREDIT
    assert (places <= 16);
    if (turn[1] && let) assert (places < 16);
    if (!after_reset) assert (room == (old_places < 16));
`endif
  end
end

`ifdef INVARIANTS
(* hierconn, keep *) wire [3:0] \beats.at0 , \beats.at1 , \marks.at0 , \marks.at1 ;
(* hierconn, keep *) wire [127:0] \beats.seen0 , \beats.seen1 ;
(* hierconn, keep *) wire [7:0] \marks.seen0 , \marks.seen1 ;
(* hierconn, keep *) wire [5:0] \rules.quiet ;
wire [3:0] oldest = from$q[3:0], watched = from$q + ahead;
always @(posedge clock) begin
  assume (\beats.at0 == oldest && \marks.at0 == oldest);
  assume (\beats.at1 == watched && \marks.at1 == watched);
  if (begun && !reset) begin
    assert (inside == 5'(at$q - from$q));
    assert (!marked || ahead < inside);
    if (source$valid) assert (inside != 0 && out_beat == {\beats.seen0 , \marks.seen0 [7:6], \marks.seen0 [5:0]});
    if (marked) assert (marked_beat == {\beats.seen1 , \marks.seen1 });
    if (marked && dark) assert (marked_beat[135:8] == 0);
    if (marked && marked_beat[5]) assert (sound == (marked_beat[7:6] == 0));
    if (\rules.quiet != 0) assert (source$valid == (inside != 0) && (inside == 0 || inside + \rules.quiet <= 17));
    if (spoilt && owed != 0) assert (spoil);
    assert (5'(promised$q - from$q) == places);
    if (room && !turn[2]) assert (places < 16);
    if (let) assert (turn[0] || turn[1]);
    if (let) assert (places < 16);
    if (turn[6]) assert (owed == open);
    if (turn[0] || turn[1] || turn[2] || turn[3] || turn[4]) assert (owed == open + valid);
    if (turn[5]) assert (owed == (valid && last ? !short : open || valid));
    assert (own$q == (turn[4] && valid && !first));
    assert (behind$q == (turn[5] && valid && last && !short));
    if (!turn[6] && valid) assert (first == !open);
    if (valid && (turn[4] || turn[5])) assert (wrong$q == differed);
    assert (ended == (turn[6] ? !open : turn[5] && valid ? last && short : !open && !valid));
  end
end
`endif
