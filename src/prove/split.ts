import { assertNever } from '../core/assert.js';
import type { FinishPiece, FreePiece, RoundedPiece } from '../network/finish.js';
import type { Algebra } from './algebra.js';
import { C1, type Code, type LinearForm } from './forms.js';
import { Rebuilder } from './rebuild.js';
import { lowestBits, sameBits } from './same-bits.js';
import type { FieldSpec } from './spec.js';
import { type FieldShape, holds, wrap } from './verdict.js';

/** A field that hangs on one number d, which is too wide to run through. */
export interface OneWord {
  readonly codes: readonly Code[];
  readonly shape: FieldShape;
  readonly spec: FieldSpec;
  readonly low: number;
  readonly high: number;
  /** The spec's sum, for a value of d. */
  readonly sumAt: (d: number) => number;
  readonly algebra: Algebra;
  readonly mostPieces: number;
}

/**
 * How many intervals may stay open although the spec is a form there. A few do at each end of a form; more mean that the
 * field never follows it.
 */
const MOST_UNLIKE = 256;

/** After every so many parts it is looked how many all of it would be, if the rest is like what is done. */
const OUTLOOK = 4_096;
/** The rest may be easier by so much. */
const HOPE = 4;

export type Splitting =
  | { readonly kind: 'proved'; readonly pieces: number }
  | { readonly kind: 'wrong'; readonly d: number }
  | { readonly kind: 'tooMany' };

/**
 * Halves the interval of d until, on each part, the field and its spec are the same constant, the same linear form, or the
 * same form rounded. Few parts are enough: a saturated code is constant on long parts, and a ReLU is linear on two.
 */
export function proveBySplitting(word: OneWord): Splitting {
  const open: [number, number][] = [[word.low, word.high]];
  let pieces = 0;
  let unlike = 0;
  while (open.length > 0) {
    const [low, high] = open.pop() as [number, number];
    pieces += 1;
    const wanted = pieceOf(word, low, high);
    if (wanted !== undefined && holdsOn(word, wanted, low, high)) continue;
    // On short parts nothing wraps, so a code that wraps is a form there.
    if (wanted?.kind === 'linear' || wanted?.kind === 'rounded') unlike += 1;
    if (pieces >= word.mostPieces || unlike >= MOST_UNLIKE) return { kind: 'tooMany' };
    // What lies above is done: the upper half is always taken first.
    if (pieces % OUTLOOK === 0 && expected(word, pieces, word.high - high) > HOPE * word.mostPieces) {
      return { kind: 'tooMany' };
    }
    if (low === high) return { kind: 'wrong', d: low };
    const middle = low < 0 && high >= 0 ? -1 : Math.floor((low + high) / 2);
    open.push([low, middle], [middle + 1, high]);
  }
  return { kind: 'proved', pieces };
}

/** All parts, at the rate so far. */
const expected = ({ low, high }: OneWord, pieces: number, done: number) =>
  (pieces * (high - low + 1)) / (done + 1);

/** What the spec says of the values of d from low to high. */
function pieceOf({ spec, sumAt }: OneWord, low: number, high: number): FinishPiece | undefined {
  const ends = [sumAt(low), sumAt(high)];
  return spec.onInterval({ low: Math.min(...ends), high: Math.max(...ends) });
}

function holdsOn(
  { codes, shape, sumAt, algebra }: OneWord,
  wanted: FinishPiece,
  low: number,
  high: number,
): boolean {
  const d: LinearForm =
    low === high ? algebra.constant(BigInt(low)) : algebra.input(-1, 0, BigInt(low), BigInt(high));
  // The only input symbol is d.
  const rebuilder = new Rebuilder(algebra, ([{ coefficient }]) => algebra.scale(d, coefficient));
  const bits = codes.map((code) => rebuilder.code(code));
  if (wanted.kind === 'constant') {
    const code = BigInt(wrap(wanted.code, shape.width));
    return (
      holds(wanted.code, shape) &&
      bits.every((bit, k) => bit <= C1 && BigInt(bit) === ((code >> BigInt(k)) & 1n))
    );
  }
  const slope = BigInt(high === low ? 0 : (sumAt(high) - sumAt(low)) / (high - low));
  const offset = BigInt(sumAt(low)) - slope * BigInt(low);
  const sum = algebra.add(algebra.scale(d, slope), algebra.constant(offset));
  if (wanted.kind === 'wrapped') {
    const number = onPiece(wanted.number, sum, algebra);
    return wanted.width === shape.width && lowestBits(bits, number, algebra);
  }
  return sameBits(bits, onPiece(wanted, sum, algebra), shape, algebra);
}

/** The number as a form. */
function onPiece(piece: FreePiece, sum: LinearForm, algebra: Algebra): LinearForm {
  switch (piece.kind) {
    case 'linear':
      return algebra.scale(sum, BigInt(piece.factor));
    case 'rounded': {
      const product = algebra.scale(sum, BigInt(piece.factor));
      const once = algebra.floor(algebra.add(product, roundingOf(piece, product, algebra)), piece.shift);
      return algebra.floor(algebra.add(once, awayFromZero(piece, once, algebra)), piece.again);
    }
    default:
      return assertNever(piece);
  }
}

/** What is added before the second rounding drops low bits. All numbers of a part have the same sign. */
function awayFromZero({ again }: RoundedPiece, { low }: LinearForm, algebra: Algebra): LinearForm {
  if (again === 0) return algebra.constant(0n);
  return algebra.constant(2n ** BigInt(again - 1) - (low < 0n ? 1n : 0n));
}

/** What is added before the low bits are cut off. */
function roundingOf({ rounding, shift }: RoundedPiece, sum: LinearForm, algebra: Algebra): LinearForm {
  if (shift === 0) return algebra.constant(0n);
  const half = algebra.constant(2n ** BigInt(shift - 1));
  switch (rounding) {
    case 'TRN':
      return algebra.constant(0n);
    case 'RND':
      return half;
    case 'RND_CONV': {
      // Adds just less than a half, and the missing part if the quotient is odd.
      const odd = algebra.floor(sum, shift);
      const parity = algebra.subtract(odd, algebra.scale(algebra.floor(odd, 1), 2n));
      return algebra.add(algebra.add(half, algebra.constant(-1n)), parity);
    }
    default:
      return assertNever(rounding);
  }
}
