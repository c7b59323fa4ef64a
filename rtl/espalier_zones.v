// Every cell of a map as it is, and once for each zone: where the cell is of another one, 0.
//
// A map of ROWS x COLUMNS cells passes in raster order, map after map. Its rows fall into BANDS_Y bands, one below the
// other, its columns into BANDS_X, and where two bands cross, all cells are of one zone, or of none: such as the corners,
// the edges and the inside of a map.
// Latency: 0 cycles. s_ready_o hangs on m_ready_i.

`default_nettype none

module espalier_zones #(
  parameter WIDTH       = 8,  // bits of a cell
  parameter ROWS        = 4,
  parameter COLUMNS     = 4,
  parameter BANDS_Y     = 3,
  parameter BANDS_X     = 3,
  parameter ZONES       = 3,
  parameter COUNT_WIDTH = 2,  // 2^COUNT_WIDTH >= ROWS and COLUMNS
  // The rows, and the columns, with which bands begin, the first one lowest: 0.
  parameter [BANDS_Y*COUNT_WIDTH-1:0] BEGINS_Y = 6'h34,
  parameter [BANDS_X*COUNT_WIDTH-1:0] BEGINS_X = 6'h34,
  // For each zone, lowest first, a bit for each band of rows and, faster, each band of columns: whether it is there.
  parameter [ZONES*BANDS_Y*BANDS_X-1:0] MEMBERS = 27'h415545
) (
  input  wire                       aclk,
  input  wire                       aresetn,
  input  wire [WIDTH-1:0]           s_data_i,
  input  wire                       s_valid_i,
  output wire                       s_ready_o,
  output wire [(ZONES+1)*WIDTH-1:0] m_data_o,  // the cell lowest, above it zone after zone
  output wire                       m_valid_o,
  input  wire                       m_ready_i
);

  localparam LAST_ROW    = ROWS - 1;
  localparam LAST_COLUMN = COLUMNS - 1;

  // The cell that passes.
  reg [COUNT_WIDTH-1:0] row_q;
  reg [COUNT_WIDTH-1:0] column_q;

  wire step     = s_valid_i & m_ready_i;
  wire row_ends = column_q == LAST_COLUMN[COUNT_WIDTH-1:0];
  wire map_ends = row_q == LAST_ROW[COUNT_WIDTH-1:0];

  assign s_ready_o = m_ready_i;
  assign m_valid_o = s_valid_i;

  always @(posedge aclk) begin
    if (!aresetn) begin
      row_q    <= {COUNT_WIDTH{1'b0}};
      column_q <= {COUNT_WIDTH{1'b0}};
    end else if (step) begin
      column_q <= row_ends ? {COUNT_WIDTH{1'b0}} : column_q + 1'b1;
      if (row_ends) row_q <= map_ends ? {COUNT_WIDTH{1'b0}} : row_q + 1'b1;
    end
  end

  // Whether the cell lies in a band, or in one that begins behind it.
  wire [BANDS_Y:0] from_row;
  wire [BANDS_X:0] from_column;

  assign from_row[0]          = 1'b1;
  assign from_row[BANDS_Y]    = 1'b0;
  assign from_column[0]       = 1'b1;
  assign from_column[BANDS_X] = 1'b0;

  genvar y, x, zone;

  generate
    for (y = 1; y < BANDS_Y; y = y + 1) begin : g_rows
      assign from_row[y] = row_q >= BEGINS_Y[y*COUNT_WIDTH +: COUNT_WIDTH];
    end
    for (x = 1; x < BANDS_X; x = x + 1) begin : g_columns
      assign from_column[x] = column_q >= BEGINS_X[x*COUNT_WIDTH +: COUNT_WIDTH];
    end
  endgenerate

  // The place where two bands cross in which the cell lies.
  wire [BANDS_Y*BANDS_X-1:0] place;

  generate
    for (y = 0; y < BANDS_Y; y = y + 1) begin : g_places
      assign place[y*BANDS_X +: BANDS_X] =
        from_row[y] & ~from_row[y+1] ? from_column[BANDS_X-1:0] & ~from_column[BANDS_X:1] : {BANDS_X{1'b0}};
    end
  endgenerate

  wire [ZONES-1:0] lies;

  assign m_data_o[WIDTH-1:0] = s_data_i;

  generate
    for (zone = 0; zone < ZONES; zone = zone + 1) begin : g_zones
      assign lies[zone] = |(place & MEMBERS[zone*BANDS_Y*BANDS_X +: BANDS_Y*BANDS_X]);
      assign m_data_o[(zone+1)*WIDTH +: WIDTH] = lies[zone] ? s_data_i : {WIDTH{1'b0}};
    end
  endgenerate

endmodule

`default_nettype wire
