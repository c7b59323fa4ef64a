import type { DeviceCost } from '../../hardware/device-cost.js';
import type { AffineNetwork } from '../../network/affine.js';
import { bitsOf, type OutputWord, outputWords } from './output-words.js';

interface Player {
  readonly word: OutputWord;
  /** The units that it can be. */
  readonly units: readonly number[];
  /** Rounds in which it met nobody since it was chosen: as many registers in a row. */
  readonly waited: number;
  /** An output that met nobody yet waits in the registers of the output itself. */
  readonly entrant: boolean;
}

/** A bit of each of two words: what a comparison puts on one position of a carry chain. */
const BIT_PAIRS_PER_POSITION = 3;
/** From so many registers in a row on, with nothing read in between, they are one LUT. */
const SHIFT_REGISTER = 3;

/**
 * What the tournament takes of a 7-series device. Only bits that change count: a sign's copies and zeros below a
 * coarser output take nothing.
 */
export function argmaxCost(network: AffineNetwork): DeviceCost {
  const words = outputWords(network);
  const total = { luts: 1, flipFlops: 0, lutRams: 0, blockRams: 0, dsps: 0 };
  // Round after which an output is first compared, which ends a run of its registers.
  const read = words.map(() => 0);
  let rounds = 0;
  let players = words.map((word, unit): Player => ({ word, units: [unit], waited: 0, entrant: true }));
  do {
    const next: Player[] = [];
    for (let first = 0; first < players.length; first += 2) {
      const pair = players.slice(first, first + 2);
      if (pair.length === 1) {
        next.push({ ...pair[0], waited: pair[0].waited + 1 });
        continue;
      }
      for (const { word, units, waited, entrant } of pair) {
        if (entrant) read[units[0]] = rounds;
        else addRegisters(total, bitsOf(word) + changingBits(units), waited);
      }
      next.push(meet(total, pair[0], pair[1], players.length === 2));
    }
    players = next;
    rounds++;
  } while (players.length > 1);
  addRegisters(total, changingBits(players[0].units), 1);
  words.forEach((word, unit) => {
    if (network.outputs[unit].kind === 'constant') return;
    addRegisters(total, bitsOf(word), read[unit]);
    addRegisters(total, bitsOf(word), rounds - read[unit]);
  });
  return { ...total, flipFlops: total.flipFlops + rounds };
}

/** Comparison and choice; of the last two only the number goes on. */
function meet(total: { luts: number }, a: Player, b: Player, isFinal: boolean): Player {
  const word: OutputWord = {
    from: Math.min(a.word.from, b.word.from),
    to: Math.max(...heights(a.word, b.word)),
    signed: a.word.signed || b.word.signed,
  };
  total.luts += comparisonLuts(a.word, b.word) + (isFinal ? 0 : bitsOf(word));
  const masks = [a.units, b.units].map(changingMask);
  total.luts += bitCount(masks[0] | masks[1]);
  return { word, units: [...a.units, ...b.units], waited: 1, entrant: false };
}

/** Two LUTs per position of a carry chain, which say `equal` and `greater`; a single position needs no chain. */
function comparisonLuts(a: OutputWord, b: OutputWord): number {
  const changing = (word: OutputWord, bit: number) => bit >= word.from && (bit < word.to || word.signed);
  let inputs = 0;
  for (let bit = Math.max(...heights(a, b)) - 1; bit >= 0; bit--)
    inputs += Number(changing(a, bit)) + Number(changing(b, bit));
  const positions = Math.ceil(inputs / (2 * BIT_PAIRS_PER_POSITION));
  return positions === 1 ? 1 : 2 * positions;
}

/** Bits up to each word's highest, as signed numbers where one of them is. */
const heights = (a: OutputWord, b: OutputWord): number[] =>
  [a, b].map((word) => word.to + Number(!word.signed && (a.signed || b.signed)));

/** Bits in which the units' numbers differ. */
const changingMask = (units: readonly number[]): number =>
  units.reduce((mask, unit) => mask | (unit ^ units[0]), 0);

const bitCount = (mask: number): number => [...mask.toString(2)].filter((bit) => bit === '1').length;

const changingBits = (units: readonly number[]): number => bitCount(changingMask(units));

function addRegisters(total: { flipFlops: number; lutRams: number }, bits: number, inARow: number): void {
  if (inARow >= SHIFT_REGISTER) total.lutRams += bits;
  else total.flipFlops += bits * inARow;
}
