const HALF_MAX = 65504;
const HALF_MIN_EXPONENT = -14;
const HALF_FRACTION_BITS = 10;

/** The nearest whole number, ties to even: what the rounding of floating point does. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** The nearest whole number, ties away from zero: C's `round`, with which TFLite quantizes. */
export const roundHalfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value)) + 0;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** The IEEE half precision number nearest to a value, ties to even; stops at ±65504, never infinite. */
export function toHalf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(exponentOf(value), HALF_MIN_EXPONENT);
  const quantum = 2 ** (exponent - HALF_FRACTION_BITS);
  return clamp(roundHalfEven(value / quantum) * quantum, -HALF_MAX, HALF_MAX);
}

/** The 16 bits of a number that is one of half precision. */
export function halfBits(half: number): number {
  const sign = half < 0 || Object.is(half, -0) ? 0x8000 : 0;
  const size = Math.abs(half);
  const exponent = size === 0 ? HALF_MIN_EXPONENT : Math.max(exponentOf(size), HALF_MIN_EXPONENT);
  const mantissa = size / 2 ** (exponent - HALF_FRACTION_BITS);
  // A normal number's mantissa carries the leading one into the exponent field.
  return sign | (((exponent - HALF_MIN_EXPONENT) << HALF_FRACTION_BITS) + mantissa);
}

/** ⌊log2 |value|⌋ of a value that is not 0, exactly. */
function exponentOf(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const biased = (view.getUint32(0) >>> 20) & 0x7ff;
  return biased === 0 ? -1023 : biased - 1023;
}
