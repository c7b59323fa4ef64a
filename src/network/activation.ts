import { isDeepStrictEqual } from 'node:util';
import { assertNever } from '../core/assert.js';
import type { SumActivation } from './finish.js';

/** What a unit does with its exact sum, before it is rounded; exact itself. */
export type Activation = 'linear' | 'relu' | LeakyRelu | Clip;

/** A negative sum counts `multiplier` / 2^shift: whole numbers, the multiplier odd, the slope between 0 and 1. */
export interface LeakyRelu {
  readonly kind: 'leaky_relu';
  readonly multiplier: number;
  readonly shift: number;
}

/** A ReLU that ends at `bound`, a real number above 0: 6 for ReLU6. */
export interface Clip {
  readonly kind: 'clip';
  readonly bound: number;
}

/** The finest slope is a step of 2^-MAX_SLOPE_SHIFT. */
export const MAX_SLOPE_SHIFT = 16;
/** Larger bounds are none. */
const MOST_BOUND = 2 ** 53;

/** What {@link parseActivation} reads, for errors. */
export const ACTIVATIONS_WANTED =
  'linear, relu, relu6, clip:BOUND, or leaky_relu:SLOPE with a slope of m/2^s, such as 1/8';

/** Activations with a number behind a colon, by their names. */
const WITH_NUMBER: Readonly<Record<string, (number: number) => Activation | undefined>> = {
  leaky_relu: leakyRelu,
  clip,
};

/** Reads what {@link printActivation} prints, decimals for fractions, and `relu6`; undefined for others. */
export function parseActivation(text: string): Activation | undefined {
  if (text === 'linear' || text === 'relu') return text;
  if (text === 'relu6') return clip(6);
  const [name, number, ...rest] = text.split(':');
  if (!Object.hasOwn(WITH_NUMBER, name) || number === undefined || rest.length > 0) return undefined;
  return WITH_NUMBER[name](parseNumber(number));
}

/** A decimal, or a fraction of two decimals. */
function parseNumber(text: string): number {
  const match = /^(\d+(?:\.\d*)?)(?:\/(\d+))?$/.exec(text.trim());
  return match === null ? Number.NaN : Number(match[1]) / Number(match[2] ?? 1);
}

/** The leaky ReLU of a slope; undefined where the slope is not m / 2^s between 0 and 1, with few enough bits. */
export function leakyRelu(slope: number): LeakyRelu | undefined {
  if (!(slope > 0 && slope < 1)) return undefined;
  let multiplier = slope;
  let shift = 0;
  while (!Number.isInteger(multiplier)) {
    multiplier *= 2;
    shift += 1;
  }
  return shift <= MAX_SLOPE_SHIFT ? { kind: 'leaky_relu', multiplier, shift } : undefined;
}

/** The ReLU that ends at a bound; undefined where that is not a number above 0. */
export function clip(bound: number): Clip | undefined {
  return bound > 0 && bound <= MOST_BOUND ? { kind: 'clip', bound } : undefined;
}

/** As {@link parseActivation} reads it. */
export function printActivation(activation: Activation): string {
  if (typeof activation === 'string') return activation;
  switch (activation.kind) {
    case 'leaky_relu':
      return `leaky_relu:${activation.multiplier}/${2 ** activation.shift}`;
    case 'clip':
      return activation.bound === 6 ? 'relu6' : `clip:${activation.bound}`;
    default:
      return assertNever(activation);
  }
}

/** What every activation is: negative sums times one number, and an end of the positive ones. */
export interface Bend {
  readonly negative: number;
  readonly bound: number;
}

export function bendOf(activation: Activation): Bend {
  if (activation === 'linear') return { negative: 1, bound: Number.POSITIVE_INFINITY };
  if (activation === 'relu') return { negative: 0, bound: Number.POSITIVE_INFINITY };
  switch (activation.kind) {
    case 'leaky_relu':
      return { negative: slopeOf(activation), bound: Number.POSITIVE_INFINITY };
    case 'clip':
      return { negative: 0, bound: activation.bound };
    default:
      return assertNever(activation);
  }
}

/** The activation of a real number. */
export const activateReal = (activation: Activation, value: number): number =>
  bent(bendOf(activation), value);

// `+ 0` turns -0 into 0.
export const bent = ({ negative, bound }: Bend, value: number): number =>
  value < 0 ? value * negative + 0 : Math.min(value, bound);

/** Its derivative; where it bends, that of the left side. */
export const bentSlope = ({ negative, bound }: Bend, value: number): number =>
  value <= 0 ? negative : value <= bound ? 1 : 0;

/** The slope of negative sums. */
export const slopeOf = ({ multiplier, shift }: Omit<LeakyRelu, 'kind'>): number => multiplier * 2 ** -shift;

export function isActivation(value: unknown): value is Activation {
  if (value === 'linear' || value === 'relu') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { multiplier, shift, bound } = value as LeakyRelu & Clip;
  const known = [leakyRelu(slopeOf({ multiplier, shift })), clip(bound)];
  return known.some((activation) => isDeepStrictEqual(value, activation));
}

/** What becomes of the whole number that a sum is. */
export function sumActivation(activation: Activation): SumActivation {
  if (typeof activation === 'string') return { kind: activation };
  switch (activation.kind) {
    case 'leaky_relu':
      return { kind: 'leaky', multiplier: activation.multiplier, shift: activation.shift };
    case 'clip':
      return { kind: 'relu' };
    default:
      return assertNever(activation);
  }
}

/** The real number that the activation does not go beyond, if there is one. */
export function boundOf(activation: Activation): number | undefined {
  return typeof activation === 'object' && activation.kind === 'clip' ? activation.bound : undefined;
}
