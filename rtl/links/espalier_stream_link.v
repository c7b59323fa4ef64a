// The streams of a design at a host's DMA engine. A packet that comes in is one or more samples, every byte of them there
// (tkeep), and ends with tlast; the packet that goes out has a result for each, in their order, and ends with the last one's.
//
// A sample that lacks a byte or is cut off by the packet's end is dropped, and so is what follows it in the packet: results
// are those of the samples before it. The design is given that sample's end early, or a beat more, so that it sees the fault
// (frame_error) and begins anew. The next packet is let in when the results of this one are out.
//
// The last beat of a result waits until it is known whether another sample follows in the packet. core_aresetn_i at 0 forgets
// what was in work; a beat that is offered to the host stays, as it must.
//
// Latency: 0 cycles in, 1 cycle out.

`default_nettype none

module espalier_stream_link #(
  parameter IN_WIDTH       = 32,  // bits of a beat, a multiple of 8
  parameter IN_BEATS       = 4,   // of a sample
  parameter IN_COUNT_WIDTH = 2,   // 2^IN_COUNT_WIDTH >= IN_BEATS, and 1 or more
  parameter OUT_WIDTH      = 32,
  parameter WORK_WIDTH     = 16   // counts the samples inside the design
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire                   core_aresetn_i,   // of the design: aresetn, or the design alone
  input  wire    [IN_WIDTH-1:0] s_axis_tdata,     // from the host
  input  wire  [IN_WIDTH/8-1:0] s_axis_tkeep,
  input  wire                   s_axis_tvalid,
  output wire                   s_axis_tready,
  input  wire                   s_axis_tlast,
  output wire   [OUT_WIDTH-1:0] m_axis_tdata,     // to the host
  output wire [OUT_WIDTH/8-1:0] m_axis_tkeep,
  output wire                   m_axis_tvalid,
  input  wire                   m_axis_tready,
  output wire                   m_axis_tlast,
  output wire    [IN_WIDTH-1:0] x_data_o,         // to the design
  output wire                   x_valid_o,
  input  wire                   x_ready_i,
  output wire                   x_last_o,
  input  wire   [OUT_WIDTH-1:0] y_data_i,         // from the design
  input  wire                   y_valid_i,
  output wire                   y_ready_o,
  input  wire                   y_last_i,
  output wire                   busy_o,           // a packet is in work
  output wire                   begins_o,         // its first beat is taken
  output wire                   ends_o            // the last result of a packet leaves the design
);

  localparam LAST_BEAT = IN_BEATS - 1;
  localparam [WORK_WIDTH-1:0] ONE = 1;

  reg [IN_COUNT_WIDTH-1:0] beat_q;
  reg                      inside_q;    // of a packet
  reg                      fill_q;      // the design gets the end of a sample that it drops
  reg                      skip_q;      // the rest of the packet is dropped
  reg                      closing_q;   // the packet is in; its results are not all out
  reg     [WORK_WIDTH-1:0] work_q;      // samples inside the design

  reg                      valid_q;
  reg                      last_q;
  reg      [OUT_WIDTH-1:0] data_q;

  wire open    = core_aresetn_i & ~fill_q & ~skip_q & ~closing_q;
  wire skipped = skip_q & ~fill_q & s_axis_tvalid;
  wire whole   = &s_axis_tkeep;
  wire at_last = beat_q == LAST_BEAT[IN_COUNT_WIDTH-1:0];
  wire take    = open & s_axis_tvalid & x_ready_i;
  wire good    = take & at_last & whole;
  wire wrong   = take & (~whole | (s_axis_tlast & ~at_last));
  wire in_end  = (take | skipped) & s_axis_tlast;

  // Whether another result follows in the packet.
  wire known  = closing_q | (work_q > ONE);
  wire single = work_q == ONE;
  wire give   = y_valid_i & y_ready_o;
  wire leaves = give & y_last_i;

  assign x_data_o  = s_axis_tdata;
  assign x_valid_o = fill_q | (open & s_axis_tvalid);
  assign x_last_o  = fill_q | (at_last ? whole : (s_axis_tlast | ~whole));

  assign s_axis_tready = (skip_q & ~fill_q) | (open & x_ready_i);
  assign busy_o        = inside_q | closing_q;
  assign begins_o      = take & ~inside_q;

  assign y_ready_o = core_aresetn_i & (~y_last_i | known) & (~valid_q | m_axis_tready);
  assign ends_o    = leaves & closing_q & single;

  assign m_axis_tdata  = data_q;
  assign m_axis_tkeep  = {OUT_WIDTH/8{1'b1}};
  assign m_axis_tvalid = valid_q;
  assign m_axis_tlast  = last_q;

  always @(posedge aclk) begin
    if (!core_aresetn_i) begin
      beat_q    <= {IN_COUNT_WIDTH{1'b0}};
      inside_q  <= 1'b0;
      fill_q    <= 1'b0;
      skip_q    <= 1'b0;
      closing_q <= 1'b0;
      work_q    <= {WORK_WIDTH{1'b0}};
    end else begin
      if (take) beat_q <= (at_last | wrong) ? {IN_COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
      if (take | skipped) inside_q <= ~s_axis_tlast;
      if (wrong & at_last) fill_q <= 1'b1;
      else if (x_ready_i) fill_q <= 1'b0;
      if (wrong) skip_q <= ~s_axis_tlast;
      else if (skipped & s_axis_tlast) skip_q <= 1'b0;
      if (in_end) closing_q <= 1'b1;
      else if (ends_o | (work_q == {WORK_WIDTH{1'b0}})) closing_q <= 1'b0;
      if (good & ~leaves) work_q <= work_q + ONE;
      else if (leaves & ~good) work_q <= work_q - ONE;
    end
  end

  always @(posedge aclk) begin
    if (!aresetn) valid_q <= 1'b0;
    else if (give) valid_q <= 1'b1;
    else if (m_axis_tready) valid_q <= 1'b0;
    if (give) begin
      data_q <= y_data_i;
      last_q <= ends_o;
    end
  end

endmodule

`default_nettype wire
