// What espalier_zones promises, for a model checker: cells pass as they come, each as it is and once for its zone, in all
// other zones 0. Of which zone a cell is, is said here cell by cell.

`default_nettype none

module espalier_zones_properties #(
  parameter WIDTH       = 2,
  parameter ROWS        = 4,
  parameter COLUMNS     = 3,
  parameter BANDS_Y     = 3,
  parameter BANDS_X     = 3,
  parameter ZONES       = 3,
  parameter COUNT_WIDTH = 2,
  parameter BEGINS_Y    = 52,
  parameter BEGINS_X    = 36,
  parameter MEMBERS     = 4281669,
  parameter [2*ROWS*COLUMNS-1:0] ZONE_OF = 24'h119644  // the first cell lowest; 3: none
) (
  input wire             aclk,
  input wire             aresetn,
  input wire [WIDTH-1:0] s_data_i,
  input wire             s_valid_i,
  input wire             m_ready_i
);

  wire                       s_ready;
  wire [(ZONES+1)*WIDTH-1:0] m_data;
  wire                       m_valid;

  espalier_zones #(
    .WIDTH       (WIDTH),
    .ROWS        (ROWS),
    .COLUMNS     (COLUMNS),
    .BANDS_Y     (BANDS_Y),
    .BANDS_X     (BANDS_X),
    .ZONES       (ZONES),
    .COUNT_WIDTH (COUNT_WIDTH),
    .BEGINS_Y    (BEGINS_Y),
    .BEGINS_X    (BEGINS_X),
    .MEMBERS     (MEMBERS)
  ) zones (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_data_i),
    .s_valid_i (s_valid_i),
    .s_ready_o (s_ready),
    .m_data_o  (m_data),
    .m_valid_o (m_valid),
    .m_ready_i (m_ready_i)
  );

  reg       past_reset_q = 1'b0;
  reg [3:0] cell_q;     // the one that passes

  wire       give = m_valid & m_ready_i;
  wire       last = cell_q == ROWS * COLUMNS - 1;
  wire [1:0] own  = ZONE_OF[2*cell_q +: 2];

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      cell_q       <= 4'd0;
    end else if (give) begin
      cell_q <= last ? 4'd0 : cell_q + 4'd1;
    end
  end

  integer zone;

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (m_valid == s_valid_i);
      assert (s_ready == m_ready_i);
      assert (m_data[WIDTH-1:0] == s_data_i);
      for (zone = 0; zone < ZONES; zone = zone + 1)
        assert (m_data[(zone+1)*WIDTH +: WIDTH] == (own == zone ? s_data_i : {WIDTH{1'b0}}));
    end
  end

endmodule

`default_nettype wire
