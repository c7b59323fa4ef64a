import { type Interval, magnitude } from '../fixed/interval.js';
import { type Finish, finisher, roundedInterval } from '../network/finish.js';

/** floor((number × multiplier + offset) / 2^shift). */
export interface NarrowScale {
  readonly multiplier: number;
  readonly shift: number;
  readonly offset: number;
}

/** More codes than that are not looked at one by one. */
const MOST_CODES = 4096;
/** Larger products are no numbers that JavaScript holds. */
const MOST_PRODUCT = 2 ** 53;

/**
 * Finds the shortest multiplier that gives the same codes for all sums of an interval. Scales come with 31 bits, but sums
 * and codes have few, so a much shorter multiplier often does. It does if every code begins at the same sum as before.
 * A scale that rounded twice rounds once afterwards.
 *
 * @returns undefined where no shorter one does. Slopes, and scales with very many codes, are not tried
 */
export function narrowScale(wanted: Finish, sum: Interval): NarrowScale | undefined {
  const { activation, scaling } = wanted;
  if (scaling.multiplier === 1 || activation.kind === 'leaky') return undefined;
  const minded = activation.kind === 'relu' ? { ...sum, low: Math.max(sum.low, 0) } : sum;
  const edges = edgesOf(wanted, minded);
  if (edges === undefined) return undefined;
  const bits = scaling.shift + scaling.again;
  for (let shift = 0; shift < bits; shift++) {
    const exact = scaling.multiplier * 2 ** (shift - bits);
    if (exact * magnitude(sum) > MOST_PRODUCT) return undefined;
    for (const multiplier of new Set([Math.floor(exact), Math.ceil(exact)])) {
      const offset = multiplier === 0 ? undefined : offsetFor(edges, multiplier, shift);
      if (offset !== undefined) return { multiplier, shift, offset };
    }
  }
  return undefined;
}

/** A sum with a number: this sum reaches the number, or it is the largest one that does not. */
interface Edge {
  readonly sum: number;
  readonly number: number;
  readonly reaches: boolean;
}

/** Where the numbers begin that sums of the interval are rounded to; what the limits cut off may be any number. */
function edgesOf({ activation, scaling, limits }: Finish, sum: Interval): Edge[] | undefined {
  const free: Finish = { activation, scaling, limits: { kind: 'none' } };
  const rounded = roundedInterval(free, sum);
  const allowed = limits.kind === 'saturate' ? limits : rounded;
  const low = Math.max(rounded.low, allowed.low);
  const high = Math.min(rounded.high, allowed.high);
  if (high - low > MOST_CODES || high <= low) return undefined;
  const numberOf = finisher(free);
  const edges = Array.from({ length: high - low }, (_, at): Edge[] => {
    const number = low + 1 + at;
    const first = firstSum(numberOf, number, sum);
    return [
      { sum: first, number, reaches: true },
      { sum: first - 1, number, reaches: false },
    ];
  }).flat();
  if (rounded.low >= allowed.low) edges.push({ sum: sum.low, number: low, reaches: true });
  if (rounded.high <= allowed.high) edges.push({ sum: sum.high, number: high + 1, reaches: false });
  return edges;
}

/** The least sum that gives the number or a larger one. */
function firstSum(numberOf: (sum: number) => number, number: number, { low, high }: Interval): number {
  let [below, from] = [low - 1, high];
  while (from - below > 1) {
    const middle = Math.floor((below + from) / 2);
    if (numberOf(middle) >= number) from = middle;
    else below = middle;
  }
  return from;
}

/** The offset with which every edge stays where it is, if there is one. */
function offsetFor(edges: readonly Edge[], multiplier: number, shift: number): number | undefined {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { sum, number, reaches } of edges) {
    const lacking = number * 2 ** shift - sum * multiplier;
    if (reaches) least = Math.max(least, lacking);
    else most = Math.min(most, lacking - 1);
    if (least > most) return undefined;
  }
  // Several offsets do; we take half a step, or the nearest to it.
  return Math.min(Math.max(Math.floor(2 ** (shift - 1)), least), most);
}
