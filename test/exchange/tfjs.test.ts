import { writeFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { readTfjsModel, writeTfjsModel } from '../../src/exchange/tfjs.js';
import type { DenseChain } from '../../src/float/chain.js';
import { logitsOf } from '../../src/float/model.js';
import { initialized, perceptron, unflatten } from '../../src/learn/parameters.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { chainOf } from '../support/chains.js';
import { dense, modelOf, tfjsFolder, weightsOf } from '../support/tfjs-folder.js';

const { at, save, messageIn, messageFor } = tfjsFolder();

function randomPerceptron(classes: number): DenseChain {
  const architecture = perceptron('net', 5, [4, 3], classes);
  return unflatten(architecture, initialized(architecture, new Random(classes, 'weights')));
}

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
          at('model.json'),
          JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }),
        );
        writeFileSync(at('weights.bin'), new Uint8Array(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const network = readTfjsModel(at('model.json'));
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
    expect(messageIn(() => kernels(['a/layer', 'b/layer']))).toBe(
      'model.json, layer layer (Dense): got the weights of "a/layer", "b/layer", wanted one of them to be named layer ' +
        '[exchange/import-weights]',
    );
    expect(messageIn(() => kernels(['my/layer']))).toBe(
      'model.json, layer layer (Dense): got no weights, wanted kernel, bias [exchange/import-weights]',
    );
    expect(messageIn(() => kernels(['layer', 'layer']))).toBe(
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
