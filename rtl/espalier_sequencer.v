// Control of one serial layer: takes a sample, issues STEPS steps, and hands over the results.
//
// The first step is issued in the very cycle in which a sample is there, and the next sample's in the cycle after the
// last step, so that samples follow each other every STEPS cycles. With HELD = 0 a sample is taken with its first step.
// With HELD = 1 it stays in the memory that it is read from, and is taken when its last operand is read, a step later.
//
// With WORDS = 0 the results of a sample are complete PIPELINE cycles after its last step. They stay until taken; when
// the next sample's first result comes before that, the whole layer stands still (enable_o is 0). With WORDS = 1 they
// leave one by one, and the layer stands still while one is not taken.
//
// The decision to stand still rests on registers only, so that no ready signal runs combinationally through several
// layers: with WORDS = 1 the ready of a memory, which is one. With WORDS = 0 it is a cycle too careful when the results
// are taken in that very cycle, which matters only if a sample's first result can follow the last one of the sample
// before immediately: a layer with such a neuron (of one step, so FIRST_RESULT is 0) has LOOK_AHEAD = 1 and looks at
// y_ready_i.
//
// Interval: STEPS cycles. Latency: STEPS + PIPELINE cycles.

`default_nettype none

module espalier_sequencer #(
  parameter STEPS        = 4,
  parameter STEP_WIDTH   = 2,
  parameter PIPELINE     = 5,  // registers from a step to the result register
  parameter FIRST_RESULT = 1,  // the step of a sample from which its first result comes
  parameter LOOK_AHEAD   = 0,
  parameter HELD         = 0,
  parameter WORDS        = 0
) (
  input  wire                  aclk,
  input  wire                  aresetn,
  input  wire                  x_valid_i,
  output wire                  x_ready_o,
  output wire                  enable_o,   // the layer moves
  output wire                  issue_o,    // step_o is issued, if the layer moves
  output wire [STEP_WIDTH-1:0] step_o,
  input  wire                  fault_i,    // a ROM is not what it should be: no result becomes valid
  input  wire                  word_i,     // with WORDS = 1: a result is there
  output wire                  y_valid_o,
  input  wire                  y_ready_i
);

  localparam LAST_STEP  = STEPS - 1;
  localparam FIRST_STEP = FIRST_RESULT;

  reg  [STEP_WIDTH-1:0] step_q;
  wire                  stall;

  // A single step is the last one whatever the register says, so that synthesis sees that it never changes.
  wire idle    = step_q == {STEP_WIDTH{1'b0}};
  wire at_last = (STEPS == 1) | (step_q == LAST_STEP[STEP_WIDTH-1:0]);

  assign enable_o  = ~stall;
  assign issue_o   = ~idle | x_valid_i;
  assign step_o    = step_q;

  always @(posedge aclk) begin
    if (!aresetn) step_q <= {STEP_WIDTH{1'b0}};
    else if (enable_o & issue_o) step_q <= at_last ? {STEP_WIDTH{1'b0}} : step_q + 1'b1;
  end

  generate
    if (HELD != 0) begin : g_held
      reg read_q;   // the operand of the last step is read

      assign x_ready_o = read_q & ~stall;

      always @(posedge aclk) begin
        if (!aresetn) read_q <= 1'b0;
        else if (enable_o) read_q <= issue_o & at_last;
      end
    end else begin : g_taken
      assign x_ready_o = idle & ~stall;
    end

    if (WORDS != 0) begin : g_words
      assign y_valid_o = word_i & ~fault_i;
      assign stall     = y_valid_o & ~y_ready_i;
    end else begin : g_results
      reg [PIPELINE-1:0] first_q;
      reg [PIPELINE-1:0] last_q;
      reg                y_valid_q;

      wire blocked = y_valid_q & first_q[PIPELINE-1];
      wire unused  = word_i;

      assign stall     = (LOOK_AHEAD != 0) ? blocked & ~y_ready_i : blocked;
      assign y_valid_o = y_valid_q;

      always @(posedge aclk) begin
        if (!aresetn) begin
          first_q <= {PIPELINE{1'b0}};
          last_q  <= {PIPELINE{1'b0}};
        end else if (enable_o) begin
          first_q <= {first_q[PIPELINE-2:0], issue_o & (step_q == FIRST_STEP[STEP_WIDTH-1:0])};
          last_q  <= {last_q[PIPELINE-2:0], issue_o & at_last};
        end
      end

      always @(posedge aclk) begin
        if (!aresetn) y_valid_q <= 1'b0;
        else if (enable_o & last_q[PIPELINE-1]) y_valid_q <= ~fault_i;
        else if (y_ready_i) y_valid_q <= 1'b0;
      end
    end
  endgenerate

endmodule

`default_nettype wire
