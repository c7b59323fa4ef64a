// Cells of vendors' libraries, without contents: ports and parameters as their documents name them, for a linter.
/* verilator lint_off UNUSEDSIGNAL */
/* verilator lint_off UNUSEDPARAM */
/* verilator lint_off UNDRIVEN */
/* verilator lint_off REALCVT */

module SB_PLL40_PAD #(
  parameter FEEDBACK_PATH = "SIMPLE",
  parameter [3:0] DIVR = 0,
  parameter [6:0] DIVF = 0,
  parameter [2:0] DIVQ = 0,
  parameter [2:0] FILTER_RANGE = 0
) (input wire PACKAGEPIN, output wire PLLOUTGLOBAL, output wire LOCK, input wire RESETB, input wire BYPASS);
endmodule

module SB_PLL40_CORE #(
  parameter FEEDBACK_PATH = "SIMPLE",
  parameter [3:0] DIVR = 0,
  parameter [6:0] DIVF = 0,
  parameter [2:0] DIVQ = 0,
  parameter [2:0] FILTER_RANGE = 0
) (input wire REFERENCECLK, output wire PLLOUTGLOBAL, output wire LOCK, input wire RESETB, input wire BYPASS);
endmodule

module MMCME2_BASE #(
  parameter real CLKIN1_PERIOD = 0.0,
  parameter real CLKFBOUT_MULT_F = 5.0,
  parameter DIVCLK_DIVIDE = 1,
  parameter real CLKOUT0_DIVIDE_F = 1.0
) (
  input wire CLKIN1, input wire CLKFBIN, output wire CLKFBOUT, output wire CLKFBOUTB,
  output wire CLKOUT0, output wire CLKOUT0B, output wire CLKOUT1, output wire CLKOUT1B,
  output wire CLKOUT2, output wire CLKOUT2B, output wire CLKOUT3, output wire CLKOUT3B,
  output wire CLKOUT4, output wire CLKOUT5, output wire CLKOUT6,
  output wire LOCKED, input wire PWRDWN, input wire RST
);
endmodule

module BUFG (input wire I, output wire O);
endmodule

module altpll #(
  parameter bandwidth_type = "AUTO",
  parameter clk0_divide_by = 1,
  parameter clk0_duty_cycle = 50,
  parameter clk0_multiply_by = 1,
  parameter clk0_phase_shift = "0",
  parameter compensate_clock = "CLK0",
  parameter inclk0_input_frequency = 20000,
  parameter intended_device_family = "MAX 10",
  parameter lpm_type = "altpll",
  parameter operation_mode = "NORMAL",
  parameter pll_type = "AUTO",
  parameter port_clk0 = "PORT_USED",
  parameter port_inclk0 = "PORT_USED",
  parameter port_locked = "PORT_USED",
  parameter width_clock = 5
) (input wire [1:0] inclk, output wire [width_clock-1:0] clk, output wire locked);
endmodule

module altera_pll #(
  parameter fractional_vco_multiplier = "false",
  parameter reference_clock_frequency = "0 MHz",
  parameter operation_mode = "direct",
  parameter number_of_clocks = 1,
  parameter output_clock_frequency0 = "0 MHz",
  parameter phase_shift0 = "0 ps",
  parameter duty_cycle0 = 50,
  parameter pll_type = "General",
  parameter pll_subtype = "General"
) (
  input wire rst, input wire refclk, output wire [number_of_clocks-1:0] outclk, output wire locked,
  output wire fboutclk, input wire fbclk
);
endmodule
