// The design with its inputs behind registers, as logic on the chip drives it: what stands at the ports goes in with
// the rising edge. Verilator then works out the logic behind the inputs once a cycle; behind ports it would at both
// edges, and again for the registers.
//
// Macros: TOP (module), PARAMETERS (its, as `#(.NAME(value))`, or nothing), INPUT_WIDTH, OUTPUT_WIDTH.

module espalier_drive (
  input  wire                     aclk,
  input  wire                     aresetn,
  input  wire [`INPUT_WIDTH-1:0]  s_axis_tdata,
  input  wire                     s_axis_tvalid,
  output wire                     s_axis_tready,
  input  wire                     s_axis_tlast,
  output wire [`OUTPUT_WIDTH-1:0] m_axis_tdata,
  output wire                     m_axis_tvalid,
  input  wire                     m_axis_tready,
  output wire                     m_axis_tlast,
  output wire                     frame_error
);

  reg                     aresetn_q;
  reg  [`INPUT_WIDTH-1:0] data_q;
  reg                     valid_q;
  reg                     last_q;
  reg                     ready_q;

  always @(posedge aclk) begin
    aresetn_q <= aresetn;
    data_q    <= s_axis_tdata;
    valid_q   <= s_axis_tvalid;
    last_q    <= s_axis_tlast;
    ready_q   <= m_axis_tready;
  end

  `TOP `PARAMETERS dut (
    .aclk          (aclk),
    .aresetn       (aresetn_q),
    .s_axis_tdata  (data_q),
    .s_axis_tvalid (valid_q),
    .s_axis_tready (s_axis_tready),
    .s_axis_tlast  (last_q),
    .m_axis_tdata  (m_axis_tdata),
    .m_axis_tvalid (m_axis_tvalid),
    .m_axis_tready (ready_q),
    .m_axis_tlast  (m_axis_tlast),
    .frame_error   (frame_error)
  );

endmodule
