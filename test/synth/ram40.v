// The block RAM of an iCE40 as Lattice's library guide has it, 256 words of 16 bits (mode 0) or 512 of 8 (mode 1), for netlists
// that were read back out of a bitstream and for proofs. Its bits lie in words, so that a proof sees which addresses never change.

`default_nettype none

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

  initial if (READ_MODE > 1 || WRITE_MODE > 1) $fatal(1, "a mode that this model has not");

endmodule

`default_nettype wire
