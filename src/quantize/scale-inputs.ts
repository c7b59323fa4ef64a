import { fitMinMax } from '../data/scaler.js';
import { foldNetwork } from '../float/fold.js';
import type { FloatScale } from '../float/layers/scale.js';
import type { FloatNetwork } from '../float/types.js';
import { INPUT, readBy } from '../network/graph.js';
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
 * The same network for features that are scaled to 0…1 first, and the scaling: x = low + span · x′, folded into the
 * weights that read the inputs.
 *
 * @param network on a list of inputs
 * @param rows raw features, [row][input]: they say what 0 and 1 are
 */
export function withScaledInputs(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
): { readonly network: FloatNetwork; readonly encoder: Encoder } {
  const encoder = fitMinMax(rows);
  const { minimum, maximum } = encoder;
  const name = freeName(network);
  const scale: FloatScale = {
    kind: 'scale',
    name,
    from: [INPUT],
    factors: Float64Array.from(minimum, (low, input) => maximum[input] - low),
    offsets: Float64Array.from(minimum),
    activation: 'linear',
  };
  const layers = network.layers.map((layer, index) => ({
    ...layer,
    from: readBy(network, index).map((read) => (read === INPUT ? name : read)),
  }));
  return { network: foldNetwork({ ...network, layers: [scale, ...layers] }).network, encoder };
}

/** One that no layer has. */
function freeName({ layers }: FloatNetwork): string {
  let name = 'unscaled';
  while (layers.some((layer) => layer.name === name)) name += '_';
  return name;
}
