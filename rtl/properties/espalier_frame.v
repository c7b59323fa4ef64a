// What espalier_frame promises, for a model checker: every beat has its number; what is computed with is a beat that may
// still be one of a right sample; a sample of another length is said once, when that is known.

`default_nettype none

module espalier_frame_properties #(
  parameter BEATS       = 3,
  parameter COUNT_WIDTH = 2
) (
  input wire aclk,
  input wire aresetn,
  input wire valid_i,
  input wire ready_i,
  input wire last_i
);

  wire [COUNT_WIDTH-1:0] beat;
  wire                   at_last;
  wire                   valid;
  wire                   error;

  espalier_frame #(
    .BEATS       (BEATS),
    .COUNT_WIDTH (COUNT_WIDTH)
  ) frame (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .valid_i   (valid_i),
    .ready_i   (ready_i),
    .last_i    (last_i),
    .beat_o    (beat),
    .at_last_o (at_last),
    .valid_o   (valid),
    .error_o   (error)
  );

  localparam LAST = BEATS - 1;

  reg       past_reset_q = 1'b0;
  reg [3:0] taken_q;    // beats of this sample so far, BEATS and more being one number

  wire take  = valid_i & ready_i;
  wire known = taken_q == BEATS[3:0];   // to be too long

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      taken_q      <= 4'd0;
    end else if (take) begin
      taken_q <= last_i ? 4'd0 : known ? taken_q : taken_q + 4'd1;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (beat == (known ? {COUNT_WIDTH{1'b0}} : taken_q[COUNT_WIDTH-1:0]));
      assert (at_last == (beat == LAST[COUNT_WIDTH-1:0]));
      assert (valid == (valid_i & ~known & (last_i == (taken_q == LAST[3:0]))));
      assert (error == (take & ~known & (last_i != (taken_q == LAST[3:0]))));
    end
  end

endmodule

`default_nettype wire
