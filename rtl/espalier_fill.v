// Makes every sample of a stream BEATS beats long, so that they can go on as they come, before it is known whether all
// of them are there: last_i is 1 with a sample's last beat alone.
//
// A sample that ends early is filled up with beats of any content, and of one that does not end with its last beat the
// rest is dropped, up to the beat that ends it. error_o is 1 in the cycle in which the beat that shows it is taken. With
// the last beat that is handed on comes a mark: whether the sample is spoilt. Without room for that the beat waits.
//
// Latency: 0 cycles. The beats' data pass beside it.

`default_nettype none

module espalier_fill #(
  parameter BEATS       = 4,  // 2 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire aclk,
  input  wire aresetn,
  input  wire s_valid_i,
  output wire s_ready_o,
  input  wire s_last_i,
  output wire m_valid_o,
  input  wire m_ready_i,
  output wire mark_valid_o,
  input  wire mark_ready_i,
  output wire mark_spoilt_o,
  output wire error_o
);

  localparam LAST_BEAT = BEATS - 1;

  reg [COUNT_WIDTH-1:0] beat_q;   // the one that is handed on next
  reg                   fill_q;   // the sample has ended early
  reg                   drop_q;   // until the end of a sample that is too long

  wire at_last = beat_q == LAST_BEAT[COUNT_WIDTH-1:0];
  wire room    = ~at_last | mark_ready_i;
  wire take    = s_valid_i & s_ready_o;
  wire give    = m_valid_o & m_ready_i;

  assign s_ready_o     = drop_q | (~fill_q & room & m_ready_i);
  assign m_valid_o     = room & (fill_q | (s_valid_i & ~drop_q));
  assign mark_valid_o  = give & at_last;
  assign mark_spoilt_o = fill_q | ~s_last_i;
  assign error_o       = take & ~drop_q & (s_last_i != at_last);

  always @(posedge aclk) begin
    if (!aresetn) begin
      beat_q <= {COUNT_WIDTH{1'b0}};
      fill_q <= 1'b0;
      drop_q <= 1'b0;
    end else begin
      if (take) drop_q <= ~s_last_i & (drop_q | at_last);
      if (give) begin
        beat_q <= at_last ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
        fill_q <= ~at_last & (fill_q | s_last_i);
      end
    end
  end

endmodule

`default_nettype wire
