// What espalier_fifo promises, for a model checker: the words come out in order, each once; it takes words until it is
// full, and while there is one it gives it.

`default_nettype none

module espalier_fifo_properties #(
  parameter WIDTH       = 2,
  parameter DEPTH       = 3,
  parameter INDEX_WIDTH = 2,
  parameter MEMORY      = 0
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

  reg             past_reset_q = 1'b0;
  reg       [3:0] held_q;
  reg             marked_q;  // one word is followed: the checker chooses which
  reg       [3:0] ahead_q;   // words inside that leave before it
  reg [WIDTH-1:0] word_q;

  wire put = s_valid_i & s_ready;
  wire get = m_valid & m_ready_i;

  espalier_fifo #(
    .WIDTH       (WIDTH),
    .DEPTH       (DEPTH),
    .INDEX_WIDTH (INDEX_WIDTH),
    .MEMORY      (MEMORY)
  ) fifo (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      held_q       <= 4'd0;
      marked_q     <= 1'b0;
    end else begin
      held_q <= held_q + {3'd0, put} - {3'd0, get};
      if (put & mark_i & ~marked_q) begin
        marked_q <= 1'b1;
        word_q   <= s_data_i;
        ahead_q  <= held_q - {3'd0, get};
      end else if (get & marked_q) begin
        marked_q <= ahead_q != 4'd0;
        ahead_q  <= ahead_q - 4'd1;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (s_ready == (held_q != DEPTH[3:0]));
      assert (m_valid == (held_q != 4'd0));
      if (marked_q & (ahead_q == 4'd0)) assert (m_data == word_q);
    end
  end

endmodule

`default_nettype wire
