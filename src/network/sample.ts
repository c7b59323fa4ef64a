import type { Random } from '../core/random.js';
import { type Format, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { OVERFLOWS, type Requantize, ROUNDINGS } from '../fixed/requantize.js';
import { type Activation, boundOf, leakyRelu, sumActivation } from './activation.js';
import type { LayerOutput, UnitOutput } from './layer-output.js';

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

/** What a layer of sums makes of them. @param options whether they may leave exactly; whether slopes, bounds, scales, limits and tables occur */
export function randomFinish(
  random: Random,
  formats: readonly Format[],
  { mayBeExact, any }: { readonly mayBeExact: boolean; readonly any: boolean },
): { readonly activation: Activation; readonly output: LayerOutput } {
  const activation = any ? randomActivation(random) : random.pick(['relu', 'linear'] as const);
  // Exact sums and codes that wrap do not always hold a bound.
  const hasBound = boundOf(activation) !== undefined;
  if (mayBeExact && !hasBound && random.float() < 0.6) return { activation, output: 'exact' };
  const [limited, tabled] = any ? [random.float(), random.float()] : [1, 1];
  const [isLimited, hasTable] = [limited < 0.2, tabled < 0.2];
  // No further number is drawn, so that seeds go on giving the layers without a scale that they gave.
  const isScaled = any && !hasBound && (limited + tabled) % 1 > 0.75;
  const isSloped = sumActivation(activation).kind === 'leaky';
  const output = formats.map((format): UnitOutput => {
    const requantize = isScaled ? randomScaled(random, format, isSloped) : randomRequantize(random, format);
    if (isLimited) return { ...requantize, overflow: 'SAT', limits: randomLimits(random, format) };
    return hasBound ? { ...requantize, overflow: 'SAT' } : requantize;
  });
  return { activation, output: hasTable ? output.map((wanted) => withTable(random, wanted)) : output };
}

function withTable(random: Random, wanted: UnitOutput): UnitOutput {
  const { low, high } = wanted.limits ?? rangeOf(wanted.format);
  if (wanted.format.width > 8) return wanted;
  const format = randomFormat(random, 7);
  const zeros = random.pick([0, 0.7]);
  const codes = Array.from({ length: high - low + 1 }, () => randomCode(random, format, zeros));
  return { ...wanted, table: { format, codes } };
}

/** A multiplier of few bits or of as many as there are, some of its lowest ones 0, and a shift that leaves something. */
function randomScaled(random: Random, format: Format, isSloped: boolean): UnitOutput {
  // With a slope before it, a long one is soon too long.
  const bits = random.pick(isSloped ? [3, 8, 16] : [3, 8, 16, 31, 31]);
  const zeros = random.pick([0, 0, 2]);
  const multiplier = random.integer(2 ** (bits - 1 - zeros), 2 ** (bits - zeros) - 1) * 2 ** zeros;
  const shift = bits + random.integer(0, 6);
  const requantize = randomRequantize(random, format);
  return random.float() < 0.4
    ? { ...requantize, rounding: 'RND', scale: { multiplier, shift, twice: true } }
    : { ...requantize, scale: { multiplier, shift } };
}

function randomActivation(random: Random): Activation {
  const slope = (2 * random.integer(0, 7) + 1) * 2 ** -random.integer(4, 6);
  const bound = random.pick([0.5, 1, 3, 6, 0.7, 100]);
  return random.pick(['linear', 'relu', { kind: 'clip', bound }, leakyRelu(slope) as Activation] as const);
}

function randomLimits(random: Random, format: Format): Interval {
  const { low, high } = rangeOf(format);
  const ends = [random.integer(low, high), random.integer(low, high)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
