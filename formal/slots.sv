// hdl/src/crypto/slots.rs, Slots.
//
//   READY  a beat is taken where there was room, but not between a last beat whose tag needs a slot of
//          its own and that slot's clock
//   FRAME  a packet's slots begin with its first and end with its last one, which is the one that its
//          length says, or, in a bad packet, an earlier one
//   BEAT   a beat gives a slot, WAY clocks later, but for what comes behind a packet that was cut; a
//          tag that needs it, and it alone, has a slot without a beat, in the next clock whose turn it is
//   DATA   a slot has its beat, behind the last block of the one before, its number and its request
//   BAD    a last slot is bad exactly if a beat came early, late, damaged or with another size than
//          was asked for, or if the keys were wiped
localparam D = $bits(sink$data), C = $bits(sink$bytes), K = $bits(key);
localparam LANES = D / 128, BYTES = D / 8;
localparam R = 1 + K + 96 + 128 + 5 + 14, E = 5 + C + D;

// What happens at the sink in each clock: a beat, or the clock that a tag has to itself; and what was
// asked for its packet.
reg begun, old_go, pending, inside_packet;
reg [R-1:0] ask, ask2, ask3;
reg [E-1:0] event1, event2, event3;
wire comes = sink$valid && sink$ready, alone = pending && turn;
wire [R-1:0] ask_now = inside_packet ? ask : {request$seal, request$key, request$nonce, request$aad,
  request$aad_bytes, request$text_bytes};

function [14:0] beats(input [14:0] bytes);
  beats = (bytes + 15'(BYTES - 1)) / BYTES;
endfunction
function [14:0] last_slot(input [R-1:0] of);
  last_slot = beats(of[13:0] + 15'd16) - 1'b1;
endfunction
function [14:0] last_beat(input [R-1:0] of);
  last_beat = !of[R-1] ? last_slot(of) : of[13:0] == 0 ? 15'd0 : beats(of[13:0]) - 1'b1;
endfunction
function [C-1:0] last_bytes(input [R-1:0] of);
  reg [14:0] bytes;
  begin
    bytes = of[13:0] + (of[R-1] ? 15'd0 : 15'd16);
    last_bytes = bytes == 0 ? 0 : (bytes - 1'b1) % BYTES + 1'b1;
  end
endfunction
wire needs = ask_now[R-1] && last_slot(ask_now) != last_beat(ask_now);

// Three clocks later: the packet before, its slots, whether it is bad.
wire there, alone3, starts, closes, damaged;
wire [C-1:0] size;
wire [D-1:0] block_in;
assign {there, alone3, starts, closes, damaged, size, block_in} = event3;
reg open_s, bad_s;
reg [14:0] number_s;
reg [127:0] carried;
wire gives = there && (starts || open_s) || alone3 && open_s;
wire [14:0] number = starts ? 15'd0 : number_s;
wire belongs = there && number == last_beat(ask3);
wire cut_short = there && closes != belongs;
wire uneven_size = there && closes && size != last_bytes(ask3);
wire worse_s = !starts && bad_s || cut_short || uneven_size || there && closes && damaged || spoil;
wire ends_s = number == last_slot(ask3) || cut_short;

// What the slot must be, a clock later for `data` and `made`, and two for `slot`. One that was made in
// the clock of a reset still comes.
reg gives4, starts4, ends4, worse4, there4, known, known4;
reg gives5, starts5, ends5, worse5;
reg [14:0] number4, number5;
reg [R-1:0] ask4, ask5;
reg [D+127:0] data4;
wire [13:0] text5 = ask5[13:0];
initial begin
  begun = 0;
  gives4 = 0;
  known = 0;
  known4 = 0;
end

always @(posedge clock) begin
  begun <= 1;
  if (!begun) assume (reset);
  old_go <= go && !reset;
  pending <= comes && sink$last && needs || pending && !turn;
  if (comes) inside_packet <= !sink$last;
  if (comes && !inside_packet && !reset) ask <= ask_now;
  event1 <= {comes, alone, comes && !inside_packet, sink$last, sink$error, sink$bytes, sink$data};
  ask2 <= ask;
  event2 <= event1;
  ask3 <= ask2;
  event3 <= event2;
  if (there) carried <= block_in[D-1-:128];
  if (gives) begin
    open_s <= !ends_s;
    bad_s <= worse_s && !ends_s;
    number_s <= number + 1'b1;
  end else if (spoil && open_s) bad_s <= 1;
  gives4 <= gives;
  starts4 <= starts;
  ends4 <= ends_s;
  worse4 <= worse_s;
  there4 <= there;
  if (there) known <= 1;
  known4 <= known;
  number4 <= number;
  ask4 <= ask3;
  data4 <= {block_in, carried};
  gives5 <= gives4;
  starts5 <= starts4;
  ends5 <= ends4;
  worse5 <= worse4;
  number5 <= number4;
  ask5 <= ask4;
  if (reset) begin
    pending <= 0;
    inside_packet <= 0;
    {event1[E-1:E-3], event2[E-1:E-3], event3[E-1:E-3]} <= 0;
    open_s <= 0;
    bad_s <= 0;
    gives4 <= 0;
    known <= 0;
  end
  if (begun && !reset) begin
`ifdef READY
    assert (sink$ready == (old_go && !pending));
`endif
`ifdef FRAME
    if (gives) assert (starts == !open_s && number <= last_slot(ask3));
    if (gives5) assert (slot[1] == starts5 && slot[2] == ends5);
`endif
`ifdef BEAT
    assert (made == gives4);
    assert (slot[0] == gives5);
    if (alone3 && open_s) assert (number == last_slot(ask3) && number != 0);
`endif
`ifdef DATA
    if (gives4) assert ({key, nonce, aad} == ask4[R-2-:K+224]);
    if (known4) assert (data[127:0] == data4[127:0]);
    if (there4 && known4) assert (data == data4[D-1:0]);
    if (gives5) begin
      assert (block == 11'(number5 * LANES));
      assert ({slot[3], slot[40:36], slot[35:22]} == {ask5[R-1], ask5[18:0]});
      assert (slot[16:6] == 11'(((15'd15 + text5) >> 4) - number5 * LANES));
      assert (slot[20:17] == number5[3:0] && slot[21] == (number5 <= stride_end));
    end
`endif
`ifdef BAD
    if (gives5 && ends5) assert (slot[4] == worse5);
`endif
  end
end

`ifdef INVARIANTS
function tag_alone(input [R-1:0] of);
  tag_alone = of[R-1] && last_slot(of) != last_beat(of);
endfunction
// Whether a packet is begun behind each stage, and whether one has ended there whose tag is to come alone.
reg inside3, tail3, some1, some2, some3;
wire inside2 = there ? !closes : inside3;
wire inside1 = event2[E-1] ? !event2[E-4] : inside2;
wire inside0 = event1[E-1] ? !event1[E-4] : inside1;
wire tail2 = there ? closes && tag_alone(ask3) : tail3 && !alone3;
wire tail1 = event2[E-1] ? event2[E-4] && tag_alone(ask2) : tail2 && !event2[E-2];
wire tail0 = event1[E-1] ? event1[E-4] && tag_alone(ask) : tail1 && !event1[E-2];
wire late = now$q[0] ? uneven$q || unsound$q && !now$q[1] : unsound$q;
wire [10:0] block_next = !now$q[0] ? block_out$q : now$q[1] ? 11'd0 : 11'(block_out$q + LANES);
wire [14:0] blocks3 = (ask3[13:0] + 15'd15) >> 4, blocks4 = (ask4[13:0] + 15'd15) >> 4;
initial begin
  some1 = 0;
  some2 = 0;
  some3 = 0;
end

always @(posedge clock) begin
  inside3 <= inside2 && !reset;
  tail3 <= tail2 && !reset;
  some1 <= (some1 || comes) && !reset;
  some2 <= some1 && !reset;
  some3 <= some2 && !reset;
  if (begun && !reset) begin
    assert (going$q == inside_packet && inside_packet == inside0 && over$q == pending);
    if (inside_packet) assert (has_over$q == tag_alone(ask) && some1);
    assert (coming1$q[2:0] == {event1[E-3], event1[E-2], event1[E-1]});
    assert (coming2$q[2:0] == {event2[E-3], event2[E-2], event2[E-1]});
    assert (coming3$q[2:0] == {starts, alone3, there});
    if (event1[E-1]) begin
      assert (some1 && {data1$q, size1$q, coming1$q[3], coming1$q[4]}
        == {event1[D-1:0], event1[D+:C], event1[E-4], event1[E-5]});
      assert (event1[E-3] == !inside1 && !event1[E-2]);
    end
    if (event2[E-1]) begin
      assert (some2 && {data2$q, size2$q, coming2$q[3], coming2$q[4]}
        == {event2[D-1:0], event2[D+:C], event2[E-4], event2[E-5]});
      assert (event2[E-3] == !inside2 && !event2[E-2]);
    end
    if (there) begin
      assert (some3 && {data3$q, size3$q, coming3$q[3], coming3$q[4]} == {block_in, size, closes, damaged});
      assert (starts == !inside3 && !alone3);
    end
    if (!event1[E-1]) assert (!event1[E-3]);
    if (!event2[E-1]) assert (!event2[E-3]);
    if (!there) assert (!starts);
    assert (pending == tail0 && !(inside_packet && pending));
    if (event1[E-2]) assert (tail1 && !event1[E-1]);
    if (event2[E-2]) assert (tail2 && !event2[E-1]);
    if (alone3) assert (tail3 && !there);
    assert (!(tail3 && inside3));
    if (event1[E-1]) assert (!tail1);
    if (event2[E-1]) assert (!tail2);
    if (there) assert (!tail3);
    assert ((some1 || !some2) && (some2 || !some3));
    if (event1[E-3]) assert ({asked1$q[0], key1$q, asked1$q[96:1], asked1$q[224:97],
      asked1$q[229:225], asked1$q[243:230]} == ask);
    if (some2) assert ({asked2$q[0], key2$q, asked2$q[96:1], asked2$q[224:97],
      asked2$q[229:225], asked2$q[243:230]} == ask2);
    if (some3) assert ({asked3$q[0], key3$q, asked3$q[96:1], asked3$q[224:97],
      asked3$q[229:225], asked3$q[243:230]} == ask3);
    if (!event1[E-3] && some2) assert (ask == ask2);
    if (!event2[E-3] && some3) assert (ask2 == ask3);
    if (there) assert (left3$q == blocks3[10:0] && few3$q == (last_slot(ask3) == 0)
      && ending3$q == (last_beat(ask3) == 0) && want3$q == last_bytes(ask3));
    assert (open$q == open_s);
    if (open_s) begin
      assert (some3 && number_s != 0);
      assert (inside3 ? number_s <= last_beat(ask3) : tail3 && number_s == last_slot(ask3));
      assert (left$q == 11'(blocks3 - number_s * LANES));
      assert (few_left$q == (number_s == last_slot(ask3)) && ends_next$q == (number_s == last_beat(ask3)));
      assert (bad_s == (bad$q || late));
      assert (now$q[20:17] == 4'(number_s - 1'b1) && now$q[21] == (number_s - 1'b1 <= stride_end));
      assert (block_next == 11'((number_s - 1'b1) * LANES));
    end else assert (!bad_s && !bad$q);
    assert (now$q[0] == gives4);
    if (gives4) begin
      assert (now$q[1] == starts4 && now$q[2] == ends4 && worse4 == (now$q[4] || late));
      assert ({now$q[3], now$q[40:36], now$q[35:22]} == {ask4[R-1], ask4[18:0]});
      assert (now$q[16:6] == 11'(blocks4 - number4 * LANES));
      assert (now$q[20:17] == number4[3:0] && now$q[21] == (number4 <= stride_end));
      assert (block_next == 11'(number4 * LANES));
    end
    if (known) assert (carry$q == carried);
  end
end
`endif
