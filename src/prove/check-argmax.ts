import {
  type Algebra,
  type Atom,
  C0,
  C1,
  type Code,
  CX,
  type Form,
  type InputAtom,
  isInput,
  signPosition,
} from './algebra.js';
import type { Verdict } from './check-field.js';
import { Rebuilder } from './rebuild.js';

/** One of the compared values: offset + 2^shift × a symbol, or × a constant. */
export interface Competitor {
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  readonly offset: number;
  /** Absent for a constant. */
  readonly atom?: Atom;
}

/** v[a] − v[b] ≤ bound; number 0 is the constant zero, number i + 1 competitor i's value. */
interface Constraint {
  readonly a: number;
  readonly b: number;
  readonly bound: bigint;
}

const MOST_PATHS = 20_000;

/**
 * Whether bits are the number of the largest competitor, the first of equals. The circuit may only compare: each
 * comparison is decided both ways, and on every path of decisions the order they amount to must force the answer.
 */
export function checkArgmax(
  codes: readonly Code[],
  competitors: readonly Competitor[],
  algebra: Algebra,
): Verdict {
  return new ArgmaxCheck(competitors, algebra).run(codes);
}

class ArgmaxCheck {
  private paths = 0;

  constructor(
    private readonly competitors: readonly Competitor[],
    private readonly algebra: Algebra,
  ) {}

  run(codes: readonly Code[]): Verdict {
    const bounds = this.competitors.flatMap(({ low, high, shift }, index): Constraint[] => [
      { a: index + 1, b: 0, bound: BigInt(high) << BigInt(shift) },
      { a: 0, b: index + 1, bound: -(BigInt(low) << BigInt(shift)) },
    ]);
    const reason = this.follow(codes, new Map(), bounds);
    return reason === undefined
      ? { kind: 'proved', method: 'orders', points: this.paths }
      : { kind: 'open', reason };
  }

  /** The reason why a path is not proved; undefined when all are. */
  private follow(
    codes: readonly Code[],
    assumed: ReadonlyMap<Code, Code>,
    constraints: readonly Constraint[],
  ): string | undefined {
    const bounds = closure(constraints, this.competitors.length + 1);
    if (bounds === undefined) return undefined;
    if (codes.includes(CX)) return 'it may hang on an unknown value';
    if (codes.every((code) => code <= C1)) return this.checkAnswer(codes, bounds);
    const literal = this.findComparison(codes, assumed);
    if (literal === undefined) return 'it hangs on more than comparisons of the outputs';
    const form = this.algebra.formOf(literal);
    for (const negative of [true, false]) {
      const constraint = this.constraintOf(form, negative);
      if (constraint === undefined) return 'it compares something else than two outputs';
      const value = negative ? C1 : C0;
      const map = new Map(assumed).set(literal, value).set(this.algebra.not(literal), negative ? C0 : C1);
      const rebuilder = new Rebuilder(this.algebra, (terms) => this.sumOf(terms), map);
      const reason = this.follow(
        codes.map((code) => rebuilder.code(code)),
        map,
        [...constraints, constraint],
      );
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  private sumOf(terms: Form['terms']): Form {
    return terms.reduce((sum, { atom, coefficient }) => {
      const { sample, unit, low, high } = atom as InputAtom;
      return this.algebra.add(
        sum,
        this.algebra.scale(this.algebra.input(sample, unit, low, high), coefficient),
      );
    }, this.algebra.constant(0n));
  }

  private checkAnswer(
    codes: readonly Code[],
    bounds: readonly (readonly (bigint | undefined)[])[],
  ): string | undefined {
    this.paths += 1;
    if (this.paths > MOST_PATHS) return `there are more than ${MOST_PATHS} orders of decisions`;
    const answer = codes.reduce((number, code, k) => number + code * 2 ** k, 0);
    if (answer >= this.competitors.length) return `it can be ${answer}, which is no output`;
    for (let other = 0; other < this.competitors.length; other++) {
      if (other === answer) continue;
      // Before the answer's number a value must be smaller, behind it at most equal.
      const most = bounds[other + 1][answer + 1];
      const allowed =
        this.competitors[answer].offset - this.competitors[other].offset - (other < answer ? 1 : 0);
      if (most === undefined || most > BigInt(allowed)) {
        return `it can be ${answer} while output ${other} comes first`;
      }
    }
    return undefined;
  }

  /** A sign of a sum of outputs that the bits hang on. */
  private findComparison(codes: readonly Code[], assumed: ReadonlyMap<Code, Code>): Code | undefined {
    const seen = new Set<Code>();
    const stack = [...codes];
    while (stack.length > 0) {
      const code = stack.pop() as Code;
      if (code <= C1 || seen.has(code)) continue;
      seen.add(code);
      const form = this.algebra.formOf(code);
      if (form.terms.every(isInput)) {
        if (this.algebra.positionOf(code) >= signPosition(form) && !assumed.has(code)) return code;
        continue;
      }
      for (const { atom } of form.terms) {
        if (atom.kind === 'cell') stack.push(...atom.inputs);
        else if (atom.kind === 'half') stack.push(this.algebra.bit(atom.form, Number.MAX_SAFE_INTEGER));
      }
    }
    return undefined;
  }

  /** form < 0, or form ≥ 0, as a bound on a difference of two values. */
  private constraintOf(form: Form, negative: boolean): Constraint | undefined {
    const most = Math.max(...this.competitors.map(({ shift }) => shift));
    const factors = form.terms.map(({ atom, coefficient }) => {
      const index = this.competitors.findIndex((competitor) => competitor.atom === atom);
      if (index < 0) return undefined;
      return {
        node: index + 1,
        factor: (coefficient << BigInt(most)) >> BigInt(this.competitors[index].shift),
      };
    });
    if (factors.length > 2 || factors.includes(undefined)) return undefined;
    const [first, second] = factors as { node: number; factor: bigint }[];
    if (second !== undefined && second.factor !== -first.factor) return undefined;
    // factor × (v[a] − v[b]) + constant < 0 or ≥ 0, all times 2^most.
    const flip = first.factor < 0n;
    const factor = flip ? -first.factor : first.factor;
    const nodes = [first.node, second?.node ?? 0];
    const [a, b] = flip ? nodes.reverse() : nodes;
    const constant = form.constant << BigInt(most);
    const one = 1n << BigInt(most);
    return negative
      ? { a, b, bound: floorDivide(-one - constant, factor) }
      : { a: b, b: a, bound: floorDivide(constant, factor) };
  }
}

const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

/** The tightest bounds that follow (Floyd and Warshall); undefined when nothing satisfies them all. */
function closure(constraints: readonly Constraint[], size: number): (bigint | undefined)[][] | undefined {
  const bounds = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_, b): bigint | undefined => (a === b ? 0n : undefined)),
  );
  const tighten = (a: number, b: number, bound: bigint) => {
    const old = bounds[a][b];
    if (old === undefined || bound < old) bounds[a][b] = bound;
  };
  for (const { a, b, bound } of constraints) tighten(a, b, bound);
  for (let via = 0; via < size; via++) {
    for (let a = 0; a < size; a++) {
      const first = bounds[a][via];
      if (first === undefined) continue;
      for (let b = 0; b < size; b++) {
        const second = bounds[via][b];
        if (second !== undefined) tighten(a, b, first + second);
      }
    }
  }
  return bounds.some((row, a) => (row[a] as bigint) < 0n) ? undefined : bounds;
}
