import { loadDataset } from '../src/data/dataset.js';
import { fitScaler } from '../src/data/scaler.js';
import { splitRows } from '../src/data/split.js';
import { trainBase } from '../src/learn/base.js';
import { type Samples, samplesOf } from '../src/learn/samples.js';
import { loadTensorflow } from '../src/learn/tensorflow.js';
import { type Bench, medianSeconds } from './support/bench.js';

const EPOCHS = 100;
const BATCH_SIZE = 64;
const REPEATS = 5;

/** The seeded loop beside TensorFlow.js' own `fit`: the same network, data, optimizer and backend. */
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
    const seconds = { ours: await medianSeconds(REPEATS, ours), fit: await medianSeconds(REPEATS, plain) };
    return [
      {
        workload: `30-16-1 on ${samples.labels.length} rows, ${backend}`,
        measure: `seconds per ${EPOCHS} epochs: seeded loop / tfjs fit`,
        ours: `${seconds.ours.toFixed(2)} s`,
        other: `${seconds.fit.toFixed(2)} s`,
        ratio: seconds.ours / seconds.fit,
        goal: { atMost: 1 },
      },
    ];
  },
};

export default bench;

function trainingSamples(): Samples {
  const dataset = loadDataset('models/wdbc/data.csv');
  const { train } = splitRows(dataset, { method: 'sklearn', seed: 42, test: 0.25 });
  return samplesOf(dataset, fitScaler(dataset, train), train);
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
