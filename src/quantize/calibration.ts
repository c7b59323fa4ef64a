import { spread } from '../core/spread.js';
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

/** Rows that percentiles are taken of, at most: all of a layer's values on them are held at a time. */
const MOST_RANKED = 2000;

/**
 * Runs the float network on calibration rows and takes each layer's range: the extremes of all rows, or the percentile of
 * both tails (100 − p below, p above), so that rare values saturate and all others get a finer grid. Of many rows
 * percentiles are taken of some, evenly spread.
 *
 * @param rows scaled features, [row][input]
 */
export function calibrate(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
  calibration: QuantizationConfig['calibration'],
): CalibratedRanges {
  const newSpread: () => Spread =
    calibration.method === 'minmax' ? () => new Extremes() : () => new Ranked(calibration.percentile / 100);
  const seen = calibration.method === 'minmax' ? rows : spread(rows, MOST_RANKED);
  const inputs = Array.from({ length: inputsOf(network) }, newSpread);
  const layers = network.layers.map(newSpread);
  const run = floatModel(network);
  for (const row of seen) {
    row.forEach((value, input) => {
      inputs[input].see(value);
    });
    run(row).forEach((values, layer) => {
      for (const value of values) layers[layer].see(value);
    });
  }
  const ranges = (spreads: readonly Spread[]) => spreads.map((one) => one.range());
  return { inputs: ranges(inputs), layers: ranges(layers) };
}

/** Between what values lie that are seen one after the other. */
interface Spread {
  see(value: number): void;
  range(): RealRange;
}

class Extremes implements Spread {
  private low = Number.POSITIVE_INFINITY;
  private high = Number.NEGATIVE_INFINITY;

  see(value: number): void {
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }

  range(): RealRange {
    return { low: this.low, high: this.high };
  }
}

class Ranked implements Spread {
  private readonly seen: number[] = [];

  /** @param share that lies at or below the upper end, and at or above the lower one */
  constructor(private readonly share: number) {}

  see(value: number): void {
    this.seen.push(value);
  }

  range(): RealRange {
    const sorted = Float64Array.from(this.seen).sort();
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
    return { low: at(1 - this.share), high: at(this.share) };
  }
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
