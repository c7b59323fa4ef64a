// What espalier_fill promises, for a model checker: every sample goes on in BEATS beats, with its own as far as there are
// any; with the last one comes a mark, which says whether the sample was of another length, and that is said once.

`default_nettype none

module espalier_fill_properties #(
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2
) (
  input wire aclk,
  input wire aresetn,
  input wire s_valid_i,
  input wire s_last_i,
  input wire m_ready_i,
  input wire mark_ready_i
);

  wire s_ready;
  wire m_valid;
  wire mark_valid;
  wire mark_spoilt;
  wire error;

  espalier_fill #(
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) fill (
    .aclk          (aclk),
    .aresetn       (aresetn),
    .s_valid_i     (s_valid_i),
    .s_ready_o     (s_ready),
    .s_last_i      (s_last_i),
    .m_valid_o     (m_valid),
    .m_ready_i     (m_ready_i),
    .mark_valid_o  (mark_valid),
    .mark_ready_i  (mark_ready_i),
    .mark_spoilt_o (mark_spoilt),
    .error_o       (error)
  );

  localparam LAST = BEATS - 1;

  reg       past_reset_q = 1'b0;
  reg [3:0] taken_q;   // beats of this sample so far, BEATS and more being one number
  reg [3:0] given_q;   // beats that went on of the sample that goes on
  reg       short_q;   // that one has ended early

  wire take  = s_valid_i & s_ready;
  wire give  = m_valid & m_ready_i;
  wire known = taken_q == BEATS[3:0];   // to be too long
  wire ends  = given_q == LAST[3:0];
  wire own   = ~short_q & ~known;       // what goes on is the sample's

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      taken_q      <= 4'd0;
      given_q      <= 4'd0;
      short_q      <= 1'b0;
    end else begin
      if (take) taken_q <= s_last_i ? 4'd0 : known ? taken_q : taken_q + 4'd1;
      if (give) given_q <= ends ? 4'd0 : given_q + 4'd1;
      if (take & s_last_i & ~known & (taken_q != LAST[3:0])) short_q <= 1'b1;
      else if (give & ends) short_q <= 1'b0;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      // Beats go on as they are taken, but those that are too many; while a sample is filled up none is taken.
      assert (m_valid == ((short_q | (s_valid_i & ~known)) & (~ends | mark_ready_i)));
      assert (take == (s_valid_i & (known | (own & give))));
      assert (mark_valid == (give & ends));
      if (mark_valid) assert (mark_spoilt == (short_q | ~s_last_i));
      assert (error == (take & ~known & (s_last_i != (taken_q == LAST[3:0]))));
    end
  end

endmodule

`default_nettype wire
