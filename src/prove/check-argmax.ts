import {
  type Algebra,
  C0,
  C1,
  type Code,
  CX,
  commonDivisor,
  type Form,
  floorDivide,
  type InputAtom,
  isInput,
  signPosition,
  type Term,
} from './algebra.js';
import { checkPoints } from './check-points.js';
import { Rebuilder } from './rebuild.js';
import type { Verdict } from './verdict.js';

/** One of the compared values, in their common unit, as a sum of input symbols; the bounds are its own. */
export interface Competitor {
  readonly form: Form;
  readonly low: bigint;
  readonly high: bigint;
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

/** One of the differences that a sum of input symbols P stands for: v[a] − v[b] = factor × P + constant. */
interface Reading {
  readonly a: number;
  readonly b: number;
  readonly factor: bigint;
  readonly constant: bigint;
}

class ArgmaxCheck {
  private paths = 0;
  private readonly readings = new Map<string, Reading[]>();
  private readonly bounds: Constraint[] = [];

  constructor(
    private readonly competitors: readonly Competitor[],
    private readonly algebra: Algebra,
  ) {
    const values = [algebra.constant(0n), ...competitors.map(({ form }) => form)];
    for (let a = 0; a < values.length; a++) {
      for (let b = 0; b < values.length; b++) if (a !== b) this.noteDifference(a, b, values[a], values[b]);
    }
    competitors.forEach(({ low, high }, index) => {
      this.bounds.push({ a: index + 1, b: 0, bound: high }, { a: 0, b: index + 1, bound: -low });
    });
  }

  /** Several differences may be the same sum, where outputs share bits. */
  private noteDifference(a: number, b: number, left: Form, right: Form): void {
    const difference = this.algebra.subtract(left, right);
    this.bounds.push({ a, b, bound: difference.high });
    const { key, factor } = primitive(difference.terms);
    if (factor <= 0n) return;
    const known = this.readings.get(key) ?? [];
    this.readings.set(key, [...known, { a, b, factor, constant: difference.constant }]);
  }

  run(codes: readonly Code[]): Verdict {
    const reason = this.follow(codes, new Map(), this.bounds);
    if (reason === undefined) return { kind: 'proved', method: 'orders', points: this.paths };
    if (codes.includes(CX)) return { kind: 'open', reason };
    const wanted = { forms: this.competitors.map(({ form }) => form), apply: firstOfLargest };
    const found = checkPoints(codes, { width: codes.length, signed: false }, wanted, this.algebra);
    if (found.kind === 'proved') return { ...found, method: 'exhaustion' };
    return found.kind === 'differs' ? { ...found, coefficients: [] } : { kind: 'open', reason };
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
      const implied = this.constraintsOf(form, negative);
      const value = negative ? C1 : C0;
      const map = new Map(assumed).set(literal, value).set(this.algebra.not(literal), negative ? C0 : C1);
      const reason = this.follow(this.assume(codes, map), map, [...constraints, ...implied]);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  private assume(codes: readonly Code[], assumed: ReadonlyMap<Code, Code>): readonly Code[] {
    const rebuilder = new Rebuilder(this.algebra, (terms) => this.sumOf(terms), assumed);
    return codes.map((code) => rebuilder.code(code));
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
      if (most === undefined || most > (other < answer ? -1n : 0n)) {
        return `it can be ${answer} while output ${other} comes first`;
      }
    }
    return undefined;
  }

  /** A sign that the bits hang on: of the difference of two outputs, or failing that of one of them. */
  private findComparison(codes: readonly Code[], assumed: ReadonlyMap<Code, Code>): Code | undefined {
    const seen = new Set<Code>();
    const stack = [...codes];
    let ofOne: Code | undefined;
    while (stack.length > 0) {
      const code = stack.pop() as Code;
      if (code <= C1 || seen.has(code)) continue;
      seen.add(code);
      const form = this.algebra.formOf(code);
      if (form.terms.every(isInput)) {
        const isSign = this.algebra.positionOf(code) >= signPosition(form);
        if (!isSign || assumed.has(code)) continue;
        const implied = this.constraintsOf(form, true);
        if (implied.some(({ a, b }) => a > 0 && b > 0)) return code;
        if (implied.length > 0) ofOne ??= code;
        continue;
      }
      stack.push(...this.bitsBehind(form));
    }
    return ofOne;
  }

  /** What decides the value of a form: the inputs of cells in it. */
  private bitsBehind({ terms }: Form): readonly Code[] {
    return terms.flatMap(({ atom }) => {
      if (atom.kind === 'cell') return atom.inputs;
      return atom.kind === 'half' ? this.bitsBehind(atom.form) : [];
    });
  }

  /** form < 0, or form ≥ 0, as bounds on differences of two values. */
  private constraintsOf({ terms, constant }: Form, negative: boolean): Constraint[] {
    const { key, factor } = primitive(terms);
    const readings = this.readings.get(key) ?? [];
    const divisor = factor < 0n ? -factor : factor;
    // factor × P ≤ −1 − constant, or −factor × P ≤ constant.
    const upper = negative === factor > 0n;
    const limit = floorDivide(negative ? -1n - constant : constant, divisor);
    return readings.map(({ a, b, factor: each, constant: rest }) =>
      upper ? { a, b, bound: each * limit + rest } : { a: b, b: a, bound: each * limit - rest },
    );
  }
}

const firstOfLargest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Terms as factor × a sum whose coefficients have no common divisor and whose first one is positive. */
function primitive(terms: readonly Term[]): { readonly key: string; readonly factor: bigint } {
  if (terms.length === 0) return { key: '', factor: 0n };
  const divisor = commonDivisor(terms);
  const factor = terms[0].coefficient < 0n ? -divisor : divisor;
  const key = terms.map(({ atom, coefficient }) => `${atom.id}:${coefficient / factor}`).join(',');
  return { key, factor };
}

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
