import { describe, expect, it } from 'vitest';
import { edit, emitTo, proveFolder, smallNetwork } from './designs.js';
import { line, type Mutation, replace, STREAM_MUTATIONS, testMutations } from './mutations.js';

const NETWORK = smallNetwork('binary', { inputs: 4, hidden: 3, weightBits: 4 });
/** No registers inside a layer: whatever it computes with is there in the same cycle. */
const ONE_STAGE = { adderLevelsPerStage: 'layer' };

/** Adds a unit of the layer before to the sum of the output's neuron 0 once more. */
const addUnit = (text: string) =>
  text.replace(/(wire \[9:0\] output_unit0_sum) = (.*);/, "$1 = $2 + {6'd0, hidden_unit1};");

const ARITHMETIC: readonly Mutation[] = [
  {
    what: 'a coefficient off by one',
    file: 'rtl/tiny_output.v',
    change: addUnit,
    complaint: /^output unit 0: differs$/,
    sampled: true,
    options: ONE_STAGE,
  },
  {
    what: 'a row one column too high',
    file: 'rtl/tiny_hidden.v',
    change: replace(/^( +)(input\d)\[4:1\]$/m, '$1$2[3:0]'),
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a row that is not added',
    file: 'rtl/espalier_adder.v',
    change: replace("+ {2'b00, c ^ INVERT_C}", ''),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a row that is not inverted',
    file: 'rtl/tiny_hidden.v',
    change: replace(/\.INVERT_A \((\d+)'h\w+\)/, ".INVERT_A ($1'h0)"),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'one bit that is inverted',
    file: 'rtl/tiny_output.v',
    change: (text) =>
      text.replace(/\.INVERT_A \((\d+)'h(\w+)\)/, (_, width, mask) => {
        return `.INVERT_A (${width}'h${(Number.parseInt(mask, 16) ^ 1).toString(16)})`;
      }),
    complaint: /^output unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a swapped pair of inputs',
    file: 'rtl/tiny_hidden.v',
    change: (text) =>
      text
        .replace('input0 = x_i[5:0]', 'input0 = x_i[11:6]')
        .replace('input1 = x_i[11:6]', 'input1 = x_i[5:0]'),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: "two layers' units swapped",
    file: 'rtl/tiny_output.v',
    change: (text) =>
      text
        .replace('hidden_unit0 = x_i[5:0]', 'hidden_unit0 = x_i[17:12]')
        .replace('hidden_unit2 = x_i[17:12]', 'hidden_unit2 = x_i[5:0]'),
    complaint: /^output unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a lost top column',
    file: 'rtl/tiny_hidden.v',
    change: (text) => {
      const top = Number(/wire \[(\d+):0\] hidden_unit0_sum_add1;/.exec(text)?.[1]);
      return text.replace(
        'add1_q <= hidden_unit0_sum_add1;',
        `add1_q <= hidden_unit0_sum_add1[${top - 1}:0];`,
      );
    },
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a carry that does not reach the top column',
    file: 'rtl/espalier_adder.v',
    change: (text) => {
      const sum = /assign sum = (\{2'b00[^;]*);/.exec(text)?.[1];
      return text.replace(
        `assign sum = ${sum};`,
        `wire [COLUMNS+1:0] whole = ${sum};\n        assign sum = {1'b0, whole[COLUMNS:0]};`,
      );
    },
    complaint: /^hidden unit \d: differs$/,
    sampled: true,
  },
  {
    what: 'a lost constant',
    file: 'rtl/tiny_output.v',
    change: replace(/\{7'd\d+, hidden/, "{7'd0, hidden"),
    complaint: /^output unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a lost carry into the first column',
    file: 'rtl/tiny_hidden.v',
    change: replace(/\b1'd1,$/m, "1'd0,"),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
];

const ACTIVATION: readonly Mutation[] = [
  {
    what: 'a shift off by one',
    file: 'rtl/tiny_hidden.v',
    change: replace(/\[7:0\] (hidden_unit0_rounded) = (\w+);/, '[7:0] $1 = {$2[10], $2[10:4]};'),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a wrong rounding at one sum',
    file: 'rtl/tiny_hidden.v',
    change: replace(/_rounded = (\w+);/, '_rounded = $1 + ($1 == 24);'),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a ReLU that lets the smallest positive code not through',
    file: 'rtl/tiny_hidden.v',
    change: replace(/\{~(hidden_unit0_rounded)\[(\d)\]\}/, '{~$1[$2] & ($1 != 1)}'),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a saturation one below the top',
    file: 'rtl/tiny_hidden.v',
    change: replace("{6{1'b1}}", "6'd62"),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a saturation from one code too early on',
    file: 'rtl/tiny_hidden.v',
    change: replace(/\(\|(hidden_unit0_active\w*)\[6\]\)/, '($1 >= 62)'),
    complaint: /^hidden unit 0: differs$/,
    sampled: true,
  },
  {
    what: 'a class that is 1 for 0',
    file: 'rtl/tiny_head.v',
    change: replace(/ & \(values_i != \d+'d0\)/, ''),
    complaint: /^output class: differs$/,
    sampled: true,
  },
  {
    what: 'a sum that is wrong for one input of 2^24',
    file: 'rtl/tiny_hidden.v',
    change: replace(/(hidden_unit0_sum) = (.*);/, "$1 = $2 ^ {x_i == 24'h123456, 3'd0};"),
    complaint: /^hidden unit 0: it hangs on \d+ different sums, though no input was found/,
    sampled: false,
    options: ONE_STAGE,
  },
  {
    what: 'a table entry off by one',
    file: 'rtl/tiny_head_probability.mem',
    change: line(12, (word) => word ^ 1),
    complaint: /^output probability: differs$/,
    sampled: true,
  },
  {
    what: 'a class that is wrong for the largest output',
    file: 'rtl/tiny_head.v',
    change: replace(/\(values_i != (\d+)'d0\)/, "(values_i != $1'd0) & (values_i != $1'd204)"),
    complaint: /^output class: differs$/,
    sampled: false,
  },
];

const REGISTERS: readonly Mutation[] = [
  {
    what: 'a dropped register: an operand a cycle early',
    file: 'rtl/tiny_hidden.v',
    change: (text) =>
      text
        .replace(/reg( +\[5:0\] +)input3_q;/, 'wire$1input3_q = input3;')
        .replace('input3_q <= input3;', ''),
    complaint: /^hidden unit 0: it .*hangs? on .*another sample/,
    sampled: true,
  },
  {
    what: 'a register too many: an operand a cycle late',
    file: 'rtl/tiny_hidden.v',
    change: (text) =>
      text
        .replace(/reg( +\[5:0\] +)input3_q;/, 'reg$1input3_q, late_q;')
        .replace('input3_q <= input3;', 'late_q <= input3;\n      input3_q <= late_q;'),
    complaint: /^hidden unit 0: it .*hangs? on .*another sample/,
    sampled: true,
  },
  {
    what: 'valid a cycle early',
    file: 'rtl/tiny_output.v',
    change: replace('results_valid = output_valid_q[1]', 'results_valid = output_valid_q[0]'),
    complaint: /./,
    sampled: true,
  },
  {
    what: 'a sample taken while the stage is full',
    file: 'rtl/tiny_hidden.v',
    change: replace('x_ready_o = hidden_enable', "x_ready_o = 1'b1"),
    complaint: /./,
    sampled: true,
  },
  {
    what: 'a stage that moves on while it is stalled',
    file: 'rtl/tiny_output.v',
    change: (text) => text.replace(/(output_enable +)= y_ready_i \| ~output_results_valid/, "$1= 1'b1"),
    complaint: /./,
    sampled: true,
  },
  {
    what: 'a register that is not held under stall',
    file: 'rtl/tiny_hidden.v',
    change: (text) =>
      text
        .replace('hidden_unit0_active_q <= hidden_unit0_active;', '')
        .replace(
          'if (hidden_enable) begin',
          'hidden_unit0_active_q <= hidden_unit0_active;\n    if (hidden_enable) begin',
        ),
    complaint: /^hidden unit 0: it .*hangs? on .*another sample/,
    sampled: true,
  },
  {
    what: 'a register that is held when nothing came before it',
    file: 'rtl/tiny_output.v',
    change: (text) =>
      text
        .replace('hidden_unit0_q_2 <= hidden_unit0_q[0];', '')
        .replace(
          'if (output_enable) begin',
          'if (output_enable & x_valid_i) hidden_unit0_q_2 <= hidden_unit0_q[0];\n    if (output_enable) begin',
        ),
    complaint: /^output unit 0: it .*hangs? on .*another sample/,
    sampled: true,
  },
];

describe('a broken parallel design', () => {
  it('is shown by the coefficient that differs, and to Verilator too', async () => {
    const folder = emitTo(NETWORK, { architecture: 'parallel', ...ONE_STAGE });
    edit(folder, 'rtl/tiny_output.v', addUnit);
    const { status, counterexample, segments } = await proveFolder(folder, true);
    expect(status).toBe('refuted');
    expect(counterexample?.confirmedBy).toEqual(['embedded', 'verilator']);
    const outcome = segments[2].fields.find((field) => field.outcome.kind === 'differs')?.outcome;
    expect(outcome).toMatchObject({ coefficients: [{ unit: 1 }], place: { file: 'rtl/tiny_output.v' } });
    const [coefficient] = outcome?.kind === 'differs' ? outcome.coefficients : [];
    expect(coefficient.got - coefficient.wanted).toBe(1);
  });

  testMutations(NETWORK, { architecture: 'parallel', adderLevelsPerStage: 1 }, [
    ...ARITHMETIC,
    ...ACTIVATION,
    ...REGISTERS,
    ...STREAM_MUTATIONS,
  ]);
});
