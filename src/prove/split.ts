import type { Algebra } from './algebra.js';
import { sameBits } from './check-field.js';
import { C1, type Code, type Form } from './forms.js';
import { Rebuilder } from './rebuild.js';
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
}

const MOST_PIECES = 200_000;

export type Splitting =
  | { readonly kind: 'proved'; readonly pieces: number }
  | { readonly kind: 'wrong'; readonly d: number }
  | { readonly kind: 'tooMany' };

/**
 * Halves the interval of d until on each piece the field and its spec are the same constant or the same linear form:
 * a saturated or rounded code is constant on long pieces, a ReLU is linear on two.
 */
export function proveBySplitting(word: OneWord): Splitting {
  const open: [number, number][] = [[word.low, word.high]];
  let pieces = 0;
  while (open.length > 0) {
    const [low, high] = open.pop() as [number, number];
    pieces += 1;
    if (pieces > MOST_PIECES) return { kind: 'tooMany' };
    if (holdsOn(word, low, high)) continue;
    if (low === high) return { kind: 'wrong', d: low };
    const middle = low < 0 && high >= 0 ? -1 : Math.floor((low + high) / 2);
    open.push([low, middle], [middle + 1, high]);
  }
  return { kind: 'proved', pieces };
}

function holdsOn({ codes, shape, spec, sumAt, algebra }: OneWord, low: number, high: number): boolean {
  const d: Form =
    low === high ? algebra.constant(BigInt(low)) : algebra.input(-1, 0, BigInt(low), BigInt(high));
  // The only input symbol is d.
  const rebuilder = new Rebuilder(algebra, ([{ coefficient }]) => algebra.scale(d, coefficient));
  const bits = codes.map((code) => rebuilder.code(code));
  const ends = [sumAt(low), sumAt(high)];
  const wanted = spec.onInterval({ low: Math.min(...ends), high: Math.max(...ends) });
  if (wanted === undefined) return false;
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
  return sameBits(bits, algebra.scale(sum, BigInt(wanted.factor)), shape, algebra);
}
