// First in, first out. A word that goes in shows in the cycle after; neither data, valid nor ready passes
// combinationally, and while it is full it takes nothing.
//
// The newest word lies lowest and the others move up, which is what shift registers do.
// Latency: 1 cycle.

`default_nettype none

module espalier_fifo #(
  parameter WIDTH       = 8,
  parameter DEPTH       = 2,  // 1 or more
  parameter INDEX_WIDTH = 1   // 2^INDEX_WIDTH >= DEPTH
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire [WIDTH-1:0] s_data_i,
  input  wire             s_valid_i,
  output wire             s_ready_o,
  output wire [WIDTH-1:0] m_data_o,
  output wire             m_valid_o,
  input  wire             m_ready_i
);

  localparam LAST = DEPTH - 1;

  reg [DEPTH*WIDTH-1:0]   words_q;
  reg [INDEX_WIDTH-1:0]   oldest_q;
  reg                     filled_q;

  wire last = oldest_q == {INDEX_WIDTH{1'b0}};
  wire put  = s_valid_i & s_ready_o;
  wire get  = filled_q & m_ready_i;

  assign s_ready_o = ~filled_q | (oldest_q != LAST[INDEX_WIDTH-1:0]);
  assign m_valid_o = filled_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      oldest_q <= {INDEX_WIDTH{1'b0}};
      filled_q <= 1'b0;
    end else if (put & ~get) begin
      oldest_q <= filled_q ? oldest_q + 1'b1 : oldest_q;
      filled_q <= 1'b1;
    end else if (get & ~put) begin
      oldest_q <= last ? oldest_q : oldest_q - 1'b1;
      filled_q <= ~last;
    end
  end

  generate
    if (DEPTH == 1) begin : g_one
      assign m_data_o = words_q;

      always @(posedge aclk) begin
        if (put) words_q <= s_data_i;
      end
    end else begin : g_shift
      assign m_data_o = words_q[oldest_q*WIDTH +: WIDTH];

      always @(posedge aclk) begin
        if (put) words_q <= {words_q[(DEPTH-1)*WIDTH-1:0], s_data_i};
      end
    end
  endgenerate

endmodule

`default_nettype wire
