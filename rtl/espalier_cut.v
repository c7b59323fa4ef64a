// Words of a waiting one: a long word leaves as BEATS short ones of WIDTH bits, the lowest first, and is taken with the
// last of them. So it costs no registers, and who gives it waits meanwhile.
//
// Latency: 0 cycles to the first beat. s_ready_o is 1 with the last beat, if that is taken.

`default_nettype none

module espalier_cut #(
  parameter WIDTH       = 8,
  parameter BEATS       = 4,  // 2 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire [BEATS*WIDTH-1:0] s_data_i,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  output wire [WIDTH-1:0]       m_data_o,
  output wire                   m_valid_o,
  input  wire                   m_ready_i
);

  localparam LAST_BEAT = BEATS - 1;

  reg [COUNT_WIDTH-1:0] beat_q;   // the one that leaves next

  wire at_last = beat_q == LAST_BEAT[COUNT_WIDTH-1:0];
  wire give    = s_valid_i & m_ready_i;

  assign s_ready_o = at_last & m_ready_i;
  assign m_valid_o = s_valid_i;

  espalier_choose #(
    .COUNT       (BEATS),
    .WIDTH       (WIDTH),
    .INDEX_WIDTH (COUNT_WIDTH)
  ) choose (
    .words_i (s_data_i),
    .index_i (beat_q),
    .word_o  (m_data_o)
  );

  always @(posedge aclk) begin
    if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
    else if (give) beat_q <= at_last ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
  end

endmodule

`default_nettype wire
