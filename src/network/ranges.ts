import { rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { finishInterval } from './finish.js';
import { kindOf } from './layers/index.js';
import { type AffineRow, sumInterval } from './layers/kind.js';
import { layerFormats } from './reference.js';
import type { QuantizedNetwork } from './types.js';

/** What one unit of a layer can do, over all inputs. */
export interface UnitRange {
  readonly row: AffineRow;
  /** The sum before the activation. */
  readonly sum: Interval;
  /** The output codes: a superset of what occurs, by interval arithmetic. */
  readonly output: Interval;
}

/** The ranges of every unit of every layer, when the inputs take any code of their formats. */
export function networkRanges(network: QuantizedNetwork): UnitRange[][] {
  const formats = [network.input.formats, ...layerFormats(network)];
  let inputs: Interval[] = network.input.formats.map(rangeOf);
  return network.layers.map((layer, index) => {
    const units = kindOf(layer)
      .rows(layer, formats[index])
      .map((row) => unitRange(row, inputs));
    inputs = units.map((unit) => unit.output);
    return units;
  });
}

/** The range of one unit whose inputs lie in the given intervals. */
export function unitRange(row: AffineRow, inputs: readonly Interval[]): UnitRange {
  const sum = sumInterval(row, inputs);
  return { row, sum, output: finishInterval(row.finish, sum) };
}
