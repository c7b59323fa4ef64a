// What espalier_spread promises, for a model checker: the beats of a word, the lowest first, the last one marked, each
// once; a beat that waits stays as it is while its word does.

`default_nettype none

module espalier_spread_properties #(
  parameter WIDTH       = 2,
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2
) (
  input wire                   aclk,
  input wire                   aresetn,
  input wire [BEATS*WIDTH-1:0] s_data_i,
  input wire                   s_valid_i,
  input wire                   m_ready_i
);

  wire             s_ready;
  wire [WIDTH-1:0] m_data;
  wire             m_valid;
  wire             m_last;

  espalier_spread #(
    .WIDTH       (WIDTH),
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) spread (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i),
    .m_last_o  (m_last)
  );

  localparam LAST = BEATS - 1;

  reg                   past_reset_q = 1'b0;
  reg             [3:0] given_q;    // beats of the word so far
  reg [BEATS*WIDTH-1:0] word_q;     // the word that leaves
  reg                   waited_q;
  reg       [WIDTH-1:0] waiting_q;

  wire give = m_valid & m_ready_i;

  always @(posedge aclk) begin
    waiting_q <= m_data;
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      given_q      <= 4'd0;
      waited_q     <= 1'b0;
    end else begin
      waited_q <= m_valid & ~m_ready_i & (given_q != 4'd0);
      if (give) given_q <= (given_q == LAST[3:0]) ? 4'd0 : given_q + 4'd1;
      if (s_valid_i & s_ready) word_q <= s_data_i;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == (s_valid_i | (given_q != 4'd0)));
      assert (s_ready == (m_ready_i & (given_q == 4'd0)));
      if (m_valid) assert (m_last == (given_q == LAST[3:0]));
      if (m_valid & (given_q == 4'd0)) assert (m_data == s_data_i[WIDTH-1:0]);
      if (given_q != 4'd0) assert (m_data == word_q[given_q*WIDTH +: WIDTH]);
      if (waited_q) assert (m_data == waiting_q);
    end
  end

endmodule

`default_nettype wire
