// A clock from the PLL of a MAX 10 or Cyclone IV: out = in * MULTIPLY / DIVIDE.

`default_nettype none

module espalier_clock_altpll #(
  parameter FAMILY    = "MAX 10",
  parameter PERIOD_PS = 20000,   // of the clock that comes in
  parameter MULTIPLY  = 1,
  parameter DIVIDE    = 1
) (
  input  wire clk_i,
  output wire aclk,
  output wire locked_o
);

  wire [4:0] clocks;

  assign aclk = clocks[0];

  altpll #(
    .bandwidth_type         ("AUTO"),
    .clk0_divide_by         (DIVIDE),
    .clk0_duty_cycle        (50),
    .clk0_multiply_by       (MULTIPLY),
    .clk0_phase_shift       ("0"),
    .compensate_clock       ("CLK0"),
    .inclk0_input_frequency (PERIOD_PS),
    .intended_device_family (FAMILY),
    .lpm_type               ("altpll"),
    .operation_mode         ("NORMAL"),
    .pll_type               ("AUTO"),
    .port_clk0              ("PORT_USED"),
    .port_inclk0            ("PORT_USED"),
    .port_locked            ("PORT_USED"),
    .width_clock            (5)
  ) pll (
    .inclk  ({1'b0, clk_i}),
    .clk    (clocks),
    .locked (locked_o)
  );

  // Clocks that nobody needs.
  wire unused = &{1'b0, clocks[4:1]};

endmodule

`default_nettype wire
