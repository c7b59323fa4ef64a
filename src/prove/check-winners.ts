import type { BinaryCell } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { boundsOfSum, type Constraint, type Reading } from './differences.js';
import { C0, C1, type Code, CX, isInput, type LinearForm, oneBitCell, signPosition } from './forms.js';
import { Rebuilder } from './rebuild.js';
import { WordChoices } from './word-choices.js';

/** What is known of the competitors' values whatever is decided. */
export interface Relations {
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  readonly general: readonly Constraint[];
}

/** Whether bits are right where competitor a is at most competitor b, plus so much, as `most` says. */
export type Judge = (
  codes: readonly Code[],
  values: readonly LinearForm[],
  most: (a: number, b: number) => bigint | undefined,
) => boolean;

const COMPARISONS: readonly string[] = ['$lt', '$le', '$gt', '$ge'];
/** Pairs of values that a comparison is looked at for. */
const MOST_PAIRS = 4_096;

/**
 * Whether bits are right in each of as many cases as there are competitors: in case i competitor i is the largest, the first
 * of equals. One case holds for whatever comes in. A comparison with the largest is decided by that, also where the other
 * side is the winner of some of the others: each of those loses. So comparisons among the others need not be decided, and
 * there are no orders to go through. False says nothing: comparisons may be of another kind.
 */
export function rightForEachWinner(
  codes: readonly Code[],
  values: readonly LinearForm[],
  relations: Relations,
  algebra: Algebra,
  judge: Judge,
): boolean {
  if (codes.includes(CX)) return false;
  const choices = new WordChoices(algebra);
  return values.every((_, winner) => {
    const bounds = boundsFor(winner, values.length, relations);
    if (bounds === undefined) return true;
    const decided = new DecidedComparisons(bounds, relations.readings, choices, algebra);
    const keep = (terms: LinearForm['terms']) => algebra.ofTerms(terms);
    const rebuilder = new Rebuilder(algebra, keep, decided);
    const left = codes.map((code) => rebuilder.code(code));
    return judge(left, values, (a, b) => bounds[a + 1][b + 1]);
  });
}

/** What is known where that competitor is the first of the largest; undefined where it never is. */
function boundsFor(
  winner: number,
  competitors: number,
  { general }: Relations,
): (bigint | undefined)[][] | undefined {
  const bounds = Array.from({ length: competitors + 1 }, () => Array<bigint | undefined>(competitors + 1));
  const beaten = Array.from({ length: competitors }, (_, other) => other)
    .filter((other) => other !== winner)
    .map((other) => ({ a: other + 1, b: winner + 1, bound: other < winner ? -1n : 0n }));
  for (const { a, b, bound } of [...general, ...beaten]) {
    const old = bounds[a][b];
    if (old === undefined || bound < old) bounds[a][b] = bound;
  }
  const contradicted = beaten.some(({ a, b }) => {
    const [there, back] = [bounds[a][b], bounds[b][a]];
    return there !== undefined && back !== undefined && there + back < 0n;
  });
  return contradicted ? undefined : bounds;
}

/** Bits that follow from bounds, for whom a bit is asked for. */
class DecidedComparisons {
  private readonly known = new Map<Code, Code | undefined>();

  constructor(
    private readonly bounds: readonly (readonly (bigint | undefined)[])[],
    private readonly readings: ReadonlyMap<string, readonly Reading[]>,
    private readonly choices: WordChoices,
    private readonly algebra: Algebra,
  ) {}

  get(code: Code): Code | undefined {
    if (code <= CX) return undefined;
    if (!this.known.has(code)) this.known.set(code, this.decide(code));
    return this.known.get(code);
  }

  private decide(code: Code): Code | undefined {
    const form = this.algebra.formOf(code);
    const position = this.algebra.positionOf(code);
    if (form.terms.every(isInput)) return position < signPosition(form) ? undefined : this.signOf(form);
    const gate = oneBitCell(form, position);
    if (gate === undefined) return undefined;
    const { cell, inputs } = gate.atom;
    if (cell.kind !== 'binary' || !COMPARISONS.includes(cell.operator)) return undefined;
    const bit = this.compare(cell, inputs);
    return bit === undefined || !gate.inverted ? bit : this.algebra.not(bit);
  }

  private signOf(form: LinearForm): Code | undefined {
    const { low, high } = boundsOfSum(form, this.readings, this.bounds);
    if (high !== undefined && high < 0n) return C1;
    return low !== undefined && low >= 0n ? C0 : undefined;
  }

  /** What a comparison gives for whatever words may have been chosen, if it is the same for all. */
  private compare(cell: BinaryCell, inputs: readonly Code[]): Code | undefined {
    const split = cell.a.bits.length;
    const left = this.choices.of(inputs.slice(0, split));
    const right = this.choices.of(inputs.slice(split));
    if (left === undefined || right === undefined || left.length * right.length > MOST_PAIRS)
      return undefined;
    let common: Code | undefined;
    for (const a of left) {
      for (const b of right) {
        const bit = this.ofPair(cell, [...a, ...b]);
        if (bit === undefined || (common !== undefined && bit !== common)) return undefined;
        common = bit;
      }
    }
    return common;
  }

  private ofPair(cell: BinaryCell, inputs: readonly Code[]): Code | undefined {
    const bit = this.choices.compared(cell, inputs);
    if (bit === C0 || bit === C1) return bit;
    return bit === CX || !this.algebra.formOf(bit).terms.every(isInput) ? undefined : this.get(bit);
  }
}
