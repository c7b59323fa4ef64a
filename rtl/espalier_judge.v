// Lets words through for which a mark says that they are whole; the spoilt ones go nowhere. A word waits for its mark.
//
// Latency: 0 cycles. The words' data pass beside it.

`default_nettype none

module espalier_judge (
  input  wire s_valid_i,
  output wire s_ready_o,
  input  wire mark_valid_i,
  output wire mark_ready_o,
  input  wire mark_spoilt_i,
  output wire m_valid_o,
  input  wire m_ready_i
);

  wire goes = mark_valid_i & (m_ready_i | mark_spoilt_i);

  assign s_ready_o    = goes;
  assign mark_ready_o = goes & s_valid_i;
  assign m_valid_o    = s_valid_i & mark_valid_i & ~mark_spoilt_i;

endmodule

`default_nettype wire
