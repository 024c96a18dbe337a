// hdl/src/crypto/keys.rs, Keys: here of two keys. The memories are not in it: what they hold is
// what came last on their write ports. The solver chooses a memory, one of its rows and a bit of it.
//
//   WIPED   behind a reset or a wipe every row of every key is zero until it is written anew
//   BUSY    the wipe is told from the clock after it was asked for, and ends
//   SHUT    while it lasts, no memory takes anything but zero
//   PLACE   a row goes to its own memory, at its own place, one clock after it came, and no other does
localparam ROUNDS = 0, ATTRIBUTES = 1, POWERS = 2, FIRST = 3;
(* anyconst *) wire [1:0] memory;
(* anyconst *) wire [3:0] round;
(* anyconst *) wire at_key;
(* anyconst *) wire [4:0] at_power;
(* anyconst *) wire [6:0] bit_at;

// The chosen row's write port, and what it holds; nothing is known of that at first.
wire hit = memory == ROUNDS ? rounds[round] && key == at_key
         : memory == ATTRIBUTES ? attributes && key == at_key
         : memory == POWERS ? powers && power == at_power
         : first_power && key == at_key;
reg held;

// What the rows' layout says of the row that comes in: a power above 15 has no memory.
wire [6:0] row = write$row;
wire [4:0] place = {row[3:0], write$key};
wire named = memory == ROUNDS ? row == round && write$key == at_key
           : memory == ATTRIBUTES ? row == 15 && write$key == at_key
           : memory == POWERS ? row[6] && place == at_power
           : row == 65 && write$key == at_key;
reg due, due_bit, new_row, told, wiping, begun;
reg [6:0] waited;
initial begin
  begun = 0;
  wiping = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  assume (round < 15);
  if (write$enable && row[6]) assume (row < 64 + 16);
  if (hit) held <= data[bit_at];
  due <= write$enable && named && !busy && !wipe && !reset;
  due_bit <= write$data[bit_at];
  told <= reset || wipe;
  wiping <= busy && !reset && !wipe;
  // a row that came in as the wipe began is cleared by it
  if (reset || wipe) new_row <= 0;
  else if (write$enable && named && !busy) new_row <= 1;
  waited <= reset || wipe ? 0 : busy ? waited + 1'b1 : 0;
  if (begun) begin
`ifdef WIPED
    if (!busy && !wiping && !new_row) assert (!held);
`endif
`ifdef BUSY
    if (told) assert (busy);
    assert (waited <= 32);
`endif
`ifdef SHUT
    if (wiping && hit) assert (!data[bit_at]);
`endif
`ifdef PLACE
    if (due) assert (hit && data[bit_at] == due_bit);
    if (!due && !wiping && !told) assert (!hit);
`endif
  end
end

`ifdef INVARIANTS
wire [4:0] index = memory == POWERS ? at_power : {4'd0, at_key};
always @(posedge clock) if (begun) begin
  assert (told ? busy && !wiping && count$q == 0 : !busy || wiping);
  assert (waited == (busy ? {2'd0, count$q} : wiping ? 7'd32 : 7'd0));
  if (busy) assert (ends$q == &count$q);
  if (wiping) begin
    assert (power_q$q == count$q - 1'b1 && !(|data_q$q));
    assert (rounds_q$q == 15'h7fff && attributes_q$q && powers_q$q && first_power_q$q);
    assert (!new_row);
    if (busy ? index + 6'd1 < count$q : index != 31) assert (!held);
  end
end
`endif
