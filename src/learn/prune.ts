import { present } from '../core/objects.js';
import type { OnProgress } from '../core/progress.js';
import type { FloatNetwork } from '../float/types.js';
import type { Given } from './base.js';
import { channelMask } from './channels.js';
import { train } from './loop.js';
import { crossEntropy } from './objective.js';
import { DEFAULT_TRAINING, requireThat, type TrainingOptions } from './options.js';
import { flatten, kernelsOf, type Parameters } from './parameters.js';
import { holdOut, type Samples } from './samples.js';
import { type Masking, stepsOf, type Trained } from './training.js';

/**
 * How sparse the kernels are at which step (Zhu and Gupta, 2017, "To prune, or not to prune"):
 * final + (initial − final) · (1 − p)^power, where p runs from 0 at `beginStep` to 1 at `endStep`. The mask is made
 * anew at `beginStep` and every `frequency` steps from there to `endStep`, as TensorFlow Model Optimization does.
 */
export interface SparsitySchedule {
  readonly initialSparsity: number;
  /** Of every kernel, or one for each layer that has one. */
  readonly finalSparsity: number | readonly number[];
  /** Of the channels, or units, of every kernel but the last, or one for each: whole ones that are taken away. */
  readonly channels: number | readonly number[];
  readonly power: number;
  readonly frequency: number;
  readonly beginStep: number;
  /** Left out: the last step of the run that makes a mask, so that the final sparsity is reached. */
  readonly endStep?: number;
}

export interface PruneOptions extends TrainingOptions, SparsitySchedule {
  readonly name: string;
  /** The share of the samples set aside for validation, in [0, 1). */
  readonly holdOut: number;
}

/** The WDBC study's pruning. */
export const DEFAULT_PRUNING: PruneOptions = {
  ...DEFAULT_TRAINING,
  name: 'pruned',
  initialSparsity: 0.3,
  finalSparsity: 0.6,
  channels: 0,
  power: 3,
  frequency: 100,
  beginStep: 0,
  holdOut: 0.25,
};

/**
 * Trains a network on while its smallest weights become 0, kernel by kernel, and whole channels where that is wanted, with
 * their biases; other biases are never pruned. A weight that is 0 stays exactly 0.
 *
 * @throws learn/option, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function prune<N extends FloatNetwork>(
  network: N,
  samples: Samples,
  options: Given<PruneOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained<N>> {
  const whole = { ...DEFAULT_PRUNING, ...present(options) };
  checkSchedule(whole, kernelsOf(network).length);
  const start = { ...network, name: whole.name };
  const { training, validation } = holdOut(samples, whole.holdOut, whole.seed);
  return train({
    task: `pruning ${whole.name}`,
    start,
    samples: training,
    objective: crossEntropy(training, network.head),
    options: whole,
    masking: magnitudePruning(start, whole, stepsOf(training.labels.length, whole)),
    ...(validation && { validation }),
    ...(onProgress && { onProgress }),
  });
}

/**
 * Masks by magnitude: of each kernel the largest weights live.
 *
 * @param steps of the whole run
 */
export function magnitudePruning(network: FloatNetwork, schedule: SparsitySchedule, steps: number): Masking {
  const { beginStep, frequency } = schedule;
  const lastTurn = beginStep + frequency * Math.floor((steps - 1 - beginStep) / frequency);
  const endStep = schedule.endStep ?? Math.max(lastTurn, beginStep);
  const kernels = kernelsOf(network);
  return {
    lastStep: endStep,
    before: (step, parameters) => {
      const isTurn = step >= beginStep && step <= endStep && (step - beginStep) % frequency === 0;
      if (!isTurn) return undefined;
      const values = parameters();
      const mask = takesChannels(schedule)
        ? channelMask(network, values, (layer) => channelsAt(schedule, step, endStep, layer))
        : new Float32Array(values.length).fill(1);
      kernels.forEach(({ offset, size }, layer) => {
        const kept = Math.round(size * (1 - sparsityAt(schedule, step, endStep, layer)));
        const left = values.subarray(offset, offset + size).map((value, at) => value * mask[offset + at]);
        for (const at of smallest(left, size - kept)) mask[offset + at] = 0;
      });
      return mask;
    },
  };
}

/** The wanted sparsity of a layer's kernel at a step. */
export function sparsityAt(schedule: SparsitySchedule, step: number, endStep: number, layer: number): number {
  const { initialSparsity, finalSparsity, beginStep, power } = schedule;
  const final = typeof finalSparsity === 'number' ? finalSparsity : finalSparsity[layer];
  const initial = Math.min(initialSparsity, final);
  return final + (initial - final) * leftAt(beginStep, step, endStep) ** power;
}

/** The share of the way to the final sparsity that is still to go. */
function leftAt(beginStep: number, step: number, endStep: number): number {
  const progress = endStep === beginStep ? 1 : (step - beginStep) / (endStep - beginStep);
  return 1 - Math.min(Math.max(progress, 0), 1);
}

/** The share of a layer's channels that shall be gone at a step; it begins at none. */
function channelsAt(schedule: SparsitySchedule, step: number, endStep: number, layer: number): number {
  const { channels, beginStep, power } = schedule;
  const final = typeof channels === 'number' ? channels : channels[layer];
  return final * (1 - leftAt(beginStep, step, endStep) ** power);
}

const takesChannels = ({ channels }: SparsitySchedule): boolean =>
  [channels].flat().some((share) => share > 0);

/** Keeps every weight that is 0 at 0, for a training that goes on from a pruned network. */
export function keepZeros(network: Pick<FloatNetwork, 'layers'>): Masking {
  const values = flatten(network);
  const mask = new Float32Array(values.length).fill(1);
  for (const { offset, size } of kernelsOf(network)) {
    for (let at = offset; at < offset + size; at++) if (values[at] === 0) mask[at] = 0;
  }
  return { lastStep: 0, before: (step) => (step === 0 ? mask : undefined) };
}

/** Indices of the `count` numbers nearest to 0; of equal ones the first. */
function smallest(values: Parameters, count: number): number[] {
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]) || a - b);
  return order.slice(0, count);
}

function checkChannels(channels: SparsitySchedule['channels'], layers: number): void {
  const shares = typeof channels === 'number' ? Array<number>(layers).fill(channels) : channels;
  const isWhole = shares.length === layers && shares.every((one) => one >= 0 && one < 1);
  const wanted = 'a share of at least 0 and below 1';
  requireThat(
    isWhole,
    'channels',
    channels,
    `${wanted}, or a list of ${layers}, one for each layer but the last`,
  );
}

function checkSchedule(options: PruneOptions, layers: number): void {
  const { initialSparsity, finalSparsity, power, frequency, beginStep, endStep } = options;
  const isShare = (value: number) => value >= 0 && value < 1;
  const share = 'a share of at least 0 and below 1';
  requireThat(isShare(initialSparsity), 'initialSparsity', initialSparsity, share);
  if (typeof finalSparsity === 'number') {
    requireThat(isShare(finalSparsity), 'finalSparsity', finalSparsity, share);
  } else {
    const wanted = `${share} for each of the ${layers} layers`;
    const isWhole = finalSparsity.length === layers && finalSparsity.every(isShare);
    requireThat(isWhole, 'finalSparsity', finalSparsity, wanted);
  }
  checkChannels(options.channels, layers - 1);
  requireThat(power > 0, 'power', power, 'a number above 0');
  const isCount = (value: number, least: number) => Number.isInteger(value) && value >= least;
  requireThat(isCount(frequency, 1), 'frequency', frequency, 'a whole number of at least 1');
  requireThat(isCount(beginStep, 0), 'beginStep', beginStep, 'a whole number of at least 0');
  const last = endStep ?? beginStep;
  requireThat(
    isCount(last, beginStep),
    'endStep',
    last,
    `a whole number of at least ${beginStep} (beginStep)`,
  );
}
