// The block RAM of an iCE40 as Lattice's library guide has it, 256 words of 16 bits (mode 0) or 512 of 8 (mode 1), for netlists
// that were read back out of a bitstream.

`default_nettype none

module SB_RAM40_4K #(
  parameter READ_MODE  = 0,
  parameter WRITE_MODE = 0,
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

  localparam [4095:0] INIT = {INIT_F, INIT_E, INIT_D, INIT_C, INIT_B, INIT_A, INIT_9, INIT_8, INIT_7, INIT_6, INIT_5, INIT_4, INIT_3, INIT_2, INIT_1, INIT_0};

  // Bit k of word a of mode 0 is bits[16*a + k]; mode 1 has word a in the even bits of word a mod 256, or in its odd ones.
  reg [4095:0] bits = INIT;
  reg   [15:0] data_q;

  wire [11:0] read  = {RADDR[7:0], 4'd0};
  wire [11:0] write = {WADDR[7:0], 4'd0};
  wire        write_odd = WADDR[8];
  wire        read_odd  = RADDR[8];
  integer     k;

  assign RDATA = data_q;

  always @(posedge WCLK) begin
    if (WE & WCLKE) begin
      for (k = 0; k < 16; k = k + 1)
        if (WRITE_MODE == 0 && !MASK[k]) bits[write + k[11:0]] <= WDATA[k];
      for (k = 0; k < 8; k = k + 1)
        if (WRITE_MODE == 1) bits[write + 12'd2 * k[11:0] + {11'd0, write_odd}] <= WDATA[2*k];
    end
  end

  always @(posedge RCLK) begin
    if (RE & RCLKE) begin
      if (READ_MODE == 0) data_q <= bits[read +: 16];
      else for (k = 0; k < 8; k = k + 1) data_q[2*k] <= bits[read + 12'd2 * k[11:0] + {11'd0, read_odd}];
    end
  end

  initial if (READ_MODE > 1 || WRITE_MODE > 1) $fatal(1, "a mode that this model has not");

endmodule

`default_nettype wire
