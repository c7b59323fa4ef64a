// The words of a sample that is worked on, in registers, with a bit that is 0 between one and the next: so they are an odd
// number of bits apart, and espalier_choose chooses among them at once.
//
// Latency: 1 cycle.

`default_nettype none

module espalier_sample #(
  parameter COUNT = 4,
  parameter WIDTH = 6
) (
  input  wire                       aclk,
  input  wire                       enable_i,
  input  wire [COUNT*WIDTH-1:0]     words_i,  // word 0 lowest
  output wire [COUNT*(WIDTH+1)-1:0] words_o
);

  reg [COUNT*(WIDTH+1)-1:0] words_q;

  assign words_o = words_q;

  genvar word;

  generate
    for (word = 0; word < COUNT; word = word + 1) begin : g_word
      always @(posedge aclk) begin
        if (enable_i) words_q[word*(WIDTH+1) +: WIDTH+1] <= {1'b0, words_i[word*WIDTH +: WIDTH]};
      end
    end
  endgenerate

endmodule

`default_nettype wire
