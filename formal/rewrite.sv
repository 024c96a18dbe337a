// hdl/src/rewrite/lanes.rs, Rewrite: here of 16 bytes a beat.
//
//   ON_TIME  a beat leaves two clocks after it came, with its byte count, first and last; none else does
//   PLANNED  with it, the plan that came with its frame
//   PLAIN    a frame whose plan has no `rewrite` leaves as it came
//   FIELDS   in any other each byte of a field is the plan's
//   REST     and each byte that no field covers is as it came
//
// The solver chooses which byte of a beat is watched. A frame's beats come one behind the other, the
// first marked. Of a plan with `rewrite`, offsets are as *parse* gives them: an IPv4 header behind at
// most two tags, of 5 to 15 words, and the Tunnel ID at either of its places behind UDP's header.
(* anyconst *) wire [3:0] watched;
reg begun, in_frame, there1, there2, first_1, first_2, last_1, last_2, plain1, plain2;
reg field1, field2;
reg [4:0] bytes1, bytes2;
reg [3:0] number;
reg [7:0] came1, came2, wanted1, wanted2;
reg [323:0] kept, plan1, plan2;
wire begins = sink$valid && sink$first;
wire [323:0] held = begins ? plan : kept;
wire [3:0] number_now = begins ? 4'd0 : number;
wire [7:0] came = sink$data[8 * watched +: 8];

// The watched byte's place in its frame, beyond all headers the same for all; those of the fields.
wire [8:0] place = {number_now, 4'd0} + watched;
wire [8:0] network = held[73+:5], segment = held[78+:7], session = held[304+:7];
wire [8:0] ttl = network + 8, sum = network + 10, host = network + (held[206] ? 12 : 16);
wire in_macs = place < 12;
wire in_host = place >= host && place < host + 4;
wire in_tunnel = held[287] && (place == session || place == session + 1);
wire in_ports = place >= segment && place < segment + 4;
wire in_check = place == segment + 6 || place == segment + 7;
wire field = in_macs || place == ttl || place == sum || place == sum + 1 || in_host || in_ports
  || in_check || in_tunnel;
wire offsets = (network == 14 || network == 18 || network == 22)
  && segment >= network + 20 && segment <= network + 60 && segment[1:0] == 2
  && (!held[287] || session == segment + 10 || session == segment + 12);
// The plan's numbers, their first octet highest; the two of four octets begin in the middle of a word.
wire [95:0] macs_are = held[86+:96];
wire [31:0] address_is = held[207+:32], ports_are = {held[239+:16], held[255+:16]};
wire [15:0] sum_is = held[190+:16], check_is = held[271+:16], tunnel_is = held[288+:16];
wire [1:0] in_four = 2'd3 - place[1:0] + 2'd2;
wire [7:0] wanted = in_macs ? macs_are[8 * watched +: 8]
  : place == ttl ? held[182+:8]
  : place == sum ? sum_is[15:8] : place == sum + 1 ? sum_is[7:0]
  : in_host ? address_is[8 * in_four +: 8]
  : in_ports ? ports_are[8 * in_four +: 8]
  : place == segment + 6 ? check_is[15:8] : place == segment + 7 ? check_is[7:0]
  : place == session ? tunnel_is[15:8] : tunnel_is[7:0];
wire [7:0] leaves = source$data[8 * watched +: 8];
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  if (!reset && sink$valid) assume (sink$first == !in_frame);
  if (begins && plan[85]) assume (offsets);
  if (sink$valid) begin
    in_frame <= !sink$last;
    number <= number_now == 8 ? 4'd8 : number_now + 1'b1;
  end
  kept <= held;
  {there2, there1} <= {there1, sink$valid};
  {first_2, first_1} <= {first_1, sink$first};
  {last_2, last_1} <= {last_1, sink$last};
  {bytes2, bytes1} <= {bytes1, sink$bytes};
  {plan2, plan1} <= {plan1, held};
  {came2, came1} <= {came1, came};
  {plain2, plain1} <= {plain1, !held[85]};
  {field2, field1} <= {field1, field};
  {wanted2, wanted1} <= {wanted1, wanted};
  if (reset) {in_frame, there1, there2} <= 0;
  if (begun && !reset) begin
`ifdef ON_TIME
    assert (source$valid == there2);
    if (there2) assert (source$first == first_2 && source$last == last_2 && source$bytes == bytes2);
`endif
`ifdef PLANNED
    if (there2) assert (plan_out == plan2);
`endif
`ifdef PLAIN
    if (there2 && plain2) assert (leaves == came2);
`endif
`ifdef FIELDS
    if (there2 && !plain2 && field2) assert (leaves == wanted2);
`endif
`ifdef REST
    if (there2 && !plain2 && !field2) assert (leaves == came2);
`endif
`ifdef INVARIANTS
    if (in_frame) assert (number != 0 && number <= 8 && base$q == {number, 2'd0} && plan_q$q == kept);
    if (in_frame && held[85]) assert (offsets);
`endif
  end
end
