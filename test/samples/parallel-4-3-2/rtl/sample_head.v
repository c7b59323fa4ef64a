// Decision of sample: the class is the number of the largest output, the first of equals.
//
// data_o[8:0]   output 0, fixed<9,3>
// data_o[18:9]  output 1, fixed<10,4>
// data_o[19]    class, ufixed<1,1>
//
// Interval 1 cycle, latency 1 cycle.
//
// Made by espalier 0.0.0: espalier compile test/samples/parallel-4-3-2/network.json

`default_nettype none

module sample_head (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [18:0] values_i,
  input  wire        values_valid_i,
  output wire        values_ready_o,
  output wire [19:0] data_o,
  output wire        data_valid_o,
  input  wire        data_ready_i
);

  reg  valid_q;
  wire enable = data_ready_i | ~data_valid_o;

  // The outputs at their finest fraction.
  wire signed [9:0] value0 = {values_i[8], values_i[8:0]};
  wire signed [9:0] value1 = values_i[18:9];

  // Round 1, 2 left.
  reg  [18:0] round1_values_q;
  wire        round1_second0 = value1 > value0;
  reg         round1_unit0_q;

  always @(posedge aclk) begin
    if (enable) begin
      round1_values_q <= values_i;
      round1_unit0_q <= round1_second0 ? 1'd1 : 1'd0;
    end
  end

  always @(posedge aclk) begin
    if (!aresetn) valid_q <= 1'd0;
    else if (enable) valid_q <= values_valid_i;
  end

  assign values_ready_o = enable;
  assign data_valid_o   = valid_q;
  assign data_o         = {round1_unit0_q, round1_values_q};

endmodule

`default_nettype wire
