import type { Random } from '../core/random.js';
import { type Format, rangeOf } from '../fixed/format.js';
import { OVERFLOWS, type Requantize, ROUNDINGS } from '../fixed/requantize.js';
import { type Activation, leakyRelu } from './activation.js';

/** Parts of random layers, for tests of every kind alike. */

export function randomFormat(random: Random, maxWidth: number): Format {
  const width = random.integer(1, maxWidth);
  return { signed: random.float() < 0.5, width, integer: random.integer(-2, width + 2) };
}

/** One format for all units, or now and then one for each. */
export function randomFormats(random: Random, units: number, maxWidth: number): Format[] {
  const shared = randomFormat(random, maxWidth);
  const perUnit = random.float() < 0.3;
  return Array.from({ length: units }, () => (perUnit ? randomFormat(random, maxWidth) : shared));
}

export function randomRequantize(random: Random, format: Format): Requantize {
  return { format, rounding: random.pick(ROUNDINGS), overflow: random.pick(OVERFLOWS) };
}

/** @param zeros how likely it is 0 whatever the format */
export function randomCode(random: Random, format: Format, zeros: number): number {
  const { low, high } = rangeOf(format);
  return random.float() < zeros ? 0 : random.integer(low, high);
}

export function randomActivation(random: Random): Activation {
  if (random.float() < 0.7) return random.pick(['relu', 'linear'] as const);
  return leakyRelu((2 * random.integer(0, 7) + 1) * 2 ** -random.integer(4, 6)) as Activation;
}
