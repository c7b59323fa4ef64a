// The cells of an iCE40 that a synthesised design is made of, for a proof that it is the Verilog still: registers begin at 0, and
// a block RAM has its bits in words, so that those whose address never changes are seen to be.

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

module SB_RAM40_4K #(
  parameter READ_MODE   = 0,  // 0: 256 words of 16 bits, 1: 512 of 8
  parameter WRITE_MODE  = 0,
  parameter TRANSPARENT = 0,  // what is written is read at once, where Verilog reads without a register
  parameter [255:0] INIT_0 = 256'd0,
  parameter [255:0] INIT_1 = 256'd0,
  parameter [255:0] INIT_2 = 256'd0,
  parameter [255:0] INIT_3 = 256'd0,
  parameter [255:0] INIT_4 = 256'd0,
  parameter [255:0] INIT_5 = 256'd0,
  parameter [255:0] INIT_6 = 256'd0,
  parameter [255:0] INIT_7 = 256'd0,
  parameter [255:0] INIT_8 = 256'd0,
  parameter [255:0] INIT_9 = 256'd0,
  parameter [255:0] INIT_A = 256'd0,
  parameter [255:0] INIT_B = 256'd0,
  parameter [255:0] INIT_C = 256'd0,
  parameter [255:0] INIT_D = 256'd0,
  parameter [255:0] INIT_E = 256'd0,
  parameter [255:0] INIT_F = 256'd0
) (
  input  wire [10:0] WADDR,
  input  wire [10:0] RADDR,
  input  wire [15:0] MASK,
  input  wire [15:0] WDATA,
  output wire [15:0] RDATA,
  input  wire        WE,
  input  wire        WCLKE,
  input  wire        WCLK,
  input  wire        RE,
  input  wire        RCLKE,
  input  wire        RCLK
);
  localparam [4095:0] INIT = {INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8,
                              INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0};

  reg  [15:0] words [0:255];
  reg  [15:0] data_q;
  wire [15:0] enable, data;
  wire [15:0] word = words[RADDR[7:0]];
  wire        meet = (TRANSPARENT != 0) & (WADDR[7:0] == RADDR[7:0]);
  wire [15:0] seen = meet ? (word & ~enable) | (data & enable) : word;
  integer     a;
  genvar      k;

  assign RDATA = data_q;

  initial begin
    data_q = 16'd0;
    for (a = 0; a < 256; a = a + 1) words[a] = INIT[16*a +: 16];
  end

  generate
    for (k = 0; k < 16; k = k + 1) begin : g_bit
      assign enable[k] = WE & WCLKE & ((WRITE_MODE == 0) ? ~MASK[k] : ((k % 2) == WADDR[8]));
      assign data[k]   = (WRITE_MODE == 0) ? WDATA[k] : WDATA[k - k % 2];
      always @(posedge WCLK) if (enable[k]) words[WADDR[7:0]][k] <= data[k];
    end
  endgenerate

  always @(posedge RCLK) begin
    if (RE & RCLKE) data_q <= (READ_MODE != 0 && RADDR[8]) ? {1'b0, seen[15:1]} : seen;
  end
endmodule

`default_nettype wire
