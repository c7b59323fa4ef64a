import { loadDataset } from '../src/data/dataset.js';
import { fitScaler } from '../src/data/scaler.js';
import { splitRows } from '../src/data/split.js';
import { trainBase } from '../src/learn/base.js';
import { type Samples, samplesOf } from '../src/learn/samples.js';
import { loadTensorflow } from '../src/learn/tensorflow.js';
import { quantizeAware } from '../src/quantize/aware.js';
import { DEFAULT_QUANTIZATION } from '../src/quantize/options.js';
import { type Bench, medianSeconds } from './support/bench.js';
import { networkRatios, productRatios, threadRatios } from './support/convolutions.js';
import { awareRatios } from './support/quantized-training.js';

const EPOCHS = 100;
const BATCH_SIZE = 64;
const REPEATS = 5;

/**
 * The seeded loop, also in integer formats, beside TensorFlow.js' own `fit`: the same network, data and backend. Then
 * convolutions, beside the cpu backend.
 */
const bench: Bench = {
  title: 'Training',
  async run() {
    const samples = trainingSamples();
    const { backend } = await loadTensorflow();
    const ours = () => trainBase(samples, { epochs: EPOCHS, batchSize: BATCH_SIZE });
    const plain = await plainFit(samples);
    // One of each for nothing: both sides begin with compiled code.
    await ours();
    await plain();
    const aware = await quantizationAware(samples);
    await aware();
    const [loop, quantized, fit] = await medianSecondsInTurn(ours, aware, plain);
    const beside = (measure: string, seconds: number) => ({
      workload: `30-16-1 on ${samples.labels.length} rows, ${backend}`,
      measure: `seconds per ${EPOCHS} epochs: ${measure} / tfjs fit`,
      ours: `${seconds.toFixed(2)} s`,
      other: `${fit.toFixed(2)} s`,
      ratio: seconds / fit,
      goal: { atMost: 1 },
    });
    return [
      beside('seeded loop', loop),
      beside('quantization-aware, 8 bits', quantized),
      ...(await productRatios()),
      ...(await threadRatios()),
      ...(await awareRatios()),
      ...(await networkRatios()),
    ];
  },
};

export default bench;

/** In turn, so that whatever else the machine does slows down both. */
async function medianSecondsInTurn(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const seconds: number[][] = works.map(() => []);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [index, work] of works.entries()) seconds[index].push(await medianSeconds(1, work));
  }
  return seconds.map((times) => times.sort((a, b) => a - b)[Math.floor(REPEATS / 2)]);
}

function trainingSamples(): Samples {
  const dataset = loadDataset('models/wdbc/data.csv');
  const { train } = splitRows(dataset, { method: 'sklearn', seed: 42, test: 0.25 });
  return samplesOf(dataset, fitScaler(dataset, train), train);
}

/** Trains on in integer formats, from a float network that has been trained a little. */
async function quantizationAware(samples: Samples): Promise<() => Promise<unknown>> {
  const { network } = await trainBase(samples, { epochs: 10 });
  const config = { ...DEFAULT_QUANTIZATION, bits: 8 };
  return () => quantizeAware({ network }, samples, config, { epochs: EPOCHS, batchSize: BATCH_SIZE });
}

/** As little as `fit` can do: no callbacks, no validation, no pauses. */
async function plainFit({ features, labels }: Samples): Promise<() => Promise<unknown>> {
  const { tf } = await loadTensorflow();
  const { layers, sequential } = await import('@tensorflow/tfjs-layers');
  const inputs = tf.tensor2d(features.map((row) => row.slice()));
  const targets = tf.tensor2d(labels.map((label) => [label]));
  return async () => {
    const model = sequential({
      layers: [
        layers.dense({ units: 16, activation: 'relu', inputShape: [features[0].length] }),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
    });
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    await model.fit(inputs, targets, {
      epochs: EPOCHS,
      batchSize: BATCH_SIZE,
      verbose: 0,
      yieldEvery: 'never',
    });
    model.dispose();
  };
}
