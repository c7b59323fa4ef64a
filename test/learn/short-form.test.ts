import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { placeFloatLayers } from '../../src/float/graph.js';
import { trainFrom, untrainedGraph } from '../../src/learn/base.js';
import { DEFAULT_DISTILL, distillInto, teacherLogits } from '../../src/learn/distill.js';
import { DEFAULT_TRAINING } from '../../src/learn/options.js';
import { flatten } from '../../src/learn/parameters.js';
import type { Samples } from '../../src/learn/samples.js';
import { plannedNetwork, type ShortLayer } from '../../src/learn/short-form.js';
import { messageOf, messageOfAsync } from '../support/messages.js';

const STUDENT: readonly ShortLayer[] = [
  { conv: 4, kernel: 3, stride: 2, padding: 'same', activation: 'leaky_relu:1/4' },
  { maxPool: 2, stride: 1, padding: 'same' },
  { dropout: 0.1 },
  { flatten: true },
  { dense: 3 },
];

/** What a layer is called, is, and gives. */
const shapesOf = (layers: readonly ShortLayer[], input: readonly number[], classes = 3) =>
  placeFloatLayers(plannedNetwork('net', input, layers, classes).network).map(
    ({ layer, output }) => `${layer.name} ${layer.kind} ${output.join('x')}`,
  );

describe('layers in their short form', () => {
  it('become a network, each reading the one before', () => {
    expect(shapesOf(STUDENT, [8, 8, 1])).toEqual([
      'conv1 conv2d 4x4x4',
      'maxPool1 max_pool 4x4x4',
      'flatten1 move 64',
      'dense1 dense 3',
    ]);
    const { dropout, network } = plannedNetwork('net', [8, 8, 1], STUDENT, 3);
    expect(dropout).toEqual({ maxPool1: 0.1 });
    expect(network.head).toBe('argmax');
  });

  it('have every kind', () => {
    const layers = [
      { conv: 6, kernel: [3, 1], dilation: [2, 1], name: 'first' },
      { batchNorm: true },
      { activation: 'relu6' },
      { depthwise: 2, padding: 'same' },
      { averagePool: [2, 1], stride: 2 },
      { conv: 4, kernel: 1, groups: 2 },
      { upsample: 2 },
      { globalPool: true },
      { flatten: true },
      { dense: 1 },
    ];
    expect(shapesOf(layers, [9, 8, 3], 2)).toEqual([
      'first conv2d 5x8x6',
      'batchNorm1 batch_norm 5x8x6',
      'activation1 activation 5x8x6',
      'depthwise1 conv2d 5x8x12',
      'averagePool1 average_pool 2x4x12',
      'conv1 conv2d 2x4x4',
      'upsample1 upsample 4x8x4',
      'globalPool1 average_pool 1x1x4',
      'flatten1 move 4',
      'dense1 dense 1',
    ]);
  });

  it('read what they name: a residual connection, and two ways that meet', () => {
    const layers = [
      { conv: 4, padding: 'same', activation: { leaky: 0.2 }, name: 'stem' },
      { conv: 4, padding: 'same' },
      { add: ['conv1', 'stem'], activation: 'relu' },
      { conv: 2, kernel: 1, from: 'stem' },
      { concat: ['add1', 'conv2'] },
      { globalPool: true },
      { dropout: 0.5 },
      { flatten: true },
      { dense: 3, activation: 'tanh' },
    ];
    const { network, dropout } = plannedNetwork('net', [8, 8, 1], layers, 3);
    expect(network.layers.map(({ name, from }) => `${name} ${from?.join('+') ?? ''}`)).toEqual([
      'stem ',
      'conv1 ',
      'add1 conv1+stem',
      'conv2 stem',
      'concat1 add1+conv2',
      'globalPool1 ',
      'flatten1 ',
      'dense1 ',
    ]);
    expect(shapesOf(layers, [8, 8, 1]).slice(2, 5)).toEqual([
      'add1 add 8x8x4',
      'conv2 conv2d 8x8x2',
      'concat1 concat 8x8x6',
    ]);
    expect(dropout).toEqual({ globalPool1: 0.5 });
    expect(network.layers[0]).toMatchObject({ activation: { kind: 'slopes', slopes: [0.2] } });
  });

  const refused = (...layers: ShortLayer[]) => messageOf(() => plannedNetwork('net', [8, 8, 1], layers, 3));

  it('say which layer does not go with the one before', () => {
    expect(refused({ conv: 2 }, { dense: 3 })).toBe(
      'layers[1] (dense1): got a map of 6x6x2, wanted a list of units: a move that reshapes makes one of it [float/shape]',
    );
    expect(refused({ flatten: true }, { maxPool: 2 })).toBe(
      'layers[1] (maxPool1): got a tensor of 64, wanted a map of height x width x channels [float/shape]',
    );
    expect(refused({ conv: 4 }, { conv: 6, groups: 3 })).toBe(
      'layers[1] (conv2).groups: got 3 groups of 4 channels read and 6 given, wanted groups of equal size [float/shape]',
    );
    expect(refused({ conv: 2, kernel: 9 })).toMatch(/^layers\[0\] \(conv1\).*\[network\/window\]$/);
  });

  it('say what they are not', () => {
    expect(refused({ convolution: 3 })).toBe(
      'layers[0]: got convolution, wanted a layer that names one kind: conv, depthwise, maxPool, averagePool, globalPool, batchNorm, activation, upsample, flatten, dense, add, concat, dropout [learn/layers]',
    );
    expect(refused({ conv: 2, strides: 2 })).toBe(
      'layers[0].strides: got a member that is not known, wanted only members of this version [learn/layers]',
    );
    expect(refused({ conv: 2 }, { add: ['conv1', 'cnv1'] })).toBe(
      'layers[1]: got the name cnv1, wanted layers before it: input, conv1 (did you mean conv1?) [learn/layers]',
    );
    expect(refused({ conv: 2, name: 'a' }, { conv: 2, name: 'a' })).toBe(
      'layers[1].name: got a, wanted a name that no other layer has [learn/layers]',
    );
    expect(refused({ dropout: 0.2 })).toBe('layers[0]: got dropout, wanted a layer before it [learn/layers]');
    expect(refused({ flatten: true }, { dense: 4 })).toBe(
      'layers: got 4 outputs, wanted 3, one per class [learn/layers]',
    );
    expect(refused({ conv: 60_000, kernel: 60_000 })).toBe(
      'layers: got 216000000000000 weights in one layer, wanted at most 67108864 [learn/layers]',
    );
  });
});

/** Images of 8x8 with a bar at the top, in the middle or at the bottom. */
function bars(count: number): Samples {
  const random = new Random(5, 'bars');
  const labels = Array.from({ length: count }, (_, at) => at % 3);
  const features = labels.map((label) => {
    const place = 3 * label + random.integer(0, 1);
    return Array.from(
      { length: 64 },
      (_, at) => (Math.floor(at / 8) === place ? 1 : 0) + 0.3 * random.float(),
    );
  });
  return { features, labels, classes: ['top', 'middle', 'bottom'], shape: [8, 8, 1] };
}

describe('a teacher of convolutions', () => {
  const samples = bars(90);
  const options = { ...DEFAULT_TRAINING, epochs: 12, batchSize: 16, learningRate: 0.01, holdOut: 0.2 };
  const teacher = async () => {
    const planned = untrainedGraph(samples, {
      name: 'teacher',
      layers: [{ conv: 8, stride: 2, activation: 'relu' }, { flatten: true }, { dense: 3 }],
      seed: 1,
    });
    return (await trainFrom(planned.network, samples, options)).network;
  };
  const student = () => untrainedGraph(samples, { name: 'student', layers: STUDENT, seed: 2 });

  it('teaches a student, itself or by what it once said of every sample: the same bytes', async () => {
    const taught = await teacher();
    const { network, dropout } = student();
    const how = { ...DEFAULT_DISTILL, ...options, dropout, epochs: 40 };
    const itself = await distillInto(taught, network, samples, how);
    const said = await distillInto({ logits: await teacherLogits(taught, samples) }, network, samples, how);
    expect(flatten(said.network)).toEqual(flatten(itself.network));
    expect(itself.history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.9);
  });

  it('says what of its logits is wrong', async () => {
    const { network } = student();
    const how = { ...DEFAULT_DISTILL, ...options };
    const message = (logits: number[][]) =>
      messageOfAsync(() => distillInto({ logits }, network, samples, how));
    expect(await message([[1, 2, 3]])).toBe(
      'teacher.logits: got 1 rows, wanted 90, one per sample [learn/teacher]',
    );
    const rows = samples.labels.map(() => [0, 1, 2]);
    expect(await message(rows.with(7, [0, 1]))).toBe(
      'teacher.logits[7]: got 2 numbers, wanted 3 finite numbers, one per output of student [learn/teacher]',
    );
    expect(await message(rows.with(7, [0, 1, Number.NaN]))).toBe(
      'teacher.logits[7]: got a number that is not finite, wanted 3 finite numbers, one per output of student [learn/teacher]',
    );
  });
});
