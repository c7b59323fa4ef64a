// What espalier_results promises, for a model checker: the beats of a result up to its end, the lowest first, each once;
// the end of the last result of a sample is marked, and nothing else; what waits stays as it is.

`default_nettype none

module espalier_results_properties #(
  parameter WIDTH       = 2,
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2
) (
  input wire                   aclk,
  input wire                   aresetn,
  input wire [BEATS*WIDTH-1:0] s_data_i,
  input wire [COUNT_WIDTH-1:0] end_i,
  input wire                   s_last_i,
  input wire                   s_valid_i,
  input wire                   m_ready_i
);

  localparam LAST = BEATS - 1;

  wire [COUNT_WIDTH-1:0] s_end = (end_i > LAST[COUNT_WIDTH-1:0]) ? LAST[COUNT_WIDTH-1:0] : end_i;
  wire                   s_ready;
  wire [WIDTH-1:0]       m_data;
  wire                   m_valid;
  wire                   m_last;

  espalier_results #(
    .WIDTH       (WIDTH),
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) results (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_end_i   (s_end),
    .s_last_i  (s_last_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i),
    .m_last_o  (m_last)
  );

  reg                   past_reset_q = 1'b0;
  reg             [3:0] given_q;    // beats of the result so far
  reg [BEATS*WIDTH-1:0] word_q;     // the result that leaves, its end, and whether it is a sample's last one
  reg [COUNT_WIDTH-1:0] end_q;
  reg                   last_q;
  reg                   waited_q;
  reg       [WIDTH-1:0] waiting_q;

  wire                   first = given_q == 4'd0;
  wire [COUNT_WIDTH-1:0] until_beat = first ? s_end : end_q;
  wire                   ends  = given_q == {{(4-COUNT_WIDTH){1'b0}}, until_beat};
  wire                   give  = m_valid & m_ready_i;

  always @(posedge aclk) begin
    waiting_q <= m_data;
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      given_q      <= 4'd0;
      waited_q     <= 1'b0;
    end else begin
      waited_q <= m_valid & ~m_ready_i & ~first;
      if (give) given_q <= ends ? 4'd0 : given_q + 4'd1;
      if (s_valid_i & s_ready) begin
        word_q <= s_data_i;
        end_q  <= s_end;
        last_q <= s_last_i;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == (s_valid_i | ~first));
      assert (s_ready == (m_ready_i & first));
      if (m_valid) assert (m_last == (ends & (first ? s_last_i : last_q)));
      if (m_valid & first) assert (m_data == s_data_i[WIDTH-1:0]);
      if (~first) assert (m_data == word_q[given_q*WIDTH +: WIDTH]);
      if (waited_q) assert (m_data == waiting_q);
    end
  end

endmodule

`default_nettype wire
