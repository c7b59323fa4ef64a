// What the LEDs of a board show of a stream of results, which it only watches: a light that changes with every result, one
// that says that something was wrong since the reset, and a field of the last result, such as its class.

`default_nettype none

module espalier_lights #(
  parameter DATA_WIDTH  = 8,   // bits of a beat
  parameter COUNT_WIDTH = 1,   // counts the beats of a result
  parameter BEAT        = 0,   // that has the field
  parameter LSB         = 0,   // of the field in it
  parameter WIDTH       = 1    // of the field
) (
  input  wire                  aclk,
  input  wire                  aresetn,
  input  wire [DATA_WIDTH-1:0] data_i,
  input  wire                  valid_i,
  input  wire                  ready_i,
  input  wire                  last_i,
  input  wire                  error_i,
  output wire                  answered_o,
  output wire                  error_o,
  output wire      [WIDTH-1:0] field_o
);

  reg [COUNT_WIDTH-1:0] beat_q;
  reg                   answered_q;
  reg                   error_q;
  reg       [WIDTH-1:0] field_q;

  wire take = valid_i & ready_i;

  assign answered_o = answered_q;
  assign error_o    = error_q;
  assign field_o    = field_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      beat_q     <= {COUNT_WIDTH{1'b0}};
      answered_q <= 1'b0;
      error_q    <= 1'b0;
      field_q    <= {WIDTH{1'b0}};
    end else begin
      if (take) beat_q <= last_i ? {COUNT_WIDTH{1'b0}} : beat_q + 1'b1;
      if (take & last_i) answered_q <= ~answered_q;
      if (error_i) error_q <= 1'b1;
      if (take & (beat_q == BEAT[COUNT_WIDTH-1:0])) field_q <= data_i[LSB +: WIDTH];
    end
  end

  // The other bits of a beat are none of its business.
  wire unused = &{1'b0, data_i};

endmodule

`default_nettype wire
