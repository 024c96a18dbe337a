// hdl/src/host/store.rs, Store: the punt ring, of four slots, while it runs.
//
// The beats that are taken are written (STABLE, ORDER, COUNT, of `rules.sv`); besides,
//
//   PLACE   a frame's beats go to one slot, one behind the other, and the next frame's to the next slot
//   SPARED  no slot is written that the host has not given back
//   TOLD    a slot is produced when its last beat has been written, and no sooner
//
// As in its ring: a frame is at most a slot long; the host gives back what was produced, in order; its
// base stays.
localparam STRIDE_LOG2 = 14;
reg begun, waits, halted;
reg [63:0] old_address, old_base;
reg [31:0] old_index, older_index, next_slot, whole;
reg [11:0] number;
wire put = request && granted;
wire last_put = skid$source$last;
wire [1:0] inside, ahead_of;
wire marked;
wire [134:0] marked_beat;
wire [134:0] out_beat = {data, skid$source$bytes, skid$source$last, skid$source$error};
wire [63:0] place = base + ((next_slot & ((32'd1 << size_log2) - 1)) << STRIDE_LOG2);
initial begin
  begun = 0;
  waits = 0;
end

stream_rules #(.W(135), .C(2), .LATENCY(63)) rules (
  .clock(clock), .reset(reset),
  .in_valid(sink$valid), .in_ready(sink$ready),
  .in_beat({sink$data, sink$bytes, sink$last, sink$error}), .in_note(1'b0),
  .out_valid(request), .out_ready(granted), .out_beat(out_beat),
  .inside(inside), .marked(marked), .ahead(ahead_of), .mark(marked_beat)
);

always @(posedge clock) begin
  begun <= 1;
  assume (run && !clear && size_log2 == 2);
  if (granted) assume (request);
  if (request && number == 1023) assume (last_put);
  old_base <= base;
  old_index <= index;
  older_index <= old_index;
  if (begun) assume (base == old_base);
  if (begun && !reset && !halted) assume (index - old_index <= whole - old_index);
  halted <= reset || !begun;
  if (halted) assume (index == 0);
  waits <= request && !granted && !reset;
  old_address <= address;
  if (put) begin
    number <= last_put ? 12'd0 : number + 1'b1;
    if (last_put) begin
      next_slot <= next_slot + 1'b1;
      whole <= whole + 1'b1;
    end
  end
  if (reset) begin
    number <= 0;
    next_slot <= 0;
    whole <= 0;
  end
  if (begun && !reset) begin
`ifdef STABLE
    if (waits) assert (request && address == old_address);
`endif
`ifdef PLACE
    if (request) assert (address == place + {number, 4'd0});
`endif
`ifdef SPARED
    if (request && !halted) assert (next_slot - index < 32'd1 << size_log2);
`endif
`ifdef TOLD
    assert (produced == whole);
`endif
  end
end

`ifdef INVARIANTS
(* hierconn, keep *) wire \skid.valid$q , \skid.held$q , \skid.held_last$q , \skid.held_error$q ;
(* hierconn, keep *) wire [127:0] \skid.held_data$q ;
(* hierconn, keep *) wire [4:0] \skid.held_bytes$q ;
(* hierconn, keep *) wire [31:0] \slot.offset$q ;
(* hierconn, keep *) wire [63:0] \slot.sum$q ;
wire [31:0] offset_now = (next$q & ((32'd1 << size_log2) - 1)) << STRIDE_LOG2;
wire [134:0] held = {\skid.held_data$q , \skid.held_bytes$q , \skid.held_last$q , \skid.held_error$q };

always @(posedge clock) if (begun && !reset) begin
  assert (inside == \skid.valid$q + \skid.held$q && skid$source$valid == \skid.valid$q );
  assert (!\skid.held$q || \skid.valid$q );
  assert (!marked || ahead_of < inside);
  if (marked) assert (marked_beat == (ahead_of == 0 ? out_beat : held));
  assert (!dropping$q && whole == next_slot && next$q == next_slot + open$q && counted$q == whole);
  if (!open$q) assert (number == 0);
  if (open$q) assert (at$q == place + {number, 4'd0});
  assert (number <= 1023);
  assert (whole - index <= 32'd1 << size_log2 || halted);
  if (open$q) assert (next_slot - index < 32'd1 << size_log2 && !halted);
  if (settle$q <= 1) assert (!halted && \slot.offset$q == offset_now && ahead$q == next$q - old_index);
  if (settle$q == 0) assert (\slot.sum$q == base + offset_now
    && full$q == ((next$q - older_index) >> size_log2 != 0));
  if (!halted && settle$q <= 2) assert (index - old_index <= whole - old_index);
  if (!halted && settle$q <= 1) assert (old_index - older_index <= whole - older_index);
  if (halted) assert (settle$q == 3 && whole == 0);
end
`endif
