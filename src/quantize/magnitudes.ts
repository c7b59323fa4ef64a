import { MAX_FRACTION } from '../fixed/format.js';
import { floatKindOf } from '../float/layers/index.js';
import { problems } from './problems.js';
import type { QuantizeSource } from './quantized.js';

/** A format's integer bits reach a little further than its coarsest fraction. */
const LARGEST = 2 ** MAX_FRACTION;

/**
 * Refuses values that no format reaches, and sums that are no finite numbers: the ranges of such layers say nothing.
 *
 * @throws quantize/too-large
 */
export function checkMagnitudes({ network, ranges }: Pick<QuantizeSource, 'network' | 'ranges'>): void {
  for (const { low, high } of ranges.inputs) checkRange('input', low, high);
  network.layers.forEach((layer, index) => {
    const { name } = layer;
    for (const { role, values } of floatKindOf(layer).parameters(layer)) {
      for (const value of values) checkRange(`${name}.${role}`, value, value);
    }
    const { low, high } = ranges.layers[index];
    checkRange(`${name}.output`, low, high);
  });
}

function checkRange(where: string, low: number, high: number): void {
  // Not `>=`: what is no number is refused too.
  if (Math.max(Math.abs(low), Math.abs(high)) < LARGEST) return;
  throw problems.quantizeTooLarge(where, Math.abs(low) > Math.abs(high) ? low : high);
}

/** Fraction bits past which a product adds nothing to a sum that anybody reads. */
const FINEST_PRODUCT = 128;
/** Bits of a bias on the grid of its sum's products: the sum of all still has room within ±2^53. */
const WIDEST_BIAS = 48;

/**
 * The most fraction bits that weights may have: the bias lies on the grid of the products, and must fit there.
 *
 * @param bias of the units that share the weights' format; empty where its format is given
 * @param inputFraction of the finest input
 */
export function finestWeights(bias: readonly number[], inputFraction: number): number {
  const largest = Math.max(...bias.map(Math.abs), 0);
  const room = largest === 0 ? FINEST_PRODUCT : WIDEST_BIAS - Math.ceil(Math.log2(largest));
  return Math.min(FINEST_PRODUCT, room) - inputFraction;
}
