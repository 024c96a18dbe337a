// hdl/src/decide/drops.rs, Drops.
//
//   ONE      a drop gives one pulse of one line, that of its code, a clock later
//   NONE     no line says what did not happen
//   BOTH     of drops of injected frames, before *merge* and behind, one is told in each clock until all
//            are; none is lost
//
// Codes are those of *decide*. Fewer than 65000 such drops wait to be told: the inject buffer holds fewer
// frames.
reg begun, before_1, bad_1, dropped1;
reg [16:0] late;
reg [4:0] code1;
wire is_bad = dropped && code == 20;
// By code, from 4 on.
wire [8:0] lines = {rule, bad_l2tp, bad_checksum, bad_length, bad_ihl, bad_version, truncated,
  vlan_depth, foreign};
// Frames of the host whose pulse is not there yet, this clock's among them.
wire [16:0] told = late + before_1 + bad_1;
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  if (dropped) assume (code >= 4 && code <= 12 || code == 20);
  if (begun) assume (told < 65000);
  dropped1 <= dropped && !reset;
  code1 <= code;
  bad_1 <= is_bad && !reset;
  before_1 <= inject_bad_before && !reset;
  late <= reset || told == 0 ? 17'd0 : told - 1'b1;
  if (begun && !reset) begin
`ifdef ONE
    if (dropped1 && code1 != 20) assert (lines == 9'd1 << (code1 - 4));
`endif
`ifdef NONE
    if (!dropped1 || code1 == 20) assert (lines == 0);
`endif
`ifdef BOTH
    assert (inject_bad == (told != 0));
`endif
`ifdef INVARIANTS
    assert (owed$q == (told == 0 ? 17'd0 : told - 1'b1));
`endif
  end
end
