// hdl/src/table/answer.rs, Answer.
//
//   STABLE  a beat that is offered stays, unchanged, until it is taken
//   PACE    a beat is put on offer in the clock behind each in which it runs, is not done and has room, and
//           in no other
//   PARTS   a completion is four whole beats, in order: its head, then the row's parts or zeros
//   LAST    the fourth is its last, and no other
//   DONE    it is done in the clock in which that one comes on offer, and in no other
//
// What a beat is made of counts in the clock before it is on offer.
reg begun, waits, run1, has_row1;
reg [1:0] number;
reg [127:0] head1, low1, high1, counters1;
reg [134:0] old_out;
wire [134:0] out = {completion$data, completion$bytes, completion$last, completion$error};
wire appears = completion$valid && !waits;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  waits <= completion$valid && !completion$ready && !reset;
  old_out <= out;
  run1 <= run && !done && !reset;
  {head1, has_row1, low1, high1, counters1} <= {head, has_row, low, high, counters};
  if (appears) number <= number + 1'b1;
  if (reset) number <= 0;
  if (begun && !reset) begin
`ifdef STABLE
    if (waits) assert (completion$valid && out == old_out);
`endif
`ifdef PACE
    assert (appears == (run1 && !waits));
`endif
`ifdef PARTS
    if (appears) assert (completion$bytes == 16 && !completion$error);
    if (appears) assert (completion$data == (number == 0 ? head1 : !has_row1 ? 128'd0
      : number == 1 ? low1 : number == 2 ? high1 : counters1));
`endif
`ifdef LAST
    if (appears) assert (completion$last == (number == 3));
`endif
`ifdef DONE
    assert (done == (appears && number == 3));
`endif
`ifdef INVARIANTS
    assert (beat$q == 2'(number + appears));
`endif
  end
end
