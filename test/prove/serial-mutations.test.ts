import { describe, expect, it } from 'vitest';
import { edit, emitTo, proveFolder, smallNetwork } from './designs.js';
import { line, type Mutation, replace, STREAM_MUTATIONS, testMutations } from './mutations.js';

const NETWORK = smallNetwork('binary');
const MUTATIONS: readonly Mutation[] = [
  {
    what: 'a coefficient off by one',
    file: 'rtl/tiny_hidden_lane0_weights.mem',
    change: line(1, (word) => word ^ 1),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a wrong bias',
    file: 'rtl/tiny_output_lane0_biases.mem',
    change: line(0, (word) => word ^ 4),
    complaint: /^output unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a shift off by one',
    file: 'rtl/tiny_hidden.v',
    change: (text) =>
      text.replace(/\.SHIFT( +)\((\d+)\)/, (_, space, shift) => `.SHIFT${space}(${Number(shift) + 1})`),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a sign',
    file: 'rtl/espalier_mac_lane.v',
    change: replace('start : acc_q) + product_extended', 'start : acc_q) - product_extended'),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a swapped pair of inputs',
    file: 'rtl/tiny.v',
    change: replace(/sample\[(\d+):0\](?= {2}\/\/ inputs 0 to)/, 'sample[$1:12], sample[5:0], sample[11:6]'),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a truncated carry',
    file: 'rtl/espalier_mac_lane.v',
    change: replace(
      'assign sum_o       = acc_q;',
      'assign sum_o       = {acc_q[ACC_WIDTH-2], acc_q[ACC_WIDTH-2:0]};',
    ),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'an early last word',
    file: 'rtl/tiny_hidden_lane0_weights.mem',
    change: line(0, (word) => word ^ 0x100),
    complaint: /^hidden/,
    sampled: true,
  },
  {
    what: 'a word without its marker',
    file: 'rtl/tiny_output_lane0_weights.mem',
    change: line(1, (word) => word & 0xff),
    complaint: /^output: a sample is lost or comes out twice: one state has \d in flight, or \d$/,
    sampled: true,
  },
  {
    what: 'results overwritten under stall',
    file: 'rtl/espalier_sequencer.v',
    change: replace('wire blocked = y_valid_q & first_q', "wire blocked = 1'b0 & first_q"),
    complaint: /^hidden: a sample is lost or comes out twice: one state has 2 in flight, or 3$/m,
    sampled: true,
  },
  {
    what: 'a rounding constant that is wrong for one sum',
    file: 'rtl/espalier_requantize.v',
    change: replace(
      'assign biased = scaled + HALF;',
      'assign biased = scaled + (scaled == 200 ? ONE : HALF);',
    ),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a code that is wrong for one input of 2^36',
    file: 'rtl/tiny_hidden.v',
    change: replace(
      /\.sum_i( +)\((\w+)\)/g,
      `.sum_i$1($2 ^ {hidden_x_q == {7'd4, 7'd35, 7'd17, 7'd22, 7'd30, 7'd9}, 6'd0})`,
    ),
    complaint: /^hidden unit \d: it hangs on \d+ different sums, though no input was found/,
    sampled: false,
  },
  {
    what: 'a table entry off by one',
    file: 'rtl/tiny_head_probability.mem',
    change: line(3, (word) => word ^ 1),
    complaint: /^output probability: differs$/,
    sampled: false,
  },
  {
    what: 'data that change after 200 cycles of waiting',
    file: 'rtl/espalier_skid_buffer.v',
    change: (text) =>
      text.replace('wire advance', 'reg [7:0] waited_q;\n  wire advance').replace(
        'always @(posedge aclk) begin\n    if (advance)',
        `always @(posedge aclk) waited_q <= (!aresetn | advance) ? 8'd0 : waited_q + (waited_q != 8'd255);
  always @(posedge aclk) begin
    if (waited_q == 8'd200) data_q <= ~data_q;
    if (advance)`,
      ),
    complaint: /^output unit 0: differs$/,
    sampled: false,
  },
];

describe('a broken serial design', () => {
  it('is shown to be broken by Verilator too', async () => {
    const folder = emitTo(NETWORK, { architecture: 'serial' });
    edit(
      folder,
      'rtl/tiny_hidden_lane0_weights.mem',
      line(0, (word) => word ^ 1),
    );
    const { status, counterexample, segments } = await proveFolder(folder, true);
    expect(status).toBe('refuted');
    expect(counterexample?.confirmedBy).toEqual(['embedded', 'verilator']);
    expect(counterexample?.alone).toBe(true);
    const outcome = segments[1].fields.find((field) => field.outcome.kind === 'differs')?.outcome;
    expect(outcome).toMatchObject({ place: { file: 'rtl/tiny_hidden.v' } });
    const [coefficient, ...others] = outcome?.kind === 'differs' ? outcome.coefficients : [];
    expect(others).toEqual([]);
    expect(Math.abs(coefficient.wanted - coefficient.got)).toBe(1);
  });

  testMutations(NETWORK, { architecture: 'serial', lanes: 2 }, [...MUTATIONS, ...STREAM_MUTATIONS]);
});
