// The multiplier of an iCE40 UltraPlus as Lattice's guides to it have it, in the modes in which Yosys uses it: one product of 16
// by 16 bits, with a register before it or not, alone or added to {C, D} or to what came out, with a register behind it or not.
// Registers begin at 0; the carry is that of a sum that leaves. What the model has not (resets, subtraction, loads, a falling
// edge, halves that differ) spoils what comes out, so that nothing is proved of a netlist that uses it.

`default_nettype none

module SB_MAC16 #(
  parameter NEG_TRIGGER              = 0,
  parameter A_REG                    = 0,
  parameter B_REG                    = 0,
  parameter C_REG                    = 0,
  parameter D_REG                    = 0,
  parameter TOP_8x8_MULT_REG         = 0,
  parameter BOT_8x8_MULT_REG         = 0,
  parameter PIPELINE_16x16_MULT_REG1 = 0,
  parameter PIPELINE_16x16_MULT_REG2 = 0,
  parameter TOPOUTPUT_SELECT         = 0,  // 0: the sum, 1: its register, 3: the product
  parameter TOPADDSUB_LOWERINPUT     = 0,  // 2: the product
  parameter TOPADDSUB_UPPERINPUT     = 0,  // 0: the sum's register, 1: C
  parameter TOPADDSUB_CARRYSELECT    = 0,  // 3: from the lower half
  parameter BOTOUTPUT_SELECT         = 0,
  parameter BOTADDSUB_LOWERINPUT     = 0,
  parameter BOTADDSUB_UPPERINPUT     = 0,
  parameter BOTADDSUB_CARRYSELECT    = 0,  // 0: none
  parameter MODE_8x8                 = 0,
  parameter A_SIGNED                 = 0,
  parameter B_SIGNED                 = 0
) (
  input  wire        CLK,
  input  wire        CE,
  input  wire [15:0] A,
  input  wire [15:0] B,
  input  wire [15:0] C,
  input  wire [15:0] D,
  input  wire        AHOLD,
  input  wire        BHOLD,
  input  wire        CHOLD,
  input  wire        DHOLD,
  input  wire        IRSTTOP,
  input  wire        IRSTBOT,
  input  wire        ORSTTOP,
  input  wire        ORSTBOT,
  input  wire        OLOADTOP,
  input  wire        OLOADBOT,
  input  wire        ADDSUBTOP,
  input  wire        ADDSUBBOT,
  input  wire        OHOLDTOP,
  input  wire        OHOLDBOT,
  input  wire        CI,
  input  wire        ACCUMCI,
  input  wire        SIGNEXTIN,
  output wire [31:0] O,
  output wire        CO,
  output wire        ACCUMCO,
  output wire        SIGNEXTOUT
);
  // Where the sum leaves, it is that of the product.
  localparam ADDS  = (TOPOUTPUT_SELECT != 3);
  localparam KNOWN = (NEG_TRIGGER == 0) && (MODE_8x8 == 0)
    && (TOP_8x8_MULT_REG == PIPELINE_16x16_MULT_REG1) && (BOT_8x8_MULT_REG == PIPELINE_16x16_MULT_REG1)
    && (TOPOUTPUT_SELECT == BOTOUTPUT_SELECT) && (TOPOUTPUT_SELECT != 2)
    && (!ADDS || ((TOPADDSUB_LOWERINPUT == 2) && (BOTADDSUB_LOWERINPUT == 2)
      && (TOPADDSUB_UPPERINPUT == BOTADDSUB_UPPERINPUT)
      && (TOPADDSUB_CARRYSELECT == 3) && (BOTADDSUB_CARRYSELECT == 0)));

  wire spoilt = (KNOWN == 0) | IRSTTOP | IRSTBOT | ORSTTOP | ORSTBOT | OLOADTOP | OLOADBOT | ADDSUBTOP | ADDSUBBOT;

  reg         [15:0] a_q = 16'd0;
  reg         [15:0] b_q = 16'd0;
  reg         [15:0] c_q = 16'd0;
  reg         [15:0] d_q = 16'd0;
  reg         [31:0] partial_q = 32'd0;
  reg         [31:0] product_q = 32'd0;
  reg         [31:0] sum_q = 32'd0;
  wire        [15:0] a = (A_REG != 0) ? a_q : A;
  wire        [15:0] b = (B_REG != 0) ? b_q : B;
  wire signed [16:0] wide_a = {(A_SIGNED != 0) & a[15], a};
  wire signed [16:0] wide_b = {(B_SIGNED != 0) & b[15], b};
  wire signed [31:0] whole = wide_a * wide_b;
  wire        [31:0] partial = (PIPELINE_16x16_MULT_REG1 != 0) ? partial_q : whole;
  wire        [31:0] product = (PIPELINE_16x16_MULT_REG2 != 0) ? product_q : partial;
  wire        [31:0] beside = {(C_REG != 0) ? c_q : C, (D_REG != 0) ? d_q : D};
  wire        [32:0] carried = product + ((TOPADDSUB_UPPERINPUT != 0) ? beside : sum_q);
  wire        [31:0] sum = carried[31:0];

  assign O = {32{spoilt}} ^ ((TOPOUTPUT_SELECT == 0) ? sum : (TOPOUTPUT_SELECT == 1) ? sum_q : product);
  assign CO = spoilt ^ carried[32];
  assign ACCUMCO = CO;
  assign SIGNEXTOUT = spoilt ^ product[31];

  always @(posedge CLK) begin
    if (CE) begin
      if (!AHOLD) a_q <= A;
      if (!BHOLD) b_q <= B;
      if (!CHOLD) c_q <= C;
      if (!DHOLD) d_q <= D;
      partial_q <= whole;
      product_q <= partial;
      if (!OHOLDTOP) sum_q[31:16] <= sum[31:16];
      if (!OHOLDBOT) sum_q[15:0] <= sum[15:0];
    end
  end

endmodule

`default_nettype wire
