// Activation and requantization of an exact sum: ReLU or leaky ReLU, division by 2^SHIFT with rounding, perhaps a second
// one by 2^AGAIN, fit into the output format.
//
// SLOPE_SHIFT is above 0 for a leaky ReLU: a negative sum is multiplied by SLOPE, any other by 2^SLOPE_SHIFT, so that
// nothing is lost before the one rounding.
//
// ROUNDING  0  TRN       toward minus infinity: the dropped bits are ignored
//           1  RND       to the nearest, half up: half an output step is added first
//           2  RND_CONV  to the nearest, half to even: half a step less one is added, and one more when the quotient
//                        is odd, so that a half carries only into an odd quotient
// AGAIN        the number that is rounded is divided by 2^AGAIN and rounded once more, half away from zero: half a step
//              is added first, and one less to a negative number
// SATURATE  2  codes below LOW or above HIGH, which are codes of the output format, become these
//           1  codes beyond the output format become its nearest end
//           0  the upper bits are dropped
//
// Latency: none, combinational.

`default_nettype none

module espalier_requantize #(
  parameter IN_WIDTH    = 16,
  parameter OUT_WIDTH   = 8,
  parameter OUT_SIGNED  = 1,
  parameter RELU        = 0,  // 1: a negative sum counts as zero
  parameter SHIFT       = 0,  // fraction bits of the activation that are dropped; negative: zeros that are appended
  parameter ROUNDING    = 0,
  parameter AGAIN       = 0,
  parameter SATURATE    = 1,
  parameter SLOPE       = 1,  // below 2^SLOPE_SHIFT
  parameter SLOPE_SHIFT = 0,  // 0 for no slope
  parameter [OUT_WIDTH-1:0] LOW  = {OUT_WIDTH{1'b0}},
  parameter [OUT_WIDTH-1:0] HIGH = {OUT_WIDTH{1'b0}}
) (
  input  wire [IN_WIDTH-1:0]  sum_i,  // signed
  output wire [OUT_WIDTH-1:0] code_o  // signed when OUT_SIGNED
);

  localparam RIGHT   = (SHIFT > 0) ? SHIFT : 0;
  localparam LEFT    = (SHIFT < 0) ? -SHIFT : 0;
  localparam ACTIVE   = IN_WIDTH + SLOPE_SHIFT;
  // Room for the rounding's carry, and for one bit at least above the output to test for overflow.
  localparam IN_FULL  = ACTIVE + LEFT + 1;
  localparam OUT_FULL = OUT_WIDTH + RIGHT + AGAIN + 1;
  localparam FULL     = (IN_FULL > OUT_FULL) ? IN_FULL : OUT_FULL;

  localparam [FULL-1:0] ONE  = {{(FULL-1){1'b0}}, 1'b1};
  localparam [FULL-1:0] HALF = (ONE << RIGHT) >> 1;

  wire [ACTIVE-1:0]      active;
  wire [FULL-1:0]        extended = {{(FULL-ACTIVE){active[ACTIVE-1]}}, active};
  wire [FULL-1:0]        scaled   = extended << LEFT;
  wire [FULL-1:0]        biased;
  wire signed [FULL-1:0] once     = $signed(biased) >>> RIGHT;
  wire signed [FULL-1:0] rounded;

  generate
    if (SLOPE_SHIFT != 0) begin : g_leaky
      wire [ACTIVE-1:0] whole = {{SLOPE_SHIFT{sum_i[IN_WIDTH-1]}}, sum_i};
      reg  [ACTIVE-1:0] sloped;
      integer           k;

      // Shifts and additions, which no tool takes for work of a DSP block.
      always @* begin
        sloped = {ACTIVE{1'b0}};
        for (k = 0; k < SLOPE_SHIFT; k = k + 1) begin
          if (((SLOPE >> k) & 1) != 0) sloped = sloped + (whole << k);
        end
      end

      assign active = sum_i[IN_WIDTH-1] ? sloped : whole << SLOPE_SHIFT;
    end else begin : g_plain
      wire clear = (RELU != 0) & sum_i[IN_WIDTH-1];
      assign active = clear ? {IN_WIDTH{1'b0}} : sum_i;
    end

    if (RIGHT == 0 || ROUNDING == 0) begin : g_trn
      assign biased = scaled;
    end else if (ROUNDING == 1) begin : g_rnd
      assign biased = scaled + HALF;
    end else begin : g_rnd_conv
      assign biased = scaled + (HALF - ONE) + {{(FULL-1){1'b0}}, scaled[RIGHT]};
    end

    if (AGAIN == 0) begin : g_once
      assign rounded = once;
    end else begin : g_again
      localparam [FULL-1:0] HALF_AGAIN = (ONE << AGAIN) >> 1;

      wire [FULL-1:0] moved = once + HALF_AGAIN - {{(FULL-1){1'b0}}, once[FULL-1]};
      assign rounded = $signed(moved) >>> AGAIN;
    end

    if (SATURATE == 0) begin : g_wrap
      wire unused = &{1'b0, rounded[FULL-1:OUT_WIDTH]};
      assign code_o = rounded[OUT_WIDTH-1:0];
    end else if (SATURATE == 2) begin : g_bounds
      localparam LOW_SIGN  = (OUT_SIGNED != 0) & LOW[OUT_WIDTH-1];
      localparam HIGH_SIGN = (OUT_SIGNED != 0) & HIGH[OUT_WIDTH-1];

      wire signed [FULL-1:0] low   = {{(FULL-OUT_WIDTH){LOW_SIGN}}, LOW};
      wire signed [FULL-1:0] high  = {{(FULL-OUT_WIDTH){HIGH_SIGN}}, HIGH};
      wire                   below = rounded < low;
      wire                   above = rounded > high;
      assign code_o = below ? LOW : above ? HIGH : rounded[OUT_WIDTH-1:0];
    end else if (OUT_SIGNED != 0) begin : g_saturate_signed
      wire                 negative = rounded[FULL-1];
      wire                 fits     = rounded[FULL-1:OUT_WIDTH-1] == {(FULL-OUT_WIDTH+1){negative}};
      // 100...0 when negative, else 011...1.
      wire [OUT_WIDTH-1:0] limit    = {OUT_WIDTH{~negative}} ^ (ONE[OUT_WIDTH-1:0] << (OUT_WIDTH - 1));
      assign code_o = fits ? rounded[OUT_WIDTH-1:0] : limit;
    end else begin : g_saturate_unsigned
      wire                 negative = rounded[FULL-1];
      wire                 fits     = rounded[FULL-1:OUT_WIDTH] == {(FULL-OUT_WIDTH){1'b0}};
      assign code_o = fits ? rounded[OUT_WIDTH-1:0] : {OUT_WIDTH{~negative}};
    end
  endgenerate

endmodule

`default_nettype wire
