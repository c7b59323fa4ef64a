// A clock from the PLL of an iCE40: out = in * (DIVF + 1) / (2^DIVQ * (DIVR + 1)).

`default_nettype none

module espalier_clock_ice40 #(
  parameter PAD    = 0,   // 1: the pin is the PLL's own, and feeds it directly
  parameter DIVR   = 0,
  parameter DIVF   = 63,
  parameter DIVQ   = 4,
  parameter FILTER = 1
) (
  input  wire clk_i,
  output wire aclk,
  output wire locked_o
);

  generate
    if (PAD != 0) begin : g_pad
      SB_PLL40_PAD #(
        .FEEDBACK_PATH ("SIMPLE"),
        .DIVR          (DIVR[3:0]),
        .DIVF          (DIVF[6:0]),
        .DIVQ          (DIVQ[2:0]),
        .FILTER_RANGE  (FILTER[2:0])
      ) pll (
        .PACKAGEPIN    (clk_i),
        .PLLOUTGLOBAL  (aclk),
        .LOCK          (locked_o),
        .RESETB        (1'b1),
        .BYPASS        (1'b0)
      );
    end else begin : g_core
      SB_PLL40_CORE #(
        .FEEDBACK_PATH ("SIMPLE"),
        .DIVR          (DIVR[3:0]),
        .DIVF          (DIVF[6:0]),
        .DIVQ          (DIVQ[2:0]),
        .FILTER_RANGE  (FILTER[2:0])
      ) pll (
        .REFERENCECLK  (clk_i),
        .PLLOUTGLOBAL  (aclk),
        .LOCK          (locked_o),
        .RESETB        (1'b1),
        .BYPASS        (1'b0)
      );
    end
  endgenerate

endmodule

`default_nettype wire
