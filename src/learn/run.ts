import type { Optimizer, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { Random } from '../core/random.js';
import type { DenseChain } from '../float/chain.js';
import { inputsOf } from '../float/graph.js';
import { classOf } from '../float/model.js';
import { type Forward, forwardPass } from './forward.js';
import { meanCrossEntropy } from './metrics.js';
import { OPTIMIZERS, SCHEDULES } from './options.js';
import {
  type Architecture,
  architectureOf,
  flatten,
  type Parameters,
  parameterCount,
  slotsOf,
  unflatten,
} from './parameters.js';
import { problems } from './problems.js';
import type { Samples } from './samples.js';
import type { Tf } from './tensorflow.js';
import { type EpochRecord, stepsOf, type Training } from './training.js';

/** Rows of equal length, one after the other. */
interface Matrix {
  readonly values: Float32Array;
  readonly columns: number;
}

/** Samples that lie on the backend, to be measured after every epoch. */
interface MeasuredSet {
  readonly features: Tensor2D;
  readonly labels: readonly number[];
}

/** The state of one training on the backend; `dispose` frees it. */
export class TrainingRun {
  private readonly architecture: Architecture;
  private readonly forward: Forward;
  private readonly features: Matrix;
  private readonly targets: Matrix;
  private readonly trainingSet: MeasuredSet;
  private readonly validationSet: MeasuredSet | undefined;
  private readonly parameters: Variable;
  private readonly optimizer: Optimizer;
  private readonly order: Random;
  private readonly dropout: Random;
  /** 1 for each weight, 0 for each bias. */
  private readonly weights: Tensor1D;
  private mask: Tensor1D | undefined;
  private step = 0;

  constructor(
    private readonly tf: Tf,
    private readonly training: Training,
  ) {
    const { start, samples, validation, objective, options } = training;
    this.architecture = architectureOf(start);
    this.forward = training.forward?.(tf) ?? forwardPass(tf, this.architecture);
    this.features = matrixOf(samples.features, inputsOf(start));
    this.targets = { values: objective.targets, columns: objective.columns };
    this.trainingSet = measuredSet(tf, samples, inputsOf(start));
    this.validationSet = validation && measuredSet(tf, validation, inputsOf(start));
    this.parameters = tf.tidy(() => tf.variable(tf.tensor1d(flatten(start))));
    this.optimizer = OPTIMIZERS[options.optimizer](tf, options.learningRate);
    this.weights = tf.tensor1d(weightMask(this.architecture));
    this.order = new Random(options.seed, 'order');
    this.dropout = new Random(options.seed, 'dropout');
  }

  /** Every sample once, in a new order. */
  epoch(): void {
    const order = this.order.shuffled(this.trainingSet.labels.keys());
    const { batchSize } = this.training.options;
    for (let begin = 0; begin < order.length; begin += batchSize) {
      this.updateMask();
      this.tf.tidy(() => this.descend(order.slice(begin, begin + batchSize)));
      this.step += 1;
    }
  }

  /** The network as it stands, on the training samples and those for validation. */
  measure(): Omit<EpochRecord, 'epoch'> {
    const nonZeros = this.values().reduce((count, value) => (value === 0 ? count : count + 1), 0);
    const record = { ...this.measureOn(this.trainingSet), nonZeros };
    if (this.validationSet === undefined) return record;
    return { ...record, validation: this.measureOn(this.validationSet) };
  }

  network(): DenseChain {
    return unflatten(this.architecture, this.values());
  }

  dispose(): void {
    this.parameters.dispose();
    this.optimizer.dispose();
    this.weights.dispose();
    this.mask?.dispose();
    this.trainingSet.features.dispose();
    this.validationSet?.features.dispose();
  }

  private values(): Parameters {
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
    const features = gather(tf, this.features, batch);
    const targets = gather(tf, this.targets, batch);
    const dropout = this.dropoutFactors(batch.length);
    const lossOfBatch = () => {
      const logits = this.forward(this.parameters as unknown as Tensor1D, features, dropout);
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
  }

  private decay(share: number): void {
    const { tf, parameters } = this;
    parameters.assign(tf.sub(parameters, tf.mul(parameters, tf.mul(this.weights, share))));
  }

  private scheduled(): number {
    const { samples, options } = this.training;
    return SCHEDULES[options.schedule](this.step / stepsOf(samples.labels.length, options));
  }

  /** For each hidden layer [sample][unit]: 0 where a unit is dropped, else what keeps the expected sum as it is. */
  private dropoutFactors(samples: number): Tensor2D[] | undefined {
    const rate = this.training.options.dropout;
    if (rate === 0) return undefined;
    const kept = 1 / (1 - rate);
    const limit = rate * 2 ** 32;
    return this.architecture.units.slice(0, -1).map((units) => {
      const factors = new Float32Array(samples * units);
      for (let at = 0; at < factors.length; at++) factors[at] = this.dropout.uint32() < limit ? 0 : kept;
      return this.tf.tensor2d(factors, [samples, units]);
    });
  }

  private measureOn({ features, labels }: MeasuredSet): { loss: number; accuracy: number } {
    const columns = this.architecture.units.at(-1)!;
    const flat = this.tf.tidy(() =>
      this.forward(this.parameters as unknown as Tensor1D, features).dataSync<'float32'>(),
    );
    const logits = labels.map((_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
    const hits = labels.filter((label, row) => classOf(logits[row]) === label).length;
    return { loss: meanCrossEntropy(labels, logits), accuracy: hits / labels.length };
  }
}

/** @throws learn/mask */
function checkMask(mask: Float32Array, parameters: number, task: string): void {
  if (mask.length !== parameters) throw problems.learnMask(task, mask.length, parameters);
}

function weightMask(architecture: Architecture): Float32Array {
  const mask = new Float32Array(parameterCount(architecture));
  for (const { inputs, units, offset } of slotsOf(architecture)) {
    mask.fill(1, offset, offset + inputs * units);
  }
  return mask;
}

/** Of the optimizers only SGD has a method for it; the others read the member anew at each step. */
function setLearningRate(optimizer: Optimizer, rate: number): void {
  const settable = optimizer as unknown as { learningRate: number; setLearningRate?(rate: number): void };
  if (settable.setLearningRate === undefined) settable.learningRate = rate;
  else settable.setLearningRate(rate);
}

function matrixOf(rows: readonly (readonly number[])[], columns: number): Matrix {
  return { values: Float32Array.from(rows.flat()), columns };
}

function measuredSet(tf: Tf, samples: Samples, inputs: number): MeasuredSet {
  const { values } = matrixOf(samples.features, inputs);
  return { features: tf.tensor2d(values, [samples.labels.length, inputs]), labels: samples.labels };
}

function gather(tf: Tf, { values, columns }: Matrix, rows: readonly number[]): Tensor2D {
  const gathered = new Float32Array(rows.length * columns);
  let at = 0;
  for (const row of rows) {
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from++) gathered[at++] = values[from];
  }
  return tf.tensor2d(gathered, [rows.length, columns]);
}
