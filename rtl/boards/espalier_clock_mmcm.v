// A clock from the MMCM of a 7-series device: out = in * MULTIPLY / (DIVIDE * OUT_DIVIDE).

`default_nettype none

module espalier_clock_mmcm #(
  parameter PERIOD_PS  = 10000,   // of the clock that comes in
  parameter MULTIPLY   = 10,
  parameter DIVIDE     = 1,
  parameter OUT_DIVIDE = 20
) (
  input  wire clk_i,
  output wire aclk,
  output wire locked_o
);

  wire        feedback, out;
  wire [10:0] spare;

  MMCME2_BASE #(
    .CLKIN1_PERIOD    (PERIOD_PS / 1000.0),
    .CLKFBOUT_MULT_F  (MULTIPLY),
    .DIVCLK_DIVIDE    (DIVIDE),
    .CLKOUT0_DIVIDE_F (OUT_DIVIDE)
  ) mmcm (
    .CLKIN1    (clk_i),
    .CLKFBIN   (feedback),
    .CLKFBOUT  (feedback),
    .CLKFBOUTB (spare[0]),
    .CLKOUT0   (out),
    .CLKOUT0B  (spare[1]),
    .CLKOUT1   (spare[2]),
    .CLKOUT1B  (spare[3]),
    .CLKOUT2   (spare[4]),
    .CLKOUT2B  (spare[5]),
    .CLKOUT3   (spare[6]),
    .CLKOUT3B  (spare[7]),
    .CLKOUT4   (spare[8]),
    .CLKOUT5   (spare[9]),
    .CLKOUT6   (spare[10]),
    .LOCKED    (locked_o),
    .PWRDWN    (1'b0),
    .RST       (1'b0)
  );

  BUFG buffer (.I(out), .O(aclk));

  // Outputs that nobody needs.
  wire unused = &{1'b0, spare};

endmodule

`default_nettype wire
