// What espalier_skid_buffer promises, for a model checker: words come out in order, none lost, none twice; a word that
// waits stays as it is; valid does not wait for ready.
//
// One word, the one that is marked when it goes in, stands for every word: the checker chooses which.

`default_nettype none

module espalier_skid_buffer_properties #(
  parameter WIDTH = 2
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             m_ready_i,
  input wire             mark_i
);

  wire             s_ready;
  wire [WIDTH-1:0] m_data;
  wire             m_valid;

  espalier_skid_buffer #(
    .WIDTH (WIDTH)
  ) buffer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  reg             past_reset_q = 1'b0;  // a reset has been
  reg       [1:0] held_q;               // words inside
  reg             marked_q;             // a word is followed
  reg       [1:0] ahead_q;              // words inside that leave before it
  reg [WIDTH-1:0] word_q;
  reg             waited_q;             // the output waited in the cycle before
  reg [WIDTH-1:0] waiting_q;

  wire in  = s_valid_i & s_ready;
  wire out = m_valid & m_ready_i;

  always @(posedge aclk) begin
    waiting_q <= m_data;
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      held_q       <= 2'd0;
      marked_q     <= 1'b0;
      waited_q     <= 1'b0;
    end else begin
      held_q   <= held_q + {1'b0, in} - {1'b0, out};
      waited_q <= m_valid & ~m_ready_i;
      if (in & mark_i & ~marked_q) begin
        marked_q <= 1'b1;
        word_q   <= s_data_i;
        ahead_q  <= held_q - {1'b0, out};
      end else if (out & marked_q) begin
        marked_q <= ahead_q != 2'd0;
        ahead_q  <= ahead_q - 2'd1;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (held_q <= 2'd2);
      assert (m_valid == (held_q != 2'd0));
      assert (s_ready == (held_q != 2'd2));
      if (waited_q) assert (m_valid & (m_data == waiting_q));
      if (m_valid & marked_q & (ahead_q == 2'd0)) assert (m_data == word_q);
    end
  end

endmodule

`default_nettype wire
