import { availableParallelism, loadavg } from 'node:os';
import type { Optimizer, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from '../../src/learn/kernels/conv2d.js';
import { Crew } from '../../src/learn/kernels/crew.js';
import { configOf } from '../../src/learn/kernels/kernel.js';
import { assemble } from '../../src/learn/kernels/machine.js';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';
import { medianSeconds, type Ratio } from './bench.js';
import { onnxProducts } from './onnx-products.js';
import { processorSecondsOf, processorSecondsOfAll } from './processor-time.js';
import { vectorCeiling } from './vector-ceiling.js';

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
/** Other work that the machine may have while threads are compared. */
const IDLE = 0.3;
/** Work of one measurement by the clock is repeated for at least so long. */
const SECONDS = 0.5;

/**
 * Samples of the networks in a second of the processor's time, forward and in training, beside the cpu backend of
 * TensorFlow.js.
 */
export async function networkRatios(): Promise<Ratio[]> {
  const ratios: Ratio[] = [];
  for (const { name, units, slowBatch } of NETWORKS) {
    const rates = [];
    for (const [backend, batch] of [
      ['wasm', BATCH],
      ['cpu', slowBatch],
    ] as const) {
      const { tf } = await loadTensorflow(backend);
      rates.push(ratesOf(tf, units, batch));
    }
    for (const measure of ['forward', 'training'] as const) {
      const [ours, other] = rates.map((rate) => rate[measure]);
      ratios.push({
        workload: `${name} on 28x28, wasm`,
        measure: `samples per processor second, ${measure} / cpu backend`,
        ours: ours.toFixed(0),
        other: other.toFixed(1),
        ratio: ours / other,
        ...(measure === 'training' && { goal: { atLeast: 150 } }),
      });
    }
  }
  return ratios;
}

function ratesOf(tf: Tf, units: readonly [number, number], batch: number) {
  const { forward, optimizer, images, labels } = studyNetwork(tf, units, batch);
  const inference = () => tf.tidy(() => void forward(images).dataSync());
  const training = () =>
    tf.tidy(() => {
      const loss = () => tf.losses.softmaxCrossEntropy(labels, forward(images));
      optimizer.applyGradients(tf.variableGrads(loss as never).grads);
    });
  return {
    forward: batch / processorSecondsOf(inference),
    training: batch / processorSecondsOf(training),
  };
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

/** The second layer of a teacher, larger: 14x14x64 to 128. */
const PRODUCT = { images: BATCH, height: 14, channels: 64, units: 128 };

/** A convolution and its two gradients on a crew's threads. */
function productsOn(tf: Tf, crew: Crew): Record<string, () => void> {
  const { images, height, channels, units } = PRODUCT;
  const x = tf.randomUniform([images, height, height, channels], -1, 1, 'float32', 1);
  const filter = tf.randomUniform([3, 3, channels, units], -1, 1, 'float32', 2);
  const dy = tf.randomUniform([images, height, height, units], -1, 1, 'float32', 3);
  const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined };
  const run = (kernel: typeof conv2d, inputs: Record<string, Tensor>, more: object) => () => {
    const backend = tf.backend();
    const { kernelFunc } = configOf(kernel, crew);
    const out = kernelFunc({ inputs, backend, attrs: { ...attributes, ...more } as never });
    backend.disposeData((out as Tensor).dataId);
  };
  return {
    convolution: run(conv2d, { x, filter }, { dilations: 1 }),
    'gradient by the input': run(conv2dBackpropInput, { dy, filter }, { inputShape: x.shape }),
    'gradient by the kernel': run(conv2dBackpropFilter, { x, dy }, { filterShape: filter.shape }),
  };
}

/**
 * GFLOPS of the products on one thread by the processor's time, beside what vectors of 128 bits can reach, and beside
 * onnxruntime where that is installed: half of its speed is wanted where the vectors allow it.
 */
export async function productRatios(): Promise<Ratio[]> {
  const { tf } = await loadTensorflow('wasm');
  const { images, height, channels, units } = PRODUCT;
  const operations = 2 * images * height * height * 9 * channels * units;
  const workload = `${height}x${height}x${channels} to ${units}, 3x3, ${images} images`;
  const ceiling = await vectorCeiling();
  const others = await onnxProducts(PRODUCT);
  const ratios: Ratio[] = [];
  for (const [at, [measure, work]] of Object.entries(
    productsOn(tf, new Crew(await assemble(), 1)),
  ).entries()) {
    const speed = operations / processorSecondsOf(work) / 1e9;
    const beside = (other: number, name: string, atLeast: number): Ratio => ({
      workload,
      measure: `GFLOPS, ${measure} / ${name}`,
      ours: speed.toFixed(1),
      other: other.toFixed(1),
      ratio: speed / other,
      ...(atLeast * other <= ceiling && { goal: { atLeast } }),
    });
    ratios.push(beside(ceiling, '128-bit registers', 0.6));
    if (others === undefined) continue;
    const other = operations / (await processorSecondsOfAll(others[at])) / 1e9;
    ratios.push(beside(other, 'onnxruntime, one thread', 0.5));
  }
  return ratios;
}

/** Two threads beside one, by the clock: a machine with other work has no second core to give. */
export async function threadRatios(): Promise<Ratio[]> {
  if (availableParallelism() < 2) return [];
  const isIdle = loadavg()[0] < IDLE;
  const { tf } = await loadTensorflow('wasm');
  const module = await assemble();
  const [one, two] = [1, 2].map((threads) => Object.values(productsOn(tf, new Crew(module, threads))));
  let [alone, together] = [0, 0];
  for (const [at, work] of one.entries()) {
    alone += await secondsOf(work);
    together += await secondsOf(two[at]);
  }
  return [
    {
      workload: `the three products, ${isIdle ? 'idle machine' : `load ${loadavg()[0].toFixed(1)}`}`,
      measure: 'milliseconds: one thread / two',
      ours: (together * 1000).toFixed(1),
      other: (alone * 1000).toFixed(1),
      ratio: alone / together,
      ...(isIdle && { goal: { atLeast: 1.6 } }),
    },
  ];
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
