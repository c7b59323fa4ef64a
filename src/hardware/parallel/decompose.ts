import { bitsFor } from '../../fixed/format.js';
import { lutsOfTable, MOST_INPUTS, type TruthTable } from './truth-table.js';

/** A function of a sum to which each word contributes by its bits. */
export interface SumFunction {
  /** For each word, what each pattern of its bits adds. */
  readonly words: readonly (readonly number[])[];
  /** What the function gives for a total: a word of `width` bits, not negative. */
  readonly codeOf: (total: number) => number;
  readonly width: number;
}

/** A table of a plan; its words number the function's words, then the tables before it, in order. */
export interface PlannedTable {
  readonly words: readonly number[];
  readonly table: TruthTable;
}

/** Tables in an order in which each reads only those before it; the last one gives the function. */
export interface TablePlan {
  readonly tables: readonly PlannedTable[];
  readonly luts: number;
}

export interface PlanLimits {
  /** Tables that may follow each other. */
  readonly levels: number;
  readonly luts: number;
}

interface Problem extends Pick<SumFunction, 'codeOf' | 'width'> {
  readonly words: readonly Word[];
}

interface Word {
  readonly number: number;
  readonly parts: readonly number[];
  /** Tables on the longest path to it. */
  readonly level: number;
}

const LUT_INPUTS = 6;
/** About how many sets of words are tried; fewer if words have many bits, because each set then takes longer. */
const MAX_SETS = 100;
/** Patterns of all bits that these sets may come to. */
const MAX_PATTERNS = 2 ** 18;
/** How many of the best sets are followed further. */
const BRANCHES = 3;

/**
 * Builds a function from tables (Ashenhurst, 1957; Curtis, 1962). It takes some words that a LUT can read and looks at
 * their partial sums. Sums that lead to the same results belong to one class, and the number of the class replaces the
 * words. A neuron that rounds and limits its sum has few classes.
 *
 * @returns undefined where no plan was found within the limits
 */
export function decompose({ words, ...of }: SumFunction, limits: PlanLimits): TablePlan | undefined {
  const given = words.map((parts, number) => ({ number, parts, level: 0 }));
  return solve({ ...of, words: given }, words.length, limits);
}

/** @param next the number of the next table's word */
function solve(problem: Problem, next: number, { levels, luts: limit }: PlanLimits): TablePlan | undefined {
  const { words } = problem;
  const inputs = bitsOf(words);
  let best: TablePlan | undefined;
  if (inputs <= MOST_INPUTS && levelBehind(words) <= levels) {
    const table = wholeTable(problem);
    const luts = lutsOfTable(table);
    if (luts <= limit) best = { tables: [{ words: words.map(({ number }) => number), table }], luts };
    if (inputs < LUT_INPUTS) return best;
  }
  const steps = boundSets(words)
    .filter((bound) => levelBehind(bound) < levels)
    .map((bound) => takeTogether(problem, bound, next))
    .filter((step) => step !== undefined)
    .sort((a, b) => a.estimate - b.estimate || a.classes - b.classes)
    .slice(0, BRANCHES);
  for (const { planned, rest } of steps) {
    const luts = lutsOfTable(planned.table);
    const left = (best === undefined ? limit : best.luts - 1) - luts;
    const plan = left > 0 ? solve(rest, next + 1, { levels, luts: left }) : undefined;
    if (plan !== undefined) best = { tables: [planned, ...plan.tables], luts: plan.luts + luts };
  }
  return best;
}

const bitsOf = (words: readonly Word[]): number =>
  words.reduce((bits, { parts }) => bits + Math.log2(parts.length), 0);

/** The level of a table that reads the words. */
const levelBehind = (words: readonly Word[]): number =>
  words.reduce((highest, { level }) => Math.max(highest, level), 0) + 1;

/** Sums of the words for each pattern of their bits, the first word's bits lowest. */
const sumsOf = (words: readonly Word[]): number[] =>
  words.reduce((sums: number[], { parts }) => parts.flatMap((part) => sums.map((sum) => sum + part)), [0]);

/** Sums of the words, each once, ascending. */
function distinctSums(words: readonly Word[]): number[] {
  let sums = new Set([0]);
  for (const { parts } of words) {
    const longer = new Set<number>();
    for (const part of new Set(parts)) for (const sum of sums) longer.add(sum + part);
    sums = longer;
  }
  return [...sums].sort((a, b) => a - b);
}

function wholeTable({ words, codeOf, width }: Problem): TruthTable {
  return { inputs: bitsOf(words), width, codes: sumsOf(words).map(codeOf) };
}

/** Sets of words that a LUT can take in, each of two bits at least, and not all words; evenly chosen when many. */
function boundSets(words: readonly Word[]): Word[][] {
  const sets: Word[][] = [];
  const extend = (at: number, set: readonly Word[]): void => {
    if (at < words.length) {
      const longer = [...set, words[at]];
      if (bitsOf(longer) <= LUT_INPUTS) extend(at + 1, longer);
      extend(at + 1, set);
    } else if (bitsOf(set) >= 2 && set.length < words.length) sets.push([...set]);
  };
  extend(0, []);
  const most = Math.min(MAX_SETS, Math.max(1, MAX_PATTERNS / 2 ** bitsOf(words)));
  const stride = Math.ceil(sets.length / most);
  return sets.filter((_, at) => at % stride === 0);
}

interface Step {
  readonly planned: PlannedTable;
  readonly classes: number;
  readonly rest: Problem;
  /** LUTs of the step and of what is left, if every bit read every input. */
  readonly estimate: number;
}

/** The bound words as one table that gives their class; undefined where that saves no bit. */
function takeTogether(problem: Problem, bound: readonly Word[], next: number): Step | undefined {
  const inputs = bitsOf(bound);
  const free = problem.words.filter((word) => !bound.includes(word));
  const sums = sumsOf(bound);
  const classes = classesOf(sums, distinctSums(free), problem.codeOf);
  const width = bitsFor(classes.members.length);
  if (width >= inputs) return undefined;
  const table = { inputs, width, codes: sums.map((sum) => classes.numberOf.get(sum) as number) };
  // Any member may stand for its class. A code without a class gets the last one's.
  const parts = Array.from({ length: 2 ** width }, (_, code) => {
    return classes.members[Math.min(code, classes.members.length - 1)];
  });
  const left = width + bitsOf(free);
  return {
    planned: { words: bound.map(({ number }) => number), table },
    classes: classes.members.length,
    rest: { ...problem, words: [{ number: next, parts, level: levelBehind(bound) }, ...free] },
    estimate: width + problem.width * 2 ** Math.max(0, left - LUT_INPUTS),
  };
}

/**
 * Partial sums in classes: those of one class give the same with every sum of the other words. Numbered in the order
 * of what they give in all, so that neighbours are alike.
 */
function classesOf(sums: readonly number[], others: readonly number[], codeOf: SumFunction['codeOf']) {
  const isAlike = (a: number, b: number) => others.every((other) => codeOf(a + other) === codeOf(b + other));
  const found: { member: number; hash: number; total: number }[] = [];
  const classOf = new Map<number, number>();
  for (const sum of sums) {
    if (classOf.has(sum)) continue;
    let hash = 0;
    let total = 0;
    for (const other of others) {
      const code = codeOf(sum + other);
      total += code;
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    const known = found.findIndex((item) => item.hash === hash && isAlike(item.member, sum));
    classOf.set(sum, known < 0 ? found.length : known);
    if (known < 0) found.push({ member: sum, hash, total });
  }
  const order = found.map((_, at) => at).sort((a, b) => found[a].total - found[b].total || a - b);
  return {
    members: order.map((at) => found[at].member),
    numberOf: new Map([...classOf].map(([sum, at]) => [sum, order.indexOf(at)])),
  };
}
