import { isDeepStrictEqual } from 'node:util';
import type { Field, LayerTrace, WindowBus } from '../emit/manifest.js';
import { traceFields } from '../emit/trace-fields.js';
import { hull, type Interval, isPoint, point } from '../fixed/interval.js';
import { finishInterval } from '../network/finish.js';
import { type AffineRow, type MaxRow, maxInterval, sumInterval } from '../network/layers/kind.js';
import { problems } from './problems.js';
import { type NetworkSpec, unitOf } from './spec.js';

/**
 * A layer that is one circuit for all positions of a map, in two pieces: the window, which only moves codes, position by
 * position; and the circuit, which is the same function of the codes under the window at all of them. Codes under the
 * window have the numbers of their fields on its bus. Each piece is a network of one stage.
 */
export interface WindowPieces {
  readonly positions: number;
  readonly window: Piece;
  readonly body: Piece & { readonly taps: readonly Field[] };
  /** Of each code under the window the unit of the layer before, where most of them lie inside the map. */
  readonly units: Under;
}

interface Piece {
  readonly spec: NetworkSpec;
  /** What it gives. */
  readonly fields: readonly Field[];
}

/** Units of the stage before, by the fields of the window's bus; undefined where the tap lies in the padding. */
type Under = readonly (number | undefined)[];

/**
 * What the manifest says of a window is where to look: the rows of the network, position by position, must be those of one
 * circuit on just these codes.
 *
 * @param number of the layer's stage
 * @throws prove/traces where the layer is not one function at all positions, or the manifest says otherwise
 */
export function windowPieces(
  spec: NetworkSpec,
  number: number,
  trace: LayerTrace,
  bus: WindowBus,
): WindowPieces {
  const before = spec.ranges[number];
  const outside = bus.fields.map((field) => field.outside);
  const under = codesByPosition(spec, number, trace, bus);
  const slots = trace.fields.length;
  const given = tracedUnits(spec, number, trace);
  const { stages } = spec;
  const rowsOf = (slot: number) =>
    under.map((_, position) => stages[number].rows[given[position * slots + slot].unit].row);
  const body: Rows =
    stages[number].kind === 'sums'
      ? {
          kind: 'sums',
          rows: trace.fields.map((_, slot) =>
            commonSum(rowsOf(slot) as AffineRow[], { under, before, outside, trace }),
          ),
        }
      : {
          kind: 'max',
          rows: trace.fields.map((_, slot) =>
            commonMax(rowsOf(slot) as MaxRow[], { under, before, outside, trace }),
          ),
        };
  const taps = bus.fields.map(({ lsb, width, signed }, unit): Field => {
    return { kind: 'value', unit, lsb, width, signed, format: 'fixed<1,1>' };
  });
  const moves = under.flatMap((units) =>
    units.map(
      (unit, code): MaxRow =>
        unit === undefined ? { inputs: [], least: outside[code] } : { inputs: [unit] },
    ),
  );
  return {
    positions: under.length,
    window: {
      spec: specOfRows(spec, `${trace.layer} window`, before, { kind: 'max', rows: moves }),
      fields: under.flatMap((_, position) =>
        taps.map((field) => ({
          ...field,
          unit: position * taps.length + field.unit,
          lsb: position * bus.width + field.lsb,
        })),
      ),
    },
    body: {
      spec: specOfRows(spec, trace.layer, codesUnder(under, outside, before), body),
      taps,
      fields: trace.fields.map(({ steps: _, handedOn: __, ...field }, unit) => ({ ...field, unit })),
    },
    units: mostInside(under),
  };
}

/** The fields of a layer's bus, by the numbers that its stage has for their units. */
export function tracedUnits(spec: NetworkSpec, number: number, trace: LayerTrace): readonly Field[] {
  return traceFields(trace).map(({ handedOn, ...field }) => {
    if (handedOn === undefined || trace.columns === undefined) return field;
    const unit = unitOf(spec, number, handedOn);
    if (unit === undefined) {
      throw problems.proveTraces(
        `manifest.json.traces, ${trace.layer}`,
        `unit ${handedOn.unit} of ${handedOn.layer}`,
        'what the layer hands on',
      );
    }
    return { ...field, unit };
  });
}

/** The codes under the window, position by position. */
function codesByPosition(
  spec: NetworkSpec,
  number: number,
  trace: LayerTrace,
  { shape, size, strides, dilation, padding, fields }: WindowBus,
): Under[] {
  const { beats = 1, columns = 1 } = trace;
  const beyond = fields.find(({ tap }) => tap >= size[0] * size[1]);
  if (beyond !== undefined) throw wrong(trace, 'taps of its window', `tap ${beyond.tap}`);
  return Array.from({ length: beats }, (_, position) => {
    const corner = [Math.floor(position / columns) * strides[0], (position % columns) * strides[1]];
    return fields.map(({ tap, value, steps }) => {
      const row = corner[0] + Math.floor(tap / size[1]) * dilation[0] - padding[0];
      const column = corner[1] + (tap % size[1]) * dilation[1] - padding[2];
      if (row < 0 || column < 0 || row >= shape[0] || column >= shape[1]) return undefined;
      const named = { layer: value.layer, unit: value.unit + row * steps[0] + column * steps[1] };
      const unit = unitOf(spec, number - 1, named);
      if (unit === undefined)
        throw wrong(trace, 'codes of the layer before', `unit ${named.unit} of ${named.layer}`);
      return unit;
    });
  });
}

interface RowsFacts {
  readonly under: readonly Under[];
  /** Of the codes of the stage before. */
  readonly before: readonly Interval[];
  /** What lies in the padding, by the fields of the window's bus. */
  readonly outside: readonly number[];
  readonly trace: LayerTrace;
}

/** The one sum of which those of all positions are what is left where taps lie in the padding, as 0. */
function commonSum(rows: readonly AffineRow[], { under, before, outside, trace }: RowsFacts): AffineRow {
  const placed = rows.map((row, position) => placedSum(row, under[position], before, trace));
  const weights = new Map<number, number>();
  for (const { terms } of placed) for (const [code, weight] of terms) weights.set(code, weight);
  const [{ bias }] = placed;
  const [{ fraction, finish }] = rows;
  rows.forEach((row, position) => {
    const inside = [...weights].filter(([code]) => under[position][code] !== undefined);
    const { terms } = placed[position];
    const isSame =
      placed[position].bias === bias &&
      row.fraction === fraction &&
      inside.length === terms.size &&
      inside.every(([code, weight]) => terms.get(code) === weight) &&
      isDeepStrictEqual(row.finish, finish);
    if (!isSame) throw wrong(trace, 'the same rows at all positions', `another one at position ${position}`);
  });
  for (const code of weights.keys()) {
    if (outside[code] === 0 || under.every((units) => units[code] !== undefined)) continue;
    throw wrong(trace, 'padding of 0', `${outside[code]}`);
  }
  const terms = [...weights].map(([input, weight]) => ({ input, weight }));
  return { terms: terms.sort((a, b) => a.input - b.input), bias, fraction, finish };
}

/** A row by the codes under the window; a constant that is not there stands in the bias. */
function placedSum(
  { terms, bias }: AffineRow,
  under: Under,
  before: readonly Interval[],
  trace: LayerTrace,
): { readonly terms: ReadonlyMap<number, number>; readonly bias: number } {
  const places = placesOf(under);
  const placed = new Map<number, number>();
  let sum = bias;
  for (const { input, weight } of terms) {
    const code = places.get(input);
    if (code !== undefined) placed.set(code, weight);
    else if (isPoint(before[input])) sum += weight * before[input].low;
    else throw wrong(trace, `a field for unit ${input} of the layer before`, 'none');
  }
  return { terms: placed, bias: sum };
}

/** The same of the largest codes: what lies in the padding must never be larger than all that lies inside. */
function commonMax(rows: readonly MaxRow[], { under, before, outside, trace }: RowsFacts): MaxRow {
  const placed = rows.map((row, position) => placedMax(row, under[position], before, trace));
  const codes = new Set(placed.flatMap(({ inputs }) => inputs));
  const [{ least }] = placed;
  placed.forEach(({ inputs, least: own }, position) => {
    const inside = [...codes].filter((code) => under[position][code] !== undefined);
    const floor = Math.max(
      own ?? Number.NEGATIVE_INFINITY,
      ...inside.map((code) => before[under[position][code] as number].low),
    );
    const isSame =
      own === least &&
      inside.length === inputs.length &&
      inside.every((code) => inputs.includes(code)) &&
      [...codes].every((code) => under[position][code] !== undefined || outside[code] <= floor);
    if (!isSame) throw wrong(trace, 'the same rows at all positions', `another one at position ${position}`);
  });
  const inputs = [...codes].sort((a, b) => a - b);
  return least === undefined ? { inputs } : { inputs, least };
}

/** A constant that is not under the window may be the least; what never is the largest may be missing. */
function placedMax(row: MaxRow, under: Under, before: readonly Interval[], trace: LayerTrace): MaxRow {
  const places = placesOf(under);
  const away = row.inputs.filter((input) => !places.has(input));
  const constants = away.filter((input) => isPoint(before[input])).map((input) => before[input].low);
  const leasts = row.least === undefined ? constants : [...constants, row.least];
  const inputs = row.inputs.flatMap((input) => places.get(input) ?? []);
  const floor = Math.max(...leasts, ...inputs.map((code) => before[under[code] as number].low));
  const lacking = away.find((input) => !isPoint(before[input]) && before[input].high > floor);
  if (lacking !== undefined) throw wrong(trace, `a field for unit ${lacking} of the layer before`, 'none');
  const least = Math.max(...leasts);
  return leasts.length === 0 ? { inputs } : { inputs, least };
}

const placesOf = (under: Under): Map<number, number> =>
  new Map(under.flatMap((unit, code) => (unit === undefined ? [] : [[unit, code]])));

/** All that can lie under the window, at whichever position. */
const codesUnder = (
  under: readonly Under[],
  outside: readonly number[],
  before: readonly Interval[],
): Interval[] =>
  outside.map((code, at) =>
    under.map(({ [at]: unit }) => (unit === undefined ? point(code) : before[unit])).reduce(hull),
  );

/** The codes that a stage gives, handed on. */
export function sameCodes(spec: NetworkSpec, number: number): NetworkSpec {
  return handedOn(spec, spec.names[number], spec.ranges[number + 1]);
}

/** The codes that a piece reads, handed on. */
export const keptCodes = (spec: NetworkSpec): NetworkSpec => handedOn(spec, spec.names[0], spec.ranges[0]);

const handedOn = (spec: NetworkSpec, name: string, codes: readonly Interval[]): NetworkSpec =>
  specOfRows(spec, name, codes, { kind: 'max', rows: codes.map((_, unit) => ({ inputs: [unit] })) });

/**
 * The codes of any cell that a stage gives, handed on, and their fields.
 *
 * @throws prove/traces where they do not lie in the same places in all cells
 */
export function sameCells(
  spec: NetworkSpec,
  number: number,
  { fields, data, beats }: CellBus,
): { readonly spec: NetworkSpec; readonly fields: readonly Field[] } {
  const layer = spec.names[number];
  const codes = spec.ranges[number + 1];
  const slots = fields.length / beats;
  const first = fields.slice(0, slots);
  const isRegular = fields.every(({ lsb, width, signed }, at) => {
    const place = first[at % slots];
    const isMoved = lsb === place.lsb + Math.floor(at / slots) * data.length;
    return isMoved && width === place.width && signed === place.signed;
  });
  if (!isRegular) throw wrong({ layer }, 'the same fields at all positions', 'others');
  const ranges = first.map((_, slot) =>
    fields.flatMap(({ unit }, at) => (at % slots === slot ? [codes[unit]] : [])).reduce(hull),
  );
  return {
    spec: handedOn(spec, layer, ranges),
    fields: first.map((field, unit) => ({ ...field, unit })),
  };
}

/** Where a layer's codes pass, cell by cell. */
interface CellBus {
  readonly fields: readonly Field[];
  /** Bits of a cell. */
  readonly data: readonly unknown[];
  readonly beats: number;
}

type Rows =
  | { readonly kind: 'sums'; readonly rows: readonly AffineRow[] }
  | { readonly kind: 'max'; readonly rows: readonly MaxRow[] };

/** Rows as a network of one stage that reads codes in intervals. */
function specOfRows(spec: NetworkSpec, name: string, before: readonly Interval[], body: Rows): NetworkSpec {
  const placed = <Row>(rows: readonly Row[]) =>
    rows.map((row, unit) => ({ row, format: NO_FORMAT, value: { layer: 0, unit } }));
  const common = { network: spec.network, names: [name], outputs: [] };
  if (body.kind === 'max') {
    const ranges = [before, body.rows.map((row) => maxInterval(row, before))];
    return { ...common, ranges, stages: [{ kind: 'max', name, rows: placed(body.rows) }] };
  }
  const ranges = [before, body.rows.map((row) => finishInterval(row.finish, sumInterval(row, before)))];
  return { ...common, ranges, stages: [{ kind: 'sums', name, denseTerms: 0, rows: placed(body.rows) }] };
}

/** Codes are compared without their formats, because both sides have the same ones. */
const NO_FORMAT = { signed: true, width: 1, integer: 1 };

function mostInside(units: readonly Under[]): Under {
  const count = (under: Under) => under.filter((unit) => unit !== undefined).length;
  return units.reduce((best, under) => (count(under) > count(best) ? under : best));
}

const wrong = ({ layer }: Pick<LayerTrace, 'layer'>, wanted: string, got: string) =>
  problems.proveTraces(`manifest.json.traces, the window of ${layer}`, got, wanted);
