import { Random } from '../../../src/core/random.js';
import { sizeOf, type Values } from '../tensors.js';

export const random = new Random(23, 'keras classes');

export const MAP = [5, 4, 3];

export const SIGNAL = [8, 3];

export const LIST = [6];

export interface Layer {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, Values>>;
  /** By their names; none: the one before. */
  readonly reads?: readonly string[];
  readonly name?: string;
}

export interface Case {
  readonly what: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
}

export type Cases = Readonly<Record<string, readonly Case[]>>;

export const normal = (...dims: number[]): Values => ({
  dims,
  values: Array.from({ length: sizeOf(dims) }, () => Math.fround(random.normal())),
});

export const positive = (...dims: number[]): Values => ({
  dims,
  values: Array.from({ length: sizeOf(dims) }, () => Math.fround(0.1 + random.float())),
});

export const one = (
  className: string,
  what: string,
  input: readonly number[],
  config: Layer['config'] = {},
  weights: Layer['weights'] = {},
): Case => ({ what, input, layers: [{ className, config, weights }] });

/** With biases where the configuration does not say otherwise. */
export const biased = (units: number, config: Layer['config'] = {}) =>
  config.use_bias === false ? {} : { bias: normal(units) };
