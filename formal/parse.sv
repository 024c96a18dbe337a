// hdl/src/parse/output.rs, Parse: here of 16 bytes a beat.
//
//   ON_TIME  what was parsed of a frame comes 11 clocks after its first beat, once; nothing else does
//   ARRIVAL  with it what came with that beat
//   STATION  it is for whom the destination names: always for this station, if it is from the host
//   FAULTS   a fault is one that *parse* can find; of a layer with a fault nothing is told, nor of one above
//   INSIDE   the headers that are told of lie in the frame, and the Tunnel ID does
//   OFFSETS  an IPv4 header lies behind at most two tags, layer 4 behind 5 to 15 words of it, a Tunnel ID at
//            one of its two places behind UDP
//   READ     addresses, ports, checksums, TTL, protocol and Tunnel ID are the frame's octets there
//   AHEAD    of a well-formed L2TP message, lookup, local addresses and services were asked for what is told
//
// A frame's beats come one behind the other. The solver chooses which field is watched, in halves of words.
(* anyconst *) wire [3:0] watched;
reg begun;
reg [10:0] firsts;
reg [1407:0] beats;
reg [527:0] arrivals;
reg [21:0] stations;
reg [329:0] asked5;
reg [434:0] asked3;
reg [47:0] asked2;
wire from_host = arrival[1:0] == 2;
wire own = from_host || sink$data[47:0] == (arrival[0] ? mac1 : mac0) && arrival[1:0] <= 1;
wire [1:0] station_now = own ? 2'd0 : sink$data[0] ? 2'd1 : 2'd2;
wire [13:0] length_g = parsed[2+:14];
wire [4:0] network_fault = parsed[50+:5], transport_fault = parsed[57+:5], network_at = parsed[63+:5];
wire is_ipv4 = parsed[55], is_fragment = parsed[56], is_transport = parsed[62], is_l2tp = parsed[219];
wire [6:0] transport_at = parsed[68+:7], tunnel_at = parsed[239+:7];
wire [7:0] protocol_g = parsed[139+:8];
wire is_udp = protocol_g == 17, has_ports = is_udp || protocol_g == 6;
wire [65:0] addresses5 = asked5[329:264];
wire [144:0] flow3 = asked3[434:290];
// The first seven beats of the frame, its first octet lowest, and where in them the watched half is.
wire [895:0] octets_g = {beats[512+:128], beats[640+:128], beats[768+:128], beats[896+:128],
  beats[1024+:128], beats[1152+:128], beats[1280+:128]};
reg [6:0] place;
reg [15:0] half_g;
reg is_read;
always @(*) begin
  {place, half_g, is_read} = 0;
  case (watched)
    0: {place, half_g, is_read} = {network_at + 7'd8, parsed[147+:8], parsed[139+:8], is_ipv4};
    1: {place, half_g, is_read} = {network_at + 7'd10, parsed[155+:16], is_ipv4};
    2: {place, half_g, is_read} = {network_at + 7'd12, parsed[91+:16], is_ipv4};
    3: {place, half_g, is_read} = {network_at + 7'd14, parsed[75+:16], is_ipv4};
    4: {place, half_g, is_read} = {network_at + 7'd16, parsed[123+:16], is_ipv4};
    5: {place, half_g, is_read} = {network_at + 7'd18, parsed[107+:16], is_ipv4};
    6: {place, half_g, is_read} = {transport_at, parsed[171+:16], is_transport && has_ports};
    7: {place, half_g, is_read} = {transport_at + 7'd2, parsed[187+:16], is_transport && has_ports};
    8: {place, half_g, is_read} = {transport_at + 7'd6, parsed[203+:16], is_transport && is_udp};
    9: {place, half_g, is_read} = {tunnel_at, parsed[223+:16], is_l2tp};
  endcase
end
wire [15:0] there = octets_g[16 * place[6:1] +: 16];
initial begin
  begun = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  firsts <= reset ? 11'd0 : {firsts, sink$valid && sink$first};
  arrivals <= {arrivals, arrival};
  beats <= {beats, sink$data};
  stations <= {stations, station_now};
  asked5 <= {asked5, addresses};
  asked3 <= {asked3, flow};
  asked2 <= {asked2, served};
  if (begun && !reset) begin
`ifdef ON_TIME
    assert (parsed_valid == firsts[10]);
`endif
  end
  if (begun && !reset && parsed_valid) begin
`ifdef ARRIVAL
    assert (parsed[47:0] == arrivals[527:480]);
`endif
`ifdef STATION
    assert (parsed[49:48] == stations[21:20]);
`endif
`ifdef FAULTS
    assert (network_fault == 31 || network_fault >= 5 && network_fault <= 10);
    assert (transport_fault == 31 || transport_fault == 6 || transport_fault == 9);
    if (network_fault != 31) assert (!is_ipv4);
    if (!is_ipv4) assert (transport_fault == 31 && {parsed[245:62], is_fragment} == 0);
    if (is_fragment) assert (!is_transport && transport_fault == 31);
    if (!is_transport) assert (parsed[245:171] == 0);
    if (is_transport) assert (transport_fault == 31);
    if (!is_l2tp) assert ({parsed[245:222], parsed[220]} == 0);
    if (is_l2tp) assert (is_udp && !parsed[221]);
`endif
`ifdef INSIDE
    if (is_ipv4) assert (transport_at <= length_g);
    if (is_transport) assert (transport_at + (protocol_g == 6 ? 20 : protocol_g == 47 ? 4 : 8) <= length_g);
    if (is_l2tp) assert (tunnel_at + 2 <= length_g);
`endif
`ifdef OFFSETS
    if (is_ipv4) assert (network_at == 14 || network_at == 18 || network_at == 22);
    if (is_ipv4) assert (transport_at >= network_at + 20 && transport_at <= network_at + 60);
    if (is_ipv4) assert (transport_at[1:0] == 2);
    if (is_l2tp) assert (tunnel_at == transport_at + 10 || tunnel_at == transport_at + 12);
`endif
`ifdef READ
    if (is_read) assert (!place[0] && {half_g[7:0], half_g[15:8]} == there);
`endif
`ifdef AHEAD
    if (is_l2tp) assert (addresses5 == {parsed[75+:64], parsed[1:0]});
    if (is_l2tp) assert (flow3[2:0] == {parsed[1:0], 1'b1} && flow3[3+:30] == {parsed[31+:17], parsed[16+:13]});
    if (is_l2tp) assert (flow3[33+:112] == {parsed[223+:16], parsed[171+:32], parsed[75+:64]});
    if (is_transport) assert (asked2[47:24] == {parsed[187+:16], protocol_g});
`endif
  end
end
