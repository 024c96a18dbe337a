// hdl/src/decide/drops.rs, Drops.
//
//   ONE      a drop gives one pulse of one line, that of its code, a clock later
//   NONE     no line says what did not happen
//   BOTH     a drop of an injected frame, before *merge* or behind, is told at once, or, where another is,
//            a clock later; none is lost
//
// Codes are those of *decide*. Each source drops an injected frame in no two clocks in a row: so the
// block's contract says, while *merge* can give such frames of one beat back to back.
reg begun, before_1, bad_1, dropped1, owed;
reg [4:0] code1;
wire is_bad = dropped && code == 20;
// By code, from 4 on.
wire [8:0] lines = {rule, bad_l2tp, bad_checksum, bad_length, bad_ihl, bad_version, truncated,
  vlan_depth, foreign};
// Frames of the host whose pulse is not there yet, this clock's among them.
wire [1:0] told = owed + before_1 + bad_1;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  if (dropped) assume (code >= 4 && code <= 12 || code == 20);
  if (begun && !reset) assume (!(is_bad && bad_1) && !(inject_bad_before && before_1));
  dropped1 <= dropped && !reset;
  code1 <= code;
  bad_1 <= is_bad && !reset;
  before_1 <= inject_bad_before && !reset;
  owed <= !reset && told == 2;
  if (begun && !reset) begin
`ifdef ONE
    if (dropped1 && code1 != 20) assert (lines == 9'd1 << (code1 - 4));
`endif
`ifdef NONE
    if (!dropped1 || code1 == 20) assert (lines == 0);
`endif
`ifdef BOTH
    assert (inject_bad == (told != 0));
    assert (told <= 2);
`endif
`ifdef INVARIANTS
    assert (waits$q == (told == 2));
`endif
  end
end
