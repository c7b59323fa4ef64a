import { invariant } from '../core/assert.js';
import type { Field } from '../emit/manifest-buses.js';
import type { Bit, Netlist, SourcePlace } from '../netlist/types.js';
import type { MaxRow } from '../network/layers/kind.js';
import { Algebra } from './algebra.js';
import { checkArgmax } from './check-argmax.js';
import { checkField, severalSymbols } from './check-field.js';
import { checkMax } from './check-max.js';
import type { Competitor } from './check-orders.js';
import { MOST_POINTS } from './check-points.js';
import { type Exploration, Explorer } from './explore.js';
import { C0, type Code, type LinearForm } from './forms.js';
import { fieldBits, fieldForm, type InputField } from './input-symbols.js';
import type { FieldOutcome, FieldProof, SegmentProof } from './proof.js';
import type { ProofSegment } from './segments.js';
import {
  argmaxShifts,
  type FieldSpec,
  type NetworkSpec,
  probabilitySpec,
  type RowSpec,
  rowSpec,
  sameSpec,
  signSpec,
  valueSpec,
} from './spec.js';
import { type FieldVerdict, holds } from './verdict.js';
import type { Watch } from './watch.js';

/** While another algebra may still need fewer. */
const FEW_POINTS = 2 ** 14;
/** Of a field over several beats. */
const MOST_WORDS = 2 ** 16;

/**
 * Whether one segment of a design does what the spec says: in the algebra of sums, and what that leaves open once more in
 * the algebra of named sums. Never throws for what a design is like.
 */
export function proveSegment(
  netlist: Netlist,
  spec: NetworkSpec,
  piece: ProofSegment,
  watch: Watch,
): SegmentProof {
  // The head and layers of largest codes compare; the others add up, and only they can gain by another algebra.
  const compares = piece.layerBehind === spec.names.length || spec.stages[piece.layerBehind]?.kind === 'max';
  const first = proveIn(new Algebra({ opaqueComparisons: compares }), netlist, spec, piece, {
    mostPoints: compares ? MOST_POINTS : FEW_POINTS,
    isAsked: () => true,
    watch,
  });
  const isOpen = ({ outcome }: FieldProof) => outcome.kind === 'open';
  if (compares || first.unfinished === true || !first.fields.some(isOpen)) return first;
  const second = proveIn(new Algebra({ namedSums: true }), netlist, spec, piece, {
    mostPoints: MOST_POINTS,
    isAsked: (index) => isOpen(first.fields[index]),
    watch,
  });
  const unfinished = second.unfinished === true ? ({ unfinished: true } as const) : {};
  if (second.fields.length === 0) return { ...first, ...unfinished };
  return {
    ...first,
    ...unfinished,
    fields: first.fields.map((field, index) => (isOpen(field) ? second.fields[index] : field)),
  };
}

interface Attempt {
  /** Values of several inputs together that are run through. */
  readonly mostPoints: number;
  /** Which of the piece's fields, and the padding after them, are checked; the others stay open. */
  readonly isAsked: (index: number) => boolean;
  readonly watch: Watch;
}

function proveIn(
  algebra: Algebra,
  netlist: Netlist,
  spec: NetworkSpec,
  piece: ProofSegment,
  { mostPoints, isAsked, watch }: Attempt,
): SegmentProof {
  const explored = new Explorer(netlist, piece, algebra, watch).explore();
  const { outputs, states, steps, broken, vague } = explored;
  const common = { from: piece.input.name, to: piece.output.name, states, steps };
  if (broken !== undefined) {
    return {
      ...common,
      broken: { rule: withMemories(broken.rule, vague), ...placeMember(placeOf(netlist, broken.bit)) },
      fields: [],
    };
  }
  if (explored.unfinished === true) return { ...common, unfinished: true, fields: [] };
  let unfinished = false;
  const inputs = new Map(
    piece.inputs.map((field): [number, LinearForm] => [field.unit, fieldForm(field, 0, algebra)]),
  );
  const sources = new Map(piece.inputs.map((field): [number, InputField] => [field.unit, field]));
  const context = { spec, piece, inputs, sources, algebra, mostPoints };
  const check = (field: Field, index: number): FieldProof => {
    watch.tell(states, index);
    unfinished ||= isAsked(index) && watch.isOver();
    const skipped = unfinished ? 'the time was over' : isAsked(index) ? undefined : 'it was not asked for';
    const verdict: FieldVerdict =
      skipped === undefined ? checkBeats(outputs, field, context) : { kind: 'open', reason: skipped };
    const { data } = piece.output;
    const bit = data[field.lsb % data.length];
    const told =
      verdict.kind === 'open' ? { ...verdict, reason: withMemories(verdict.reason, vague) } : verdict;
    return { field: fieldName(field), outcome: outcomeOf(told, piece, placeOf(netlist, bit)) };
  };
  const padding = checkPadding(outputs, piece);
  const fields = [...piece.fields.map(check), ...(padding === undefined ? [] : [padding])];
  return { ...common, ...(unfinished ? { unfinished: true } : {}), fields };
}

/** A reason, and the memories of which nothing is known. */
const withMemories = (reason: string, memories: readonly string[]): string =>
  memories.length === 0
    ? reason
    : `${reason}; where ${memories.join(' and ')} is read or written is no concrete address`;

interface BusContext {
  readonly spec: NetworkSpec;
  readonly piece: ProofSegment;
  readonly inputs: ReadonlyMap<number, LinearForm>;
  /** The fields of the bus before, by their units. */
  readonly sources: ReadonlyMap<number, InputField>;
  readonly algebra: Algebra;
  readonly mostPoints: number;
}

/** What is known of a field, whichever bits it has: those of one beat, or of several together. */
function checkBeats(outputs: Exploration['outputs'], field: Field, context: BusContext): FieldVerdict {
  const { lsb, width } = field;
  const beatWidth = context.piece.output.data.length;
  let words: (readonly Code[])[] = [[]];
  for (let beat = Math.floor(lsb / beatWidth); beat * beatWidth < lsb + width; beat++) {
    const [from, to] = [lsb, lsb + width].map((at) => Math.max(0, at - beat * beatWidth));
    if (words.length * outputs[beat].length > MOST_WORDS) {
      return { kind: 'open', reason: `its beats have more than ${MOST_WORDS} forms together` };
    }
    words = words.flatMap((low) => outputs[beat].map((bus) => [...low, ...bus.slice(from, to)]));
  }
  return worst(words.map((codes) => checkCodes(codes, field, context)));
}

function checkCodes(codes: readonly Code[], field: Field, context: BusContext): FieldVerdict {
  const { spec, piece, inputs, algebra } = context;
  const { names } = spec;
  const { head } = spec.network;
  if (field.kind === 'class' && head.kind === 'argmax') {
    if (piece.layerBefore !== names.length - 1) return notAdjacent(piece);
    const competitors = competitorsOf(context);
    const lacking = competitors.indexOf(undefined);
    if (lacking >= 0) return { kind: 'open', reason: `output ${lacking} is not on the bus before` };
    return checkArgmax(codes, competitors as Competitor[], severalSymbols(inputs), algebra);
  }
  const wantedRow = fieldSpec(spec, piece, field);
  // The network's inputs are handed on, and come from nowhere else.
  const last = Math.min(piece.layerBehind, names.length) - 1;
  const adjacent = piece.layerBefore === Math.max(last, -1) || isSameLayer(piece);
  if (wantedRow.kind === 'max') {
    return adjacent ? checkMaxField(codes, field, wantedRow.row, context) : notAdjacent(piece);
  }
  const wanted = wantedRow.spec;
  if (!adjacent && wanted.terms.length > 0) return notAdjacent(piece);
  if (isHandedOn(codes, field, wanted, context)) return { kind: 'proved', method: 'identity', points: 0 };
  return checkField(codes, field, wanted, inputs, algebra, context.mostPoints);
}

/** The largest of codes of the bus before, and of those that are constants. */
function checkMaxField(
  codes: readonly Code[],
  field: Field,
  { inputs: units, least }: MaxRow,
  { spec, piece, inputs, algebra }: BusContext,
): FieldVerdict {
  const ranges = spec.ranges[piece.layerBefore + 1];
  const floor = Math.max(...units.map((unit) => ranges[unit].low));
  const competitors = least === undefined ? [] : [constantCompetitor(least, algebra)];
  for (const unit of units) {
    const { low, high } = ranges[unit];
    const form = inputs.get(unit);
    if (low === high) competitors.push(constantCompetitor(low, algebra));
    else if (form !== undefined) competitors.push({ form, low: BigInt(low), high: BigInt(high) });
    // What never is larger than another always is may be missing.
    else if (high > floor)
      return { kind: 'open', reason: `unit ${unit} of the layer before is not on its bus` };
  }
  return checkMax(codes, field, competitors, severalSymbols(inputs), algebra);
}

const constantCompetitor = (code: number, algebra: Algebra): Competitor => ({
  form: algebra.constant(BigInt(code)),
  low: BigInt(code),
  high: BigInt(code),
});

/** Whether the field is one of the bus before, and these are its very bits. */
function isHandedOn(codes: readonly Code[], field: Field, wanted: FieldSpec, context: BusContext): boolean {
  const [term, ...others] = wanted.terms;
  const source = term === undefined ? undefined : context.sources.get(term.unit);
  if (source === undefined || others.length > 0 || term.weight !== 1 || wanted.bias !== 0) return false;
  const { range } = source;
  const piece = wanted.onInterval(range);
  const same = piece?.kind === 'linear' && piece.factor === 1;
  if (!same || !holds(range.low, field) || !holds(range.high, field)) return false;
  const bits = fieldBits(source, 0, context.algebra);
  const sign = range.low < 0 ? bits[bits.length - 1] : C0;
  return codes.every((code, k) => code === (bits[k] ?? sign));
}

/** The values that argmax compares, brought to their finest fraction. */
function competitorsOf({ spec, inputs, algebra }: BusContext): (Competitor | undefined)[] {
  const shifts = argmaxShifts(spec);
  return spec.outputs.map(({ row }, output) => {
    const range = spec.ranges[spec.names.length][row];
    const shift = BigInt(shifts[output]);
    const [low, high] = [BigInt(range.low) << shift, BigInt(range.high) << shift];
    const form = low === high ? algebra.constant(low) : inputs.get(row);
    return form && { form: algebra.scale(form, low === high ? 1n : 1n << shift), low, high };
  });
}

const notAdjacent = ({ input }: ProofSegment): FieldVerdict => ({
  kind: 'open',
  reason: `the manifest names no bus between it and the layer behind ${input.name}`,
});

/** Codes pass on as they are. */
const isSameLayer = ({ layerBefore, layerBehind }: ProofSegment): boolean => layerBefore === layerBehind;

function fieldSpec(spec: NetworkSpec, piece: ProofSegment, field: Field): RowSpec {
  const { layerBehind } = piece;
  if (isSameLayer(piece)) return { kind: 'function', spec: sameSpec(field.unit) };
  if (layerBehind < spec.names.length) return rowSpec(spec, layerBehind, field.unit);
  return { kind: 'function', spec: headSpec(spec, field) };
}

function headSpec(spec: NetworkSpec, field: Field): FieldSpec {
  const { head } = spec.network;
  if (field.kind === 'value') return valueSpec(spec, field.unit);
  invariant(head.kind === 'binary', `a field ${field.kind} of a head ${head.kind}`);
  if (field.kind === 'class') return signSpec(spec);
  invariant(field.kind === 'probability' && head.probability !== undefined, 'a probability without a table');
  return probabilitySpec(spec, head.probability);
}

/** Bits of the output stream that belong to no field must be 0. */
function checkPadding(
  outputs: Exploration['outputs'],
  { output, fields }: ProofSegment,
): FieldProof | undefined {
  if (output.name !== 'output') return undefined;
  const inField = (at: number) => fields.some(({ lsb, width }) => at >= lsb && at < lsb + width);
  const width = output.data.length;
  const isZero = (bus: readonly Code[], beat: number) =>
    bus.every((code, at) => code === C0 || inField(beat * width + at));
  if (outputs.every((_, beat) => output.data.every((_, at) => inField(beat * width + at)))) return undefined;
  const zero = outputs.every((words, beat) => words.every((bus) => isZero(bus, beat)));
  const outcome: FieldOutcome = zero
    ? { kind: 'proved', method: 'identity', points: 0 }
    : { kind: 'open', reason: 'it is not always zero' };
  return { field: 'padding', outcome };
}

/** A bus can have more than one form in different states: all must be right. */
function worst(verdicts: readonly FieldVerdict[]): FieldVerdict {
  const rank = { differs: 0, open: 1, proved: 2 };
  const none: FieldVerdict = { kind: 'open', reason: 'the bus is never valid' };
  return verdicts.length === 0
    ? none
    : verdicts.reduce((bad, verdict) => (rank[verdict.kind] < rank[bad.kind] ? verdict : bad));
}

function outcomeOf(
  verdict: FieldVerdict,
  { inputs }: ProofSegment,
  place: SourcePlace | undefined,
): FieldOutcome {
  if (verdict.kind === 'proved') return verdict;
  if (verdict.kind === 'open') return { ...verdict, ...placeMember(place) };
  const codes = inputs.flatMap(({ unit, terms, offset }) => {
    const values = terms.map(
      ({ symbol, weight }) => (verdict.inputs.get(symbol.number) ?? Number.NaN) * weight,
    );
    const code = values.reduce((sum, value) => sum + value, offset);
    return Number.isNaN(code) ? [] : [[unit, code]];
  });
  const byUnit: Record<string, number> = Object.fromEntries(codes);
  return { ...verdict, inputs: byUnit, ...placeMember(place) };
}

const placeMember = (place: SourcePlace | undefined) => (place === undefined ? {} : { place });

/** The cell behind a net. */
function placeOf(netlist: Netlist, bit: Bit): SourcePlace | undefined {
  const register = netlist.registers.find(({ q }) => q.includes(bit));
  return register === undefined ? netlist.cells.find(({ y }) => y.includes(bit))?.place : register.place;
}

const fieldName = ({ kind, unit }: Field): string =>
  kind === 'value' || kind === 'input' ? `unit ${unit}` : kind;
