// Looks whether every sample of a stream has BEATS beats, the last one marked by s_last_i.
//
// A sample that ends early is dropped, and so is one that does not end with its last beat, up to the beat that ends it:
// error_o is 1 in the cycle in which the beat that shows it is taken. The beat that shows it and those that are dropped
// behind it are taken at once and go no further. All others pass; with m_whole_o the sample is whole, and until then
// it may still be dropped: the next beat then has number 0 again.
//
// Latency: 0 cycles.

module espalier_frame #(
  parameter BEATS       = 4,  // 1 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  input  wire                   s_last_i,
  output wire [COUNT_WIDTH-1:0] beat_o,      // of its sample the beat is this one, from 0
  output wire                   m_valid_o,
  input  wire                   m_ready_i,
  output wire                   m_whole_o,
  output wire                   error_o
);

  localparam LAST_BEAT = BEATS - 1;

  reg drop_q;   // until the end of a sample that is too long

  wire at_last = beat_o == LAST_BEAT[COUNT_WIDTH-1:0];
  wire right   = ~drop_q & (s_last_i == at_last);
  wire take    = s_valid_i & s_ready_o;

  assign s_ready_o = m_ready_i | ~right;
  assign m_valid_o = s_valid_i & right;
  assign m_whole_o = right & at_last;
  assign error_o   = take & ~drop_q & ~right;

  always @(posedge aclk) begin
    if (!aresetn) drop_q <= 1'b0;
    else if (take) drop_q <= ~s_last_i & (drop_q | at_last);
  end

  generate
    if (BEATS == 1) begin : g_one
      assign beat_o = {COUNT_WIDTH{1'b0}};
    end else begin : g_count
      reg [COUNT_WIDTH-1:0] beat_q;

      assign beat_o = beat_q;

      always @(posedge aclk) begin
        if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
        else if (take) beat_q <= (right & ~at_last) ? beat_q + 1'b1 : {COUNT_WIDTH{1'b0}};
      end
    end
  endgenerate

endmodule
