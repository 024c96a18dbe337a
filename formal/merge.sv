// hdl/src/merge.rs, Merge: here of 16 bytes a beat.
//
//   WHOLE  a frame that is begun is taken to its end, a beat a clock, and none from another store
//          meanwhile; one is begun only where it waits
//   BUSY   a beat is taken in every clock in which a frame is under way or waits in any store
//   DATA   three clocks later it leaves, with what its store gave, and with its frame's arrival
//   FAIR   where frames of both ports wait, the port that was served last waits, or the host goes first
//
// A store gives a beat's data two clocks after it was taken.
reg begun, in_frame, after_reset, served;
reg [9:0] rest;
reg [1:0] from;
reg there1, there2, there3, first_1, first_2, first_3, last_1, last_2, last_3;
reg [1:0] from1, from2;
reg [9:0] more1, more2, more3;
reg [6:0] bytes1, bytes2, bytes3;
reg [12:0] peer1, peer2, peer3;
reg [18:0] host1, host2, host3;
reg [1:0] from3;
reg [127:0] data3;
wire [2:0] starts = {inject$start, rx1$start, rx0$start}, takes = {inject$take, rx1$take, rx0$take};
wire [2:0] waiting = {inject$valid, rx1$valid, rx0$valid};
wire begins = starts != 0, moves = takes != 0;
wire [1:0] from_now = takes[2] ? 2'd2 : takes[1] ? 2'd1 : 2'd0;
wire [9:0] more_now = !begins ? rest : takes[2] ? inject$more : takes[1] ? rx1$more : rx0$more;
wire [6:0] bytes_now = takes[2] ? inject$bytes : takes[1] ? rx1$bytes : rx0$bytes;
wire [12:0] peer_now = takes[2] ? 13'd0 : takes[1] ? rx1_peer : rx0_peer;
wire [18:0] host_now = takes[2] ? {inject_entry, inject_port, inject_forward} : 19'd0;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  if (moves) begin
    in_frame <= more_now != 0;
    rest <= more_now - 1'b1;
    from <= from_now;
  end
  if (starts[0]) served <= 0;
  if (starts[1]) served <= 1;
  {there3, there2, there1} <= {there2, there1, moves};
  {first_3, first_2, first_1} <= {first_2, first_1, begins};
  {last_3, last_2, last_1} <= {last_2, last_1, more_now == 0};
  {from3, from2, from1} <= {from2, from1, from_now};
  if (begins) {more1, bytes1, peer1, host1} <= {more_now, bytes_now, peer_now, host_now};
  {more2, bytes2, peer2, host2} <= {more1, bytes1, peer1, host1};
  {more3, bytes3, peer3, host3} <= {more2, bytes2, peer2, host2};
  data3 <= from2 == 2 ? inject$data : from2 == 1 ? rx1$data : rx0$data;
  if (reset) begin
    in_frame <= 0;
    served <= 1;
    {there1, there2, there3} <= 0;
  end
  if (begun && !reset) begin
`ifdef WHOLE
    assert ($onehot0(starts) && $onehot0(takes) && (starts & ~(takes & waiting)) == 0);
    if (in_frame) assert (!begins && takes == 3'd1 << from);
    else assert (starts == takes);
`endif
`ifdef BUSY
    assert (moves == (in_frame || waiting != 0));
`endif
`ifdef DATA
    assert (beats$valid == there3);
    if (there3) begin
      assert (beats$data == data3 && beats$first == first_3 && beats$last == last_3);
      assert (beats$bytes == (last_3 ? bytes3[4:0] : 5'd16));
    end
    if (there3 && first_3)
      assert (arrival == {host3[18:2], host3[1], host3[0], peer3, 14'(more3 * 16 + bytes3), from3});
`endif
`ifdef FAIR
    if (starts[0] && waiting[1]) assert (served);
    if (starts[1] && waiting[0]) assert (!served);
    if (begins && waiting == 3'b100) assert (starts[2]);
`endif
  end
end

`ifdef INVARIANTS
always @(posedge clock) if (begun && !reset) begin
  assert (busy$q == in_frame && turn$q == !served && read1$q[0] == there1 && read2$q[0] == there2);
  if (in_frame) assert (there1 && source$q == from && left$q == rest && closing$q == (rest == 0));
  if (in_frame) assert (from1 == from);
  if (there1) begin
    assert (read1$q[4:1] == {from1, last_1, first_1} && from1 <= 2);
    assert (read1$q[34:5] == {peer1, bytes1, more1});
    if (from1 == 2) assert ({read1$q[53:37], read1$q[36], read1$q[35]} == host1);
    else assert (host1 == 0);
  end
  if (there2) begin
    assert (read2$q[4:1] == {from2, last_2, first_2} && from2 <= 2);
    assert (read2$q[34:5] == {peer2, bytes2, more2} && length$q == 14'(more2 * 16 + bytes2));
    if (from2 == 2) assert ({read2$q[53:37], read2$q[36], read2$q[35]} == host2);
    else assert (host2 == 0);
  end
end
`endif
