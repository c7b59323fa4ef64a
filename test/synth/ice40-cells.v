// The cells of an iCE40 that a synthesised design is made of, for a proof that it is the Verilog still. Registers begin at 0.
// The block RAM is in ram40.v.

`default_nettype none

module SB_LUT4 #(
  parameter [15:0] LUT_INIT = 16'd0
) (
  output wire O,
  input  wire I0,
  input  wire I1,
  input  wire I2,
  input  wire I3
);
  wire [7:0] of_3 = I3 ? LUT_INIT[15:8] : LUT_INIT[7:0];
  wire [3:0] of_2 = I2 ? of_3[7:4] : of_3[3:0];
  wire [1:0] of_1 = I1 ? of_2[3:2] : of_2[1:0];
  assign O = I0 ? of_1[1] : of_1[0];
endmodule

module SB_CARRY (output wire CO, input wire I0, input wire I1, input wire CI);
  assign CO = (I0 & I1) | ((I0 | I1) & CI);
endmodule

module SB_DFF (output reg Q, input wire C, input wire D);
  initial Q = 1'b0;
  always @(posedge C) Q <= D;
endmodule

module SB_DFFSR (output reg Q, input wire C, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C) Q <= R ? 1'b0 : D;
endmodule

module SB_DFFSS (output reg Q, input wire C, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C) Q <= S ? 1'b1 : D;
endmodule

module SB_DFFE (output reg Q, input wire C, input wire E, input wire D);
  initial Q = 1'b0;
  always @(posedge C) if (E) Q <= D;
endmodule

module SB_DFFESR (output reg Q, input wire C, input wire E, input wire R, input wire D);
  initial Q = 1'b0;
  always @(posedge C) if (E) Q <= R ? 1'b0 : D;
endmodule

module SB_DFFESS (output reg Q, input wire C, input wire E, input wire S, input wire D);
  initial Q = 1'b0;
  always @(posedge C) if (E) Q <= S ? 1'b1 : D;
endmodule

`default_nettype wire
