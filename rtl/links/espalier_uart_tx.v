// Bytes onto a serial line: 8 bits, the lowest first, no parity, one stop bit. The line rests at 1.
//
// A byte that is taken is on the line for ten bits from the next cycle on; the next one is taken with the last of them.

`default_nettype none

module espalier_uart_tx #(
  parameter DIVIDER       = 104,  // clock cycles of a bit, 1 or more
  parameter DIVIDER_WIDTH = 7     // 2^DIVIDER_WIDTH >= DIVIDER
) (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire [7:0] data_i,
  input  wire       valid_i,
  output wire       ready_o,
  output wire       txd_o
);

  localparam BEFORE_LAST = DIVIDER - 2;
  localparam ALWAYS      = DIVIDER == 1;

  reg                     txd_q;
  reg               [8:0] data_q;    // what is left of the byte, and the stop bit
  reg               [3:0] bits_q;    // bits on the line and to come
  reg [DIVIDER_WIDTH-1:0] cycle_q;
  reg                     at_end_q;   // the bit's last cycle

  wire at_end = at_end_q;
  wire idle   = bits_q == 4'd0;
  wire take   = valid_i & ready_o;

  assign ready_o = idle | (at_end & (bits_q == 4'd1));
  assign txd_o   = txd_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      txd_q    <= 1'b1;
      bits_q   <= 4'd0;
      cycle_q  <= {DIVIDER_WIDTH{1'b0}};
      at_end_q <= ALWAYS;
    end else if (take) begin
      txd_q    <= 1'b0;
      bits_q   <= 4'd10;
      cycle_q  <= {DIVIDER_WIDTH{1'b0}};
      at_end_q <= ALWAYS;
    end else if (~idle) begin
      cycle_q  <= at_end ? {DIVIDER_WIDTH{1'b0}} : cycle_q + 1'b1;
      at_end_q <= ALWAYS | (cycle_q == BEFORE_LAST[DIVIDER_WIDTH-1:0]);
      if (at_end) begin
        bits_q <= bits_q - 4'd1;
        txd_q  <= (bits_q == 4'd1) | data_q[0];
      end
    end
  end

  always @(posedge aclk) begin
    if (take) data_q <= {1'b1, data_i};
    else if (at_end) data_q <= {1'b1, data_q[8:1]};
  end

endmodule

`default_nettype wire
