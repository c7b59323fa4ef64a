import { fractionOf } from '../../fixed/format.js';
import type { DeviceCost } from '../../hardware/device-cost.js';
import { lutsOfTable } from '../../hardware/parallel/truth-table.js';
import type { AffineNetwork } from '../../network/affine.js';
import type { ProbabilityTable } from '../../network/types.js';
import { bitsOf, outputWords } from './output-words.js';

/** LUTs up to which a ROM is logic; a larger one goes into block RAMs. */
const MOST_ROM_LUTS = 128;
const LUT_BITS = 64;
/** A block RAM of the 7 series is so deep where it gives one bit; half as deep for two, and so on. */
const BLOCK_RAM_DEPTH = 2 ** 15;

/**
 * What the decision by sign takes of a 7-series device, and the probability's table: a LUT for every five bits that
 * must be 0, one for the handshake. The table is counted as the LUTs that hold it; where a limited index of 8 bits or
 * more reaches it, Yosys 0.23 mixes both and takes up to twice as many.
 */
export function binaryCost(network: AffineNetwork, table: ProbabilityTable | undefined): DeviceCost {
  const width = bitsOf(outputWords(network)[0]);
  const decision = {
    luts: 1 + Math.ceil(width / 5),
    lutRams: 0,
    flipFlops: width + 2,
    blockRams: 0,
    dsps: 0,
  };
  if (table === undefined) return decision;
  const luts = decision.luts + indexLuts(network, table);
  const { index, format, codes } = table;
  if ((codes.length * format.width) / LUT_BITS > MOST_ROM_LUTS)
    return { ...decision, luts, blockRams: blockRams(codes.length, format.width) };
  // Which codes are the table's upper half changes nothing here.
  const rom = lutsOfTable({ inputs: index.format.width, width: format.width, codes });
  return { ...decision, luts: luts + rom, flipFlops: decision.flipFlops + format.width };
}

/**
 * Rounding is a carry chain without LUTs, but where ties go to even, which adds to every dropped bit. To limit a code
 * a bit's LUT takes the sign and, up to four, the bits above; with more of them those have LUTs of their own.
 */
function indexLuts(network: AffineNetwork, { index }: ProbabilityTable): number {
  const shift = fractionOf(network.outputs[0].format) - fractionOf(index.format);
  const carry = index.rounding === 'TRN' || shift <= 0 ? 0 : 1;
  const above = Math.max(0, outputWords(network)[0].to - shift + carry - index.format.width);
  const rounding = index.rounding === 'RND_CONV' ? Math.max(0, shift) : 0;
  if (index.overflow === 'WRAP' || above === 0) return rounding;
  return rounding + index.format.width + (above > 4 ? Math.ceil((above - 1) / 5) : 0);
}

/** A block RAM is 1, 2, 4, 8 bits wide or nine eighths of a larger power of two. */
function blockRams(depth: number, width: number): number {
  const wide = BLOCK_RAM_DEPTH / depth;
  return Math.ceil(width / Math.max(1, wide >= 8 ? wide + wide / 8 : wide));
}
