// What espalier_window promises, for a model checker: every window comes once and in order, its taps are the cells that
// lie under it, or the padding; no cell waits while windows are taken, and a window comes with its last cell.

`default_nettype none

module espalier_window_properties #(
  parameter ROWS          = 3,
  parameter COLUMNS       = 3,
  parameter SIZE_Y        = 2,
  parameter SIZE_X        = 2,
  parameter STRIDE_Y      = 1,
  parameter STRIDE_X      = 1,
  parameter DILATION_Y    = 1,
  parameter DILATION_X    = 1,
  parameter TOP           = 0,
  parameter LEFT          = 0,
  parameter OUT_ROWS      = 2,
  parameter OUT_COLUMNS   = 2,
  parameter COUNT_WIDTH   = 3,
  parameter ADDRESS_WIDTH = 2
) (
  input wire       aclk,
  input wire       aresetn,
  input wire       s_data_i,
  input wire       s_valid_i,
  input wire       m_ready_i,
  input wire [3:0] row_i,      // one cell is followed: the checker chooses which
  input wire [3:0] column_i
);

  localparam REACH_Y = (SIZE_Y - 1) * DILATION_Y + 1;
  localparam REACH_X = (SIZE_X - 1) * DILATION_X + 1;
  localparam BELOW   = (OUT_ROWS - 1) * STRIDE_Y + REACH_Y - TOP - ROWS;
  localparam RIGHT   = (OUT_COLUMNS - 1) * STRIDE_X + REACH_X - LEFT - COLUMNS;
  localparam LATE    = (BELOW > 0 ? BELOW * COLUMNS : 0) + (RIGHT > 0 ? RIGHT : 0);

  wire                     s_ready;
  wire [SIZE_Y*SIZE_X-1:0] taps;
  wire                     m_valid;

  reg       past_reset_q = 1'b0;
  reg [3:0] row_q;
  reg [3:0] column_q;
  reg       value_q;
  reg       seen_q;        // the followed cell of the map that is under way
  reg [3:0] in_row_q;
  reg [3:0] in_column_q;
  reg       in_done_q;
  reg [3:0] out_row_q;
  reg [3:0] out_column_q;
  reg       out_done_q;
  reg [5:0] late_q;        // cycles since the last cell in which windows were taken

  espalier_window #(
    .WIDTH         (1),
    .ROWS          (ROWS),
    .COLUMNS       (COLUMNS),
    .SIZE_Y        (SIZE_Y),
    .SIZE_X        (SIZE_X),
    .STRIDE_Y      (STRIDE_Y),
    .STRIDE_X      (STRIDE_X),
    .DILATION_Y    (DILATION_Y),
    .DILATION_X    (DILATION_X),
    .TOP           (TOP),
    .LEFT          (LEFT),
    .OUT_ROWS      (OUT_ROWS),
    .OUT_COLUMNS   (OUT_COLUMNS),
    .COUNT_WIDTH   (COUNT_WIDTH),
    .ADDRESS_WIDTH (ADDRESS_WIDTH),
    .PADDING       (1'b1)
  ) window (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (taps),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  wire take     = s_valid_i & s_ready;
  wire give     = m_valid & m_ready_i;
  wire row_end  = in_column_q == COLUMNS - 1;
  wire line_end = out_column_q == OUT_COLUMNS - 1;
  wire in_done  = in_done_q | (take & row_end & (in_row_q == ROWS - 1));
  wire out_done = out_done_q | (give & line_end & (out_row_q == OUT_ROWS - 1));
  wire here     = s_valid_i & ~in_done_q & (in_row_q == row_q) & (in_column_q == column_q);
  wire value    = here ? s_data_i : value_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      row_q        <= row_i;
      column_q     <= column_i;
      in_row_q     <= 4'd0;
      in_column_q  <= 4'd0;
      out_row_q    <= 4'd0;
      out_column_q <= 4'd0;
      in_done_q    <= 1'b0;
      out_done_q   <= 1'b0;
      seen_q       <= 1'b0;
      late_q       <= 6'd0;
    end else begin
      in_done_q  <= in_done & ~out_done;
      out_done_q <= out_done & ~in_done;
      late_q     <= in_done & out_done ? 6'd0 : late_q + {5'd0, in_done_q & m_ready_i};
      if (take) begin
        in_column_q <= row_end ? 4'd0 : in_column_q + 4'd1;
        if (row_end) in_row_q <= in_row_q == ROWS - 1 ? 4'd0 : in_row_q + 4'd1;
      end
      if (give) begin
        out_column_q <= line_end ? 4'd0 : out_column_q + 4'd1;
        if (line_end) out_row_q <= out_row_q == OUT_ROWS - 1 ? 4'd0 : out_row_q + 4'd1;
      end
      if (in_done & out_done) seen_q <= 1'b0;
      else if (take & here) begin
        seen_q  <= 1'b1;
        value_q <= s_data_i;
      end
    end
  end

  wire [5:0] last_row    = out_row_q * STRIDE_Y + REACH_Y - 1;
  wire [5:0] last_column = out_column_q * STRIDE_X + REACH_X - 1;
  wire       last_here   = s_valid_i & ~in_done_q & ~out_done_q
                         & (last_row == in_row_q + TOP) & (last_column == in_column_q + LEFT);

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (~(take & in_done_q));
      assert (~(m_valid & out_done_q));
      assert (~(s_valid_i & m_ready_i) | s_ready | in_done_q);
      assert (~last_here | m_valid);
      assert (late_q < LATE + 1);
    end
  end

  genvar y, x;

  generate
    for (y = 0; y < SIZE_Y; y = y + 1) begin : g_rows
      for (x = 0; x < SIZE_X; x = x + 1) begin : g_columns
        wire [5:0] row     = out_row_q * STRIDE_Y + y * DILATION_Y;
        wire [5:0] column  = out_column_q * STRIDE_X + x * DILATION_X;
        wire       inside  = (row >= TOP) & (row < TOP + ROWS) & (column >= LEFT) & (column < LEFT + COLUMNS);
        wire       is_cell = (row == row_q + TOP) & (column == column_q + LEFT);
        wire       tap     = taps[y*SIZE_X + x];

        always @(*) begin
          if (past_reset_q & aresetn & m_valid) begin
            assert (inside | tap);
            assert (~inside | ~is_cell | ((seen_q | here) & (tap == value)));
          end
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
