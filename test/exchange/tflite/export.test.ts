import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { exportTflite, TFLITE_MODES, type TfliteModel } from '../../../src/exchange/tflite/export.js';
import { GRANULARITIES } from '../../../src/exchange/tflite/quantize.js';
import type { DenseChain } from '../../../src/float/chain.js';
import { inputsOf } from '../../../src/float/graph.js';
import { logitsOf } from '../../../src/float/model.js';
import { chainOf, layerOf, type RowLayer } from '../../support/chains.js';
import { loadTflite } from '../../support/litert.js';
import { messageOf } from '../../support/messages.js';
import { runGraph, runTflite } from '../../support/tflite-interpreter.js';
import { logitBound } from './bound.js';

/** Pruned layers, rows of zeros, weights of unequal sizes from unit to unit. */
function randomLayer(random: Random, name: string, inputs: number, units: number, last: boolean): RowLayer {
  const keep = random.pick([1, 0.5, 0.1]);
  const sizes = Array.from({ length: units }, () => random.pick([0.01, 0.5, 4]));
  const weight = (unit: number) => (random.float() < keep ? random.normal() * sizes[unit] : 0);
  return {
    kind: 'dense',
    name,
    kernel: Array.from({ length: inputs }, () => sizes.map((_, unit) => weight(unit))),
    bias: sizes.map(() => (random.float() < 0.3 ? 0 : random.normal())),
    activation: last || random.float() < 0.2 ? 'linear' : 'relu',
  };
}

function randomFloatNetwork(random: Random, head: DenseChain['head']): DenseChain {
  const hidden = Array.from({ length: random.integer(0, 2) }, () => random.integer(1, 17));
  const sizes = [random.integer(1, 33), ...hidden, head === 'binary' ? 1 : random.integer(2, 5)];
  const layers = sizes
    .slice(1)
    .map((units, index) =>
      randomLayer(random, `layer${index + 1}`, sizes[index], units, index === sizes.length - 2),
    );
  return chainOf({ name: 'random', inputs: sizes[0], layers, head });
}

/** Features around [0, 1], as a scaler leaves them. */
const randomRows = (random: Random, network: DenseChain, count: number): number[][] =>
  Array.from({ length: count }, () =>
    Array.from({ length: inputsOf(network) }, () => random.float() * 1.2 - 0.1),
  );

/** What goes into the interpreter: codes where the input is int8. */
function elementsOf({ graph }: TfliteModel, features: readonly number[]): number[] {
  const { quantization } = graph.tensors[graph.input];
  if (quantization === undefined) return features.map(Math.fround);
  const { scales, zeroPoint } = quantization;
  return features.map((value) => Math.min(Math.max(Math.round(value / scales[0]) + zeroPoint, -128), 127));
}

function valuesOf({ graph }: TfliteModel, elements: readonly number[]): number[] {
  const { quantization } = graph.tensors[graph.output];
  if (quantization === undefined) return [...elements];
  return elements.map((code) => quantization.scales[0] * (code - quantization.zeroPoint));
}

const softmax = (logits: readonly number[]) => {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0));
};

/** The trained network's own answer, and how far the model's may be from it. */
function expectation(network: DenseChain, model: TfliteModel, probability: boolean, row: number[]) {
  const logits = logitsOf(network)(row);
  const bound = logitBound(network, model.graph, row);
  if (!probability) return { values: logits, tolerance: bound };
  // Slopes of at most 1/4 and 1/2; int8 probabilities are 256ths and end at 255.
  const code = model.graph.tensors.some((tensor) => tensor.type === 'INT32') ? 1 / 256 : 0;
  if (network.head === 'binary') {
    return { values: logits.map((z) => 1 / (1 + Math.exp(-z))), tolerance: bound / 4 + code + 1e-6 };
  }
  return { values: softmax(logits), tolerance: bound / 2 + code + 1e-6 };
}

const MODE_CASES = TFLITE_MODES.flatMap((mode) =>
  (mode === 'int8' || mode === 'dynamic' ? GRANULARITIES : ['tensor' as const]).map(
    (granularity) => [mode, granularity] as const,
  ),
);

describe.each(MODE_CASES)('TFLite %s, one scale per %s, in LiteRT', (mode, granularity) => {
  it('answers as the trained network, within what its types can hold, and as our own interpreter', async () => {
    const random = new Random(21, `tflite ${mode} ${granularity}`);
    for (let round = 0; round < 40; round++) {
      const network = randomFloatNetwork(random, random.pick(['binary', 'argmax', 'values'] as const));
      const rows = randomRows(random, network, 12);
      const wantsProbability = network.head !== 'values' && random.float() < 0.5;
      const ends = random.pick(['int8', 'float32'] as const);
      const output = wantsProbability ? 'probability' : 'logits';
      const model = exportTflite(network, { mode, granularity, output, ends, calibration: rows });
      const interpreter = await loadTflite(model.bytes);
      for (const row of rows) {
        const elements = elementsOf(model, row);
        const answer = await interpreter.run(elements);
        const { values, tolerance } = expectation(network, model, wantsProbability, row);
        const where = `round ${round}, ${network.head}, ${output}, ${ends}`;
        expectWithin(valuesOf(model, answer), values, tolerance, where);
        expectSame(model, answer, runGraph(model.graph, elements), where);
        if (mode !== 'int8') expect(runTflite(model.graph, row)).toEqual(runGraph(model.graph, elements));
      }
      interpreter.delete();
    }
  });
});

function expectWithin(got: readonly number[], wanted: readonly number[], tolerance: number, where: string) {
  expect(got.length, where).toBe(wanted.length);
  got.forEach((value, unit) => {
    expect(Math.abs(value - wanted[unit]), `${where}, unit ${unit}`).toBeLessThanOrEqual(tolerance);
  });
}

/** Integers are equal, code by code; the interpreter's exponential may round a softmax to the next code. */
function expectSame(model: TfliteModel, got: readonly number[], own: readonly number[], where: string) {
  const kinds = model.graph.operators.map((operator) => operator.kind);
  const isInteger = model.graph.tensors.some((tensor) => tensor.type === 'INT32');
  if (isInteger && !kinds.includes('softmax')) {
    expect(got, where).toEqual(own);
    return;
  }
  got.forEach((value, unit) => {
    const scale = model.graph.tensors[model.graph.output].type === 'INT8' ? 1 : 1 / 256;
    const allowed = isInteger ? scale : 1e-5 * Math.max(1, Math.abs(own[unit]));
    expect(Math.abs(value - own[unit]), `${where}, unit ${unit}`).toBeLessThanOrEqual(allowed);
  });
}

/** Two inputs, one hidden unit that is pruned to one weight, one logit: four weights and biases in all. */
const SMALL: DenseChain = chainOf({
  name: 'small',
  inputs: 2,
  layers: [
    { kind: 'dense', name: 'hidden', kernel: [[0.3], [0]], bias: [0.1], activation: 'relu' },
    { kind: 'dense', name: 'logit', kernel: [[-2.54]], bias: [1], activation: 'linear' },
  ],
  head: 'binary',
});

describe('what the converter says of each tensor', () => {
  it('quantizes to int8 what was asked, however small', () => {
    const calibration = [
      [0, 0],
      [1, 1],
    ];
    const { tensors } = exportTflite(SMALL, { mode: 'int8', calibration });
    // Rows of the hidden layer give 0.1 and 0.4, the logit 0.746 and -0.016.
    const input = Math.fround(1 / 255);
    const hidden = Math.fround(0.4 / 255);
    const logit = Math.fround((1 - 0.254 + 0.016) / 255);
    const [first, second] = [Math.fround(0.3 / 127), Math.fround(2.54 / 127)];
    const firstBias = Math.fround(input * first);
    const secondBias = Math.fround(hidden * second);
    expect(tensors.map(({ maxError: _, ...rest }) => rest)).toEqual([
      activation('input', [1, 2], input, -128),
      constant('hidden/weights', 'INT8', [1, 2], 2, first),
      constant('hidden/bias', 'INT32', [1], 4, firstBias),
      activation('hidden/output', [1, 1], hidden, -128),
      constant('logit/weights', 'INT8', [1, 1], 1, second),
      constant('logit/bias', 'INT32', [1], 4, secondBias),
      activation('logit/output', [1, 1], logit, -123),
      activation('probability', [1, 1], 1 / 256, -128),
    ]);
    const errors = tensors.flatMap(({ maxError }) => (maxError === undefined ? [] : [maxError]));
    [first, firstBias, second, secondBias].forEach((scale, index) => {
      expect(errors[index]).toBeLessThanOrEqual(scale / 2);
    });
  });

  const activation = (name: string, shape: number[], scale: number, zeroPoint: number) => {
    return { name, role: 'activation', type: 'INT8', shape, bytes: 0, scales: [scale], zeroPoint };
  };
  const constant = (name: string, type: string, shape: number[], bytes: number, scale: number) => {
    return { name, role: 'constant', type, shape, bytes, scales: [scale], zeroPoint: 0 };
  };

  it('has int8 weights in a dynamic-range model of four numbers, and the interpreter feels it', async () => {
    const model = exportTflite(SMALL, { mode: 'dynamic', output: 'logits' });
    const weights = model.tensors.filter(({ name }) => name.endsWith('weights'));
    expect(weights.map(({ type, bytes }) => [type, bytes])).toEqual([
      ['INT8', 2],
      ['INT8', 1],
    ]);
    const interpreter = await loadTflite(model.bytes);
    const [answer] = await interpreter.run([0.337, 0.9]);
    interpreter.delete();
    const [exact] = logitsOf(SMALL)([0.337, 0.9]);
    expect(Math.abs(answer - exact)).toBeGreaterThan(1e-4);
    expect(Math.abs(answer - exact)).toBeLessThan(0.02);
  });

  it('gives one scale per unit on request', () => {
    const wide = { ...SMALL.layers[0], kernel: [[1, 0.5, 0]], bias: [0, 0, 0] };
    const network: DenseChain = chainOf({ name: 'wide', inputs: 1, layers: [wide], head: 'values' });
    const scalesOf = (granularity: 'tensor' | 'unit') =>
      exportTflite(network, { mode: 'dynamic', granularity }).tensors[1].scales;
    expect(scalesOf('tensor')).toEqual([Math.fround(1 / 127)]);
    expect(scalesOf('unit')).toEqual([Math.fround(1 / 127), Math.fround(0.5 / 127), 1]);
  });

  it('halves the constants in float16, and keeps float32 as it was', () => {
    const bytes = (mode: 'float16' | 'float32') =>
      exportTflite(SMALL, { mode }).tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    expect([bytes('float32'), bytes('float16')]).toEqual([20, 10]);
    const [, weights] = exportTflite(SMALL, { mode: 'float16' }).tensors;
    expect(weights).toEqual({
      name: 'hidden/weights/float16',
      role: 'constant',
      type: 'FLOAT16',
      shape: [1, 2],
      bytes: 4,
      maxError: 0.300048828125 - 0.3,
    });
  });
});

describe('int8 at its edges, in LiteRT', () => {
  const run = async (network: DenseChain, rows: number[][]) => {
    const model = exportTflite(network, { mode: 'int8', output: 'logits', calibration: rows });
    const interpreter = await loadTflite(model.bytes);
    const answers = [];
    for (const row of rows) {
      const answer = await interpreter.run(elementsOf(model, row));
      expect(answer).toEqual(runGraph(model.graph, elementsOf(model, row)));
      answers.push(valuesOf(model, answer));
    }
    interpreter.delete();
    return answers;
  };
  const single = (weight: number, bias: number): DenseChain =>
    chainOf({
      name: 'single',
      inputs: 1,
      layers: [{ kind: 'dense', name: 'only', kernel: [[weight]], bias: [bias], activation: 'linear' }],
      head: 'values',
    });

  it('a bias that dwarfs the weights keeps its 32 bits', async () => {
    const [[low], [high]] = await run(single(1e-9, 1), [[0], [1]]);
    expect([low, high]).toEqual([1, 1].map(Math.fround).map((one) => expect.closeTo(one, 2)));
  });

  it('a layer of zeros stays a layer of zeros', async () => {
    expect(await run(single(0, 0), [[0], [1]])).toEqual([[0], [0]]);
  });

  it('ties go to the even code', async () => {
    const kernel = [[127], [1]];
    const layer: RowLayer = { kind: 'dense', name: 'only', kernel, bias: [0], activation: 'linear' };
    const network: DenseChain = chainOf({ name: 'ties', inputs: 2, layers: [layer], head: 'values' });
    // The first two rows set the scales: 1 for inputs and weights, 2 for the output.
    const rows = [[4, 2], [0, 255], ...[1, 2, 3, 4, 5].map((x) => [0, x])];
    const answers = await run(network, rows);
    expect(answers.slice(2)).toEqual([[0], [2], [4], [4], [4]]);
  });

  it('features that never change have a scale all the same', async () => {
    expect(await run(single(2, 0), [[0], [0]])).toEqual([[0], [0]]);
  });
});

describe('an export', () => {
  it.each(TFLITE_MODES)('in %s has the same bytes every time', (mode) => {
    const bytes = () => exportTflite(SMALL, { mode, calibration: [[0, 1]] }).bytes;
    expect(bytes()).toEqual(bytes());
    expect(new TextDecoder().decode(bytes().slice(4, 8))).toBe('TFL3');
  });

  it.each([
    [{ mode: 'int8' }, 'small: got no rows'],
    [{ mode: 'int8', calibration: [[0, 1], [1]] }, 'small, calibration row 1: got 1 features'],
    [
      { mode: 'int8', calibration: [[0, Number.NaN]] },
      'small, calibration row 0: got a feature that is no number',
    ],
  ] as const)('refuses %j', (options, got) => {
    expect(() => exportTflite(SMALL, options)).toThrow(
      expect.objectContaining({
        message:
          `${got}, wanted rows of finite scaled features, one per input, to take the int8 ranges from ` +
          '(the rows of the training set will do) [exchange/tflite-calibration]',
      }),
    );
  });

  it('refuses the probability of values', () => {
    const values = { ...SMALL, head: 'values' } as const;
    expect(() => exportTflite(values, { mode: 'float32', output: 'probability' })).toThrow(
      expect.objectContaining({
        message:
          'small: got the output probability for a network with the head values, wanted the output logits, or a ' +
          'network with the head binary or argmax [exchange/tflite-probability]',
      }),
    );
    expect(exportTflite(values, { mode: 'float32' }).graph.operators).toHaveLength(2);
  });
});

describe('values of any size', () => {
  const layer = (name: string, kernel: number[][], bias: number[], last = false): RowLayer => ({
    kind: 'dense',
    name,
    kernel,
    bias,
    activation: last ? 'linear' : 'relu',
  });
  const network = (weight: number, bias: number): DenseChain =>
    chainOf({
      name: 'net',
      inputs: 2,
      layers: [
        layer(
          'hidden',
          [
            [1, weight],
            [0.5, weight],
          ],
          [0.25, bias],
        ),
        layer('output', [[1], [1]], [0.5], true),
      ],
      head: 'values',
    });
  const calibration = [
    [0, 1],
    [1, 0.5],
  ];

  it.each(GRANULARITIES)('a dead unit has the scale 1 and the codes 0: one scale per %s', (granularity) => {
    for (const weight of [1e-41, 1e-44, 0]) {
      const { graph } = exportTflite(network(weight, 0), { mode: 'int8', granularity, calibration });
      const weights = graph.tensors.find(({ name }) => name === 'hidden/weights');
      expect(weights?.data).toEqual([127, 64, 0, 0]);
      expect(weights?.quantization?.scales.at(-1)).toBe(granularity === 'unit' ? 1 : Math.fround(1 / 127));
      expect(runTflite(graph, [1, 0.5])[0]).toBeCloseTo(2, 1);
    }
  });

  it('all units dead, and inputs of nothing but zeros', () => {
    const dead = { ...network(0, 0), layers: [layerOf(layer('output', [[1e-42], [0]], [1e-43], true))] };
    const { graph } = exportTflite(dead, { mode: 'int8', calibration: [[0, 0]] });
    expect(graph.tensors.map(({ quantization }) => quantization?.scales)).toEqual([[1], [1], [1], [1]]);
    expect(runTflite(graph, [0, 0])).toEqual([0]);
  });

  it.each(TFLITE_MODES.filter((mode) => mode !== 'float16'))(
    'refuses what no 32-bit float holds: %s',
    (mode) => {
      expect(messageOf(() => exportTflite(network(1e42, 0), { mode, calibration }))).toBe(
        `net, hidden/weights: got values past ±3.4e38, wanted values that a 32-bit float ` +
          'holds (are the weights of this layer, and of those before it, right?) [exchange/tflite-range]',
      );
    },
  );
});
