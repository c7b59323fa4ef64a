import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import type { FloatNetwork } from '../../../src/float/types.js';
import { bothOf, expectSame as expectAlike, randomize, saveTfjs } from '../../support/tfjs-models.js';

const { layers } = tfl;
const random = new Random(14, 'tfjs layers');
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-tfjs-layers-'));
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

const MAP = [5, 6, 3];
const SIGNAL = [7, 3];
const LIST = [6];
let made = 0;

/** The network that a model of random weights is read into. */
async function imported(model: tfl.LayersModel): Promise<FloatNetwork> {
  randomize(model, random);
  return importNetwork(await saveTfjs(model, path.join(folder, String(made++)))).network;
}

const expectSame = async (model: tfl.LayersModel) => expectAlike(model, await imported(model), random);

const chain = (inputShape: readonly number[], ...all: tfl.layers.Layer[]) =>
  tfl.sequential({ layers: [layers.inputLayer({ inputShape: [...inputShape] }), ...all] });

describe('layers give what TensorFlow.js gives', () => {
  const conv = { filters: 4, kernelSize: 3, useBias: true } as const;
  const CASES: Readonly<Record<string, () => tfl.LayersModel>> = {
    'Dense on a list': () => chain(LIST, layers.dense({ units: 4, activation: 'tanh' })),
    'Dense without a bias': () => chain(LIST, layers.dense({ units: 4, useBias: false })),
    'Dense at each place of a map': () => chain(MAP, layers.dense({ units: 4, activation: 'relu' })),
    'Dense at each time of a signal': () => chain(SIGNAL, layers.dense({ units: 2 })),
    'Conv2D valid': () => chain(MAP, layers.conv2d(conv)),
    'Conv2D same, strides': () =>
      chain(MAP, layers.conv2d({ ...conv, kernelSize: [3, 2], padding: 'same', strides: [2, 1] })),
    'Conv2D dilated, without a bias': () =>
      chain(MAP, layers.conv2d({ ...conv, dilationRate: 2, kernelSize: 2, useBias: false })),
    'Conv1D valid': () => chain(SIGNAL, layers.conv1d({ ...conv, strides: 2 })),
    'Conv1D same': () => chain(SIGNAL, layers.conv1d({ ...conv, padding: 'same', activation: 'relu' })),
    DepthwiseConv2D: () =>
      chain(MAP, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' })),
    SeparableConv2D: () =>
      chain(MAP, layers.separableConv2d({ ...conv, padding: 'same', activation: 'relu' })),
    MaxPooling2D: () => chain(MAP, layers.maxPooling2d({ poolSize: [2, 3] })),
    'MaxPooling2D same': () => chain(MAP, layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
    AveragePooling2D: () => chain(MAP, layers.averagePooling2d({ poolSize: 2 })),
    'AveragePooling2D same': () =>
      chain(MAP, layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
    MaxPooling1D: () => chain(SIGNAL, layers.maxPooling1d({ poolSize: 2 })),
    AveragePooling1D: () => chain(SIGNAL, layers.averagePooling1d({ poolSize: 3, strides: 1 })),
    GlobalMaxPooling2D: () => chain(MAP, layers.globalMaxPooling2d({})),
    GlobalAveragePooling2D: () => chain(MAP, layers.globalAveragePooling2d({})),
    GlobalMaxPooling1D: () => chain(SIGNAL, layers.globalMaxPooling1d({})),
    GlobalAveragePooling1D: () => chain(SIGNAL, layers.globalAveragePooling1d({})),
    'BatchNormalization on a map': () => chain(MAP, layers.batchNormalization({})),
    'BatchNormalization on a list': () => chain(LIST, layers.batchNormalization({ epsilon: 0.01 })),
    'BatchNormalization without scale': () => chain(MAP, layers.batchNormalization({ scale: false })),
    'BatchNormalization without offset': () => chain(MAP, layers.batchNormalization({ center: false })),
    Flatten: () => chain(MAP, layers.flatten(), layers.dense({ units: 3 })),
    Reshape: () => chain(MAP, layers.reshape({ targetShape: [3, 30] }), layers.dense({ units: 2 })),
    'Reshape to a map': () =>
      chain(LIST, layers.reshape({ targetShape: [2, 3, 1] }), layers.conv2d({ filters: 2, kernelSize: 2 })),
    'Permute of a map': () => chain(MAP, layers.permute({ dims: [3, 1, 2] }), layers.dense({ units: 2 })),
    'Permute of a signal': () => chain(SIGNAL, layers.permute({ dims: [2, 1] }), layers.dense({ units: 2 })),
    ZeroPadding2D: () =>
      chain(
        MAP,
        layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 3],
          ],
        }),
      ),
    Cropping2D: () =>
      chain(
        MAP,
        layers.cropping2D({
          cropping: [
            [1, 1],
            [0, 2],
          ],
        }),
      ),
    UpSampling2D: () => chain(MAP, layers.upSampling2d({ size: [2, 3] })),
    RepeatVector: () => chain(LIST, layers.repeatVector({ n: 3 }), layers.dense({ units: 2 })),
    ReLU: () => chain(MAP, layers.conv2d(conv), layers.reLU()),
    'ReLU with a ceiling': () => chain(LIST, layers.dense({ units: 5 }), layers.reLU({ maxValue: 1 })),
    LeakyReLU: () => chain(LIST, layers.leakyReLU({ alpha: 0.1 })),
    'LeakyReLU as it comes': () => chain(LIST, layers.leakyReLU()),
    PReLU: () => chain(LIST, layers.prelu()),
    'PReLU with a slope a channel': () => chain(MAP, layers.prelu({ sharedAxes: [1, 2] })),
    ELU: () => chain(LIST, layers.elu()),
    Dropout: () => chain(LIST, layers.dropout({ rate: 0.5 }), layers.dense({ units: 2 })),
    SpatialDropout1D: () => chain(SIGNAL, layers.spatialDropout1d({ rate: 0.5 }), layers.flatten()),
    GaussianNoise: () =>
      chain(
        LIST,
        layers.gaussianNoise({ stddev: 1 }),
        layers.gaussianDropout({ rate: 0.1 }),
        layers.alphaDropout({ rate: 0.1 }),
        layers.dense({ units: 2 }),
      ),
  };
  for (const [name, make] of Object.entries(CASES)) it(name, async () => expectSame(make()));

  it.each([
    'linear',
    'relu',
    'relu6',
    'sigmoid',
    'tanh',
    'hardSigmoid',
    'swish',
    'elu',
    'selu',
    'gelu',
    'gelu_new',
    'mish',
    'softplus',
    'softsign',
  ])('the activation %s', async (activation) => {
    const named = activation as 'relu';
    await expectSame(chain(LIST, layers.dense({ units: 5, activation: named })));
    await expectSame(chain(MAP, layers.conv2d(conv), layers.activation({ activation: named })));
  });

  type Merge = (a: tfl.SymbolicTensor, b: tfl.SymbolicTensor) => tfl.SymbolicTensor;
  const BRANCHES: Readonly<Record<string, Merge>> = {
    Add: (a, b) => layers.add().apply([a, b]) as tfl.SymbolicTensor,
    Average: (a, b) => layers.average().apply([a, b]) as tfl.SymbolicTensor,
    Concatenate: (a, b) => layers.concatenate().apply([a, b]) as tfl.SymbolicTensor,
    'Concatenate along the rows': (a, b) =>
      layers.concatenate({ axis: 1 }).apply([a, b]) as tfl.SymbolicTensor,
  };
  for (const [name, merge] of Object.entries(BRANCHES)) {
    it.each([
      ['maps', MAP],
      ['signals', SIGNAL],
    ])(`${name} of two %s`, async (_, shape) => {
      const input = tfl.input({ shape });
      const branch = () => layers.dense({ units: 3 }).apply(input) as tfl.SymbolicTensor;
      const outputs = layers.dense({ units: 2 }).apply(merge(branch(), branch())) as tfl.SymbolicTensor;
      await expectSame(tfl.model({ inputs: input, outputs }));
    });
  }

  it('a layer that is called twice', async () => {
    const input = tfl.input({ shape: LIST });
    const shared = layers.dense({ units: 6, activation: 'tanh' });
    const twice = shared.apply(shared.apply(input)) as tfl.SymbolicTensor;
    await expectSame(
      tfl.model({ inputs: input, outputs: layers.add().apply([twice, input]) as tfl.SymbolicTensor }),
    );
  });

  it('models as layers of a model', async () => {
    const features = chain(MAP, layers.conv2d({ filters: 2, kernelSize: 3 }), layers.flatten());
    const classes = chain([24], layers.dense({ units: 3 }), layers.batchNormalization());
    await expectSame(tfl.sequential({ layers: [features, classes] }));
    const input = tfl.input({ shape: MAP });
    const inner = features.apply(input) as tfl.SymbolicTensor;
    await expectSame(tfl.model({ inputs: input, outputs: classes.apply(inner) as tfl.SymbolicTensor }));
  });
});

describe('what stands at the end', () => {
  const DEPTH = [
    ['sigmoid of one unit', () => chain(LIST, layers.dense({ units: 1, activation: 'sigmoid' })), 'binary'],
    ['softmax', () => chain(LIST, layers.dense({ units: 3, activation: 'softmax' })), 'argmax'],
    ['softmax as a layer', () => chain(LIST, layers.dense({ units: 3 }), layers.softmax()), 'argmax'],
    [
      'an activation as a layer',
      () => chain(LIST, layers.dense({ units: 3 }), layers.activation({ activation: 'softmax' })),
      'argmax',
    ],
  ] as const;
  it.each(DEPTH)('%s is the head', async (_, make, head) => {
    const model = make();
    const network = await imported(model);
    expect(network.head).toBe(head);
    const { got, wanted } = bothOf(model, network, random);
    const total = Array.from(got, Math.exp).reduce((sum, value) => sum + value, 0);
    got.forEach((logit, at) => {
      const probability = head === 'binary' ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / total;
      expect(Math.abs(probability - wanted[at])).toBeLessThan(1e-5);
    });
  });
});
