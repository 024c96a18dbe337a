// hdl/src/table/commands.rs, Commands: here of a table with 128 rows.
//
//   CLEARED  until it is live there are no strobes but those of a row that is cleared, in all tables
//   TAKEN    a beat of a command is taken exactly while it is live and no command is kept
//   STRUCK   a strobe is of a WRITE that `spec::command` allows, once for each, and of its table, row and
//            data; not in the clock behind one in which the counters are busy; `generation` counts them
//   APART    strobes are four clocks apart, and in the clock behind one all else is as in its own
//   ANSWER   a completion's head is that of the command that is kept, with the status of `spec::command`;
//            a WRITE that is done has none unless it asks for it, and has been made before
//   ENDED    a READ that may be done has a completion for each row, any other command one; behind the
//            last of them, which is marked, the command is kept no longer
//   ROWS     of a READ, the rest of a completion is what the memories said; else zeros
//   FENCE    a FENCE that is done is answered 64 clocks or more after it was read
//
// Which rows are cleared, and when it is live, is the proof of Clear. A reset lasts two clocks or more.
// The memories answer when they like.
reg begun, reset1, reset2, waits, kept_g, whole_g, struck, counted_busy;
reg [2:0] number, since;
reg [1:0] part;
reg [6:0] age;
reg clears1;
reg [16:0] clears_at;
reg [15:0] made, made1;
reg [31:0] now1;
reg [127:0] header_g, low_g, high_g, row_low, row_high, row_counters;
reg [2:0] asked;
reg [7:0] mirror1, mirror2;
reg struck_before;
reg [341:0] write1;
wire comes = command$valid && command$ready;
wire appears = completion$valid && !waits;
wire strikes = write[6:0] != 0;
wire wrote_g = strikes && live;

// What the command says.
wire [7:0] opcode_g = header_g[0+:8], table_g = header_g[8+:8];
wire [31:0] index_g = header_g[32+:32];
wire [15:0] count_g = header_g[64+:16];
wire [16:0] slot_g = header_g[83+:17];
wire writes = opcode_g == 1, reads = opcode_g == 2, fences = opcode_g == 3, notify_g = header_g[80];
wire places = writes && table_g == 0 && header_g[82];
wire [7:0] rows = table_g <= 1 ? 128 : table_g == 2 ? 8 : table_g == 3 ? 64 : table_g == 4 ? 32
  : table_g == 5 ? 16 : 0;
wire beyond_g = index_g >= rows || places && slot_g >= 128;
wire [7:0] status_g = !whole_g ? 4 : writes || reads ? rows == 0 ? 2 : beyond_g ? 3 : 0 : fences ? 0 : 1;
wire writing = writes && status_g == 0, reading = reads && status_g == 0;
wire more_g = reading && count_g > 1;
// A WRITE that asks for no completion is kept no longer from its strobes on.
wire kept_now = kept_g && !(wrote_g && writing && !notify_g);
wire [6:0] row_g = index_g[6:0] | (table_g == 2 ? 112 : table_g == 4 ? 64 : table_g == 5 ? 96 : 0);
wire [6:0] strobes_g = {table_g > 1, table_g == 5, table_g == 4, table_g == 3, table_g == 2,
  table_g == 1 || places, table_g == 0};
wire [35:0] slot_row_g = table_g == 0 ? {index_g[16:0], header_g[100+:18], 1'b1} : low_g[35:0];
wire [127:0] head_g = {now1, made1, 7'd0, !more_g, table_g, index_g, header_g[16+:16], opcode_g, status_g};
initial begin
  begun = 0;
  {reset1, reset2} = 0;
end

always @(posedge clock) begin
  begun <= 1;
  {reset2, reset1} <= {reset1, reset};
  if (!begun || reset1 && !reset2) assume (reset);
  waits <= completion$valid && !completion$ready;
  counted_busy <= busy;
  now1 <= now;
  made1 <= made;
  {mirror2, mirror1} <= {mirror1, mirror_address};
  struck_before <= strikes;
  write1 <= write;
  since <= strikes ? 3'd1 : since == 4 ? 3'd4 : since + 1'b1;
  if (age != 127) age <= age + 1'b1;
  {clears1, clears_at} <= {clear$strobe, clear$index};
  if (wrote_g) {struck, made} <= {1'b1, 16'(made + 1'b1)};
  if (wrote_g && !notify_g) kept_g <= 0;
  if (appears) part <= part + 1'b1;
  if (appears && part == 3) begin
    if (more_g) {header_g[64+:16], header_g[32+:32]} <= {16'(count_g - 1'b1), index_g + 1'b1};
    else kept_g <= 0;
  end
  if (comes) begin
    number <= command$last ? 3'd0 : number == 4 ? 3'd4 : number + 1'b1;
    case (number)
      0: header_g <= command$data;
      1: low_g <= command$data;
      default: high_g <= command$data;
    endcase
    if (command$last) {kept_g, struck, age, whole_g} <= {9'h100, number == 2 && command$bytes == 16};
  end
  // The memories' answers.
  asked <= fetch$start && fetch$mirrored ? 3'd4 : asked == 0 ? 3'd0 : asked - 1'b1;
  if (fetch$start) row_counters <= 0;
  if (read_entry && entry_done) {row_low, row_high} <= {7'd0, entry_key, 10'd0, entry_action};
  if (read_slot && slot_done) {row_low, row_high} <= {92'd0, slot, 128'd0};
  if (read_counters && counters_done) row_counters <= counters;
  if (asked == 2) row_low <= mirror_data;
  if (asked == 1) row_high <= mirror_data;
  if (reset) begin
    {waits, kept_g, struck_before, number, part, clears1, made, low_g, high_g, asked} <= 0;
    since <= 4;
  end
  if (begun && !reset) begin
`ifdef CLEARED
    if (!live) assert (strikes == clears1);
    if (!live && strikes) assert (write == {292'd0, clears_at, 7'(clears_at), clears_at, 9'h0ff});
`endif
`ifdef TAKEN
    assert (command$ready == (live && !kept_now));
`endif
`ifdef STRUCK
    if (wrote_g) begin
      assert (kept_g && writing && !struck && !counted_busy && write[6:0] == strobes_g);
      assert (write[8:7] == {1'b1, header_g[81]} && write[9+:24] == {row_g, index_g[16:0]});
      if (write[1]) assert (write[33+:53] == {slot_row_g, table_g == 0 ? slot_g : index_g[16:0]});
      assert (write[86+:256] == {high_g, low_g});
    end
    assert (generation == made);
`endif
`ifdef APART
    if (strikes) assert (since == 4);
    if (struck_before) assert (write[341:7] == write1[341:7]);
`endif
`ifdef ANSWER
    if (appears && part == 0) begin
      assert (kept_g && completion$data == head_g);
      assert (!writing || notify_g && struck);
    end
`endif
`ifdef ENDED
    if (appears) assert (kept_g && completion$last == (part == 3));
`endif
`ifdef ROWS
    if (appears && part != 0) assert (completion$data == (!reading ? 128'd0
      : part == 1 ? row_low : part == 2 ? row_high : row_counters));
    if (asked == 2) assert (mirror2 == {1'b0, row_g});
    if (asked == 1) assert (mirror2 == {1'b1, row_g});
`endif
`ifdef FENCE
    if (appears && part == 0 && fences && status_g == 0) assert (age >= 64);
`endif
  end
end

`ifdef INVARIANTS
(* hierconn, keep *) wire \collect.full_q$q , \collect.whole_q$q , \answer.done_q$q ;
(* hierconn, keep *) wire \fetch.want_entry$q , \fetch.want_slot$q , \fetch.want_counters$q ;
(* hierconn, keep *) wire [1:0] \clear.pause$q , \collect.beat$q , \answer.beat$q ;
(* hierconn, keep *) wire [2:0] \fetch.mirror$q ;
(* hierconn, keep *) wire [7:0] \judge.status_q$q ;
(* hierconn, keep *) wire [127:0] \collect.header_q$q , \collect.low_q$q , \collect.high_q$q ;
(* hierconn, keep *) wire [127:0] \fetch.low_q$q , \fetch.high_q$q , \fetch.counters_q$q ;
wire executed = waiting$q || answering$q;
wire fetching = \fetch.want_entry$q || \fetch.want_slot$q || \fetch.want_counters$q || \fetch.mirror$q != 0;

always @(posedge clock) begin
  if (!begun) assert (!reset1 && !reset2);
  if (reset && reset1) assert (!live && \clear.pause$q == 3 && !\collect.full_q$q );
end

always @(posedge clock) if (begun && !reset) begin
  if (clears1) assert (!live && \clear.pause$q == 3);
  assert (since <= 4);
  if (!live) assert (!kept_g && number == 0 && low_g == 0 && high_g == 0 && since + \clear.pause$q >= 3);
  assert (number <= 4 && \collect.beat$q == (number == 4 ? 3 : number) && number <= since);
  assert (\collect.full_q$q == kept_now && \collect.low_q$q == low_g && \collect.high_q$q == high_g);
  if (kept_g || number != 0) assert (\collect.header_q$q == header_g);
  if (kept_g) assert (number == 0);
  if (kept_now) assert (\collect.whole_q$q == whole_g);
  if (kept_now && whole_g && !checking$q) assert (\judge.status_q$q == status_g);
  if (kept_now && whole_g && !struck && !strikes) assert (since >= 3);
  assert ($onehot0({checking$q, waiting$q, answering$q}));
  if (checking$q || executed) assert (kept_now);
  if (checking$q) assert (reads && whole_g);
  if (kept_now && !executed) assert (!struck && !strikes);
  if (kept_g && struck) assert (writing);
  if (executed) begin
    assert (result$q == status_g);
    if (writing) assert (notify_g && (struck || strikes));
    if (writing && waiting$q) assert (strikes ? left$q == 2 : since + left$q >= 2);
    if (writing && answering$q) assert (since >= 3 && struck);
    if (fences && status_g == 0) assert (age + (waiting$q ? left$q : 7'd0) >= 64);
  end
  assert (left$q <= 64 && wrote$q == wrote_g && generation_q$q == made);
  assert (\answer.beat$q == 2'(part + appears) && \answer.done_q$q == (appears && part == 3));
  if (!answering$q) assert (part == 0 && !appears);
  if (appears) assert (kept_now);
  assert (asked == \fetch.mirror$q );
  if (fetching) assert (waiting$q && reading);
  if (\fetch.want_entry$q || \fetch.want_counters$q ) assert (table_g == 0);
  if (\fetch.want_slot$q ) assert (table_g == 1);
  if (asked != 0) assert (table_g > 1 && asked <= 4);
  if (reading && executed) begin
    if (waiting$q) assert (write[26+:7] == row_g);
    if (!\fetch.want_entry$q && !\fetch.want_slot$q ) begin
      if (asked <= 1) assert (\fetch.low_q$q == row_low);
      if (asked == 0) assert (\fetch.high_q$q == row_high);
    end
    assert (\fetch.counters_q$q == row_counters);
  end
  if (asked == 3) assert (mirror1 == {1'b0, row_g});
  if (asked == 2) assert (mirror1 == {1'b1, row_g});
end
`endif
