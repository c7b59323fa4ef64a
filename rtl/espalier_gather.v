// Beats into samples: BEATS beats of WIDTH bits, the first one lowest, make one word. Samples of any other number of
// beats are dropped and said, as espalier_frame has it.
//
// The last beat passes through: no cycle is lost between samples, and a word costs registers for BEATS - 1 beats, none
// where it is one beat.
// Latency: 0 cycles from the last beat. Nothing else waits: s_ready_o is 0 only where m_ready_i is, with a whole word.

`default_nettype none

module espalier_gather #(
  parameter WIDTH       = 8,
  parameter BEATS       = 4,  // 1 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire [WIDTH-1:0]       s_data_i,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  input  wire                   s_last_i,
  output wire [BEATS*WIDTH-1:0] m_data_o,
  output wire                   m_valid_o,
  input  wire                   m_ready_i,
  output wire                   error_o
);

  wire [COUNT_WIDTH-1:0] beat;
  wire                   at_last;
  wire                   valid;
  wire                   unused = &{1'b0, beat};

  espalier_frame #(
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) frame (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .valid_i   (s_valid_i),
    .ready_i   (s_ready_o),
    .last_i    (s_last_i),
    .beat_o    (beat),
    .at_last_o (at_last),
    .valid_o   (valid),
    .error_o   (error_o)
  );

  assign s_ready_o = m_ready_i | ~m_valid_o;
  assign m_valid_o = valid & at_last;

  generate
    if (BEATS == 1) begin : g_through
      assign m_data_o = s_data_i;
    end else begin : g_shift
      reg [(BEATS-1)*WIDTH-1:0] data_q;

      assign m_data_o = {s_data_i, data_q};

      always @(posedge aclk) begin
        if (s_valid_i & s_ready_o) data_q <= m_data_o[BEATS*WIDTH-1:WIDTH];
      end
    end
  endgenerate

endmodule

`default_nettype wire
