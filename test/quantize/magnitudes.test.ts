import { describe, expect, it } from 'vitest';
import { printFormat } from '../../src/fixed/format.js';
import type { DenseChain } from '../../src/float/chain.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { DEFAULT_QUANTIZATION, QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { vanished } from '../../src/quantize/warnings.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { chainOf } from '../support/chains.js';
import { messageOf } from '../support/messages.js';

type Kernel = readonly (readonly number[])[];

const network = (hidden: Kernel, hiddenBias: number[], output: Kernel, outputBias: number[]): DenseChain =>
  chainOf({
    name: 'net',
    inputs: hidden.length,
    layers: [
      { kind: 'dense', name: 'hidden', kernel: hidden, bias: hiddenBias, activation: 'relu' },
      { kind: 'dense', name: 'output', kernel: output, bias: outputBias, activation: 'linear' },
    ],
    head: 'values',
  });
const quantize = (float: DenseChain, rows: Kernel = [], config: object = { bits: 8 }) =>
  quantizeNetwork(
    { network: float },
    rows,
    QUANTIZATION_SHAPE.parse({ ...(rows.length === 0 && { input: 'unit' }), ...config }),
  );

const HINT = '(are the weights of this layer, and of those before it, right?) [quantize/too-large]';

describe('values that no format reaches', () => {
  const ones = [[1], [1]];
  it.each<[string, DenseChain, Kernel, string]>([
    [
      'weights whose sums are not finite',
      network(
        [
          [1e308, 1e308],
          [1e308, -1e308],
        ],
        [0, 0],
        ones,
        [0],
      ),
      [],
      `hidden.weights: got the value 1e+308, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'sums of products past all numbers',
      network([[1e200]], [0], [[1e200]], [0]),
      [],
      `output.output: got sums that are no finite numbers, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'the same on calibration rows',
      network([[1e200]], [0], [[1e200]], [0]),
      [[0.5]],
      `output.output: got sums that are no finite numbers, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'infinities that cancel each other',
      network([[1e300, 1e300]], [0, 0], [[1e200], [-1e200]], [0]),
      [[1]],
      `output.output: got sums that are no finite numbers, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'a bias',
      network([[1]], [-1e305], [[1]], [0]),
      [],
      `hidden.bias: got the value -1e+305, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'a weight that is no number',
      network([[Number.NaN]], [0], [[1]], [0]),
      [],
      `hidden.weights: got sums that are no finite numbers, wanted values below 2^1000 ${HINT}`,
    ],
    [
      'calibration rows',
      network([[1]], [0], [[1]], [0]),
      [[1e306]],
      `input: got the value 1e+306, wanted values below 2^1000 ${HINT}`,
    ],
  ])('refuses %s', (_, float, rows, wanted) => {
    expect(messageOf(() => quantize(float, rows))).toBe(wanted);
  });

  it('refuses given formats between which no bias has a grid', () => {
    const given = { input: 'ufixed<8,-900>', layers: { hidden: { weights: 'fixed<8,-900>' } } };
    expect(messageOf(() => quantize(network([[1]], [1], [[1]], [0]), [], given))).toBe(
      'hidden.bias: got fixed<Infinity,Infinity>, wanted a width of 1 to 53 bits (codes stay within ±2^53) and a ' +
        'fraction of -1000 to 1000 bits [fixed/format-width]',
    );
  });
});

describe('values too small for any format', () => {
  it.each([
    ['1e-300', 1e-300, 0],
    ['denormal', 5e-324, 0],
    ['1e-300 beside a bias', 1e-300, 0.5],
  ])('a layer of weights of %s becomes zero, and is warned of', (_, weight, bias) => {
    const { network: quantized, tensors } = quantize(
      network([[weight, -weight]], [bias, 0], [[1], [2]], [0.5]),
    );
    expect(quantized.layers[0].kernel.codes).toEqual([[0, 0]]);
    expect(quantized.layers[1].kernel.codes).toEqual([[64], [128]]);
    expect(networkFromJson(networkToJson(quantized))).toEqual(quantized);
    expect(vanished(tensors, [], DEFAULT_QUANTIZATION).map(({ where, got }) => `${where}: ${got}`)).toEqual([
      'hidden.weights: 2 of 2 values that are not zero rounded to zero',
    ]);
  });

  it('keeps a network that is as small throughout: nothing beside it is larger', () => {
    const small = 1e-9;
    const { network: quantized } = quantize(network([[small]], [small], [[small]], [small * small]));
    expect(
      quantized.layers.map(({ kernel, bias }) => [kernel.codes, bias.codes.every((code) => code > 0)]),
    ).toEqual([
      [[[137]], true],
      [[[137]], true],
    ]);
    expect(printFormat(quantized.layers[0].kernel.formats[0])).toBe('ufixed<8,-29>');
  });
});
