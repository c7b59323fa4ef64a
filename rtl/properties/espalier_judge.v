// What espalier_judge promises, for a model checker: a word and its mark leave together; the word goes on where it is
// not spoilt, and then waits for who takes it.

`default_nettype none

module espalier_judge_properties #(
  parameter WIDTH = 1
) (
  input wire [WIDTH-1:0] s_valid_i,
  input wire             mark_valid_i,
  input wire             mark_spoilt_i,
  input wire             m_ready_i
);

  wire s_ready;
  wire mark_ready;
  wire m_valid;

  espalier_judge judge (
    .s_valid_i     (s_valid_i[0]),
    .s_ready_o     (s_ready),
    .mark_valid_i  (mark_valid_i),
    .mark_ready_o  (mark_ready),
    .mark_spoilt_i (mark_spoilt_i),
    .m_valid_o     (m_valid),
    .m_ready_i     (m_ready_i)
  );

  wire both = s_valid_i[0] & mark_valid_i;

  always @(*) begin
    assert (m_valid == (both & ~mark_spoilt_i));
    assert ((s_valid_i[0] & s_ready) == (both & (mark_spoilt_i | m_ready_i)));
    if (mark_valid_i) assert (mark_ready == (s_valid_i[0] & s_ready));
  end

endmodule

`default_nettype wire
