import type { Optimizer, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { Random } from '../core/random.js';
import { turns } from '../core/turns.js';
import { placeFloatLayers } from '../float/graph.js';
import { classOf } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { sizeOf } from '../network/tensor.js';
import { augment } from './augment.js';
import type { RunState } from './checkpoint.js';
import { type BatchForward, forwardPass } from './forward.js';
import { flatMatrix, gather, logitsOfAll, type Matrix, matrixOf } from './matrix.js';
import { meanCrossEntropy } from './metrics.js';
import { restoreOptimizer, saveOptimizer } from './optimizer-state.js';
import { OPTIMIZERS, SCHEDULES, type TrainingOptions } from './options.js';
import { flatten, kernelsOf, type Parameters, parameterCount, type Slot, unflatten } from './parameters.js';
import { problems } from './problems.js';
import type { Tf } from './tensorflow.js';
import { type EpochRecord, stepsOf, type Training } from './training.js';

/** Samples that are measured after every epoch. */
interface MeasuredSet {
  readonly features: Matrix;
  readonly labels: readonly number[];
}

/** The share of their former values that counted statistics keep in a step, as Keras has it. */
const STATISTICS_MOMENTUM = 0.99;

/** The state of one training on the backend; `dispose` frees it. */
export class TrainingRun<N extends FloatNetwork> {
  private readonly forward: BatchForward;
  private readonly targets: Matrix;
  private readonly trainingSet: MeasuredSet;
  private readonly validationSet: MeasuredSet | undefined;
  private readonly parameters: Variable;
  private readonly optimizer: Optimizer;
  private readonly order: Random;
  private readonly dropout: Random;
  private readonly augmentation: Random;
  private readonly augment: ((values: Float32Array) => void) | undefined;
  private readonly dropped: readonly DroppedLayer[];
  /** 1 for each weight, 0 for each bias. */
  private readonly weights: Tensor1D;
  private mask: Tensor1D | undefined;
  private step = 0;

  constructor(
    private readonly tf: Tf,
    private readonly training: Training<N>,
  ) {
    const { start, samples, validation, objective, options } = training;
    const { shape } = start.input;
    this.forward = training.forward?.(tf) ?? forwardPass(tf, start);
    this.targets = flatMatrix(objective.targets, [objective.columns]);
    this.trainingSet = { features: matrixOf(samples.features, shape), labels: samples.labels };
    this.validationSet = validation && {
      features: matrixOf(validation.features, shape),
      labels: validation.labels,
    };
    this.dropped = droppedLayers(start, options.dropout);
    this.parameters = tf.tidy(() => tf.variable(tf.tensor1d(flatten(start))));
    this.optimizer = OPTIMIZERS[options.optimizer](tf, options.learningRate);
    this.weights = tf.tensor1d(weightMask(start));
    this.order = new Random(options.seed, 'order');
    this.dropout = new Random(options.seed, 'dropout');
    this.augmentation = new Random(options.seed, 'augmentation');
    this.augment = augmenter(options, shape, this.augmentation);
  }

  /**
   * Every sample once, in a new order.
   *
   * @param onShare is told now and then how much of it is done: above 0 and below 1
   */
  async epoch(onShare: (share: number) => void = () => {}): Promise<void> {
    const order = this.order.shuffled(this.trainingSet.labels.keys());
    const { batchSize } = this.training.options;
    const turn = turns();
    for (let begin = 0; begin < order.length; begin += batchSize) {
      this.updateMask();
      this.tf.tidy(() => this.descend(order.slice(begin, begin + batchSize)));
      this.step += 1;
      const others = turn();
      const done = begin + batchSize;
      if (others !== undefined && done < order.length) onShare(done / order.length);
      await others;
    }
  }

  /** The network as it stands, on the training samples and those for validation. */
  async measure(): Promise<Omit<EpochRecord, 'epoch'>> {
    const nonZeros = this.values().reduce((count, value) => (value === 0 ? count : count + 1), 0);
    const record = { ...(await this.measureOn(this.trainingSet)), nonZeros };
    if (this.validationSet === undefined) return record;
    return { ...record, validation: await this.measureOn(this.validationSet) };
  }

  network(): N {
    return unflatten(this.training.start, this.values());
  }

  get parameterCount(): number {
    return this.parameters.size;
  }

  /** Whether no further mask will be made. */
  get isFinal(): boolean {
    return this.step > (this.training.masking?.lastStep ?? -1);
  }

  /** All that the next epoch follows from, beside what the training was told. */
  async state(): Promise<RunState> {
    return {
      step: this.step,
      parameters: this.values(),
      mask: this.mask?.dataSync<'float32'>().slice(),
      optimizer: await saveOptimizer(this.optimizer),
      random: this.streams.map((stream) => stream.position()),
    };
  }

  /** Goes on from a state that {@link state} gave. */
  async resume({ step, parameters, mask, optimizer, random }: RunState): Promise<void> {
    const { tf } = this;
    this.step = step;
    tf.tidy(() => this.parameters.assign(tf.tensor1d(parameters)));
    this.mask = mask && tf.tensor1d(mask);
    await restoreOptimizer(tf, this.optimizer, optimizer);
    this.streams.forEach((stream, at) => {
      stream.resume(random[at]);
    });
  }

  private get streams(): readonly Random[] {
    return [this.order, this.dropout, this.augmentation];
  }

  dispose(): void {
    this.parameters.dispose();
    this.optimizer.dispose();
    this.weights.dispose();
    this.mask?.dispose();
  }

  values(): Parameters {
    return this.parameters.dataSync<'float32'>().slice();
  }

  private updateMask(): void {
    const mask = this.training.masking?.before(this.step, () => this.values());
    if (mask === undefined) return;
    checkMask(mask, this.parameters.size, this.training.task);
    this.mask?.dispose();
    this.mask = this.tf.tensor1d(mask);
    this.applyMask(this.mask);
  }

  private applyMask(mask: Tensor1D): void {
    this.tf.tidy(() => this.parameters.assign(this.tf.mul(this.parameters, mask)));
  }

  /** One step of the optimizer. */
  private descend(batch: readonly number[]): void {
    const { tf } = this;
    const features = gather(tf, this.trainingSet.features, batch, this.augment);
    const targets = gather(tf, this.targets, batch) as Tensor2D;
    const dropout = this.dropoutFactors(batch.length);
    const counted: [Slot, Tensor][] = [];
    const count = (slot: Slot, value: Tensor) => void counted.push([slot, tf.keep(tf.clone(value))]);
    const lossOfBatch = () => {
      const logits = this.forward(this.parameters as unknown as Tensor1D, features, { dropout, count });
      return this.training.objective.loss(tf, logits, targets);
    };
    const { grads } = tf.variableGrads(lossOfBatch, [this.parameters]);
    const { learningRate, weightDecay, l1 } = this.training.options;
    const { name } = this.parameters;
    if (l1 > 0) grads[name] = tf.add(grads[name], tf.mul(tf.sign(this.parameters), tf.mul(this.weights, l1)));
    const rate = learningRate * this.scheduled();
    setLearningRate(this.optimizer, rate);
    this.optimizer.applyGradients(grads);
    if (weightDecay > 0) this.decay(rate * weightDecay);
    if (this.mask !== undefined) this.applyMask(this.mask);
    if (counted.length > 0) this.keepCount(counted);
  }

  /** Statistics go a little way towards those of the batch. */
  private keepCount(counted: readonly [Slot, Tensor][]): void {
    const values = this.values();
    for (const [{ offset }, tensor] of counted) {
      tensor.dataSync().forEach((value, at) => {
        const before = values[offset + at];
        values[offset + at] = value + STATISTICS_MOMENTUM * (before - value);
      });
      tensor.dispose();
    }
    this.parameters.assign(this.tf.tensor1d(values));
  }

  private decay(share: number): void {
    const { tf, parameters } = this;
    parameters.assign(tf.sub(parameters, tf.mul(parameters, tf.mul(this.weights, share))));
  }

  private scheduled(): number {
    const { samples, options } = this.training;
    return SCHEDULES[options.schedule](this.step / stepsOf(samples.labels.length, options));
  }

  /** By layer [sample, …shape]: 0 where a value is dropped, else what keeps the expected sum as it is. */
  private dropoutFactors(samples: number): Tensor[] {
    const factorsOf: Tensor[] = [];
    for (const { layer, rate, shape } of this.dropped) {
      const kept = 1 / (1 - rate);
      const limit = rate * 2 ** 32;
      const factors = new Float32Array(samples * sizeOf({ shape }));
      for (let at = 0; at < factors.length; at++) factors[at] = this.dropout.uint32() < limit ? 0 : kept;
      factorsOf[layer] = this.tf.tensor(factors, [samples, ...shape]);
    }
    return factorsOf;
  }

  private async measureOn({ features, labels }: MeasuredSet): Promise<{ loss: number; accuracy: number }> {
    const logits = await logitsOfAll(this.tf, this.forward, this.parameters as unknown as Tensor1D, features);
    const hits = labels.filter((label, row) => classOf(logits[row]) === label).length;
    return { loss: meanCrossEntropy(labels, logits), accuracy: hits / labels.length };
  }
}

function augmenter({ augment: wanted }: TrainingOptions, shape: readonly number[], random: Random) {
  if (wanted === undefined) return undefined;
  return (values: Float32Array) => augment(values, shape, wanted, random);
}

interface DroppedLayer {
  readonly layer: number;
  readonly rate: number;
  readonly shape: readonly number[];
}

/** Layers whose values are dropped: those that are named, or all with a kernel but the last. */
function droppedLayers(network: FloatNetwork, dropout: TrainingOptions['dropout']): DroppedLayer[] {
  const hidden = kernelsOf(network)
    .map(({ layer }) => layer)
    .slice(0, -1);
  return placeFloatLayers(network).flatMap(({ layer: { name }, output }, layer) => {
    const rate = typeof dropout === 'number' ? (hidden.includes(layer) ? dropout : 0) : (dropout[name] ?? 0);
    return rate === 0 ? [] : [{ layer, rate, shape: output }];
  });
}

/** @throws learn/mask */
function checkMask(mask: Float32Array, parameters: number, task: string): void {
  if (mask.length !== parameters) throw problems.learnMask(task, mask.length, parameters);
}

function weightMask(network: FloatNetwork): Float32Array {
  const mask = new Float32Array(parameterCount(network));
  for (const { offset, size } of kernelsOf(network)) mask.fill(1, offset, offset + size);
  return mask;
}

/** Of the optimizers only SGD has a method for it; the others read the member anew at each step. */
function setLearningRate(optimizer: Optimizer, rate: number): void {
  const settable = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  if (settable.setLearningRate === undefined) settable.learningRate = rate;
  else settable.setLearningRate(rate);
}
