// hdl/src/decide/mod.rs, Decide: the table and the checksums may answer anything.
//
//   ON_TIME    a frame is decided 8 clocks after it was parsed, once, and no other is
//   SAME       its plan is of that frame: source, length, the headers' places
//   FATE       it is dropped, or sent or punted or both: never dropped and sent, never nothing
//   CODED      what is dropped has a code of *decide*'s own counters
//   REWRITTEN  what is rewritten is sent, and is a well-formed L2TP message
//
// Faults are those that *parse* gives. In the clock behind a reset nothing is decided; what was parsed
// before it is, as it is to last until nothing is under way.
reg begun, reset1;
reg [7:0] valids;
reg [1967:0] told;
wire [4:0] network_fault = parsed[50+:5], transport_fault = parsed[57+:5];
wire [245:0] parsed8 = told[1967:1722];
initial begin
  begun = 0;
  valids = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  assume (network_fault == 31 || network_fault >= 5 && network_fault <= 10);
  assume (transport_fault == 31 || transport_fault == 6 || transport_fault == 9);
  reset1 <= reset;
  valids <= {valids, valid};
  told <= {told, parsed};
  if (begun && !reset) begin
`ifdef ON_TIME
    assert (decided == (valids[7] && !reset1));
`endif
  end
  if (begun && !reset && decided) begin
`ifdef SAME
    assert (plan[11+:16] == {parsed8[1:0], parsed8[2+:14]});
    assert (plan[73+:12] == parsed8[63+:12] && plan[304+:7] == parsed8[239+:7]);
`endif
`ifdef FATE
    assert (dropped != (plan[0] || plan[3]));
`endif
`ifdef CODED
    if (dropped) assert (code >= 4 && code <= 12 || code == 20);
`endif
`ifdef REWRITTEN
    if (plan[85]) assert (plan[0] && parsed8[219]);
`endif
  end
end

`ifdef INVARIANTS
// A delay reads as far behind its writes as is its delay less two; what it begins with is said anew, as a
// joined wire loses it.
(* hierconn, keep, init = 3'd5 *) wire [2:0] \valid_verdict.at , \carried_verdict.at ;
(* hierconn, keep, init = 3'd4 *) wire [2:0] \early_verdict.at ;
(* hierconn, keep, init = 3'd0 *) wire [2:0] \valid_verdict.from , \carried_verdict.from , \early_verdict.from ;
always @(posedge clock) begin
  assert (3'(\valid_verdict.at - \valid_verdict.from ) == 5);
  assert (3'(\carried_verdict.at - \carried_verdict.from ) == 5);
  assert (3'(\early_verdict.at - \early_verdict.from ) == 4);
end
`endif
