import { fractionOf, parseFormat, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import type { DenseChain } from '../float/chain.js';
import type { ProbabilityTable } from '../network/types.js';
import { type QuantizationConfig, requantizesOf } from './options.js';
import { problems } from './problems.js';

type ProbabilityConfig = Exclude<QuantizationConfig['probability'], boolean>;

/** A table has an entry for every code of its index. */
const WIDEST_INDEX = 16;

/** @throws quantize/probability where there is no logit to make one of, or the table would be too large */
export function checkProbability(
  { probability }: Pick<QuantizationConfig, 'probability'>,
  head: DenseChain['head'],
  outputs: number,
): void {
  if (probability === false) return;
  if (head !== 'binary') throw problems.quantizeProbability(outputs, head);
  if (probability === true) return;
  const where = 'quantization.probability.index';
  const [{ format }] = requantizesOf(probability.index, 1, { rounding: 'RND', overflow: 'SAT' }, where);
  if (format.width > WIDEST_INDEX) throw problems.quantizeIndex(where, format.width, WIDEST_INDEX);
}

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
