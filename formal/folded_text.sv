// hdl/src/crypto/folded/text.rs, Text: what it says of the bytes that leave.
//
//   HIDDEN  where the key is not set, no byte is text
//   MASK    where it is, all are, but for those behind a packet's end
//
// As in its engine: a slot stands from clock 2 to clock 1 of the next turn.
reg begun;
reg [6:0] old_turn;
reg [24:0] old_slot;
initial begin
  begun = 0;
end

function [15:0] bytes(input [24:0] of);
  bytes = !of[5] ? 16'd0 : of[2] && of[9:6] != 0 ? 16'hffff >> (5'd16 - of[9:6]) : 16'hffff;
endfunction

always @(posedge clock) begin
  begun <= 1;
  old_turn <= turn;
  old_slot <= slot;
  assume ($onehot(turn));
  if (!begun) assume (turn[0]);
  else begin
    assume (turn == {old_turn[5:0], old_turn[6]});
    if (!turn[2]) assume (slot == old_slot);
`ifdef HIDDEN
    if (!slot_then[5]) assert (mask == 0);
`endif
`ifdef MASK
    if (slot_then[5]) assert (mask == bytes(slot_then));
`endif
`ifdef INVARIANTS
    if (!turn[2]) assert (mask0$q == bytes(slot));
    assert (mask1$q == bytes(slot1$q));
    assert (mask2$q == bytes(slot2$q));
`endif
  end
end
