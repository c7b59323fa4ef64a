// Decision of tiny: the class is 1 when the output is above 0.
//
// data_o[7:0]   output 0, fixed<8,4>
// data_o[8]     class, ufixed<1,1>
// data_o[12:9]  probability, ufixed<4,0>
//
// Interval 1 cycle, latency 1 cycle.
//
// Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

`default_nettype none

module tiny_head (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [7:0]  values_i,
  input  wire        values_valid_i,
  output wire        values_ready_o,
  output wire [12:0] data_o,
  output wire        data_valid_o,
  input  wire        data_ready_i
);

  reg  valid_q;
  wire enable = data_ready_i | ~valid_q;

  reg  [7:0] values_q;
  reg        class_q;
  wire [2:0] table_index;
  wire [3:0] probability;
  wire       word_fault;
  reg        fault_q;
  wire       fault = fault_q | word_fault;

  espalier_requantize #(
    .IN_WIDTH   (8),
    .OUT_WIDTH  (3),
    .OUT_SIGNED (1),
    .RELU       (0),
    .SHIFT      (4),
    .ROUNDING   (2),
    .SATURATE   (1)
  ) index_requantize (
    .sum_i  (values_i),
    .code_o (table_index)
  );

  espalier_rom #(
    .WIDTH         (4),
    .DEPTH         (8),
    .ADDRESS_WIDTH (3),
    .FILE          ("tiny_head_probability.mem"),
    .CHECKSUM      (32'h000009c4)
  ) probability_rom (
    .aclk      (aclk),
    .enable_i  (enable & values_valid_i),
    .address_i (table_index),
    .data_o    (probability),
    .valid_i   (valid_q),
    .fault_o   (word_fault)
  );

  always @(posedge aclk) begin
    if (!aresetn) fault_q <= 1'b0;
    else fault_q <= fault;
  end

  always @(posedge aclk) begin
    if (!aresetn) valid_q <= 1'b0;
    else if (enable) valid_q <= values_valid_i;
    if (enable) begin
      values_q <= values_i;
      class_q  <= ~values_i[7] & (values_i != 8'd0);
    end
  end

  assign values_ready_o = enable;
  assign data_valid_o   = valid_q & ~fault;
  assign data_o         = {probability, class_q, values_q};

endmodule

`default_nettype wire
