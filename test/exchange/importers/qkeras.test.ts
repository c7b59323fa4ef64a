import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldFormats, withStated } from '../../../src/exchange/importers/formats.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import {
  ACTIVATION_QUANTIZERS,
  OTHER_QUANTIZERS,
} from '../../../src/exchange/importers/keras/quantizers/activations.js';
import { quantizerSpec } from '../../../src/exchange/importers/keras/quantizers/spec.js';
import { WEIGHT_QUANTIZERS } from '../../../src/exchange/importers/keras/quantizers/weights.js';
import { printFormat } from '../../../src/fixed/format.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { referenceModel } from '../../../src/network/reference.js';
import { DEFAULT_QUANTIZATION } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { type SavedLayer, writeHdf5 } from '../../support/keras-files.js';
import { messageOf } from '../../support/messages.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-qkeras-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const place = {
  config: (shape: { parse(given: unknown): unknown }, given: unknown) => shape.parse(given) as never,
  refuse: (got: string): never => {
    throw new Error(got);
  },
};

describe("QKeras' quantizers of weights", () => {
  const ROWS = [
    [0.3, -2, 0.04],
    [0.0625, 0.9375, -0.11],
    [-0.7, 0.1, 0.02],
    [0.26, -0.6, 0],
  ];
  const tensor = { shape: [4, 3], values: Float64Array.from(ROWS.flat(), Math.fround) };
  // What the definitions give in 32-bit floats, worked out by another program.
  it.each([
    ['quantized_bits(4, 1)', [0.25, -2, 0, 0, 1, 0, -0.75, 0, 0, 0.25, -0.5, 0], 'fixed<4,2>'],
    [
      'quantized_bits(4, 0, 1)',
      [0.25, -0.875, 0, 0, 0.875, -0.125, -0.75, 0.125, 0, 0.25, -0.625, 0],
      'fixed<4,1>',
    ],
    [
      'quantized_bits(3, 0, keep_negative=False)',
      [0.25, 0, 0, 0, 0.875, 0, 0, 0.125, 0, 0.25, 0, 0],
      'ufixed<3,0>',
    ],
    [
      "quantized_bits(4, 0, alpha='auto_po2')",
      [0.25, -1.75, 0.046875, 0.125, 1, -0.109375, -0.75, 0, 0.015625, 0.25, -0.5, 0],
      'fixed<4,1> fixed<4,2> fixed<4,-2>',
    ],
    ['binary', [1, -1, 1, 1, 1, -1, -1, 1, 1, 1, -1, 1], 'fixed<2,2>'],
    ['binary(alpha=0.5)', [0.5, -0.5, 0.5, 0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5, -0.5, 0.5], 'fixed<2,1>'],
    [
      "binary(alpha='auto_po2')",
      [0.25, -1, 0.03125, 0.25, 1, -0.03125, -0.25, 1, 0.03125, 0.25, -1, 0.03125],
      'fixed<2,0> fixed<2,2> fixed<2,-3>',
    ],
    ['ternary', [0, -1, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0], 'fixed<2,2>'],
    [
      "ternary(alpha='auto_po2')",
      [0.5, -1, 0.0625, 0, 1, -0.0625, -0.5, 0, 0, 0.5, -1, 0],
      'fixed<2,1> fixed<2,2> fixed<2,-2>',
    ],
    [
      'quantized_po2(4)',
      [0.25, -2, 0.0625, 0.0625, 1, -0.125, -0.5, 0.125, 0.0625, 0.25, -0.5, 0.0625],
      'fixed<5,1> fixed<6,3> fixed<3,-1>',
    ],
    [
      'quantized_po2(4, 0.5)',
      [0.25, -0.5, 0.03125, 0.0625, 0.5, -0.125, -0.5, 0.125, 0.015625, 0.25, -0.5, 0.00390625],
      'fixed<5,1> fixed<4,1> fixed<7,-1>',
    ],
  ])('%s', (text, wanted, formats) => {
    const spec = quantizerSpec(text)!;
    const given = WEIGHT_QUANTIZERS[spec.name](spec.config, tensor, place);
    expect(Array.from(given.values, (value) => value + 0)).toEqual(wanted);
    const names = formats.split(' ');
    expect(given.formats?.map(printFormat)).toEqual(names.length === 3 ? names : Array(3).fill(formats));
  });

  it.each([
    ["quantized_bits(4, 0, alpha='auto')", [0.3, -2, 0.0471429], [0.3, -0.5714286, 0]],
    ["binary(alpha='auto')", [0.330625, -0.909375, 0.0425], [0.330625, -0.909375, 0.0425]],
    ["ternary(alpha='auto')", [0.42, -1.46875, 0.075], [0.42, 0, 0]],
  ])('%s has scales that no format has', (text, first, last) => {
    const spec = quantizerSpec(text)!;
    const { values, formats } = WEIGHT_QUANTIZERS[spec.name](spec.config, tensor, place);
    const errors = [...first, ...last].map((value, at) => Math.abs(values[at < 3 ? at : at + 6] - value));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
    expect(formats).toBeUndefined();
  });

  it('a list has a scale for each number, and zeros no tiny one', () => {
    const spec = quantizerSpec("quantized_bits(4, 0, alpha='auto_po2')")!;
    const list = { shape: [3], values: Float64Array.from([0.3, -0.06, 0], Math.fround) };
    const { values, formats } = WEIGHT_QUANTIZERS[spec.name](spec.config, list, place);
    expect(Array.from(values)).toEqual([0.21875, -0.0625, 0]);
    expect(formats?.map(printFormat)).toEqual(['fixed<4,-1>', 'fixed<4,-1>', 'fixed<4,4>']);
  });
});

describe("QKeras' quantizers of values", () => {
  it.each([
    ['quantized_relu(6)', 'ufixed<6,0>', { kind: 'clip', bound: 63 / 64 }],
    ['quantized_relu(3, 1)', 'ufixed<3,1>', { kind: 'clip', bound: 1.75 }],
    [
      'quantized_relu(4, 2, relu_upper_bound=3, is_quantized_clip=False)',
      'ufixed<4,2>',
      { kind: 'clip', bound: 3 },
    ],
    ['quantized_bits(4, 1)', 'fixed<4,2>', { kind: 'clamp', low: -2, high: 1.75 }],
    ['quantized_bits(4, 1, 1)', 'fixed<4,2>', { kind: 'clamp', low: -1.75, high: 1.75 }],
    ['quantized_tanh(4)', 'fixed<4,1>', { kind: 'clamp', low: -1, high: 0.875 }],
  ])('%s', (text, format, activation) => {
    const spec = quantizerSpec(text)!;
    const given = ACTIVATION_QUANTIZERS[spec.name](spec.config, place);
    expect(printFormat(given.format)).toBe(format);
    expect(given.activation).toEqual(activation);
  });
});

const kernel = (name: string, shape: number[], values: number[]) => ({ name, shape, values });

/** A network whose weights, biases, inputs and values are quantized, with what it gives worked out by hand. */
async function network(change: (topology: string) => string = (topology) => topology) {
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 2] } },
    { class_name: 'QActivation', config: { name: 'quantize', activation: 'quantized_bits(4,1)' } },
    {
      class_name: 'QDense',
      config: {
        name: 'hidden',
        units: 2,
        kernel_quantizer: { class_name: 'quantized_bits', config: { bits: 4, integer: 0, alpha: 1 } },
        bias_quantizer: { class_name: 'quantized_bits', config: { bits: 4, integer: 1, alpha: 1 } },
      },
    },
    {
      class_name: 'QActivation',
      config: { name: 'act', activation: { class_name: 'quantized_relu', config: { bits: 3, integer: 1 } } },
    },
    {
      class_name: 'QDense',
      config: { name: 'logits', units: 1, use_bias: false, kernel_quantizer: 'binary(alpha=0.5)' },
    },
  ];
  const topology = JSON.stringify({ class_name: 'Sequential', config: { name: 'small', layers } });
  const saved: SavedLayer[] = [
    {
      name: 'hidden',
      className: 'QDense',
      weights: [
        // Codes of eighths: 2 and -8, 0 and 7; two ties go to even numbers.
        kernel('kernel', [2, 2], [0.3, -2, 0.0625, 0.9375]),
        // Quarters: 2 and 0.
        kernel('bias', [2], [0.375, -0.125]),
      ],
    },
    { name: 'logits', className: 'QDense', weights: [kernel('kernel', [2, 1], [0.2, -0.1])] },
  ];
  return writeHdf5(path.join(folder, 'small.h5'), saved, { topology: change(topology) });
}

it('a network of QKeras has its integers', async () => {
  const imported = importNetwork(await network());
  const folded = foldNetwork(imported.network);
  const config = withStated(DEFAULT_QUANTIZATION, foldFormats(imported.formats!, folded.foldings));
  const quantized = quantizeNetwork({ network: folded.network }, [], config).network;
  expect(quantized.input.formats.map(printFormat)).toEqual(['fixed<4,2>', 'fixed<4,2>']);
  expect(quantized.layers).toMatchObject([
    {
      name: 'hidden',
      kernel: {
        codes: [
          [2, -8],
          [0, 7],
        ],
      },
      bias: { codes: [2, 0] },
      activation: { kind: 'clip', bound: 1.75 },
    },
    { name: 'logits', kernel: { codes: [[1], [-1]] }, bias: { codes: [0] } },
  ]);
  const run = referenceModel(quantized);
  // Inputs are quarters, hidden codes quarters, outputs eighths.
  expect(run([4, -2]).layers).toEqual([[3, 0], [3]]);
  expect(run([1, 7]).layers).toEqual([[2, 5], [-3]]);
  expect(run([6, 0]).layers).toEqual([[4, 0], [4]]);
  expect(run([-8, 7]).layers).toEqual([[0, 7], [-7]]);
});

describe('what is refused', () => {
  const messageFor = async (from: string, to: string) => {
    const file = await network((topology) => {
      expect(topology).toContain(from);
      return topology.replace(from, to);
    });
    return messageOf(() => importNetwork(file)).replaceAll(folder + path.sep, '');
  };

  it('a quantizer of weights that is not known', async () => {
    expect(await messageFor('binary(alpha=0.5)', 'my_quantizer(4)')).toBe(
      'small.h5, layer logits (QDense): got kernel quantized by my_quantizer, wanted one of quantized_bits, ' +
        'quantized_linear, binary, ternary, quantized_po2, quantized_relu_po2 (train on with one of these, or save the model without the quantizer: compile rounds by ' +
        'itself) [exchange/import-quantizer]',
    );
  });

  const KNOWN = 'quantized_bits, quantized_linear, quantized_relu, quantized_tanh, quantized_sigmoid';
  it.each(Object.entries(OTHER_QUANTIZERS))('values quantized by %s', async (name, nearest) => {
    expect(await messageFor('"quantized_relu"', `"${name}"`)).toBe(
      `small.h5, layer act (QActivation): got values quantized by ${name}, wanted one of ${KNOWN} ` +
        `(nearest is ${nearest}) [exchange/import-quantizer]`,
    );
  });

  it.each(['tanh', 'sigmoid'])('the real %s', async (name) => {
    const call = `{"class_name":"quantized_${name}","config":{"bits":6,"use_real_${name}":1}}`;
    const relu = '{"class_name":"quantized_relu","config":{"bits":3,"integer":1}}';
    expect(await messageFor(relu, call)).toBe(
      `small.h5, layer act (QActivation): got use_real_${name}, wanted the hard one of QKeras: use_real_${name}=False ` +
        '(a table of whole sums would be needed: the hard one is two limits) [exchange/import-attribute]',
    );
  });

  it('a member of a quantizer that makes other numbers', async () => {
    expect(await messageFor('"bits":3,"integer":1', '"bits":3,"integer":1,"negative_slope":0.3')).toBe(
      'small.h5, layer act (QActivation): got negative_slope 0.3, wanted a power of two from 0.25 to 1/2, or 0 ' +
        '[exchange/import-attribute]',
    );
  });
});
