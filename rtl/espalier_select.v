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
  parameter GROUP_BITS  = 1,     // with 2 stages; below INDEX_WIDTH
  parameter STRIDE      = WIDTH  // from a word to the next; WIDTH, or an odd number above it
) (
  input  wire                    aclk,
  input  wire                    enable_i,
  input  wire [COUNT*STRIDE-1:0] words_i,  // word 0 lowest
  input  wire [INDEX_WIDTH-1:0]  index_i,  // below COUNT
  output wire [WIDTH-1:0]        word_o
);

  reg  [WIDTH-1:0] word_q;
  wire [WIDTH-1:0] chosen;

  assign word_o = word_q;

  always @(posedge aclk) begin
    if (enable_i) word_q <= chosen;
  end

  generate
    if (STAGES == 1) begin : g_one
      espalier_choose #(
        .COUNT       (COUNT),
        .WIDTH       (WIDTH),
        .INDEX_WIDTH (INDEX_WIDTH),
        .STRIDE      (STRIDE)
      ) choose (
        .words_i (words_i),
        .index_i (index_i),
        .word_o  (chosen)
      );
    end else begin : g_two
      localparam GROUP_SIZE = 1 << GROUP_BITS;
      localparam GROUPS     = (COUNT + GROUP_SIZE - 1) / GROUP_SIZE;
      localparam GROUP_WIDTH = INDEX_WIDTH - GROUP_BITS;

      wire [GROUPS*GROUP_SIZE*STRIDE:0] padded = {{(GROUPS*GROUP_SIZE*STRIDE+1-COUNT*STRIDE){1'b0}}, words_i};
      reg  [GROUPS*WIDTH-1:0]           group_words_q;
      reg  [GROUP_WIDTH-1:0]            group_q;
      wire                              unused = padded[GROUPS*GROUP_SIZE*STRIDE];

      genvar group;
      for (group = 0; group < GROUPS; group = group + 1) begin : g_group
        wire [WIDTH-1:0] group_word;

        espalier_choose #(
          .COUNT       (GROUP_SIZE),
          .WIDTH       (WIDTH),
          .INDEX_WIDTH (GROUP_BITS),
          .STRIDE      (STRIDE)
        ) choose (
          .words_i (padded[group*GROUP_SIZE*STRIDE +: GROUP_SIZE*STRIDE]),
          .index_i (index_i[GROUP_BITS-1:0]),
          .word_o  (group_word)
        );

        always @(posedge aclk) begin
          if (enable_i) group_words_q[group*WIDTH +: WIDTH] <= group_word;
        end
      end

      espalier_choose #(
        .COUNT       (GROUPS),
        .WIDTH       (WIDTH),
        .INDEX_WIDTH (GROUP_WIDTH)
      ) choose (
        .words_i (group_words_q),
        .index_i (group_q),
        .word_o  (chosen)
      );

      always @(posedge aclk) begin
        if (enable_i) group_q <= index_i[INDEX_WIDTH-1:GROUP_BITS];
      end
    end
  endgenerate

endmodule

`default_nettype wire
