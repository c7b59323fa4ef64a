// A clock from a PLL of a Cyclone V; frequencies are texts, such as "50.0 MHz".

`default_nettype none

module espalier_clock_cyclone5 #(
  parameter IN  = "50.0 MHz",
  parameter OUT = "25.0 MHz"
) (
  input  wire clk_i,
  output wire aclk,
  output wire locked_o
);

  wire feedback;   // that nobody needs

  altera_pll #(
    .fractional_vco_multiplier ("false"),
    .reference_clock_frequency (IN),
    .operation_mode            ("direct"),
    .number_of_clocks          (1),
    .output_clock_frequency0   (OUT),
    .phase_shift0              ("0 ps"),
    .duty_cycle0               (50),
    .pll_type                  ("General"),
    .pll_subtype               ("General")
  ) pll (
    .rst      (1'b0),
    .refclk   (clk_i),
    .outclk   (aclk),
    .locked   (locked_o),
    .fboutclk (feedback),
    .fbclk    (1'b0)
  );

  wire unused = &{1'b0, feedback};

endmodule

`default_nettype wire
