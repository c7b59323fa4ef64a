// What espalier_gather promises, for a model checker: a word is the last BEATS beats, in order, of a sample that ends
// where it should; every other sample is dropped whole and said once; no beat is taken twice or left out.

`default_nettype none

module espalier_gather_properties #(
  parameter WIDTH       = 2,
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             s_last_i,
  input wire             m_ready_i
);

  wire                   s_ready;
  wire [BEATS*WIDTH-1:0] m_data;
  wire                   m_valid;
  wire                   error;

  espalier_gather #(
    .WIDTH       (WIDTH),
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) gather (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .s_last_i  (s_last_i),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i),
    .error_o   (error)
  );

  localparam LAST = BEATS - 1;

  reg                   past_reset_q = 1'b0;
  reg             [3:0] taken_q;    // beats of this sample so far, BEATS and more being one number
  reg [BEATS*WIDTH-1:0] seen_q;     // the last beats taken, the newest highest
  reg                   said_q;     // this sample is known to be too long

  wire [(BEATS+1)*WIDTH-1:0] seen   = {s_data_i, seen_q};
  wire     [BEATS*WIDTH-1:0] newest = seen[(BEATS+1)*WIDTH-1:WIDTH];   // with the beat that is offered

  wire take  = s_valid_i & s_ready;
  wire right = taken_q == LAST[3:0];

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      taken_q      <= 4'd0;
      said_q       <= 1'b0;
    end else if (take) begin
      taken_q <= s_last_i ? 4'd0 : (taken_q == BEATS[3:0]) ? taken_q : taken_q + 4'd1;
      said_q  <= ~s_last_i & (said_q | error);
    end
    if (take) seen_q <= newest;
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      // A word is there exactly with the last beat of a sample of the right length, whether it is taken or not.
      assert (m_valid == (s_valid_i & s_last_i & right));
      if (m_valid) assert (m_data == newest);
      // Nothing else waits.
      assert (s_ready == (m_ready_i | ~m_valid));
      // A sample of another length is said once, when that is known.
      assert (error == (take & ~said_q & (s_last_i ? (taken_q < LAST[3:0]) : right)));
    end
  end

endmodule

`default_nettype wire
