import type { Optimizer, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';
import { medianSeconds, type Ratio } from './bench.js';

/** The two convolutions of the MNIST study: 3x3, stride 2, a leaky rectifier and an overlapping pool behind each. */
interface Network {
  readonly name: string;
  readonly units: readonly [number, number];
  /** Images in a batch on the cpu backend, which takes seconds for what the other does in milliseconds. */
  readonly slowBatch: number;
}

const NETWORKS: readonly Network[] = [
  { name: 'student 16/32', units: [16, 32], slowBatch: 16 },
  { name: 'teacher 64/128', units: [64, 128], slowBatch: 2 },
];
const BATCH = 64;
const CLASSES = 10;
const REPEATS = 3;
/** Work of one measurement is repeated for at least so long. */
const SECONDS = 0.5;

/** Samples a second of the networks, forward and in training, beside the cpu backend of TensorFlow.js. */
export async function networkRatios(): Promise<Ratio[]> {
  const ratios: Ratio[] = [];
  for (const { name, units, slowBatch } of NETWORKS) {
    const rates = [];
    for (const [backend, batch] of [
      ['wasm', BATCH],
      ['cpu', slowBatch],
    ] as const) {
      const { tf } = await loadTensorflow(backend);
      rates.push(await ratesOf(tf, units, batch));
    }
    for (const measure of ['forward', 'training'] as const) {
      const [ours, other] = rates.map((rate) => rate[measure]);
      ratios.push({
        workload: `${name} on 28x28, wasm`,
        measure: `samples a second, ${measure} / cpu backend`,
        ours: ours.toFixed(0),
        other: other.toFixed(1),
        ratio: ours / other,
        ...(measure === 'training' && { goal: { atLeast: 150 } }),
      });
    }
  }
  return ratios;
}

async function ratesOf(tf: Tf, units: readonly [number, number], batch: number) {
  const { forward, optimizer, images, labels } = studyNetwork(tf, units, batch);
  const inference = () => tf.tidy(() => void forward(images).dataSync());
  const training = () =>
    tf.tidy(() => {
      const loss = () => tf.losses.softmaxCrossEntropy(labels, forward(images));
      optimizer.applyGradients(tf.variableGrads(loss as never).grads);
    });
  return { forward: batch / (await secondsOf(inference)), training: batch / (await secondsOf(training)) };
}

function studyNetwork(tf: Tf, [first, second]: readonly [number, number], batch: number) {
  const weights = (...shape: number[]) => tf.variable(tf.randomNormal(shape, 0, 0.1, 'float32', 1));
  const kernels = [weights(3, 3, 1, first), weights(3, 3, first, second)] as Variable[];
  const biases = [weights(first), weights(second)];
  const dense = weights(49 * second, CLASSES);
  const stage = (x: Tensor, at: number) => {
    const sums = tf.add(tf.conv2d(x as Tensor4D, kernels[at] as never, 2, 'same'), biases[at]);
    return tf.maxPool(tf.leakyRelu(sums, 0.2) as Tensor4D, 2, 1, 'same');
  };
  const forward = (x: Tensor) => tf.matMul(tf.reshape(stage(stage(x, 0), 1), [batch, 49 * second]), dense);
  const optimizer: Optimizer = tf.train.adam();
  const images = tf.randomUniform([batch, 28, 28, 1], 0, 1, 'float32', 1);
  const classes = Array.from({ length: batch }, (_, row) => row % CLASSES);
  return { forward, optimizer, images, labels: tf.oneHot(tf.tensor1d(classes, 'int32'), CLASSES) };
}

/** GFLOPS of a convolution and of its two gradients on the wasm backend, by the time that the processor takes. */
export async function productRatios(): Promise<Ratio[]> {
  const { tf } = await loadTensorflow('wasm');
  const [height, channels, units] = [14, 64, 128];
  const x = tf.randomUniform([BATCH, height, height, channels], -1, 1, 'float32', 1) as Tensor4D;
  const kernel = tf.randomUniform([3, 3, channels, units], -1, 1, 'float32', 2) as Tensor4D;
  const dy = tf.randomUniform([BATCH, height, height, units], -1, 1, 'float32', 3) as Tensor4D;
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };
  const run =
    (name: string, inputs: Record<string, Tensor>, more = {}) =>
    () =>
      tf.tidy(() => void tf.engine().runKernel(name, inputs as never, { ...attributes, ...more } as never));
  const products = {
    convolution: run('Conv2D', { x, filter: kernel }, { dilations: 1 }),
    'gradient by the input': run('Conv2DBackpropInput', { dy, filter: kernel }, { inputShape: x.shape }),
    'gradient by the kernel': run('Conv2DBackpropFilter', { x, dy }, { filterShape: kernel.shape }),
  };
  const operations = 2 * BATCH * height * height * 9 * channels * units;
  const ratios: Ratio[] = [];
  for (const [measure, work] of Object.entries(products)) {
    const speed = operations / processorSecondsOf(work) / 1e9;
    ratios.push({
      workload: `${height}x${height}x${channels} to ${units}, 3x3, ${BATCH} images`,
      measure: `GFLOPS, ${measure} / the 24 of one core`,
      ours: speed.toFixed(1),
      other: '24',
      ratio: speed / 24,
      goal: { atLeast: 1 },
    });
  }
  return ratios;
}

/** Seconds of one call, the median of some measurements, each of enough calls. */
async function secondsOf(work: () => void): Promise<number> {
  work();
  const once = await medianSeconds(1, async () => work());
  const calls = Math.max(1, Math.round(SECONDS / once));
  const all = await medianSeconds(REPEATS, async () => {
    for (let call = 0; call < calls; call++) work();
  });
  return all / calls;
}

/** The processor's time for one call. */
function processorSecondsOf(work: () => void): number {
  const seconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  work();
  const begin = seconds();
  let calls = 0;
  for (; calls === 0 || seconds() - begin < 2 * SECONDS; calls++) work();
  return (seconds() - begin) / calls;
}
