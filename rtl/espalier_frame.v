// Watches the beats of a stream: a sample has BEATS of them, and last_i is 1 with its last one alone.
//
// A sample that ends early is dropped, and so is one that does not end with its last beat, up to the beat that ends it:
// error_o is 1 in the cycle in which the beat that shows it is taken. What is dropped has valid_o 0. A sample is whole
// when the beat with valid_o and at_last_o is taken; until then it may still be dropped, and number 0 comes again.
//
// Latency: 0 cycles.

`default_nettype none

module espalier_frame #(
  parameter BEATS       = 4,  // 1 or more
  parameter COUNT_WIDTH = 2   // 2^COUNT_WIDTH >= BEATS
) (
  input  wire                   aclk,
  input  wire                   aresetn,
  input  wire                   valid_i,
  input  wire                   ready_i,
  input  wire                   last_i,
  output wire [COUNT_WIDTH-1:0] beat_o,      // number of the beat in its sample; 0 if it is dropped as too much
  output wire                   at_last_o,
  output wire                   valid_o,
  output wire                   error_o
);

  localparam BEFORE_LAST = BEATS - 2;

  reg drop_q;   // until the end of a sample that is too long

  wire take  = valid_i & ready_i;
  wire right = last_i == at_last_o;

  assign valid_o   = valid_i & ~drop_q & right;
  assign error_o   = take & ~drop_q & ~right;

  always @(posedge aclk) begin
    if (!aresetn) drop_q <= 1'b0;
    else if (take) drop_q <= ~last_i & (drop_q | at_last_o);
  end

  generate
    if (BEATS == 1) begin : g_one
      assign beat_o    = {COUNT_WIDTH{1'b0}};
      assign at_last_o = 1'b1;
    end else begin : g_count
      reg [COUNT_WIDTH-1:0] beat_q;
      reg                   at_last_q;

      wire begins = last_i | at_last_q | drop_q;   // the next beat is a sample's first, or dropped as too much

      assign beat_o    = beat_q;
      assign at_last_o = at_last_q;

      always @(posedge aclk) begin
        if (!aresetn) begin
          beat_q    <= {COUNT_WIDTH{1'b0}};
          at_last_q <= 1'b0;
        end else if (take) begin
          beat_q    <= begins ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
          at_last_q <= ~begins & (beat_q == BEFORE_LAST[COUNT_WIDTH-1:0]);
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
