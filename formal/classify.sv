// hdl/src/decide/classify.rs, Classify.
//
//   ONE     at most one of ask, drop, bypass and raw; of a frame of the host, which alone is direct, one
//           of ask, drop and raw
//   ASKED   the lookup decides about well-formed L2TP alone, for a local address or from the host
//   PASSED  raw is a frame of the host that is not to be forwarded; bypassed, with bridging, any other
//           that is for another station
//   CODED   what is dropped has a code of *decide*'s own counters
//   PUNTED  any other frame has the reason and the class of `spec::verdict`; with ask, that of a miss
//
// Faults are those that *parse* gives.
reg begun, bridge1, local1;
reg [245:0] parsed1;
wire from_host = parsed1[0+:2] == 2;
wire foreign = !from_host && parsed1[48+:2] == 2;
wire [4:0] network_fault = parsed[50+:5], transport_fault = parsed[57+:5];
wire dropped = early[0], bypassed = early[6], raw = early[7], asked = early[8], direct = early[9];
wire [4:0] code = early[1+:5];
wire [3:0] reason = early[10+:4];
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  assume (network_fault == 31 || network_fault >= 5 && network_fault <= 10);
  assume (transport_fault == 31 || transport_fault == 6 || transport_fault == 9);
  parsed1 <= parsed;
  bridge1 <= bridge;
  local1 <= local_hit;
  if (begun) begin
`ifdef ONE
    assert ($onehot0({asked, dropped, bypassed, raw}));
    assert (direct == from_host);
    if (direct) assert (asked || dropped || raw);
`endif
`ifdef ASKED
    if (asked) assert (parsed1[219] && !foreign && (local1 || from_host));
`endif
`ifdef PASSED
    assert (raw == (from_host && !parsed1[29]));
    assert (bypassed == (foreign && bridge1));
`endif
`ifdef CODED
    if (dropped) assert (code >= 4 && code <= 11 || code == 20);
    if (dropped) assert ((code == 20) == from_host && (code == 4) == foreign);
`endif
`ifdef PUNTED
    if (!direct && asked) assert (reason == 6 && !early[14]);
    if (!(asked || dropped || bypassed || raw)) assert (reason <= 5 && early[14] == (reason <= 2));
`endif
  end
end
