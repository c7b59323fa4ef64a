import { type DesignFolder, readDesign } from '../../src/emit/read-design.js';
import type { DenseNetwork } from '../../src/network/types.js';
import { emitTo } from './designs.js';

const INPUT = { signed: true, width: 6, integer: 6 };
const WEIGHT = { signed: true, width: 5, integer: 5 };

/** One neuron of four inputs, its sum as it is. */
export const heldNetwork: DenseNetwork = {
  name: 'held',
  input: { formats: Array(4).fill(INPUT), names: [] },
  layers: [
    {
      kind: 'dense',
      name: 'sum',
      kernel: { formats: [WEIGHT], codes: [[3], [-5], [7], [1]] },
      bias: { formats: [WEIGHT], codes: [2] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
};

/**
 * Its layer by hand: operands go word by word into one page of a block RAM while they are read from the other, and sums
 * leave through a queue in LUT RAM.
 */
export const HELD_LAYER = `module held_sum (
  input  wire        aclk,
  input  wire        aresetn,
  input  wire [23:0] x_i,
  input  wire        x_valid_i,
  output wire        x_ready_o,
  output wire [9:0]  y_o,
  output wire        y_valid_o,
  input  wire        y_ready_i
);

  // Writing: a page is full once its four words are there, and empty once they are read.
  reg [23:0] rest_q;
  reg        writing_q;
  reg        in_page_q;
  reg  [1:0] in_q;
  reg        in_full_q;
  reg        out_full_q;
  reg        out_page_q;
  reg  [1:0] out_q;
  reg  [5:0] operands [0:7];

  wire full_in  = in_page_q == out_page_q ? out_full_q : in_full_q;
  wire take     = x_valid_i & ~writing_q;
  wire put      = writing_q & ~full_in;
  wire put_last = put & (in_q == 2'd3);

  assign x_ready_o = ~writing_q;

  always @(posedge aclk) begin
    if (!aresetn) begin
      writing_q <= 1'b0;
      in_page_q <= 1'b0;
      in_q      <= 2'd0;
    end else begin
      if (take) writing_q <= 1'b1;
      else if (put_last) writing_q <= 1'b0;
      if (put_last) in_page_q <= ~in_page_q;
      if (put) in_q <= in_q + 1'b1;
    end
    if (take) rest_q <= x_i;
    else if (put) rest_q <= {6'd0, rest_q[23:6]};
  end

  // Reading, a word a cycle; the sum is there two cycles after its last word.
  wire       room;
  wire       get      = out_full_q & room;
  wire       get_last = get & (out_q == 2'd3);
  reg        read_q;
  reg        last_q;
  reg  [1:0] step_q;
  reg  [5:0] operand_q;
  reg signed [9:0] sum_q;

  always @(posedge aclk) begin
    if (get) operand_q <= operands[{out_page_q, out_q}];
  end

  always @(posedge aclk) begin
    if (put) operands[{in_page_q, in_q}] <= rest_q[5:0];
  end

  // in_full_q is of the page that is not read.
  always @(posedge aclk) begin
    if (!aresetn) begin
      out_q      <= 2'd0;
      out_page_q <= 1'b0;
      in_full_q  <= 1'b0;
      out_full_q <= 1'b0;
      read_q     <= 1'b0;
      last_q     <= 1'b0;
    end else begin
      read_q <= get;
      last_q <= get_last;
      if (get) out_q <= out_q + 1'b1;
      if (get_last) begin
        out_page_q <= ~out_page_q;
        out_full_q <= in_full_q | put_last;
        in_full_q  <= 1'b0;
      end else if (put_last) begin
        if (in_page_q == out_page_q) out_full_q <= 1'b1;
        else in_full_q <= 1'b1;
      end
    end
    if (get) step_q <= out_q;
  end

  wire signed [3:0] weight = (step_q == 2'd0) ? 4'sd3 : (step_q == 2'd1) ? -4'sd5 : (step_q == 2'd2) ? 4'sd7 : 4'sd1;
  wire signed [9:0] base   = (step_q == 2'd0) ? 10'sd2 : sum_q;
  wire signed [9:0] sum    = base + $signed(operand_q) * weight;

  always @(posedge aclk) begin
    if (read_q) sum_q <= sum;
  end

  // The queue: three sums. Those that are still being made need room too.
  reg [9:0] sums [0:2];
  reg [1:0] head_q;
  reg [1:0] tail_q;
  reg [1:0] count_q;

  wire       push      = last_q;
  wire       pop       = y_valid_o & y_ready_i;
  wire [1:0] next_tail = (tail_q == 2'd2) ? 2'd0 : tail_q + 1'b1;
  wire [1:0] next_head = (head_q == 2'd2) ? 2'd0 : head_q + 1'b1;

  assign room      = count_q < 2'd2;
  assign y_valid_o = count_q != 2'd0;
  assign y_o       = sums[head_q];

  always @(posedge aclk) begin
    if (!aresetn) begin
      head_q  <= 2'd0;
      tail_q  <= 2'd0;
      count_q <= 2'd0;
    end else begin
      if (push) tail_q <= next_tail;
      if (pop) head_q <= next_head;
      count_q <= count_q + {1'b0, push} - {1'b0, pop};
    end
  end

  always @(posedge aclk) begin
    if (push) sums[tail_q] <= sum;
  end

endmodule
`;

/** The emitted design with the layer made by hand. */
export function heldDesign(): DesignFolder {
  const design = readDesign(emitTo(heldNetwork, { architecture: 'serial' }));
  const traces = design.manifest.traces.map((trace) => ({
    ...trace,
    signal: 'y_o',
    valid: 'y_valid_o',
    ready: 'y_ready_i',
  }));
  return {
    ...design,
    manifest: { ...design.manifest, traces },
    files: new Map(design.files).set('rtl/held_sum.v', HELD_LAYER),
  };
}
