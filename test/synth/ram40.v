// The block RAM of an iCE40 as Lattice's library guide has it, 256 words of 16 bits (mode 0), 512 of 8, 1024 of 4 or 2048 of 2
// (mode 3), for netlists that were read back out of a bitstream and for proofs. Its bits lie in words, so that a proof sees which
// addresses never change.

`default_nettype none

module SB_RAM40_4K #(
  parameter READ_MODE   = 0,
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

  // So many words of the mode share one of 16 bits, a bit of each beside the other; the first one's bits are at these pins.
  localparam WRITE_SHARE = 1 << WRITE_MODE;
  localparam READ_SHARE  = 1 << READ_MODE;
  localparam WRITE_PIN   = (WRITE_MODE == 0) ? 0 : WRITE_SHARE / 2 - 1;
  localparam READ_PIN    = (READ_MODE == 0) ? 0 : READ_SHARE / 2 - 1;

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
      wire chosen = (k % WRITE_SHARE) == (WADDR[10:8] & (WRITE_SHARE - 1));
      assign enable[k] = WE & WCLKE & ((WRITE_MODE == 0) ? ~MASK[k] : chosen);
      assign data[k]   = WDATA[k - k % WRITE_SHARE + WRITE_PIN];
      always @(posedge WCLK) if (enable[k]) words[WADDR[7:0]][k] <= data[k];
    end
  endgenerate

  always @(posedge RCLK) begin
    if (RE & RCLKE) data_q <= ({3'd0, seen} << READ_PIN) >> (RADDR[10:8] & (READ_SHARE - 1));
  end

endmodule

`default_nettype wire
