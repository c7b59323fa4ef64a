// The product of two signed words out of adders alone, for lanes that shall not take a DSP block. For each bit of b that
// is 1, from the lowest up, a is added to what lies above the bits that are done; for the sign's bit it is subtracted.
// Combinational. With the macro ESPALIER_ICE40 additions are chosen in place of what is added: there a LUT that adds has an input
// to spare, and nothing before its carry.

`default_nettype none

module espalier_product #(
  parameter A_WIDTH = 9,
  parameter B_WIDTH = 8
) (
  input  wire [A_WIDTH-1:0]         a_i,
  input  wire [B_WIDTH-1:0]         b_i,
  output wire [A_WIDTH+B_WIDTH-1:0] product_o
);

  localparam ABOVE = A_WIDTH + 1;
  localparam LAST  = B_WIDTH - 1;
  localparam [B_WIDTH-1:0] TOP = 1 << LAST;

  wire [ABOVE-1:0]         a = {a_i[A_WIDTH-1], a_i};
  reg  [ABOVE-1:0]         row;
  reg  [ABOVE-1:0]         above;
  reg  [B_WIDTH-1:0]       done;  // the newest one highest, and a 0 below all of them
  wire [A_WIDTH+B_WIDTH:0] whole = {above, done};
  wire                     unused = whole[0];
  integer                  k;

  always @* begin
    row   = {ABOVE{1'b0}};
    above = {ABOVE{1'b0}};
    done  = {B_WIDTH{1'b0}};
    for (k = 0; k < B_WIDTH; k = k + 1) begin
      done  = (done >> 1) | (above[0] ? TOP : {B_WIDTH{1'b0}});
      above = {above[ABOVE-1], above[ABOVE-1:1]};
`ifdef ESPALIER_ICE40
      row   = (k == LAST) ? above - a : above + a;
      above = b_i[k] ? row : above;
`else
      row   = b_i[k] ? a : {ABOVE{1'b0}};
      above = (k == LAST) ? above - row : above + row;
`endif
    end
  end

  assign product_o = whole[A_WIDTH+B_WIDTH:1];

endmodule

`default_nettype wire
