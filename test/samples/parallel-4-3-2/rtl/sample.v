// sample: fully parallel inference, 2 layers.
//
// AXI4-Stream in and out; one beat is one sample, a code is value x 2^fraction in two's complement.
// A sample of another length is dropped: frame_error.
//
// s_axis_tdata[5:0]    input 0, ufixed<6,0>, height
// s_axis_tdata[11:6]   input 1, ufixed<6,0>, width
// s_axis_tdata[17:12]  input 2, ufixed<6,0>, weight
// s_axis_tdata[23:18]  input 3, ufixed<6,0>, age
//
// m_axis_tdata[8:0]   output 0, fixed<9,3>
// m_axis_tdata[18:9]  output 1, fixed<10,4>
// m_axis_tdata[19]    class, ufixed<1,1>
//
// Interval   1 cycle from one sample to the next
// Latency    11 cycles from taking a sample to giving its result
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

`default_nettype none

module sample #(parameter XILINX = 0) (
  input  wire        aclk,
  input  wire        aresetn,     // synchronous, active low
  input  wire [23:0] s_axis_tdata,
  input  wire        s_axis_tvalid,
  output wire        s_axis_tready,
  input  wire        s_axis_tlast,
  output wire [23:0] m_axis_tdata,
  output wire        m_axis_tvalid,
  input  wire        m_axis_tready,
  output wire        m_axis_tlast,
  output wire        frame_error  // 1 for a cycle: a sample was dropped
);

  wire [23:0] sample;
  wire        sample_valid;
  wire        sample_ready;
  wire [23:0] hidden_x;
  wire [14:0] hidden_y;
  wire        hidden_y_valid;
  wire        hidden_y_ready;
  wire [19:0] output_y;
  wire [18:0] values;
  wire        values_valid;
  wire        values_ready;
  wire [19:0] data;
  wire        data_valid;
  wire        data_ready;

  espalier_gather #(
    .WIDTH       (24),
    .BEATS       (1),
    .COUNT_WIDTH (1)
  ) input_gather (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  (s_axis_tdata),
    .s_valid_i (s_axis_tvalid),
    .s_ready_o (s_axis_tready),
    .s_last_i  (s_axis_tlast),
    .m_data_o  (sample),
    .m_valid_o (sample_valid),
    .m_ready_i (sample_ready),
    .error_o   (frame_error)
  );

  // The inputs that are read, the first one lowest.
  assign hidden_x = {
    sample[23:18],  // input 3, ufixed<6,0>, age
    sample[17:12],  // input 2, ufixed<6,0>, weight
    sample[11:6],   // input 1, ufixed<6,0>, width
    sample[5:0]     // input 0, ufixed<6,0>, height
  };

  sample_hidden #(.XILINX (XILINX)) hidden_layer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .x_i       (hidden_x),
    .x_valid_i (sample_valid),
    .x_ready_o (sample_ready),
    .y_o       (hidden_y),
    .y_valid_o (hidden_y_valid),
    .y_ready_i (hidden_y_ready)
  );

  sample_output #(.XILINX (XILINX)) output_layer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .x_i       (hidden_y),
    .x_valid_i (hidden_y_valid),
    .x_ready_o (hidden_y_ready),
    .y_o       (output_y),
    .y_valid_o (values_valid),
    .y_ready_i (values_ready)
  );

  // The outputs, the first one lowest.
  assign values = {
    output_y[19:10],  // output 1, fixed<10,4>
    output_y[8:0]     // output 0, fixed<9,3>
  };

  sample_head head (
    .aclk           (aclk),
    .aresetn        (aresetn),
    .values_i       (values),
    .values_valid_i (values_valid),
    .values_ready_o (values_ready),
    .data_o         (data),
    .data_valid_o   (data_valid),
    .data_ready_i   (data_ready)
  );

  espalier_skid_buffer #(
    .WIDTH (24)
  ) output_buffer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .s_data_i  ({4'd0, data}),
    .s_valid_i (data_valid),
    .s_ready_o (data_ready),
    .m_data_o  (m_axis_tdata),
    .m_valid_o (m_axis_tvalid),
    .m_ready_i (m_axis_tready)
  );

  assign m_axis_tlast = 1'b1;

  // Bits that carry nothing read here.
  wire unused = &{
    1'b0,
    output_y[9]
  };

endmodule

`default_nettype wire
