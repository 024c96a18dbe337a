// hdl/src/crypto/folded/slots.rs, Slots: with two bits of a key's index.
//
//   FRAME  a packet's slots begin with its first and end with its last one, which is the one that its
//          length says, or, in a bad packet, an earlier one
//   BEAT   a beat gives a slot, but for what comes behind a packet that was cut; only the last slot of
//          a sealed packet has no beat
//   PACE   a turn has a slot if there was room and a beat or a slot without one; no other beat is taken
//   DATA   a slot has the beat, the number and the request of its packet
//   BAD    a last slot is bad exactly if a beat came early, late, damaged or with another size than
//          was asked for, or if the keys were wiped
wire v = slot[0], begins = slot[1], closes = slot[2], broken = slot[4];

// What came with the packet's begins beat, and what that means.
reg seal_g;
reg [1:0] key_g;
reg [95:0] nonce_g;
reg [127:0] aad_g;
reg [4:0] aad_bytes_g;
reg [13:0] text_g;
wire [10:0] blocks = (15'd15 + text_g) >> 4;
wire [4:0] size_g = text_g[3:0] != 0 ? text_g[3:0] : seal_g && text_g == 0 ? 0 : 16;

// The turn's beat; the packet before this turn's slot: it has more of them, its number_now of slots, its
// closes beat has come, it is broken; the rest of a packet that was cut is thrown away.
reg begun, after_reset, took, last_g, error_g, going_g, spoil_g;
reg [6:0] old_turn;
reg [4:0] bytes_g;
reg [127:0] data_g;
reg open_g, over_g, bad_g, drain_g;
reg [10:0] number_g;
wire take_g = sink$valid && sink$ready;
wire [10:0] number_now = open_g ? number_g : 11'd0;
wire belongs = seal_g && blocks != 0 ? number_now + 1'b1 == blocks : number_now == blocks;
wire fault = took && (last_g != belongs || last_g && (error_g || bytes_g != size_g));
wire bad_now = open_g && bad_g || fault || spoil_g;
initial begin
  begun = 0;
  after_reset = 1;
end

always @(posedge clock) begin
  begun <= 1;
  after_reset <= reset;
  old_turn <= turn;
  if (!begun) assume (reset);
  if (begun) begin
    assume ($onehot(turn));
    if (!after_reset) assume (turn == {old_turn[5:0], old_turn[6]});
  end
  if (reset) begin
    open_g <= 0;
    over_g <= 0;
    bad_g <= 0;
    drain_g <= 0;
    took <= 0;
    going_g <= 0;
  end else begin
    if (turn[6]) going_g <= go;
    if (turn[0]) begin
      took <= take_g;
      if (take_g) begin
        data_g <= sink$data;
        bytes_g <= sink$bytes;
        last_g <= sink$last;
        error_g <= sink$error;
        if (!open_g && !drain_g) begin
          seal_g <= request$seal;
          key_g <= request$key;
          nonce_g <= request$nonce;
          aad_g <= request$aad;
          aad_bytes_g <= request$aad_bytes;
          text_g <= request$text_bytes;
        end
      end
    end
    if (turn[3]) spoil_g <= spoil;
    if (turn[4] && v) begin
      open_g <= !closes;
      over_g <= !closes && (over_g || took && last_g);
      bad_g <= !closes && (bad_now || spoil);
      number_g <= number_now + 1'b1;
      drain_g <= closes && took && !last_g;
    end else begin
      if (turn[4] && took && last_g) drain_g <= 0;
      if (spoil && open_g && !(turn[3] && v)) bad_g <= 1;
    end
  end
  if (begun && !reset && !after_reset) begin
`ifdef FRAME
    if (turn[4] && v) begin
      assert (begins == !open_g);
      assert (number_now <= blocks);
      assert (closes == (number_now == blocks) || closes && broken);
    end
`endif
`ifdef BEAT
    if (turn[4] && took) assert (v == !drain_g);
    if (turn[4] && v && !took) assert (over_g && closes && !begins && slot[3]);
`endif
`ifdef PACE
    assert (sink$ready == (turn[0] && (drain_g || going_g && !over_g)));
    if (turn[1]) assert (made == (going_g && !drain_g && (took || over_g)));
`endif
`ifdef DATA
    if (!turn[0] && took) assert (beat == data_g);
    if (v && (turn[1] || turn[2] || turn[3] || turn[4]))
      assert ({key, nonce, aad, block} == {key_g, nonce_g, aad_g, number_now});
    if (turn[4] && v) assert ({slot[3], slot[19:6], slot[24:20]} == {seal_g, text_g, aad_bytes_g});
`endif
`ifdef BAD
    if (turn[4] && v && closes) assert (broken == bad_now);
`endif
  end
end

`ifdef INVARIANTS
always @(posedge clock) if (begun && !reset && !after_reset) begin
  if (!turn[1] && !turn[2] && !turn[3]) assert (ready$q == (turn[0] && (drain_g || going_g && !over_g)));
  if (turn[1] || turn[2] || turn[3] || turn[4]) begin
    assert (issued$q == (going_g && !drain_g && (took || over_g)) && taken$q == took);
    if (v) assert (first$q == !open_g);
    if (took) assert (drain_g || going_g && !over_g);
  end
  if (turn[0] || turn[5] || turn[6] || turn[1] || turn[2] || turn[3])
    assert (open$q == open_g && ended$q == over_g && drain$q == drain_g);
  if (!turn[4]) assert (bad$q == bad_g);
  if (took) assert (beat_q$q == data_g && bytes$q == bytes_g && last$q == last_g && error$q == error_g);
  if (open_g || v) assert ({seal$q, key_q$q, nonce_q$q, aad_q$q, aad_bytes$q, text$q}
    == {seal_g, key_g, nonce_g, aad_g, aad_bytes_g, text_g});
  if (open_g) assert (number_g != 0 && number_g <= blocks && !drain_g);
  if ((turn[2] || turn[3] || turn[4]) && v) assert (left$q == 11'(blocks - number_now));
  else if (open_g) assert (left$q == 11'(blocks - number_g + 1'b1));
  if (turn[3] && v) assert (none$q == (number_now == blocks) && ending$q == belongs && want$q == size_g);
  if (v && (turn[1] || turn[2] || turn[3] || turn[4])) assert (block == number_now);
  else if (open_g) assert (block == 11'(number_g - 1'b1));
  if (bad_g) assert (open_g);
  assert (over_g == (open_g && seal_g && number_g == blocks));
end
`endif
