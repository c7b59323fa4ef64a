// Sparse multiply-accumulate lane: walks its ROM of non-zero weights, one word a cycle, and gives one sum per slot
// (neuron of this lane). A word is {last, index, weight}: which input, times what, and whether the neuron ends here.
// The accumulator starts from the neuron's bias, so the bias costs no cycle; with CONTINUES = 1 that of the last neuron
// starts from start_i, a sum that another lane has begun.
//
// Sums are exact: ACC_WIDTH bits hold every final sum, and additions modulo 2^ACC_WIDTH give the right final sum even
// where a partial sum passes that range for a while.
//
// Pipeline, one register between the steps: read word, select operand (outside, SELECT_STAGES steps), multiply,
// accumulate.
// Latency: 3 + SELECT_STAGES cycles from a neuron's last issue_i to sum_valid_o. All steps stand still while enable_i
// is 0.

`default_nettype none

module espalier_mac_lane #(
  parameter WORDS           = 4,   // non-zero weights
  parameter ADDRESS_WIDTH   = 2,
  parameter SLOTS           = 2,   // neurons
  parameter SLOT_WIDTH      = 1,
  parameter INPUT_WIDTH     = 8,
  parameter INPUT_SIGNED    = 0,
  parameter INDEX_WIDTH     = 2,
  parameter WEIGHT_WIDTH    = 8,
  parameter ACC_WIDTH       = 20,  // at least that of a product, INPUT_WIDTH + (INPUT_SIGNED ? 0 : 1) + WEIGHT_WIDTH
  parameter SELECT_STAGES   = 1,   // 1 or 2
  parameter PRODUCT_LUTS    = 0,   // 1: products of adders, and none in a DSP block
  parameter CONTINUES       = 0,
  parameter WEIGHT_FILE     = "",
  parameter WEIGHT_CHECKSUM = 32'd0,
  parameter BIAS_FILE       = "",
  parameter BIAS_CHECKSUM   = 32'd0
) (
  input  wire                     aclk,
  input  wire                     aresetn,
  input  wire                     enable_i,
  input  wire                     issue_i,      // read the word at address_i
  input  wire [ADDRESS_WIDTH-1:0] address_i,    // from 0 to WORDS - 1 for every sample
  output wire [INDEX_WIDTH-1:0]   index_o,      // of a word's operand, in the cycle after its issue
  input  wire [INPUT_WIDTH-1:0]   operand_i,    // SELECT_STAGES registers behind index_o
  input  wire [ACC_WIDTH-1:0]     start_i,      // there when the last neuron's first product is added
  output wire                     sum_valid_o,  // a neuron has ended: its sum and slot are here for this cycle
  output wire [SLOT_WIDTH-1:0]    sum_slot_o,
  output wire [ACC_WIDTH-1:0]     sum_o,        // signed
  output wire                     fault_o       // a ROM is not what it should be
);

  localparam OPERAND_WIDTH = (INPUT_SIGNED != 0) ? INPUT_WIDTH : INPUT_WIDTH + 1;
  localparam PRODUCT_WIDTH = OPERAND_WIDTH + WEIGHT_WIDTH;
  localparam WORD_WIDTH    = 1 + INDEX_WIDTH + WEIGHT_WIDTH;
  localparam LAST_SLOT     = SLOTS - 1;

  // Read word.
  wire [WORD_WIDTH-1:0]   word;
  wire                    word_last   = word[WORD_WIDTH-1];
  wire [INDEX_WIDTH-1:0]  word_index  = word[WEIGHT_WIDTH +: INDEX_WIDTH];
  wire [WEIGHT_WIDTH-1:0] word_weight = word[WEIGHT_WIDTH-1:0];
  wire                    weight_fault;
  reg                     word_valid_q;
  reg                     fault_q;

  // Select operand.
  wire [OPERAND_WIDTH-1:0]              operand;
  reg  [SELECT_STAGES-1:0]              select_valid_q;
  reg  [SELECT_STAGES-1:0]              select_last_q;
  reg  [SELECT_STAGES*WEIGHT_WIDTH-1:0] select_weight_q;
  wire                                  operand_valid = select_valid_q[SELECT_STAGES-1];
  wire                                  operand_last  = select_last_q[SELECT_STAGES-1];
  wire [WEIGHT_WIDTH-1:0]               weight        = select_weight_q[(SELECT_STAGES-1)*WEIGHT_WIDTH +: WEIGHT_WIDTH];

  // Multiply; meanwhile read the bias.
  reg  [SLOT_WIDTH-1:0]           slot_q;
  reg  [SLOT_WIDTH-1:0]           product_slot_q;
  wire [PRODUCT_WIDTH-1:0]        product;
  reg  signed [PRODUCT_WIDTH-1:0] product_q;
  reg                             product_valid_q;
  reg                             product_last_q;
  wire [ACC_WIDTH-1:0]            bias;
  wire                            bias_fault;

  // Accumulate.
  reg                   first_q;
  reg  [ACC_WIDTH-1:0]  acc_q;
  reg                   acc_done_q;
  reg  [SLOT_WIDTH-1:0] acc_slot_q;
  wire [ACC_WIDTH-1:0]  product_extended;
  wire [ACC_WIDTH-1:0]  start;

  espalier_rom #(
    .WIDTH         (WORD_WIDTH),
    .DEPTH         (WORDS),
    .ADDRESS_WIDTH (ADDRESS_WIDTH),
    .FILE          (WEIGHT_FILE),
    .CHECKSUM      (WEIGHT_CHECKSUM)
  ) weight_rom (
    .aclk      (aclk),
    .enable_i  (enable_i & issue_i),
    .address_i (address_i),
    .data_o    (word),
    .valid_i   (word_valid_q),
    .fault_o   (weight_fault)
  );

  espalier_rom #(
    .WIDTH         (ACC_WIDTH),
    .DEPTH         (SLOTS),
    .ADDRESS_WIDTH (SLOT_WIDTH),
    .FILE          (BIAS_FILE),
    .CHECKSUM      (BIAS_CHECKSUM)
  ) bias_rom (
    .aclk      (aclk),
    .enable_i  (enable_i & operand_valid),
    .address_i (slot_q),
    .data_o    (bias),
    .valid_i   (product_valid_q),
    .fault_o   (bias_fault)
  );

  generate
    if (INPUT_SIGNED != 0) begin : g_signed
      assign operand = operand_i;
    end else begin : g_unsigned
      assign operand = {1'b0, operand_i};
    end

    if (PRODUCT_LUTS != 0) begin : g_adders
      espalier_product #(
        .A_WIDTH (OPERAND_WIDTH),
        .B_WIDTH (WEIGHT_WIDTH)
      ) multiply (
        .a_i       (operand),
        .b_i       (weight),
        .product_o (product)
      );
    end else begin : g_multiplier
      assign product = $signed(operand) * $signed(weight);
    end

    if (ACC_WIDTH > PRODUCT_WIDTH) begin : g_extend
      assign product_extended = {{(ACC_WIDTH-PRODUCT_WIDTH){product_q[PRODUCT_WIDTH-1]}}, product_q};
    end else begin : g_same
      assign product_extended = product_q;
    end

    if (CONTINUES != 0) begin : g_continues
      assign start = (product_slot_q == LAST_SLOT[SLOT_WIDTH-1:0]) ? start_i : bias;
    end else begin : g_from_bias
      wire unused = &{1'b0, start_i};
      assign start = bias;
    end

    if (SELECT_STAGES == 1) begin : g_select_one
      always @(posedge aclk) begin
        if (!aresetn) select_valid_q <= 1'b0;
        else if (enable_i) select_valid_q <= word_valid_q;
        if (enable_i) begin
          select_last_q   <= word_last;
          select_weight_q <= word_weight;
        end
      end
    end else begin : g_select_two
      always @(posedge aclk) begin
        if (!aresetn) select_valid_q <= 2'b00;
        else if (enable_i) select_valid_q <= {select_valid_q[0], word_valid_q};
        if (enable_i) begin
          select_last_q   <= {select_last_q[0], word_last};
          select_weight_q <= {select_weight_q[WEIGHT_WIDTH-1:0], word_weight};
        end
      end
    end
  endgenerate

  // Control: what tells a valid word from an empty step, and which neuron it belongs to.
  always @(posedge aclk) begin
    if (!aresetn) begin
      word_valid_q    <= 1'b0;
      product_valid_q <= 1'b0;
      acc_done_q      <= 1'b0;
      first_q         <= 1'b1;
      slot_q          <= {SLOT_WIDTH{1'b0}};
    end else if (enable_i) begin
      word_valid_q    <= issue_i;
      product_valid_q <= operand_valid;
      acc_done_q      <= product_valid_q & product_last_q;
      if (product_valid_q) first_q <= product_last_q;
      if (operand_valid & operand_last) begin
        slot_q <= (slot_q == LAST_SLOT[SLOT_WIDTH-1:0]) ? {SLOT_WIDTH{1'b0}} : slot_q + 1'b1;
      end
    end
  end

  // Of any of its words, until reset.
  always @(posedge aclk) begin
    if (!aresetn) fault_q <= 1'b0;
    else fault_q <= fault_o;
  end

  // Data.
  always @(posedge aclk) begin
    if (enable_i) begin
      product_q      <= product;
      product_last_q <= operand_last;
      product_slot_q <= slot_q;
      acc_slot_q     <= product_slot_q;
      if (product_valid_q) acc_q <= (first_q ? start : acc_q) + product_extended;
    end
  end

  assign index_o     = word_index;
  assign sum_valid_o = acc_done_q;
  assign sum_slot_o  = acc_slot_q;
  assign sum_o       = acc_q;
  assign fault_o     = fault_q | weight_fault | bias_fault;

endmodule

`default_nettype wire
