import type { CombinationalCell } from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { checkPoints } from './check-points.js';
import { rightForEachWinner } from './check-winners.js';
import {
  boundsAmong,
  type Constraint,
  closure,
  constraintsOf,
  primitive,
  type Reading,
} from './differences.js';
import {
  type Atom,
  C0,
  C1,
  type Code,
  CX,
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

const MOST_PATHS = 20_000;

/** What bits must be, by the order of the competitors' values. */
export interface OrderGoal {
  readonly shape: FieldShape;
  readonly apply: (values: readonly number[]) => number;
  /** Competitor a is not the largest once its value is at most that of competitor b, plus so much. */
  readonly margin: (a: number, b: number) => bigint;
  /**
   * The reason why bits on which nothing is left to be decided are wrong; none where they are right. `undecided` where they
   * still hang on something.
   *
   * @param loses whether competitor a is not the largest because of competitor b, in the order that is decided
   */
  readonly answer: (
    codes: readonly Code[],
    values: readonly LinearForm[],
    loses: (a: number, b: number) => boolean,
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

/** What is left to decide after some comparisons. */
interface Path {
  readonly codes: readonly Code[];
  /** The competitors' values, in the symbols as narrow as the comparisons made them. */
  readonly values: readonly LinearForm[];
  readonly readings: ReadonlyMap<string, readonly Reading[]>;
  /** What holds of such values whatever was decided, and what follows from the decisions. */
  readonly general: readonly Constraint[];
  readonly constraints: readonly Constraint[];
  /** Competitors that may still be the largest, or that no decision was about. */
  readonly alive: readonly number[];
  /** Those that the last decision was about. */
  readonly compared: ReadonlySet<number>;
  /** Signs that are decided. */
  readonly assumed: ReadonlySet<Code>;
}

class OrderCheck {
  private paths = 0;
  /** What was left to decide where all that may follow is proved. */
  private readonly proved = new Set<string>();
  /** Whether competitors that another one beats are forgotten, so that paths that differ in them alone become one. */
  private forgets = true;

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
    const alive = [...values.keys()];
    const start = {
      ...this.relate(values),
      codes,
      constraints,
      assumed: new Set<Code>(),
      alive,
      compared: new Set<number>(),
    };
    if (this.isRightForEachWinner(start)) return { kind: 'proved', method: 'orders', points: values.length };
    const reason = this.follow(start) && this.followAll(start);
    if (reason === undefined) return { kind: 'proved', method: 'orders', points: this.paths };
    if (codes.includes(CX)) return { kind: 'open', reason };
    const wanted = { forms: values, apply: this.goal.apply, fields: this.fields };
    const found = checkPoints(codes, this.goal.shape, wanted, this.algebra);
    if (found.kind === 'proved') return { ...found, method: 'exhaustion' };
    return found.kind === 'differs' ? { ...found, coefficients: [] } : { kind: 'open', reason };
  }

  private isRightForEachWinner({ codes, values, readings, general, constraints }: Path): boolean {
    const relations = { readings, general: [...general, ...constraints] };
    return rightForEachWinner(codes, values, relations, this.algebra, (bits, forms, most) => {
      const loses = (a: number, b: number) => {
        const bound = most(a, b);
        return bound !== undefined && bound <= this.goal.margin(a, b);
      };
      return this.goal.answer(bits, forms, loses) === undefined;
    });
  }

  /** A circuit may compare what is beaten once more: then all comparisons are needed. */
  private followAll(start: Path): string | undefined {
    this.forgets = false;
    this.paths = 0;
    return this.follow(start);
  }

  /** What is known of values before anything is decided. */
  private relate(values: readonly LinearForm[]): Pick<Path, 'values' | 'readings' | 'general'> {
    const readings = new Map<string, Reading[]>();
    const general: Constraint[] = [];
    const nodes = [this.algebra.constant(0n), ...values];
    for (let a = 0; a < nodes.length; a++) {
      for (let b = 0; b < nodes.length; b++) {
        if (a === b) continue;
        const difference = this.algebra.subtract(nodes[a], nodes[b]);
        general.push({ a, b, bound: difference.high });
        const { key, factor } = primitive(difference.terms);
        if (factor <= 0n) continue;
        // Several differences may be the same sum, where outputs share bits.
        const others = readings.get(key) ?? [];
        readings.set(key, [...others, { a, b, factor, constant: difference.constant }]);
      }
    }
    return { values, readings, general };
  }

  /** The reason why a path is not proved; undefined when all are. */
  private follow(path: Path): string | undefined {
    const { codes, values } = path;
    const bounds = closure([...path.general, ...path.constraints], nodesOf(path.alive));
    if (bounds === undefined) return undefined;
    if (codes.includes(CX)) return 'it may hang on an unknown value';
    const loses = (a: number, b: number) => {
      const most = bounds[a + 1][b + 1];
      return most !== undefined && most <= this.goal.margin(a, b);
    };
    const alive = this.forgets ? unbeaten(path, loses) : path.alive;
    const isAlive = new Set(alive);
    // Who is beaten loses to whoever beats who beat it.
    const answer = this.goal.answer(codes, values, (a, b) => !isAlive.has(a) || loses(a, b));
    if (answer !== 'undecided') return this.countPath() ?? answer;
    if (alive.length === path.alive.length) return this.branch(path);
    const left = { ...path, alive, constraints: boundsAmong(nodesOf(alive), bounds) };
    const key = keyOf(left);
    if (this.proved.has(key)) return this.countPath();
    const reason = this.branch(left);
    if (reason === undefined) this.proved.add(key);
    return reason;
  }

  /** One decision, both ways. */
  private branch(path: Path): string | undefined {
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
    const compared = new Set(implied.flatMap(({ a, b }) => [a - 1, b - 1]));
    const next = { ...path, constraints: [...path.constraints, ...implied], compared };
    if (form.terms.length === 1) return this.narrow(next, form, negative);
    const opposite = this.algebra.not(literal);
    const decided = new Map([
      [literal, negative ? C1 : C0],
      [opposite, negative ? C0 : C1],
    ]);
    const rebuilder = new Rebuilder(this.algebra, (terms) => this.sumOf(terms), decided);
    const codes = path.codes.map((code) => rebuilder.code(code));
    return { ...next, codes, assumed: new Set([...path.assumed, literal, opposite]) };
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
    return { ...path, ...this.relate(values), codes };
  }

  /** Terms with one of the symbols replaced. */
  private sumOf(terms: readonly FormTerm[], replaced?: Atom, by?: LinearForm): LinearForm {
    const parts = terms.map(({ atom, coefficient }) => {
      const { sample, unit, low, high } = atom as InputAtom;
      const isReplaced = by !== undefined && atom === replaced;
      const form = isReplaced ? by : this.algebra.input(sample, unit, low, high);
      return { form, factor: coefficient };
    });
    return this.algebra.sum(parts, 0n);
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

/** Numbers of zero and of competitors' values in the constraints. */
const nodesOf = (alive: readonly number[]): number[] => [0, ...alive.map((competitor) => competitor + 1)];

/** Without those that the last decision was about and that another one beats. */
function unbeaten({ alive, compared }: Path, loses: (a: number, b: number) => boolean): number[] {
  const left = new Set(alive);
  // What is never the largest stays until it is compared, since its comparisons are to come. Of two that are equal one stays.
  for (const a of compared) {
    if (left.has(a) && [...left].some((b) => b !== a && loses(a, b))) left.delete(a);
  }
  return [...left];
}

/** Equal where the same is left to be decided, with the same facts. */
function keyOf({ codes, values, alive, constraints }: Path): string {
  const forms = values.map(({ terms, constant }) => [
    constant,
    ...terms.map(({ atom, coefficient }) => `${atom.id}*${coefficient}`),
  ]);
  const facts = constraints.map(({ a, b, bound }) => `${a} ${b} ${bound}`);
  return [codes, alive, forms.join(';'), facts].map(String).join('|');
}
