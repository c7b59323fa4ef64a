import { Random } from '../core/random.js';
import type { Algebra } from './algebra.js';
import { bitsRead, valuesEnough } from './bits-read.js';
import { type Code, type InputAtom, isInput, type LinearForm } from './forms.js';
import { CompiledFunction, linearParts, type Resolve, type Variable } from './function.js';
import { asSigned, type FieldShape, holds, wrap } from './verdict.js';

/** Values of several inputs together that are run through one by one, where nothing better is left to try. */
export const MOST_POINTS = 2 ** 21;
const SAMPLES = 20_000;

/** What bits must be, for values of input symbols. */
export interface Wanted {
  /** All that it hangs on. */
  readonly forms: readonly LinearForm[];
  /** The code, for one value per form. */
  readonly apply: (values: readonly number[]) => number;
  /** Input fields made of several symbols: together these give no code outside the field's bounds. */
  readonly fields: readonly LinearForm[];
  /** A power of two that changes no code when it is added to a form's value, if there is one. */
  readonly period?: number;
}

/** Whether all points are right, one is wrong, or only those that were tried are known to be right. */
export type PointsVerdict =
  | { readonly kind: 'proved'; readonly points: number }
  | {
      readonly kind: 'differs';
      readonly inputs: ReadonlyMap<number, number>;
      readonly expected: number;
      readonly got: number;
    }
  | { readonly kind: 'open' };

/** Runs bits and what they must be side by side: for all inputs where they are few, otherwise for chosen ones. */
export function checkPoints(
  codes: readonly Code[],
  shape: FieldShape,
  wanted: Wanted,
  algebra: Algebra,
  mostPoints = MOST_POINTS,
): PointsVerdict {
  const atoms = atomsOf([...linearParts(codes, algebra), ...wanted.forms], wanted.fields);
  if ([...atoms.values()].some(({ sample }) => sample !== 0)) return { kind: 'open' };
  const units = [...atoms.keys()].sort((a, b) => a - b);
  const read = bitsRead(codes, algebra);
  // A field of several symbols needs values for all of them, because not every combination occurs.
  const { period } = wanted.fields.length === 0 ? wanted : { period: undefined };
  const variables = units.map((unit): Variable => {
    const atom = atoms.get(unit) as InputAtom;
    const weights = wanted.forms.flatMap(({ terms }) =>
      terms.filter((term) => term.atom === atom).map(({ coefficient }) => coefficient),
    );
    const low = Number(atom.low);
    return {
      name: `x${unit}`,
      low,
      high: low + valuesEnough(atom, read.get(unit) ?? 0, weights, period) - 1,
    };
  });
  const places = new Map(units.map((unit, index) => [unit, index]));
  const placeOf = (atom: unknown) => places.get((atom as InputAtom).unit) as number;
  const resolve: Resolve = (terms) =>
    terms.map(({ atom, coefficient }) => ({ variable: variables[placeOf(atom)], coefficient }));
  const compiled = new CompiledFunction(codes, algebra, variables, resolve);
  const evaluator = ({ terms, constant }: LinearForm) => {
    const weights = terms.map(({ atom, coefficient }) => ({
      at: placeOf(atom),
      weight: Number(coefficient),
    }));
    return (values: readonly number[]) =>
      weights.reduce((sum, { at, weight }) => sum + weight * values[at], Number(constant));
  };
  const sums = wanted.forms.map(evaluator);
  const points = variables.reduce((product, { low, high }) => product * (high - low + 1), 1);
  const all = points <= mostPoints;
  for (const values of all ? everyPoint(variables) : somePoints(variables)) {
    const expected = wanted.apply(sums.map((sum) => sum(values)));
    const got = compiled.run(values);
    if (holds(expected, shape) && got === wrap(expected, shape.width)) continue;
    const inputs = new Map(units.map((unit, index) => [unit, values[index]]));
    if (!canOccur(inputs, wanted.fields)) continue;
    return { kind: 'differs', inputs, expected, got: asSigned(got, shape) };
  }
  return all ? { kind: 'proved', points } : { kind: 'open' };
}

/** All input symbols of the forms, and of fields that share some with them. */
function atomsOf(forms: readonly LinearForm[], fields: readonly LinearForm[]): Map<number, InputAtom> {
  const atoms = new Map<number, InputAtom>();
  const inputsOf = ({ terms }: LinearForm) => terms.filter(isInput).map(({ atom }) => atom as InputAtom);
  const add = (form: LinearForm) => {
    for (const atom of inputsOf(form)) atoms.set(atom.unit, atom);
  };
  forms.forEach(add);
  for (let before = -1; before < atoms.size; ) {
    before = atoms.size;
    for (const field of fields) if (inputsOf(field).some(({ unit }) => atoms.has(unit))) add(field);
  }
  return atoms;
}

/** Whether no field of several symbols gets a code that it cannot have; symbols without a value may have any. */
export function canOccur(inputs: ReadonlyMap<number, number>, fields: readonly LinearForm[]): boolean {
  return fields.every(({ terms, constant, low, high }) => {
    let [least, most] = [constant, constant];
    for (const { atom, coefficient } of terms) {
      const value = inputs.get((atom as InputAtom).unit);
      const ends = value === undefined ? [atom.low, atom.high] : [BigInt(value), BigInt(value)];
      least += coefficient * ends[coefficient > 0n ? 0 : 1];
      most += coefficient * ends[coefficient > 0n ? 1 : 0];
    }
    return least <= high && most >= low;
  });
}

function* everyPoint(variables: readonly Variable[]): Generator<number[]> {
  const values = variables.map(({ low }) => low);
  for (;;) {
    yield values;
    let index = 0;
    while (index < values.length && values[index] === variables[index].high) {
      values[index] = variables[index].low;
      index += 1;
    }
    if (index === values.length) return;
    values[index] += 1;
  }
}

/** Corners, each input alone, and points by chance. */
function* somePoints(variables: readonly Variable[]): Generator<number[]> {
  const random = new Random(1, 'search for a difference');
  const zeros = variables.map(({ low, high }) => Math.min(Math.max(0, low), high));
  yield zeros;
  yield variables.map(({ low }) => low);
  yield variables.map(({ high }) => high);
  for (let index = 0; index < variables.length; index++) {
    yield zeros.with(index, variables[index].low);
    yield zeros.with(index, variables[index].high);
  }
  for (let count = 0; count < SAMPLES; count++) {
    const extreme = count % 3 === 0;
    yield variables.map(({ low, high }) =>
      extreme ? random.pick([low, high, Math.min(Math.max(0, low), high)]) : random.integer(low, high),
    );
  }
}
