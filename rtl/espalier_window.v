// A map, cell by cell, into the windows that lie on it: all taps of one position at a time, row by row.
//
// A map of ROWS x COLUMNS cells enters in raster order, map after map. The window has SIZE_Y x SIZE_X taps, DILATION_Y and
// DILATION_X cells apart, and moves by STRIDE_Y and STRIDE_X; TOP and LEFT cells of padding lie before the map, and what
// its positions reach beyond the map on the other sides is padding too. A tap in the padding gives PADDING.
//
// A window passes through together with the last of its cells that lie in the map, where that is its last tap; windows
// that reach into the padding below or on the right come as many cells later as would be there, for which no cell
// enters: a map takes ROWS * COLUMNS cycles and, with padding there, COLUMNS for every row of it and one for every column.
// Rows that are over lie in a memory of COLUMNS words, the cells beside one another in registers.
//
// It wants LEFT < reach across, TOP < reach down, and no more padding across than the reach leaves: with p columns of it on
// the right, LEFT + p < reach and p <= COLUMNS; the reach is (SIZE - 1) * DILATION + 1.
// Latency: 0 cycles. s_ready_o hangs on m_ready_i.

`default_nettype none

module espalier_window #(
  parameter WIDTH         = 8,  // bits of a cell
  parameter ROWS          = 4,
  parameter COLUMNS       = 4,
  parameter SIZE_Y        = 3,
  parameter SIZE_X        = 3,
  parameter STRIDE_Y      = 1,
  parameter STRIDE_X      = 1,
  parameter DILATION_Y    = 1,
  parameter DILATION_X    = 1,
  parameter TOP           = 1,
  parameter LEFT          = 1,
  parameter OUT_ROWS      = 4,  // positions
  parameter OUT_COLUMNS   = 4,
  parameter COUNT_WIDTH   = 3,  // 2^COUNT_WIDTH > rows and columns of the padded map
  parameter ADDRESS_WIDTH = 2,  // 2^ADDRESS_WIDTH >= COLUMNS, no more than COUNT_WIDTH
  parameter [WIDTH-1:0] PADDING = {WIDTH{1'b0}}
) (
  input  wire                            aclk,
  input  wire                            aresetn,
  input  wire [WIDTH-1:0]                s_data_i,
  input  wire                            s_valid_i,
  output wire                            s_ready_o,
  output wire [SIZE_Y*SIZE_X*WIDTH-1:0]  m_data_o,   // row after row of taps, the first one lowest
  output wire                            m_valid_o,
  input  wire                            m_ready_i
);

  localparam REACH_Y = (SIZE_Y - 1) * DILATION_Y + 1;
  localparam REACH_X = (SIZE_X - 1) * DILATION_X + 1;
  localparam LINES   = REACH_Y - 1;
  localparam DELAYS  = REACH_X - 1;
  localparam END_Y   = TOP + ROWS;
  localparam END_X   = LEFT + COLUMNS;
  localparam LAST_Y  = (OUT_ROWS - 1) * STRIDE_Y;
  localparam LAST_X  = (OUT_COLUMNS - 1) * STRIDE_X;
  localparam RIGHT   = LAST_X + REACH_X > END_X;
  localparam LAST_ROW    = ROWS - 1;
  localparam LAST_COLUMN = COLUMNS - 1;

  // The cell that enters, or would, counted from the map's first one; the window's first tap, in the padded map.
  reg [COUNT_WIDTH-1:0] row_q;
  reg [COUNT_WIDTH-1:0] column_q;
  reg [COUNT_WIDTH-1:0] top_q;
  reg [COUNT_WIDTH-1:0] left_q;
  reg                   given_q;   // all windows of the map

  // The cell with which the window comes: its last tap, which may lie so many columns right of the map.
  wire [COUNT_WIDTH-1:0] last_row    = top_q + LINES[COUNT_WIDTH-1:0] - TOP[COUNT_WIDTH-1:0];
  wire [COUNT_WIDTH-1:0] last_column = left_q + DELAYS[COUNT_WIDTH-1:0] - LEFT[COUNT_WIDTH-1:0];
  wire                   over        = RIGHT & (last_column > LAST_COLUMN[COUNT_WIDTH-1:0]);
  wire [COUNT_WIDTH-1:0] at_row      = last_row + {{COUNT_WIDTH-1{1'b0}}, over};
  wire [COUNT_WIDTH-1:0] at_column   = over ? last_column - COLUMNS[COUNT_WIDTH-1:0] : last_column;

  wire enters   = row_q <= LAST_ROW[COUNT_WIDTH-1:0];
  wire gives    = ~given_q & (row_q == at_row) & (column_q == at_column);
  wire step     = (s_valid_i | ~enters) & (m_ready_i | ~gives);
  wire row_ends = column_q == LAST_COLUMN[COUNT_WIDTH-1:0];
  wire all_in   = ~enters | (row_ends & (row_q == LAST_ROW[COUNT_WIDTH-1:0]));
  wire line_end = left_q == LAST_X[COUNT_WIDTH-1:0];
  wire all_out  = given_q | (gives & line_end & (top_q == LAST_Y[COUNT_WIDTH-1:0]));
  wire restart  = step & all_in & all_out;

  assign s_ready_o = enters & (m_ready_i | ~gives);
  assign m_valid_o = gives & (s_valid_i | ~enters);

  always @(posedge aclk) begin
    if (!aresetn | restart) begin
      row_q    <= {COUNT_WIDTH{1'b0}};
      column_q <= {COUNT_WIDTH{1'b0}};
      top_q    <= {COUNT_WIDTH{1'b0}};
      left_q   <= {COUNT_WIDTH{1'b0}};
      given_q  <= 1'b0;
    end else if (step) begin
      column_q <= row_ends ? {COUNT_WIDTH{1'b0}} : column_q + 1'b1;
      if (row_ends) row_q <= row_q + 1'b1;
      if (gives) begin
        left_q <= line_end ? {COUNT_WIDTH{1'b0}} : left_q + STRIDE_X[COUNT_WIDTH-1:0];
        if (line_end) top_q <= top_q + STRIDE_Y[COUNT_WIDTH-1:0];
        given_q <= all_out;
      end
    end
  end

  // The cell that enters and those above it, the lowest row first.
  wire [REACH_Y*WIDTH-1:0] above;

  generate
    if (LINES == 0) begin : g_row
      assign above = s_data_i;
    end else if (COLUMNS == 1) begin : g_column
      reg [LINES*WIDTH-1:0] lines_q;

      assign above = {lines_q, s_data_i};

      always @(posedge aclk) begin
        if (step) lines_q <= above[LINES*WIDTH-1:0];
      end
    end else begin : g_lines
      reg [LINES*WIDTH-1:0] lines [0:COLUMNS-1];

      assign above = {lines[column_q[ADDRESS_WIDTH-1:0]], s_data_i};

      always @(posedge aclk) begin
        if (step) lines[column_q[ADDRESS_WIDTH-1:0]] <= above[LINES*WIDTH-1:0];
      end
    end
  endgenerate

  // Of those the ones that taps lie on.
  wire [SIZE_Y*WIDTH-1:0] column;

  genvar y, x;

  generate
    for (y = 0; y < SIZE_Y; y = y + 1) begin : g_tap_rows
      assign column[y*WIDTH +: WIDTH] = above[y*DILATION_Y*WIDTH +: WIDTH];
    end
  endgenerate

  // The same for the columns before, the last one first.
  wire [REACH_X*SIZE_Y*WIDTH-1:0] cells;

  generate
    if (DELAYS == 0) begin : g_alone
      assign cells = column;
    end else begin : g_beside
      reg [DELAYS*SIZE_Y*WIDTH-1:0] before_q;

      assign cells = {before_q, column};

      always @(posedge aclk) begin
        if (step) before_q <= cells[DELAYS*SIZE_Y*WIDTH-1:0];
      end
    end
  endgenerate

  wire [SIZE_Y-1:0] row_inside;
  wire [SIZE_X-1:0] column_inside;

  generate
    for (y = 0; y < SIZE_Y; y = y + 1) begin : g_rows
      localparam OFFSET = y * DILATION_Y;
      wire from;
      wire to;

      if (TOP > OFFSET) begin : g_from
        assign from = (top_q + OFFSET[COUNT_WIDTH-1:0]) >= TOP[COUNT_WIDTH-1:0];
      end else begin : g_from_always
        assign from = 1'b1;
      end
      if (LAST_Y + OFFSET >= END_Y) begin : g_to
        assign to = (top_q + OFFSET[COUNT_WIDTH-1:0]) < END_Y[COUNT_WIDTH-1:0];
      end else begin : g_to_always
        assign to = 1'b1;
      end

      assign row_inside[y] = from & to;
    end
    for (x = 0; x < SIZE_X; x = x + 1) begin : g_columns
      localparam OFFSET = x * DILATION_X;
      wire from;
      wire to;

      if (LEFT > OFFSET) begin : g_from
        assign from = (left_q + OFFSET[COUNT_WIDTH-1:0]) >= LEFT[COUNT_WIDTH-1:0];
      end else begin : g_from_always
        assign from = 1'b1;
      end
      if (LAST_X + OFFSET >= END_X) begin : g_to
        assign to = (left_q + OFFSET[COUNT_WIDTH-1:0]) < END_X[COUNT_WIDTH-1:0];
      end else begin : g_to_always
        assign to = 1'b1;
      end

      assign column_inside[x] = from & to;
    end
    for (y = 0; y < SIZE_Y; y = y + 1) begin : g_taps
      for (x = 0; x < SIZE_X; x = x + 1) begin : g_row_taps
        localparam PLACE = (SIZE_X - 1 - x) * DILATION_X * SIZE_Y + SIZE_Y - 1 - y;

        assign m_data_o[(y*SIZE_X + x)*WIDTH +: WIDTH] =
          row_inside[y] & column_inside[x] ? cells[PLACE*WIDTH +: WIDTH] : PADDING;
      end
    end
  endgenerate

endmodule

`default_nettype wire
