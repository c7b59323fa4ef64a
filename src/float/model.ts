import { INPUT_NUMBER } from '../network/graph.js';
import { placeFloatLayers } from './graph.js';
import { floatKindOf } from './layers/index.js';
import type { Bounds } from './layers/kind.js';
import type { FloatNetwork } from './types.js';

/**
 * Values of every layer for a batch: its samples one after the other, each in raster order; the last layer's are the
 * logits.
 */
export type FloatModel = (features: ArrayLike<number>, samples?: number) => Float64Array[];

/** Takes a layer's values, and gives those that others read in their place. */
export type Touch = (values: Float64Array, layer: number) => Float64Array;

/** The network's meaning, in doubles. What no sample changes is worked out once. */
export function floatModel(
  network: Pick<FloatNetwork, 'layers' | 'input'>,
  touch: Touch = (values) => values,
): FloatModel {
  const placed = placeFloatLayers(network).map(({ layer, inputs, sources }) => ({
    sources,
    forward: floatKindOf(layer).forward(layer, inputs),
  }));
  return (features, samples = 1) => {
    const input = features instanceof Float64Array ? features : Float64Array.from(features);
    const given: Float64Array[] = [];
    for (const { sources, forward } of placed) {
      const read = sources.map((number) => (number === INPUT_NUMBER ? input : given[number]));
      given.push(touch(forward(read, samples), given.length));
    }
    return given;
  };
}

/** The logits of single samples. */
export function logitsOf(
  network: Pick<FloatNetwork, 'layers' | 'input'>,
  touch?: Touch,
): (features: ArrayLike<number>) => number[] {
  const run = floatModel(network, touch);
  return (features) => Array.from(run(features).at(-1)!);
}

/** Between what every layer's values lie when the inputs lie between these. */
export function floatBounds(network: FloatNetwork, input: Bounds): Bounds[] {
  const given: Bounds[] = [];
  for (const { layer, inputs, sources } of placeFloatLayers(network)) {
    const read = sources.map((number) => (number === INPUT_NUMBER ? input : given[number]));
    given.push(floatKindOf(layer).bounds(layer, inputs, read));
  }
  return given;
}

/** The class that logits speak for: above 0 of one, the first largest of several. */
export function classOf(logits: readonly number[]): number {
  if (logits.length === 1) return logits[0] > 0 ? 1 : 0;
  return logits.indexOf(Math.max(...logits));
}

/** What layers are called when nobody named them: `hidden` and `output`, or `hidden1`, `hidden2`, … `output`. */
export function layerNames(count: number): string[] {
  const hidden = Array.from({ length: count - 1 }, (_, index) =>
    count === 2 ? 'hidden' : `hidden${index + 1}`,
  );
  return [...hidden, 'output'];
}
