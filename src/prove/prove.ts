import path from 'node:path';
import { invariant } from '../core/assert.js';
import { readText } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import type { Field } from '../emit/manifest.js';
import { type DesignFolder, readDesign, readDesignFiles } from '../emit/read-design.js';
import { readNetlist } from '../netlist/read.js';
import type { Bit, Netlist, SourcePlace } from '../netlist/types.js';
import type { Yosys } from '../netlist/yosys-job.js';
import { networkFromJson } from '../network/json.js';
import { Algebra } from './algebra.js';
import { type Competitor, checkArgmax } from './check-argmax.js';
import { checkField, severalSymbols } from './check-field.js';
import { Explorer, fieldForm } from './explore.js';
import { C0, type Code, type Form } from './forms.js';
import type { Certificate, Counterexample, FieldOutcome, FieldProof, SegmentProof } from './proof.js';
import { findCounterexample } from './refute.js';
import { cutDesign, type ProofSegment } from './segments.js';
import {
  argmaxShifts,
  type FieldSpec,
  type NetworkSpec,
  probabilitySpec,
  signSpec,
  specOf,
  unitSpec,
  valueSpec,
} from './spec.js';
import type { Verdict } from './verdict.js';

export interface ProveOptions {
  readonly timeoutSeconds: number;
  readonly onProgress?: OnProgress;
  /** Whether Verilator, where it is installed, has to confirm a counterexample too; it has, unless stated. */
  readonly useVerilator?: boolean;
  /** Where simulators that confirm a counterexample keep their builds. */
  readonly cacheFolder: string;
}

/** A proof with what it took, segment by segment. */
export interface Proved {
  readonly certificate: Certificate;
  readonly readSeconds: number;
  readonly segmentSeconds: readonly number[];
}

/**
 * Proves that an emitted design's Verilog equals its `network.json` for every input, every run of samples and every
 * stall, or finds an input on which it does not; what cannot be decided is not proved. The method: docs/proof.md.
 *
 * @param folder of the design; nothing is read but the files of its manifest
 * @throws emit/*, netlist/*, network/*, prove/*
 */
export async function proveDesign(folder: string, yosys: Yosys, options: ProveOptions): Promise<Proved> {
  const { onProgress = ignoreProgress } = options;
  const clock = stopwatch();
  const design = readDesign(folder);
  const networkText = readText(path.join(folder, design.manifest.network.file));
  const network = networkFromJson(networkText, design.manifest.network.file);
  const spec = specOf(network);
  const netlist = await readNetlist(design, yosys, options);
  const pieces = cutDesign(netlist, design.manifest, spec);
  const readSeconds = clock();
  const segments: SegmentProof[] = [];
  const segmentSeconds: number[] = [];
  for (const [index, piece] of pieces.entries()) {
    onProgress({ task: `${piece.input.name} to ${piece.output.name}`, done: index, total: pieces.length });
    await new Promise(setImmediate);
    const segmentClock = stopwatch();
    segments.push(proveSegment(netlist, spec, piece));
    segmentSeconds.push(segmentClock());
  }
  const proved = segments.every(isProved);
  const found = proved
    ? undefined
    : await findCounterexample({ design, network, segments, pieces, onProgress, ...options });
  const certificate = certify(design, networkText, yosys, segments, proved, found);
  return { certificate, readSeconds, segmentSeconds };
}

const isProved = ({ broken, fields }: SegmentProof): boolean =>
  broken === undefined && fields.length > 0 && fields.every(({ outcome }) => outcome.kind === 'proved');

function certify(
  design: DesignFolder,
  networkText: string,
  yosys: Yosys,
  segments: readonly SegmentProof[],
  proved: boolean,
  counterexample: Counterexample | undefined,
): Certificate {
  const { manifest } = design;
  const files = [[manifest.network.file, networkText] as const, ...readDesignFiles(design)];
  return {
    schema: 'espalier/proof',
    version: 1,
    design: manifest.name,
    status: proved ? 'proved' : counterexample === undefined ? 'not proved' : 'refuted',
    files: files.map(([file, text]) => ({ file, sha256: sha256(text) })),
    restsOn: [
      `${yosys.version} reading the Verilog (proc; flatten; opt)`,
      'the netlist reader (src/netlist/)',
      'the prover (src/prove/)',
      'the rows, ranges and rounding of the network (src/network/, src/fixed/)',
    ],
    segments,
    ...(counterexample === undefined ? {} : { counterexample }),
  };
}

/** A segment in the algebra of sums, and what that leaves open once more in the algebra of named sums. */
function proveSegment(netlist: Netlist, spec: NetworkSpec, piece: ProofSegment): SegmentProof {
  // The head compares; the layers add up.
  const opaqueComparisons = piece.layerBehind === spec.network.layers.length;
  const first = proveIn(new Algebra({ opaqueComparisons }), netlist, spec, piece);
  const isOpen = ({ outcome }: FieldProof) => outcome.kind === 'open';
  if (opaqueComparisons || !first.fields.some(isOpen)) return first;
  const second = proveIn(new Algebra({ namedSums: true }), netlist, spec, piece, (index) =>
    isOpen(first.fields[index]),
  );
  return {
    ...first,
    fields: first.fields.map((field, index) => (isOpen(field) ? second.fields[index] : field)),
  };
}

/** @param isAsked which of the piece's fields, and the padding after them, are checked; the others stay open */
function proveIn(
  algebra: Algebra,
  netlist: Netlist,
  spec: NetworkSpec,
  piece: ProofSegment,
  isAsked: (index: number) => boolean = () => true,
): SegmentProof {
  const { outputs, states, steps, broken } = new Explorer(netlist, piece, algebra).explore();
  const common = { from: piece.input.name, to: piece.output.name, states, steps };
  if (broken !== undefined) {
    return {
      ...common,
      broken: { rule: broken.rule, ...placeMember(placeOf(netlist, broken.bit)) },
      fields: [],
    };
  }
  const inputs = new Map(
    piece.inputs.map((field): [number, Form] => [field.unit, fieldForm(field, 0, algebra)]),
  );
  const check = (field: Field, index: number): FieldProof => {
    const context = { spec, piece, inputs, algebra };
    const verdict: Verdict = isAsked(index)
      ? worst(outputs.map((bus) => checkBusField(bus, field, context)))
      : { kind: 'open', reason: 'it was not asked for' };
    const bit = piece.output.data[field.lsb];
    return { field: fieldName(field), outcome: outcomeOf(verdict, piece, placeOf(netlist, bit)) };
  };
  const padding = checkPadding(outputs, piece);
  return { ...common, fields: [...piece.fields.map(check), ...(padding === undefined ? [] : [padding])] };
}

interface BusContext {
  readonly spec: NetworkSpec;
  readonly piece: ProofSegment;
  readonly inputs: ReadonlyMap<number, Form>;
  readonly algebra: Algebra;
}

function checkBusField(bus: readonly Code[], field: Field, context: BusContext): Verdict {
  const { spec, piece, inputs, algebra } = context;
  const codes = bus.slice(field.lsb, field.lsb + field.width);
  const { head, layers } = spec.network;
  if (field.kind === 'class' && head.kind === 'argmax') {
    if (piece.layerBefore !== layers.length - 1) return notAdjacent(piece);
    const competitors = competitorsOf(context);
    const lacking = competitors.indexOf(undefined);
    if (lacking >= 0) return { kind: 'open', reason: `output ${lacking} is not on the bus before` };
    return checkArgmax(codes, competitors as Competitor[], severalSymbols(inputs), algebra);
  }
  const wanted = fieldSpec(spec, piece, field);
  const isOutput = piece.layerBehind === layers.length;
  const adjacent = piece.layerBefore === (isOutput ? layers.length - 1 : piece.layerBehind - 1);
  if (!adjacent && wanted.terms.length > 0) return notAdjacent(piece);
  return checkField(codes, field, wanted, inputs, algebra);
}

/** The values that argmax compares, brought to their finest fraction. */
function competitorsOf({ spec, inputs, algebra }: BusContext): (Competitor | undefined)[] {
  const shifts = argmaxShifts(spec);
  return spec.ranges[spec.network.layers.length].map((range, unit) => {
    const shift = BigInt(shifts[unit]);
    const [low, high] = [BigInt(range.low) << shift, BigInt(range.high) << shift];
    const form = low === high ? algebra.constant(low) : inputs.get(unit);
    return form && { form: algebra.scale(form, low === high ? 1n : 1n << shift), low, high };
  });
}

const notAdjacent = ({ input }: ProofSegment): Verdict => ({
  kind: 'open',
  reason: `the manifest names no bus between it and the layer behind ${input.name}`,
});

function fieldSpec(spec: NetworkSpec, { layerBehind }: ProofSegment, field: Field): FieldSpec {
  const { head, layers } = spec.network;
  if (layerBehind < layers.length) return unitSpec(spec, layerBehind, field.unit);
  if (field.kind === 'value') return valueSpec(spec, field.unit);
  invariant(head.kind === 'binary', `a field ${field.kind} of a head ${head.kind}`);
  if (field.kind === 'class') return signSpec(spec);
  invariant(field.kind === 'probability' && head.probability !== undefined, 'a probability without a table');
  return probabilitySpec(spec, head.probability);
}

/** Bits of the output stream that belong to no field must be 0. */
function checkPadding(
  outputs: readonly (readonly Code[])[],
  { output, fields }: ProofSegment,
): FieldProof | undefined {
  if (output.name !== 'output') return undefined;
  const inField = (at: number) => fields.some(({ lsb, width }) => at >= lsb && at < lsb + width);
  const padding = output.data.flatMap((_, at) => (inField(at) ? [] : [at]));
  if (padding.length === 0) return undefined;
  const zero = outputs.every((bus) => padding.every((at) => bus[at] === C0));
  const outcome: FieldOutcome = zero
    ? { kind: 'proved', method: 'identity', points: 0 }
    : { kind: 'open', reason: 'it is not always zero' };
  return { field: 'padding', outcome };
}

/** A bus can have more than one form in different states: all must be right. */
function worst(verdicts: readonly Verdict[]): Verdict {
  const rank = { differs: 0, open: 1, proved: 2 };
  const none: Verdict = { kind: 'open', reason: 'the bus is never valid' };
  return verdicts.length === 0
    ? none
    : verdicts.reduce((bad, verdict) => (rank[verdict.kind] < rank[bad.kind] ? verdict : bad));
}

function outcomeOf(verdict: Verdict, { inputs }: ProofSegment, place: SourcePlace | undefined): FieldOutcome {
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

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
