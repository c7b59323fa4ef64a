import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.js';
import { fitScaler } from '../../src/data/scaler.js';
import { splitRows } from '../../src/data/split.js';
import { fractionOf, printFormat } from '../../src/fixed/format.js';
import type { DenseChain } from '../../src/float/chain.js';
import { rowsOf } from '../../src/float/tensor.js';
import { trainBase } from '../../src/learn/base.js';
import { flatten } from '../../src/learn/parameters.js';
import { prune } from '../../src/learn/prune.js';
import { type QuantizationAwareOptions, trainQuantized } from '../../src/learn/quantization-aware.js';
import { quantizeSamples } from '../../src/learn/quantization-plan.js';
import { quantizedLayers } from '../../src/learn/quantized-forward.js';
import { pickSamples, type Samples, samplesOf } from '../../src/learn/samples.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { layerFormats, referenceModel } from '../../src/network/reference.js';
import type { DenseNetwork, QuantizedNetwork } from '../../src/network/types.js';
import { planOf, quantizeAware } from '../../src/quantize/aware.js';
import { inputCodes } from '../../src/quantize/input-codes.js';
import { QUANTIZATION_SHAPE, type QuantizationConfig } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { classify } from '../support/classify.js';
import { messageOfAsync } from '../support/messages.js';

const WDBC = path.join(import.meta.dirname, '../../models/wdbc/data.csv');

const trainIn = async (
  network: DenseChain,
  samples: Samples,
  config: QuantizationConfig,
  narrow: boolean,
) => {
  const options = { narrow, epochs: 5, learningRate: 0.005, backend: 'cpu' } as const;
  const after = quantizeNetwork({ network }, samples.features, config).network;
  const { network: integers, trained } = await quantizeAware({ network }, samples, config, options);
  return { after, plan: planOf(after, config, narrow), trained, integers: integers as DenseNetwork };
};

const accuracyOf = (network: QuantizedNetwork, samples: Samples) => {
  const classes = classify(network, samples.features);
  return classes.filter((one, row) => one === samples.labels[row]).length / samples.labels.length;
};

describe('quantization-aware training', () => {
  let samples: Samples;
  let base: DenseChain;
  let pruned: DenseChain;

  beforeAll(async () => {
    const dataset = loadDataset(WDBC);
    const split = splitRows(dataset, { method: 'sklearn', seed: 42, test: 0.25 });
    samples = samplesOf(dataset, fitScaler(dataset, split.train), split.train);
    base = (await trainBase(samples, { epochs: 30, learningRate: 0.01 })).network;
    pruned = (await prune(base, samples, { epochs: 20, learningRate: 0.01, frequency: 20 })).network;
  });

  const configs: [string, object, boolean][] = [
    ['8 bits', { bits: 8 }, false],
    ['ternary weights of 2 bits', { bits: { input: 6, weights: 2, activations: 4 } }, true],
    ['inputs of 1 bit', { bits: { input: 1, weights: 5, activations: 5 } }, false],
    ['inputs of 16 bits', { bits: { input: 16, weights: 12, activations: 16 } }, false],
    [
      'a width for each unit',
      {
        bits: {
          input: 6,
          layers: {
            hidden: { weights: Array.from({ length: 16 }, (_, unit) => 2 + (unit % 7)) },
            output: { weights: 3 },
          },
        },
      },
      false,
    ],
    [
      'a format for each unit',
      { bits: { input: 7, weights: 3, activations: 6 }, granularity: 'unit' },
      false,
    ],
    [
      'given formats and other roundings',
      {
        bits: 6,
        rounding: 'RND_CONV',
        input: 'ufixed<5,0>',
        layers: {
          hidden: {
            weights: { format: 'fixed<4,3>', rounding: 'TRN' },
            bias: 'fixed<6,2>',
            output: { format: 'ufixed<5,3>', overflow: 'WRAP' },
          },
          output: { output: 'fixed<9,5>' },
        },
      },
      false,
    ],
  ];

  it.each(configs)(
    'leaves a network whose integers are those it was trained as: %s',
    async (_, given, narrow) => {
      const config = QUANTIZATION_SHAPE.parse(given);
      const { after, plan, trained, integers } = await trainIn(pruned, samples, config, narrow);
      expect(accuracyOf(integers, samples)).toBe(trained.history.at(-1)?.accuracy);
      const rows = pickSamples(samples, [...samples.labels.keys()].slice(0, 100));
      const { tf } = await loadTensorflow('cpu');
      const seen = quantizedLayers(
        tf,
        trained.network,
        flatten(trained.network),
        plan,
        quantizeSamples(rows, plan).features,
      );
      const reference = referenceModel(integers);
      const formats = layerFormats(integers);
      const wanted = rows.features.map((row) => reference(inputCodes(integers, row)).layers);
      seen.forEach((values, layer) => {
        const columns = values.length / rows.labels.length;
        const codes = Array.from(
          values,
          (value, at) => value * 2 ** fractionOf(formats[layer][at % columns]),
        );
        expect(codes).toEqual(wanted.flatMap((sample) => sample[layer]));
      });
      expect(integers.input.formats.map(printFormat)).toEqual(after.input.formats.map(printFormat));
      integers.layers.forEach(({ kernel }, layer) => {
        expect(kernel.formats.map(printFormat)).toEqual(after.layers[layer].kernel.formats.map(printFormat));
      });
    },
  );

  it('keeps pruned weights at 0', async () => {
    const { integers } = await trainIn(pruned, samples, QUANTIZATION_SHAPE.parse({ bits: 8 }), false);
    integers.layers.forEach(({ kernel }, layer) => {
      const revived = kernel.codes.flatMap((row, input) =>
        row.filter((code, unit) => code !== 0 && rowsOf(pruned.layers[layer].kernel)[input][unit] === 0),
      );
      expect(revived).toEqual([]);
    });
  });

  it('wins back what few bits cost', async () => {
    const config = QUANTIZATION_SHAPE.parse({ bits: { input: 6, weights: 2, activations: 4 } });
    const after = quantizeNetwork({ network: base }, samples.features, config).network;
    const trained = await trainQuantized(base, planOf(after, config), samples, {
      epochs: 40,
      learningRate: 0.005,
    });
    const accuracy = trained.history.at(-1)?.accuracy ?? 0;
    expect(accuracy).toBeGreaterThan(accuracyOf(after, samples) + 0.02);
    expect(accuracy).toBeGreaterThan(0.93);
  });

  it('leaves nothing behind on the backend', async () => {
    const { tf } = await loadTensorflow('cpu');
    const before = tf.memory().numTensors;
    await trainIn(pruned, samples, QUANTIZATION_SHAPE.parse({ bits: 8 }), false);
    expect(tf.memory().numTensors).toBe(before);
  });

  describe('with a teacher', () => {
    const LOSS = { temperature: 4, alpha: 0, scaleByTemperature: true };
    const config = QUANTIZATION_SHAPE.parse({ bits: 4 });
    const trainedBy = async (of: Samples, taught?: QuantizationAwareOptions['taught']) => {
      const options = {
        epochs: 2,
        learningRate: 0.05,
        holdOut: 0.2,
        backend: 'cpu',
        ...(taught && { taught }),
      } as const;
      return (await quantizeAware({ network: pruned }, of, config, options)).trained.network;
    };
    const logitsOf = (of: Samples) => of.labels.map((_, row) => [(row % 5) - 2]);

    it('learns from its logits as far as alpha says', async () => {
      const logits = logitsOf(samples);
      const alone = await trainedBy(samples);
      expect(await trainedBy(samples, { ...LOSS, alpha: 1, logits })).toEqual(alone);
      const taught = await trainedBy(samples, { ...LOSS, logits });
      expect(taught).not.toEqual(alone);
      expect(await trainedBy(samples, { ...LOSS, logits: logits.map(([one]) => [-one]) })).not.toEqual(
        taught,
      );
    });

    it('is refused where it is not of these samples', async () => {
      const logits = logitsOf(samples).slice(1);
      expect(await messageOfAsync(() => trainedBy(samples, { ...LOSS, logits }))).toBe(
        'teacher.logits: got 425 rows, wanted 426, one per sample [learn/teacher]',
      );
    });
  });

  it('gives the same bytes for the same seed', async () => {
    const config = QUANTIZATION_SHAPE.parse({ bits: 4 });
    const [one, two] = [
      await trainIn(pruned, samples, config, false),
      await trainIn(pruned, samples, config, false),
    ];
    expect(JSON.stringify(one.trained)).toBe(JSON.stringify(two.trained));
  });
});
