// hdl/src/crypto/text.rs, Text: here the one lane of 16 bytes a beat.
//
//   DARK    what is under a key that is not set leaves as zeros, and so does all in a wipe
//   OPENED  of an opened packet no tag leaves, neither the one that came nor the right one
//
// As in its engine: a packet's slots begin with its first one, and another's follow its last one. The
// way from a slot to its block's place in the beat is LATE clocks.
localparam LATE = 20;
wire flushes = previous[0] && previous[2];
wire [40:0] of = flushes ? previous : slot;
wire is_text = slot[0] && !slot[1] && of[5];
wire [15:0] text_bytes = slot[16:6] > 0 ? 16'hffff : of[25:22] == 0 ? 16'hffff : 16'hffff >> (5'd16 - of[25:22]);
wire [15:0] allowed = flushes || !is_text ? 16'd0 : text_bytes;
reg [LATE-1:0] dark, opened, valid_for;
reg [16*LATE-1:0] may;
reg [40:0] old_slot;
reg begun, wiped;
wire [127:0] may_bits;
initial begin
  begun = 0;
  valid_for = 0;
end

genvar g;
generate for (g = 0; g < 16; g = g + 1) begin : spread_may
  assign may_bits[8 * g +: 8] = {8{may[16 * (LATE - 1) + g]}};
end endgenerate

always @(posedge clock) begin
  begun <= 1;
  old_slot <= slot;
  wiped <= spoil;
  valid_for <= {valid_for[LATE-2:0], begun};
  dark <= {dark[LATE-2:0], !of[5]};
  opened <= {opened[LATE-2:0], !of[3]};
  may <= {may[16*(LATE-1)-1:0], allowed};
  if (begun) begin
    assume (previous == old_slot);
    if (flushes && slot[0]) assume (slot[1]);
  end
`ifdef DARK
  if (begun && wiped) assert (out == 0);
  if (valid_for[LATE-1] && dark[LATE-1]) assert (out == 0);
`endif
`ifdef OPENED
  if (valid_for[LATE-1] && opened[LATE-1]) assert ((out & ~may_bits) == 0);
`endif
end
