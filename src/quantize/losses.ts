import type { Problem } from '../core/errors.js';
import { fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import type { Requantize } from '../fixed/requantize.js';
import { problems } from './problems.js';
import type { TensorRecord } from './quantize.js';

/** What rounding and saturation did to the values of a tensor. */
export interface Losses {
  /** Largest |value − real value|. */
  readonly maxError: number;
  /** Values outside the format. */
  readonly saturated: number;
  /** Values that were not zero and became zero. */
  readonly vanished: number;
  /** Values that were not zero. */
  readonly nonZeros: number;
  /** Largest |real value|. */
  readonly largest: number;
}

/** @param values [row][unit], and so their codes; formats one per unit */
export function losses(
  values: readonly (readonly number[])[],
  codes: readonly (readonly number[])[],
  chosen: readonly Requantize[],
): Losses {
  const lost = { maxError: 0, saturated: 0, vanished: 0, nonZeros: 0, largest: 0 };
  values.forEach((row, r) => {
    row.forEach((value, unit) => {
      const { format } = chosen[unit];
      const code = codes[r][unit];
      const scaled = value * 2 ** fractionOf(format);
      const { low, high } = rangeOf(format);
      lost.maxError = Math.max(lost.maxError, Math.abs(valueOfCode(code, fractionOf(format)) - value));
      lost.largest = Math.max(lost.largest, Math.abs(value));
      if (scaled >= high + 1 || scaled <= low - 1) lost.saturated += 1;
      if (value === 0) return;
      lost.nonZeros += 1;
      if (code === 0) lost.vanished += 1;
    });
  });
  return lost;
}

/** Of a tensor's values that are not zero the share that is worth a word when it becomes zero. */
const NOTABLE_SHARE = 0.1;

/** A warning for every tensor of which rounding to zero took a notable share. */
export function lossWarnings(tensors: readonly TensorRecord[]): Problem[] {
  return tensors.flatMap((record, at) => {
    const { layer, tensor, vanished = 0, nonZeros = 0 } = record;
    if (vanished === 0 || vanished < NOTABLE_SHARE * nonZeros) return [];
    const suspect = tensor === 'weights' ? record : largestWeights(tensors.slice(0, at));
    const { layer: suspected, largest = 0 } = suspect;
    const place = `${layer}.${tensor}`;
    return [problems.quantizeVanished(place, vanished, nonZeros, { layer: suspected, largest }).toJSON()];
  });
}

/** A bias's grid is that of its sum's products: weights of its own layer and of those before have made it so coarse. */
function largestWeights(before: readonly TensorRecord[]): TensorRecord {
  const weights = before.filter(({ tensor }) => tensor === 'weights');
  return weights.reduce((most, one) => ((one.largest ?? 0) > (most.largest ?? 0) ? one : most));
}
