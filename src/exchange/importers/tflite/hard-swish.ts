import type { Codes } from '../integer/codes.js';
import { multiplierOf } from './quantization.js';

/** x × min(max(x + 3, 0), 6) / 6 as TFLite's kernels work it out: in words of 16 bits, with five roundings. */

const MOST = 2 ** 15 - 1;
const within = (number: number) => Math.min(Math.max(number, -MOST - 1), MOST);

/** Of a × b / 2^15 the nearest, halves away from zero. */
const highProduct = (a: number, b: number) => {
  const product = (a * b) / 2 ** 15;
  return within(Math.sign(product) * Math.floor(Math.abs(product) + 0.5));
};

/** A division by 2^shift, halves away from zero. */
const halved = (number: number, shift: number) => {
  const quotient = number / 2 ** shift;
  return Math.sign(quotient) * Math.floor(Math.abs(quotient) + 0.5);
};

/** The upper sixteen bits of a multiplier. */
const upper = (multiplier: number) => Math.min(Math.floor((multiplier + 2 ** 15) / 2 ** 16), MOST);

/** Bits by which codes are lifted. */
const LIFT = 7;

/** The file's code for a code of the input. */
export function hardSwishCode(given: Codes, wanted: Codes): (code: number) => number {
  const fine = Math.fround(given.scale / 2 ** LIFT);
  const output = multiplierOf(Math.fround(fine / wanted.scale));
  const ramp = multiplierOf(Math.fround(fine / Math.fround(3 / 2 ** 15)));
  return (code) => {
    const lifted = (code - given.zeroPoint) * 2 ** LIFT;
    const scaled = highProduct(lifted, upper(output.multiplier));
    const first = ramp.exponent > 0 ? within(lifted * 2 ** (ramp.exponent - 1)) : lifted;
    const second = highProduct(first, upper(ramp.multiplier));
    const third = ramp.exponent > 0 ? within(2 * second) : halved(second, -ramp.exponent);
    const share = Math.floor((third + 2 ** 15) / 2);
    const product = Math.trunc((share * scaled) / 2 ** 15);
    return halved(product, -output.exponent) + wanted.zeroPoint + 0;
  };
}
