import { Algebra } from './algebra.js';
import { canOccur, checkPoints } from './check-points.js';
import {
  boundsOf,
  type Code,
  CX,
  commonDivisor,
  type FormTerm,
  type InputAtom,
  type LinearForm,
} from './forms.js';
import { CompiledFunction, linearParts, type Resolve, type Variable } from './function.js';
import { Regrouper } from './regroup.js';
import { sameBits } from './same-bits.js';
import type { FieldSpec } from './spec.js';
import { proveBySplitting } from './split.js';
import { type Direction, SumTable } from './sums.js';
import {
  asSigned,
  type FieldDifference,
  type FieldShape,
  type FieldVerdict,
  holds,
  wrap,
} from './verdict.js';

/** Values of one word that are run through one by one. */
const MOST_POINTS = 2 ** 24;
/** With more values than that, intervals are tried first. */
const MANY_POINTS = 2 ** 16;
/** Each takes some 20 kB. */
const MOST_PIECES = 60_000;
/** An interval takes about as long as so many values. */
const POINTS_PER_PIECE = 256;

/**
 * Whether bits of the algebra are, for all inputs, what the spec says.
 *
 * @param inputs the symbols of the bus before, by unit: the interval of each must hold its codes
 * @param mostPoints values of several inputs that are run through, where the field hangs on more than one sum
 */
export function checkField(
  codes: readonly Code[],
  shape: FieldShape,
  spec: FieldSpec,
  inputs: ReadonlyMap<number, LinearForm>,
  algebra: Algebra,
  mostPoints: number,
): FieldVerdict {
  if (codes.includes(CX))
    return { kind: 'open', reason: 'it may hang on an unknown value or on another sample' };
  const missing = spec.terms.find(({ unit }) => !inputs.has(unit));
  if (missing !== undefined)
    return { kind: 'open', reason: `unit ${missing.unit} of the layer before is not on its bus` };
  const wanted = specForm(spec, inputs, algebra);
  const piece = spec.onInterval({ low: Number(wanted.low), high: Number(wanted.high) });
  if (
    piece?.kind === 'linear' &&
    sameBits(codes, algebra.scale(wanted, BigInt(piece.factor)), shape, algebra)
  ) {
    return { kind: 'proved', method: 'identity', points: 0 };
  }
  const parts = linearParts(codes, algebra);
  const foreign = parts.some(({ terms }) => terms.some(({ atom }) => (atom as InputAtom).sample !== 0));
  if (foreign) return { kind: 'open', reason: 'it hangs on another sample too' };
  const alone = checkOneWord(codes, shape, spec, wanted, algebra);
  const impossible = alone?.kind === 'differs' && !canOccur(alone.inputs, severalSymbols(inputs));
  if (alone !== undefined && alone.kind !== 'open' && !impossible) return alone;
  const jointly = checkJointly(codes, shape, spec, wanted, parts, inputs, algebra, mostPoints);
  return jointly.kind === 'open' && alone?.kind === 'open' ? alone : jointly;
}

/** The fields that are made of several symbols: not all combinations of these need occur. */
export const severalSymbols = (inputs: ReadonlyMap<number, LinearForm>): LinearForm[] =>
  [...inputs.values()].filter(({ terms }) => terms.length > 1);

function specForm(
  { terms, bias }: FieldSpec,
  inputs: ReadonlyMap<number, LinearForm>,
  algebra: Algebra,
): LinearForm {
  return terms.reduce(
    (sum, { unit, weight }) =>
      algebra.add(sum, algebra.scale(inputs.get(unit) as LinearForm, BigInt(weight))),
    algebra.constant(BigInt(bias)),
  );
}

function directionsOf(sums: readonly (readonly FormTerm[])[]): Direction[] {
  const found = new Map<string, Direction>();
  for (const terms of sums) {
    if (terms.length === 0) continue;
    const divisor = scaleOf(terms);
    const primitive = terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient / divisor }));
    const key = primitive.map(({ atom, coefficient }) => `${atom.id}:${coefficient}`).join(',');
    const { low, high } = boundsOf(primitive, 0n);
    found.set(key, { terms: primitive, low: Number(low), high: Number(high) });
  }
  return [...found.values()];
}

/** The coefficients' common divisor, with the sign of the first one. */
function scaleOf(terms: readonly FormTerm[]): bigint {
  const divisor = commonDivisor(terms);
  return terms[0].coefficient < 0n ? -divisor : divisor;
}

/** Proves a field that depends on the spec's sum alone, by all values of the sum or by intervals of them. */
function checkOneWord(
  codes: readonly Code[],
  shape: FieldShape,
  spec: FieldSpec,
  wanted: LinearForm,
  source: Algebra,
): FieldVerdict | undefined {
  const [direction] = directionsOf([wanted.terms]);
  const { low, high } = direction ?? { low: 0, high: 0 };
  const algebra = new Algebra();
  const bits = direction === undefined ? codes : inOneWord(codes, direction, source, algebra);
  if (bits === undefined || (direction === undefined && codes.some((code) => code > CX))) return undefined;
  const variable: Variable = { name: 'd', low, high };
  const resolve: Resolve = (terms) => terms.map(({ coefficient }) => ({ variable, coefficient }));
  const factor = direction === undefined ? 0 : Number(scaleOf(wanted.terms));
  const sumAt = (d: number) => factor * d + Number(wanted.constant);
  const compiled = new CompiledFunction(bits, algebra, [variable], resolve);
  const sums = direction && new SumTable(direction);
  const failure = (d: number): FieldVerdict | undefined => {
    const expected = spec.apply(sumAt(d));
    const got = compiled.run([d]);
    if (holds(expected, shape) && got === wrap(expected, shape.width)) return undefined;
    const inputs = sums === undefined ? new Map<number, number>() : sums.realise(d);
    if (inputs === 'none') return undefined;
    return inputs === undefined
      ? { kind: 'open', reason: `it is wrong for the sum ${sumAt(d)}, for which no input was found` }
      : { kind: 'differs', inputs, expected, got: asSigned(got, shape), coefficients: [] };
  };
  if (high - low >= MANY_POINTS) {
    const points = high - low + 1;
    const mostPieces = points > MOST_POINTS ? MOST_PIECES : Math.ceil(points / POINTS_PER_PIECE);
    const split = proveBySplitting({ codes: bits, shape, spec, low, high, sumAt, algebra, mostPieces });
    if (split.kind === 'proved') return { kind: 'proved', method: 'splitting', points: split.pieces };
    const wrong = split.kind === 'wrong' ? failure(split.d) : undefined;
    if (wrong !== undefined) return wrong;
  }
  if (high - low >= MOST_POINTS) {
    return { kind: 'open', reason: 'it changes in too many places to be split into pieces' };
  }
  let open: FieldVerdict | undefined;
  for (let d = low; d <= high; d++) {
    const found = failure(d);
    if (found?.kind === 'differs') return found;
    open ??= found;
  }
  return open ?? { kind: 'proved', method: 'exhaustion', points: high - low + 1 };
}

/** The bits as functions of one sum of inputs, in an algebra of its own; undefined when they hang on more. */
function inOneWord(
  codes: readonly Code[],
  { terms, low, high }: Direction,
  source: Algebra,
  target: Algebra,
): Code[] | undefined {
  const regrouper = new Regrouper(source, target, terms, target.input(0, 0, BigInt(low), BigInt(high)));
  const bits = codes.map((code) => regrouper.code(code));
  return bits.every((bit) => bit !== undefined) ? (bits as Code[]) : undefined;
}

/** The field hangs on several numbers: all inputs together when they are few, otherwise a search for a difference. */
function checkJointly(
  codes: readonly Code[],
  shape: FieldShape,
  spec: FieldSpec,
  wanted: LinearForm,
  parts: readonly LinearForm[],
  inputs: ReadonlyMap<number, LinearForm>,
  algebra: Algebra,
  mostPoints: number,
): FieldVerdict {
  const apply = ([sum]: readonly number[]) => spec.apply(sum);
  const fields = severalSymbols(inputs);
  const found = checkPoints(
    codes,
    shape,
    { forms: [wanted], apply, fields, ...periodOf(spec) },
    algebra,
    mostPoints,
  );
  if (found.kind === 'proved') return { ...found, method: 'exhaustion' };
  const coefficients = wrongCoefficients(codes, parts, wanted, inputs, algebra);
  if (found.kind === 'differs') return { ...found, coefficients };
  const [first] = coefficients;
  const detail =
    first === undefined
      ? `it hangs on ${parts.length} different sums`
      : `unit ${first.unit} counts ${first.got} times instead of ${first.wanted}`;
  return { kind: 'open', reason: `${detail}, though no input was found for which it is wrong` };
}

const periodOf = ({ period }: FieldSpec) => (period === undefined ? {} : { period });

/** Where the bits hang on one sum, though not on the one wanted: the coefficients that differ. */
function wrongCoefficients(
  codes: readonly Code[],
  parts: readonly LinearForm[],
  wanted: LinearForm,
  inputs: ReadonlyMap<number, LinearForm>,
  algebra: Algebra,
): FieldDifference['coefficients'] {
  const own = directionsOf(parts.map(({ terms }) => terms)).find(
    (direction) => inOneWord(codes, direction, algebra, new Algebra()) !== undefined,
  );
  if (own === undefined || wanted.terms.length === 0) return [];
  const target = Number(scaleOf(wanted.terms));
  const coefficientOf = (list: readonly FormTerm[], symbol: LinearForm) =>
    Number(list.find(({ atom }) => atom === symbol.terms[0]?.atom)?.coefficient ?? 0n);
  const perCode = (symbol: LinearForm) => Number(symbol.terms[0]?.coefficient ?? 1n);
  // The two sums may differ by a factor. We take the one under which most coefficients agree.
  const lists = [target, -target, 1, -1].map((factor) =>
    [...inputs].flatMap(([unit, symbol]) => {
      const pair = {
        unit,
        wanted: coefficientOf(wanted.terms, symbol) / perCode(symbol),
        got: (factor * coefficientOf(own.terms, symbol)) / perCode(symbol),
      };
      return pair.wanted === pair.got ? [] : [pair];
    }),
  );
  return lists.reduce((best, list) => (list.length < best.length ? list : best));
}
