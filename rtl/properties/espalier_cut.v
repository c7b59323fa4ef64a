// What espalier_cut promises, for a model checker: the beats of the word that is offered, the lowest first, each once, and
// the word is taken with the last of them.

`default_nettype none

module espalier_cut_properties #(
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

  espalier_cut #(
    .WIDTH       (WIDTH),
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) cut (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  localparam LAST = BEATS - 1;

  reg       past_reset_q = 1'b0;
  reg [3:0] given_q;    // beats of the word so far

  wire is_last = given_q == LAST[3:0];

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      given_q      <= 4'd0;
    end else if (m_valid & m_ready_i) begin
      given_q <= is_last ? 4'd0 : given_q + 4'd1;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == s_valid_i);
      assert ((s_valid_i & s_ready) == (m_valid & m_ready_i & is_last));
      if (m_valid) assert (m_data == s_data_i[given_q*WIDTH +: WIDTH]);
    end
  end

endmodule

`default_nettype wire
