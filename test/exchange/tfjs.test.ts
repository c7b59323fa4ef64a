import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { LAYER_CLASSES } from '../../src/exchange/importers/keras/classes/index.js';
import { readTfjsModel, writeTfjsModel } from '../../src/exchange/tfjs.js';
import type { DenseChain } from '../../src/float/chain.js';
import { logitsOf } from '../../src/float/model.js';
import { initialized, perceptron, unflatten } from '../../src/learn/parameters.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { chainOf } from '../support/chains.js';
import { messageOf } from '../support/messages.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-tfjs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function randomPerceptron(classes: number): DenseChain {
  const architecture = perceptron('net', 5, [4, 3], classes);
  return unflatten(architecture, initialized(architecture, new Random(classes, 'weights')));
}

const save = (files: ReadonlyMap<string, string | Uint8Array>) => {
  for (const [name, content] of files) writeFileSync(path.join(folder, name), content);
  return path.join(folder, 'model.json');
};

/** Any JSON, with `floats` numbers beside it; the folder is cut out of the message. */
const messageFor = (model: unknown, floats = 0) => {
  const text = typeof model === 'string' ? model : JSON.stringify(model);
  const file = save(
    new Map<string, string | Uint8Array>([
      ['model.json', text],
      ['weights.bin', new Uint8Array(4 * floats)],
    ]),
  );
  return messageOf(() => readTfjsModel(file)).replaceAll(folder + path.sep, '');
};

const dense = (name: string, units: number, activation: string) => ({
  class_name: 'Dense',
  config: { name, units, activation, use_bias: true },
});
const modelOf = (layers: unknown[], weights: unknown[] = []) => ({
  modelTopology: { class_name: 'Sequential', config: { name: 'net', layers } },
  weightsManifest: [{ paths: ['weights.bin'], weights }],
});
const weightsOf = (name: string, inputs: number, units: number) => [
  { name: `${name}/kernel`, shape: [inputs, units], dtype: 'float32' },
  { name: `${name}/bias`, shape: [units], dtype: 'float32' },
];

describe('a layers model of TensorFlow.js', () => {
  it.each([2, 3])('comes back as it was written (%d classes)', (classes) => {
    const network = randomPerceptron(classes);
    expect(readTfjsModel(save(writeTfjsModel(network)))).toEqual(network);
  });

  it('is written as the same bytes every time', () => {
    const network = randomPerceptron(2);
    expect(writeTfjsModel(network)).toEqual(writeTfjsModel(structuredClone(network)));
  });

  it.each([2, 3])('is loaded by tf.loadLayersModel and says the same (%d classes)', async (classes) => {
    const { tf } = await loadTensorflow();
    const layersApi = await import('@tensorflow/tfjs-layers');
    const network = randomPerceptron(classes);
    const files = writeTfjsModel(network);
    const { modelTopology, weightsManifest } = JSON.parse(files.get('model.json') as string);
    const weightData = (files.get('weights.bin') as Uint8Array<ArrayBuffer>).buffer;
    const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData };
    const model = await layersApi.loadLayersModel(tf.io.fromMemory(artifacts));
    const samples = [
      [0, 0.25, 0.5, 0.75, 1],
      [1, -1, 0.5, 0, 2],
    ];
    const predicted = (model.predict(tf.tensor2d(samples)) as Tensor).arraySync() as number[][];
    samples.forEach((features, sample) => {
      const logits = logitsOf(network)(features);
      const exponentials = logits.map(Math.exp);
      const total = exponentials.reduce((sum, value) => sum + value, 0);
      const wanted =
        classes === 2 ? [1 / (1 + Math.exp(-logits[0]))] : exponentials.map((value) => value / total);
      wanted.forEach((probability, unit) => {
        expect(predicted[sample][unit]).toBeCloseTo(probability, 5);
      });
    });
  });

  it('is read back from what TensorFlow.js saves, dropout and activations of their own included', async () => {
    const { tf } = await loadTensorflow();
    const { layers, sequential } = await import('@tensorflow/tfjs-layers');
    const model = sequential({
      name: 'saved',
      layers: [
        layers.dense({ name: 'first', units: 3, inputShape: [2] }),
        layers.activation({ activation: 'relu' }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ name: 'last-one', units: 1, useBias: false, activation: 'sigmoid' }),
      ],
    });
    await model.save(
      tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
        const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
        writeFileSync(
          path.join(folder, 'model.json'),
          JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }),
        );
        writeFileSync(path.join(folder, 'weights.bin'), new Uint8Array(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const network = readTfjsModel(path.join(folder, 'model.json'));
    const [first, , last] = model.getWeights().map((tensor) => tensor.arraySync() as number[][]);
    expect(network).toEqual(
      chainOf({
        name: 'saved',
        inputs: 2,
        head: 'binary',
        layers: [
          { kind: 'dense', name: 'first', kernel: first, bias: [0, 0, 0], activation: 'relu' },
          { kind: 'dense', name: 'last_one', kernel: last, bias: [0], activation: 'linear' },
        ],
      }),
    );
  });

  it('is read from a functional model of Keras 3, its weights in two files', () => {
    const from = (name: string) => [
      { args: [{ class_name: '__keras_tensor__', config: { keras_history: [name, 0, 0] } }], kwargs: {} },
    ];
    const config = {
      name: '2nd',
      layers: [
        { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 2] }, inbound_nodes: [] },
        { ...dense('logit', 2, 'linear'), inbound_nodes: from('in') },
        { class_name: 'Softmax', config: { name: 'softmax' }, inbound_nodes: from('logit') },
      ],
    };
    const weights = weightsOf('logit', 2, 2).map(({ name, ...rest }) => ({ ...rest, name: `2nd/${name}:0` }));
    const model = {
      format: 'layers-model',
      modelTopology: { keras_version: '3.0.0', model_config: { class_name: 'Functional', config } },
      weightsManifest: [{ paths: ['a.bin', 'b.bin'], weights }],
    };
    const bytes = new Uint8Array(Float32Array.from([1, 2, 3, 4, 5, 6]).buffer);
    const file = save(
      new Map<string, string | Uint8Array>([
        ['model.json', JSON.stringify(model)],
        ['a.bin', bytes.subarray(0, 6)],
        ['b.bin', bytes.subarray(6)],
      ]),
    );
    expect(readTfjsModel(file)).toEqual(
      chainOf({
        name: 'n2nd',
        inputs: 2,
        head: 'argmax',
        layers: [
          {
            kind: 'dense',
            name: 'logit',
            kernel: [
              [1, 2],
              [3, 4],
            ],
            bias: [5, 6],
            activation: 'linear',
          },
        ],
      }),
    );
  });
});

describe('tensors go to their layers by name', () => {
  const input = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 1] } };
  const layers = [input, dense('layer', 1, 'relu'), dense('my/layer', 1, 'sigmoid')];
  const kernels = (names: readonly string[], order = layers) => {
    const weights = names.flatMap((name) => weightsOf(name, 1, 1));
    const floats = Float32Array.from(weights.keys());
    const file = save(
      new Map<string, string | Uint8Array>([
        ['model.json', JSON.stringify(modelOf(order, weights))],
        ['weights.bin', new Uint8Array(floats.buffer)],
      ]),
    );
    return readTfjsModel(file).layers.map(({ kernel }) => kernel.values[0]);
  };

  it.each([
    [
      ['layer', 'my/layer'],
      [0, 2],
    ],
    [
      ['my/layer', 'layer'],
      [2, 0],
    ],
    [
      ['net/my/layer', 'net/layer'],
      [2, 0],
    ],
    [
      ['other/net/layer', 'my/layer'],
      [0, 2],
    ],
  ])('%j', (names, wanted) => {
    expect(kernels(names)).toEqual(wanted);
  });

  it('and are refused where several might be meant, or one belongs to another', () => {
    expect(messageOf(() => kernels(['a/layer', 'b/layer'])).replaceAll(folder + path.sep, '')).toBe(
      'model.json, layer layer (Dense): got the weights of "a/layer", "b/layer", wanted one of them to be named layer ' +
        '[exchange/import-weights]',
    );
    expect(messageOf(() => kernels(['my/layer'])).replaceAll(folder + path.sep, '')).toBe(
      'model.json, layer layer (Dense): got no weights, wanted kernel, bias [exchange/import-weights]',
    );
    expect(messageOf(() => kernels(['layer', 'layer'])).replaceAll(folder + path.sep, '')).toBe(
      'model.json: got two tensors named layer/kernel, wanted one of each name [exchange/import-file]',
    );
  });

  it.each(['../weights.bin', '/etc/passwd', 'a/../../b.bin', ''])(
    'are read from no other folder: %j',
    (file) => {
      const model = { ...modelOf(layers), weightsManifest: [{ paths: [file], weights: [] }] };
      expect(messageFor(model)).toBe(
        `model.json, weightsManifest: got ${JSON.stringify(file)}, wanted the name of a file in the model's folder [exchange/import-file]`,
      );
    },
  );
});

describe('a model that is refused', () => {
  const first = (units: number, activation: string, inputs = 1) => {
    const { class_name, config } = dense('a', units, activation);
    return { class_name, config: { ...config, batch_input_shape: [null, inputs] } };
  };
  it.each([
    [
      'a member twice',
      '{"format":1,"format":2}',
      0,
      'model.json: got the member "format" twice, wanted a model.json of TensorFlow.js [exchange/import-file]',
    ],
    [
      'an empty graph model',
      { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] },
      0,
      'model.json: got a graph without nodes, wanted at least one [exchange/import-file]',
    ],
    [
      'quantized weights without their scale',
      modelOf([first(1, 'sigmoid')], [{ ...weightsOf('a', 1, 1)[0], quantization: { dtype: 'uint8' } }]),
      1,
      'model.json.weightsManifest[0].weights[0].quantization: got {"dtype":"uint8"}, wanted a number, or "float16" ' +
        '[exchange/import-file]',
    ],
    [
      'no layer',
      modelOf([]),
      0,
      'model.json, modelTopology: got no layers, wanted at least one [exchange/import-file]',
    ],
    [
      'another kind of layer',
      modelOf([{ class_name: 'Conv3D', config: { name: 'conv', batch_input_shape: [null, 4] } }]),
      0,
      `model.json, layer conv (Conv3D): got a layer of class Conv3D, wanted one of ${Object.keys(LAYER_CLASSES).join(', ')} (did you mean Conv1D?) [exchange/import-layer]`,
    ],
    [
      'a lambda',
      modelOf([{ class_name: 'Lambda', config: { name: 'mine', batch_input_shape: [null, 4] } }]),
      0,
      `model.json, layer mine (Lambda): got a layer of class Lambda, wanted one of ${Object.keys(LAYER_CLASSES).join(', ')} (code is never run: write what a Lambda or a layer of your own does with these classes) [exchange/import-layer]`,
    ],
    [
      'a dense layer without units',
      modelOf([{ class_name: 'Dense', config: { name: 'a', batch_input_shape: [null, 1] } }]),
      0,
      'model.json, layer a (Dense).units: got nothing, wanted a number [exchange/import-attribute]',
    ],
    [
      'a ReLU with slope and ceiling',
      modelOf([
        {
          class_name: 'ReLU',
          config: { name: 'b', negative_slope: 0.1, max_value: 6, batch_input_shape: [null, 2] },
        },
      ]),
      0,
      'model.json, layer b (ReLU): got a slope below 0 and a ceiling, wanted one of the two [exchange/import-attribute]',
    ],
    [
      'an activation that we lack',
      modelOf(
        [first(1, 'selu'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 1), ...weightsOf('b', 1, 1)],
      ),
      4,
      'model.json, layer a (Dense): got the activation selu, wanted one of linear, relu, relu6, leaky_relu, sigmoid, ' +
        'softmax, log_softmax, tanh, hard_sigmoid, hardSigmoid, silu, swish, hard_silu, hard_swish, elu, softplus, ' +
        'softsign [exchange/import-attribute]',
    ],
    [
      'softmax inside',
      modelOf(
        [first(2, 'softmax'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 2), ...weightsOf('b', 2, 1)],
      ),
      7,
      'model.json, layer a (Dense): got softmax inside of the network, wanted softmax of several units at the end, ' +
        'where the class is the same without it [exchange/import-attribute]',
    ],
    [
      'missing weights',
      modelOf([first(1, 'sigmoid')], weightsOf('b', 1, 1)),
      2,
      'model.json, layer a (Dense): got no weights, wanted kernel, bias [exchange/import-weights]',
    ],
    [
      'a missing bias',
      modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1).slice(0, 1)),
      1,
      'model.json, layer a (Dense): got no bias among its weights, wanted kernel, bias [exchange/import-weights]',
    ],
    [
      'lengths that are open',
      modelOf([{ class_name: 'Conv1D', config: { name: 'a', batch_input_shape: [null, null, 3] } }]),
      0,
      'model.json, input: got a shape of ? x 3, wanted a shape of whole numbers, but for the batch (--shape states it ' +
        "in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    ],
    [
      'channels first',
      modelOf([
        {
          class_name: 'Conv2D',
          config: {
            name: 'a',
            filters: 1,
            kernel_size: [3, 3],
            data_format: 'channels_first',
            batch_input_shape: [null, 1, 8, 8],
          },
        },
      ]),
      0,
      'model.json, layer a (Conv2D): got data_format channels_first, wanted channels_last (build the model with ' +
        'channels last, weights are the same) [exchange/import-attribute]',
    ],
    [
      'shapes that do not chain',
      modelOf(
        [first(2, 'relu'), dense('b', 1, 'sigmoid')],
        [...weightsOf('a', 1, 2), ...weightsOf('b', 3, 1)],
      ),
      8,
      'model.json, layer b (Dense): got kernel of 3x1, wanted 2x1, as the layers say [exchange/import-weights]',
    ],
    [
      'a weight file that is too short',
      modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1)),
      1,
      'model.json: got 4 bytes of weights, wanted 8 bytes, as the manifest says (the file is cut off or broken: fetch or ' +
        'save it again) [exchange/import-truncated]',
    ],
  ])('%s', (_, model, floats, wanted) => {
    expect(messageFor(model, floats)).toBe(wanted);
  });

  const from = (...names: string[]) => [names.map((name) => [name, 0, 0, {}])];
  const graph = (ends: object, ...layers: object[]) => ({
    modelTopology: {
      class_name: 'Model',
      config: {
        name: 'net',
        layers: [
          {
            class_name: 'InputLayer',
            config: { name: 'in', batch_input_shape: [null, 1] },
            inbound_nodes: [],
          },
          ...layers,
        ],
        input_layers: [['in', 0, 0]],
        ...ends,
      },
    },
    weightsManifest: [],
  });
  const relu = (name: string, ...reads: string[]) => ({
    class_name: 'ReLU',
    config: { name },
    inbound_nodes: from(...reads),
  });
  it.each([
    [
      'two outputs',
      graph(
        {
          output_layers: [
            ['a', 0, 0],
            ['b', 0, 0],
          ],
        },
        relu('a', 'in'),
        relu('b', 'in'),
      ),
      'model.json: got 2 outputs (a, b), wanted one (save a model of the one that hardware is to give; several lists of ' +
        'one meaning go through a concatenation) [exchange/import-outputs]',
    ],
    [
      'two inputs',
      graph(
        {
          input_layers: [
            ['in', 0, 0],
            ['in', 0, 0],
          ],
        },
        relu('a', 'in'),
      ),
      'model.json: got 2 inputs (in, in), wanted one (save a model of one input, which slices cut up and a concatenation ' +
        'before it puts together) [exchange/import-inputs]',
    ],
    [
      'a cycle',
      graph({}, relu('a', 'b'), relu('b', 'a')),
      'model.json, layer a: got a cycle through b, wanted none [exchange/import-file]',
    ],
    [
      'a tensor of nothing',
      graph({}, relu('a', 'c')),
      'model.json: got a tensor of the layer "c", wanted a layer of the model [exchange/import-file]',
    ],
    [
      'two layers of one name',
      graph({}, relu('a', 'in'), relu('a', 'in')),
      'model.json, modelTopology: got two layers named a, wanted one of each name [exchange/import-file]',
    ],
    [
      'a sum of one tensor',
      graph({}, { class_name: 'Add', config: { name: 'sum' }, inbound_nodes: from('in') }),
      'model.json, layer sum (Add): got 1 tensors, wanted two or more (a layer that adds a constant reads one: a ' +
        'Rescaling layer does that) [exchange/import-attribute]',
    ],
  ])('%s', (_, model, wanted) => {
    expect(messageFor(model)).toBe(wanted);
  });

  it('weights that are no numbers', () => {
    const file = save(
      new Map<string, string | Uint8Array>([
        ['model.json', JSON.stringify(modelOf([first(1, 'sigmoid')], weightsOf('a', 1, 1)))],
        ['weights.bin', new Uint8Array(Float32Array.from([Number.NaN, 0]).buffer)],
      ]),
    );
    expect(messageOf(() => readTfjsModel(file))).toBe(
      `${file}, layer a (Dense), kernel: got NaN, wanted finite weights (training diverged: take a checkpoint from ` +
        'before) [exchange/import-not-finite]',
    );
  });

  it('a convolution, where a chain of dense layers is wanted', () => {
    const conv = { name: 'a', filters: 1, kernel_size: [1], batch_input_shape: [null, 1, 1] };
    const model = modelOf(
      [{ class_name: 'Conv1D', config: conv }],
      [
        { name: 'a/kernel', shape: [1, 1, 1], dtype: 'float32' },
        { name: 'a/bias', shape: [1], dtype: 'float32' },
      ],
    );
    expect(messageFor(model, 2)).toBe(
      'net, layer a: got a layer of kind conv2d, wanted what the training here gives: a chain of dense layers [float/chain]',
    );
  });

  it('a weight file that is not there', () => {
    const model = modelOf([dense('a', 1, 'sigmoid')], weightsOf('a', 1, 1));
    writeFileSync(path.join(folder, 'model.json'), JSON.stringify(model));
    expect(messageOf(() => readTfjsModel(path.join(folder, 'model.json')))).toBe(
      `${path.join(folder, 'weights.bin')}: got no such file or folder, wanted a readable file [file/unreadable]`,
    );
  });
});
