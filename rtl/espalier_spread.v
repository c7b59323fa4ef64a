// Samples into beats: a word leaves as BEATS beats of WIDTH bits, the lowest first, the last one marked.
//
// The first beat passes through, so that no cycle is lost: a word costs registers for BEATS - 1 beats, and BEATS cycles.
// Latency: 0 cycles to the first beat. s_ready_o is 0 while a word leaves, otherwise m_ready_i.

`default_nettype none

module espalier_spread #(
  parameter WIDTH       = 8,
  parameter BEATS       = 4,  // 1 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire [BEATS*WIDTH-1:0] s_data_i,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  output wire [WIDTH-1:0]       m_data_o,
  output wire                   m_valid_o,
  input  wire                   m_ready_i,
  output wire                   m_last_o
);

  localparam LAST_BEAT = BEATS - 1;

  reg [COUNT_WIDTH-1:0] beat_q;   // the one that leaves next

  wire idle    = beat_q == {COUNT_WIDTH{1'b0}};
  wire at_last = beat_q == LAST_BEAT[COUNT_WIDTH-1:0];
  wire give    = m_valid_o & m_ready_i;

  assign s_ready_o = idle & m_ready_i;
  assign m_valid_o = ~idle | s_valid_i;
  assign m_last_o  = at_last;

  always @(posedge aclk) begin
    if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
    else if (give) beat_q <= at_last ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
  end

  generate
    if (BEATS == 1) begin : g_pass
      assign m_data_o = s_data_i;
    end else begin : g_kept
      reg [(BEATS-1)*WIDTH-1:0] data_q;

      assign m_data_o = idle ? s_data_i[WIDTH-1:0] : data_q[WIDTH-1:0];

      if (BEATS == 2) begin : g_one
        always @(posedge aclk) if (give & idle) data_q <= s_data_i[2*WIDTH-1:WIDTH];
      end else begin : g_shift
        always @(posedge aclk) begin
          if (give) data_q <= idle ? s_data_i[BEATS*WIDTH-1:WIDTH] : {{WIDTH{1'b0}}, data_q[(BEATS-1)*WIDTH-1:WIDTH]};
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
