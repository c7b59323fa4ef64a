import { fractionOf, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { requantizeInterval } from '../fixed/requantize.js';
import { activateInterval } from './activation.js';
import { kindOf } from './layers/index.js';
import { type AffineRow, sumInterval } from './layers/kind.js';
import { layerFormats } from './reference.js';
import type { QuantizedNetwork } from './types.js';

/** What one unit of a layer can do, over all inputs. */
export interface UnitRange {
  readonly row: AffineRow;
  /** The sum before the activation. */
  readonly sum: Interval;
  /** The sum after the activation, before the requantization. */
  readonly active: Interval;
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
  const active = activateInterval(row.activation, sum);
  const factor = 2 ** row.exactShift;
  const output =
    row.requantize === undefined
      ? { low: active.low * factor, high: active.high * factor }
      : requantizeInterval(active, row.fraction, row.requantize);
  return { row, sum, active, output };
}

/** Fraction bits of a row's output codes. */
export function outputFraction(row: AffineRow): number {
  return row.requantize === undefined ? row.fraction + row.exactShift : fractionOf(row.requantize.format);
}
