// Multiplies the sum of each neuron by a constant of its own, which stands in a ROM by the neuron's slot.
//
// The ROM is read while the sum waits, then the product passes two registers: a tool that multiplies in DSP blocks
// finds them there, one for the operands and one behind the multiplier.
//
// Latency: 3 cycles in which enable_i is 1.

`default_nettype none

module espalier_scale #(
  parameter SUM_WIDTH        = 16,
  parameter MULTIPLIER_WIDTH = 8,
  parameter SLOTS            = 2,
  parameter SLOT_WIDTH       = 1,
  parameter PRODUCT_LUTS     = 0,  // 1: products of adders, and none in a DSP block
  parameter FILE             = "",
  parameter CHECKSUM         = 32'd0
) (
  input  wire                                  aclk,
  input  wire                                  aresetn,
  input  wire                                  enable_i,
  input  wire                                  sum_valid_i,
  input  wire [SLOT_WIDTH-1:0]                 sum_slot_i,
  input  wire [SUM_WIDTH-1:0]                  sum_i,            // signed
  output wire                                  product_valid_o,
  output wire [SLOT_WIDTH-1:0]                 product_slot_o,
  output wire [SUM_WIDTH+MULTIPLIER_WIDTH-1:0] product_o,        // signed
  output wire                                  fault_o           // the ROM is not what it should be
);

  localparam PRODUCT_WIDTH = SUM_WIDTH + MULTIPLIER_WIDTH;

  wire [MULTIPLIER_WIDTH-1:0] multiplier;
  wire                        word_fault;

  reg                             fault_q;
  reg  [2:0]                      valid_q;
  reg  [SLOT_WIDTH-1:0]           read_slot_q;
  reg  [SLOT_WIDTH-1:0]           multiply_slot_q;
  reg  [SLOT_WIDTH-1:0]           product_slot_q;
  reg  [SUM_WIDTH-1:0]            sum_q;
  wire [PRODUCT_WIDTH-1:0]        product;
  reg  signed [PRODUCT_WIDTH-1:0] multiply_q;
  reg  signed [PRODUCT_WIDTH-1:0] product_q;

  espalier_rom #(
    .WIDTH         (MULTIPLIER_WIDTH),
    .DEPTH         (SLOTS),
    .ADDRESS_WIDTH (SLOT_WIDTH),
    .FILE          (FILE),
    .CHECKSUM      (CHECKSUM)
  ) multiplier_rom (
    .aclk      (aclk),
    .enable_i  (enable_i & sum_valid_i),
    .address_i (sum_slot_i),
    .data_o    (multiplier),
    .valid_i   (valid_q[0]),
    .fault_o   (word_fault)
  );

  generate
    if (PRODUCT_LUTS != 0) begin : g_adders
      wire unused;
      espalier_product #(
        .A_WIDTH (SUM_WIDTH),
        .B_WIDTH (MULTIPLIER_WIDTH + 1)
      ) multiply (
        .a_i       (sum_q),
        .b_i       ({1'b0, multiplier}),
        .product_o ({unused, product})
      );
    end else begin : g_multiplier
      assign product = $signed(sum_q) * $signed({1'b0, multiplier});
    end
  endgenerate

  always @(posedge aclk) begin
    if (!aresetn) fault_q <= 1'b0;
    else fault_q <= fault_o;
  end

  always @(posedge aclk) begin
    if (!aresetn) valid_q <= 3'b000;
    else if (enable_i) valid_q <= {valid_q[1:0], sum_valid_i};
  end

  always @(posedge aclk) begin
    if (enable_i) begin
      read_slot_q     <= sum_slot_i;
      multiply_slot_q <= read_slot_q;
      product_slot_q  <= multiply_slot_q;
      sum_q           <= sum_i;
      multiply_q      <= product;
      product_q       <= multiply_q;
    end
  end

  assign fault_o         = fault_q | word_fault;
  assign product_valid_o = valid_q[2];
  assign product_slot_o  = product_slot_q;
  assign product_o       = product_q;

endmodule

`default_nettype wire
