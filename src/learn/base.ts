import { present } from '../core/objects.js';
import type { OnProgress } from '../core/progress.js';
import { Random } from '../core/random.js';
import { CHAIN_ACTIVATIONS_WANTED, parseChainActivation } from '../float/activation.js';
import type { ChainActivation, DenseChain } from '../float/chain.js';
import { layerNames } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { sizeOf } from '../network/tensor.js';
import { train } from './loop.js';
import { crossEntropy } from './objective.js';
import { DEFAULT_TRAINING, requireThat, type TrainingOptions } from './options.js';
import { type InitializerName, initialized, perceptron, unflatten } from './parameters.js';
import { problems } from './problems.js';
import { checkSamples, holdOut, type Samples } from './samples.js';
import { type Planned, plannedNetwork, type ShortLayer } from './short-form.js';
import type { Trained } from './training.js';

export interface BaseOptions extends TrainingOptions, NetworkOptions {
  /** The share of the samples set aside for validation, in [0, 1). */
  readonly holdOut: number;
}

/** A perceptron by its hidden layers, or any network by all of its layers. */
export interface NetworkOptions {
  readonly name: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: HiddenActivation;
  /** In place of both, see `short-form.ts`; their dropout holds where the options name none. */
  readonly layers?: readonly ShortLayer[] | undefined;
}

/** Options that a configuration leaves out may be undefined. */
export type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Of the hidden layers, as `parseChainActivation` reads it: one for all, or by their names; ReLU where none is given. */
export type HiddenActivation = string | Readonly<Record<string, string>>;

/** @throws learn/option where a text is no activation, or a name no hidden layer's */
export function hiddenActivation(
  given: HiddenActivation,
  hidden: number,
): (layer: string) => ChainActivation {
  const names = layerNames(hidden + 1).slice(0, -1);
  const read = (text: string, where: string): ChainActivation => {
    const activation = parseChainActivation(text);
    if (activation === undefined) throw problems.learnOption(where, text, CHAIN_ACTIVATIONS_WANTED);
    return activation;
  };
  if (typeof given === 'string') {
    const activation = read(given, 'activation');
    return () => activation;
  }
  const byName = new Map(
    Object.entries(given).map(([name, text]) => {
      requireThat(names.includes(name), `activation.${name}`, text, `a hidden layer: ${names.join(', ')}`);
      return [name, read(text, `activation.${name}`)];
    }),
  );
  return (layer) => byName.get(layer) ?? 'relu';
}

/** The WDBC study's base model: 16 hidden units, everything given is trained on. */
export const DEFAULT_BASE: BaseOptions = {
  ...DEFAULT_TRAINING,
  name: 'base',
  hidden: [16],
  activation: 'relu',
  holdOut: 0,
};

/**
 * Trains a network from scratch on scaled samples: one logit for two classes, one per class for more.
 *
 * @throws learn/option, learn/samples, learn/layers, learn/backend, learn/diverged, data/class-too-small
 */
export function trainBase(
  samples: Samples,
  options?: Given<BaseOptions> & { readonly layers?: undefined },
  onProgress?: OnProgress,
): Promise<Trained<DenseChain>>;
export function trainBase(
  samples: Samples,
  options?: Given<BaseOptions>,
  onProgress?: OnProgress,
): Promise<Trained>;
export async function trainBase(
  samples: Samples,
  options: Given<BaseOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained> {
  const whole = { ...DEFAULT_BASE, ...present(options) };
  const task = `training ${whole.name}`;
  const { network, dropout } = untrained(samples, whole, task);
  return trainFrom(
    network,
    samples,
    { ...whole, dropout: options.dropout ?? dropout ?? whole.dropout },
    task,
    onProgress,
  );
}

/**
 * Trains a network of any kind of layers on the labels, from the numbers that it has.
 *
 * @param task for progress and errors
 * @throws learn/option, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function trainFrom<N extends FloatNetwork>(
  start: N,
  samples: Samples,
  options: TrainingOptions & Pick<BaseOptions, 'holdOut'>,
  task = `training ${start.name}`,
  onProgress?: OnProgress,
): Promise<Trained<N>> {
  const { training, validation } = holdOut(samples, options.holdOut, options.seed);
  return train({
    task,
    start,
    samples: training,
    objective: crossEntropy(training, start.head),
    options,
    ...(validation && { validation }),
    ...(onProgress && { onProgress }),
  });
}

/**
 * A network of stated layers for samples, with the initial weights that follow from the seed.
 *
 * @throws learn/layers, learn/samples, float/shape, network/window, network/shape
 */
export function untrainedGraph(
  samples: Samples,
  { name, layers, seed, initializer, path }: GraphOptions,
): Planned {
  const shape = samples.shape ?? [samples.features[0]?.length ?? 0];
  checkSamples(samples, sizeOf({ shape }), `training ${name}`);
  const { network, dropout } = plannedNetwork(name, shape, layers, samples.classes.length, path);
  const parameters = initialized(network, new Random(seed, 'weights'), initializer);
  return { network: unflatten(network, parameters), dropout };
}

export interface GraphOptions {
  readonly name: string;
  /** As a person states them, see `short-form.ts`. */
  readonly layers: readonly ShortLayer[];
  readonly seed: number;
  /** Left out: Glorot's, as Keras has it. */
  readonly initializer?: InitializerName;
  /** Leads to the layers, for errors; left out: `layers`. */
  readonly path?: string | undefined;
}

/**
 * A network for samples, with the initial weights that follow from the seed.
 *
 * @param task for errors
 * @param path leads to the layers, for errors
 * @returns dropout where layers say it
 * @throws learn/option, learn/samples, learn/layers
 */
export function untrained(
  samples: Samples,
  options: NetworkOptions & Pick<TrainingOptions, 'seed'>,
  task: string,
  path?: string,
): { readonly network: FloatNetwork; readonly dropout?: Planned['dropout'] } {
  const { name, layers, seed } = options;
  if (layers !== undefined) return untrainedGraph(samples, { name, layers, seed, path });
  return { network: untrainedPerceptron(samples, options, task) };
}

function untrainedPerceptron(
  samples: Samples,
  { name, hidden, activation, seed }: NetworkOptions & Pick<TrainingOptions, 'seed'>,
  task: string,
): DenseChain {
  hidden.forEach((units, index) => {
    const isCount = Number.isInteger(units) && units >= 1;
    requireThat(isCount, `hidden[${index}]`, units, 'a whole number of at least 1');
  });
  const inputs = samples.features[0]?.length ?? 0;
  checkSamples(samples, inputs, task);
  const network = perceptron(
    name,
    inputs,
    hidden,
    samples.classes.length,
    hiddenActivation(activation, hidden.length),
  );
  return unflatten(network, initialized(network, new Random(seed, 'weights')));
}
