import { isDeepStrictEqual } from 'node:util';
import { assertNever } from '../core/assert.js';
import type { SumActivation } from './finish.js';

/** What a unit does with its exact sum, before it is rounded; exact itself. */
export type Activation = 'linear' | 'relu' | LeakyRelu;

/** A negative sum counts `multiplier` / 2^shift: whole numbers, the multiplier odd, the slope between 0 and 1. */
export interface LeakyRelu {
  readonly kind: 'leaky_relu';
  readonly multiplier: number;
  readonly shift: number;
}

/** The finest slope is a step of 2^-MAX_SLOPE_SHIFT. */
export const MAX_SLOPE_SHIFT = 16;

/** What {@link parseActivation} reads, for errors. */
export const ACTIVATIONS_WANTED = 'linear, relu, or leaky_relu:SLOPE with a slope of m/2^s, such as 1/8';

/** Reads `linear`, `relu`, or `leaky_relu:1/8` (a slope of m/2^s, or a decimal of such a value); undefined for others. */
export function parseActivation(text: string): Activation | undefined {
  if (text === 'linear' || text === 'relu') return text;
  const [name, slope, ...rest] = text.split(':');
  return name === 'leaky_relu' && slope !== undefined && rest.length === 0
    ? leakyRelu(parseNumber(slope))
    : undefined;
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

/** As {@link parseActivation} reads it. */
export function printActivation(activation: Activation): string {
  if (typeof activation === 'string') return activation;
  switch (activation.kind) {
    case 'leaky_relu':
      return `leaky_relu:${activation.multiplier}/${2 ** activation.shift}`;
    default:
      return assertNever(activation.kind);
  }
}

/** The activation of a real number. */
export function activateReal(activation: Activation, value: number): number {
  if (activation === 'linear') return value;
  if (activation === 'relu') return Math.max(value, 0);
  switch (activation.kind) {
    case 'leaky_relu':
      return value < 0 ? value * slopeOf(activation) : value;
    default:
      return assertNever(activation.kind);
  }
}

/** Its derivative; at a bend that of the left side. */
export function derivative(activation: Activation, value: number): number {
  if (activation === 'linear' || value > 0) return 1;
  if (activation === 'relu') return 0;
  switch (activation.kind) {
    case 'leaky_relu':
      return slopeOf(activation);
    default:
      return assertNever(activation.kind);
  }
}

/** The slope of negative sums. */
export const slopeOf = ({ multiplier, shift }: LeakyRelu): number => multiplier * 2 ** -shift;

export function isActivation(value: unknown): value is Activation {
  if (value === 'linear' || value === 'relu') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    isDeepStrictEqual(value, leakyRelu(slopeOf(value as LeakyRelu)))
  );
}

/** What becomes of the whole number that a sum is. */
export function sumActivation(activation: Activation): SumActivation {
  if (typeof activation === 'string') return { kind: activation };
  switch (activation.kind) {
    case 'leaky_relu':
      return { kind: 'leaky', multiplier: activation.multiplier, shift: activation.shift };
    default:
      return assertNever(activation.kind);
  }
}
