import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf, printFormat, rangeOf } from '../../src/fixed/format.js';
import type { DenseChain } from '../../src/float/chain.js';
import { classOf, floatModel, logitsOf } from '../../src/float/model.js';
import { mapped } from '../../src/float/tensor.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { referenceModel } from '../../src/network/reference.js';
import { measureFidelity } from '../../src/quantize/fidelity.js';
import { inputCodes } from '../../src/quantize/input-codes.js';
import { DEFAULT_QUANTIZATION, formatForRange, QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { chainOf } from '../support/chains.js';
import { classify } from '../support/classify.js';

/** A random 6-5-1 network and rows in [0, 1], seeded. */
function study(seed: number, outputs = 1): { network: DenseChain; rows: number[][] } {
  const random = new Random(seed, 'quantize');
  const matrix = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
  const network: DenseChain = chainOf({
    name: 'net',
    inputs: 6,
    layers: [
      { kind: 'dense', name: 'hidden', kernel: matrix(6, 5), bias: matrix(1, 5)[0], activation: 'relu' },
      {
        kind: 'dense',
        name: 'output',
        kernel: matrix(5, outputs),
        bias: matrix(1, outputs)[0],
        activation: 'linear',
      },
    ],
    head: outputs === 1 ? 'binary' : 'argmax',
  });
  const rows = Array.from({ length: 200 }, () => Array.from({ length: 6 }, () => random.float()));
  return { network, rows };
}

const config = (plain: object) => QUANTIZATION_SHAPE.parse(plain);
const message = (text: string) => expect.objectContaining({ message: text });

describe('formats from ranges', () => {
  it.each([
    [0, 1, 8, 1, 'ufixed<8,0>'],
    [0, 1, 8, 0.5, 'ufixed<8,1>'],
    [-1, 1, 8, 0.5, 'fixed<8,2>'],
    [-1, 0.99, 8, 0.5, 'fixed<8,1>'],
    [0, 300, 4, 1, 'ufixed<4,9>'],
    [0, 0.01, 8, 1, 'ufixed<8,-6>'],
    [0, 0, 8, 1, 'ufixed<8,0>'],
  ])('[%d, %d] in %d bits, slack %d: %s', (low, high, width, slack, wanted) => {
    expect(printFormat(formatForRange(low, high, width, slack))).toBe(wanted);
  });

  it('holds the range, and no finer one would', () => {
    const real = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(real, real, fc.integer({ min: 2, max: 16 }), (a, b, width) => {
        const [low, high] = [Math.min(a, b, 0), Math.max(a, b, 0)];
        if (Math.max(-low, high) < 1e-6) return;
        const format = formatForRange(low, high, width, 0.5);
        const ends = rangeOf(format);
        const holds = (fraction: number) =>
          high * 2 ** fraction <= ends.high + 0.5 && low * 2 ** fraction >= ends.low - 0.5;
        expect(holds(fractionOf(format))).toBe(true);
        expect(holds(fractionOf(format) + 1)).toBe(false);
      }),
      { seed: 3 },
    );
  });
});

describe('auto', () => {
  it('keeps the class of every calibration row, and says what it tried', () => {
    const classes = ({ network, rows }: ReturnType<typeof study>) =>
      rows.map((row) => classOf(logitsOf(network)(row)));
    const studies = Array.from({ length: 12 }, (_, seed) => study(seed)).filter(
      (one) => new Set(classes(one)).size === 2,
    );
    expect(studies.length).toBeGreaterThanOrEqual(5);
    for (const { network, rows } of studies) {
      const wanted = classes({ network, rows });
      const { network: quantized, widths, tried } = quantizeNetwork({ network }, rows, DEFAULT_QUANTIZATION);
      expect(classify(quantized, rows)).toEqual(wanted);
      expect(widths.weights).toBe(tried[tried.length - 1].bits);
      const isAll = tried.map(({ agreement }) => agreement === 1);
      expect(isAll.slice(-2)).toEqual([true, true]);
      expect(isAll.slice(0, -1).some((all, at) => all && isAll[at + 1] && at < isAll.length - 2)).toBe(false);
    }
  });

  it('keeps 99 % of the spread of every output where no classes tell: of numbers, and of rows of one class', () => {
    const { network, rows } = study(2, 2);
    const last = network.layers[1];
    const oneClass = { ...network, layers: [network.layers[0], { ...last, bias: Float64Array.of(1000, 0) }] };
    for (const float of [{ ...network, head: 'values' as const }, oneClass]) {
      const { network: quantized, tried } = quantizeNetwork({ network: float }, rows, DEFAULT_QUANTIZATION);
      const { layers } = measureFidelity(float, quantized, rows, 'calibration');
      expect(layers[1].worst).toBeLessThan(0.01);
      expect(tried.at(-1)!.agreement).toBe(1 - layers[1].worst);
      expect(tried.slice(0, -2).every(({ agreement }) => agreement < 0.99)).toBe(true);
      expect(tried.at(-1)!.bits).toBeGreaterThan(6);
    }
  });

  it('is the same to the byte every time', () => {
    const text = () => {
      const { network, rows } = study(1, 3);
      return networkToJson(quantizeNetwork({ network }, rows, DEFAULT_QUANTIZATION).network);
    };
    expect(text()).toBe(text());
    expect(networkToJson(networkFromJson(text()))).toBe(text());
  });

  it('without rows no hidden activation can saturate', () => {
    const { network, rows } = study(7);
    const { network: quantized, tensors } = quantizeNetwork({ network }, [], config({ input: 'unit' }));
    const output = quantized.layers[0].output;
    const format = output === 'exact' ? undefined : output[0].format;
    const most = Math.max(...rows.map((row) => Math.max(...floatModel(network)(row)[0])));
    expect(format && rangeOf(format).high * 2 ** -fractionOf(format)).toBeGreaterThan(most);
    expect(tensors.find(({ tensor, layer }) => tensor === 'output' && layer === 'hidden')?.from).toBe(
      'worst case',
    );
  });

  it('without rows the worst case is that of the given input format', () => {
    const { network } = study(7);
    const wide = config({ bits: 8, input: 'fixed<8,4>' });
    const integers = (settings: ReturnType<typeof config>) => {
      const { output } = quantizeNetwork({ network }, [], settings).network.layers[0];
      return output === 'exact' ? undefined : output[0].format.integer;
    };
    expect(integers(wide)).toBeGreaterThanOrEqual((integers(config({ bits: 8, input: 'unit' })) ?? 0) + 2);
  });
});

describe('widths', () => {
  it('closer to the float network with more bits', () => {
    const { network, rows } = study(2);
    const errors = [4, 6, 8, 10].map((bits) => {
      const { network: quantized } = quantizeNetwork({ network }, rows, config({ bits }));
      const run = referenceModel(quantized);
      const scale = 2 ** -fractionOf(quantized.layers[1].bias.formats[0]);
      return Math.max(
        ...rows.map((row) =>
          Math.abs(run(inputCodes(quantized, row)).outputs[0] * scale - logitsOf(network)(row)[0]),
        ),
      );
    });
    expect(errors[1]).toBeLessThan(errors[0] / 2);
    expect(errors[2]).toBeLessThan(errors[1] / 2);
    expect(errors[3]).toBeLessThan(errors[2] / 2);
  });

  it('by unit each kernel column gets its own format', () => {
    const { network, rows } = study(2);
    const scaled: DenseChain = {
      ...network,
      layers: [
        {
          ...network.layers[0],
          kernel: mapped(network.layers[0].kernel, (w, at) => w * 4 ** -(at % 5)),
        },
        network.layers[1],
      ],
    };
    const { network: quantized } = quantizeNetwork(
      { network: scaled },
      rows,
      config({ bits: 8, granularity: 'unit' }),
    );
    const fractions = quantized.layers[0].kernel.formats.map(fractionOf);
    expect(new Set(fractions).size).toBeGreaterThanOrEqual(4);
    expect(quantized.layers[0].kernel.formats.every(({ width }) => width === 8)).toBe(true);
  });
});

describe('given formats', () => {
  it('keeps the codes of weights that lie on the grid', () => {
    const random = new Random(9, 'grid');
    const codes = Array.from({ length: 4 }, () => Array.from({ length: 3 }, () => random.integer(-32, 31)));
    const biases = [5, -17, 100];
    const network: DenseChain = chainOf({
      name: 'grid',
      inputs: 4,
      layers: [
        {
          kind: 'dense',
          name: 'output',
          kernel: codes.map((row) => row.map((code) => code * 2 ** -5)),
          bias: biases.map((code) => code * 2 ** -7),
          activation: 'linear',
        },
      ],
      head: 'argmax',
    });
    const layers = {
      output: { weights: 'fixed<6,1>', bias: { format: ['fixed<8,1>', 'fixed<8,1>', 'fixed<9,2>'] } },
    };
    const given = config({ input: 'fixed<8,3>', layers, rounding: 'TRN', overflow: 'WRAP' });
    const { network: quantized, tensors } = quantizeNetwork({ network }, [], given);
    expect(quantized.layers[0].kernel.codes).toEqual(codes);
    expect(quantized.layers[0].bias.codes).toEqual(biases);
    expect(quantized.input.formats.map(printFormat)).toEqual(Array(4).fill('fixed<8,3>'));
    expect(tensors.map(({ from }) => from)).toEqual(['given', 'given', 'given', 'exact']);
    expect(tensors[1]).toEqual({
      layer: 'output',
      tensor: 'weights',
      format: 'fixed<6,1>',
      from: 'given',
      maxError: 0,
      saturated: 0,
      vanished: 0,
      nonZeros: codes.flat().filter((code) => code !== 0).length,
      largest: Math.max(...codes.flat().map(Math.abs)) * 2 ** -5,
      typical: expect.any(Number),
      leastUnit:
        Math.min(...[0, 1, 2].map((unit) => Math.max(...codes.map((row) => Math.abs(row[unit]))))) * 2 ** -5,
    });
  });

  it('counts what does not fit', () => {
    const { network, rows } = study(3);
    const given = config({ layers: { hidden: { weights: 'fixed<3,1>' } } });
    const { tensors } = quantizeNetwork({ network }, rows, { ...given, bits: 8 });
    const record = tensors.find(({ tensor, layer }) => tensor === 'weights' && layer === 'hidden');
    const weights = network.layers[0].kernel.values;
    expect(record?.saturated).toBe(weights.filter((w) => w * 4 >= 4 || w * 4 <= -5).length);
    expect(record?.vanished).toBe(weights.filter((w) => w * 4 >= -0.5 && w * 4 < 0.5).length);
    expect(record?.vanished).toBeGreaterThan(0);
  });

  it('makes a sigmoid table', () => {
    const { network, rows } = study(4);
    const { network: quantized } = quantizeNetwork({ network }, rows, config({ bits: 8, probability: true }));
    const { head } = quantized;
    const codes = head.kind === 'binary' ? head.probability?.codes : undefined;
    expect(codes?.length).toBe(256);
    expect([codes?.[0], codes?.[128], codes?.[255]]).toEqual([0, 128, 255]);
    expect(codes?.[128 + 16]).toBe(Math.floor(256 / (1 + Math.exp(-1)) + 0.5));
  });
});

describe('formats of the inputs', () => {
  const formats = (rows: readonly (readonly number[])[], settings: object = { bits: 8 }) => {
    const network: DenseChain = chainOf({
      name: 'net',
      inputs: rows[0].length,
      layers: [
        {
          kind: 'dense',
          name: 'output',
          kernel: rows[0].map(() => [1]),
          bias: [0],
          activation: 'linear',
        },
      ],
      head: 'values',
    });
    return quantizeNetwork({ network }, rows, config(settings)).network.input.formats.map(printFormat);
  };

  it('0 to 1 where that is stated, whatever the rows', () => {
    expect(formats([[1680, 0.9]], { bits: 6, input: 'unit' })).toEqual(['ufixed<6,0>', 'ufixed<6,0>']);
  });

  it('are asked for where nothing tells of them', () => {
    expect(() => quantizeNetwork({ network: study(1).network }, [], config({ bits: 8 }))).toThrow(
      message(
        [
          'inputs of net: got weights, and nothing that says which values the inputs take, wanted one of',
          '--calibration FILE  a table of samples as the network was trained on: formats and widths follow from it',
          "--input FORMAT      the format of the inputs, such as 'ufixed<8,0>' (0 to 0.996, steps of 1/256) or " +
            "'fixed<12,4>' (−8 to 7.996)",
          '--input unit        for features that were scaled to 0…1 (in espalier.yaml the last two are ' +
            'quantization.input) [quantize/input-unknown]',
        ].join('\n'),
      ),
    );
  });
});

describe('refusals', () => {
  const { network, rows } = study(5);
  const quantizing = (plain: object, of = network) =>
    expect(() => quantizeNetwork({ network: of }, rows, config(plain)));

  it('an unknown layer', () => {
    quantizing({ layers: { hiden: { weights: 'fixed<8,1>' } } }).toThrow(
      message(
        'quantization.layers.hiden: got a layer that the network does not have, wanted one of hidden, output ' +
          '[quantize/layer]',
      ),
    );
  });

  it('a list of another length', () => {
    quantizing({ layers: { hidden: { output: ['ufixed<8,1>', 'ufixed<8,2>'] } } }).toThrow(
      message(
        'quantization.layers.hidden.output: got 2 formats, wanted one format for all, or 5 (one per unit) ' +
          '[quantize/units]',
      ),
    );
  });

  it('a probability of several logits', () => {
    quantizing({ probability: true, bits: 8 }, study(5, 3).network).toThrow(
      message(
        'quantization.probability: got a network with 3 outputs and the head argmax, wanted one logit with the head ' +
          'binary [quantize/probability]',
      ),
    );
  });
});
