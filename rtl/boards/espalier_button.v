// A button or a switch, of no clock: it is sampled twice, and believed once it has been the same for CYCLES.
//
// Latency: CYCLES + 3 cycles behind the last bounce.

`default_nettype none

module espalier_button #(
  parameter CYCLES      = 120000,  // 10 ms at 12 MHz
  parameter COUNT_WIDTH = 17       // 2^COUNT_WIDTH >= CYCLES
) (
  input  wire aclk,
  input  wire aresetn,
  input  wire button_i,   // 1 while it is pressed, or on
  output wire on_o,
  output wire pressed_o   // for one cycle, when it goes on
);

  localparam LAST = CYCLES - 1;

  reg                   meta_q, level_q, on_q;
  reg [COUNT_WIDTH-1:0] count_q;   // cycles for which it has been another one than on_q

  wire differs = level_q != on_q;
  wire settled = differs & (count_q == LAST[COUNT_WIDTH-1:0]);

  assign on_o      = on_q;
  assign pressed_o = settled & level_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      meta_q  <= 1'b0;
      level_q <= 1'b0;
      on_q    <= 1'b0;
      count_q <= {COUNT_WIDTH{1'b0}};
    end else begin
      meta_q  <= button_i;
      level_q <= meta_q;
      if (settled) on_q <= level_q;
      count_q <= (differs & ~settled) ? count_q + 1'b1 : {COUNT_WIDTH{1'b0}};
    end
  end

endmodule

`default_nettype wire
