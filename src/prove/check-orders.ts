import type { CombinationalCell } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { checkPoints } from './check-points.js';
import {
  type Atom,
  C0,
  C1,
  type Code,
  CX,
  commonDivisor,
  type FormTerm,
  floorDivide,
  type InputAtom,
  isInput,
  type LinearForm,
  signPosition,
} from './forms.js';
import { Rebuilder } from './rebuild.js';
import type { FieldShape, FieldVerdict } from './verdict.js';

/** One of the compared values, in their common unit, as a sum of input symbols; the bounds are its own. */
export interface Competitor {
  readonly form: LinearForm;
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

/** What bits must be, by the order of the competitors' values. */
export interface OrderGoal {
  readonly shape: FieldShape;
  readonly apply: (values: readonly number[]) => number;
  /**
   * The reason why bits on which nothing is left to be decided are wrong; none where they are right. `undecided` where they
   * still hang on something.
   *
   * @param atMost whether competitor a is at most competitor b, plus so much, in the order that is decided
   */
  readonly answer: (
    codes: readonly Code[],
    values: readonly LinearForm[],
    atMost: (a: number, b: number, plus: bigint) => boolean,
  ) => string | 'undecided' | undefined;
}

/**
 * Whether bits are what the order of the competitors' values makes them. The circuit may only compare: each comparison is
 * decided both ways, and on every path of decisions the order they amount to must force the answer.
 *
 * @param fields the fields of the bus before that are made of several symbols
 */
export function checkOrders(
  codes: readonly Code[],
  competitors: readonly Competitor[],
  fields: readonly LinearForm[],
  algebra: Algebra,
  goal: OrderGoal,
): FieldVerdict {
  return new OrderCheck(competitors, fields, algebra, goal).run(codes);
}

/** One of the differences that a sum of input symbols P stands for: v[a] − v[b] = factor × P + constant. */
interface Reading {
  readonly a: number;
  readonly b: number;
  readonly factor: bigint;
  readonly constant: bigint;
}

/** What is left to decide after some comparisons. */
interface Path {
  readonly codes: readonly Code[];
  /** The competitors' values, in the symbols as narrow as the comparisons made them. */
  readonly values: readonly LinearForm[];
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  readonly constraints: readonly Constraint[];
  /** Signs that are decided. */
  readonly assumed: ReadonlySet<Code>;
}

class OrderCheck {
  private paths = 0;

  constructor(
    private readonly competitors: readonly Competitor[],
    private readonly fields: readonly LinearForm[],
    private readonly algebra: Algebra,
    private readonly goal: OrderGoal,
  ) {}

  run(codes: readonly Code[]): FieldVerdict {
    const constraints = this.competitors.flatMap(({ low, high }, index) => [
      { a: index + 1, b: 0, bound: high },
      { a: 0, b: index + 1, bound: -low },
    ]);
    const values = this.competitors.map(({ form }) => form);
    const reason = this.follow(this.path(codes, values, constraints, new Set()));
    if (reason === undefined) return { kind: 'proved', method: 'orders', points: this.paths };
    if (codes.includes(CX)) return { kind: 'open', reason };
    const wanted = { forms: values, apply: this.goal.apply, fields: this.fields };
    const found = checkPoints(codes, this.goal.shape, wanted, this.algebra);
    if (found.kind === 'proved') return { ...found, method: 'exhaustion' };
    return found.kind === 'differs' ? { ...found, coefficients: [] } : { kind: 'open', reason };
  }

  private path(
    codes: readonly Code[],
    values: readonly LinearForm[],
    constraints: readonly Constraint[],
    assumed: ReadonlySet<Code>,
  ): Path {
    const readings = new Map<string, Reading[]>();
    const bounds = [...constraints];
    const nodes = [this.algebra.constant(0n), ...values];
    for (let a = 0; a < nodes.length; a++) {
      for (let b = 0; b < nodes.length; b++) {
        if (a === b) continue;
        const difference = this.algebra.subtract(nodes[a], nodes[b]);
        bounds.push({ a, b, bound: difference.high });
        const { key, factor } = primitive(difference.terms);
        if (factor <= 0n) continue;
        // Several differences may be the same sum, where outputs share bits.
        const others = readings.get(key) ?? [];
        readings.set(key, [...others, { a, b, factor, constant: difference.constant }]);
      }
    }
    return { codes, values, readings, constraints: bounds, assumed };
  }

  /** The reason why a path is not proved; undefined when all are. */
  private follow(path: Path): string | undefined {
    const { codes, constraints, values } = path;
    const bounds = closure(constraints, this.competitors.length + 1);
    if (bounds === undefined) return undefined;
    if (codes.includes(CX)) return 'it may hang on an unknown value';
    const atMost = (a: number, b: number, plus: bigint) => {
      const most = bounds[a + 1][b + 1];
      return most !== undefined && most <= plus;
    };
    const answer = this.goal.answer(codes, values, atMost);
    if (answer !== 'undecided') return this.countPath() ?? answer;
    const literal = this.findComparison(path);
    const split = literal === undefined ? this.findSplit(path) : undefined;
    if (literal === undefined && split === undefined)
      return 'it hangs on more than comparisons of the outputs';
    for (const negative of [true, false]) {
      const next =
        split === undefined
          ? this.decide(path, literal as Code, negative)
          : this.narrow(path, split, negative);
      const reason = next && this.follow(next);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** The path on which a sign is known; undefined when it cannot be so. */
  private decide(path: Path, literal: Code, negative: boolean): Path | undefined {
    const form = this.algebra.formOf(literal);
    const implied = constraintsOf(form, negative, path.readings);
    const constraints = [...path.constraints, ...implied];
    if (form.terms.length === 1) return this.narrow({ ...path, constraints }, form, negative);
    const opposite = this.algebra.not(literal);
    const decided = new Map([
      [literal, negative ? C1 : C0],
      [opposite, negative ? C0 : C1],
    ]);
    const rebuilder = new Rebuilder(this.algebra, (terms) => this.sumOf(terms), decided);
    const codes = path.codes.map((code) => rebuilder.code(code));
    return { ...path, codes, constraints, assumed: new Set([...path.assumed, literal, opposite]) };
  }

  /** A decision about one symbol restricts its values. A new symbol with fewer values takes its place. */
  private narrow(path: Path, { terms: [term], constant }: LinearForm, negative: boolean): Path | undefined {
    const { sample, unit, low, high } = term.atom as InputAtom;
    const { coefficient } = term;
    const divisor = coefficient < 0n ? -coefficient : coefficient;
    const limit = floorDivide(negative ? -1n - constant : constant, divisor);
    const isUpper = negative === coefficient > 0n;
    const [least, most] = isUpper ? [low, limit < high ? limit : high] : [-limit > low ? -limit : low, high];
    if (least > most) return undefined;
    const narrowed =
      least === most ? this.algebra.constant(least) : this.algebra.input(sample, unit, least, most);
    const rebuilder = new Rebuilder(this.algebra, (terms) => this.sumOf(terms, term.atom, narrowed));
    const codes = path.codes.map((code) => rebuilder.code(code));
    const values = path.values.map((value) => rebuilder.form(value) as LinearForm);
    return this.path(codes, values, path.constraints, path.assumed);
  }

  /** Terms with one of the symbols replaced. */
  private sumOf(terms: readonly FormTerm[], replaced?: Atom, by?: LinearForm): LinearForm {
    return terms.reduce((sum, { atom, coefficient }) => {
      const { sample, unit, low, high } = atom as InputAtom;
      const symbol = by !== undefined && atom === replaced ? by : this.algebra.input(sample, unit, low, high);
      return this.algebra.add(sum, this.algebra.scale(symbol, coefficient));
    }, this.algebra.constant(0n));
  }

  private countPath(): string | undefined {
    this.paths += 1;
    return this.paths > MOST_PATHS ? `there are more than ${MOST_PATHS} orders of decisions` : undefined;
  }

  /** A sign that decides a choice: of the difference of two outputs, or failing that of one symbol. */
  private findComparison({ codes, readings, assumed }: Path): Code | undefined {
    const seen = { word: new Set<Code>(), choice: new Set<Code>() };
    const stack = codes.map((code): Reach => ({ code, role: 'choice' }));
    let ofOne: Code | undefined;
    while (stack.length > 0) {
      const { code, role } = stack.pop() as Reach;
      if (code <= C1 || seen[role].has(code)) continue;
      seen[role].add(code);
      const form = this.algebra.formOf(code);
      if (!form.terms.every(isInput)) {
        stack.push(...this.bitsBehind(form, role));
        continue;
      }
      const isSign = this.algebra.positionOf(code) >= signPosition(form);
      if (role === 'word' || !isSign || assumed.has(code)) continue;
      if (form.terms.length === 1) ofOne ??= code;
      else if (readings.has(primitive(form.terms).key)) return code;
    }
    return ofOne;
  }

  /** x − middle, for the symbol x of fewest values that a choice hangs on directly. */
  private findSplit({ codes }: Path): LinearForm | undefined {
    const atoms = new Set<Atom>();
    const seen = new Set<Code>();
    const stack = codes.map((code): Reach => ({ code, role: 'choice' }));
    while (stack.length > 0) {
      const { code, role } = stack.pop() as Reach;
      if (code <= C1 || role === 'word' || seen.has(code)) continue;
      seen.add(code);
      const form = this.algebra.formOf(code);
      for (const atom of symbolsOf(form)) atoms.add(atom);
      stack.push(...this.bitsBehind(form, role));
    }
    const [first, ...others] = atoms;
    if (first === undefined) return undefined;
    const { sample, unit, low, high } = others.reduce(
      (best, atom) => (atom.high - atom.low < best.high - best.low ? atom : best),
      first,
    ) as InputAtom;
    const symbol = this.algebra.input(sample, unit, low, high);
    return this.algebra.subtract(symbol, this.algebra.constant((low + high + 1n) >> 1n));
  }

  /** What decides the value of a form: the inputs of cells in it. */
  private bitsBehind({ terms }: LinearForm, role: Reach['role']): Reach[] {
    return terms.flatMap(({ atom }) => {
      if (atom.kind === 'half') return this.bitsBehind(atom.form, role);
      if (atom.kind !== 'cell') return [];
      const { cell, inputs } = atom;
      if (comparesWords(cell)) return inputs.map((code): Reach => ({ code, role: 'word' }));
      const choices = inputs.length - selectCount(cell);
      return inputs.map((code, at): Reach => ({ code, role: at < choices ? role : 'choice' }));
    });
  }
}

/** The input symbols in a form and in what it is the half of. */
function symbolsOf({ terms }: LinearForm): Atom[] {
  return terms.flatMap(({ atom }) =>
    atom.kind === 'input' ? [atom] : atom.kind === 'half' ? symbolsOf(atom.form) : [],
  );
}

/** A bit on which others depend, either because it selects among them or because it belongs to a word that is compared. */
interface Reach {
  readonly code: Code;
  readonly role: 'choice' | 'word';
}

/** How many of a cell's last inputs choose among the others; all of them where nothing is chosen. */
function selectCount(cell: CombinationalCell): number {
  if (cell.kind === 'mux') return 1;
  return cell.kind === 'parallelMux' ? cell.cases.length : Number.POSITIVE_INFINITY;
}

const WORD_OPERATORS = new Set(['$lt', '$le', '$gt', '$ge', '$add', '$sub', '$neg', '$mul']);

const comparesWords = (cell: CombinationalCell): boolean =>
  (cell.kind === 'binary' || cell.kind === 'unary') && WORD_OPERATORS.has(cell.operator);

/** form < 0, or form ≥ 0, as bounds on differences of two values. */
function constraintsOf(
  { terms, constant }: LinearForm,
  negative: boolean,
  known: Path['readings'],
): Constraint[] {
  const { key, factor } = primitive(terms);
  const divisor = factor < 0n ? -factor : factor;
  // factor × P ≤ −1 − constant, or −factor × P ≤ constant.
  const upper = negative === factor > 0n;
  const limit = floorDivide(negative ? -1n - constant : constant, divisor);
  return (known.get(key) ?? []).map(({ a, b, factor: each, constant: rest }) =>
    upper ? { a, b, bound: each * limit + rest } : { a: b, b: a, bound: each * limit - rest },
  );
}

/** Terms as factor × a sum whose coefficients have no common divisor and whose first one is positive. */
function primitive(terms: readonly FormTerm[]): { readonly key: string; readonly factor: bigint } {
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
