// What espalier_collect promises, for a model checker: a word is BEATS cells, in order, each once; what waits stays.

`default_nettype none

module espalier_collect_properties #(
  parameter WIDTH       = 2,
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2,
  parameter HELD        = 0
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             m_ready_i
);

  wire                   s_ready;
  wire [BEATS*WIDTH-1:0] m_data;
  wire                   m_valid;

  espalier_collect #(
    .WIDTH       (WIDTH),
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH),
    .HELD        (HELD)
  ) collect (
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

  reg                   past_reset_q = 1'b0;
  reg             [3:0] taken_q;   // cells of the word that comes in
  reg                   whole_q;   // a word waits, where the last cell is kept
  reg [BEATS*WIDTH-1:0] seen_q;    // the last cells taken, the newest highest

  wire [(BEATS+1)*WIDTH-1:0] seen   = {s_data_i, seen_q};
  wire     [BEATS*WIDTH-1:0] newest = seen[(BEATS+1)*WIDTH-1:WIDTH];   // with the cell that is offered

  wire take = s_valid_i & s_ready;
  wire ends = taken_q == LAST[3:0];

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      taken_q      <= 4'd0;
      whole_q      <= 1'b0;
    end else begin
      if (take) taken_q <= ends ? 4'd0 : taken_q + 4'd1;
      whole_q <= (HELD != 0) & ((take & ends) | (whole_q & ~m_ready_i));
    end
    if (take) seen_q <= newest;
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == ((HELD != 0) ? whole_q : s_valid_i & ends));
      assert (s_ready == ((HELD != 0) ? ~whole_q | m_ready_i : ~ends | m_ready_i));
      if (m_valid) assert (m_data == ((HELD != 0) ? seen_q : newest));
    end
  end

endmodule

`default_nettype wire
