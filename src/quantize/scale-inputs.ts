import { fitMinMax } from '../data/scaler.js';
import type { DenseChain } from '../float/chain.js';
import { mapped } from '../float/tensor.js';
import type { Encoder } from '../network/types.js';

/** How many times smaller than the largest feature half of them have to be, for all to be scaled. */
const UNLIKE = 16;

/**
 * Whether half of the inputs or more are so much smaller than the largest one, as raw measurements in different
 * units are: in one format for all they would lose four bits or more, and so would their weights.
 *
 * @param rows [row][input], at least one
 */
export function areUnlike(rows: readonly (readonly number[])[]): boolean {
  const { minimum, maximum } = fitMinMax(rows);
  const sizes = minimum.map((low, input) => Math.max(-low, maximum[input])).filter((size) => size > 0);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return 2 * sizes.filter((size) => size * UNLIKE <= largest).length >= Math.max(sizes.length, 1);
}

/**
 * The same network for features that are scaled to 0…1 first, and the scaling: x = low + span · x′, so that
 * w′ = span · w and b′ = b + Σ low · w.
 *
 * @param rows raw features, [row][input]: they say what 0 and 1 are
 */
export function withScaledInputs(
  network: DenseChain,
  rows: readonly (readonly number[])[],
): { readonly network: DenseChain; readonly encoder: Encoder } {
  const encoder = fitMinMax(rows);
  const { minimum, maximum } = encoder;
  const [first, ...others] = network.layers;
  const units = first.bias.length;
  const inputAt = (at: number) => Math.floor(at / units);
  const kernel = mapped(first.kernel, (weight, at) => weight * (maximum[inputAt(at)] - minimum[inputAt(at)]));
  const bias = first.bias.slice();
  first.kernel.values.forEach((weight, at) => {
    bias[at % units] += weight * minimum[inputAt(at)];
  });
  return { network: { ...network, layers: [{ ...first, kernel, bias }, ...others] }, encoder };
}
