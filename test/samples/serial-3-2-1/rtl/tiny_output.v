// output: 1 neuron on 1 sparse MAC lane.
//
// x_i        2 unsigned codes of 3 bits, the first one lowest: neurons 0-1 of hidden, ufixed<4,2>
// y_o        1 signed code of 7 bits, the first one lowest: fixed<8,4>
// valid      a bus is taken in a cycle in which valid and ready are 1
//
// Weights    2 (0 of 2 are zero or folded away and cost nothing)
// Interval   2 cycles from one sample to the next
// Latency    7 cycles from taking x_i to giving y_o
//
// Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

`default_nettype none

module tiny_output (
  input  wire       aclk,
  input  wire       aresetn,
  input  wire [5:0] x_i,
  input  wire       x_valid_i,
  output wire       x_ready_o,
  output wire [6:0] y_o,
  output wire       y_valid_o,
  input  wire       y_ready_i
);

  // The sample being worked on.
  reg  [5:0] output_x_q;
  wire       output_take = x_valid_i & x_ready_o;

  // Control.
  wire output_enable;
  wire output_issue;
  wire output_step;
  wire output_y_valid;
  wire output_lane0_fault;
  wire output_fault = output_lane0_fault;

  espalier_sequencer #(
    .STEPS        (2),
    .STEP_WIDTH   (1),
    .PIPELINE     (5),
    .FIRST_RESULT (1),
    .LOOK_AHEAD   (0)
  ) sequencer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .x_valid_i (x_valid_i),
    .x_ready_o (x_ready_o),
    .enable_o  (output_enable),
    .issue_o   (output_issue),
    .step_o    (output_step),
    .fault_i   (output_fault),
    .word_i    (1'b0),
    .y_valid_o (output_y_valid),
    .y_ready_i (y_ready_i)
  );

  always @(posedge aclk) begin
    if (output_take) output_x_q <= x_i;
  end

  // Lane 0: 2 weights; 1 neuron: 0.
  wire       output_lane0_index;
  wire [2:0] output_lane0_operand;
  wire       output_lane0_sum_valid;
  wire       output_lane0_sum_slot;
  wire [7:0] output_lane0_sum;    // fixed<8,4>
  reg        output_lane0_write_q;
  wire [6:0] output_lane0_code0;  // fixed<7,3>
  reg  [6:0] output_lane0_code0_q;
  wire       output_lane0_unused = &{1'b0, output_lane0_sum_slot};

  espalier_select #(
    .COUNT       (2),
    .WIDTH       (3),
    .INDEX_WIDTH (1),
    .STAGES      (1),
    .GROUP_BITS  (1)
  ) lane0_select (
    .aclk     (aclk),
    .enable_i (output_enable),
    .words_i  (output_x_q),
    .index_i  (output_lane0_index),
    .word_o   (output_lane0_operand)
  );

  espalier_mac_lane #(
    .WORDS           (2),
    .ADDRESS_WIDTH   (1),
    .SLOTS           (1),
    .SLOT_WIDTH      (1),
    .INPUT_WIDTH     (3),
    .INPUT_SIGNED    (0),
    .INDEX_WIDTH     (1),
    .WEIGHT_WIDTH    (4),
    .ACC_WIDTH       (8),
    .SELECT_STAGES   (1),
    .WEIGHT_FILE     ("tiny_output_lane0_weights.mem"),
    .WEIGHT_CHECKSUM (32'h000000f0),
    .BIAS_FILE       ("tiny_output_lane0_biases.mem"),
    .BIAS_CHECKSUM   (32'h0000010a)
  ) lane0 (
    .aclk        (aclk),
    .aresetn     (aresetn),
    .enable_i    (output_enable),
    .issue_i     (output_issue),
    .address_i   (output_step),
    .index_o     (output_lane0_index),
    .operand_i   (output_lane0_operand),
    .start_i     (8'd0),
    .sum_valid_o (output_lane0_sum_valid),
    .sum_slot_o  (output_lane0_sum_slot),
    .sum_o       (output_lane0_sum),
    .fault_o     (output_lane0_fault)
  );

  espalier_requantize #(
    .IN_WIDTH   (8),
    .OUT_WIDTH  (7),
    .OUT_SIGNED (1),
    .RELU       (0),
    .SHIFT      (0),
    .ROUNDING   (0),
    .SATURATE   (0)
  ) lane0_requantize0 (
    .sum_i  (output_lane0_sum),
    .code_o (output_lane0_code0)
  );

  always @(posedge aclk) begin
    if (!aresetn) output_lane0_write_q <= 1'b0;
    else if (output_enable) output_lane0_write_q <= output_lane0_sum_valid;
    if (output_enable & output_lane0_sum_valid) begin
      output_lane0_code0_q <= output_lane0_code0;
    end
  end

  // Results, complete while output_y_valid.
  reg [6:0] output_y_q;

  always @(posedge aclk) begin
    if (output_enable) begin
      if (output_lane0_write_q) output_y_q <= output_lane0_code0_q;  // neuron 0, fixed<8,4>
    end
  end

  assign y_o       = output_y_q;
  assign y_valid_o = output_y_valid;

endmodule

`default_nettype wire
