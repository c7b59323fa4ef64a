// Words that come out STAGES cycles in which enable_i is 1 later.

`default_nettype none

module espalier_delay #(
  parameter WIDTH  = 8,
  parameter STAGES = 2
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire             enable_i,
  input  wire             valid_i,
  input  wire [WIDTH-1:0] word_i,
  output wire             valid_o,
  output wire [WIDTH-1:0] word_o
);

  reg [STAGES-1:0]       valid_q;
  reg [STAGES*WIDTH-1:0] words_q;  // the newest lowest

  wire [STAGES:0]             valids = {valid_q, valid_i};
  wire [(STAGES+1)*WIDTH-1:0] words  = {words_q, word_i};

  assign valid_o = valids[STAGES];
  assign word_o  = words[STAGES*WIDTH +: WIDTH];

  always @(posedge aclk) begin
    if (!aresetn) valid_q <= {STAGES{1'b0}};
    else if (enable_i) valid_q <= valids[STAGES-1:0];
    if (enable_i) words_q <= words[STAGES*WIDTH-1:0];
  end

endmodule

`default_nettype wire
