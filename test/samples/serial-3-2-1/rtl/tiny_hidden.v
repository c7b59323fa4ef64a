// hidden: 2 neurons on 2 sparse MAC lanes.
//
// x_i        3 unsigned codes of 4 bits, the first one lowest: inputs 0-2, ufixed<4,0>
// y_o        2 unsigned codes of 3 bits, the first one lowest: ufixed<4,2>
// valid      a bus is taken in a cycle in which valid and ready are 1
//
// Weights    4 (2 of 6 are zero or folded away and cost nothing)
// Interval   2 cycles from one sample to the next
// Latency    7 cycles from taking x_i to giving y_o
//
// Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

`default_nettype none

module tiny_hidden (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [11:0] x_i,
  input  wire        x_valid_i,
  output wire        x_ready_o,
  output wire [5:0]  y_o,
  output wire        y_valid_o,
  input  wire        y_ready_i
);

  // The sample being worked on.
  reg  [11:0] hidden_x_q;
  wire        hidden_take = x_valid_i & x_ready_o;

  // Control.
  wire hidden_enable;
  wire hidden_issue;
  wire hidden_step;
  wire hidden_y_valid;
  wire hidden_lane0_fault;
  wire hidden_lane1_fault;
  wire hidden_fault = hidden_lane0_fault | hidden_lane1_fault;

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
    .enable_o  (hidden_enable),
    .issue_o   (hidden_issue),
    .step_o    (hidden_step),
    .fault_i   (hidden_fault),
    .word_i    (1'b0),
    .y_valid_o (hidden_y_valid),
    .y_ready_i (y_ready_i)
  );

  always @(posedge aclk) begin
    if (hidden_take) hidden_x_q <= x_i;
  end

  // Lane 0: 2 weights; 1 neuron: 0.
  wire [1:0] hidden_lane0_index;
  wire [3:0] hidden_lane0_operand;
  wire       hidden_lane0_sum_valid;
  wire       hidden_lane0_sum_slot;
  wire [8:0] hidden_lane0_sum;    // fixed<9,3>
  reg        hidden_lane0_write_q;
  wire [2:0] hidden_lane0_code0;  // ufixed<3,1>
  reg  [2:0] hidden_lane0_code0_q;
  wire       hidden_lane0_unused = &{1'b0, hidden_lane0_sum_slot};

  espalier_select #(
    .COUNT       (3),
    .WIDTH       (4),
    .INDEX_WIDTH (2),
    .STAGES      (1),
    .GROUP_BITS  (1)
  ) lane0_select (
    .aclk     (aclk),
    .enable_i (hidden_enable),
    .words_i  (hidden_x_q),
    .index_i  (hidden_lane0_index),
    .word_o   (hidden_lane0_operand)
  );

  espalier_mac_lane #(
    .WORDS           (2),
    .ADDRESS_WIDTH   (1),
    .SLOTS           (1),
    .SLOT_WIDTH      (1),
    .INPUT_WIDTH     (4),
    .INPUT_SIGNED    (0),
    .INDEX_WIDTH     (2),
    .WEIGHT_WIDTH    (4),
    .ACC_WIDTH       (9),
    .SELECT_STAGES   (1),
    .WEIGHT_FILE     ("tiny_hidden_lane0_weights.mem"),
    .WEIGHT_CHECKSUM (32'h000001e8),
    .BIAS_FILE       ("tiny_hidden_lane0_biases.mem"),
    .BIAS_CHECKSUM   (32'h00000220)
  ) lane0 (
    .aclk        (aclk),
    .aresetn     (aresetn),
    .enable_i    (hidden_enable),
    .issue_i     (hidden_issue),
    .address_i   (hidden_step),
    .index_o     (hidden_lane0_index),
    .operand_i   (hidden_lane0_operand),
    .start_i     (9'd0),
    .sum_valid_o (hidden_lane0_sum_valid),
    .sum_slot_o  (hidden_lane0_sum_slot),
    .sum_o       (hidden_lane0_sum),
    .fault_o     (hidden_lane0_fault)
  );

  espalier_requantize #(
    .IN_WIDTH   (9),
    .OUT_WIDTH  (3),
    .OUT_SIGNED (0),
    .RELU       (1),
    .SHIFT      (4),
    .ROUNDING   (1),
    .SATURATE   (0)
  ) lane0_requantize0 (
    .sum_i  (hidden_lane0_sum),
    .code_o (hidden_lane0_code0)
  );

  always @(posedge aclk) begin
    if (!aresetn) hidden_lane0_write_q <= 1'b0;
    else if (hidden_enable) hidden_lane0_write_q <= hidden_lane0_sum_valid;
    if (hidden_enable & hidden_lane0_sum_valid) begin
      hidden_lane0_code0_q <= hidden_lane0_code0;
    end
  end

  // Lane 1: 2 weights; 1 neuron: 1.
  wire [1:0] hidden_lane1_index;
  wire [3:0] hidden_lane1_operand;
  wire       hidden_lane1_sum_valid;
  wire       hidden_lane1_sum_slot;
  wire [8:0] hidden_lane1_sum;    // fixed<9,3>
  reg        hidden_lane1_write_q;
  wire [2:0] hidden_lane1_code0;  // ufixed<3,1>
  reg  [2:0] hidden_lane1_code0_q;
  wire       hidden_lane1_unused = &{1'b0, hidden_lane1_sum_slot};

  espalier_select #(
    .COUNT       (3),
    .WIDTH       (4),
    .INDEX_WIDTH (2),
    .STAGES      (1),
    .GROUP_BITS  (1)
  ) lane1_select (
    .aclk     (aclk),
    .enable_i (hidden_enable),
    .words_i  (hidden_x_q),
    .index_i  (hidden_lane1_index),
    .word_o   (hidden_lane1_operand)
  );

  espalier_mac_lane #(
    .WORDS           (2),
    .ADDRESS_WIDTH   (1),
    .SLOTS           (1),
    .SLOT_WIDTH      (1),
    .INPUT_WIDTH     (4),
    .INPUT_SIGNED    (0),
    .INDEX_WIDTH     (2),
    .WEIGHT_WIDTH    (4),
    .ACC_WIDTH       (9),
    .SELECT_STAGES   (1),
    .WEIGHT_FILE     ("tiny_hidden_lane1_weights.mem"),
    .WEIGHT_CHECKSUM (32'h000001d1),
    .BIAS_FILE       ("tiny_hidden_lane1_biases.mem"),
    .BIAS_CHECKSUM   (32'h000003e8)
  ) lane1 (
    .aclk        (aclk),
    .aresetn     (aresetn),
    .enable_i    (hidden_enable),
    .issue_i     (hidden_issue),
    .address_i   (hidden_step),
    .index_o     (hidden_lane1_index),
    .operand_i   (hidden_lane1_operand),
    .start_i     (9'd0),
    .sum_valid_o (hidden_lane1_sum_valid),
    .sum_slot_o  (hidden_lane1_sum_slot),
    .sum_o       (hidden_lane1_sum),
    .fault_o     (hidden_lane1_fault)
  );

  espalier_requantize #(
    .IN_WIDTH   (9),
    .OUT_WIDTH  (3),
    .OUT_SIGNED (0),
    .RELU       (1),
    .SHIFT      (4),
    .ROUNDING   (1),
    .SATURATE   (0)
  ) lane1_requantize0 (
    .sum_i  (hidden_lane1_sum),
    .code_o (hidden_lane1_code0)
  );

  always @(posedge aclk) begin
    if (!aresetn) hidden_lane1_write_q <= 1'b0;
    else if (hidden_enable) hidden_lane1_write_q <= hidden_lane1_sum_valid;
    if (hidden_enable & hidden_lane1_sum_valid) begin
      hidden_lane1_code0_q <= hidden_lane1_code0;
    end
  end

  // Results, complete while hidden_y_valid.
  reg [5:0] hidden_y_q;

  always @(posedge aclk) begin
    if (hidden_enable) begin
      if (hidden_lane0_write_q) hidden_y_q[2:0] <= hidden_lane0_code0_q;  // neuron 0, ufixed<4,2>
      if (hidden_lane1_write_q) hidden_y_q[5:3] <= hidden_lane1_code0_q;  // neuron 1, ufixed<4,2>
    end
  end

  assign y_o       = hidden_y_q;
  assign y_valid_o = hidden_y_valid;

endmodule

`default_nettype wire
