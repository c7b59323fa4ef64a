import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { EspalierError, type Problem } from '../../../src/core/errors.js';
import type { ImportOptions } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import { writeTfjsModel } from '../../../src/exchange/tfjs.js';
import type { FloatDense } from '../../../src/float/layers/dense.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { newFolder } from '../../support/cli.js';
import { writeGraph } from '../../support/graph-models.js';
import { writeHdf5 } from '../../support/keras-files.js';
import { npzFile } from '../../support/numpy.js';
import { type OnnxModel, onnxModel } from '../../support/onnx.js';
import { type TestModel, tfliteModel } from '../../support/tflite.js';
import { safetensorsFile, stateDict, torchZip } from '../../support/torch.js';

/** What people bring that cannot be read: each kind has an error of its own, and a hint what to do. */

const folder = newFolder('bad-input');
let made = 0;

function file(name: string, content: string | Uint8Array): string {
  const place = path.join(folder, String(made++));
  mkdirSync(place);
  const written = path.join(place, name);
  writeFileSync(written, content);
  return written;
}

const half = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length / 2));

const onnx = (change: Partial<OnnxModel> = {}) =>
  onnxModel({
    nodes: [{ op: 'Gemm', inputs: ['x', 'w'], name: 'fc' }],
    tensors: { w: { dims: [2, 2], values: [1, 2, 3, 4] } },
    input: [1, 2],
    ...change,
  });

const tflite = (change: Partial<TestModel> = {}) =>
  tfliteModel({
    tensors: { x: { shape: [1, 2] }, w: { shape: [1, 2], data: [1, 2] }, y: { shape: [1, 1] } },
    operators: [{ op: 'FULLY_CONNECTED', inputs: ['x', 'w'], output: 'y', options: [8, [[0, 'int8', 0]]] }],
    ...change,
  });

const state = (value = 2) => ({ 'fc.weight': { shape: [1, 2], values: [1, value] } });

const safetensors = (value = 2) =>
  safetensorsFile({
    'fc.weight': { dtype: 'F32', shape: [1, 2], bytes: new Uint8Array(Float32Array.of(1, value).buffer) },
  });

interface KerasChange {
  readonly className?: string;
  readonly config?: object;
  readonly weight?: number;
  readonly shape?: readonly (number | null)[];
  readonly ends?: object;
}

function kerasTopology({ className = 'Dense', config = {}, shape, ends }: KerasChange = {}): string {
  const model = {
    name: 'net',
    layers: [
      {
        class_name: 'InputLayer',
        config: { name: 'in', batch_input_shape: shape ?? [null, 2] },
        inbound_nodes: [],
      },
      {
        class_name: className,
        config: { name: 'fc', units: 1, use_bias: false, ...config },
        inbound_nodes: [[['in', 0, 0, {}]]],
      },
    ],
    input_layers: [['in', 0, 0]],
    output_layers: [['fc', 0, 0]],
    ...ends,
  };
  return JSON.stringify({ class_name: 'Functional', config: model });
}

async function keras(change: KerasChange = {}) {
  const { className = 'Dense', weight = 2 } = change;
  const saved = { name: 'fc', className, weights: [{ name: 'kernel', shape: [2, 1], values: [1, weight] }] };
  return writeHdf5(file('model.h5', ''), [saved], { topology: kerasTopology(change) });
}

/** A graph model of TensorFlow.js with a weight, or an operator, that is as it should not be. */
const graph = ({ weight = 2, op = 'MatMul' } = {}) =>
  writeGraph(path.join(folder, String(made++)), {
    input: [1, 2],
    nodes: [{ name: 'y', op, input: ['x', 'w'] }],
    weights: { w: { shape: [2, 1], values: [1, weight] } },
  });

/** That file with something else in it. */
function changed(name: string, change: (text: string) => string): string {
  writeFileSync(name, change(readFileSync(name, 'utf8')));
  return name;
}

const NETWORK: FloatNetwork = {
  name: 'net',
  input: { shape: [2] },
  layers: [
    {
      kind: 'dense',
      name: 'fc',
      kernel: { shape: [2, 1], values: Float64Array.of(1, 2) },
      bias: Float64Array.of(0),
      activation: 'linear',
    } as FloatDense,
  ],
  head: 'values',
};

const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';
const relu: ImportOptions = { activations: { all: 'relu' } };

interface Bad {
  readonly code: string;
  readonly files: Readonly<Record<string, () => string | Promise<string>>>;
  readonly options?: ImportOptions;
}

const LIST: Readonly<Record<string, Bad>> = {
  'nothing at all': { code: 'import-empty', files: { onnx: () => file('net.onnx', '') } },
  'wrong magic': {
    code: 'import-format',
    files: {
      'of text': () => file('net.onnx', 'hello'),
      'of a TFLite file': () =>
        file(
          'net.tflite',
          tflite().map((byte, at) => (at === 4 ? 0x55 : byte)),
        ),
    },
  },
  'a pointer of Git LFS': {
    code: 'import-pointer',
    files: {
      onnx: () => file('net.onnx', LFS),
      'tfjs, its weights': () => {
        const written = file('weights.bin', LFS);
        const model = path.join(path.dirname(written), 'model.json');
        writeFileSync(model, writeTfjsModel(NETWORK).get('model.json') as string);
        return model;
      },
      'keras, the weights beside': () => {
        const written = file('model.h5', LFS);
        const model = path.join(path.dirname(written), 'model.json');
        writeFileSync(model, kerasTopology());
        return model;
      },
    },
  },
  'a file that is cut off': {
    code: 'import-truncated',
    files: {
      onnx: () => file('net.onnx', half(onnx())),
      'onnx, numbers of a tensor': () =>
        file('net.onnx', onnx({ tensors: { w: { dims: [2, 3], values: [1, 2, 3, 4] } } })),
      tflite: () => file('net.tflite', half(tflite())),
      keras: async () => file('model.h5', half(readFileSync(await keras()))),
      'keras, the zip': () =>
        file('model.keras', half(zipSync({ 'metadata.json': strToU8('{}'), 'config.json': strToU8('{}') }))),
      torch: () => file('net.pt', half(torchZip(stateDict(state())))),
      safetensors: () => file('net.safetensors', safetensors().subarray(0, -2)),
      'tfjs, a shard': () => {
        const model = graph();
        writeFileSync(path.join(path.dirname(model), 'group1-shard2of2.bin'), new Uint8Array(3));
        return model;
      },
    },
    options: relu,
  },
  'weights without topology': {
    code: 'import-topology',
    files: {
      keras: async () => {
        const saved = {
          name: 'fc',
          className: 'Dense',
          weights: [{ name: 'kernel', shape: [1], values: [1] }],
        };
        return writeHdf5(file('model.weights.h5', ''), [saved]);
      },
    },
  },
  'dynamic shapes': {
    code: 'import-shape',
    files: {
      onnx: () => file('net.onnx', onnx({ input: [1, 'features'] })),
      keras: () => keras({ shape: [null, null, 2] }),
      tflite: () =>
        file(
          'net.tflite',
          tflite({ tensors: { x: { shape: [1, 1], signature: [-1, -1] }, y: { shape: [1, 1] } } }),
        ),
      tfjs: () => changed(graph(), (text) => text.replaceAll('{"size":"2"}', '{"size":"-1"}')),
    },
  },
  'an opset out of range': {
    code: 'import-opset',
    files: {
      'too old': () => file('net.onnx', onnx({ opset: 6 })),
      'of tomorrow': () => file('net.onnx', onnx({ opset: 99 })),
    },
  },
  'an operator that is not known': {
    code: 'import-operator',
    files: {
      onnx: () => file('net.onnx', onnx({ nodes: [{ op: 'LSTM', inputs: ['x'] }] })),
      'onnx, another domain': () =>
        file('net.onnx', onnx({ nodes: [{ op: 'Mine', domain: 'my.own', inputs: ['x'] }] })),
      tflite: () =>
        file(
          'net.tflite',
          tflite({ operators: [{ op: 'CUSTOM', custom: 'Mine', inputs: ['x'], output: 'y' }] }),
        ),
      tfjs: () => graph({ op: 'Mine' }),
    },
  },
  'weights that are NaN': {
    code: 'import-not-finite',
    files: {
      onnx: () => file('net.onnx', onnx({ tensors: { w: { dims: [2, 2], values: [1, Number.NaN, 3, 4] } } })),
      keras: () => keras({ weight: Number.NaN }),
      tflite: () =>
        file(
          'net.tflite',
          tflite({
            tensors: {
              x: { shape: [1, 2] },
              w: { shape: [1, 2], data: [1, Number.NaN] },
              y: { shape: [1, 1] },
            },
          }),
        ),
      tfjs: () => graph({ weight: Number.NaN }),
      torch: () => file('net.pt', torchZip(stateDict(state(Number.NaN)))),
      safetensors: () => file('net.safetensors', safetensors(Number.POSITIVE_INFINITY)),
      numpy: () =>
        file(
          'net.npz',
          npzFile({ w1: { shape: [2, 1], values: [1, Number.NaN] }, b1: { shape: [1], values: [0] } }),
        ),
    },
    options: relu,
  },
  'a custom layer or a Lambda': {
    code: 'import-layer',
    files: {
      Lambda: () => keras({ className: 'Lambda' }),
      custom: () => keras({ className: 'MyAttention' }),
    },
  },
  'several inputs': {
    code: 'import-inputs',
    files: {
      onnx: () => file('net.onnx', onnx({ moreInputs: ['z'] })),
      tflite: () => file('net.tflite', tflite({ input: ['x', 'w'] })),
      keras: () =>
        keras({
          ends: {
            input_layers: [
              ['in', 0, 0],
              ['fc', 0, 0],
            ],
          },
        }),
    },
  },
  'several outputs': {
    code: 'import-outputs',
    files: {
      onnx: () => file('net.onnx', onnx({ output: ['y', 'x'] })),
      tflite: () => file('net.tflite', tflite({ output: ['y', 'w'] })),
      keras: () =>
        keras({
          ends: {
            output_layers: [
              ['in', 0, 0],
              ['fc', 0, 0],
            ],
          },
        }),
    },
  },
  'an unknown quantizer': {
    code: 'import-quantizer',
    files: {
      'of weights': () => keras({ className: 'QDense', config: { kernel_quantizer: 'my_quantizer(4)' } }),
      'of values': () => keras({ className: 'QActivation', config: { activation: 'stochastic_ternary()' } }),
    },
  },
};

const CASES = Object.entries(LIST).flatMap(([what, { code, files, options = {} }]) =>
  Object.entries(files).map(([which, make]) => ({ what, which, make, code, options })),
);

it.each(CASES)('$what ($which) is $code, with a hint', async ({ make, code, options }) => {
  const name = await make();
  const problem = problemOf(() => importFile(name, /\.(pt|safetensors|npz)$/.test(name) ? options : {}));
  expect(problem.code).toBe(`exchange/${code}`);
  expect(problem.hint).toMatch(/\w/);
});

it('each kind has a code of its own', () => {
  const codes = Object.values(LIST).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof EspalierError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
