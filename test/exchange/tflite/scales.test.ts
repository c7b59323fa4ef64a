import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { TfliteGraph } from '../../../src/exchange/tflite/graph.js';
import { writeGraph } from '../../../src/exchange/tflite/writer.js';
import { checkNetwork } from '../../../src/network/check.js';
import type { DenseLayer } from '../../../src/network/layers/dense.js';
import { type ScalingKernel, scaleOf } from '../../../src/network/real-scale.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { loadTflite } from '../../support/litert.js';

/** An int8 dense layer as a file has it: real = scale × (code − zero point). */
interface Int8Dense {
  readonly input: { readonly scale: number; readonly zeroPoint: number };
  /** One scale, or one per unit. */
  readonly weights: { readonly scales: readonly number[]; readonly zeroPoint: number };
  readonly output: { readonly scale: number; readonly zeroPoint: number };
  /** [unit][input] */
  readonly kernel: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

type Kernels = 'LiteRT' | 'XNNPACK';

const SUBNORMAL = Math.fround(1e-40);
const INPUTS = 6;
const UNITS = 200;

/**
 * Sums spread over all codes and beyond both ends, so that every code and many ties come. XNNPACK leaves a layer to
 * LiteRT's own kernels where its weights have a zero point, or a unit's scale is no normal number.
 */
function randomLayer(random: Random, perUnit: boolean, kernels: Kernels): Int8Dense {
  const scale = (exponent: number) => Math.fround(2 ** (exponent + 2 * random.float()));
  const input = { scale: scale(-7), zeroPoint: random.integer(-128, 127) };
  const scales = Array.from({ length: perUnit ? UNITS : 1 }, () => scale(-9));
  const isOwn = kernels === 'LiteRT';
  if (isOwn && perUnit) scales[UNITS - 1] = SUBNORMAL;
  const output = { scale: scale(-2), zeroPoint: random.integer(-128, 127) };
  const spread = (300 * output.scale) / (input.scale * 2 ** -8);
  return {
    input,
    weights: { scales, zeroPoint: isOwn && !perUnit ? 1 : 0 },
    output,
    kernel: Array.from({ length: UNITS }, () =>
      Array.from({ length: INPUTS }, () => random.integer(-127, 127)),
    ),
    bias: Array.from({ length: UNITS }, () => Math.round((random.float() - 0.5) * spread)),
  };
}

function graphOf({ input, weights, output, kernel, bias }: Int8Dense): TfliteGraph {
  const quantization = ({ scale, zeroPoint }: Int8Dense['input']) => ({ scales: [scale], zeroPoint });
  const biasScales = weights.scales.map((scale) => Math.fround(input.scale * scale));
  const constant = (name: string, shape: number[], type: 'INT8' | 'INT32', data: readonly number[]) => ({
    name,
    shape,
    type,
    data,
  });
  return {
    name: 'dense',
    description: '',
    input: 0,
    output: 3,
    operators: [
      { kind: 'fullyConnected', input: 0, weights: 1, bias: 2, output: 3, activation: 0, flavour: 'int8' },
    ],
    tensors: [
      { name: 'input', shape: [1, INPUTS], type: 'INT8', quantization: quantization(input) },
      { ...constant('weights', [UNITS, INPUTS], 'INT8', kernel.flat()), quantization: weights },
      {
        ...constant('bias', [UNITS], 'INT32', bias),
        quantization: { scales: biasScales, zeroPoint: 0 },
      },
      { name: 'output', shape: [1, UNITS], type: 'INT8', quantization: quantization(output) },
    ],
  };
}

/** What a kernel multiplies the sum of a unit by, as it works it out. */
const factorOf = ({ input, weights, output }: Int8Dense, unit: number, kernel: ScalingKernel): number => {
  const scale = weights.scales[weights.scales.length === 1 ? 0 : unit];
  if (kernel === 'float') return Math.fround(Math.fround(input.scale * scale) / output.scale);
  return weights.scales.length === 1
    ? Math.fround(input.scale * scale) / output.scale
    : (input.scale * scale) / output.scale;
};

/** The layer in whole numbers: zero points are in biases and limits, codes stand without them. */
function networkOf(layer: Int8Dense, kernel: ScalingKernel): QuantizedNetwork {
  const { input, weights, output } = layer;
  const kernels = layer.kernel.map((row) => row.map((code) => code - weights.zeroPoint));
  const fixed = (width: number) => ({ signed: true, width, integer: width });
  const dense: DenseLayer = {
    kind: 'dense',
    name: 'dense',
    kernel: {
      formats: Array(UNITS).fill(fixed(9)),
      codes: Array.from({ length: INPUTS }, (_, at) => kernels.map((row) => row[at])),
    },
    bias: {
      formats: Array(UNITS).fill(fixed(32)),
      codes: kernels.map((row, unit) => layer.bias[unit] - input.zeroPoint * row.reduce((a, b) => a + b)),
    },
    activation: 'linear',
    output: kernels.map((_, unit) => ({
      format: fixed(9),
      overflow: 'SAT',
      limits: { low: -128 - output.zeroPoint, high: 127 - output.zeroPoint },
      ...scaleOf(factorOf(layer, unit, kernel), kernel),
    })),
  };
  const network: QuantizedNetwork = {
    name: 'dense',
    input: { formats: Array(INPUTS).fill(fixed(8)), names: [] },
    layers: [dense],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
  checkNetwork(network);
  return network;
}

/** The sum of each unit. */
const sumsOf = ({ input, weights, kernel, bias }: Int8Dense, codes: readonly number[]): number[] =>
  kernel.map((row, unit) =>
    row.reduce(
      (sum, code, at) => sum + (code - weights.zeroPoint) * (codes[at] - input.zeroPoint),
      bias[unit],
    ),
  );

interface Comparison {
  readonly sum: number;
  readonly factor: number;
  readonly got: number;
  readonly wanted: number;
}

/** Every code of the interpreter beside ours, for random layers and inputs. */
async function compare(perUnit: boolean, kernels: Kernels, kernel: ScalingKernel): Promise<Comparison[]> {
  const random = new Random(7, `scales ${perUnit} ${kernels}`);
  const all: Comparison[] = [];
  for (let round = 0; round < 12; round++) {
    const layer = randomLayer(random, perUnit, kernels);
    const run = referenceModel(networkOf(layer, kernel));
    const model = await loadTflite(writeGraph(graphOf(layer)));
    for (let sample = 0; sample < 40; sample++) {
      const codes = Array.from({ length: INPUTS }, () => random.integer(-128, 127));
      const answer = await model.run(codes);
      const own = run(codes).outputs;
      sumsOf(layer, codes).forEach((sum, unit) => {
        const got = answer[unit] - layer.output.zeroPoint;
        all.push({ sum, factor: factorOf(layer, unit, kernel), got, wanted: own[unit] });
      });
    }
    model.delete();
  }
  return all;
}

const differing = (all: readonly Comparison[]) => all.filter(({ got, wanted }) => got !== wanted);

describe.each([
  ['one scale', false],
  ['one scale per unit', true],
] as const)('an int8 layer with %s, in LiteRT', (_, perUnit) => {
  it('is the network that rounds once, code by code, where its own kernels run it', async () => {
    const all = await compare(perUnit, 'LiteRT', 'once');
    expect(differing(all)).toHaveLength(0);
    expect(new Set(all.map(({ got }) => got)).size).toBeGreaterThan(250);
    expect(all.filter(({ sum }) => sum < 0).length).toBeGreaterThan(10_000);
    // The difference is felt: rounded twice, some are others.
    expect(differing(await compare(perUnit, 'LiteRT', 'twice')).length).toBeGreaterThan(3);
  });

  it('is the network of floating factors where XNNPACK runs it, unless its product becomes a tie', async () => {
    const all = await compare(perUnit, 'XNNPACK', 'float');
    const others = differing(all);
    for (const { sum, factor } of others) {
      const product = Math.abs(sum * factor);
      expect(product % 1).not.toBe(0.5);
      expect(Math.fround(product) % 1).toBe(0.5);
    }
    expect(others.length).toBeLessThan(all.length / 2000);
    expect(differing(await compare(perUnit, 'XNNPACK', 'twice')).length).toBeGreaterThan(3);
  });
});
