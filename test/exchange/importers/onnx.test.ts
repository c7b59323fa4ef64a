import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EspalierError } from '../../../src/core/errors.js';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import { messageOf } from '../../support/messages.js';
import { type OnnxModel, type OnnxNode, type OnnxTensor, onnxModel } from '../../support/onnx.js';
import { expectClose, floatOutputs } from '../../support/onnx-runs.js';

const random = new Random(11, 'onnx');
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-'));
  await tf.setBackend('cpu');
});
afterEach(() => rmSync(folder, { recursive: true }));

const tensor = (...dims: number[]): OnnxTensor => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => Math.fround(random.normal())),
});
const list = (...values: number[]): OnnxTensor => ({ dims: [values.length], values });
const whole = (...values: number[]): OnnxTensor => ({ dims: [values.length], values, type: 'int64' });
const tfOf = ({ dims, values }: OnnxTensor) => tf.tensor([...values], [...dims]);

function imported(model: OnnxModel | Uint8Array, shape?: number[]) {
  const file = path.join(folder, 'net.onnx');
  writeFileSync(file, model instanceof Uint8Array ? model : onnxModel(model));
  return importNetwork(file, shape === undefined ? {} : { shape });
}

/** What the network makes of values in ONNX's order, channels first. */
const run = (model: OnnxModel, input: OnnxTensor, shape?: number[]) =>
  floatOutputs(imported(model, shape).network, input);

describe('a convolutional network in ONNX', () => {
  const tensors = {
    w1: tensor(4, 2, 3, 3),
    b1: tensor(4),
    g: tensor(4),
    beta: tensor(4),
    m: tensor(4),
    v: list(0.5, 1, 2, 0.25),
    w2: tensor(4, 1, 3, 3),
    w3: tensor(3, 4),
    b3: tensor(3),
    low: { dims: [], values: [0] },
    high: { dims: [], values: [6] },
  };
  const nodes: OnnxNode[] = [
    {
      op: 'Conv',
      inputs: ['x', 'w1', 'b1'],
      name: '/features/conv1/Conv',
      attributes: { pads: [1, 1, 1, 1], strides: [1, 1], kernel_shape: [3, 3] },
    },
    { op: 'BatchNormalization', inputs: ['v0', 'g', 'beta', 'm', 'v'], floats: { epsilon: 0.001 } },
    { op: 'Relu', inputs: ['v1'] },
    { op: 'MaxPool', inputs: ['v2'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Conv', inputs: ['v3', 'w2'], attributes: { group: 4, pads: [0, 1, 2, 1], strides: [2, 1] } },
    { op: 'Clip', inputs: ['v4', 'low', 'high'] },
    { op: 'GlobalAveragePool', inputs: ['v5'] },
    { op: 'Flatten', inputs: ['v6'] },
    { op: 'Gemm', inputs: ['v7', 'w3', 'b3'], attributes: { transB: 1 } },
    { op: 'Softmax', inputs: ['v8'] },
  ];
  const model: OnnxModel = { nodes, tensors, input: ['batch', 2, 6, 8] };

  it('gives what TensorFlow.js gives', () => {
    const input = tensor(1, 2, 6, 8);
    const wanted = tf.tidy(() => {
      const x = tf.transpose(tfOf(input), [0, 2, 3, 1]) as tf.Tensor4D;
      const kernel = (one: OnnxTensor) => tf.transpose(tfOf(one), [2, 3, 1, 0]) as tf.Tensor4D;
      const first = tf.add(tf.conv2d(x, kernel(tensors.w1), 1, 'same'), tfOf(tensors.b1));
      const [m, v, beta, g] = [tensors.m, tensors.v, tensors.beta, tensors.g].map(
        (one) => tfOf(one) as tf.Tensor1D,
      );
      const norm = tf.relu(tf.batchNorm(first, m, v, beta, g, 0.001)) as tf.Tensor4D;
      const pooled = tf.maxPool(norm, 2, 2, 'valid');
      const padded = tf.pad(pooled, [
        [0, 0],
        [0, 2],
        [1, 1],
        [0, 0],
      ]);
      const deep = tf.transpose(tfOf(tensors.w2), [2, 3, 0, 1]) as tf.Tensor4D;
      // TensorFlow.js has no unequal strides for depthwise kernels: every second row of those of stride 1.
      const dense = tf.depthwiseConv2d(padded, deep, 1, 'valid');
      const rows = tf.gather(dense, tf.range(0, dense.shape[1], 2, 'int32'), 1);
      const mean = tf.mean(tf.clipByValue(rows, 0, 6), [1, 2]) as tf.Tensor2D;
      return tf
        .add(tf.matMul(mean, tfOf(tensors.w3) as tf.Tensor2D, false, true), tfOf(tensors.b3))
        .dataSync();
    });
    expectClose(run(model, input), wanted);
  });

  it('says what became of everything', () => {
    const { network, notes, format } = imported(model);
    expect(format).toBe('onnx');
    expect(network.head).toBe('argmax');
    expect(network.input.shape).toEqual([6, 8, 2]);
    const { network: folded, foldings } = foldNetwork(network);
    expect(folded.layers.map(({ kind }) => kind)).toEqual([
      'conv2d',
      'max_pool',
      'conv2d',
      'average_pool',
      'move',
      'dense',
    ]);
    expect(folded.layers[0].name).toBe('features_conv1_Conv');
    expect(foldings.map(({ kind, into }) => `${kind} in ${into}`)).toEqual([
      'batch_norm in features_conv1_Conv',
      'activation in features_conv1_Conv',
      'activation in v4',
    ]);
    expect(notes.filter(({ what }) => what === 'dropped')).toEqual([
      { from: 'y (Softmax)', what: 'dropped', into: 'the class is the same without it (head argmax)' },
    ]);
  });
});

describe('operators of ONNX, by their definition', () => {
  const x = list(-2, -0.5, 0, 1, 3);
  const on = (op: string, more: Partial<OnnxNode> = {}, tensors: OnnxModel['tensors'] = {}, opset = 17) =>
    run({ nodes: [{ op, inputs: ['x'], ...more }], tensors, input: [1, 5], opset }, { ...x, dims: [1, 5] });

  it.each<[string, Partial<OnnxNode>, number[]]>([
    ['Relu', {}, [0, 0, 0, 1, 3]],
    ['LeakyRelu', { floats: { alpha: 0.1 } }, [-0.2, -0.05, 0, 1, 3]],
    ['LeakyRelu', {}, [-0.02, -0.005, 0, 1, 3]],
    ['Sigmoid', {}, [0.119203, 0.377541, 0.5, 0.731059, 0.952574]],
    ['Tanh', {}, [-0.964028, -0.462117, 0, 0.761594, 0.995055]],
    ['HardSigmoid', {}, [0.1, 0.4, 0.5, 0.7, 1]],
    ['HardSwish', {}, [-0.333333, -0.208333, 0, 0.666667, 3]],
    ['Elu', {}, [-0.864665, -0.393469, 0, 1, 3]],
    ['Selu', {}, [-1.520166, -0.691758, 0, 1.050701, 3.152103]],
    ['Selu', { floats: { alpha: 2, gamma: 3 } }, [-5.187988, -2.360816, 0, 3, 9]],
    ['Gelu', {}, [-0.0455, -0.154269, 0, 0.841345, 2.99595]],
    ['Gelu', { attributes: { approximate: 'tanh' } }, [-0.045402, -0.154286, 0, 0.841192, 2.996363]],
    ['Mish', {}, [-0.252501, -0.220744, 0, 0.865098, 2.986535]],
    ['Softplus', {}, [0.126928, 0.474077, Math.LN2, 1.313262, 3.048587]],
    ['Softsign', {}, [-0.666667, -0.333333, 0, 0.5, 0.75]],
  ])('%s', (op, more, wanted) => {
    expectClose(on(op, more), wanted);
  });

  it('Clip with bounds as inputs, as attributes, and with one', () => {
    expectClose(
      on(
        'Clip',
        { inputs: ['x', 'a', 'b'] },
        { a: { dims: [], values: [-1] }, b: { dims: [], values: [2] } },
      ),
      [-1, -0.5, 0, 1, 2],
    );
    expectClose(on('Clip', { floats: { min: -1, max: 0.5 } }, {}, 7), [-1, -0.5, 0, 0.5, 0.5]);
    expectClose(
      on('Clip', { inputs: ['x', '', 'b'] }, { b: { dims: [], values: [2] } }),
      [-2, -0.5, 0, 1, 2],
    );
  });

  it('arithmetic with constants, on either side', () => {
    const c = { c: list(1, 2, 4, 8, 16) };
    expectClose(on('Add', { inputs: ['x', 'c'] }, c), [-1, 1.5, 4, 9, 19]);
    expectClose(on('Sub', { inputs: ['c', 'x'] }, c), [3, 2.5, 4, 7, 13]);
    expectClose(on('Mul', { inputs: ['x', 'c'] }, c), [-2, -1, 0, 8, 48]);
    expectClose(on('Div', { inputs: ['x', 'c'] }, c), [-2, -0.25, 0, 0.125, 0.1875]);
    expectClose(on('PRelu', { inputs: ['x', 'c'] }, { c: list(0.5, 0.1, 1, 1, 1) }), [-1, -0.05, 0, 1, 3]);
  });

  it('Gemm with factors, MatMul with a bias', () => {
    const tensors = { w: { dims: [2, 3], values: [1, 2, 3, 4, 5, 6] }, b: list(10, 20, 30) };
    const input = { dims: [1, 2], values: [1, -1] };
    const gemm: OnnxNode = { op: 'Gemm', inputs: ['x', 'w', 'b'], floats: { alpha: 2, beta: 0.5 } };
    // 2 (1, -1) W + b / 2
    expectClose(run({ nodes: [gemm], tensors, input: [1, 2] }, input), [-1, 4, 9]);
    const sum: OnnxNode[] = [
      { op: 'MatMul', inputs: ['x', 'w'] },
      { op: 'Add', inputs: ['b', 'v0'] },
    ];
    expectClose(run({ nodes: sum, tensors, input: [1, 2] }, input), [7, 17, 27]);
  });

  /** Two channels of 2 x 3. */
  const map = { dims: [1, 2, 2, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
  const onMap = (nodes: readonly OnnxNode[], tensors: OnnxModel['tensors'] = {}, opset = 17) =>
    run({ nodes, tensors, input: ['n', 2, 2, 3], opset }, map);

  it('Flatten and Reshape keep the order of channels first, also by the way of Shape, Gather and Concat', () => {
    expectClose(onMap([{ op: 'Flatten', inputs: ['x'] }]), map.values);
    expectClose(onMap([{ op: 'Reshape', inputs: ['x', 's'] }], { s: whole(0, -1) }), map.values);
    const chain: OnnxNode[] = [
      { op: 'Shape', inputs: ['x'] },
      { op: 'Gather', inputs: ['v0', 'zero'], attributes: { axis: 0 } },
      { op: 'Unsqueeze', inputs: ['v1', 'axes'] },
      { op: 'Concat', inputs: ['v2', 'rest'], attributes: { axis: 0 } },
      { op: 'Reshape', inputs: ['x', 'v3'] },
    ];
    const tensors = { zero: { ...whole(0), dims: [] }, axes: whole(0), rest: whole(-1) };
    expectClose(onMap(chain, tensors), map.values);
  });

  it('Transpose, Pad, Slice, Concat and Resize', () => {
    expectClose(
      onMap([{ op: 'Transpose', inputs: ['x'], attributes: { perm: [0, 2, 3, 1] } }]),
      [1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 6, 12],
    );
    expectClose(
      onMap([{ op: 'Slice', inputs: ['x', 'a', 'b', 'c'] }], {
        a: whole(1, -2),
        b: whole(2, 99),
        c: whole(1, 3),
      }),
      [8, 9, 11, 12],
    );
    expectClose(
      onMap(
        [
          { op: 'Slice', inputs: ['x', 'a', 'b', 'c'] },
          { op: 'Pad', inputs: ['v0', 'p'] },
        ],
        { a: whole(0), b: whole(1), c: whole(1), p: whole(0, 0, 1, 0, 0, 0, 0, 1) },
      ),
      [0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0],
    );
    const [a, b] = [{ a: whole(0), b: whole(1), c: whole(2) }, map.values];
    const both: OnnxNode[] = [
      { op: 'Slice', inputs: ['x', 'a', 'b', 'c'] },
      { op: 'Concat', inputs: ['v0', 'x'], attributes: { axis: 2 } },
    ];
    expectClose(onMap(both, a), [1, 2, 3, ...b.slice(0, 6), 7, 8, 9, ...b.slice(6)]);
    expectClose(
      onMap([{ op: 'Resize', inputs: ['x', '', 's'] }], { s: list(1, 1, 1, 2) }),
      [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12],
    );
  });

  it('pools: with padding that counts or does not, SAME_LOWER, ceil_mode', () => {
    const pool = (op: string, attributes: OnnxNode['attributes']) =>
      onMap([{ op, inputs: ['x'], attributes: { kernel_shape: [2, 2], ...attributes } }]);
    expectClose(pool('MaxPool', { strides: [1, 1] }), [5, 6, 11, 12]);
    expectClose(pool('MaxPool', { strides: [2, 2], ceil_mode: 1 }), [5, 6, 11, 12]);
    expectClose(pool('MaxPool', { auto_pad: 'SAME_LOWER', strides: [2, 2] }), [4, 6, 10, 12]);
    expectClose(pool('AveragePool', { pads: [0, 0, 0, 1], strides: [1, 2] }), [3, 4.5, 9, 10.5]);
    expectClose(
      pool('AveragePool', { pads: [0, 0, 0, 1], strides: [1, 2], count_include_pad: 1 }),
      [3, 2.25, 9, 5.25],
    );
    expectClose(
      onMap([{ op: 'ReduceMean', inputs: ['x'], attributes: { axes: [-2, -1], keepdims: 0 } }]),
      [3.5, 9.5],
    );
  });

  it('a residual sum, and a network that puts its channels first itself', () => {
    const twice: OnnxNode[] = [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Add', inputs: ['v0', 'x'] },
    ];
    expectClose(
      onMap(twice),
      map.values.map((value) => 2 * value),
    );
    const turned: OnnxNode[] = [
      { op: 'Transpose', inputs: ['x'], attributes: { perm: [0, 3, 1, 2] } },
      { op: 'Conv', inputs: ['v0', 'w'] },
    ];
    const model: OnnxModel = {
      nodes: turned,
      tensors: { w: { dims: [1, 2, 1, 1], values: [1, 10] } },
      input: [1, 2, 3, 2],
    };
    const { network } = imported(model);
    expect(network.input.shape).toEqual([2, 3, 2]);
    expect(network.layers.map(({ kind }) => kind)).toEqual(['conv2d', 'move']);
    const [, given] = floatModel(network)([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(Array.from(given)).toEqual([21, 43, 65, 87, 109, 131]);
  });

  it('a signal is a map of height 1', () => {
    const nodes: OnnxNode[] = [
      { op: 'Conv', inputs: ['x', 'w'], attributes: { pads: [1, 0], strides: [2] } },
    ];
    const tensors = { w: { dims: [1, 2, 2], values: [1, 2, 3, 4] } };
    const { network } = imported({ nodes, tensors, input: [1, 2, 4] });
    expect(network.input.shape).toEqual([1, 4, 2]);
    // Channel 0: 1 2 3 4, channel 1: 5 6 7 8, one zero before.
    const [given] = floatModel(network)([1, 5, 2, 6, 3, 7, 4, 8]);
    expect(Array.from(given)).toEqual([2 + 20, 2 + 6 + 18 + 28]);
  });
});

describe('a file of ONNX', () => {
  const nodes: OnnxNode[] = [{ op: 'Gemm', inputs: ['x', 'w'], name: 'fc' }];
  const tensors = { w: { dims: [2, 2], values: [1, 2, 3, 4] } };

  it('may have its numbers in another file', () => {
    writeFileSync(path.join(folder, 'net.bin'), new Uint8Array(Float32Array.from([0, 1, 2, 3, 4]).buffer));
    const external = (location: string, offset: string) => ({
      dims: [2, 2],
      data_type: 1,
      data_location: 1,
      external_data: [
        { key: 'location', value: location },
        { key: 'offset', value: offset },
        { key: 'length', value: '16' },
      ],
    });
    expectClose(
      run(
        { nodes, tensors: { w: external('net.bin', '4') }, input: [1, 2] },
        { dims: [1, 2], values: [1, 1] },
      ),
      [4, 6],
    );
    const refused = (location: string, offset: string) =>
      messageOf(() =>
        imported({ nodes, tensors: { w: external(location, offset) }, input: [1, 2] }),
      ).replaceAll(folder, 'DIR');
    expect(refused('net.bin', '8')).toBe(
      'DIR/net.onnx, tensor w: got bytes 8 to 24 of net.bin, wanted at most 20 (the file is cut off or broken: fetch or save it again) [exchange/import-truncated]',
    );
    for (const location of ['../net.bin', '/etc/passwd', 'a/../../b']) {
      expect(refused(location, '0')).toBe(
        `DIR/net.onnx, tensor w: got ${JSON.stringify(location)}, wanted the name of a file in the model's folder [exchange/import-file]`,
      );
    }
  });

  it.each<[string, Partial<OnnxModel>, string]>([
    [
      'an operator that nobody knows',
      { nodes: [{ op: 'LSTM', inputs: ['x'], name: 'r' }] },
      'DIR/net.onnx, node r (LSTM): got the operator LSTM, wanted one of Gemm, MatMul, ',
    ],
    [
      'one of another domain',
      { nodes: [{ op: 'Gelu', inputs: ['x'], name: 'g', domain: 'org.other' }] },
      'DIR/net.onnx, node g (Gelu): got the operator org.other.Gelu, wanted one of ',
    ],
    [
      'a cycle',
      { nodes: [{ op: 'Add', inputs: ['x', 'y'], name: 'a' }] },
      'DIR/net.onnx, node a (Add): got the input "y", wanted a name that an input, a constant or a node before it gives (is there a cycle?) [exchange/import-file]',
    ],
    [
      'an opset of tomorrow',
      { opset: 99 },
      'DIR/net.onnx, opset: got 99, wanted 7 to 23 (onnx.version_converter converts a model to another opset) [exchange/import-opset]',
    ],
    [
      'an open length',
      { input: [1, 'features'] },
      "DIR/net.onnx, input x: got a shape of 1 x ?, wanted a shape of whole numbers, but for the batch (--shape states it in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    ],
    [
      'two outputs',
      { output: ['y', 'x'] },
      'DIR/net.onnx: got 2 outputs (y, x), wanted one (save a model of the one that hardware is to give; several lists of one meaning go through a concatenation) [exchange/import-outputs]',
    ],
    [
      'weights of another shape',
      { input: [1, 3] },
      'DIR/net.onnx, node fc (Gemm): got weights of 2x2, wanted a matrix for 3 units [exchange/import-attribute]',
    ],
    [
      'numbers that are missing',
      { tensors: { w: { dims: [2, 3], values: [1, 2, 3, 4] } } },
      'DIR/net.onnx, tensor w: got 16 bytes, wanted 24, as its shape says (the file is cut off or broken: fetch or save it again) [exchange/import-truncated]',
    ],
    [
      'a huge shape',
      { tensors: { w: { dims: [1e9, 1e9], values: [1] } } },
      'DIR/net.onnx, tensor w: got 4 bytes, wanted 4000000000000000000, as its shape says (the file is cut off or broken: fetch or save it again) [exchange/import-truncated]',
    ],
    [
      'NaN',
      { tensors: { w: { dims: [2, 2], values: [1, 2, Number.NaN, 4] } } },
      'DIR/net.onnx, layer fc, kernel: got NaN, wanted finite weights (training diverged: take a checkpoint from before) [exchange/import-not-finite]',
    ],
    [
      'a softmax inside',
      {
        nodes: [
          { op: 'Softmax', inputs: ['x'], name: 's' },
          { op: 'Gemm', inputs: ['v0', 'w'] },
        ],
      },
      'DIR/net.onnx, node s (Softmax): got inside of the network, wanted at its end, where the class is the same without it [exchange/import-attribute]',
    ],
  ])('is refused with %s', (_, change, wanted) => {
    const message = messageOf(() => imported({ nodes, tensors, input: [1, 2], ...change })).replaceAll(
      folder,
      'DIR',
    );
    if (wanted.endsWith(']')) expect(message).toBe(wanted);
    else expect(message).toContain(wanted);
  });

  it('takes an open length that is stated', () => {
    const { network } = imported({ nodes, tensors, input: [1, 'features'] }, [2]);
    expect(network.input.shape).toEqual([2]);
  });

  it('is told from other files by its contents', () => {
    const told = (content: string | Uint8Array) => {
      writeFileSync(path.join(folder, 'net.onnx'), content);
      return messageOf(() => importNetwork(path.join(folder, 'net.onnx'))).replaceAll(folder, 'DIR');
    };
    expect(told('')).toBe(
      'DIR/net.onnx: got 0 bytes, wanted a trained network (did the program that wrote it, or the download, end early?) [exchange/import-empty]',
    );
    expect(told('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n')).toBe(
      'DIR/net.onnx: got a pointer of Git LFS, which stands for the file, wanted the file itself (git lfs pull fetches it) [exchange/import-pointer]',
    );
    expect(told('hello')).toMatch(
      /^DIR\/net.onnx: got a file of no format that is known, wanted one of TensorFlow.js/,
    );
  });

  it('with broken bytes is read or refused', () => {
    const good = Buffer.from(
      onnxModel({
        nodes: [
          { op: 'Conv', inputs: ['x', 'k'], attributes: { pads: [1, 1, 1, 1], strides: [1, 1] } },
          { op: 'MaxPool', inputs: ['v0'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
          { op: 'Reshape', inputs: ['v1', 's'] },
          { op: 'Gemm', inputs: ['v2', 'w'] },
        ],
        tensors: { k: tensor(2, 1, 3, 3), s: whole(1, -1), w: tensor(8, 3) },
        input: [1, 1, 4, 4],
      }),
    );
    let [read, refused] = [0, 0];
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(good);
      for (let change = random.integer(1, 4); change > 0; change--) {
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      }
      const cut = random.float() < 0.2 ? bytes.subarray(0, random.integer(1, bytes.length)) : bytes;
      try {
        imported(Uint8Array.from(cut));
        read += 1;
      } catch (error) {
        expect(error, `round ${round}: ${error}`).toBeInstanceOf(EspalierError);
        refused += 1;
      }
    }
    expect(read).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});
