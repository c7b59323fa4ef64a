import { type FloatNetwork, runFloat } from '../learn/float-network.js';
import { activateReal } from '../network/activation.js';
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
  for (const row of rows) {
    runFloat(network, row).forEach((values, layer) => {
      seen[layer].push(...values);
    });
  }
  const percentile = calibration.method === 'percentile' ? calibration.percentile : 100;
  return {
    inputs: Array.from({ length: network.inputs }, (_, input) =>
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
  low: Math.min(...ranges.map(({ low }) => low)),
  high: Math.max(...ranges.map(({ high }) => high)),
});

/**
 * Ranges that nothing can leave, for a network without calibration rows: interval arithmetic from the inputs' ranges.
 */
export function worstCaseRanges(network: FloatNetwork, inputs: readonly RealRange[]): CalibratedRanges {
  let ranges = inputs;
  const layers = network.layers.map((layer) => {
    const units = layer.bias.map((bias, unit): RealRange => {
      let low = bias;
      let high = bias;
      ranges.forEach((range, from) => {
        const ends = [range.low * layer.kernel[from][unit], range.high * layer.kernel[from][unit]];
        low += Math.min(...ends);
        high += Math.max(...ends);
      });
      return { low: activateReal(layer.activation, low), high: activateReal(layer.activation, high) };
    });
    ranges = units;
    return unionOf(units);
  });
  return { inputs, layers };
}
