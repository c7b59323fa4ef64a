import { invariant } from '../../core/assert.js';
import { hull, type Interval, point } from '../../fixed/interval.js';

/** A fixed-width integer type of `<stdint.h>`. */
export interface IntegerType {
  readonly name: string;
  readonly bytes: number;
  readonly range: Interval;
}

const integerType = (signed: boolean, bits: number): IntegerType => ({
  name: `${signed ? '' : 'u'}int${bits}_t`,
  bytes: bits / 8,
  range: signed ? { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 } : { low: 0, high: 2 ** bits - 1 },
});

export const INT32 = integerType(true, 32);
export const INT64 = integerType(true, 64);

/** Narrowest first, and of one width the unsigned first. */
const STORAGE_TYPES: readonly IntegerType[] = [
  integerType(false, 8),
  integerType(true, 8),
  integerType(false, 16),
  integerType(true, 16),
  integerType(false, 32),
  INT32,
  INT64,
];

const holds = (type: IntegerType, { low, high }: Interval): boolean =>
  type.range.low <= low && high <= type.range.high;

/** The narrowest type for values of these intervals. */
export function storageType(intervals: readonly Interval[]): IntegerType {
  const all = intervals.reduce(hull);
  const type = STORAGE_TYPES.find((candidate) => holds(candidate, all));
  invariant(type !== undefined, `no C type holds ${all.low} to ${all.high}`);
  return type;
}

/** The narrowest type for tables of these numbers. */
export const tableType = (numbers: readonly number[]): IntegerType => storageType(numbers.map(point));

/** The type to calculate in when everything that occurs lies in the interval: 32 bits if they suffice. */
export const computeType = (everything: Interval): IntegerType => (holds(INT32, everything) ? INT32 : INT64);

/** The unsigned type of the same width. */
export const unsignedOf = (type: IntegerType): string => `u${type.name}`;

/** A whole number as a constant that no compiler, whatever the size of its `int`, narrows or warns of. */
export function literal(value: number, type: IntegerType): string {
  if (type.range.low === 0) return unsignedLiteral(value, type.bytes * 8);
  // The absolute value of the lowest number has no type of its width.
  if (value === INT32.range.low) return type === INT64 ? 'INT64_C(-2147483648)' : 'INT32_MIN';
  return holds(INT32, point(value)) ? String(value) : `INT64_C(${BigInt(value)})`;
}

/** An unsigned constant of at most `bits` bits. */
export function unsignedLiteral(value: number | bigint, bits: number): string {
  return bits > 32 ? `UINT64_C(${value})` : `${value}U`;
}

/** The number whose lowest bits, so many, are ones. */
export const lowBits = (count: number, bits: number): string =>
  unsignedLiteral(2n ** BigInt(count) - 1n, bits);
