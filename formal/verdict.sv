// hdl/src/decide/verdict.rs, Verdict.
//
//   ON_TIME  a frame is decided one clock after it was asked about, and no other is
//   FATE     it is dropped, or sent or punted or both; never dropped and sent, never nothing
//   COPY     sent and punted is a copy, of a forwarded control message whose entry wants copies
//   FORWARD  what is rewritten, and counted for its entry, is sent: the entry was found, its next hop is in
//            use, and the TTL outlives the hop; filter and entry say so, or the frame is the host's
//   HOST     nothing of the host is punted
//   CODED    a drop's code is the classification's, Rule of an entry found, or InjectBad of the host's
//   PORT     forwarded, a frame goes to its next hop's port; raw, to the one that it names; bypassed, to
//            the other one
//   CLASS    a punted frame has its reason's class
//
// The classification is as its own proof shows it.
reg begun, frame1, hit1, allow1;
reg [26:0] early1;
reg [45:0] carried1;
reg [127:0] action1, next_hop1;
wire asks = early1[8], bypasses = early1[6], is_raw = early1[7], direct = early1[9];
wire control = carried1[36], mortal_1 = carried1[37];
wire send = plan[0], to_host = plan[3], copied = plan[4], rewrite = plan[85];
wire [3:0] why = plan[5+:4];
wire [1:0] class_g = plan[9+:2];
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  assume ($onehot0({early[8:6], early[0]}));
  if (early[9]) assume (early[8] || early[0] || early[7]);
  if (early[0]) assume ((early[1+:5] == 20) == early[9]);
  if (!early[9]) assume (early[8] ? early[10+:4] == 6 && !early[14]
    : early[10+:4] <= 5 && early[14] == (early[10+:4] <= 2));
  frame1 <= frame && !reset;
  {hit1, allow1} <= {hit, allow};
  early1 <= early;
  carried1 <= carried;
  action1 <= action;
  next_hop1 <= next_hop;
  if (begun) begin
`ifdef ON_TIME
    assert (valid == frame1);
    if (dropped || forwarded) assert (valid);
`endif
  end
  if (begun && valid) begin
`ifdef FATE
    assert (dropped != (send || to_host));
`endif
`ifdef COPY
    assert (copied == (send && to_host));
    if (copied) assert (rewrite && control && action1[3]);
`endif
`ifdef FORWARD
    assert (rewrite == forwarded);
    if (rewrite) assert (send && asks && hit1 && next_hop1[0] && !mortal_1);
    if (rewrite) assert (direct || allow1 && action1[0+:2] == 0);
`endif
`ifdef HOST
    if (direct) assert (!to_host && plan[2]);
`endif
`ifdef CODED
    if (dropped && early1[0]) assert (code == early1[1+:5]);
    if (dropped && !early1[0]) assert (asks && code == (direct ? 20 : 12) && (direct || hit1));
`endif
`ifdef PORT
    if (send) assert ($onehot({rewrite, is_raw, bypasses}));
    if (send) assert (plan[1] == (rewrite ? next_hop1[1] : is_raw ? carried1[16] : !carried1[0]));
`endif
`ifdef CLASS
    if (to_host) assert (class_g == (why <= 2 ? 2 : why == 10 ? 1 : why == 6 && control ? 0 : 3));
    if (to_host) assert (copied == (why == 10));
`endif
  end
end
