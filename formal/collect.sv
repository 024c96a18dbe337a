// hdl/src/table/collect.rs, Collect.
//
//   READY  a beat is taken exactly while it runs and no command is kept
//   KEPT   a command is kept from the clock after its last beat until it is done
//   WHOLE  it is whole exactly if it was three beats, the last of them of 16 bytes
//   PARTS  header, low and high are the first three beats, from the clock after each and until that beat of
//          the next command, but for a high that a fourth came behind; before the first command low and
//          high are zero; a step, and nothing else, takes the header to the next row
//
// Its owner says that a command is done, or steps on, only while one is kept.
reg begun, kept_g, whole_g, has_header, has_high;
reg [2:0] number;
reg [127:0] header_g, low_g, high_g;
wire comes = command$valid && command$ready;
wire [31:0] index_on = header_g[32+:32] + 1'b1;
wire [15:0] count_on = header_g[64+:16] - 1'b1;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  if (done || step) assume (full);
  if (step) {header_g[64+:16], header_g[32+:32]} <= {count_on, index_on};
  if (comes) begin
    number <= command$last ? 3'd0 : number == 4 ? 3'd4 : number + 1'b1;
    case (number)
      0: {has_header, header_g} <= {1'b1, command$data};
      1: low_g <= command$data;
      2: {has_high, high_g} <= {1'b1, command$data};
      default: has_high <= 0;
    endcase
    if (command$last) {kept_g, whole_g} <= {1'b1, number == 2 && command$bytes == 16};
  end
  if (done) kept_g <= 0;
  if (reset) begin
    {number, kept_g, has_header, low_g, high_g} <= 0;
    has_high <= 1;
  end
  if (begun && !reset) begin
`ifdef READY
    assert (command$ready == (run && !kept_g));
`endif
`ifdef KEPT
    assert (full == kept_g);
`endif
`ifdef WHOLE
    if (kept_g) assert (whole == whole_g);
`endif
`ifdef PARTS
    if (has_header) assert (header == header_g);
    assert (low == low_g);
    if (has_high) assert (high == high_g);
`endif
`ifdef INVARIANTS
    assert (number <= 4 && beat$q == (number == 4 ? 3 : number));
    if (kept_g || number != 0) assert (has_header);
    if (kept_g) assert (number == 0);
`endif
  end
end
