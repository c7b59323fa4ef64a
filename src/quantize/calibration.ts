import { inputsOf } from '../float/graph.js';
import { floatBounds, floatModel } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import type { QuantizationConfig } from './options.js';

/** The real values that a layer's outputs take. */
export interface RealRange {
  readonly low: number;
  readonly high: number;
}

/** Ranges seen on calibration rows: of every input, and of each layer's activations together. */
export interface CalibratedRanges {
  readonly inputs: readonly RealRange[];
  readonly layers: readonly RealRange[];
}

/**
 * Runs the float network on calibration rows and takes each layer's range: the extremes, or the percentile of both
 * tails (100 − p below, p above), so that rare values saturate and all others get a finer grid.
 *
 * @param rows scaled features, [row][input]
 */
export function calibrate(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
  calibration: QuantizationConfig['calibration'],
): CalibratedRanges {
  const seen: number[][] = network.layers.map(() => []);
  const run = floatModel(network);
  for (const row of rows) {
    run(row).forEach((values, layer) => {
      for (const value of values) seen[layer].push(value);
    });
  }
  const percentile = calibration.method === 'percentile' ? calibration.percentile : 100;
  return {
    inputs: Array.from({ length: inputsOf(network) }, (_, input) =>
      rangeOf(
        rows.map((row) => row[input]),
        percentile,
      ),
    ),
    layers: seen.map((values) => rangeOf(values, percentile)),
  };
}

function rangeOf(values: readonly number[], percentile: number): RealRange {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(1 - percentile / 100), high: at(percentile / 100) };
}

/** The range that holds several. */
export const unionOf = (ranges: readonly RealRange[]): RealRange => ({
  low: ranges.reduce((least, { low }) => Math.min(least, low), Number.POSITIVE_INFINITY),
  high: ranges.reduce((most, { high }) => Math.max(most, high), Number.NEGATIVE_INFINITY),
});

/**
 * Ranges that nothing can leave, for a network without calibration rows: interval arithmetic from the inputs' ranges.
 */
export function worstCaseRanges(network: FloatNetwork, inputs: readonly RealRange[]): CalibratedRanges {
  const end = (of: 'low' | 'high') => Float64Array.from(inputs, (range) => range[of]);
  const bounds = floatBounds(network, { low: end('low'), high: end('high') });
  const layers = bounds.map(({ low, high }) => ({
    low: low.reduce((least, value) => Math.min(least, value)),
    high: high.reduce((most, value) => Math.max(most, value)),
  }));
  return { inputs, layers };
}
