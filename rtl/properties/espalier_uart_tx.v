// What espalier_uart_tx promises, for a model checker: a byte that is taken is on the line as a start bit, its eight bits and
// a stop bit, DIVIDER cycles each, from the next cycle on; the line rests at 1 otherwise; the next byte waits as long.

`default_nettype none

module espalier_uart_tx_properties #(
  parameter DIVIDER       = 3,
  parameter DIVIDER_WIDTH = 2
) (
  input wire       aclk,
  input wire       aresetn,
  input wire [7:0] data_i,
  input wire       valid_i
);

  wire ready, txd;

  espalier_uart_tx #(
    .DIVIDER       (DIVIDER),
    .DIVIDER_WIDTH (DIVIDER_WIDTH)
  ) uart_tx (
    .aclk    (aclk),
    .aresetn (aresetn),
    .data_i  (data_i),
    .valid_i (valid_i),
    .ready_o (ready),
    .txd_o   (txd)
  );

  localparam LAST_CYCLE = DIVIDER - 1;

  reg       past_reset_q = 1'b0;
  reg       busy_q;
  reg [9:0] frame_q;   // what is to be on the line, bit after bit
  reg [3:0] bit_q;
  reg [7:0] cycle_q;   // of the bit

  wire at_end = (cycle_q == LAST_CYCLE[7:0]) & (bit_q == 4'd9);
  wire take   = valid_i & ready;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      busy_q       <= 1'b0;
    end else if (take) begin
      busy_q  <= 1'b1;
      frame_q <= {1'b1, data_i, 1'b0};
      bit_q   <= 4'd0;
      cycle_q <= 8'd0;
    end else if (busy_q) begin
      if (at_end) busy_q <= 1'b0;
      cycle_q <= (cycle_q == LAST_CYCLE[7:0]) ? 8'd0 : cycle_q + 8'd1;
      if (cycle_q == LAST_CYCLE[7:0]) bit_q <= bit_q + 4'd1;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (ready == (~busy_q | at_end));
      assert (txd == (~busy_q | frame_q[bit_q]));
      if (busy_q) assert (bit_q <= 4'd9);
    end
  end

endmodule

`default_nettype wire
