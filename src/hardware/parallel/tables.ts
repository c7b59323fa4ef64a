import {
  type Circuit,
  type CircuitBuilder,
  isSigned,
  type OperationOf,
  operandsOf,
  packBits,
  rewrite,
  type Sum,
  type Value,
  widthOf,
} from './circuit.js';
import {
  decompose,
  type PlanLimits,
  type PlannedTable,
  type SumFunction,
  type TablePlan,
} from './decompose.js';
import { evaluate } from './interpret.js';
import { bitReaders } from './read-bits.js';

/** A unit of few input bits as a function of them. */
export interface UnitFunction {
  /** The unit's value. */
  readonly value: number;
  /** The words that it reads, and which of their bits, ascending. */
  readonly words: readonly InputWord[];
  readonly sum: SumFunction;
}

interface InputWord {
  readonly value: number;
  readonly bits: readonly number[];
}

/** A unit and the tables that can stand for it. */
export interface UnitTables {
  readonly unit: UnitFunction;
  readonly plan: TablePlan;
}

/** Wider codes are sums that nobody rounds: no table pays there. */
const MAX_WIDTH = 16;

/** The units that read at most so many bits, of a circuit in which each is one sum and what is done with it. */
export function unitFunctions(circuit: Circuit, maxBits: number): UnitFunction[] {
  const readers = bitReaders(circuit);
  return circuit.layers.flatMap(({ units }) =>
    units.flatMap(({ value }) => {
      if (widthOf(circuit.values[value].range) > MAX_WIDTH) return [];
      const cone = coneOf(circuit, value);
      const sums = cone.filter((number) => isFirstSum(circuit, number));
      if (sums.length !== 1) return [];
      const words = inputWords(circuit, cone, readers);
      const bits = words.reduce((count, word) => count + word.bits.length, 0);
      return bits > maxBits ? [] : [{ value, ...functionOf(circuit, cone, sums[0], words) }];
    }),
  );
}

/** Whether it is a sum of what the layer reads, and not of what it has made. */
function isFirstSum({ values }: Circuit, number: number): boolean {
  const { operation, layer } = values[number];
  return operation.kind === 'sum' && operation.terms.every(({ value }) => values[value].layer !== layer);
}

/** The value and those of its layer that it is made of, ascending. */
function coneOf({ values }: Circuit, value: number): number[] {
  const cone = new Set([value]);
  // Grows while it is walked.
  for (const number of cone)
    for (const operand of operandsOf(values[number].operation))
      if (values[operand].layer === values[value].layer) cone.add(operand);
  return [...cone].sort((a, b) => a - b);
}

/** The bits of other values that a cone reads. */
function inputWords({ values }: Circuit, cone: readonly number[], readers: number[][][]): InputWord[] {
  const own = new Set(cone);
  const operands = new Set(cone.flatMap((number) => operandsOf(values[number].operation)));
  return [...operands]
    .filter((operand) => !own.has(operand))
    .sort((a, b) => a - b)
    .map((value) => {
      const bits = readers[value].flatMap((list, bit) => (list.some((r) => own.has(r)) ? [bit] : []));
      return { value, bits };
    });
}

/** Describes the unit by what each word adds to its sum. What follows the sum is evaluated once for every total. */
function functionOf(
  circuit: Circuit,
  cone: readonly number[],
  sumAt: number,
  words: readonly InputWord[],
): Pick<UnitFunction, 'words' | 'sum'> {
  const { operation, range } = circuit.values[sumAt];
  const sum = operation as OperationOf<'sum'>;
  const behind = cone.filter((number) => number > sumAt);
  const numbers: (number | bigint)[] = [];
  const last = cone[cone.length - 1];
  const width = widthOf(circuit.values[last].range);
  const known = new Map<number, number>();
  const codeOf = (total: number): number => {
    const before = known.get(total);
    if (before !== undefined) return before;
    const operation: Sum = { ...sum, terms: [], constant: sum.constant + total };
    const number = evaluate(circuit, { ...circuit.values[sumAt], operation, range }, numbers, []);
    numbers[sumAt] = nearestIn(range, Number(number));
    for (const number of behind) numbers[number] = evaluate(circuit, circuit.values[number], numbers, []);
    const made = Number(BigInt.asUintN(width, BigInt(numbers[last])));
    known.set(total, made);
    return made;
  };
  const parts = words.map((word) => partsOf(circuit, sum, word));
  return { words, sum: { words: parts, codeOf, width } };
}

/**
 * Brings a sum into its range. The total leaves out upper bits of words that lie beyond the sum's own bits, so it is
 * right only modulo the sum's word. A total that is still outside comes from no input, so any number will do.
 */
function nearestIn(range: Value['range'], number: number): number {
  const modulus = 2 ** widthOf(range);
  const above = (((number - range.low) % modulus) + modulus) % modulus;
  return Math.min(range.low + above, range.high);
}

/** What a word's bits add to a sum. */
function partsOf(circuit: Circuit, { terms }: Sum, word: InputWord): number[] {
  const own = terms.filter(({ value }) => value === word.value);
  return Array.from({ length: 2 ** word.bits.length }, (_, pattern) => {
    const number = numberOf(circuit, word, pattern);
    return own.reduce((sum, { shift, negative }) => sum + (negative ? -number : number) * 2 ** shift, 0);
  });
}

/** The number whose bits that are read form the pattern. If the word's range lacks it, the nearest number stands for it. */
function numberOf({ values }: Circuit, { value, bits }: InputWord, pattern: number): number {
  const { range } = values[value];
  const width = widthOf(range);
  const word = bits.reduce((sum, bit, at) => sum + ((pattern >> at) & 1) * 2 ** bit, 0);
  if (bits.length < width) return word;
  const number = isSigned(range) && word >= 2 ** (width - 1) ? word - 2 ** width : word;
  return Math.min(Math.max(number, range.low), range.high);
}

/** Tables for a unit, undefined where none were found within the limits. */
export function tablesFor(unit: UnitFunction, limits: PlanLimits): UnitTables | undefined {
  const plan = decompose(unit.sum, limits);
  return plan === undefined ? undefined : { unit, plan };
}

/** The circuit with tables in place of what the units were made of. */
export function placeTables(circuit: Circuit, tables: readonly UnitTables[]): Circuit {
  const byValue = new Map(tables.map((table) => [table.unit.value, table]));
  return rewrite(circuit, (builder, value, number, map) => {
    const tables = byValue.get(number);
    return tables === undefined ? undefined : build(builder, value, tables, map);
  });
}

function build(
  builder: CircuitBuilder,
  { layer, name, range }: Value,
  { unit, plan }: UnitTables,
  map: (old: number) => number,
): number {
  const [stem] = name.split('_');
  const words: InputWord[] = unit.words.map(({ value, bits }) => ({ value: map(value), bits }));
  plan.tables.forEach((planned, at) => {
    const isLast = at === plan.tables.length - 1;
    const { width } = planned.table;
    const made = isLast
      ? { range, layer, name: `${stem}_table` }
      : { range: { low: 0, high: 2 ** width - 1 }, layer, name: `${stem}_class${at + 1}` };
    const value = tableOf(builder, planned, words, made);
    words.push({ value, bits: Array.from({ length: width }, (_, bit) => bit) });
  });
  return (words.at(-1) as InputWord).value;
}

function tableOf(
  builder: CircuitBuilder,
  planned: PlannedTable,
  words: readonly InputWord[],
  { range, layer, name }: Omit<Value, 'operation'>,
): number {
  const read = planned.words.map((word) => words[word]);
  const isWhole = read.every(({ value, bits }) => bits.length === widthOf(builder.values[value].range));
  const values = isWhole ? read.map(({ value }) => value) : [joinOf(builder, read, layer, `${name}_index`)];
  const { codes } = planned.table;
  const signed = codes.map((code) => (code > range.high ? code - 2 ** planned.table.width : code));
  return builder.add({ kind: 'table', values, codes: signed }, range, layer, name);
}

/** Some bits of words as one word. */
function joinOf(builder: CircuitBuilder, words: readonly InputWord[], layer: number, name: string): number {
  const bits = words.flatMap(({ value, bits }) => bits.map((index) => ({ value, index })));
  const range = { low: 0, high: 2 ** bits.length - 1 };
  return builder.add({ kind: 'join', pieces: packBits(bits) }, range, layer, name);
}
