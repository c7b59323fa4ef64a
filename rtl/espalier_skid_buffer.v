// Register stage of a stream in which neither data, valid nor ready passes combinationally; takes and gives a word
// every cycle.
//
// Latency: 1 cycle.

`default_nettype none

module espalier_skid_buffer #(
  parameter WIDTH = 8
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

  reg [WIDTH-1:0] data_q;
  reg             valid_q;
  reg [WIDTH-1:0] skid_data_q;   // the word that came while the output was held
  reg             skid_valid_q;

  wire advance = m_ready_i | ~valid_q;

  assign s_ready_o = ~skid_valid_q;
  assign m_data_o  = data_q;
  assign m_valid_o = valid_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      valid_q      <= 1'b0;
      skid_valid_q <= 1'b0;
    end else begin
      if (advance) valid_q <= skid_valid_q | s_valid_i;
      skid_valid_q <= ~advance & (skid_valid_q | s_valid_i);
    end
  end

  always @(posedge aclk) begin
    if (advance) data_q <= skid_valid_q ? skid_data_q : s_data_i;
    if (s_ready_o) skid_data_q <= s_data_i;
  end

endmodule

`default_nettype wire
