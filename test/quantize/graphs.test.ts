import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatActivation } from '../../src/float/activation.js';
import { foldNetwork } from '../../src/float/fold.js';
import type { FloatLayer, FloatNetwork } from '../../src/float/types.js';
import { placeLayers } from '../../src/network/graph.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { sizeOf } from '../../src/network/tensor.js';
import { measureFidelity } from '../../src/quantize/fidelity.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { judge } from '../../src/quantize/warnings.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { messageOf } from '../support/messages.js';

const random = new Random(5, 'graphs');
const numbers = (count: number, size = 1) =>
  Float64Array.from({ length: count }, () => random.normal() * size);
const config = (plain: object) => QUANTIZATION_SHAPE.parse(plain);

type Loose = FloatLayer & Record<string, unknown>;
const networkOf = (shape: readonly number[], layers: readonly Loose[]): FloatNetwork =>
  foldNetwork({ name: 'net', input: { shape }, layers, head: 'values' }).network;

const conv = (name: string, depth: number, channels: number, more: object = {}): Loose => ({
  kind: 'conv2d',
  name,
  kernel: { shape: [3, 3, depth, channels], values: numbers(9 * depth * channels, 0.3) },
  bias: numbers(channels, 0.2),
  strides: [1, 1],
  padding: 'same',
  dilation: [1, 1],
  groups: 1,
  activation: 'relu',
  ...more,
});
const dense = (
  name: string,
  inputs: number,
  units: number,
  activation: FloatActivation = 'linear',
): Loose => ({
  kind: 'dense',
  name,
  kernel: { shape: [inputs, units], values: numbers(inputs * units, 0.5) },
  bias: numbers(units, 0.2),
  activation,
});
const pooled = { window: [2, 2], strides: [2, 2], padding: 'valid' };

/** Two branches that meet again twice, pools, a depthwise convolution, a batch norm. */
function residual(): FloatNetwork {
  const norm = { gamma: numbers(4), beta: numbers(4), mean: numbers(4), variance: numbers(4).map(Math.abs) };
  return networkOf(
    [8, 8, 2],
    [
      conv('first', 2, 4, { activation: 'linear' }),
      { kind: 'batch_norm', name: 'norm', ...norm, epsilon: 0.1 },
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'max_pool', name: 'most', ...pooled },
      conv('deep', 1, 4, { groups: 4, activation: { kind: 'slopes', slopes: [0.2] } }),
      { kind: 'add', name: 'sum', from: ['deep', 'most'], signs: [1, 1], activation: 'relu' },
      { kind: 'concat', name: 'both', from: ['sum', 'most'], axis: 2 },
      {
        kind: 'average_pool',
        name: 'mean',
        ...pooled,
        padding: 'same',
        countPadding: false,
        activation: 'linear',
      },
      { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [32] } },
      dense('logits', 32, 3),
      { kind: 'move', name: 'named', move: { kind: 'reshape', shape: [1, 1, 3] } },
    ],
  );
}

const rowsOf = (network: FloatNetwork, count: number) =>
  Array.from({ length: count }, () => Array.from({ length: sizeOf(network.input) }, () => random.float()));

describe('a graph', () => {
  const float = residual();
  const rows = rowsOf(float, 60);
  const quantized = quantizeNetwork({ network: float }, rows, config({ bits: 12 }));

  it('keeps its layers, its shapes and its values', () => {
    const { network } = quantized;
    expect(network.layers.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'conv2d first',
      'max_pool most',
      'conv2d deep',
      'add sum',
      'concat both',
      'average_pool mean',
      'move flat',
      'dense logits',
      'move named',
    ]);
    expect(placeLayers(network).map(({ output }) => output.shape.join('x'))).toEqual([
      '8x8x4',
      '4x4x4',
      '4x4x4',
      '4x4x4',
      '4x4x8',
      '2x2x8',
      '32',
      '3',
      '1x1x3',
    ]);
    const { layers } = measureFidelity(float, network, rows, 'calibration');
    for (const { error, spread } of layers) expect(error / spread).toBeLessThan(0.02);
    expect(networkFromJson(networkToJson(network))).toEqual(network);
  });

  it('has exact logits, whatever moves them behind', () => {
    const record = quantized.tensors.find(({ layer, tensor }) => layer === 'logits' && tensor === 'output');
    expect(record?.format).toBe('exact');
  });

  it('needs more bits for less harm', () => {
    const harms = [4, 6, 8, 10].map((bits) => {
      const { network } = quantizeNetwork({ network: float }, rows, config({ bits }));
      return measureFidelity(float, network, rows, 'calibration').layers.at(-1)!.worst;
    });
    expect(harms).toEqual(harms.toSorted((a, b) => b - a));
    const { network, tensors } = quantizeNetwork({ network: float }, rows, config({ bits: 4 }));
    const { warnings } = judge(
      float,
      { network, tensors },
      { calibration: rows, data: [] },
      config({ bits: 4 }),
    );
    expect(warnings.map(({ code }) => code)).toContain('quantize/disagreement');
  });

  it('finds its widths, and holds its values without rows', () => {
    const { widths, tried } = quantizeNetwork({ network: float }, rows, config({}));
    expect(tried.at(-1)!.bits).toBe(widths.weights);
    expect(tried.at(-1)!.agreement).toBeGreaterThanOrEqual(0.99);
    const { network } = quantizeNetwork({ network: float }, [], config({ input: 'unit' }));
    const { layers } = measureFidelity(float, network, rows, 'data');
    expect(layers.at(-1)!.worst).toBeLessThan(0.05);
  });

  it('takes a format for each channel of its input', () => {
    const given = config({ bits: 8, input: ['ufixed<8,0>', 'ufixed<4,0>'] });
    const { network } = quantizeNetwork({ network: float }, rows, given);
    expect(network.input.formats.slice(0, 4).map(({ width }) => width)).toEqual([8, 4, 8, 4]);
    expect(
      messageOf(() =>
        quantizeNetwork({ network: float }, rows, config({ input: Array(128).fill('ufixed<8,0>') })),
      ),
    ).toBe(
      'quantization.input: got 128 formats, wanted one format for all, or 2 (one per unit) [quantize/units]',
    );
  });
});

describe('activations that integers do not have', () => {
  it.each<FloatActivation>([
    { kind: 'slopes', slopes: [0.3] },
    { kind: 'slopes', slopes: [0.3, 0.3, 0.3, 0.3] },
    { kind: 'clamp', low: -0.5, high: 0.75 },
    { kind: 'clamp', low: 0, high: 1 },
    { kind: 'clamp', low: 0.25 },
    { kind: 'curve', curve: 'sigmoid', parameters: [] },
    { kind: 'curve', curve: 'tanh', parameters: [] },
    { kind: 'curve', curve: 'hard_sigmoid', parameters: [0.2, 0.5] },
    { kind: 'curve', curve: 'hard_swish', parameters: [] },
    { kind: 'curve', curve: 'silu', parameters: [] },
    { kind: 'curve', curve: 'elu', parameters: [1] },
    { kind: 'curve', curve: 'selu', parameters: [1.7, 1.1] },
    { kind: 'curve', curve: 'gelu', parameters: [] },
    { kind: 'curve', curve: 'gelu_tanh', parameters: [] },
    { kind: 'curve', curve: 'mish', parameters: [] },
    { kind: 'curve', curve: 'softplus', parameters: [] },
    { kind: 'curve', curve: 'softsign', parameters: [] },
    {
      kind: 'table',
      step: 1 / 32,
      lowest: -100,
      rounding: 'RND',
      values: Array.from({ length: 200 }, (_, at) => Math.tanh((at - 100) / 32)),
    },
  ])('%j is a slope, limits or a table', (activation) => {
    const float = networkOf([6], [dense('hidden', 6, 4, activation), dense('output', 4, 2)]);
    const rows = rowsOf(float, 200);
    const { network } = quantizeNetwork({ network: float }, rows, config({ bits: 10 }));
    const { layers } = measureFidelity(float, network, rows, 'calibration');
    // A table's index has eight bits, whatever the width.
    expect(layers[0].worst).toBeLessThan(0.1);
    expect(layers[1].worst).toBeLessThan(0.12);
    expect(networkFromJson(networkToJson(network))).toEqual(network);
  });

  it('are a table at the end too', () => {
    const tanh: FloatActivation = { kind: 'curve', curve: 'tanh', parameters: [] };
    const float = networkOf([6], [dense('output', 6, 4, tanh)]);
    const { network } = quantizeNetwork({ network: float }, rowsOf(float, 50), config({ bits: 8 }));
    expect(placeLayers(network)[0].output.formats[0]).toEqual({ signed: true, width: 8, integer: 1 });
  });

  it('are refused where channels have slopes of their own, and where sums shall leave as they are', () => {
    const refused = (activation: FloatActivation, layers: object = {}) => {
      const float = networkOf([6], [dense('hidden', 6, 2, activation), dense('output', 2, 2)]);
      return messageOf(() =>
        quantizeNetwork({ network: float }, rowsOf(float, 5), config({ bits: 8, layers })),
      );
    };
    expect(refused({ kind: 'slopes', slopes: [0.1, 0.2] })).toBe(
      'layer hidden: got the activation prelu of 2 slopes, wanted one slope for all channels, from 0 to 1 (train it ' +
        'again with shared slopes (shared_axes in Keras)) [quantize/activation]',
    );
    const curve: FloatActivation = { kind: 'curve', curve: 'sigmoid', parameters: [] };
    expect(refused(curve, { hidden: { output: 'exact' } })).toBe(
      'quantization.layers.hidden.output: got exact, and the activation sigmoid, wanted a format: its values are ' +
        'rounded anyway [quantize/exact]',
    );
    const raw = { name: 'net', input: { shape: [2] }, head: 'values' } as const;
    const act: Loose = { kind: 'activation', name: 'act', activation: 'relu' };
    const layers = [act];
    expect(
      messageOf(() => quantizeNetwork({ network: { ...raw, layers } }, [[1, 2]], config({ bits: 8 }))),
    ).toBe(
      'layer act: got the kind activation, wanted one of dense, conv2d, max_pool, average_pool, add, concat, move, ' +
        'upsample, as a folded network has [quantize/kind]',
    );
  });
});
