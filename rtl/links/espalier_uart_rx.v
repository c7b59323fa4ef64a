// Bytes from a serial line: 8 bits, the lowest first, no parity, one stop bit.
//
// The line is sampled in the middle of every bit, three times, and two of three decide. A start bit that is gone by its
// middle was none. A byte whose stop bit is 0 is dropped and said, and the line must be 1 before the next one begins.
//
// valid_o and error_o are 1 for one cycle, five cycles behind the middle of the stop bit, and again after four cycles or more.
// Nothing waits: a byte is taken or lost.

`default_nettype none

module espalier_uart_rx #(
  parameter DIVIDER       = 104,  // clock cycles of a bit, 6 or more
  parameter DIVIDER_WIDTH = 7     // 2^DIVIDER_WIDTH >= DIVIDER
) (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire       rxd_i,     // of no clock
  output wire [7:0] data_o,
  output wire       valid_o,
  output wire       error_o
);

  localparam LAST_CYCLE = DIVIDER - 1;
  localparam MIDDLE     = DIVIDER / 2;

  reg                     meta_q, line_q, before_q, old_q;   // the line, and what it was one and two cycles ago
  reg                     busy_q;
  reg                     break_q;   // until the line is 1 again
  reg [DIVIDER_WIDTH-1:0] cycle_q;
  reg               [3:0] bit_q;     // 0: the start bit, 9: the stop bit
  reg               [7:0] data_q;
  reg                     valid_q, error_q;

  wire level  = (line_q & before_q) | (line_q & old_q) | (before_q & old_q);
  wire sample = busy_q & (cycle_q == MIDDLE[DIVIDER_WIDTH-1:0]);
  wire at_end = cycle_q == LAST_CYCLE[DIVIDER_WIDTH-1:0];
  wire stop   = sample & (bit_q == 4'd9);

  assign data_o  = data_q;
  assign valid_o = valid_q;
  assign error_o = error_q;

  always @(posedge aclk) begin
    if (!aresetn) {meta_q, line_q, before_q, old_q} <= 4'b1111;
    else {meta_q, line_q, before_q, old_q} <= {rxd_i, meta_q, line_q, before_q};
  end

  always @(posedge aclk) begin
    if (!aresetn) begin
      busy_q  <= 1'b0;
      break_q <= 1'b1;
    end else if (busy_q) begin
      if (stop | (sample & level & (bit_q == 4'd0))) busy_q <= 1'b0;
      if (stop & ~level) break_q <= 1'b1;
    end else begin
      if (line_q) break_q <= 1'b0;
      busy_q <= ~line_q & ~break_q;
    end
  end

  always @(posedge aclk) begin
    if (!busy_q) begin
      cycle_q <= {DIVIDER_WIDTH{1'b0}};
      bit_q   <= 4'd0;
    end else begin
      cycle_q <= at_end ? {DIVIDER_WIDTH{1'b0}} : cycle_q + 1'b1;
      if (at_end) bit_q <= bit_q + 4'd1;
    end
    valid_q <= aresetn & stop & level;
    error_q <= aresetn & stop & ~level;
    if (sample & (bit_q != 4'd9)) data_q <= {level, data_q[7:1]};
  end

endmodule

`default_nettype wire
