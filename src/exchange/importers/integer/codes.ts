import { type Format, formatFor, rangeOf } from '../../../fixed/format.js';
import type { Interval } from '../../../fixed/interval.js';
import type { UnitOutput } from '../../../network/layer-output.js';
import type { Encoder } from '../../../network/types.js';

/**
 * What the codes of a tensor mean: code + offset is the code that the file has there, and real = scale × (the file's
 * code − zeroPoint).
 */
export interface Codes {
  readonly scale: number;
  readonly zeroPoint: number;
  /** The file's codes lie between these. */
  readonly low: number;
  readonly high: number;
  readonly offset: number;
  /** Fraction bits of their format: those of the scale where that is a power of two and formats say it, or any. */
  readonly fraction: number;
}

/** Fraction bits of codes with a scale: none where it is no power of two, so that their formats count codes. */
export function fractionOfScale(scale: number): number {
  const fraction = -Math.round(Math.log2(scale));
  return 2 ** -fraction === scale ? fraction : 0;
}

export const isPowerOfTwo = (scale: number): boolean => 2 ** -fractionOfScale(scale) === scale;

/** Whether their format says the scale: codes that are read with another scale than they were made with keep their format. */
export const isSaidByFormat = ({ scale, fraction }: Pick<Codes, 'scale' | 'fraction'>): boolean =>
  isPowerOfTwo(scale) && fraction === fractionOfScale(scale);

const intervalOf = ({ low, high, offset }: Codes): Interval => ({ low: low - offset, high: high - offset });

export const formatOf = (codes: Codes): Format => formatFor(intervalOf(codes), codes.fraction);

/** How a sum becomes such a code. */
export function outputOf(codes: Codes, scaling: Pick<UnitOutput, 'rounding' | 'scale'>): UnitOutput {
  const format = formatOf(codes);
  const limits = intervalOf(codes);
  const range = rangeOf(format);
  const isWhole = limits.low === range.low && limits.high === range.high;
  return { format, overflow: 'SAT', ...scaling, ...(isWhole ? {} : { limits }) };
}

/** The same codes, 0 standing for the real 0. */
export const centred = (codes: Codes): Codes => ({ ...codes, offset: codes.zeroPoint });

/** Fraction bits of the input's formats where its scale is no power of two: values then lie within 1. */
const INPUT_FRACTION = 8;

/** Codes of the network's input are the file's own. */
export const inputCodesOf = (scale: number, zeroPoint: number, low: number, high: number): Codes => ({
  scale,
  zeroPoint,
  low,
  high,
  offset: 0,
  fraction: isPowerOfTwo(scale) ? fractionOfScale(scale) : INPUT_FRACTION,
});

/** factor × value + offset: one for all channels, or one for each. */
export interface Affine {
  readonly factors: readonly number[];
  readonly offsets: readonly number[];
}

/** Features become codes by the encoder, where they are not the values of the format already. @param before what is done to them first */
export function inputPort(
  codes: Codes,
  count: number,
  { factors, offsets }: Affine = { factors: [1], offsets: [0] },
): { readonly formats: readonly Format[]; readonly encoder?: Encoder } {
  const { scale, zeroPoint, offset, fraction } = codes;
  const formats = Array<Format>(count).fill(formatOf(codes));
  const at = (list: readonly number[], feature: number) => list[feature % list.length];
  const minimum = Array.from(
    { length: count },
    (_, feature) => (scale * (offset - zeroPoint) - at(offsets, feature)) / at(factors, feature),
  );
  const maximum = minimum.map((low, feature) => low + (scale * 2 ** fraction) / at(factors, feature));
  const isPlain = minimum.every((low) => low === 0) && maximum.every((high) => high === 1);
  return isPlain ? { formats } : { formats, encoder: { kind: 'minmax', minimum, maximum } };
}
