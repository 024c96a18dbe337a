// hdl/src/egress.rs, Egress: here with queues of 16 beats of 16 bytes.
//
//   ROUTED   a frame that is to be sent is taken or dropped, two clocks after its first beat, by the queue of
//            its port; no other frame is, and none by the other queue
//   COUNTED  a clock after it was taken it is counted once: forwarded, else raw from the host, else bypassed
//   HOST     a frame that is to be punted is taken, policed or dropped for want of room; no other is
//   STORED   a port's queue stores beats of its own frames, as rewritten; the host's, as received
//   OUT      what a queue offers is on offer at its port, and taken when that takes it
//
// Both forms of a frame come in the same clocks, its beats one behind the other, the first marked. What
// is taken whole, and in which order it leaves, the proofs of the queues show.
(* hierconn, keep *) wire \external.push , \internal.push , \host.words$push ;
(* hierconn, keep *) wire [132:0] \external.word$q , \internal.word$q , \host.words$word ;
(* hierconn, keep *) wire \external.pop , \internal.pop , \external.fifo$valid , \internal.fifo$valid ;
(* hierconn, keep *) wire [132:0] \external.fifo$data , \internal.fifo$data ;
reg begun, in_frame, counts, rewrite_1, rewrite_2, rewrite_3, inject_1, inject_2, inject_3;
reg there1, there2, first_1, first_2;
// Who gets the frame of the last beat that came, a clock ago and two clocks ago: the external port, the
// internal one, the host.
reg [2:0] whose, whose1, whose2, offered_1, offered_2;
reg [132:0] sent_1, kept1, kept2;
wire starts = rewritten$valid && rewritten$first;
wire [2:0] whose_now = starts ? {plan[3], plan[0] && plan[1], plan[0] && !plan[1]} : whose;
wire [3:0] punted_g = {punted_exception, punted_host, punted_copy, punted_new};
wire [3:0] policed_g = {policed_exception, policed_host, policed_copy, policed_new};
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  assume (received$valid == rewritten$valid);
  assume (received$first == rewritten$first && received$last == rewritten$last);
  if (!reset && rewritten$valid) assume (rewritten$first == !in_frame);
  if (rewritten$valid) in_frame <= !rewritten$last;
  {there2, there1} <= {there1, rewritten$valid};
  {first_2, first_1} <= {first_1, rewritten$first};
  {whose2, whose1, whose} <= {whose1, whose, whose_now};
  {offered_2, offered_1} <= {offered_1, starts ? whose_now : 3'd0};
  {rewrite_3, rewrite_2, rewrite_1} <= {rewrite_2, rewrite_1, plan[85]};
  {inject_3, inject_2, inject_1} <= {inject_2, inject_1, plan[2]};
  sent_1 <= {rewritten$last ? rewritten$bytes : 5'd0, rewritten$data};
  {kept2, kept1} <= {kept1, received$last ? received$bytes : 5'd0, received$data};
  counts <= external$accepted || internal$accepted;
  if (reset) {in_frame, there1, there2, whose, whose1, whose2, offered_1, offered_2, counts} <= 0;
  if (begun && !reset) begin
`ifdef ROUTED
    assert (external$accepted + queue_full0 == {1'b0, offered_2[0]});
    assert (internal$accepted + queue_full1 == {1'b0, offered_2[1]});
`endif
`ifdef COUNTED
    assert (forwarded == (counts && rewrite_3));
    assert (raw == (counts && !rewrite_3 && inject_3));
    assert (bypassed == (counts && !rewrite_3 && !inject_3));
`endif
`ifdef HOST
    assert ($onehot({punted_g, policed_g, punt_full, copy_full, !offered_2[2]}));
`endif
`ifdef STORED
    if (\external.push ) assert (there1 && whose[0] && \external.word$q == sent_1);
    if (\internal.push ) assert (there1 && whose[1] && \internal.word$q == sent_1);
    if (\host.words$push ) assert (there2 && whose1[2] && \host.words$word == kept2);
`endif
`ifdef OUT
    assert (tx0$valid == \external.fifo$valid && tx1$valid == \internal.fifo$valid );
    assert (tx0$data == \external.fifo$data [127:0] && tx1$data == \internal.fifo$data [127:0]);
    assert (\external.pop == (tx0$valid && tx0$ready) && \internal.pop == (tx1$valid && tx1$ready));
`endif
  end
end

`ifdef INVARIANTS
(* hierconn, keep *) wire \external.taking$q , \internal.taking$q , \host.taking$q ;
always @(posedge clock) if (begun && !reset) begin
  if (!there1 || !first_1) assert (whose == whose1);
  if (!there2 || !first_2) assert (whose1 == whose2);
  if (\external.taking$q ) assert (whose1[0]);
  if (\internal.taking$q ) assert (whose1[1]);
  if (\host.taking$q ) assert (whose2[2]);
end
`endif
