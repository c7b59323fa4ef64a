// Digits that share their segments: each is chosen for PERIOD cycles, one after the other. Before a digit is chosen the
// segments are dark for a cycle, so that none shows its neighbour's.

`default_nettype none

module espalier_digits #(
  parameter DIGITS       = 4,      // 2 or more
  parameter PERIOD       = 100000, // clock cycles of a digit: all of them 60 times a second or more
  parameter PERIOD_WIDTH = 17      // 2^PERIOD_WIDTH >= PERIOD
) (
  input  wire                aclk,
  input  wire                aresetn,
  input  wire [5*DIGITS-1:0] codes_i,     // as espalier_digit has them, the rightmost digit lowest
  output wire          [6:0] segments_o,
  output wire   [DIGITS-1:0] digits_o     // one of them is 1, or none
);

  localparam LAST = PERIOD - 1;

  reg       [DIGITS-1:0] chosen_q;
  reg [PERIOD_WIDTH-1:0] count_q;
  reg              [4:0] code_q;
  reg                    dark_q;
  reg              [4:0] code;
  integer                digit;

  wire       at_end = count_q == LAST[PERIOD_WIDTH-1:0];
  wire [6:0] lit;

  always @(*) begin
    code = 5'd0;
    for (digit = 0; digit < DIGITS; digit = digit + 1) code = code | (codes_i[5*digit +: 5] & {5{chosen_q[digit]}});
  end

  espalier_digit shown (
    .code_i     (code_q),
    .segments_o (lit)
  );

  assign segments_o = dark_q ? 7'd0 : lit;
  assign digits_o   = dark_q ? {DIGITS{1'b0}} : chosen_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      chosen_q <= {{DIGITS-1{1'b0}}, 1'b1};
      count_q  <= {PERIOD_WIDTH{1'b0}};
      dark_q   <= 1'b1;
    end else begin
      if (at_end) chosen_q <= {chosen_q[DIGITS-2:0], chosen_q[DIGITS-1]};
      count_q <= at_end ? {PERIOD_WIDTH{1'b0}} : count_q + 1'b1;
      dark_q  <= at_end;
    end
    code_q <= code;
  end

endmodule

`default_nettype wire
