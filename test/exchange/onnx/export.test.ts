import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import { exportOnnx } from '../../../src/exchange/onnx/export.js';
import { fractionOf, rangeOf } from '../../../src/fixed/format.js';
import { floatKindOf } from '../../../src/float/layers/index.js';
import { withParameter } from '../../../src/float/layers/parts.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { plannedNetwork, type ShortLayer } from '../../../src/learn/short-form.js';
import type { Activation } from '../../../src/network/activation.js';
import { inputTensor, placeLayers } from '../../../src/network/graph.js';
import type { UnitOutput } from '../../../src/network/layer-output.js';
import { referenceModel } from '../../../src/network/reference.js';
import { codeFormats, type Tensor } from '../../../src/network/tensor.js';
import type { Layer, QuantizedNetwork } from '../../../src/network/types.js';
import { compileConfig, type Overrides } from '../../../src/pipeline/compile-config.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { newFolder } from '../../support/cli.js';
import { randomGraph } from '../../support/graphs.js';
import { messageOf } from '../../support/messages.js';
import { randomInput } from '../../support/networks.js';
import { DOUBLE, type OnnxNode, readModel } from '../../support/onnx.js';
import { DEFINITIONS, defined, type Values } from '../../support/onnx-definitions.js';
import { even } from '../../support/tensors.js';

const folder = newFolder('onnx-export');
const generator = { version: '1.2.3', command: 'espalier export onnx' };
const random = new Random(4, 'onnx export');

/** A network of these layers with random weights, in whole numbers. */
function quantized(
  input: readonly number[],
  layers: readonly ShortLayer[],
  options: Overrides = {},
): QuantizedNetwork {
  const { network } = plannedNetwork('net', input, layers, 3);
  const weighted: FloatNetwork = {
    ...network,
    layers: network.layers.map((layer) =>
      floatKindOf(layer)
        .parameters(layer)
        .reduce(
          (one, { member, values }) =>
            withParameter(
              one,
              member,
              values.map(() => random.normal() / 2),
            ),
          layer,
        ),
    ),
  };
  const { quantization } = compileConfig(undefined, { bits: 5, input: 'fixed<5,2>', ...options });
  return quantizeNetwork({ network: weighted }, [], quantization).network;
}

function readBack(network: QuantizedNetwork): QuantizedNetwork {
  const file = path.join(folder, 'net.onnx');
  writeFileSync(file, exportOnnx(network, generator));
  return (importFile(file) as ImportedIntegers).integers;
}

/** What the outputs are worth. */
function outputsOf(network: QuantizedNetwork, codes: readonly number[]): number[] {
  const formats = codeFormats(placeLayers(network).at(-1)!.output);
  return referenceModel(network)(codes).outputs.map((code, at) => code * 2 ** -fractionOf(formats[at]));
}

const CONVOLUTION: readonly ShortLayer[] = [
  { conv: 4, kernel: 3, padding: 1, activation: 'relu', name: 'first' },
  { maxPool: 2 },
  { conv: 4, kernel: [2, 1], groups: 2, stride: 1, activation: 'relu', name: 'second' },
  { flatten: true },
  { dense: 3, name: 'last' },
];

describe('a network in ONNX is read back as the same integers', () => {
  it.each<[string, readonly number[], readonly ShortLayer[], Overrides]>([
    [
      'dense layers, rounded half to even',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 3 }],
      { rounding: 'RND_CONV' },
    ],
    [
      'dense layers, cut off',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 4 }, { dense: 3 }],
      { rounding: 'TRN' },
    ],
    [
      'dense layers, rounded half up',
      [4],
      [{ dense: 5, activation: 'relu' }, { dense: 4 }, { dense: 3 }],
      { rounding: 'RND' },
    ],
    ['convolutions', [6, 4, 2], CONVOLUTION, { rounding: 'RND_CONV' }],
    ['convolutions, rounded half up', [6, 4, 2], CONVOLUTION, { rounding: 'RND' }],
  ])('%s', (_, input, layers, options) => {
    const network = quantized(input, layers, options);
    const back = readBack(network);
    expect(inputTensor(back)).toEqual(inputTensor(network));
    const ranges = network.input.formats.map(rangeOf);
    for (let sample = 0; sample < 200; sample++) {
      const codes = ranges.map(({ low, high }) => random.integer(low, high));
      expect(outputsOf(back, codes)).toEqual(outputsOf(network, codes));
    }
  });
});

it('the same network gives the same bytes', () => {
  const network = quantized([4], [{ dense: 3 }]);
  expect(exportOnnx(network, generator)).toEqual(exportOnnx(network, generator));
});

/** Values in ONNX's order, channels first. */
function channelsFirst(shape: readonly number[], values: readonly number[]): number[] {
  if (shape.length === 1) return [...values];
  const [rows, columns, channels] = shape;
  const cells = rows * columns;
  return values.map((_, at) => values[(at % cells) * channels + Math.floor(at / cells)]);
}

const valuesOf = (tensor: Tensor, codes: readonly number[]): number[] => {
  const formats = codeFormats(tensor);
  return channelsFirst(
    tensor.shape,
    codes.map((code, at) => code * 2 ** -fractionOf(formats[at])),
  );
};

/** What ONNX's definitions make of an export is the reference's, and floats of 32 bits hold every number on the way. */
function expectDefined(network: QuantizedNetwork, random: Random, samples: number): void {
  const { model, doubles: long } = readModel(exportOnnx(network, generator));
  const input = inputTensor(network);
  const { output } = placeLayers(network).at(-1)!;
  const run = referenceModel(network);
  const doubles = new Set(long);
  if (model.inputType === DOUBLE) doubles.add('x');
  for (let sample = 0; sample < samples; sample++) {
    const codes = randomInput(random, network);
    const x = { dims: model.input as number[], values: valuesOf(input, codes) };
    const given = defined(model, x, (node, _, { values }) => {
      const isDouble =
        node.op === 'Cast' ? node.attributes?.to !== 1 : node.inputs.some((name) => doubles.has(name));
      if (isDouble) doubles.add(node.output!);
      else expect(values.map(Math.fround)).toEqual(values);
    });
    expect(given.values.map((value) => value + 0)).toEqual(
      valuesOf(output, run(codes).outputs).map((value) => value + 0),
    );
  }
}

it("every kind and every finish comes out of ONNX's definitions as the reference has it", () => {
  const drawn = new Random(9, 'onnx graphs');
  for (let graph = 0; graph < 60; graph++) expectDefined(randomGraph(drawn), drawn, 5);
  for (let graph = 0; graph < 20; graph++)
    expectDefined(randomGraph(drawn, { maxCodes: 40, maxInputs: 9 }), drawn, 5);
});

it('sums that 32 bits do not hold are added up in 64', () => {
  const network = quantized([4], [{ dense: 3, name: 'a' }], { bits: 16, input: 'fixed<16,2>' });
  const { model } = readModel(exportOnnx(network, generator));
  expect(model.nodes.some(({ op, attributes }) => op === 'Cast' && attributes?.to === DOUBLE)).toBe(true);
  expectDefined(network, random, 20);
});

it('Quant is defined in the file, as QONNX has it', () => {
  const { model, functions } = readModel(exportOnnx(quantized([3], [{ dense: 3 }]), generator));
  expect(model.opset).toBe(19);
  const quant = functions.Quant;
  for (const [signed, mode] of [
    [1, 'ROUND'],
    [0, 'FLOOR'],
    [1, 'HALF_UP'],
  ] as const) {
    const names = { signed, rounding_mode: mode } as Readonly<Record<string, number | string>>;
    const scalars = { scale: 0.25, zeropt: 0, bitwidth: 4 };
    for (const value of [-3, -0.375, -0.125, -0.3, 0, 0.125, 0.374, 0.375, 0.875, 3, 9]) {
      const known = new Map<string, Values>([['x', { dims: [], values: [value] }]]);
      for (const [name, one] of Object.entries(scalars)) known.set(name, { dims: [], values: [one] });
      for (const node of quant) known.set(node.output!, runInside(node, known, names));
      const wanted = DEFINITIONS.Quant(
        ['x', 'scale', 'zeropt', 'bitwidth'].map((name) => known.get(name) as Values),
        { op: 'Quant', inputs: [], attributes: { signed, narrow: 0, rounding_mode: mode } },
        19,
      );
      expect([mode, value, known.get('y')!.values[0] + 0]).toEqual([mode, value, wanted.values[0] + 0]);
    }
  }
});

/** A node of a function; texts are told apart as they are. */
function runInside(
  { op, inputs, attributes = {} }: OnnxNode,
  known: ReadonlyMap<string, Values>,
  names: Readonly<Record<string, number | string>>,
): Values {
  const [a, b, c] = inputs.map((name) => known.get(name)?.values[0] as number);
  const constant = (value: unknown) => names[value as string] ?? value;
  const of: Readonly<Record<string, () => unknown>> = {
    Cast: () => a,
    CastLike: () => a,
    Constant: () => constant(attributes.value_int ?? attributes.value_string),
    Equal: () => a === b,
    Where: () => (a ? b : c),
    Div: () => a / b,
    Add: () => a + b,
    Sub: () => a - b,
    Mul: () => a * b,
    Pow: () => a ** b,
    Floor: () => Math.floor(a),
    Round: () => even(a),
    Abs: () => Math.abs(a),
    Sign: () => Math.sign(a),
    Neg: () => -a,
    Max: () => Math.max(a, b),
    Min: () => Math.min(a, b),
  };
  return { dims: [], values: [of[op]() as number] };
}

/** The same outputs for random codes, read back: a map leaves with its channels first. */
function expectSame(network: QuantizedNetwork, samples: number): void {
  const back = readBack(network);
  const { output } = placeLayers(network).at(-1)!;
  const run = referenceModel(network);
  expect(inputTensor(back)).toEqual(inputTensor(network));
  for (let sample = 0; sample < samples; sample++) {
    const codes = randomInput(random, network);
    expect(outputsOf(back, codes)).toEqual(valuesOf(output, run(codes).outputs));
  }
}

describe('what a layer makes of its sums is read back as it was', () => {
  const format = (signed: boolean, width: number, integer: number) => ({ signed, width, integer });
  const [convolution] = quantized([6, 4, 2], CONVOLUTION).layers;
  const base = {
    ...quantized([6, 4, 2], CONVOLUTION),
    layers: [convolution],
    head: { kind: 'values' as const },
  };
  const withFinish = (activation: Activation, output: UnitOutput): QuantizedNetwork => ({
    ...base,
    layers: base.layers.map((layer) => ({ ...layer, activation, output: Array(4).fill(output) })),
  });
  const plain: UnitOutput = { format: format(true, 6, 3), rounding: 'RND_CONV', overflow: 'SAT' };
  const scale = { multiplier: 1234567891, shift: 34 };
  const table = {
    format: format(true, 5, 2),
    codes: Array.from({ length: 16 }, (_, at) => ((at * 7) % 31) - 15),
  };
  it.each<[string, Activation, UnitOutput]>([
    ['a slope', { kind: 'leaky_relu', multiplier: 3, shift: 4 }, plain],
    ['a slope, half up', { kind: 'leaky_relu', multiplier: 3, shift: 4 }, { ...plain, rounding: 'RND' }],
    ['a clip, half up', { kind: 'clip', bound: 3 }, { ...plain, rounding: 'RND' }],
    ['limits', 'linear', { ...plain, limits: { low: -5, high: 17 } }],
    ['a multiplier of 31 bits', 'linear', { ...plain, scale }],
    ['a multiplier, half up', 'relu', { ...plain, rounding: 'RND', scale }],
    ['a multiplier, cut off', 'relu', { ...plain, rounding: 'TRN', scale }],
    [
      'a multiplier, rounded twice',
      'linear',
      { ...plain, rounding: 'RND', scale: { ...scale, twice: true } },
    ],
    [
      'a multiplier and a slope',
      { kind: 'leaky_relu', multiplier: 1, shift: 3 },
      { ...plain, scale: { multiplier: 12345, shift: 18 } },
    ],
    ['a table', 'linear', { ...plain, format: format(true, 4, 2), table }],
    ['a table behind a ReLU', 'relu', { ...plain, format: format(false, 4, 2), rounding: 'RND', table }],
  ])('%s', (_, activation, output) => expectSame(withFinish(activation, output), 200));
});

describe('kinds that are read back as they were', () => {
  const finish = (units: number) => ({
    activation: 'linear' as const,
    output: Array<UnitOutput>(units).fill({
      format: { signed: true, width: 6, integer: 3 },
      rounding: 'RND_CONV',
      overflow: 'SAT',
    }),
  });
  const of = (...layers: Layer[]): QuantizedNetwork => ({
    ...quantized([6, 4, 2], CONVOLUTION),
    layers,
    head: { kind: 'values' },
  });
  const mean = {
    kind: 'average_pool',
    name: 'mean',
    channels: 2,
    window: [3, 2],
    strides: [2, 1],
    ...finish(2),
  };
  const reciprocal = { signed: false, width: 9, integer: 1 };
  const sum = { kind: 'add', units: 2, ...finish(2) };
  const twice = { ...sum, name: 'twice', from: ['input', 'input'], signs: [1, 1] } as Layer;
  it.each<[string, Layer[]]>([
    ['means', [{ ...mean, padding: [0, 0, 0, 0], countPadding: false, reciprocal } as Layer]],
    [
      'means that count padding',
      [{ ...mean, padding: [1, 1, 0, 1], countPadding: true, reciprocal } as Layer],
    ],
    [
      'a mean of all',
      [{ ...mean, window: [6, 4], padding: [0, 0, 0, 0], countPadding: false, reciprocal } as Layer],
    ],
    [
      'sums of three, with factors',
      [
        {
          ...sum,
          name: 'sum',
          from: ['input', 'input', 'input'],
          signs: [1, -1, 1],
          factors: [1, 3, 5],
        } as Layer,
      ],
    ],
    [
      'a pad and a concat of rows',
      [
        {
          kind: 'move',
          name: 'padded',
          from: ['twice'],
          move: { kind: 'pad', before: [1, 0, 1], after: [0, 2, 0] },
        } as Layer,
        { kind: 'concat', name: 'both', from: ['padded', 'padded'], axis: 0 } as Layer,
      ],
    ],
    [
      'a concat of channels, upsampled and cropped',
      [
        { kind: 'concat', name: 'both', from: ['twice', 'twice'], axis: 2 } as Layer,
        { kind: 'upsample', name: 'large', factors: [2, 3] } as Layer,
        { kind: 'move', name: 'part', move: { kind: 'crop', begin: [1, 2, 0], end: [9, 11, 3] } } as Layer,
      ],
    ],
    [
      'axes in another order',
      [
        { kind: 'move', name: 'turned', move: { kind: 'permute', axes: [2, 0, 1] } } as Layer,
        { kind: 'move', name: 'list', move: { kind: 'reshape', shape: [48] } } as Layer,
      ],
    ],
  ])('%s', (_, layers) => {
    const isMoved = layers.every(({ kind }) => ['move', 'concat', 'upsample'].includes(kind));
    const network = of(...(isMoved ? [twice] : []), ...layers);
    expectSame(network, 50);
    expectDefined(network, random, 5);
  });
});

it('what no float holds is refused with the layer', () => {
  const network = quantized([4], [{ dense: 3, name: 'a' }], { bits: 16, input: 'fixed<16,2>' });
  const scaled = { ...network, layers: network.layers.map((layer) => ({ ...layer, output: SCALED })) };
  expect(messageOf(() => exportOnnx(scaled, generator))).toMatch(
    /^layer a: got numbers of up to \d+ steps, wanted numbers below 9007199254740992, which 64-bit floats hold exactly: fewer bits \(--bits\): no other is written as ONNX \[exchange\/onnx\]$/,
  );
});

const SCALED = Array<UnitOutput>(3).fill({
  format: { signed: true, width: 20, integer: 12 },
  rounding: 'RND_CONV',
  overflow: 'SAT',
  scale: { multiplier: 2 ** 31 - 1, shift: 40 },
});
