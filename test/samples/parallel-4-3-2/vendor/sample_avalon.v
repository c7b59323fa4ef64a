// sample behind Avalon-ST: a sample is a packet, a beat is one symbol of it; ready latency 0.
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

`default_nettype none

module sample_avalon (
  input  wire [23:0] sink_data,
  input  wire sink_valid,
  output wire sink_ready,
  input  wire sink_startofpacket,
  input  wire sink_endofpacket,
  output wire [23:0] source_data,
  output wire source_valid,
  input  wire source_ready,
  output wire source_startofpacket,
  output wire source_endofpacket,
  output wire frame_error,  // 1 for a cycle: a sample was dropped
  input  wire clk,
  input  wire reset_n       // synchronous
);

  reg first_q;  // the next beat of the source begins a packet

  assign source_startofpacket = first_q;

  always @(posedge clk) begin
    if (!reset_n) first_q <= 1'b1;
    else if (source_valid & source_ready) first_q <= source_endofpacket;
  end

  sample core (
    .aclk          (clk),
    .aresetn       (reset_n),
    .s_axis_tdata  (sink_data),
    .s_axis_tvalid (sink_valid),
    .s_axis_tready (sink_ready),
    .s_axis_tlast  (sink_endofpacket),
    .m_axis_tdata  (source_data),
    .m_axis_tvalid (source_valid),
    .m_axis_tready (source_ready),
    .m_axis_tlast  (source_endofpacket),
    .frame_error   (frame_error)
  );

  // A packet begins behind the end of the one before.
  wire unused = &{1'b0, sink_startofpacket};

endmodule

`default_nettype wire
