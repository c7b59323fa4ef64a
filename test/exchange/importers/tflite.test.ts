import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { scaleRow } from '../../../src/data/scaler.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { OPERATORS } from '../../../src/exchange/importers/tflite/operators/index.js';
import { exportTflite } from '../../../src/exchange/tflite/export.js';
import type { FloatDense } from '../../../src/float/layers/dense.js';
import { logitsOf } from '../../../src/float/model.js';
import { kindOf } from '../../../src/network/layers/index.js';
import { referenceModel } from '../../../src/network/reference.js';
import { inputCodes } from '../../../src/quantize/input-codes.js';
import { chainOf } from '../../support/chains.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { type TestModel, type TestOperator, type TestTensor, tfliteModel } from '../../support/tflite.js';
import { fused, scale } from '../../support/tflite-cases/case.js';
import { tfliteReader } from '../../support/tflite-cases/reader.js';
import { runGraph } from '../../support/tflite-interpreter.js';

const folder = newFolder('tflite');

afterAll(() => rmSync(folder, { recursive: true }));

const { imported, integers, floats } = tfliteReader(folder);

describe('our own exports, read back', () => {
  const random = new Random(6, 'exports');
  const layer = (name: string, inputs: number, units: number, activation: 'relu' | 'linear') => ({
    kind: 'dense' as const,
    name,
    kernel: Array.from({ length: inputs }, () => Array.from({ length: units }, () => random.normal())),
    bias: Array.from({ length: units }, () => random.normal()),
    activation,
  });
  const network = chainOf({
    name: 'net',
    inputs: 6,
    layers: [layer('hidden', 6, 9, 'relu'), layer('output', 9, 3, 'linear')],
    head: 'argmax',
  });
  const calibration = Array.from({ length: 30 }, () => Array.from({ length: 6 }, () => random.normal()));

  it.each([
    ['tensor', 'int8'],
    ['unit', 'int8'],
    ['tensor', 'float32'],
  ] as const)('have the same integers, one scale per %s, ends %s', async (granularity, ends) => {
    const { bytes, graph } = exportTflite(network, { mode: 'int8', granularity, ends, calibration });
    const { integers: read, meanings, notes } = integers(bytes);
    const weights = graph.tensors.find(({ name }) => name === 'hidden/weights')!;
    expect(kindOf(read.layers[0]).weights(read.layers[0])[0].codes).toEqual(
      Array.from({ length: 54 }, (_, at) => weights.data![(at % 9) * 6 + Math.floor(at / 9)]),
    );
    expect(read.head).toEqual({ kind: 'argmax' });
    expect(notes.filter(({ what }) => what === 'dropped').map(({ from }) => from.split(' ')[0])).toContain(
      'probability',
    );
    const logits = exportTflite(network, { mode: 'int8', granularity, output: 'logits', calibration });
    const { offset } = meanings.findLast(({ layer: name }) => name === 'output_output')!;
    for (const row of calibration) {
      const codes = inputCodes(read, scaleRow(read.input.encoder!, row));
      expect(referenceModel(read)(codes).outputs.map((code) => code + offset)).toEqual(
        runGraph(logits.graph, codes),
      );
    }
  });

  it.each(['float32', 'float16', 'dynamic'] as const)('give the same values in %s', (mode) => {
    const { bytes, graph } = exportTflite(network, { mode, output: 'logits' });
    const { network: read } = floats(bytes);
    const weights = graph.tensors.find(({ name }) => name.startsWith('hidden/weights'))!;
    const scale = weights.quantization?.scales[0] ?? 1;
    const { kernel } = read.layers[0] as FloatDense;
    expect(Array.from(kernel.values)).toEqual(
      Array.from({ length: 54 }, (_, at) => scale * weights.data![(at % 9) * 6 + Math.floor(at / 9)]),
    );
    const tolerance = mode === 'float32' ? 1e-5 : 0.3;
    for (const row of calibration.slice(0, 5)) {
      const [got, wanted] = [read, network].map((one) => logitsOf(one)(row));
      got.forEach((value, at) => {
        expect(Math.abs(value - wanted[at])).toBeLessThan(tolerance);
      });
    }
  });
});

/** x × factor as TFLite's fixed point has it, worked out with whole numbers of any length. */
function fixedProduct(x: number, factor: number, isTwice: boolean): number {
  const exponent = Math.floor(Math.log2(factor)) + 1;
  const multiplier = BigInt(Math.round((factor / 2 ** exponent) * 2 ** 31));
  const product = BigInt(x) * multiplier;
  const half = (number: bigint, shift: bigint) => (number + (1n << (shift - 1n))) >> shift;
  const right = BigInt(-exponent);
  if (!isTwice || right === 0n) return Number(half(product, 31n + right));
  const first = half(product, 31n);
  return Number(first < 0n ? -half(-first, right) : half(first, right));
}

describe('ADD of int8', () => {
  it.each(['once', 'twice'] as const)('rounds %s where its kernels do', (kernels) => {
    const random = new Random(9, 'add');
    for (let round = 0; round < 10; round++) {
      const codes = () => ({ scales: [scale(random, -4)], zeroPoints: [random.integer(-128, 127)] });
      const tensor = (one: ReturnType<typeof codes>) => ({ shape: [1, 4], type: 'int8' as const, ...one });
      const [x, v, y] = [codes(), codes(), codes()];
      const bytes = tfliteModel({
        tensors: { x: tensor(x), v: tensor(v), y: tensor(y) },
        operators: [
          { op: 'RELU', version: 2, inputs: ['x'], output: 'v' },
          { op: 'ADD', version: 2, inputs: ['x', 'v'], output: 'y', options: fused(11, 0) },
        ],
      });
      const { integers: network, meanings } = integers(bytes, { kernels });
      const run = referenceModel(network);
      const relu = network.layers.findIndex(({ name }) => name === meanings[1].layer);
      const common = 2 * Math.max(x.scales[0], v.scales[0]);
      const lifted = (code: number, { scales }: typeof x) =>
        fixedProduct(code * 2 ** 20, scales[0] / common, kernels === 'twice');
      for (let sample = 0; sample < 60; sample++) {
        const given = Array.from({ length: 4 }, () => random.integer(-128, 127));
        const { outputs, layers } = run(given);
        outputs.forEach((code, at) => {
          const sum = lifted(given[at] - x.zeroPoints[0], x) + lifted(layers[relu][at], v);
          const wanted = fixedProduct(sum, common / (2 ** 20 * y.scales[0]), kernels === 'twice');
          const limited = Math.min(Math.max(wanted, -128 - y.zeroPoints[0]), 127 - y.zeroPoints[0]);
          expect(code).toBe(limited);
        });
      }
    }
  });
});

describe('what is refused', () => {
  const dense = (extra: Partial<TestModel> = {}): TestModel => ({
    tensors: {
      x: { shape: [1, 2] },
      w: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
      b: { shape: [3], data: [0, 0, 0] },
      y: { shape: [1, 3] },
    },
    operators: [{ op: 'FULLY_CONNECTED', inputs: ['x', 'w', 'b'], output: 'y', options: fused(8, 0) }],
    ...extra,
  });
  const withTensors = (tensors: Readonly<Record<string, TestTensor>>) =>
    dense({ tensors: { ...dense().tensors, ...tensors } });
  const int8 = { type: 'int8', scales: [0.1], zeroPoints: [0] } as const;

  it.each<readonly [string, TestModel, string]>([
    ['another version', dense({ version: 2 }), 'net.tflite, version: got 2, wanted 3 [exchange/import-file]'],
    [
      'two inputs',
      dense({ input: ['x', 'w'] }),
      'net.tflite: got 2 inputs (x, w), wanted one (save a model of one input, which slices cut up and a concatenation before it puts together) [exchange/import-inputs]',
    ],
    [
      'no outputs',
      dense({ output: [] }),
      'net.tflite: got 0 outputs (), wanted one (save a model of the one that hardware is to give; several lists of one meaning go through a concatenation) [exchange/import-outputs]',
    ],
    [
      'open lengths',
      withTensors({ x: { shape: [1, 1], signature: [-1, -1] } }),
      'net.tflite, input x: got a shape of ? x ?, wanted a shape of whole numbers, but for the batch (--shape states ' +
        "it in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    ],
    [
      'whole numbers of 16 bits',
      withTensors({ x: { shape: [1, 2], type: 'int16', scales: [0.001], zeroPoints: [0] } }),
      'net.tflite, input x: got elements of INT16, wanted FLOAT32, INT8 or UINT8 (convert the model with values of ' +
        'FLOAT32, or quantize it to INT8) [exchange/import-attribute]',
    ],
    [
      'a layer that gives whole numbers of 32 bits',
      withTensors({ y: { shape: [1, 3], type: 'int32', scales: [0.001], zeroPoints: [0] } }),
      'net.tflite, operator y (FULLY_CONNECTED): got elements of INT32, wanted FLOAT32, INT8 or UINT8 (convert the ' +
        'model with values of FLOAT32, or quantize it to INT8) [exchange/import-attribute]',
    ],
    [
      'a constant that is shorter than its shape',
      withTensors({ w: { shape: [3, 2], data: [1, 2] } }),
      'net.tflite, tensor w: got 8 bytes, wanted 24, as its shape says [exchange/import-file]',
    ],
    [
      'a scale that is none',
      withTensors({ w: { shape: [3, 2], type: 'int8', scales: [0], data: [1, 2, 3, 4, 5, 6] } }),
      'net.tflite, tensor w: got the scale 0, wanted a number above 0 [exchange/import-file]',
    ],
    [
      'scales of another number',
      withTensors({ w: { shape: [3, 2], type: 'int8', scales: [1, 2], data: [1, 2, 3, 4, 5, 6] } }),
      'net.tflite, tensor w: got 2 scales, wanted one, or one per item of axis 0 [exchange/import-file]',
    ],
    [
      'a tensor that nobody gives',
      dense({ operators: [{ op: 'RELU', inputs: ['y'], output: 'y' }] }),
      'net.tflite, operator y (RELU): got the tensor "y", wanted a tensor that an input, a constant or an operator ' +
        'before it gives (is there a cycle?) [exchange/import-file]',
    ],
    [
      'a tensor that two operators give',
      dense({ operators: [...dense().operators, ...dense().operators] }),
      'net.tflite, tensor y: got a second operator that gives it, wanted one [exchange/import-file]',
    ],
    [
      'classes at each place of a map',
      dense({
        tensors: { x: { shape: [1, 2, 2, 3] }, v: { shape: [1, 2, 2, 3] }, y: { shape: [1, 2, 2, 3] } },
        operators: [
          { op: 'RELU', inputs: ['x'], output: 'v' },
          { op: 'SOFTMAX', inputs: ['v'], output: 'y' },
        ],
      }),
      'net.tflite, operator y (SOFTMAX): got axis -1 of 1x2x2x3, wanted the axis of the classes, all others beside the ' +
        'batch 1 long [exchange/import-attribute]',
    ],
    [
      'the largest of all samples',
      withTensorsAnd({ axis: { shape: [], type: 'int32', data: [0] }, v: { shape: [1, 3] } }, [
        { ...dense().operators[0], output: 'v' },
        { op: 'ARG_MAX', inputs: ['v', 'axis'], output: 'y' },
      ]),
      'net.tflite, operator y (ARG_MAX): got axis 0 of 1x3, wanted the axis of the classes, all others beside the ' +
        'batch 1 long [exchange/import-attribute]',
    ],
    [
      'a softmax inside',
      withTensorsAnd({ v: { shape: [1, 2] } }, [
        { op: 'SOFTMAX', inputs: ['x'], output: 'v' },
        ...dense().operators.map((one) => ({ ...one, inputs: ['v', 'w', 'b'] })),
      ]),
      'net.tflite, operator v (SOFTMAX): got inside of the network, wanted at its end, where the class is the same ' +
        'without it [exchange/import-attribute]',
    ],
    [
      'whole numbers behind values',
      withTensorsAnd({ v: { shape: [1, 2], ...int8 }, y: { shape: [1, 2] } }, [
        { op: 'QUANTIZE', inputs: ['x'], output: 'v' },
        { op: 'TANH', inputs: ['v'], output: 'y' },
      ]),
      'net.tflite, operator y (TANH): got whole numbers and values, wanted values, or whole numbers throughout ' +
        '[exchange/import-attribute]',
    ],
    [
      'a fused activation of a number that none has',
      dense({ operators: [{ ...dense().operators[0], options: fused(8, 77) }] }),
      'net.tflite, operator y (FULLY_CONNECTED): got the fused activation 77, wanted none, RELU, RELU_N1_TO_1, RELU6 ' +
        'or TANH [exchange/import-attribute]',
    ],
  ])('%s', (_, model, message) => {
    expect(messageOf(() => imported(tfliteModel(model))).replaceAll(`${folder}/`, '')).toBe(message);
  });

  function withTensorsAnd(tensors: Readonly<Record<string, TestTensor>>, operators: readonly TestOperator[]) {
    return { ...withTensors(tensors), operators };
  }

  it('an operator that is not known, with the nearest that is', () => {
    const known = Object.keys(OPERATORS).join(', ');
    const got = (operator: TestOperator) =>
      messageOf(() => imported(tfliteModel(dense({ operators: [operator] })))).replaceAll(`${folder}/`, '');
    expect(got({ op: 'CONV_3D', inputs: ['x'], output: 'y' })).toBe(
      `net.tflite, operator y (CONV_3D): got the operator CONV_3D, wanted one of ${known} (did you mean CONV_2D?) ` +
        '[exchange/import-operator]',
    );
    expect(got({ op: 'CUSTOM', custom: 'Mine', inputs: ['x'], output: 'y' })).toBe(
      `net.tflite, operator y (CUSTOM): got the operator CUSTOM (Mine), wanted one of ${known} ` +
        '(export the model with these, or cut it before the operator) [exchange/import-operator]',
    );
  });

  it('weights that are no numbers', () => {
    const model = withTensors({ w: { shape: [3, 2], data: [1, 2, Number.NaN, 4, 5, 6] } });
    expect(messageOf(() => imported(tfliteModel(model)))).toContain('[exchange/import-not-finite]');
  });

  it('a file that is cut off, wherever it is', () => {
    const bytes = tfliteModel(dense());
    for (let length = 8; length < bytes.length; length += 3) {
      expect(messageOf(() => imported(bytes.subarray(0, length)))).toMatch(/\[(exchange|float)\//);
    }
  });

  it('the weights of a float network where whole numbers are wanted as values', () => {
    const { bytes } = exportTflite(
      chainOf({
        name: 'net',
        inputs: 1,
        layers: [{ kind: 'dense', name: 'only', kernel: [[1]], bias: [0], activation: 'linear' }],
        head: 'values',
      }),
      { mode: 'int8', calibration: [[0], [1]] },
    );
    const file = path.join(folder, 'net.tflite');
    writeFileSync(file, bytes);
    expect(messageOf(() => importNetwork(file)).replaceAll(`${folder}/`, '')).toBe(
      'net.tflite: got a network of whole numbers, wanted one of values (compile takes it as it is) ' +
        '[exchange/import-integers]',
    );
  });
});
