import type { Problem } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import type { ChainActivation, DenseChain } from '../float/chain.js';
import { problems } from './problems.js';

/** What the files themselves do not say. */
export interface WeightOptions {
  /** Of a layer, by its name, where it is not the usual one; `all`: of every layer but the last. */
  readonly activations?: Readonly<Record<string, ChainActivation>>;
  /** Whether kernels are units × inputs, as PyTorch writes them. */
  readonly transpose?: boolean;
  /** `false`: layers without a file for it have no bias. */
  readonly bias?: boolean;
  /**
   * What the numbers are multiplied with: those of `LAYER.weights` or `LAYER.bias`, else those of `weights` or `bias`
   * of every layer, else `all`. Files of codes hold numbers that are so many times too large.
   */
  readonly scales?: Readonly<Record<string, number>>;
  /** Formats of the codes in memory images, for the same places as scales. */
  readonly codes?: Readonly<Record<string, string>>;
}

export type Tensor = 'weights' | 'bias';
const TENSORS: readonly Tensor[] = ['weights', 'bias'];

/** @throws exchange/weight-layer where an option speaks of a layer that is not there */
export function checkLayers(
  { activations = {}, scales = {}, codes = {} }: WeightOptions,
  names: readonly string[],
): void {
  const check = (option: string, given: object, known: readonly string[]) => {
    const unknown = Object.keys(given).find((place) => !known.includes(place));
    if (unknown === undefined) return;
    throw problems.weightLayer(`${option} ${unknown}`, known, nearest(unknown, known));
  };
  check('--activation', activations, ['all', ...names]);
  const places = [
    'all',
    ...TENSORS,
    ...names.flatMap((name) => TENSORS.map((tensor) => `${name}.${tensor}`)),
  ];
  check('--scale', scales, places);
  check('--codes', codes, places);
}

/** The format that codes of a tensor are stated to have. */
export const codesOf = ({ codes = {} }: WeightOptions, layer: string, tensor: Tensor): string | undefined =>
  codes[`${layer}.${tensor}`] ?? codes[tensor] ?? codes.all;

/** The numbers that the file's numbers stand for. */
export function scaled(
  values: readonly (readonly number[])[],
  { scales = {} }: WeightOptions,
  layer: string,
  tensor: Tensor,
): readonly (readonly number[])[] {
  const scale = scales[`${layer}.${tensor}`] ?? scales[tensor] ?? scales.all;
  return scale === undefined ? values : values.map((row) => row.map((value) => value * scale));
}

export const transposed = (values: readonly (readonly number[])[]): number[][] =>
  values[0].map((_, column) => values.map((row) => row[column]));

/** Trained weights past this are never all whole numbers. */
const LARGEST_WHOLE = 10;

/** A warning for every layer whose weights look like codes of fixed-point numbers. */
export function wholeWeightWarnings(network: DenseChain): Problem[] {
  return network.layers.flatMap(({ name, kernel }) => {
    const largest = kernel.values.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    if (largest <= LARGEST_WHOLE || !kernel.values.every(Number.isInteger)) return [];
    return [problems.weightWhole(`${name}.weights`, largest).toJSON()];
  });
}
