// The reset of a board: 0 from power-up until the clock stands and the button is up, and 16 cycles longer. The button, of no
// clock, is sampled twice. The counter begins at 0 by its initial value, which every FPGA here loads with its bitstream.

`default_nettype none

module espalier_board_reset (
  input  wire aclk,
  input  wire locked_i,   // 0 while the clock does not stand yet
  input  wire button_i,   // 1 while it is pressed
  output wire aresetn
);

  reg       meta_q  = 1'b0;
  reg       free_q  = 1'b0;
  reg [3:0] count_q = 4'd0;
  reg       done_q  = 1'b0;

  assign aresetn = done_q;

  always @(posedge aclk) begin
    meta_q <= locked_i & ~button_i;
    free_q <= meta_q;
    if (!free_q) count_q <= 4'd0;
    else if (count_q != 4'd15) count_q <= count_q + 4'd1;
    done_q <= free_q & (count_q == 4'd15);
  end

endmodule

`default_nettype wire
