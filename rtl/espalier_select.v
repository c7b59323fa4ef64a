// One of COUNT words, by number, registered.
//
// STAGES  1  one multiplexer
//         2  a multiplexer per group of 2^GROUP_BITS words, a register, then a multiplexer of the groups: for so many
//            words that one multiplexer would set the clock
//
// Latency: STAGES cycles in which enable_i is 1.

`default_nettype none

module espalier_select #(
  parameter COUNT       = 4,
  parameter WIDTH       = 8,
  parameter INDEX_WIDTH = 2,  // 2^INDEX_WIDTH >= COUNT
  parameter STAGES      = 1,
  parameter GROUP_BITS  = 1   // with 2 stages; below INDEX_WIDTH
) (
  input  wire                   aclk,
  input  wire                   enable_i,
  input  wire [COUNT*WIDTH-1:0] words_i,  // word 0 lowest
  input  wire [INDEX_WIDTH-1:0] index_i,  // below COUNT
  output wire [WIDTH-1:0]       word_o
);

  reg [WIDTH-1:0] word_q;

  assign word_o = word_q;

  generate
    if (STAGES == 1) begin : g_one
      always @(posedge aclk) begin
        if (enable_i) word_q <= words_i[index_i*WIDTH +: WIDTH];
      end
    end else begin : g_two
      localparam GROUP_SIZE = 1 << GROUP_BITS;
      localparam GROUPS     = (COUNT + GROUP_SIZE - 1) / GROUP_SIZE;
      localparam GROUP_WIDTH = INDEX_WIDTH - GROUP_BITS;

      wire [GROUPS*GROUP_SIZE*WIDTH:0] padded = {{(GROUPS*GROUP_SIZE*WIDTH+1-COUNT*WIDTH){1'b0}}, words_i};
      reg  [GROUPS*WIDTH-1:0]          group_words_q;
      reg  [GROUP_WIDTH-1:0]           group_q;
      wire                             unused = padded[GROUPS*GROUP_SIZE*WIDTH];

      genvar group;
      for (group = 0; group < GROUPS; group = group + 1) begin : g_group
        wire [GROUP_SIZE*WIDTH-1:0] words = padded[group*GROUP_SIZE*WIDTH +: GROUP_SIZE*WIDTH];
        always @(posedge aclk) begin
          if (enable_i) group_words_q[group*WIDTH +: WIDTH] <= words[index_i[GROUP_BITS-1:0]*WIDTH +: WIDTH];
        end
      end

      always @(posedge aclk) begin
        if (enable_i) begin
          group_q <= index_i[INDEX_WIDTH-1:GROUP_BITS];
          word_q  <= group_words_q[group_q*WIDTH +: WIDTH];
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
