import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { Random } from '../../src/core/random.js';
import type { ImportOptions } from '../../src/exchange/importers/importer.js';
import { writeTfjsModel } from '../../src/exchange/tfjs.js';
import { exportTflite } from '../../src/exchange/tflite/export.js';
import { readWeights } from '../../src/exchange/weights.js';
import { chainOf } from './chains.js';
import type { FuzzSeed } from './fuzz-imports.js';
import { type Graph, ints, text, texts, writeGraph } from './graph-models.js';
import { layersOf, topologyOf, writeArchive, writeHdf5 } from './keras-files.js';
import { npyFile, npzFile } from './numpy.js';
import { onnxModel } from './onnx.js';
import { safetensorsFile, stateDict, storageBytes, torchLegacy, torchZip } from './torch.js';

/** A good file of a format, for tests that spoil it. */
export interface ImportSeed {
  readonly format: string;
  readonly name: string;
  /** In a folder of its own, with what belongs to it. */
  readonly file: string;
  /** What of that has weights. */
  readonly weights?: readonly string[];
  readonly options: ImportOptions;
}

const random = new Random(21, 'import seeds');
const tensor = (...shape: number[]) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Array.from({ length: size }, () => Math.fround(random.normal())) };
};

const CHAIN = { 'fc1.weight': tensor(4, 3), 'fc1.bias': tensor(4), 'fc2.weight': tensor(2, 4) };
const RELU: ImportOptions = { activations: { all: 'relu' } };
const LAYERS: ImportOptions = {
  shape: [1, 4, 4],
  layers: {
    file: 'net.yaml',
    layers: [
      { conv: 2, kernel: 3, activation: 'relu' },
      { batchNorm: true },
      { flatten: true },
      { dense: 2 },
    ],
  },
};
const MAPS = {
  'conv.weight': tensor(2, 1, 3, 3),
  'norm.running_mean': tensor(2),
  'norm.running_var': { shape: [2], values: [1, 2] },
  'fc.weight': tensor(2, 8),
};

/** At least one good file of every format, each in a folder of its own below this one. */
export async function importSeeds(folder: string): Promise<ImportSeed[]> {
  const seeds: ImportSeed[] = [];
  const place = (name: string): string => {
    const inner = path.join(folder, String(seeds.length));
    mkdirSync(inner, { recursive: true });
    return path.join(inner, name);
  };
  const add = (
    format: string,
    name: string,
    bytes: Uint8Array | string,
    options: ImportOptions = {},
    weights: readonly string[] = [],
  ) => {
    const file = place(name);
    writeFileSync(file, bytes);
    seeds.push({ format, name: `${format} ${name}`, file, options, weights });
  };
  add('torch', 'zip.pt', torchZip(stateDict(CHAIN)), RELU);
  add('torch', 'legacy.pt', torchLegacy(stateDict(CHAIN)), RELU);
  add('torch', 'maps.pt', torchZip(stateDict(MAPS, 'DoubleStorage'), 'big'), LAYERS);
  add('safetensors', 'net.safetensors', safetensors(CHAIN), RELU);
  add('numpy', 'net.npy', npyFile(tensor(3, 2)), RELU);
  add('numpy', 'net.npz', npzFile({ arr_0: tensor(3, 4), arr_1: tensor(4), arr_2: tensor(4, 2) }), RELU);
  add('onnx', 'net.onnx', onnxNet());
  add('onnx', 'qdq.onnx', onnxIntegers());
  for (const mode of ['float32', 'int8'] as const) {
    const calibration = Array.from({ length: 8 }, () => tensor(3).values);
    // Built of operators, and a table in whole numbers.
    const mish = { kind: 'curve', curve: 'mish', parameters: [] } as const;
    const layers = NETWORK.layers.map((layer, at) => (at === 0 ? { ...layer, activation: mish } : layer));
    const { bytes } = exportTflite({ ...NETWORK, layers }, { mode, calibration });
    add('tflite', `${mode}.tflite`, bytes);
  }
  const tfjs = writeTfjsModel(NETWORK);
  const bin = place('weights.bin');
  writeFileSync(bin, tfjs.get('weights.bin') as Uint8Array);
  add('tfjs', 'model.json', tfjs.get('model.json') as string, {}, [bin]);
  const graph = writeGraph(path.dirname(place('model.json')), GRAPH);
  const weights = [1, 2].map((shard) => path.join(path.dirname(graph), `group1-shard${shard}of2.bin`));
  seeds.push({ format: 'tfjs', name: 'tfjs graph model.json', file: graph, options: {}, weights });
  await addKeras(place, add);
  return seeds;
}

type Add = (
  format: string,
  name: string,
  bytes: Uint8Array | string,
  options?: ImportOptions,
  weights?: readonly string[],
) => void;

/** Keras' three: what belongs to one file lies in its folder before the file is added. */
async function addKeras(place: (name: string) => string, add: Add): Promise<void> {
  await tf.setBackend('cpu');
  const model = kerasModel();
  const saved = layersOf(model);
  const topology = topologyOf(model, '2.15.0');
  const archive = place('net.keras');
  await writeArchive(archive, saved, topologyOf(model, '3.4.1'), true);
  add('keras', 'net.keras', readFileSync(archive));
  const whole = place('net.h5');
  await writeHdf5(whole, saved, { topology });
  add('keras-h5', 'net.h5', readFileSync(whole));
  const beside = place('net.h5');
  await writeHdf5(beside, saved);
  add('keras-json', 'net.json', topology, {}, [beside]);
}

const NETWORK = chainOf({
  name: 'net',
  inputs: 3,
  layers: [
    {
      name: 'hidden',
      kernel: [tensor(4).values, tensor(4).values, tensor(4).values],
      bias: tensor(4).values,
      activation: 'relu',
    },
    { name: 'output', kernel: [[1], [-1], [0.5], [2]], bias: [0.25], activation: 'linear' },
  ],
  head: 'binary',
});

const GRAPH: Graph = {
  input: [1, 5, 4, 2],
  nodes: [
    {
      name: 'conv',
      op: '_FusedConv2D',
      input: ['x', 'k', 'b'],
      attr: { padding: text('SAME'), strides: ints(1, 1, 1, 1), fused_ops: texts('BiasAdd', 'Relu6') },
    },
    {
      name: 'pool',
      op: 'MaxPool',
      input: ['conv'],
      attr: { ksize: ints(1, 2, 2, 1), strides: ints(1, 2, 2, 1) },
    },
    { name: 'flat', op: 'Reshape', input: ['pool', 'shape'] },
    { name: 'dense', op: 'MatMul', input: ['flat', 'w'] },
    { name: 'y', op: 'Softmax', input: ['dense'] },
  ],
  weights: {
    k: tensor(3, 3, 2, 3),
    b: tensor(3),
    shape: { shape: [2], values: [-1, 12], dtype: 'int32' },
    w: tensor(12, 2),
  },
};

/** Weights in memory images, a folder for each way of writing them. */
export function memorySeeds(folder: string): FuzzSeed[] {
  return Object.entries(MEMORY_IMAGES).map(([name, image]) => {
    const place = path.join(folder, name);
    mkdirSync(place, { recursive: true });
    for (const [beside, text] of Object.entries(IMAGES_BESIDE)) writeFileSync(path.join(place, beside), text);
    const file = path.join(place, name);
    writeFileSync(file, image);
    return {
      file,
      name,
      check: () => void readWeights([place], { name: 'net', codes: { all: 'fixed<8,4>' } }),
    };
  });
}

const MEMORY_IMAGES = {
  'w1.mem': '// two rows\n@0 08 f0 7f\n@3 80 01 ff\n',
  'w1.mif':
    'WIDTH=8;\nDEPTH=6;\nADDRESS_RADIX=HEX;\nDATA_RADIX=DEC;\nCONTENT BEGIN\n  [0..3] : -16;\n  4 : 127;\n  5 : 8;\nEND;\n',
} as const;
const IMAGES_BESIDE = { 'b1.mem': '08 f0 01\n', 'w2.mem': '10 20 f0\n', 'b2.mem': '04\n' } as const;

function kerasModel(): LayersModel {
  const ones = { kernelInitializer: 'ones' } as const;
  return sequential({
    layers: [
      layers.conv2d({ inputShape: [5, 4, 1], filters: 2, kernelSize: 3, ...ones }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.flatten(),
      layers.dense({ units: 2, ...ones }),
    ],
  });
}

function safetensors(
  tensors: Readonly<Record<string, { shape: readonly number[]; values: readonly number[] }>>,
) {
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => {
    return [name, { dtype: 'F32', shape, bytes: storageBytes({ type: 'FloatStorage', values }) }] as const;
  });
  return safetensorsFile(Object.fromEntries(entries));
}

function onnxNet(): Uint8Array {
  const dims = (...shape: number[]) => ({ dims: shape, values: tensor(...shape).values });
  return onnxModel({
    nodes: [
      { op: 'Conv', inputs: ['x', 'k'], attributes: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] } },
      { op: 'Relu', inputs: ['v0'] },
      { op: 'MaxPool', inputs: ['v1'], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Shape', inputs: ['v2'] },
      { op: 'Reshape', inputs: ['v2', 'flat'] },
      { op: 'Gemm', inputs: ['v4', 'w', 'b'], attributes: { transB: 1 } },
      { op: 'Softmax', inputs: ['v5'] },
    ],
    tensors: {
      k: dims(2, 1, 3, 3),
      flat: { dims: [2], values: [1, 8], type: 'int64' },
      w: dims(3, 8),
      b: dims(3),
    },
    input: [1, 1, 4, 4],
  });
}

function onnxIntegers(): Uint8Array {
  const scalar = (value: number) => ({ dims: [], values: [value] });
  return onnxModel({
    nodes: [
      { op: 'QuantizeLinear', inputs: ['x', 's', 'z'] },
      { op: 'DequantizeLinear', inputs: ['v0', 's', 'z'] },
      { op: 'DequantizeLinear', inputs: ['w', 's', 'z'] },
      { op: 'MatMul', inputs: ['v1', 'v2'] },
      { op: 'QuantizeLinear', inputs: ['v3', 't', 'z'] },
      { op: 'DequantizeLinear', inputs: ['v4', 't', 'z'] },
    ],
    tensors: {
      s: scalar(0.125),
      t: scalar(0.3),
      z: { dims: [], values: [0], type: 'int8' },
      w: { dims: [3, 2], type: 'int8', values: [1, -2, 3, 100, -128, 5] },
    },
    input: [1, 3],
  });
}
