// What espalier_sequencer promises, for a model checker: every sample takes its steps 0 to STEPS - 1 in order, gives one
// result, and no result is overwritten before it is taken, whatever stalls.

`default_nettype none

module espalier_sequencer_properties #(
  parameter STEPS        = 3,
  parameter STEP_WIDTH   = 2,
  parameter PIPELINE     = 3,
  parameter FIRST_RESULT = 1,
  parameter LOOK_AHEAD   = 0
) (
  input wire aclk,
  input wire aresetn,
  input wire x_valid_i,
  input wire y_ready_i
);

  localparam LAST_STEP  = STEPS - 1;
  localparam FIRST_STEP = FIRST_RESULT;
  // With every result taken at once, a sample's result is there after so many cycles.
  localparam LONGEST    = STEPS + PIPELINE;

  wire                  x_ready;
  wire                  take = x_valid_i & x_ready;
  wire                  enable;
  wire                  issue;
  wire [STEP_WIDTH-1:0] step;
  wire                  y_valid;

  espalier_sequencer #(
    .STEPS        (STEPS),
    .STEP_WIDTH   (STEP_WIDTH),
    .PIPELINE     (PIPELINE),
    .FIRST_RESULT (FIRST_RESULT),
    .LOOK_AHEAD   (LOOK_AHEAD)
  ) sequencer (
    .aclk      (aclk),
    .aresetn   (aresetn),
    .x_valid_i (x_valid_i),
    .x_ready_o (x_ready),
    .enable_o  (enable),
    .issue_o   (issue),
    .step_o    (step),
    .fault_i   (1'b0),
    .word_i    (1'b0),
    .y_valid_o (y_valid),
    .y_ready_i (y_ready_i)
  );

  reg                  past_reset_q = 1'b0;
  reg [STEP_WIDTH-1:0] next_step_q;   // the step that comes next; 0 between samples
  reg [PIPELINE-1:0]   first_q;       // a first result on its way to the result register
  reg [PIPELINE-1:0]   last_q;        // a last result on its way
  reg            [3:0] held_q;        // samples taken whose result is not taken
  reg                  waited_q;
  reg            [7:0] age_q;         // cycles since a sample was in flight and no result was waiting

  wire moves    = enable & issue;
  wire given    = y_valid & y_ready_i;
  wire complete = enable & last_q[PIPELINE-1];

  always @(posedge aclk) begin
    if (!aresetn) begin
      past_reset_q <= 1'b1;
      next_step_q  <= {STEP_WIDTH{1'b0}};
      first_q      <= {PIPELINE{1'b0}};
      last_q       <= {PIPELINE{1'b0}};
      held_q       <= 4'd0;
      waited_q     <= 1'b0;
      age_q        <= 8'd0;
    end else begin
      if (moves) next_step_q <= (next_step_q == LAST_STEP[STEP_WIDTH-1:0]) ? {STEP_WIDTH{1'b0}} : next_step_q + 1'b1;
      if (enable) begin
        first_q <= {first_q[PIPELINE-2:0], issue & (next_step_q == FIRST_STEP[STEP_WIDTH-1:0])};
        last_q  <= {last_q[PIPELINE-2:0], issue & (next_step_q == LAST_STEP[STEP_WIDTH-1:0])};
      end
      held_q   <= held_q + {3'd0, take} - {3'd0, given};
      waited_q <= y_valid & ~y_ready_i;
      age_q    <= ((held_q == 4'd0) | y_valid) ? 8'd0 : age_q + 8'd1;
    end
  end

  always @(*) begin
    if (past_reset_q & aresetn) begin
      assert (step == next_step_q);
      if (take) assert (step == {STEP_WIDTH{1'b0}});
      // Between samples a step is issued for a sample that comes, and for no other reason.
      if ((step == {STEP_WIDTH{1'b0}}) & moves) assert (take);
      if (waited_q) assert (y_valid);
      if (y_valid) assert (held_q != 4'd0);
      // A result that waits is neither followed by the next one nor written over by its first neuron.
      if (y_valid & ~y_ready_i) assert (~complete);
      if (y_valid & ~y_ready_i & first_q[PIPELINE-1]) assert (~enable);
      assert (age_q <= LONGEST[7:0]);
    end
  end

endmodule

`default_nettype wire
