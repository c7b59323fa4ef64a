// What espalier_uart_rx promises, for a model checker, with espalier_uart_tx at the other end of the line: every byte that is
// sent comes out once, before the one behind it is half on the line, and nothing else comes out, whatever pauses there are
// between bytes; two come out four cycles apart or more.

`default_nettype none

module espalier_uart_rx_properties #(
  parameter DIVIDER       = 6,
  parameter DIVIDER_WIDTH = 3
) (
  input wire       aclk,
  input wire       aresetn,
  input wire [7:0] data_i,
  input wire       valid_i
);

  wire       ready, line, valid, error;
  wire [7:0] data;

  espalier_uart_tx #(
    .DIVIDER       (DIVIDER),
    .DIVIDER_WIDTH (DIVIDER_WIDTH)
  ) uart_tx (
    .aclk    (aclk),
    .aresetn (aresetn),
    .data_i  (data_i),
    .valid_i (valid_i),
    .ready_o (ready),
    .txd_o   (line)
  );

  espalier_uart_rx #(
    .DIVIDER       (DIVIDER),
    .DIVIDER_WIDTH (DIVIDER_WIDTH)
  ) uart_rx (
    .aclk    (aclk),
    .aresetn (aresetn),
    .rxd_i   (line),
    .data_o  (data),
    .valid_o (valid),
    .error_o (error)
  );

  reg       past_reset_q = 1'b0;
  reg       open_q, older_open_q;   // a byte was taken and has not come out; so was the one before it
  reg [7:0] sent_q, older_q;

  reg [1:0] rest_q;                 // cycles until a byte may come out again

  wire take = valid_i & ready;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      open_q       <= 1'b0;
      older_open_q <= 1'b0;
      rest_q       <= 2'd0;
    end else begin
      rest_q       <= valid ? 2'd3 : (rest_q == 2'd0) ? rest_q : rest_q - 2'd1;
      open_q       <= take | (open_q & (~valid | older_open_q));
      older_open_q <= take ? open_q & (~valid | older_open_q) : older_open_q & ~valid;
      if (take) sent_q <= data_i;
      if (take) older_q <= sent_q;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (~error);
      if (valid) assert (open_q & (data == (older_open_q ? older_q : sent_q)));
      if (valid) assert (rest_q == 2'd0);
      // No byte is lost.
      if (take) assert (~older_open_q);
    end
  end

endmodule

`default_nettype wire
