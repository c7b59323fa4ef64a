import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { foldNetwork } from '../../src/float/fold.js';
import { untrainedGraph } from '../../src/learn/base.js';
import { channelMask } from '../../src/learn/channels.js';
import { flatten, kernelsOf, slotsOf, unflatten } from '../../src/learn/parameters.js';
import { DEFAULT_PRUNING, prune } from '../../src/learn/prune.js';
import type { Samples } from '../../src/learn/samples.js';
import { hardwareCost } from '../../src/pipeline/study/hardware-cost.js';
import { quantizeAware } from '../../src/quantize/aware.js';
import { DEFAULT_QUANTIZATION } from '../../src/quantize/options.js';
import { messageOfAsync } from '../support/messages.js';

const random = new Random(6, 'channels');

/** Images of two kinds: a bright bar lies or stands, anywhere. */
const labels = Array.from({ length: 96 }, (_, at) => at % 2);
const bars: Samples = {
  features: labels.map((label) => {
    const place = random.integer(0, 5);
    return Array.from({ length: 36 }, (_, at) =>
      (label === 0 ? Math.floor(at / 6) : at % 6) === place ? 1 : 0,
    );
  }),
  labels,
  classes: ['lying', 'standing'],
  shape: [6, 6, 1],
};

const network = (...layers: object[]) =>
  untrainedGraph(bars, { name: 'net', layers: layers as never, seed: 2 }).network;

const CHAIN = [
  { conv: 4, padding: 'same' },
  { batchNorm: true },
  { activation: 'relu' },
  { maxPool: 2 },
  { conv: 6, padding: 'same', activation: 'relu' },
  { flatten: true },
  { dense: 1 },
];

/** Of each layer's member the numbers that are left. */
function leftOf(of: ReturnType<typeof network>, mask: Float32Array): Record<string, number> {
  return Object.fromEntries(
    slotsOf(of).map(({ layer, member, offset, size }) => [
      `${of.layers[layer].name}.${member}`,
      mask.subarray(offset, offset + size).reduce((sum, one) => sum + one, 0),
    ]),
  );
}

describe('channels that are taken away', () => {
  it('are the smallest ones, with their biases and all that multiplies them', () => {
    const net = network(...CHAIN);
    const parameters = flatten(net);
    const [first, second] = kernelsOf(net);
    // Of the first kernel channel 1 is the smallest, of the second 4 and 2.
    for (let at = 0; at < first.size; at++) parameters[first.offset + at] = at % 4 === 1 ? 0.01 : -0.5;
    for (let at = 0; at < second.size; at++)
      parameters[second.offset + at] = at % 6 === 4 ? 0.01 : at % 6 === 2 ? -0.02 : 0.5;
    const mask = channelMask(net, parameters, (kernel) => [0.25, 1 / 3][kernel]);
    expect(leftOf(net, mask)).toEqual({
      'conv1.kernel': 9 * 3,
      'conv1.bias': 3,
      'batchNorm1.gamma': 3,
      'batchNorm1.beta': 3,
      'batchNorm1.mean': 4,
      'batchNorm1.variance': 4,
      'conv2.kernel': 9 * 3 * 4,
      'conv2.bias': 4,
      'dense1.kernel': 9 * 4,
      'dense1.bias': 1,
    });
    const [, , third] = kernelsOf(net);
    const kept = Array.from(mask.subarray(third.offset, third.offset + 6));
    expect(kept).toEqual([1, 1, 0, 1, 0, 1]);
  });

  it('stay where another branch brings values into them', () => {
    const net = network(
      { conv: 2, padding: 'same', name: 'one' },
      { conv: 2, padding: 'same', name: 'two', from: 'input' },
      { add: ['one', 'two'], name: 'sum' },
      { depthwise: 1, name: 'own' },
      { flatten: true },
      { dense: 1 },
    );
    const mask = channelMask(net, flatten(net), (kernel) => (kernel === 0 ? 0.5 : 0));
    expect(leftOf(net, mask)).toMatchObject({
      'one.kernel': 9,
      'one.bias': 1,
      'two.kernel': 18,
      'own.kernel': 18,
    });
    const both = channelMask(net, new Float32Array(flatten(net).length).fill(1), (kernel) =>
      kernel < 2 ? 0.5 : 0,
    );
    expect(leftOf(net, both)).toMatchObject({ 'two.kernel': 9, 'own.kernel': 9 });
  });

  const quick = { epochs: 8, batchSize: 16, frequency: 4, holdOut: 0, dropout: 0, learningRate: 0.005 };

  it('give nothing but 0 through the training and the integers, and hardware is smaller by them', async () => {
    const start = unflatten(network(...CHAIN), flatten(network(...CHAIN)));
    const cost = async (channels: number | number[]) => {
      const { network: pruned } = await prune(start, bars, {
        ...quick,
        initialSparsity: 0,
        finalSparsity: 0.5,
        channels,
      });
      const sparse = kernelsOf(pruned).map(
        ({ offset, size }) =>
          flatten(pruned)
            .subarray(offset, offset + size)
            .filter((value) => value !== 0).length,
      );
      const source = { network: foldNetwork(pruned).network };
      const { network: integers } = await quantizeAware(
        source,
        bars,
        { ...DEFAULT_QUANTIZATION, bits: 6 },
        { epochs: 2 },
      );
      return { sparse, serial: hardwareCost(integers, { architecture: 'serial' }) };
    };
    const [kernels, channels] = [await cost(0), await cost([0.5, 0.5])];
    expect(kernels.sparse).toEqual([18, 108, 27]);
    // What a whole channel leaves is sparse by that already, or more where single weights went before it.
    [18, 54, 27].forEach((most, layer) => {
      expect(channels.sparse[layer]).toBeLessThanOrEqual(most);
      expect(channels.sparse[layer]).toBeGreaterThan(0.8 * most);
    });
    expect(channels.serial.romBits).toBeLessThan(0.75 * kernels.serial.romBits);
    expect(channels.serial.interval).toBeLessThan(kernels.serial.interval);
  });

  it('may be a share for each layer but the last', async () => {
    expect(await messageOfAsync(() => prune(network(...CHAIN), bars, { ...quick, channels: [0.5] }))).toBe(
      'channels: got [0.5], wanted a share of at least 0 and below 1, or a list of 2, one for each layer but the last [learn/option]',
    );
    expect(DEFAULT_PRUNING.channels).toBe(0);
  });
});
