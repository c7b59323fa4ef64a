import { raise } from '../core/errors.js';
import { showValue } from '../core/shape.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  networkSchema: (where: string, got: string, wanted: string) =>
    raise({ code: 'network/schema', where, got, wanted }),
  scaleFactor: (factor: number) =>
    raise({
      code: 'network/scale-factor',
      where: 'a sum on its way to codes',
      got: `the factor ${factor} between the scales of what is read and of what is given`,
      wanted: 'a factor above 0 and below 2^31',
      hint: 'are the scales of all tensors right?',
    }),
  networkShape: (where: string, got: string, wanted: string) =>
    raise({ code: 'network/shape', where, got, wanted }),
  networkCode: (where: string, code: number, format: string, low: number, high: number) =>
    raise({
      code: 'network/code-out-of-range',
      where,
      got: String(code),
      wanted: `a whole number from ${low} to ${high} (${format})`,
    }),
  stimulusRow: (row: number, got: number, wanted: number) =>
    raise({
      code: 'network/row-width',
      where: `data row ${row}`,
      got: `${got} codes`,
      wanted: `${wanted} codes (one per input)`,
    }),
  networkName: (where: string, name: string, wanted: string) =>
    raise({ code: 'network/name', where, got: showValue(name), wanted }),
  accumulatorTooWide: (where: string, width: number) =>
    raise({
      code: 'network/accumulator-too-wide',
      where,
      got: `an accumulator of ${width} bits`,
      wanted: 'at most 54 bits, sign included (codes and sums stay within ±2^53)',
      hint: 'use narrower weight, bias or input formats in this layer, or formats with closer fractions',
    }),
  limits: (
    where: string,
    got: string,
    format: string,
    range: { readonly low: number; readonly high: number },
  ) =>
    raise({
      code: 'network/limits',
      where,
      got,
      wanted: `whole numbers from ${range.low} to ${range.high} (${format}), the lower one first, and SAT`,
    }),
  bound: (where: string, format: string, bound: number) =>
    raise({
      code: 'network/bound',
      where,
      got: `the bound ${bound}, and WRAP in ${format}, which ends before it`,
      wanted: 'the overflow SAT, or a format that holds the bound',
    }),
  scale: (where: string, multiplier: number, shift: number, mostMultiplier: number, mostShift: number) =>
    raise({
      code: 'network/scale',
      where,
      got: `the multiplier ${multiplier} and the shift ${shift}`,
      wanted: `a multiplier of 1 to ${mostMultiplier} and a shift of 0 to ${mostShift}, whole numbers`,
    }),
  scaleTwice: (where: string, rounding: string) =>
    raise({
      code: 'network/scale-twice',
      where,
      got: `${rounding}, rounded twice`,
      wanted: 'RND: the first of two roundings goes to the nearest, half up',
    }),
  scaleBound: (where: string, bound: number) =>
    raise({
      code: 'network/scale-bound',
      where,
      got: `the bound ${bound} of an activation before a scale`,
      wanted: 'limits, which are codes: what a bound is behind a multiplier no format says',
    }),
  productTooWide: (where: string, width: number) =>
    raise({
      code: 'network/product-too-wide',
      where,
      got: `a sum times its multiplier of ${width} bits`,
      wanted: 'at most 63 bits, sign included, and 54 once it is shifted',
      hint: 'a multiplier with fewer bits and a smaller shift scales almost alike',
    }),
  table: (where: string, index: number, code: number, mostIndex: number, mostCode: number) =>
    raise({
      code: 'network/table',
      where,
      got: `an index of ${index} bits, codes of ${code} bits`,
      wanted: `an index of at most ${mostIndex} bits, codes of at most ${mostCode} bits`,
      hint: 'a narrower output format, or limits, make the index narrower',
    }),
  exactBound: (where: string, bound: number, fraction: number) =>
    raise({
      code: 'network/exact-bound',
      where,
      got: `the bound ${bound} of exact sums with ${fraction} fraction bits`,
      wanted: 'a bound that is a multiple of the least bit, or an output that is rounded',
    }),
  window: (where: string, reach: readonly [number, number], padded: readonly [number, number]) =>
    raise({
      code: 'network/window',
      where,
      got: `a window that covers ${reach.join('x')} cells, on a map of ${padded.join('x')}, padding included`,
      wanted: 'a window that fits on the padded map',
    }),
  positions: (where: string, rows: number, columns: number, most: number) =>
    raise({
      code: 'network/positions',
      where,
      got: `a map of ${rows}x${columns} positions`,
      wanted: `at most ${most} positions`,
    }),
  groups: (where: string, groups: number, read: number, given: number) =>
    raise({
      code: 'network/groups',
      where,
      got: `${groups} groups of ${read} channels read and ${given} given`,
      wanted: 'a number of groups that divides both',
    }),
  inputSize: (where: string, got: number, wanted: number) =>
    raise({ code: 'network/input-size', where, got: `${got} codes`, wanted: `${wanted} codes` }),
};
