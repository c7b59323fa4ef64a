// Every cell of a map so often: each FACTOR_X times across, each row FACTOR_Y times down.
//
// A map's rows of COLUMNS cells enter in raster order, row after row. A cell passes through the first time that it leaves,
// and is kept for the others: in a memory of COLUMNS words where its row leaves again. Nothing enters meanwhile.
// Latency: 0 cycles. s_ready_o hangs on m_ready_i.

`default_nettype none

module espalier_repeat #(
  parameter WIDTH         = 8,  // bits of a cell
  parameter COLUMNS       = 4,
  parameter FACTOR_Y      = 2,
  parameter FACTOR_X      = 2,
  parameter COUNT_WIDTH   = 2,  // 2^COUNT_WIDTH >= both factors
  parameter ADDRESS_WIDTH = 2   // 2^ADDRESS_WIDTH >= COLUMNS
) (
  input  wire             aclk,
  input  wire             aresetn,
  input  wire [WIDTH-1:0] s_data_i,
  input  wire             s_valid_i,
  output wire             s_ready_o,
  output wire [WIDTH-1:0] m_data_o,
  output wire             m_valid_o,
  input  wire             m_ready_i
);

  localparam LAST_DOWN   = FACTOR_Y - 1;
  localparam LAST_ACROSS = FACTOR_X - 1;
  localparam LAST_COLUMN = COLUMNS - 1;

  // How often the row, and its cell, have left; the cell's column.
  reg [COUNT_WIDTH-1:0]   down_q;
  reg [COUNT_WIDTH-1:0]   across_q;
  reg [ADDRESS_WIDTH-1:0] column_q;

  wire first     = (down_q == {COUNT_WIDTH{1'b0}}) & (across_q == {COUNT_WIDTH{1'b0}});
  wire cell_ends = across_q == LAST_ACROSS[COUNT_WIDTH-1:0];
  wire row_ends  = cell_ends & (column_q == LAST_COLUMN[ADDRESS_WIDTH-1:0]);
  wire over      = down_q == LAST_DOWN[COUNT_WIDTH-1:0];
  wire give      = m_valid_o & m_ready_i;

  assign s_ready_o = first & m_ready_i;
  assign m_valid_o = ~first | s_valid_i;

  always @(posedge aclk) begin
    if (!aresetn) begin
      down_q   <= {COUNT_WIDTH{1'b0}};
      across_q <= {COUNT_WIDTH{1'b0}};
      column_q <= {ADDRESS_WIDTH{1'b0}};
    end else if (give) begin
      across_q <= cell_ends ? {COUNT_WIDTH{1'b0}} : across_q + 1'b1;
      if (cell_ends) column_q <= row_ends ? {ADDRESS_WIDTH{1'b0}} : column_q + 1'b1;
      if (row_ends) down_q <= over ? {COUNT_WIDTH{1'b0}} : down_q + 1'b1;
    end
  end

  generate
    if (FACTOR_Y == 1 || COLUMNS == 1) begin : g_cell
      reg [WIDTH-1:0] cell_q;

      assign m_data_o = first ? s_data_i : cell_q;

      always @(posedge aclk) begin
        if (first) cell_q <= s_data_i;
      end
    end else begin : g_line
      reg [WIDTH-1:0] line [0:COLUMNS-1];

      assign m_data_o = first ? s_data_i : line[column_q];

      always @(posedge aclk) begin
        if (first) line[column_q] <= s_data_i;
      end
    end
  endgenerate

endmodule

`default_nettype wire
