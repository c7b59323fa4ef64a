// What espalier_repeat promises, for a model checker: of every row each cell so often, the row so often, in order; a cell
// enters when it leaves the first time, and none waits then.

`default_nettype none

module espalier_repeat_properties #(
  parameter WIDTH         = 1,
  parameter COLUMNS       = 3,
  parameter FACTOR_Y      = 2,
  parameter FACTOR_X      = 2,
  parameter COUNT_WIDTH   = 1,
  parameter ADDRESS_WIDTH = 2
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             m_ready_i,
  input wire [3:0]       column_i   // one column is followed: the checker chooses which
);

  wire             s_ready;
  wire [WIDTH-1:0] m_data;
  wire             m_valid;

  espalier_repeat #(
    .WIDTH         (WIDTH),
    .COLUMNS       (COLUMNS),
    .FACTOR_Y      (FACTOR_Y),
    .FACTOR_X      (FACTOR_X),
    .COUNT_WIDTH   (COUNT_WIDTH),
    .ADDRESS_WIDTH (ADDRESS_WIDTH)
  ) repeats (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  reg             past_reset_q = 1'b0;
  reg       [3:0] followed_q;
  reg       [3:0] taken_q;    // cells of the row that have entered
  reg       [3:0] cell_q;     // the one that leaves, how often it has, and the row
  reg       [3:0] across_q;
  reg       [3:0] down_q;
  reg [WIDTH-1:0] value_q;    // the followed cell

  wire take      = s_valid_i & s_ready;
  wire give      = m_valid & m_ready_i;
  wire enters    = (down_q == 4'd0) & (across_q == 4'd0);
  wire cell_ends = across_q == FACTOR_X - 1;
  wire row_ends  = cell_ends & (cell_q == COLUMNS - 1);
  wire over      = row_ends & (down_q == FACTOR_Y - 1);

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      followed_q   <= column_i;
      taken_q      <= 4'd0;
      cell_q       <= 4'd0;
      across_q     <= 4'd0;
      down_q       <= 4'd0;
    end else begin
      if (take & (taken_q == followed_q)) value_q <= s_data_i;
      if (give & over) taken_q <= 4'd0;
      else if (take) taken_q <= taken_q + 4'd1;
      if (give) begin
        across_q <= cell_ends ? 4'd0 : across_q + 4'd1;
        if (cell_ends) cell_q <= row_ends ? 4'd0 : cell_q + 4'd1;
        if (row_ends) down_q <= over ? 4'd0 : down_q + 4'd1;
      end
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == (s_valid_i | ~enters));
      assert (s_ready == (m_ready_i & enters));
      assert (taken_q == (down_q != 4'd0 ? COLUMNS : enters ? cell_q : cell_q + 4'd1));
      if (m_valid & enters) assert (m_data == s_data_i);
      if (~enters & (cell_q == followed_q)) assert (m_data == value_q);
    end
  end

endmodule

`default_nettype wire
