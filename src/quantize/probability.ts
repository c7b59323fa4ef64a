import { fractionOf, parseFormat, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import type { ProbabilityTable } from '../network/types.js';
import { type QuantizationConfig, requantizesOf } from './options.js';

type ProbabilityConfig = Exclude<QuantizationConfig['probability'], boolean>;

/** The sigmoid of every index code, rounded half up into the table's format. */
export function probabilityTable(
  wanted: Partial<ProbabilityConfig>,
  config: Pick<QuantizationConfig, 'rounding' | 'overflow'>,
): ProbabilityTable {
  const [index] = requantizesOf(wanted.index ?? 'fixed<8,4>', 1, config, 'quantization.probability.index');
  const format = parseFormat(wanted.format ?? 'ufixed<8,0>', 'quantization.probability.format');
  const { low, high } = rangeOf(index.format);
  const codes = Array.from({ length: high - low + 1 }, (_, at) => {
    const logit = valueOfCode(low + at, fractionOf(index.format));
    return encode(1 / (1 + Math.exp(-logit)), { format, rounding: 'RND', overflow: 'SAT' });
  });
  return { index, format, codes };
}
