// Avalon-ST on the outside, AXI4-Stream on the inside: packets, ready latency 0, the first symbol lowest
// (firstSymbolInHighOrderBits false), symbols of 8 bits. A beat that lacks a byte, that begins a packet where none may begin or
// does not where one must, or that bears an error goes on as one without its last byte: the sample that it belongs to is none.
// With core_aresetn_i at 0 both packets are over; a beat that is offered stays as it is.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_avalon_st #(
  parameter IN_WIDTH        = 32,  // bits of a beat, a multiple of 8
  parameter IN_EMPTY_WIDTH  = 2,   // 2^IN_EMPTY_WIDTH >= IN_WIDTH / 8, and 1 or more
  parameter OUT_WIDTH       = 32,
  parameter OUT_EMPTY_WIDTH = 2
) (
  input  wire                       aclk,
  input  wire                       aresetn,
  input  wire                       core_aresetn_i,      // of the design: aresetn, or the design alone
  input  wire        [IN_WIDTH-1:0] asi_data,            // from the host
  input  wire  [IN_EMPTY_WIDTH-1:0] asi_empty,
  input  wire                       asi_valid,
  output wire                       asi_ready,
  input  wire                       asi_startofpacket,
  input  wire                       asi_endofpacket,
  input  wire                       asi_error,
  output wire       [OUT_WIDTH-1:0] aso_data,            // to the host
  output wire [OUT_EMPTY_WIDTH-1:0] aso_empty,
  output wire                       aso_valid,
  input  wire                       aso_ready,
  output wire                       aso_startofpacket,
  output wire                       aso_endofpacket,
  output wire        [IN_WIDTH-1:0] m_axis_tdata,
  output wire      [IN_WIDTH/8-1:0] m_axis_tkeep,
  output wire                       m_axis_tvalid,
  input  wire                       m_axis_tready,
  output wire                       m_axis_tlast,
  input  wire       [OUT_WIDTH-1:0] s_axis_tdata,
  input  wire                       s_axis_tvalid,
  output wire                       s_axis_tready,
  input  wire                       s_axis_tlast
);

  localparam BYTES = IN_WIDTH / 8;

  reg in_first_q, out_first_q;   // the next beat is a packet's first
  reg cut_q;                     // the beat that is offered ends its packet, since the design was reset

  // What is empty counts with a packet's last beat only.
  wire lacks = asi_endofpacket & (|asi_empty);
  wire whole = ~lacks & ~asi_error & (asi_startofpacket == in_first_q);

  assign asi_ready     = m_axis_tready;
  assign m_axis_tdata  = asi_data;
  assign m_axis_tvalid = asi_valid;
  assign m_axis_tlast  = asi_endofpacket;

  generate
    if (BYTES == 1) begin : g_one
      assign m_axis_tkeep = whole;
    end else begin : g_bytes
      assign m_axis_tkeep = {whole, {BYTES-1{1'b1}}};
    end
  endgenerate

  assign s_axis_tready     = aso_ready;
  assign aso_data          = s_axis_tdata;
  assign aso_empty         = {OUT_EMPTY_WIDTH{1'b0}};
  assign aso_valid         = s_axis_tvalid;
  assign aso_startofpacket = out_first_q;
  assign aso_endofpacket   = s_axis_tlast;

  always @(posedge aclk) begin
    if (!core_aresetn_i) in_first_q <= 1'b1;
    else if (asi_valid & asi_ready) in_first_q <= asi_endofpacket;
    if (!aresetn) begin
      out_first_q <= 1'b1;
      cut_q       <= 1'b0;
    end else if (aso_valid & aso_ready) begin
      out_first_q <= aso_endofpacket | cut_q | ~core_aresetn_i;
      cut_q       <= 1'b0;
    end else if (!core_aresetn_i) begin
      if (aso_valid) cut_q <= 1'b1;
      else out_first_q <= 1'b1;
    end
  end

endmodule

`default_nettype wire
