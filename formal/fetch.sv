// hdl/src/host/fetch.rs, Fetch: the inject ring, while it runs.
//
// What memory answers leaves (STABLE, ORDER, COUNT of `rules.sv`); besides,
//
//   FRAMED  a descriptor leads each frame, which has as many beats, and bytes in the last, as that says
//   ROOM    there is a place for every beat that has been asked for
//
// Memory answers what was granted, in order, as late as it likes.
reg begun;
reg [5:0] asked_g;
reg [10:0] left_g;
reg [4:0] tail_g;
wire out = source$valid && source$ready;
wire [4:0] inside, ahead;
wire marked;
wire [127:0] marked_beat;
reg waits;
reg [6:0] old_flags;

function [10:0] beats_of(input [13:0] bytes);
  beats_of = bytes > 14'd16368 ? 11'd1023 : (bytes + 14'd15) >> 4;
endfunction
wire [13:0] says = source$data[13:0];
wire [10:0] follow = left_g == 0 ? beats_of(says) : left_g - 1'b1;
initial begin
  begun = 0;
  waits = 0;
end

stream_rules #(.W(128), .C(16), .LATENCY(63)) rules (
  .clock(clock), .reset(reset),
  .in_valid(response), .in_ready(1'b1), .in_beat(data), .in_note(1'b0),
  .out_valid(source$valid), .out_ready(source$ready), .out_beat(source$data),
  .inside(inside), .marked(marked), .ahead(ahead), .mark(marked_beat)
);

always @(posedge clock) begin
  begun <= 1;
  assume (run && !clear);
  if (granted) assume (request);
  if (begun && !reset && response) assume (asked_g != 0);
  asked_g <= asked_g + granted - response;
  waits <= source$valid && !source$ready && !reset;
  old_flags <= {source$bytes, source$last, source$error};
  if (out) begin
    left_g <= follow;
    if (left_g == 0) tail_g <= says > 16368 || says[3:0] == 0 ? 5'd16 : says[3:0];
  end
  if (reset) begin
    asked_g <= 0;
    left_g <= 0;
  end
  if (begun && !reset) begin
`ifdef STABLE
    if (waits) assert (source$valid && {source$bytes, source$last, source$error} == old_flags);
`endif
`ifdef FRAMED
    if (source$valid) begin
      assert (!source$error && source$last == (follow == 0));
      assert (source$bytes == (left_g == 1 ? tail_g : 5'd16));
    end
`endif
`ifdef ROOM
    assert (inside + asked_g <= 16);
`endif
  end
end

`ifdef INVARIANTS
(* hierconn, keep *) wire [3:0] \fifo.at0 , \fifo.at1 ;
(* hierconn, keep *) wire [127:0] \fifo.seen0 , \fifo.seen1 ;
always @(posedge clock) begin
  assume (\fifo.at0 == read_at$q && \fifo.at1 == 4'(read_at$q + ahead));
  if (begun && !reset) begin
    assert (6'(asked$q - filled$q) == asked_g && 6'(filled$q - removed$q) == inside);
    assert (fill_at$q == filled$q[3:0] && read_at$q == removed$q[3:0]);
    assert (!abort$q && (!valid$q || inside != 0));
    if (source$valid) assert (source$data == \fifo.seen0 );
    if (open$q && left_g == 0) assert (valid$q);
    assert (!marked || ahead < inside);
    if (marked) assert (marked_beat == \fifo.seen1 );
    if (room$q) assert (inside + asked_g <= 15);
    assert (out_left$q == left_g);
    if (left_g != 0) assert (open$q && tail$q == tail_g);
  end
end
`endif
