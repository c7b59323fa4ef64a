// Results into beats of WIDTH bits, as they come one after the other: each one leaves as beats 0 to s_end_i of its word,
// the lowest first. The last beat of the last result of a sample, which s_last_i tells, is marked.
//
// The first beat passes through, so that no cycle is lost: what waits are the other beats of one result.
// Latency: 0 cycles to the first beat. s_ready_o is 0 while a result leaves, otherwise m_ready_i.

`default_nettype none

module espalier_results #(
  parameter WIDTH       = 8,
  parameter BEATS       = 3,  // 1 or more: those of the longest result
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire [BEATS*WIDTH-1:0] s_data_i,
  input  wire [COUNT_WIDTH-1:0] s_end_i,
  input  wire                   s_last_i,
  input  wire                   s_valid_i,
  output wire                   s_ready_o,
  output wire [WIDTH-1:0]       m_data_o,
  output wire                   m_valid_o,
  input  wire                   m_ready_i,
  output wire                   m_last_o
);

  generate
    if (BEATS == 1) begin : g_through
      wire unused = &{1'b0, aclk, aresetn, s_end_i};

      assign s_ready_o = m_ready_i;
      assign m_data_o  = s_data_i;
      assign m_valid_o = s_valid_i;
      assign m_last_o  = s_last_i;
    end else begin : g_spread
      reg [(BEATS-1)*WIDTH-1:0] data_q;
      reg [COUNT_WIDTH-1:0]     beat_q;   // the one that leaves next
      reg [COUNT_WIDTH-1:0]     end_q;
      reg                       last_q;

      wire idle   = beat_q == {COUNT_WIDTH{1'b0}};
      wire at_end = beat_q == (idle ? s_end_i : end_q);
      wire give   = m_valid_o & m_ready_i;

      assign s_ready_o = idle & m_ready_i;
      assign m_valid_o = ~idle | s_valid_i;
      assign m_data_o  = idle ? s_data_i[WIDTH-1:0] : data_q[WIDTH-1:0];
      assign m_last_o  = at_end & (idle ? s_last_i : last_q);

      always @(posedge aclk) begin
        if (!aresetn) beat_q <= {COUNT_WIDTH{1'b0}};
        else if (give) beat_q <= at_end ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
      end

      always @(posedge aclk) begin
        if (give & idle) begin
          end_q  <= s_end_i;
          last_q <= s_last_i;
        end
      end

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
