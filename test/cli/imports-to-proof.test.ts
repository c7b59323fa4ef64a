import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { newFolder, runCliIn } from '../support/cli.js';
import { ints, text, texts, writeGraph } from '../support/graph-models.js';
import { writeHdf5 } from '../support/keras-files.js';
import { onnxModel } from '../support/onnx.js';
import { reals } from '../support/onnx-runs.js';
import { sizeOf, type Values } from '../support/tensors.js';
import { tfliteModel } from '../support/tflite.js';
import { stateDict, torchZip } from '../support/torch.js';

/** Each kind of file that people bring: from the file to Verilog that is proved, with one command each. */

const random = new Random(31, 'imports to proofs');
const folder = newFolder('imports-to-proof');
const tensor = (...dims: number[]) => reals(random, ...dims);

const write = (name: string, content: string | Uint8Array) => writeFileSync(path.join(folder, name), content);

/** Samples of as many features, each from 0 to 1. */
function writeRows(columns: number): void {
  const line = () => Array.from({ length: columns }, () => random.float().toFixed(3)).join(',');
  write('rows.csv', `${Array.from({ length: 40 }, line).join('\n')}\n`);
}

async function expectProved(file: string, ...options: readonly string[]): Promise<void> {
  const out = path.parse(file).name;
  const compiled = await runCliIn(folder, 'compile', file, ...options, '--out', out);
  expect(compiled.status, compiled.stderr).toBe(0);
  const proved = await runCliIn(folder, 'prove', out);
  expect(proved.stdout).toContain('\nproved     for every input, every run of samples and every stall\n');
  expect(proved.status, proved.stderr).toBe(0);
}

it('a convolution with batch norm in ONNX', async () => {
  const tensors = {
    k1: tensor(3, 1, 3, 3),
    g: tensor(3),
    b: tensor(3),
    m: tensor(3),
    v: { dims: [3], values: [0.5, 1.5, 0.75] },
    w: tensor(3, 12),
    c: tensor(3),
  };
  const bytes = onnxModel({
    nodes: [
      { op: 'Conv', inputs: ['x', 'k1'], attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } },
      { op: 'BatchNormalization', inputs: ['v0', 'g', 'b', 'm', 'v'], floats: { epsilon: 1e-5 } },
      { op: 'Relu', inputs: ['v1'] },
      { op: 'MaxPool', inputs: ['v2'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['v3'] },
      { op: 'Gemm', inputs: ['v4', 'w', 'c'], attributes: { transB: 1 } },
      { op: 'Softmax', inputs: ['v5'] },
    ],
    tensors,
    input: ['batch', 1, 4, 4],
  });
  write('conv.onnx', bytes);
  writeRows(16);
  await expectProved('conv.onnx', '--calibration', 'rows.csv');
});

/** A sequential model of Keras 2. */
async function writeKeras(file: string, inputs: number, layers: readonly KerasLayer[]): Promise<void> {
  const named = layers.map((layer, at) => ({ ...layer, name: `layer${at}` }));
  const config = {
    name: path.parse(file).name,
    layers: [
      { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, inputs] } },
      ...named.map(({ name, className, config: own }) => ({
        class_name: className,
        config: { name, ...own },
      })),
    ],
  };
  const saved = named.map(({ name, className, weights = {} }) => ({
    name,
    className,
    weights: Object.entries(weights).map(([key, { dims, values }]) => ({ name: key, shape: dims, values })),
  }));
  await writeHdf5(path.join(folder, file), saved, {
    topology: JSON.stringify({ class_name: 'Sequential', config }),
  });
}
interface KerasLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, Values>>;
}
const kernels = (inputs: number, units: number) => ({ kernel: tensor(inputs, units), bias: tensor(units) });

it('a perceptron of Keras', async () => {
  await writeKeras('mlp.h5', 4, [
    { className: 'Dense', config: { units: 5, activation: 'relu' }, weights: kernels(4, 5) },
    { className: 'Dense', config: { units: 3, activation: 'softmax' }, weights: kernels(5, 3) },
  ]);
  writeRows(4);
  await expectProved('mlp.h5', '--calibration', 'rows.csv');
});

it('a perceptron of QKeras', async () => {
  const bits = (width: number, integer: number) => ({
    class_name: 'quantized_bits',
    config: { bits: width, integer, alpha: 1 },
  });
  const quantizers = { kernel_quantizer: bits(4, 1), bias_quantizer: bits(4, 1) };
  const relu = { class_name: 'quantized_relu', config: { bits: 4, integer: 2 } };
  await writeKeras('qkeras.h5', 4, [
    { className: 'QDense', config: { units: 5, ...quantizers }, weights: kernels(4, 5) },
    { className: 'QActivation', config: { activation: relu } },
    { className: 'QDense', config: { units: 3, ...quantizers }, weights: kernels(5, 3) },
    { className: 'Activation', config: { activation: 'softmax' } },
  ]);
  await expectProved('qkeras.h5', '--input', 'ufixed<6,0>');
});

it('a graph model of TensorFlow.js', async () => {
  const weight = (...dims: number[]) => ({ shape: dims, values: [...tensor(...dims).values] });
  const window = { padding: text('VALID'), data_format: text('NHWC') };
  const file = writeGraph(path.join(folder, 'tfjs'), {
    input: [1, 5, 5, 1],
    nodes: [
      {
        name: 'conv',
        op: '_FusedConv2D',
        input: ['x', 'k', 'b'],
        attr: { ...window, strides: ints(1, 1, 1, 1), fused_ops: texts('BiasAdd', 'Relu') },
      },
      { name: 'flat', op: 'Reshape', input: ['conv', 'shape'] },
      { name: 'dense', op: '_FusedMatMul', input: ['flat', 'w', 'c'], attr: { fused_ops: texts('BiasAdd') } },
      { name: 'softmax', op: 'Softmax', input: ['dense'] },
      { name: 'Identity', op: 'Identity', input: ['softmax'] },
    ],
    weights: {
      k: weight(3, 3, 1, 2),
      b: weight(2),
      shape: { shape: [2], values: [-1, 18], dtype: 'int32' },
      w: weight(18, 3),
      c: weight(3),
    },
  });
  writeRows(25);
  await expectProved(path.relative(folder, file), '--calibration', 'rows.csv', '--bits', '5');
});

it('a chain of Linear layers of PyTorch', async () => {
  const shaped = (...dims: number[]) => ({ shape: dims, values: [...tensor(...dims).values] });
  const state = { 'fc1.weight': shaped(5, 4), 'fc1.bias': shaped(5), 'fc2.weight': shaped(3, 5) };
  write('net.pt', torchZip(stateDict(state)));
  writeRows(4);
  await expectProved('net.pt', '--activation', 'relu', '--calibration', 'rows.csv');
});

it('whole numbers of TFLite', async () => {
  const int8 = (shape: number[], scale: number, zero: number) =>
    ({ shape, type: 'int8', scales: [scale], zeroPoints: [zero] }) as const;
  const weights = (...shape: number[]) => ({ ...int8(shape, 0.01, 0), data: codes(shape, 127) });
  const biases = (units: number, scale: number) =>
    ({ shape: [units], type: 'int32', scales: [scale], data: codes([units], 900) }) as const;
  const fused = (activation: number) => [8, [[0, 'int8', activation]]] as const;
  const bytes = tfliteModel({
    tensors: {
      x: int8([1, 4], 0.031, -9),
      w1: weights(5, 4),
      b1: biases(5, 0.00031),
      h: int8([1, 5], 0.019, -128),
      w2: weights(3, 5),
      b2: biases(3, 0.00019),
      y: int8([1, 3], 0.043, 7),
    },
    operators: [
      { op: 'FULLY_CONNECTED', version: 4, inputs: ['x', 'w1', 'b1'], output: 'h', options: fused(1) },
      { op: 'FULLY_CONNECTED', version: 4, inputs: ['h', 'w2', 'b2'], output: 'y', options: fused(0) },
    ],
  });
  write('whole.tflite', bytes);
  await expectProved('whole.tflite');
});

const codes = (shape: readonly number[], most: number) =>
  Array.from({ length: sizeOf(shape) }, () => random.integer(-most, most));
