import type { Rounding } from '../fixed/requantize.js';
import type { UnitScale } from './layer-output.js';
import { problems } from './problems.js';

/**
 * How a program that runs quantized networks multiplies a sum by a real factor. `twice`: 31 bits of the factor, rounded
 * twice, as the reference kernels of TFLite and those for microcontrollers do. `once`: the same bits, rounded once, half
 * up, as its optimized kernels do. `float`: the factor as a single-precision number, rounded once, half to even, as
 * XNNPACK does; that it rounds the product to 24 bits before is left out.
 */
export type ScalingKernel = 'twice' | 'once' | 'float';

export const SCALING_KERNELS: readonly ScalingKernel[] = ['twice', 'once', 'float'];

/** What a unit's output says of its scale. */
export interface ScaledRounding {
  readonly scale: UnitScale;
  readonly rounding: Rounding;
}

/** Bits of a multiplier. */
const MULTIPLIER_BITS = 31;
const SINGLE_BITS = 24;
const MOST_SHIFT = 62;
const MOST_FACTOR = 2 ** 31;

/**
 * The scale with which a kernel multiplies sums by a factor. A factor so small that no sum of 32 bits gives another code
 * than 0 becomes the smallest scale there is.
 *
 * @param factor above 0 and below 2^31: the scale of the input times that of the weights, through that of the output
 * @throws network/scale-factor where it is another, or none
 */
export function scaleOf(factor: number, kernel: ScalingKernel): ScaledRounding {
  if (!(factor >= 0 && factor < MOST_FACTOR)) throw problems.scaleFactor(factor);
  const bits = kernel === 'float' ? SINGLE_BITS : MULTIPLIER_BITS;
  let shift = bits - 1 - Math.floor(Math.log2(factor));
  let multiplier = Math.round(factor * 2 ** shift);
  // Both the logarithm and the multiplier may have been rounded to a power of two.
  if (multiplier < 2 ** (bits - 1)) multiplier = Math.round(factor * 2 ** ++shift);
  if (multiplier >= 2 ** bits) multiplier = Math.round(factor * 2 ** --shift);
  for (; shift > MOST_SHIFT && multiplier % 2 === 0; shift--) multiplier /= 2;
  for (; shift < 0; shift++) multiplier *= 2;
  const scale = shift > MOST_SHIFT ? { multiplier: 1, shift: MOST_SHIFT } : { multiplier, shift };
  switch (kernel) {
    case 'twice':
      return { scale: { ...scale, twice: true }, rounding: 'RND' };
    case 'once':
      return { scale, rounding: 'RND' };
    case 'float':
      return { scale, rounding: 'RND_CONV' };
  }
}
